"""What the books expect at a place on a day: the stock of now without what moved after that day (section 17.2)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.rounding import ZERO
from core.sql import ids_of
from models import Item, ItemLedgerEntry, ItemTrackingCode, ItemVariant, Location, WarehouseEntry
from models.base import ScaledDecimal
from services.documents.physical_inventory import TRACKED, Scope, Spot, conditions, expected


def expected_on(session: Session, scope: Scope, on: dt.date) -> dict[Spot, Decimal]:
    """Spot -> base units that entries up to and including `on` leave there, in the order one walks.

    Blocked items and variants and goods in transit are left out. Source: posting-and-costing.md section 17.2.
    """
    found = dict(expected(session, scope))
    late = dict(_moved_since(session, scope, on))
    for spot, moved in late.items():
        found[spot] = found.get(spot, ZERO) - moved
        if not found[spot] and not scope.include_not_on_stock:
            del found[spot]
    return dict(sorted(found.items(), key=lambda pair: (*pair[0][:3], pair[0].bin_id or 0, *pair[0][4:])))


def tracked_items(session: Session, item_ids: Collection[int]) -> set[int]:
    """Those of the items that are counted by their numbers."""
    return set(
        session.scalars(
            select(Item.id)
            .join(ItemTrackingCode, ItemTrackingCode.id == Item.item_tracking_code_id)
            .where(Item.id.in_(ids_of(session, item_ids)), TRACKED)
        )
    )


def _moved_since(session: Session, scope: Scope, on: dt.date) -> Iterator[tuple[Spot, Decimal]]:
    """What later days brought (positive) and took."""
    entry, line = ItemLedgerEntry, WarehouseEntry
    total = func.sum(entry.quantity, type_=ScaledDecimal())
    keys = (entry.item_id, entry.variant_id, entry.location_id)
    numbers = (entry.lot_no, entry.serial_no, entry.package_no)
    if scope.bin_ids is None:
        rows = session.execute(
            select(*keys, *numbers, total)
            .join(Item, Item.id == entry.item_id)
            .join(Location, Location.id == entry.location_id)
            .join(ItemVariant, ItemVariant.id == entry.variant_id)
            .where(
                entry.posting_date > on,
                *conditions(scope, entry.item_id, entry.location_id),
                Location.bin_mandatory.is_(False),
            )
            .group_by(*keys, *numbers)
        ).all()
        moved: dict[Spot, Decimal] = {}
        tracked = tracked_items(session, {row[0] for row in rows})
        for item_id, variant_id, location_id, lot_no, serial_no, package_no, quantity in rows:
            named = (lot_no, serial_no, package_no) if item_id in tracked else ("", "", "")
            spot = Spot(item_id, variant_id, location_id, None, *named)
            moved[spot] = moved.get(spot, ZERO) + quantity
        yield from moved.items()
    in_bins = (line.item_id, line.variant_id, line.location_id, line.bin_id,
               line.lot_no, line.serial_no, line.package_no)  # fmt: skip
    narrowed = [line.bin_id.in_(sorted(scope.bin_ids))] if scope.bin_ids is not None else []
    lines = session.execute(
        select(*in_bins, func.sum(line.quantity, type_=ScaledDecimal()))
        .join(Item, Item.id == line.item_id)
        .join(Location, Location.id == line.location_id)
        .join(ItemVariant, ItemVariant.id == line.variant_id)
        .where(
            line.registering_date > on,
            *conditions(scope, line.item_id, line.location_id),
            Location.bin_mandatory.is_(True),
            *narrowed,
        )
        .group_by(*in_bins)
    )
    for row in lines:
        yield Spot(*row[:7]), row[7]
