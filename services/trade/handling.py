"""Counting goods on an order as they are received or shipped: what is counted is the line's quantity to move."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from core.errors import ValidationError
from core.rounding import ZERO
from core.text import _, plain_quantity
from models import BLANK_ID, TradeDocument, TradeLine
from models.enums import TradeLineType
from services.items.lookup import AmbiguousReference, Candidate
from services.items.scan_codes import read_scan
from services.trade import quantities
from services.trade.documents import lines_of, lock_document, note_change
from services.trade.line_numbers import Number, with_number
from services.trade.lines import change_line, get_line
from services.trade.parties import check_center
from services.trade.scanning import line_of_scan, not_on_document, number_of, scan_on


@dataclass(frozen=True)
class Counted:
    """What a scan or a tap did: the line and how much of it is counted now."""

    line_no: int
    counted: Decimal
    outstanding: Decimal


def is_started(lines: list[TradeLine]) -> bool:
    """True when somebody counts: not every line proposes all that is left."""
    return any(line.qty_to_handle != line.outstanding_qty for line in goods_of(lines))


def goods_of(lines: list[TradeLine]) -> list[TradeLine]:
    """The item lines with something left to move."""
    return [line for line in lines if line.type == TradeLineType.ITEM and line.outstanding_qty]


def set_all(session: Session, document_id: int, *, counted: bool, user_id: int | None = None) -> None:
    """Every line counts nothing, or all that is left (`counted`); other lines (charges, accounts) go along."""
    document = lock_document(session, document_id)
    check_center(session, document, user_id)
    for line in lines_of(session, document_id):
        if line.type == TradeLineType.COMMENT or not line.outstanding_qty:
            continue
        wanted = line.outstanding_qty if counted or line.type != TradeLineType.ITEM else ZERO
        if line.qty_to_handle != wanted:
            quantities.set_to_handle(line, wanted)
            line.version += 1
    note_change(document, user_id)
    session.flush()


def count(
    session: Session,
    document_id: int,
    line_no: int,
    change: Decimal,
    *,
    number: Number | None = None,
    user_id: int | None = None,
) -> Counted:
    """`change` more (or less, below zero) of a line is counted; `number` is the lot or serial number it carries.

    Raises ValidationError `counted_too_much`, and what changing a line raises.
    """
    line = get_line(session, document_id, line_no)
    wanted = line.qty_to_handle + change
    if wanted < 0:
        wanted = ZERO
    if wanted > line.outstanding_qty and not (line.over_receipt_code and change > 0):
        raise ValidationError(
            "counted_too_much",
            _("All %(quantity)s of %(item)s are counted. Put what is more aside.", item=line.description,
              quantity=plain_quantity(line.outstanding_qty)),
            field="code", line=line_no,
        )  # fmt: skip
    numbers = with_number(line, number) if number is not None else None
    changed = change_line(session, document_id, line_no, {"qty_to_handle": wanted}, numbers=numbers, user_id=user_id)
    return Counted(line_no, changed.qty_to_handle, changed.outstanding_qty)


def _is_on(lines: Sequence[TradeLine], hit: Candidate) -> bool:
    return any(line.item_id == hit.item_id and hit.variant_id in (BLANK_ID, line.variant_id) for line in lines)


def count_scanned(
    session: Session, document: TradeDocument, code: str, *, choice: str = "", user_id: int | None = None
) -> Counted:
    """One more of what was scanned, or as many as its unit and a GS1 code say, with lot, serial number and expiry date.

    A code of several things means the one that is on the document; where several are, `choice` is the key of one.
    Raises ValidationError `unknown_reference`, AmbiguousReference `ambiguous_reference` (of what is on the document),
    `scan_not_on_document`, `counted_too_much`.
    """
    lines = lines_of(session, document.id)
    try:
        scanned = scan_on(session, document, code, choice=choice)
    except AmbiguousReference as error:
        here = [hit for hit in error.candidates if _is_on(lines, hit)]
        if not here:
            raise not_on_document(read_scan(code).text, document.no) from error
        if len(here) > 1:
            raise AmbiguousReference(error.scanned, here, field="code") from error
        scanned = scan_on(session, document, code, choice=here[0].key)
    found = line_of_scan(session, lines, scanned)
    if found is None:
        raise not_on_document(scanned.code.text, document.no)
    line, quantity = found
    number = number_of(session, line, scanned.code, quantity)
    return count(session, document.id, line.line_no, quantity, number=number, user_id=user_id)
