"""The projected balance day by day, and when it first runs short (sections 11 to 13). Pure, over what `by_day` read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from services.availability.quantities import Day


@dataclass(frozen=True, slots=True)
class Moment:
    """A day: what came and left on it, the balance after it; base units."""

    day: dt.date
    came: Decimal
    left: Decimal
    balance: Decimal


@dataclass(frozen=True, slots=True)
class Timeline:
    """The window of a drawing: the balance it starts with, then its days; the first shortage may lie after it."""

    start: Decimal
    moments: tuple[Moment, ...]
    short_from: dt.date | None
    missing: Decimal


def timeline(inventory: Decimal, days: Sequence[Day], first: dt.date, last: dt.date) -> Timeline:
    """What is overdue counts on the first day. Proposals count; a demand lowered below zero counts as coming."""
    balance, moments = inventory, []
    short_from, missing = (first, -inventory) if inventory < 0 else (None, Decimal(0))
    overdue = [single for single in days if single.day <= first]
    came = sum((_came(single) for single in overdue), Decimal(0))
    left = sum((single.figures.gross_requirement for single in overdue), Decimal(0))
    changes = [(first, came, left)] if overdue else []
    changes += [(single.day, _came(single), single.figures.gross_requirement) for single in days if single.day > first]
    for day, coming, leaving in changes:
        balance += coming - leaving
        if balance < 0 and short_from is None:
            short_from, missing = day, -balance
        if day <= last:
            moments.append(Moment(day, coming, leaving, balance))
    return Timeline(inventory, tuple(moments), short_from, missing)


def _came(single: Day) -> Decimal:
    return single.figures.scheduled_receipt + single.figures.planned_receipt
