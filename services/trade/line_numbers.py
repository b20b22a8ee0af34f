"""Lots and serial numbers planned on a line, and which of them the next posting takes (tracking.md sections 2, 5)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from core.errors import PostingError, ValidationError
from core.rounding import ZERO
from core.text import _, plain_quantity
from models import TradeLine, TradeLineNumber
from models.enums import TradeLineType
from services.trade.facts import TradeFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A lot, serial or package number with its quantity in base units (> 0)."""

    lot_no: str = ""
    serial_no: str = ""
    package_no: str = ""
    quantity: Decimal
    qty_to_handle: Decimal | None = None
    expiration_date: dt.date | None = None
    warranty_date: dt.date | None = None
    applies_to_entry_id: int | None = None
    applies_from_entry_id: int | None = None


def set_numbers(line: TradeLine, numbers: Sequence[Number], facts: TradeFacts) -> None:
    """Replace what is planned; what was handled already keeps its numbers.

    Raises ValidationError `tracking_quantity`, `tracking_duplicate`, `serial_quantity`, `tracking_too_much`,
    `tracking_handled`, `tracking_not_allowed`, `tracking_fixed`.
    """
    if line.posted_line_id is not None:
        raise ValidationError(
            "tracking_fixed", _("This line bills goods that moved already, with the numbers they have."),
            field="lot_no", hint=_("Look at them on the receipt or shipment."),
        )  # fmt: skip
    item = facts.items.get(line.item_id or 0)
    if line.type != TradeLineType.ITEM or item is None or item.item.item_tracking_code_id is None:
        raise ValidationError("tracking_not_allowed", _("This line carries no lot or serial numbers."), field="lot_no")
    _check(numbers)
    kept = {_key(row): row for row in line.numbers if row.qty_handled}
    rows = []
    for number in numbers:
        row = kept.pop(_key(number), None) or TradeLineNumber(qty_handled=ZERO, qty_invoiced=ZERO)
        if row.qty_handled and number.quantity < row.qty_handled:
            raise _handled(row)
        for name in Number.__dataclass_fields__:
            setattr(row, name, getattr(number, name))
        rows.append(row)
    if kept:
        raise _handled(next(iter(kept.values())))
    line.numbers = rows
    check_numbers_fit(line)


def with_number(line: TradeLine, added: Number) -> list[Number]:
    """What is planned on the line and `added`: a lot that is there already grows."""
    found = [
        Number(lot_no=row.lot_no, serial_no=row.serial_no, package_no=row.package_no, quantity=row.quantity,
               qty_to_handle=row.qty_to_handle, expiration_date=row.expiration_date, warranty_date=row.warranty_date,
               applies_to_entry_id=row.applies_to_entry_id, applies_from_entry_id=row.applies_from_entry_id)
        for row in line.numbers
    ]  # fmt: skip
    for place, row in enumerate(found):
        if (row.lot_no, row.serial_no) == (added.lot_no, added.serial_no) and not added.serial_no:
            found[place] = replace(
                row, quantity=row.quantity + added.quantity, qty_to_handle=None,
                expiration_date=row.expiration_date or added.expiration_date,
            )  # fmt: skip
            return found
    return [*found, added]


def check_numbers_fit(line: TradeLine) -> None:
    """More than the line's quantity cannot be planned: ValidationError `tracking_too_much`."""
    if not line.numbers:
        return
    planned = sum((row.quantity for row in line.numbers), ZERO)
    if planned > abs(line.quantity_base):
        raise ValidationError(
            "tracking_too_much",
            _("Numbers for %(planned)s are entered, the line is about %(quantity)s.",
              planned=plain_quantity(planned), quantity=plain_quantity(abs(line.quantity_base))),
            field="lot_no", line=line.line_no, hint=_("Take numbers away, or raise the quantity."),
        )  # fmt: skip


def _check(numbers: Iterable[Number]) -> None:
    seen: set[tuple[str, str, str]] = set()
    serials: set[str] = set()
    for number in numbers:
        if not number.quantity > 0:
            raise ValidationError("tracking_quantity", _("Each number needs a quantity."), field="lot_no")
        if number.serial_no and number.quantity != 1:
            raise ValidationError(
                "serial_quantity",
                _("Serial number %(number)s stands for one piece; the quantity must be 1.", number=number.serial_no),
                field="serial_no",
            )
        if _key(number) in seen or (number.serial_no and number.serial_no in serials):
            raise ValidationError(
                "tracking_duplicate",
                _("%(number)s is entered twice.", number=number.serial_no or number.lot_no or number.package_no),
                field="lot_no",
                hint=_("Change the quantity of the first one instead."),
            )
        seen.add(_key(number))
        serials.add(number.serial_no)


def _key(number: Number | TradeLineNumber) -> tuple[str, str, str]:
    return number.lot_no, number.serial_no, number.package_no


def _handled(row: TradeLineNumber) -> ValidationError:
    return ValidationError(
        "tracking_handled",
        _("%(number)s is received or shipped already; it stays as it is.", number=row.serial_no or row.lot_no),
        field="lot_no",
    )


@dataclass(frozen=True, slots=True)
class Portion:
    """A part of a line's movement with its number, if any; base units, unsigned."""

    quantity: Decimal
    row: TradeLineNumber | None = None


def portions(line: TradeLine, quantity: Decimal, numbers: Sequence[TradeLineNumber]) -> list[Portion]:
    """What of the numbers moves when `quantity` base units of the line do: of each as said, of others the first left.

    Raises PostingError `tracking_missing` where the numbers do not add up to the quantity (section 5).
    """
    if not numbers:
        return [Portion(quantity)]
    wanted = quantity - sum((row.qty_to_handle for row in numbers if row.qty_to_handle is not None), ZERO)
    taken: list[Portion] = []
    for row in numbers:
        part = row.qty_to_handle
        if part is None:
            part = max(min(row.quantity - row.qty_handled, wanted), ZERO)
            wanted -= part
        if part:
            taken.append(Portion(part, row))
    if wanted:
        raise PostingError(
            "tracking_missing",
            _("Line %(line)s moves %(quantity)s, but lot or serial numbers are entered for %(there)s only.",
              line=line.line_no, quantity=plain_quantity(quantity), there=plain_quantity(quantity - wanted))
            if wanted > 0
            else _("Line %(line)s moves %(quantity)s, but %(there)s of its lots and serial numbers are to be handled.",
                   line=line.line_no, quantity=plain_quantity(quantity), there=plain_quantity(quantity - wanted)),
            field="lot_no", line=line.line_no,
            hint=_("Enter the missing numbers, or lower the quantity.") if wanted > 0
            else _("Say on the page of the numbers which of them move, or raise the quantity."),
        )  # fmt: skip
    return taken
