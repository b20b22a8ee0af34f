"""What planning one item at one place is told, what it answers, and the steps every policy shares. Pure; base units."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import accumulate
from typing import Protocol

from core.date_formulas import add_formula
from core.errors import ValidationError
from core.rounding import ZERO
from core.text import _, plain_day, plain_quantity
from models.availability import PlanningAction, PlanningWarning
from services.planning.parameters import Parameters, order_quantities, ordered, round_up

NEW, CHANGE, RESCHEDULE, RESCHEDULE_AND_CHANGE, CANCEL = (
    PlanningAction.NEW, PlanningAction.CHANGE_QUANTITY, PlanningAction.RESCHEDULE,
    PlanningAction.RESCHEDULE_AND_CHANGE, PlanningAction.CANCEL,
)  # fmt: skip
DAY = dt.timedelta(days=1)


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
    #: nothing of it is received, reserved or named by lot or serial: planning may move, change or cancel it
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


def without_surplus(
    situation: Situation, supplies: list[Supply], base: Decimal, ceiling: Decimal, proposals: list[Proposal], *,
    gross: bool,
) -> list[Supply]:  # fmt: skip
    """The supplies less what lies above the ceiling from their day on to the end; the last ones are cut first.

    A surplus that later demand uses up is none. What is cut becomes a message: change quantity, or cancel.
    """
    parameters = situation.parameters
    changes = net_changes(situation, supplies, gross=gross)
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
                proposals.append(about(situation, CANCEL, row, ZERO, row.date, reason))
                continue
            kept[id(row)] = replace(row, quantity=left, before=row.original)
            reason = _(
                "%(no)s brings %(excess)s more than is needed.", no=row.document_no, excess=plain_quantity(excess)
            )
            proposals.append(about(situation, CHANGE, row, left, row.date, reason))
    return list(kept.values())


def net_changes(situation: Situation, supplies: Iterable[Supply], *, gross: bool) -> dict[dt.date, Decimal]:
    """Demand and supply by day, the start included; `gross`: reserved quantities too."""
    changes: dict[dt.date, Decimal] = defaultdict(lambda: ZERO, {situation.start: ZERO})
    for rows, sign in ((situation.demands, -1), (supplies, 1)):
        for row in rows:
            if row.date <= situation.end:
                changes[max(row.date, situation.start)] += sign * (
                    row.quantity if gross else row.quantity - row.reserved
                )
    return changes


def backward(
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


def about(
    situation: Situation, action: PlanningAction, supply: Supply, quantity: Decimal, due: dt.date, reason: str
) -> Proposal:  # fmt: skip
    """A message about an order that is there."""
    order_date = max(situation.lead.order_date(due), situation.start)
    return Proposal(action, quantity, due, order_date, reason, supply=supply.original)


def orders(need: Decimal, parameters: Parameters) -> list[Decimal]:
    """The need as orders after the modifiers; one where the maximum would make too many of it."""
    try:
        return order_quantities(need, parameters)
    except ValidationError:
        return [ordered(need, parameters)]


def reach(day: dt.date, formula: str) -> dt.date:
    """The day so much later; the last day there is where that is too far."""
    try:
        return add_formula(day, formula)
    except OverflowError:
        return dt.date.max
