"""Order tracking, light: which supply would serve which demand, and what to do about a supply (section 10). Pure.

Nothing is stored: the links follow from what is open, in the order in which lines were entered, whatever the dates.
They are promised to nobody, never block an edit, and posting knows nothing of them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from core.rounding import ZERO


class Action(StrEnum):
    """What an action message proposes."""

    NEW = "new"
    CHANGE_QUANTITY = "change_quantity"
    RESCHEDULE = "reschedule"
    RESCHEDULE_AND_CHANGE = "reschedule_and_change"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class Tracked:
    """An open line or (without a date) an entry in stock: `quantity` not reserved, below zero for demand."""

    key: str
    date: dt.date | None
    quantity: Decimal
    stock: bool = False


@dataclass(slots=True)
class Links:
    """A line with its links (key of the other end, quantity) and what of it no link covers, unsigned."""

    line: Tracked
    links: list[tuple[str, Decimal]] = field(default_factory=list)
    untracked: Decimal = ZERO
    action: Action | None = None
    #: the date or quantity that the message proposes
    new_date: dt.date | None = None
    new_quantity: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Dampeners:
    """Changes too small to be worth a message."""

    days: int = 0
    quantity: Decimal = ZERO


def track(lines: Sequence[Tracked]) -> dict[str, Links]:
    """Pair demand with supply in the order given, which is that of entry; stock stands before orders."""
    found = {line.key: Links(line, untracked=abs(line.quantity)) for line in lines}
    supplies = [line for line in lines if line.quantity > 0]
    supplies.sort(key=lambda line: not line.stock)
    for demand in (line for line in lines if line.quantity < 0):
        for supply in supplies:
            part = min(found[demand.key].untracked, found[supply.key].untracked)
            if part <= 0:
                continue
            for one, other in ((demand, supply), (supply, demand)):
                found[one.key].links.append((other.key, part))
                found[one.key].untracked -= part
    return found


def add_messages(found: dict[str, Links], dampeners: Dampeners = Dampeners()) -> None:
    """Put the action messages on supply lines, and New on demand that no supply covers; stock needs none."""
    for single in found.values():
        line = single.line
        if line.quantity < 0:
            if single.untracked > dampeners.quantity:
                single.action, single.new_quantity, single.new_date = Action.NEW, single.untracked, line.date
        elif not line.stock:
            _message(single, found, dampeners)


def _message(single: Links, found: dict[str, Links], dampeners: Dampeners) -> None:
    linked = sum((part for _other, part in single.links), ZERO)
    if not linked:
        single.action = Action.CANCEL
        return
    dates = [date for other, _part in single.links if (date := found[other].line.date) is not None]
    needed = min(dates, default=None)
    late = needed is not None and single.line.date is not None and (single.line.date - needed).days > dampeners.days
    surplus = single.untracked > dampeners.quantity
    if late:
        single.new_date = needed
    if surplus:
        single.new_quantity = linked
    if late and surplus:
        single.action = Action.RESCHEDULE_AND_CHANGE
    elif late:
        single.action = Action.RESCHEDULE
    elif surplus:
        single.action = Action.CHANGE_QUANTITY
