"""What is left of many things at a date, in a fixed number of statements (availability-and-reservation.md 16)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.rounding import ZERO
from core.sql import ids_of
from models import ItemBalance, Location, Reservation
from services.availability.movements import movements
from services.availability.promise import NO_LOOK_AHEAD, LookAhead, Prospect, changes_of, proposals_of
from services.availability.quantities import Day, Quantities, count_in, sums

#: item, variant, location
Key = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Outlook:
    """Of one thing at one place: what lies there, what of it is held, and each day on which something is open."""

    inventory: Decimal
    reserved: Decimal
    days: tuple[Day, ...]
    #: what nobody holds of it at all other places together, goods on the way left out
    elsewhere: Decimal = ZERO

    @property
    def prospect(self) -> Prospect:
        """What nobody holds, now and later."""
        return Prospect(self.inventory - self.reserved, tuple(changes_of(self.days)), tuple(proposals_of(self.days)))

    def promise(self, on: dt.date, look: LookAhead = NO_LOOK_AHEAD) -> Decimal:
        """Available to promise at a date (section 15)."""
        return self.prospect.promise(on, look)

    def without_receipts(self, on: dt.date) -> Decimal:
        """Free stock less what others ask for up to the day and do not hold: what an invoice or a journal may take."""
        asked = (day.figures.gross_requirement - day.figures.reserved_requirement for day in self.days if day.day <= on)
        return self.inventory - self.reserved - sum(asked, ZERO)


def outlooks(session: Session, keys: Iterable[Key]) -> dict[Key, Outlook]:
    """What is in stock, held, asked for and coming for each key; three statements whatever their number."""
    wanted = set(keys)
    if not wanted:
        return {}
    items, places = {key[0] for key in wanted}, {key[2] for key in wanted}
    stock = _by_place(session, items, ItemBalance, ItemBalance.quantity)
    held = _by_place(session, items, Reservation, Reservation.quantity, Reservation.supply_entry_id.is_not(None))
    free: dict[tuple[int, int], Decimal] = defaultdict(lambda: ZERO)
    for key, quantity in stock.items():
        free[key[:2]] += max(quantity - held.get(key, ZERO), ZERO)
    days: dict[Key, list[Day]] = defaultdict(list)
    rows = movements(session, items, planned=True, transfers=True)
    place = (rows.c.item_id, rows.c.variant_id, rows.c.location_id)
    for row in session.execute(
        select(*place, rows.c.day, func.count().label("events"), *sums(rows))
        .where(rows.c.location_id.in_(ids_of(session, places)))
        .group_by(*place, rows.c.day)
        .order_by(rows.c.day)
    ):
        figures = Quantities()
        count_in(figures, row)
        days[row.item_id, row.variant_id, row.location_id].append(Day(row.day, figures, row.events))
    found = {}
    for key in wanted:
        there, kept = stock.get(key, ZERO), held.get(key, ZERO)
        elsewhere = free[key[:2]] - max(there - kept, ZERO)
        found[key] = Outlook(there, kept, tuple(days.get(key, ())), elsewhere)
    return found


def _by_place(session: Session, items: set[int], model: Any, column: Any, *conditions: Any) -> dict[Key, Decimal]:
    """Quantities of the items at every place that is no transit."""
    place = (model.item_id, model.variant_id, model.location_id)
    statement = (
        select(*place, func.sum(column, type_=column.type))
        .join(Location, Location.id == model.location_id)
        .where(model.item_id.in_(ids_of(session, items)), Location.use_as_in_transit.is_(False), *conditions)
        .group_by(*place)
    )
    return {(row[0], row[1], row[2]): row[3] for row in session.execute(statement)}
