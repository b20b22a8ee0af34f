"""Lines of a transfer order and the numbers that travel on them (documents.md sections 3, 4, 19)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from core.errors import DomainError, ValidationError, errors_of
from core.rounding import ZERO
from core.text import _, plain_quantity
from models import (
    BLANK_ID,
    Item,
    ItemVariant,
    TransferLine,
    TransferLineNumber,
    TransferOrder,
)
from models.enums import DocumentStatus, ItemType
from services.items.blocking import check_item_free, check_variant_free
from services.reservations.changes import reserve_always_items, transfer_lines_changed
from services.reservations.sources import SourceKind
from services.transfers.dates import check_dates, load_road_days, receipt_date, shipment_date
from services.transfers.goods import Goods, load_goods
from services.transfers.orders import check_not_in_transit, released, touch
from services.units import check_precision, to_base
from services.values import assign

FIELDS = (
    "item_id", "variant_id", "description", "unit_of_measure_id", "quantity", "qty_to_ship", "qty_to_receive",
    "shipment_date", "receipt_date", "from_bin_id", "to_bin_id", "applies_to_entry_id", "dimension_set_id",
)  # fmt: skip
_LOCKED = frozenset({"item_id", "variant_id", "quantity", "unit_of_measure_id", "shipment_date", "receipt_date"})
_GOODS = frozenset({"item_id", "variant_id", "unit_of_measure_id"})
_STEP = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A lot, serial or package number of a line; quantity in base units."""

    quantity: Decimal
    lot_no: str = ""
    serial_no: str = ""
    package_no: str = ""
    expiration_date: dt.date | None = None


def add_line(
    session: Session, order: TransferOrder, values: Mapping[str, object], numbers: Iterable[Number] = ()
) -> TransferLine:
    """A new line at the end of an open order. `values` are FIELDS; unit, bins and dates have proposals.

    Raises ValidationError `order_released`, `item_not_inventory`, `unit_not_of_item`, `receipt_before_shipment`,
    `tracking_exceeds_quantity` and those of `assign`.
    """
    if order.status == DocumentStatus.RELEASED:
        raise released("item_id")
    line = _made(session, order, values, load_goods(session, order, [values]))
    _set_numbers(line, numbers)
    touch(session, order)
    session.flush()
    transfer_lines_changed(session, [line], ("numbers",))
    reserve_always_items(session, SourceKind.TRANSFER_OUT, [line])
    return line


def add_lines(session: Session, order: TransferOrder, values: Sequence[Mapping[str, object]]) -> list[TransferLine]:
    """Lines at the end of an open order, all or none; the statements do not grow with them.

    The first that cannot be kept raises what `add_line` raises, with its `line` (its place in `values` from 1).
    """
    if order.status == DocumentStatus.RELEASED:
        raise released("item_id")
    goods = load_goods(session, order, values)
    added = []
    for place, given in enumerate(values, 1):
        try:
            added.append(_made(session, order, given, goods))
        except DomainError as error:
            for single in errors_of(error):
                single.line = place
            raise
    touch(session, order)
    reserve_always_items(session, SourceKind.TRANSFER_OUT, added)
    return added


def _made(session: Session, order: TransferOrder, values: Mapping[str, object], goods: Goods) -> TransferLine:
    line = TransferLine(
        line_no=max((line.line_no for line in order.lines), default=0) + _STEP,
        variant_id=BLANK_ID, description="", quantity=ZERO, quantity_base=ZERO, qty_per_unit_of_measure=Decimal(1),
        qty_to_ship=ZERO, qty_shipped=ZERO, qty_shipped_base=ZERO, qty_to_receive=ZERO, qty_received=ZERO,
        qty_received_base=ZERO, shipment_date=order.shipment_date, receipt_date=order.receipt_date, numbers=[],
        dimension_set_id=order.dimension_set_id,
    )  # fmt: skip
    with session.no_autoflush:
        known = {name: value for name, value in values.items() if goods.knows(name, value)}
        for name, value in known.items():
            setattr(line, name, value)
        rest = {name: value for name, value in values.items() if name not in known}
        assign(session, line, rest, FIELDS, required=("item_id",))
        _fill(session, order, line, values, goods)
    order.lines.append(line)
    return line


def edit_line(session: Session, order: TransferOrder, line: TransferLine, values: Mapping[str, object]) -> None:
    """Change a line; quantities to ship and to receive also when the order is released.

    Raises ValidationError `order_released`, `line_shipped`, `quantity_below_shipped`, `quantity_exceeds_outstanding`,
    `quantity_exceeds_in_transit`, `line_reserved`, `reservation_date_conflict` and those of `add_line`.
    """
    changes = {name: value for name, value in values.items() if getattr(line, name, None) != value}
    locked = sorted(changes.keys() & _LOCKED)
    if order.status == DocumentStatus.RELEASED and locked:
        raise released(locked[0])
    if line.qty_shipped and changes.keys() & _GOODS:
        raise ValidationError(
            "line_shipped", _("Something of the line is shipped already; its item cannot be changed any more."),
            field="item_id", line=line.line_no,
        )  # fmt: skip
    goods = load_goods(session, order, [{"item_id": line.item_id, "variant_id": line.variant_id}, changes])
    with session.no_autoflush:
        assign(session, line, changes, FIELDS)
        _fill(session, order, line, changes, goods)
    touch(session, order)
    if locked:
        session.flush()
        transfer_lines_changed(session, [line], changes.keys())


def set_numbers(session: Session, order: TransferOrder, line: TransferLine, numbers: Iterable[Number]) -> None:
    """Say which numbers travel; what was shipped under a number stays.

    Raises ValidationError `tracking_exceeds_quantity`, `number_shipped`, `quantity_required`.
    """
    _set_numbers(line, numbers)
    touch(session, order)
    session.flush()
    transfer_lines_changed(session, [line], ("numbers",))


def delete_line(session: Session, order: TransferOrder, line: TransferLine) -> None:
    """Take a line off an open order. Raises ValidationError `order_released`, `goods_in_transit`."""
    if order.status == DocumentStatus.RELEASED:
        raise released("item_id")
    check_not_in_transit(line)
    order.lines.remove(line)
    touch(session, order)


def _fill(
    session: Session, order: TransferOrder, line: TransferLine, changed: Mapping[str, object], goods: Goods
) -> None:
    """What follows from the fields that were changed."""
    item = goods.items[line.item_id]
    if "item_id" in changed:
        _new_item(session, order, line, item, changed, goods)
    elif "variant_id" in changed:
        _variant(session, line, item)
    if changed.keys() & {"item_id", "unit_of_measure_id", "quantity"}:
        line.qty_per_unit_of_measure, precision = _unit(line, item, goods)
        check_precision(line.quantity, precision)
        line.quantity_base = to_base(line.quantity, line.qty_per_unit_of_measure, goods.base_precision(item))
        if line.quantity < line.qty_shipped:
            raise ValidationError(
                "quantity_below_shipped",
                _("%(shipped)s are shipped already; the quantity cannot be less.",
                  shipped=plain_quantity(line.qty_shipped)), field="quantity", line=line.line_no,
            )  # fmt: skip
    if "quantity" in changed and "qty_to_ship" not in changed:
        line.qty_to_ship = line.outstanding
    if line.qty_to_ship > line.outstanding:
        raise ValidationError(
            "quantity_exceeds_outstanding",
            _("Only %(left)s are still to be shipped.", left=plain_quantity(line.outstanding)),
            field="qty_to_ship", line=line.line_no, hint=_("Ship at most that, or raise the quantity."),
        )  # fmt: skip
    if line.qty_to_receive > line.in_transit:
        raise ValidationError(
            "quantity_exceeds_in_transit",
            _("Only %(left)s are in transit.", left=plain_quantity(line.in_transit)),
            field="qty_to_receive", line=line.line_no, hint=_("Receive at most that."),
        )  # fmt: skip
    if "receipt_date" in changed and "shipment_date" not in changed:
        line.shipment_date = shipment_date(order, line.receipt_date, load_road_days(session, order))
    elif "shipment_date" in changed and "receipt_date" not in changed:
        line.receipt_date = receipt_date(order, line.shipment_date, load_road_days(session, order))
    check_dates(line.shipment_date, line.receipt_date)


def _variant(session: Session, line: TransferLine, item: Item) -> ItemVariant | None:
    """The line's variant, which is one of the item's and free to be moved; None for none."""
    variant = session.get(ItemVariant, line.variant_id) if line.variant_id else None
    if variant is not None and variant.item_id != item.id:
        raise ValidationError("variant_unknown", _("Item %(no)s has no such variant.", no=item.no), field="variant_id")
    check_variant_free(item, variant, field="variant_id")
    return variant


def _new_item(
    session: Session, order: TransferOrder, line: TransferLine, item: Item, given: Mapping[str, object], goods: Goods
) -> None:
    if item.type != ItemType.INVENTORY:
        raise ValidationError(
            "item_not_inventory", _("Item %(no)s carries no stock; it cannot be moved.", no=item.no), field="item_id"
        )
    check_item_free(item, field="item_id")
    variant = _variant(session, line, item)
    line.item = item
    if "dimension_set_id" not in given:
        line.dimension_set_id = goods.dimension_sets.get(item.id, order.dimension_set_id)
    if "description" not in given:
        line.description = (variant.description if variant is not None else "") or item.description
    if given.get("unit_of_measure_id") is None:
        line.unit_of_measure_id = item.base_unit_of_measure_id
    for name, place in (("from_bin_id", order.from_location_id), ("to_bin_id", order.to_location_id)):
        if given.get(name) is None:
            setattr(line, name, goods.default_bins.get((place, item.id, line.variant_id)))


def _unit(line: TransferLine, item: Item, goods: Goods) -> tuple[Decimal, Decimal]:
    """How many base units the line's unit is, and in which steps it is counted."""
    found = goods.units.get((item.id, line.unit_of_measure_id))
    if found is not None:
        return found
    if line.unit_of_measure_id == item.base_unit_of_measure_id:
        return Decimal(1), ZERO
    raise ValidationError(
        "unit_not_of_item", _("Item %(no)s is not kept in this unit.", no=item.no), field="unit_of_measure_id",
        line=line.line_no, hint=_("Add the unit to the item, or choose another."),
    )  # fmt: skip


def _set_numbers(line: TransferLine, numbers: Iterable[Number]) -> None:
    known = {(row.lot_no, row.serial_no, row.package_no): row for row in line.numbers}
    kept: list[TransferLineNumber] = []
    for number in numbers:
        row = known.pop((number.lot_no, number.serial_no, number.package_no), None)
        if row is None:
            row = TransferLineNumber(
                lot_no=number.lot_no, serial_no=number.serial_no, package_no=number.package_no, qty_shipped=ZERO,
                qty_received=ZERO,
            )  # fmt: skip
        if number.quantity <= 0 or number.quantity < row.qty_shipped:
            raise ValidationError(
                "number_shipped" if row.qty_shipped else "quantity_required",
                _("Enter how much of %(number)s travels; %(shipped)s are shipped.",
                  number=number.serial_no or number.lot_no or number.package_no,
                  shipped=plain_quantity(row.qty_shipped)), field="quantity", line=line.line_no,
            )  # fmt: skip
        row.quantity, row.expiration_date = number.quantity, number.expiration_date
        kept.append(row)
    gone = next((row for row in known.values() if row.qty_shipped), None)
    if gone is not None:
        raise ValidationError(
            "number_shipped", _("%(number)s is shipped already.", number=gone.serial_no or gone.lot_no),
            field="lot_no", line=line.line_no,
        )  # fmt: skip
    if sum((row.quantity for row in kept), ZERO) > line.quantity_base:
        raise ValidationError(
            "tracking_exceeds_quantity", _("More is given under numbers than the line is about."), field="quantity",
            line=line.line_no, hint=_("Lower the quantities of the numbers, or raise the line's."),
        )  # fmt: skip
    line.numbers = kept
