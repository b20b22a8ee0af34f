"""What is left of many things at a date, in a fixed number of statements (items.md section 20, stockout warning)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.rounding import ZERO
from core.sql import ids_of
from models import ItemBalance
from services.reservations.sources import SOURCES, OpenLine, SourceKind

#: item, variant, location
Key = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Outlook:
    """Of one thing at one place: what lies there and every open demand and supply, in base units."""

    inventory: Decimal
    lines: tuple[OpenLine, ...]

    def projected(self, on: dt.date) -> Decimal:
        """Inventory + receipts - requirements up to the day; what has no date counts as overdue."""
        return self.inventory + sum((line.quantity for line in self.lines if _due(line, on)), ZERO)


def _due(line: OpenLine, on: dt.date) -> bool:
    return line.date is None or line.date <= on


def outlooks(session: Session, keys: Iterable[Key], until: dt.date) -> dict[Key, Outlook]:
    """What is in stock, asked for and coming up to `until` for each key; one statement for stock, one a source."""
    wanted = set(keys)
    if not wanted:
        return {}
    items, places = {key[0] for key in wanted}, {key[2] for key in wanted}
    balances = session.execute(
        select(ItemBalance.item_id, ItemBalance.variant_id, ItemBalance.location_id, ItemBalance.quantity).where(
            ItemBalance.item_id.in_(ids_of(session, items)), ItemBalance.location_id.in_(ids_of(session, places))
        )
    )
    stock: dict[Key, Decimal] = defaultdict(lambda: ZERO)
    for item_id, variant_id, location_id, quantity in balances.tuples():
        stock[item_id, variant_id, location_id] += quantity
    lines: dict[Key, list[OpenLine]] = defaultdict(list)
    for source in (single for single in SOURCES.values() if not single.planned):
        statement = source.statement().where(
            source.item_id.in_(ids_of(session, items)), source.location_id.in_(ids_of(session, places)),
            (source.date <= until) | source.date.is_(None),
        )  # fmt: skip
        for row in session.execute(statement):
            line = OpenLine(SourceKind(row[0]), *row[1:])
            lines[line.item_id, line.variant_id, line.location_id].append(line)
    return {key: Outlook(stock.get(key, ZERO), tuple(lines.get(key, ()))) for key in wanted}
