"""Counting goods on an order as they are received or shipped: what is counted is the line's quantity to move."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from biip import ParseError
from biip import parse as parse_barcode
from sqlalchemy.orm import Session

from core.errors import ValidationError
from core.rounding import ZERO
from core.text import _, plain_quantity
from models import TradeDocument, TradeLine
from models.enums import TradeLineType
from services.trade import quantities
from services.trade.documents import lines_of, lock_document, note_change
from services.trade.line_numbers import Number
from services.trade.lines import change_line, get_line
from services.trade.parties import check_center
from services.trade.scanning import item_of_code

ONE = Decimal(1)


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
    numbers = _with_number(line, number) if number is not None else None
    changed = change_line(session, document_id, line_no, {"qty_to_handle": wanted}, numbers=numbers, user_id=user_id)
    return Counted(line_no, changed.qty_to_handle, changed.outstanding_qty)


def _with_number(line: TradeLine, added: Number) -> list[Number]:
    found = [
        Number(lot_no=row.lot_no, serial_no=row.serial_no, package_no=row.package_no, quantity=row.quantity,
               qty_to_handle=row.qty_to_handle, expiration_date=row.expiration_date, warranty_date=row.warranty_date,
               applies_to_entry_id=row.applies_to_entry_id, applies_from_entry_id=row.applies_from_entry_id)
        for row in line.numbers
    ]  # fmt: skip
    for place, row in enumerate(found):
        if (row.lot_no, row.serial_no) == (added.lot_no, added.serial_no) and not added.serial_no:
            found[place] = Number(
                lot_no=row.lot_no, quantity=row.quantity + added.quantity,
                expiration_date=row.expiration_date or added.expiration_date,
                applies_to_entry_id=row.applies_to_entry_id, applies_from_entry_id=row.applies_from_entry_id,
            )  # fmt: skip
            return found
    return [*found, added]


def count_scanned(session: Session, document: TradeDocument, code: str, *, user_id: int | None = None) -> Counted:
    """One more of what was scanned; lot, serial number and expiry date of a GS1 code are taken with it.

    Raises ValidationError `scan_unknown`, `scan_not_on_document`, `counted_too_much`.
    """
    item_id = item_of_code(session, code)
    own = [line for line in lines_of(session, document.id) if line.item_id == item_id]
    if not own:
        raise ValidationError(
            "scan_not_on_document",
            _("“%(code)s” is not on %(no)s. Put it aside.", code=code[:40], no=document.no), field="code",
        )  # fmt: skip
    line = next((line for line in own if line.qty_to_handle < line.outstanding_qty), own[-1])
    number = number_of_code(code)
    return count(session, document.id, line.line_no, ONE, number=number, user_id=user_id)


def number_of_code(code: str) -> Number | None:
    """Lot, serial number and expiry date inside a GS1 code; None when it has none."""
    try:
        message = parse_barcode(code.replace("(", "").replace(")", "")).gs1_message
    except ParseError:
        return None
    if message is None:
        return None
    found: dict[str, str | dt.date] = {}
    for element in message.element_strings:
        if element.ai.ai == "10":
            found["lot_no"] = element.value[:50]
        elif element.ai.ai == "21":
            found["serial_no"] = element.value[:50]
        elif element.ai.ai == "17" and element.date is not None:
            found["expiration_date"] = element.date
    if not (found.get("lot_no") or found.get("serial_no")):
        return None
    return Number(quantity=ONE, **found)  # type: ignore[arg-type]
