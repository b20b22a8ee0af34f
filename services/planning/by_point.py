"""Planning by the reorder point: fixed reorder quantity and maximum quantity (section 19). Pure."""

from __future__ import annotations

import datetime as dt
import heapq
from bisect import bisect_right
from collections.abc import Iterable
from decimal import Decimal
from itertools import accumulate

from core.rounding import ZERO
from core.text import _, plain_day, plain_quantity
from models.availability import PlanningWarning
from services.planning.parameters import FIXED, MAXIMUM, Parameters
from services.planning.situation import DAY, NEW, Proposal, Situation, orders, reach, without_surplus


def by_point(situation: Situation) -> list[Proposal]:
    """Fixed reorder quantity and maximum quantity: all quantities count, reserved or not."""
    parameters, start = situation.parameters, situation.start
    proposals: list[Proposal] = []
    supplies = list(situation.supplies)
    if parameters.overflow_level:
        supplies = without_surplus(
            situation, supplies, situation.stock, parameters.overflow_level, proposals, gross=True
        )
    events = [(max(row.date, start), -row.quantity) for row in situation.demands if row.date <= situation.end]
    events += [(max(row.date, start), row.quantity) for row in supplies if row.date <= situation.end]
    heapq.heapify(events := [(start, ZERO), *events])
    coming = _Coming([(max(row.date, start), row.quantity) for row in supplies])
    buckets = _Buckets(start, parameters.time_bucket)
    projected = situation.stock
    while events:
        day = events[0][0]
        while events and events[0][0] == day:
            projected += heapq.heappop(events)[1]
        if projected < 0:
            proposals.append(_emergency(situation, day, -projected))
            projected = ZERO
        check = day if day == start else min(buckets.last_day(day), situation.end)
        if (events and events[0][0] <= check and day != start) or projected > parameters.reorder_point:
            continue
        due = situation.lead.due(check)
        reached = projected + coming.between(day, due)
        if reached > parameters.reorder_point:
            continue
        for quantity in orders(_point_need(parameters, reached), parameters):
            low = projected < parameters.safety_stock
            reason = _(
                "Projected %(projected)s on %(day)s, reorder point %(point)s.",
                projected=plain_quantity(projected), day=plain_day(day), point=plain_quantity(parameters.reorder_point),
            )  # fmt: skip
            proposals.append(Proposal(NEW, quantity, due, check, reason, PlanningWarning.EXCEPTION if low else None))
            coming.add(due, quantity)
            if due <= situation.end:
                heapq.heappush(events, (due, quantity))
    return proposals


def _emergency(situation: Situation, day: dt.date, missing: Decimal) -> Proposal:
    """Below nothing: exactly what is missing, as early as it is needed."""
    return Proposal(
        NEW, missing, day, max(situation.lead.order_date(day), situation.start),
        _("%(missing)s are missing on %(day)s.", missing=plain_quantity(missing), day=plain_day(day)),
        PlanningWarning.EMERGENCY,
    )  # fmt: skip


def _point_need(parameters: Parameters, reached: Decimal) -> Decimal:
    """What lifts the level above the point (fixed: the next multiple that does) or to the maximum."""
    missing = parameters.reorder_point - reached
    if parameters.policy is FIXED and parameters.reorder_quantity:
        times = missing // parameters.reorder_quantity + 1
        return parameters.reorder_quantity * times
    if parameters.policy is MAXIMUM and parameters.maximum_inventory:
        return parameters.maximum_inventory - reached
    return missing


class _Coming:
    """What is on order by day, ours included."""

    def __init__(self, rows: Iterable[tuple[dt.date, Decimal]]) -> None:
        ordered_rows = sorted(rows)
        self._days = [day for day, _quantity in ordered_rows]
        self._sums = [ZERO, *accumulate(quantity for _day, quantity in ordered_rows)]
        self._ours: list[tuple[dt.date, Decimal]] = []

    def add(self, day: dt.date, quantity: Decimal) -> None:
        self._ours.append((day, quantity))

    def between(self, after: dt.date, until: dt.date) -> Decimal:
        """What comes after one day and up to the other."""
        self._ours = [row for row in self._ours if row[0] > after]
        known = self._sums[bisect_right(self._days, max(after, until))] - self._sums[bisect_right(self._days, after)]
        return known + sum((quantity for day, quantity in self._ours if day <= until), ZERO)


class _Buckets:
    """The time buckets from the start on: the point is checked at the end of each; without a period, daily."""

    def __init__(self, start: dt.date, period: str) -> None:
        self._first, self._period = start, period

    def last_day(self, day: dt.date) -> dt.date:
        """The last day of the bucket that `day` lies in; days are asked in their order."""
        if not self._period:
            return day
        while (following := reach(self._first, self._period)) <= day:
            if following <= self._first:
                return day
            self._first = following
        return max(following - DAY, day)
