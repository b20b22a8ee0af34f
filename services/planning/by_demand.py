"""Planning by demand: policies Order and lot-for-lot (section 19). Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from decimal import Decimal

from core.rounding import ZERO
from core.text import _, plain_day, plain_quantity
from services.planning.parameters import LOT, Parameters, round_up
from services.planning.situation import (
    CANCEL,
    CHANGE,
    DAY,
    NEW,
    RESCHEDULE,
    Proposal,
    Situation,
    Supply,
    about,
    backward,
    net_changes,
    orders,
    reach,
    without_surplus,
)


def by_demand(situation: Situation) -> list[Proposal]:
    """Order and lot-for-lot: what is reserved on either side is left out of the balance."""
    parameters = situation.parameters
    base = -parameters.safety_stock
    if parameters.include_inventory:
        base += situation.stock - situation.reserved_stock
    proposals: list[Proposal] = []
    supplies = [row for row in situation.supplies if row.quantity > row.reserved]
    supplies = without_surplus(situation, supplies, base, ZERO, proposals, gross=False)
    if parameters.policy is not LOT:
        return proposals + _order_by_order(situation, supplies)
    if parameters.rescheduling_period:
        supplies = _postponed(situation, supplies, base, proposals)
    supplies = _lots(situation, supplies, base, proposals)
    # What was too late to be moved, or came too early, is not needed beside the new orders.
    ordered_anew = [Supply(row.due, row.quantity) for row in proposals if row.action is NEW]
    without_surplus(situation, [*supplies, *ordered_anew], base, ZERO, proposals, gross=False)
    return proposals


def _postponed(situation: Situation, supplies: list[Supply], base: Decimal, proposals: list[Proposal]) -> list[Supply]:
    """Supply that comes before anybody needs it is moved to the day it is needed, the last one first.

    Days within the dampener period are let be. What comes earlier than the rescheduling period is cancelled where a new
    order can still be made for the day.
    """
    parameters = situation.parameters
    changes = net_changes(situation, supplies, gross=False)
    days = sorted({*changes, *(row.date for row in supplies)})
    kept = {id(row): row for row in supplies}
    for row in sorted((row for row in supplies if row.changeable), key=lambda row: row.date, reverse=True):
        level, needed = base - row.quantity, None
        for day in days:
            level += changes.get(day, ZERO)
            if day >= row.date and level < 0:
                needed = day
                break
        if needed is None or needed <= reach(row.date, parameters.dampener_period):
            continue
        if needed > reach(row.date, parameters.rescheduling_period):
            if situation.lead.order_date(needed) < situation.start:
                continue
            changes[row.date] = changes.get(row.date, ZERO) - row.quantity
            del kept[id(row)]
            reason = _("%(no)s comes on %(early)s, too early to be moved to %(day)s.", no=row.document_no,
                       early=plain_day(row.date), day=plain_day(needed))  # fmt: skip
            proposals.append(about(situation, CANCEL, row, ZERO, row.date, reason))
            continue
        changes[row.date] = changes.get(row.date, ZERO) - row.quantity
        changes[needed] = changes.get(needed, ZERO) + row.quantity
        kept[id(row)] = replace(row, date=needed, before=row.original)
        reason = _("%(no)s comes on %(early)s and is not needed before %(day)s.", no=row.document_no,
                   early=plain_day(row.date), day=plain_day(needed))  # fmt: skip
        proposals.append(about(situation, RESCHEDULE, row, row.quantity, needed, reason))
    return list(kept.values())


def _lots(situation: Situation, supplies: list[Supply], base: Decimal, proposals: list[Proposal]) -> list[Supply]:
    """Needs of an accumulation period together; supply that comes too late is moved first, as far as it may be.

    What is still missing is put on an order whose accumulation period the need lies in, else ordered anew. Adds to the
    proposals; returns the supplies as they would then stand.
    """
    parameters = situation.parameters
    kept = {id(row): row for row in supplies}
    changes = net_changes(situation, supplies, gross=False)
    movable = sorted((row for row in supplies if row.changeable), key=lambda row: row.date)
    days = sorted(changes)
    level = base
    for place, day in enumerate(days):
        level += changes[day]
        while level < 0 and parameters.rescheduling_period:
            latest = reach(day, parameters.rescheduling_period)
            late = next((row for row in movable if day < row.date <= latest), None)
            if late is None:
                break
            movable.remove(late)
            kept[id(late)] = replace(late, date=day, before=late.original)
            level += late.quantity
            if late.date in changes:
                changes[late.date] -= late.quantity
            reason = _("Needed on %(day)s, %(no)s brings it on %(late)s.", day=plain_day(day), no=late.document_no,
                       late=plain_day(late.date))  # fmt: skip
            proposals.append(about(situation, RESCHEDULE, late, late.quantity, day, reason))
        if level >= 0:
            continue
        later = [(one, changes[one]) for one in days[place + 1 :]]
        level += _raised(situation, kept, day, level, later, proposals)
        if level >= 0:
            continue
        missing = _missing(level, later, _accumulated(day, parameters.lot_accumulation_period))
        only_safety = day == situation.start and level + parameters.safety_stock >= 0 and not any(
            row.date <= situation.start for row in situation.demands
        )  # fmt: skip
        for quantity in orders(missing, parameters):
            proposals.append(
                backward(situation, quantity, day, _why(parameters, missing, day), exception=only_safety)
            )  # fmt: skip
            level += quantity
    return list(kept.values())


def _accumulated(day: dt.date, period: str) -> dt.date:
    """The first day after the accumulation period of a supply of that day; without a period that is the next one."""
    return reach(day, period) if period else day + DAY


def _missing(level: Decimal, later: list[tuple[dt.date, Decimal]], last: dt.date) -> Decimal:
    """How far the level, below nothing now, falls before a day."""
    low = level
    for day, change in later:
        if day >= last:
            break
        level += change
        low = min(low, level)
    return -low


def _why(parameters: Parameters, missing: Decimal, day: dt.date) -> str:
    if not parameters.safety_stock:
        return _("%(missing)s are missing from %(day)s on.", missing=plain_quantity(missing), day=plain_day(day))
    return _("%(missing)s are missing from %(day)s on, safety stock %(safety)s included.",
             missing=plain_quantity(missing), day=plain_day(day),
             safety=plain_quantity(parameters.safety_stock))  # fmt: skip


def _raised(
    situation: Situation, kept: dict[int, Supply], day: dt.date, level: Decimal,
    later: list[tuple[dt.date, Decimal]], proposals: list[Proposal],
) -> Decimal:  # fmt: skip
    """How much more an order brings that the need of the day is gathered into, the last such one; none where none is.

    The modifiers count for the whole order, and what is above the maximum is ordered anew.
    """
    parameters = situation.parameters
    period = parameters.lot_accumulation_period
    fitting = [
        (key, row) for key, row in kept.items()
        if row.changeable and row.date <= day < _accumulated(max(row.date, situation.start), period)
    ]  # fmt: skip
    if not fitting:
        return ZERO
    key, row = max(fitting, key=lambda pair: pair[1].date)
    missing = _missing(level, later, _accumulated(max(row.date, situation.start), period))
    wanted = row.quantity + missing
    if parameters.maximum_order:
        wanted = max(min(wanted, parameters.maximum_order), row.quantity)
    if wanted > row.quantity:
        wanted = round_up(max(wanted, parameters.minimum_order), parameters.order_multiple)
    if wanted == row.quantity:
        return ZERO
    kept[key] = replace(row, quantity=wanted, before=row.original)
    proposals.append(about(situation, CHANGE, row, wanted, row.date, _why(parameters, missing, day)))
    return wanted - row.quantity


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
            if id(row) not in settled and (comes > day or reach(comes, situation.parameters.dampener_period) < day):
                reason = _("%(no)s needs it on %(day)s, %(order)s brings it on %(comes)s.", no=demand.document_no,
                           day=plain_day(day), order=row.document_no, comes=plain_day(row.date))  # fmt: skip
                proposals.append(about(situation, RESCHEDULE, row, row.quantity, day, reason))
                moved.add(id(row))
            settled.add(id(row))
        coming = [pool for pool in coming if pool.left]
        if need > 0:
            reason = _("%(no)s needs %(quantity)s on %(day)s.", no=demand.document_no or _("A proposed transfer"),
                       quantity=plain_quantity(need), day=plain_day(day))  # fmt: skip
            proposals.append(backward(situation, need, day, reason, demand=demand))
    return proposals
