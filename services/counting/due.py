"""What is to be counted now by its counting period (posting-and-costing.md section 17.3)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, literal, select
from sqlalchemy.orm import Session

from models import (
    CountingPeriod,
    Item,
    ItemVariant,
    Location,
    PhysicalInventoryLedgerEntry,
    StockkeepingUnit,
)
from models.enums import ItemType
from services.items.counting import CountWindow, next_window

#: Rows a page shows; the count made from it takes all.
SHOWN = 200


@dataclass(frozen=True)
class DueItem:
    """An item, or one of its stockkeeping units, whose window has begun."""

    item_id: int
    item_no: str
    description: str
    variant_code: str
    location_code: str
    period_code: str
    last_count: dt.date | None
    window: CountWindow


@dataclass(frozen=True)
class Due:
    """All that is due, those that wait longest first."""

    items: list[DueItem]

    @property
    def shown(self) -> list[DueItem]:
        """As many as a page takes."""
        return self.items[:SHOWN]


def due_items(session: Session, on: dt.date, *, location_id: int | None = None) -> Due:
    """Items and stockkeeping units with a counting period whose next window has begun on day `on`."""
    rows = [*session.execute(_items()), *session.execute(_units(location_id))]
    found = []
    for item_id, no, description, variant, location, period, counts_per_year, last in rows:
        window = next_window(counts_per_year, last, on)
        if window.is_due(on):
            found.append(DueItem(item_id, no, description, variant, location, period, last, window))
    return Due(sorted(found, key=lambda one: (one.window.starts, one.item_no, one.location_code)))


def _items() -> Select[Any]:
    entry = PhysicalInventoryLedgerEntry
    last = select(entry.item_id, func.max(entry.posting_date).label("day")).group_by(entry.item_id).subquery()
    return (
        select(
            Item.id, Item.no, Item.description, literal(""), literal(""), CountingPeriod.code,
            CountingPeriod.counts_per_year, last.c.day,
        )
        .join(CountingPeriod, CountingPeriod.id == Item.counting_period_id)
        .outerjoin(last, last.c.item_id == Item.id)
        .where(Item.type == ItemType.INVENTORY, Item.blocked.is_(False))
    )  # fmt: skip


def _units(location_id: int | None) -> Select[Any]:
    entry, unit = PhysicalInventoryLedgerEntry, StockkeepingUnit
    keys = (entry.item_id, entry.variant_id, entry.location_id)
    last = select(*keys, func.max(entry.posting_date).label("day")).group_by(*keys).subquery()
    statement = (
        select(
            Item.id, Item.no, Item.description, ItemVariant.code, Location.code, CountingPeriod.code,
            CountingPeriod.counts_per_year, last.c.day,
        )
        .join(unit, unit.item_id == Item.id)
        .join(ItemVariant, ItemVariant.id == unit.variant_id)
        .join(Location, Location.id == unit.location_id)
        .join(CountingPeriod, CountingPeriod.id == unit.counting_period_id)
        .outerjoin(
            last,
            (last.c.item_id == unit.item_id) & (last.c.variant_id == unit.variant_id)
            & (last.c.location_id == unit.location_id),
        )
        .where(Item.type == ItemType.INVENTORY, Item.blocked.is_(False))
    )  # fmt: skip
    return statement if location_id is None else statement.where(unit.location_id == location_id)
