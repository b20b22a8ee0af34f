"""A scanned code on a transfer order: the item's line counts up, or a line is added (items.md section 7)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy.orm import Session

from core.rounding import round_quantity
from models import BLANK_ID, Item, TransferLine, TransferOrder
from services.items.lookup import Candidate, resolve_scan
from services.items.scan_codes import ScanCode
from services.transfers.lines import Number, add_line, edit_line, set_numbers

ONE = Decimal(1)


def add_scanned(session: Session, order: TransferOrder, code: str, *, on: dt.date, choice: str = "") -> TransferLine:
    """Add what was scanned in the unit and variant of its number, with the lot or serial number of a GS1 code.

    References count on the day `on`, any party's where nothing else has the number. Raises ValidationError
    `unknown_reference`, AmbiguousReference `ambiguous_reference`, and what adding and changing a line raise.
    """
    scanned = resolve_scan(session, code, on=on, choice=choice)
    hit, quantity = scanned.candidate, scanned.code.quantity or ONE
    line = next((line for line in order.lines if _is_about(line, hit)), None)
    if line is None:
        values: dict[str, object] = {"item_id": hit.item_id, "quantity": quantity}
        if hit.variant_id != BLANK_ID:
            values["variant_id"] = hit.variant_id
        if hit.unit_id is not None:
            values["unit_of_measure_id"] = hit.unit_id
        line = add_line(session, order, values)
    else:
        edit_line(session, order, line, {"quantity": line.quantity + quantity})
    take_number(session, order, line, scanned.code, quantity)
    return line


def put_number(session: Session, order: TransferOrder, line: TransferLine, code: ScanCode | None) -> None:
    """The lot or serial number of a code in the item field, for all of the line, in place of what was planned.

    Raises what `set_numbers` raises.
    """
    if code is None or not line.quantity_base or not _says_number(session, line, code):
        return
    number = Number(
        quantity=line.quantity_base, lot_no=code.lot_no, serial_no=code.serial_no, expiration_date=code.expiration_date
    )
    set_numbers(session, order, line, [number])


def _says_number(session: Session, line: TransferLine, code: ScanCode) -> bool:
    return code.has_numbers and session.get_one(Item, line.item_id).item_tracking_code_id is not None


def _is_about(line: TransferLine, hit: Candidate) -> bool:
    return (
        line.item_id == hit.item_id
        and line.variant_id == hit.variant_id
        and hit.unit_id in (None, line.unit_of_measure_id)
    )


def take_number(session: Session, order: TransferOrder, line: TransferLine, code: ScanCode, quantity: Decimal) -> None:
    """Put lot or serial number on the line of an item with tracking; a lot that is there already grows."""
    if _says_number(session, line, code):
        base = round_quantity(quantity * line.qty_per_unit_of_measure)
        put_on(
            session, order, line,
            Number(quantity=base, lot_no=code.lot_no, serial_no=code.serial_no, expiration_date=code.expiration_date),
        )  # fmt: skip


def put_on(session: Session, order: TransferOrder, line: TransferLine, added: Number) -> None:
    """Plan one more number on the line; a lot that is there already grows. Raises what `set_numbers` raises."""
    base = added.quantity
    numbers = []
    for row in line.numbers:
        same = (row.lot_no, row.serial_no) == (added.lot_no, added.serial_no) and not added.serial_no
        numbers.append(
            Number(
                quantity=row.quantity + base if same else row.quantity, lot_no=row.lot_no, serial_no=row.serial_no,
                package_no=row.package_no, expiration_date=row.expiration_date,
            )
        )  # fmt: skip
        base = Decimal(0) if same else base
    if base:
        numbers.append(added)
    set_numbers(session, order, line, numbers)
