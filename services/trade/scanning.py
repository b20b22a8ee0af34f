"""A scanned code on a document: the item's open line counts up, or a line is added (documents.md section 23)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import ValidationError
from core.rounding import round_quantity
from core.text import _
from models import BLANK_ID, Item, ItemUnitOfMeasure, TradeDocument, TradeLine
from models.enums import TradeLineType
from services.items.lookup import Candidate, Scanned, resolve_scan, units_in
from services.items.scan_codes import ScanCode
from services.trade.documents import lines_of, lock_document
from services.trade.line_numbers import Number, with_number
from services.trade.lines import add_lines, change_line, get_line
from services.trade.pasting import Pasted
from services.trade.references import party_of, reference_day, values_of

ONE = Decimal(1)
L = TypeVar("L")


def scan_on(session: Session, document: TradeDocument, code: str, *, choice: str = "") -> Scanned:
    """What a code means on this document: its party's numbers count on its day (items.md section 7).

    Raises ValidationError `unknown_reference`, AmbiguousReference `ambiguous_reference`.
    """
    return resolve_scan(
        session, code, on=reference_day(document), party=party_of(session, document), choice=choice
    )  # fmt: skip


def add_scanned(
    session: Session, document_id: int, code: str, *, choice: str = "", user_id: int | None = None
) -> TradeLine:
    """Add what was scanned, in the unit and variant of its number: one, or as many as a GS1 code says.

    An open line of the same item, variant and unit counts up. Lot, serial number and expiry date of a GS1 code are
    put on the line of an item with tracking. `choice` is the key of one of the candidates of an earlier refusal.
    Raises `unknown_reference`, AmbiguousReference `ambiguous_reference`, and what adding and changing a line raise.
    """
    document = lock_document(session, document_id)
    scanned = scan_on(session, document, code, choice=choice)
    hit, quantity = scanned.candidate, scanned.code.quantity or ONE
    line = _open_line(lines_of(session, document_id), hit)
    if line is None:
        values = {**values_of(hit), "quantity": quantity}
        return add_typed(session, document_id, values, scanned.code, user_id=user_id)
    number = number_of(session, line, scanned.code, quantity)
    numbers = None if number is None else with_number(get_line(session, document_id, line.line_no), number)
    changes = {"quantity": line.quantity + quantity}
    return change_line(session, document_id, line.line_no, changes, numbers=numbers, user_id=user_id)


def add_typed(
    session: Session, document_id: int, values: Mapping[str, object], code: ScanCode | None, *,
    user_id: int | None = None,
) -> TradeLine:  # fmt: skip
    """Add a line; `code` stood in its item field, and its lot or serial number is taken for the line's whole quantity.

    Raises what `add_lines` raises, and `serial_quantity` where a serial number would stand for more than one piece.
    """
    (line,) = add_lines(session, document_id, [values], user_id=user_id)
    return put_number(session, document_id, line, code, user_id=user_id)


def put_number(
    session: Session, document_id: int, line: TradeLine, code: ScanCode | None, *, user_id: int | None = None
) -> TradeLine:
    """The lot or serial number of a code, for all of the line, in place of what was planned; nothing without one."""
    number = number_of(session, line, code, abs(line.quantity)) if code is not None else None
    if number is None or not number.quantity:
        return line
    return change_line(session, document_id, line.line_no, {}, numbers=[number], user_id=user_id)


def add_pasted(
    session: Session, document_id: int, rows: Sequence[Pasted], *, user_id: int | None = None
) -> list[TradeLine]:
    """A line for every row, all or none; the lot or serial number of its code stands for the whole quantity.

    Raises what `add_lines` raises, with the `line` of the row that cannot be kept.
    """
    numbers = _numbers_of_rows(session, rows)
    return add_lines(session, document_id, [row.values for row in rows], numbers=numbers, user_id=user_id)


def _numbers_of_rows(session: Session, rows: Sequence[Pasted]) -> list[list[Number]]:
    """What the codes of the rows say about items with tracking, in two statements."""
    named = {row.values["item_id"] for row in rows if row.code.has_numbers}
    if not named:
        return []
    tracked = set(session.scalars(select(Item.id).where(Item.id.in_(named), Item.item_tracking_code_id.is_not(None))))
    factors: dict[tuple[int, int | None], Decimal] = {
        (item_id, unit_id): factor
        for item_id, unit_id, factor in session.execute(
            select(
                ItemUnitOfMeasure.item_id, ItemUnitOfMeasure.unit_of_measure_id,
                ItemUnitOfMeasure.qty_per_unit_of_measure,
            ).where(ItemUnitOfMeasure.item_id.in_(tracked))
        ).tuples()
    }  # fmt: skip
    found: list[list[Number]] = []
    for row in rows:
        # A GTIN names its unit, so that the quantity in base units is known before the line is.
        key = (row.values["item_id"], row.values.get("unit_of_measure_id"))
        quantity = round_quantity(abs(row.values["quantity"]) * factors.get(key, ONE))
        number = Number(
            lot_no=row.code.lot_no, serial_no=row.code.serial_no, expiration_date=row.code.expiration_date,
            quantity=quantity,
        )  # fmt: skip
        found.append([number] if row.code.has_numbers and key[0] in tracked and quantity else [])
    return found


def _open_line(lines: list[TradeLine], hit: Candidate) -> TradeLine | None:
    for line in lines:
        if (
            line.type == TradeLineType.ITEM
            and line.item_id == hit.item_id
            and line.posted_line_id is None
            and line.variant_id == hit.variant_id
            and hit.unit_id in (None, line.unit_of_measure_id)
        ):
            return line
    return None


def number_of(session: Session, line: TradeLine, code: ScanCode, quantity: Decimal) -> Number | None:
    """Lot or serial number of the code for `quantity` of the line's unit; None where item or code has none."""
    if not code.has_numbers:
        return None
    tracked = session.scalar(select(Item.item_tracking_code_id).where(Item.id == line.item_id))
    if tracked is None:
        return None
    return Number(
        lot_no=code.lot_no, serial_no=code.serial_no, expiration_date=code.expiration_date,
        quantity=round_quantity(quantity * line.qty_per_unit_of_measure),
    )  # fmt: skip


def line_of_scan(session: Session, lines: Sequence[L], scanned: Scanned) -> tuple[L, Decimal] | None:
    """The line a scan counts on, and how much in the line's unit: a box of six counts six on a line in pieces.

    A line with something left in the scanned unit comes first; None where no line is about it. Lines of transfers
    come as `services.transfers.handling.Goods`.
    """
    hit = scanned.candidate
    every: Sequence[Any] = lines
    own = [
        line for line in every
        if line.item_id == hit.item_id and hit.variant_id in (BLANK_ID, line.variant_id)
    ]  # fmt: skip
    if not own:
        return None
    own.sort(key=lambda line: (line.qty_to_handle >= line.outstanding_qty, line.variant_id != hit.variant_id,
                               hit.unit_id not in (None, line.unit_of_measure_id), line.line_no))  # fmt: skip
    line, quantity = own[0], scanned.code.quantity or ONE
    if hit.unit_id is None or hit.unit_id == line.unit_of_measure_id:
        return line, quantity
    return line, round_quantity(quantity * units_in(session, hit) / line.qty_per_unit_of_measure)


def not_on_document(code: str, no: str) -> ValidationError:
    """The refusal of something that the document does not name."""
    return ValidationError(
        "scan_not_on_document", _("“%(code)s” is not on %(no)s. Put it aside.", code=code[:40], no=no), field="code"
    )
