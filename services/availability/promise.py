"""By when a quantity can be had (availability-and-reservation.md section 17)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

from sqlalchemy.orm import Session

from core.rounding import ZERO
from services.availability.quantities import Place, open_lines, reserved_by_line, stock


def available_to_promise(free: Decimal, changes: Iterable[tuple[dt.date, Decimal]], on: dt.date) -> Decimal:
    """ATP at a date without look-ahead (section 15): free stock and all unreserved changes up to the date. Pure."""
    return free + sum((quantity for day, quantity in changes if day <= on), ZERO)


def earliest_date(
    need: Decimal,
    free: Decimal,
    changes: Sequence[tuple[dt.date, Decimal]],
    start: dt.date,
    end: dt.date | None = None,
) -> dt.date | None:
    """The first day on which `need` is there; None if never, up to `end`. Pure, by days.

    `changes` are unreserved supply (> 0) and demand (< 0). Demand after the day found is not looked at, except where
    the quantity is there at the start: then it must last until the next surplus.
    """
    by_day: dict[dt.date, Decimal] = defaultdict(lambda: ZERO)
    for day, quantity in changes:
        if day <= start:
            free += quantity
        elif end is None or day <= end:
            by_day[day] += quantity
    balance, at_start = free, free >= need
    for day, net in sorted(by_day.items()):
        if at_start and net > 0:
            return start
        balance += net
        at_start = at_start and balance >= need
        if net > 0 and balance >= need:
            return day
    return start if at_start else None


def unreserved_changes(session: Session, item_id: int, place: Place) -> list[tuple[dt.date, Decimal]]:
    """What is open of an item less what is reserved, by date; overdue and dateless lines as the earliest."""
    reserved = reserved_by_line(session, item_id)
    changes = []
    for line in open_lines(session, [item_id], place):
        held = reserved.get((line.kind, line.id), ZERO)
        changes.append((line.date or dt.date.min, line.quantity + (held if line.demand else -held)))
    return changes


def earliest_availability(
    session: Session, item_id: int, place: Place, need: Decimal, start: dt.date, end: dt.date | None = None
) -> dt.date | None:
    """The earliest availability date of an item at a place, from what nobody holds."""
    free = stock(session, [item_id], place)[item_id].available_inventory
    return earliest_date(need, free, unreserved_changes(session, item_id, place), start, end)


def promise_quantity(session: Session, item_id: int, place: Place, on: dt.date) -> Decimal:
    """Available to promise of an item at one location, look-ahead 0D."""
    free = stock(session, [item_id], place)[item_id].available_inventory
    return available_to_promise(free, unreserved_changes(session, item_id, place), on)
