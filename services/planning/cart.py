"""The reorder cart: rows that were ticked become purchase orders by vendor and transfer orders by road.

Nothing is released or posted; the orders are opened as if somebody had typed them.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from core.errors import DomainError, ValidationError
from core.text import _
from models import BLANK_ID, Vendor
from models.enums import ReplenishmentSystem, TradeSide, TradeType
from services.planning.parameters import order_quantities
from services.planning.reorder import ReorderRow, purchase_units
from services.trade.documents import create_document
from services.trade.lines import add_lines
from services.transfers import lines as transfer_lines
from services.transfers import orders as transfer_orders


@dataclass(frozen=True, slots=True)
class Chosen:
    """A row to order: how much in base units, and from which vendor where that is not the row's own."""

    row: ReorderRow
    quantity: Decimal
    vendor_id: int | None = None

    @property
    def vendor(self) -> int | None:
        """Who delivers."""
        return self.vendor_id or self.row.vendor_id


@dataclass(frozen=True, slots=True)
class Ordered:
    """Numbers of what was opened."""

    purchase: tuple[str, ...] = ()
    transfer: tuple[str, ...] = ()


def order(session: Session, chosen: Sequence[Chosen], *, on: dt.date, user_id: int | None = None) -> Ordered:
    """Open a purchase order for each vendor and a transfer order for each road, all or none.

    A quantity over the maximum order becomes several lines. Raises ValidationError, its `line` the place in `chosen`
    from 1: `nothing_chosen`, `quantity_missing`, `vendor_missing`, `not_bought`, `too_many_orders`, and what opening
    orders raises.
    """
    if not chosen:
        raise ValidationError("nothing_chosen", _("Tick the rows to order first."))
    by_vendor: dict[int, list[tuple[int, Chosen]]] = defaultdict(list)
    by_road: dict[tuple[int, int], list[tuple[int, Chosen]]] = defaultdict(list)
    for place, single in enumerate(chosen, 1):
        _check(place, single)
        if single.row.replenishment is ReplenishmentSystem.TRANSFER:
            by_road[single.row.transfer_from_id or 0, single.row.location_id].append((place, single))
        else:
            by_vendor[single.vendor or 0].append((place, single))
    units = purchase_units(session, [single.row.item_id for single in chosen])
    bought = [_purchase(session, vendor_id, group, units, on, user_id) for vendor_id, group in by_vendor.items()]
    moved = [_transfer(session, road, group, on) for road, group in by_road.items()]
    return Ordered(tuple(bought), tuple(moved))


def _check(place: int, single: Chosen) -> None:
    row = single.row
    if single.quantity <= 0:
        raise ValidationError("quantity_missing", _("Say how much of %(no)s to order.", no=row.no), line=place)
    if row.replenishment is ReplenishmentSystem.TRANSFER:
        return
    if row.replenishment is not ReplenishmentSystem.PURCHASE:
        raise ValidationError(
            "not_bought", _("%(no)s is made here and not bought. Untick it.", no=row.no), line=place
        )  # fmt: skip
    if single.vendor is None:
        raise ValidationError(
            "vendor_missing", _("Choose a vendor for %(no)s, here or on its card.", no=row.no), line=place
        )


def _purchase(
    session: Session,
    vendor_id: int,
    group: Sequence[tuple[int, Chosen]],
    units: dict[int, tuple[int, Decimal]],
    on: dt.date,
    user_id: int | None,
) -> str:
    """One order with a line for each quantity; at one location where all rows are."""
    vendor = session.get_one(Vendor, vendor_id)
    places = {single.row.location_id for _place, single in group}
    header = {"location_id": places.pop()} if len(places) == 1 and BLANK_ID not in places else {}
    document = create_document(
        session, TradeSide.PURCHASE, TradeType.ORDER, vendor.no, header, on=on, user_id=user_id
    )  # fmt: skip
    for place, single in group:
        row = single.row
        for quantity in _quantities(place, single):
            values: dict[str, object] = {"item_id": row.item_id, "quantity": quantity}
            if row.variant_id:
                values["variant_id"] = row.variant_id
            if row.location_id:
                values["location_id"] = row.location_id
            values |= _in_unit(quantity, units.get(row.item_id))
            try:
                add_lines(session, document.id, [values], user_id=user_id)
            except DomainError as error:
                error.line = place
                raise
    return document.no


def _in_unit(quantity: Decimal, unit: tuple[int, Decimal] | None) -> dict[str, object]:
    """In purchase units where that is a whole number of them, else in base units."""
    if unit is None:
        return {}
    unit_id, factor = unit
    return {"quantity": quantity / factor, "unit_of_measure_id": unit_id} if quantity % factor == 0 else {}


def _quantities(place: int, single: Chosen) -> list[Decimal]:
    """The suggestion as its separate orders; what somebody typed stays one."""
    if single.quantity != single.row.suggested:
        return [single.quantity]
    try:
        return order_quantities(single.quantity, single.row.parameters)
    except ValidationError as error:
        error.line = place
        raise


def _transfer(session: Session, road: tuple[int, int], group: Sequence[tuple[int, Chosen]], on: dt.date) -> str:
    source, target = road
    made = transfer_orders.create_order(session, {"from_location_id": source, "to_location_id": target}, on=on)
    for place, single in group:
        values: dict[str, object] = {"item_id": single.row.item_id, "quantity": single.quantity}
        if single.row.variant_id:
            values["variant_id"] = single.row.variant_id
        try:
            transfer_lines.add_line(session, made, values)
        except DomainError as error:
            error.line = place
            raise
    return made.no
