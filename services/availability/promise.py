"""What can be promised, and by when (availability-and-reservation.md sections 15 and 17). The arithmetic is pure."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from core.date_formulas import add_formula
from core.rounding import ZERO
from models import AvailabilitySetup, TimeBucket
from services.availability.movements import Place
from services.availability.quantities import Day, by_day, stock

#: unreserved supply (> 0) or demand (< 0) of a day
Change = tuple[dt.date, Decimal]
_END_OF = {
    TimeBucket.DAY: "CD", TimeBucket.WEEK: "CW", TimeBucket.MONTH: "CM", TimeBucket.QUARTER: "CQ",
    TimeBucket.YEAR: "CY",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class LookAhead:
    """How long after a date need is looked at: blank is for ever, `0D` not at all; weighed in buckets."""

    period: str = "0D"
    bucket: TimeBucket = TimeBucket.DAY

    def reaches(self, on: dt.date) -> dt.date | None:
        """The last day looked at: the end of the bucket in which the period ends; None for ever, `on` for none."""
        if not self.period:
            return None
        end = reaches(on, self.period)
        return on if end <= on else bucket_end(end, self.bucket)


NO_LOOK_AHEAD = LookAhead()


def bucket_end(day: dt.date, bucket: TimeBucket) -> dt.date:
    """The last day of the bucket that `day` lies in."""
    return add_formula(day, _END_OF[bucket])


def reaches(day: dt.date, formula: str) -> dt.date:
    """The day that a formula leads to; past the calendar, its last day."""
    try:
        return add_formula(day, formula)
    except OverflowError:
        return dt.date.max


def available_to_promise(
    free: Decimal, changes: Iterable[Change], on: dt.date, look: LookAhead = NO_LOOK_AHEAD, *,
    proposals: Iterable[Change] = (),
) -> Decimal:  # fmt: skip
    """ATP at a date (section 15): free stock, unreserved changes up to it, less what need soon after will take. Pure.

    `proposals` are planned receipts: they count in the look-ahead alone.
    """
    rows = list(changes)
    there = free + sum((quantity for day, quantity in rows if day <= on), ZERO)
    return there - future_need([*rows, *proposals], on, look)


def future_need(changes: Iterable[Change], on: dt.date, look: LookAhead) -> Decimal:
    """The look-ahead: net need of the buckets after `on`, up to the first that has a surplus; never below zero. Pure.

    What is left of the bucket that `on` lies in goes in first, need or surplus alike.
    """
    last = look.reaches(on)
    if last is not None and last <= on:
        return ZERO
    rest = bucket_end(on, look.bucket)
    buckets: dict[dt.date, Decimal] = defaultdict(lambda: ZERO)
    for day, quantity in changes:
        if day > on and (last is None or day <= last):
            buckets[bucket_end(day, look.bucket)] -= quantity
    need = buckets.pop(rest, ZERO)
    for _end, net in sorted(buckets.items()):
        if net < 0:
            break
        need += net
    return max(need, ZERO)


def earliest_date(
    need: Decimal,
    free: Decimal,
    changes: Sequence[Change],
    start: dt.date,
    end: dt.date | None = None,
    bucket: TimeBucket = TimeBucket.DAY,
) -> dt.date | None:
    """The first day on which `need` is there; None if never, up to `end`. Pure.

    `changes` are unreserved supply (> 0) and demand (< 0). Demand after the bucket found is not looked at, except where
    the quantity is there at the start: then it must last until the next surplus. In a longer bucket the day is that of
    the last receipt that is needed.
    """
    buckets: dict[dt.date, list[Change]] = defaultdict(list)
    for day, quantity in changes:
        if day <= start:
            free += quantity
        elif end is None or day <= end:
            buckets[bucket_end(day, bucket)].append((day, quantity))
    balance, at_start = free, free >= need
    for _end, inside in sorted(buckets.items()):
        net = sum((quantity for _day, quantity in inside), ZERO)
        if at_start and net > 0:
            return start
        balance += net
        at_start = at_start and balance >= need
        if net > 0 and balance >= need:
            return _last_needed(need, balance, inside)
    return start if at_start else None


def _last_needed(need: Decimal, balance: Decimal, inside: Sequence[Change]) -> dt.date:
    """Of a bucket that ends with `balance` >= need, the day of the last receipt without which it would not."""
    receipts: dict[dt.date, Decimal] = defaultdict(lambda: ZERO)
    for day, quantity in inside:
        if quantity > 0:
            receipts[day] += quantity
    for day in sorted(receipts, reverse=True):
        if balance - receipts[day] < need:
            return day
        balance -= receipts[day]
    return min(receipts)


# ------------------------------------------------------------------------------------------------ read
def changes_of(days: Iterable[Day]) -> list[Change]:
    """Supply and demand of the days less what is reserved of them; one row each, so that receipts keep their days."""
    changes = []
    for single in days:
        figures = single.figures
        for quantity in (
            figures.scheduled_receipt - figures.reserved_receipt,
            figures.reserved_requirement - figures.gross_requirement,
        ):
            if quantity:
                changes.append((single.day, quantity))
    return changes


def proposals_of(days: Iterable[Day]) -> list[Change]:
    """Planned receipts of the days that nobody holds."""
    free = ((single.day, single.figures.planned_receipt - single.figures.reserved_planned) for single in days)
    return [change for change in free if change[1]]


@dataclass(frozen=True, slots=True)
class Prospect:
    """What nobody holds of an item at a place: stock, then changes by day, then proposals."""

    free: Decimal
    changes: tuple[Change, ...]
    proposals: tuple[Change, ...] = ()

    def promise(self, on: dt.date, look: LookAhead = NO_LOOK_AHEAD) -> Decimal:
        """Available to promise at a date."""
        return available_to_promise(self.free, self.changes, on, look, proposals=self.proposals)

    def earliest(
        self, need: Decimal, start: dt.date, end: dt.date | None = None, bucket: TimeBucket = TimeBucket.DAY
    ) -> dt.date | None:
        """By when a quantity can be had; proposals count."""
        return earliest_date(need, self.free, [*self.changes, *self.proposals], start, end, bucket)


def prospect(session: Session, item_id: int, place: Place) -> Prospect:
    """What is free of an item at a place, now and later; a place is one location, the blank one too (section 15)."""
    days = by_day(session, item_id, place)
    free = stock(session, [item_id], place)[item_id].available_inventory
    return Prospect(free, tuple(changes_of(days)), tuple(proposals_of(days)))


def earliest_availability(
    session: Session, item_id: int, place: Place, need: Decimal, start: dt.date, end: dt.date | None = None
) -> dt.date | None:
    """The earliest availability date of an item at a place, from what nobody holds."""
    return prospect(session, item_id, place).earliest(need, start, end)


def promise_quantity(
    session: Session, item_id: int, place: Place, on: dt.date, look: LookAhead = NO_LOOK_AHEAD
) -> Decimal:
    """Available to promise of an item at one location."""
    return prospect(session, item_id, place).promise(on, look)


def look_ahead_of(setup: AvailabilitySetup) -> LookAhead:
    """The look-ahead that the set-up says."""
    return LookAhead(setup.check_period, setup.check_bucket)
