"""What planning proposes for one item at one place: demand against supply, by reordering policy (section 19). Pure.

Plain values in, proposals out; quantities in base units. They are read by requisition_facts.py, kept by requisition.py.
"""

from __future__ import annotations

import datetime as dt
import heapq
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import accumulate
from typing import Protocol

from core.date_formulas import add_formula
from core.errors import ValidationError
from core.rounding import ZERO
from core.text import _, plain_day, plain_quantity
from models.availability import PlanningAction, PlanningWarning
from models.enums import ReorderingPolicy
from services.planning.parameters import BY_POINT, FIXED, LOT, MAXIMUM, Parameters, order_quantities, ordered, round_up

NEW, CHANGE, RESCHEDULE, RESCHEDULE_AND_CHANGE, CANCEL = (
    PlanningAction.NEW, PlanningAction.CHANGE_QUANTITY, PlanningAction.RESCHEDULE,
    PlanningAction.RESCHEDULE_AND_CHANGE, PlanningAction.CANCEL,
)  # fmt: skip
_DAY = dt.timedelta(days=1)


class LeadTimes(Protocol):
    """How long it takes from the order to the day the goods can be used."""

    def due(self, ordered: dt.date) -> dt.date:
        """When what is ordered on a day is there."""

    def order_date(self, due: dt.date) -> dt.date:
        """When it has to be ordered to be there on a day."""


@dataclass(frozen=True, slots=True)
class Demand:
    """Something that takes stock: quantity > 0, and how much of it is reserved."""

    date: dt.date
    quantity: Decimal
    reserved: Decimal = ZERO
    document_no: str = ""
    #: the line of a trade document, where it is one
    trade_line_id: int | None = None


@dataclass(frozen=True, slots=True)
class Supply:
    """Something on order: quantity > 0; what is reserved of it is offered to nobody else."""

    date: dt.date
    quantity: Decimal
    reserved: Decimal = ZERO
    document_no: str = ""
    trade_line_id: int | None = None
    transfer_line_id: int | None = None
    #: nothing of it is received or reserved: planning may move, change or cancel it
    changeable: bool = False
    #: how it stands on its order, once planning moved or changed it
    before: Supply | None = None

    @property
    def original(self) -> Supply:
        """As it stands on its order."""
        return self.before or self


@dataclass(frozen=True, slots=True)
class Situation:
    """One item, variant and location: what is there, asked for and coming, and how it is planned."""

    parameters: Parameters
    lead: LeadTimes
    start: dt.date
    end: dt.date
    stock: Decimal = ZERO
    reserved_stock: Decimal = ZERO
    demands: Sequence[Demand] = ()
    supplies: Sequence[Supply] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """A line of the worksheet; `supply` is the existing order a message is about, `demand` the one it is made for."""

    action: PlanningAction
    quantity: Decimal
    due: dt.date
    order_date: dt.date
    reason: str
    warning: PlanningWarning | None = None
    supply: Supply | None = None
    demand: Demand | None = None


def plan(situation: Situation) -> list[Proposal]:
    """What to order, change, move and cancel, in the order of the due dates; nothing for what is not planned."""
    policy = situation.parameters.policy
    if policy is ReorderingPolicy.NONE:
        return []
    found = _by_point(situation) if policy in BY_POINT else _by_demand(situation)
    return sorted(_together(found), key=lambda proposal: proposal.due)


def _together(found: Iterable[Proposal]) -> Iterator[Proposal]:
    """One message for each order: what was moved and then changed is told at once (section 10)."""
    about: dict[int, list[Proposal]] = defaultdict(list)
    for proposal in found:
        if proposal.supply is None:
            yield proposal
        else:
            about[id(proposal.supply)].append(proposal)
    for messages in about.values():
        last, supply = messages[-1], messages[-1].supply
        assert supply is not None  # noqa: S101 - messages are about an order
        moved, changed = last.due != supply.date, last.quantity != supply.quantity
        if last.action is CANCEL:
            yield replace(last, due=supply.date)
        elif moved or changed:
            action = RESCHEDULE_AND_CHANGE if moved and changed else RESCHEDULE if moved else CHANGE
            yield replace(last, action=action, reason=" ".join(dict.fromkeys(single.reason for single in messages)))


# ------------------------------------------------------------------------------------------------ by reorder point
def _by_point(situation: Situation) -> list[Proposal]:
    """Fixed reorder quantity and maximum quantity: all quantities count, reserved or not."""
    parameters, start = situation.parameters, situation.start
    proposals: list[Proposal] = []
    supplies = list(situation.supplies)
    if parameters.overflow_level:
        supplies = _without_surplus(
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
        for quantity in _orders(_point_need(parameters, reached), parameters):
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
        while (following := _reach(self._first, self._period)) <= day:
            if following <= self._first:
                return day
            self._first = following
        return max(following - _DAY, day)


# ------------------------------------------------------------------------------------------------ by demand
def _by_demand(situation: Situation) -> list[Proposal]:
    """Order and lot-for-lot: what is reserved on either side is left out of the balance."""
    parameters = situation.parameters
    base = -parameters.safety_stock
    if parameters.include_inventory:
        base += situation.stock - situation.reserved_stock
    proposals: list[Proposal] = []
    supplies = [row for row in situation.supplies if row.quantity > row.reserved]
    supplies = _without_surplus(situation, supplies, base, ZERO, proposals, gross=False)
    if parameters.policy is not LOT:
        return proposals + _order_by_order(situation, supplies)
    if parameters.rescheduling_period:
        supplies = _postponed(situation, supplies, base, proposals)
    supplies = _lots(situation, supplies, base, proposals)
    # What was too late to be moved, or came too early, is not needed beside the new orders.
    ordered_anew = [Supply(row.due, row.quantity) for row in proposals if row.action is NEW]
    _without_surplus(situation, [*supplies, *ordered_anew], base, ZERO, proposals, gross=False)
    return proposals


def _postponed(situation: Situation, supplies: list[Supply], base: Decimal, proposals: list[Proposal]) -> list[Supply]:
    """Supply that comes before anybody needs it is moved to the day it is needed, the last one first.

    Days within the dampener period are let be. What comes earlier than the rescheduling period is cancelled where a new
    order can still be made for the day.
    """
    parameters = situation.parameters
    changes = _net_changes(situation, supplies, gross=False)
    days = sorted({*changes, *(row.date for row in supplies)})
    kept = {id(row): row for row in supplies}
    for row in sorted((row for row in supplies if row.changeable), key=lambda row: row.date, reverse=True):
        level, needed = base - row.quantity, None
        for day in days:
            level += changes.get(day, ZERO)
            if day >= row.date and level < 0:
                needed = day
                break
        if needed is None or needed <= _reach(row.date, parameters.dampener_period):
            continue
        if needed > _reach(row.date, parameters.rescheduling_period):
            if situation.lead.order_date(needed) < situation.start:
                continue
            changes[row.date] = changes.get(row.date, ZERO) - row.quantity
            del kept[id(row)]
            reason = _("%(no)s comes on %(early)s, too early to be moved to %(day)s.", no=row.document_no,
                       early=plain_day(row.date), day=plain_day(needed))  # fmt: skip
            proposals.append(_about(situation, CANCEL, row, ZERO, row.date, reason))
            continue
        changes[row.date] = changes.get(row.date, ZERO) - row.quantity
        changes[needed] = changes.get(needed, ZERO) + row.quantity
        kept[id(row)] = replace(row, date=needed, before=row.original)
        reason = _("%(no)s comes on %(early)s and is not needed before %(day)s.", no=row.document_no,
                   early=plain_day(row.date), day=plain_day(needed))  # fmt: skip
        proposals.append(_about(situation, RESCHEDULE, row, row.quantity, needed, reason))
    return list(kept.values())


def _lots(situation: Situation, supplies: list[Supply], base: Decimal, proposals: list[Proposal]) -> list[Supply]:
    """Needs of an accumulation period together; supply that comes too late is moved first, as far as it may be.

    Adds to the proposals; returns the supplies as they would then stand.
    """
    parameters, start = situation.parameters, situation.start
    kept = {id(row): row for row in supplies}
    changes = _net_changes(situation, supplies, gross=False)
    movable = sorted((row for row in supplies if row.changeable), key=lambda row: row.date)
    days = sorted(changes)
    level = base
    for place, day in enumerate(days):
        level += changes[day]
        while level < 0 and parameters.rescheduling_period:
            reach = _reach(day, parameters.rescheduling_period)
            late = next((row for row in movable if day < row.date <= reach), None)
            if late is None:
                break
            movable.remove(late)
            kept[id(late)] = replace(late, date=day, before=late.original)
            level += late.quantity
            if late.date in changes:
                changes[late.date] -= late.quantity
            reason = _("Needed on %(day)s, %(no)s brings it on %(late)s.", day=plain_day(day), no=late.document_no,
                       late=plain_day(late.date))  # fmt: skip
            proposals.append(_about(situation, RESCHEDULE, late, late.quantity, day, reason))
        if level >= 0:
            continue
        last = _reach(day, parameters.lot_accumulation_period) if parameters.lot_accumulation_period else day + _DAY
        low = running = level
        for later_day in days[place + 1 :]:
            if later_day >= last:
                break
            running += changes[later_day]
            low = min(low, running)
        reason = _("%(missing)s are missing from %(day)s on.", missing=plain_quantity(-low), day=plain_day(day))
        if parameters.safety_stock:
            reason = _(
                "%(missing)s are missing from %(day)s on, safety stock %(safety)s included.",
                missing=plain_quantity(-low), day=plain_day(day), safety=plain_quantity(parameters.safety_stock),
            )  # fmt: skip
        only_safety = day == start and level + parameters.safety_stock >= 0 and not any(
            row.date <= start for row in situation.demands
        )  # fmt: skip
        for quantity in _orders(-low, parameters):
            proposals.append(_backward(situation, quantity, day, reason, exception=only_safety))
            level += quantity
    return list(kept.values())


@dataclass(slots=True)
class _Pool:
    """What is left of a supply for demand not yet looked at."""

    supply: Supply
    left: Decimal


def _order_by_order(situation: Situation, supplies: list[Supply]) -> list[Proposal]:
    """Each demand exactly, from what nobody holds of the orders, each moved to the day of the demand it serves first.

    Days within the dampener period are let be; what comes late is moved however far, since nothing else is it for.
    """
    proposals: list[Proposal] = []
    coming = [_Pool(row, row.quantity - row.reserved) for row in sorted(supplies, key=lambda row: row.date)]
    moved: set[int] = set()
    settled = {id(row) for row in supplies if not row.changeable}
    for demand in sorted(situation.demands, key=lambda row: row.date):
        day, need = max(demand.date, situation.start), demand.quantity - demand.reserved
        if demand.date > situation.end:
            break
        for pool in coming:
            if need <= 0:
                break
            row = pool.supply
            comes = max(row.date, situation.start)
            if comes > day and id(row) in settled and id(row) not in moved:
                continue
            part = min(pool.left, need)
            pool.left, need = pool.left - part, need - part
            if id(row) not in settled and (comes > day or _reach(comes, situation.parameters.dampener_period) < day):
                reason = _("%(no)s needs it on %(day)s, %(order)s brings it on %(comes)s.", no=demand.document_no,
                           day=plain_day(day), order=row.document_no, comes=plain_day(row.date))  # fmt: skip
                proposals.append(_about(situation, RESCHEDULE, row, row.quantity, day, reason))
                moved.add(id(row))
            settled.add(id(row))
        coming = [pool for pool in coming if pool.left]
        if need > 0:
            reason = _("%(no)s needs %(quantity)s on %(day)s.", no=demand.document_no or _("A proposed transfer"),
                       quantity=plain_quantity(need), day=plain_day(day))  # fmt: skip
            proposals.append(_backward(situation, need, day, reason, demand=demand))
    return proposals


# ------------------------------------------------------------------------------------------------ shared
def _without_surplus(
    situation: Situation, supplies: list[Supply], base: Decimal, ceiling: Decimal, proposals: list[Proposal], *,
    gross: bool,
) -> list[Supply]:  # fmt: skip
    """The supplies less what lies above the ceiling from their day on to the end; the last ones are cut first.

    A surplus that later demand uses up is none. What is cut becomes a message: change quantity, or cancel.
    """
    parameters = situation.parameters
    changes = _net_changes(situation, supplies, gross=gross)
    days = sorted(changes)
    levels = dict(zip(days, list(accumulate((changes[day] for day in days), initial=base))[1:], strict=True))
    by_day: dict[dt.date, list[Supply]] = defaultdict(list)
    for row in supplies:
        if row.changeable and row.date <= situation.end:
            by_day[max(row.date, situation.start)].append(row)
    kept = {id(row): row for row in supplies}
    lowest: Decimal | None = None
    for day in reversed(days):
        lowest = levels[day] if lowest is None else min(lowest, levels[day])
        for row in reversed(by_day[day]):
            excess = lowest - ceiling
            if excess <= 0 or (excess <= parameters.dampener_quantity and excess < row.quantity):
                continue
            left = row.quantity - excess
            if left > 0:
                left = round_up(max(left, parameters.minimum_order), parameters.order_multiple)
            if left >= row.quantity:
                continue
            lowest -= row.quantity - max(left, ZERO)
            del kept[id(row)]
            if left <= 0:
                reason = _("%(no)s is not needed any more.", no=row.document_no)
                proposals.append(_about(situation, CANCEL, row, ZERO, row.date, reason))
                continue
            kept[id(row)] = replace(row, quantity=left, before=row.original)
            reason = _(
                "%(no)s brings %(excess)s more than is needed.", no=row.document_no, excess=plain_quantity(excess)
            )
            proposals.append(_about(situation, CHANGE, row, left, row.date, reason))
    return list(kept.values())


def _net_changes(situation: Situation, supplies: Iterable[Supply], *, gross: bool) -> dict[dt.date, Decimal]:
    """Demand and supply by day, the start included; `gross`: reserved quantities too."""
    changes: dict[dt.date, Decimal] = defaultdict(lambda: ZERO, {situation.start: ZERO})
    for rows, sign in ((situation.demands, -1), (supplies, 1)):
        for row in rows:
            if row.date <= situation.end:
                changes[max(row.date, situation.start)] += sign * (
                    row.quantity if gross else row.quantity - row.reserved
                )
    return changes


def _backward(
    situation: Situation, quantity: Decimal, due: dt.date, reason: str, *, demand: Demand | None = None,
    exception: bool = False,
) -> Proposal:  # fmt: skip
    """A new order for a need: from its day back; what had to be ordered before the start is marked."""
    order_date = situation.lead.order_date(due)
    warning = PlanningWarning.EXCEPTION if exception else None
    if order_date < situation.start:
        warning = warning or PlanningWarning.ATTENTION
        reason += " " + _("It had to be ordered on %(day)s.", day=plain_day(order_date))
        order_date = situation.start
    return Proposal(NEW, quantity, due, order_date, reason, warning, demand=demand)


def _about(
    situation: Situation, action: PlanningAction, supply: Supply, quantity: Decimal, due: dt.date, reason: str
) -> Proposal:  # fmt: skip
    order_date = max(situation.lead.order_date(due), situation.start)
    return Proposal(action, quantity, due, order_date, reason, supply=supply.original)


def _orders(need: Decimal, parameters: Parameters) -> list[Decimal]:
    """The need as orders after the modifiers; one where the maximum would make too many of it."""
    try:
        return order_quantities(need, parameters)
    except ValidationError:
        return [ordered(need, parameters)]


def _reach(day: dt.date, formula: str) -> dt.date:
    try:
        return add_formula(day, formula)
    except OverflowError:
        return dt.date.max
