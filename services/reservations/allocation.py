"""Sharing what is free among those who need it (availability-and-reservation.md section 9). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from enum import StrEnum

from core.rounding import ZERO


class Policy(StrEnum):
    """How scarce stock is shared."""

    BASIC = "basic"
    EQUALLY = "equally"
    PRIORITY = "priority"


@dataclass(frozen=True, slots=True)
class Need:
    """What a line still needs in base units, and how important its customer is: the highest number first."""

    key: str
    quantity: Decimal
    priority: int = 0


def allocate(policy: Policy, free: Decimal, needs: Sequence[Need], step: Decimal = Decimal(1)) -> dict[str, Decimal]:
    """What each need gets of `free`; shares are rounded down to multiples of `step`."""
    if policy == Policy.BASIC:
        fits = sum((need.quantity for need in needs), ZERO) <= free
        return {need.key: need.quantity if fits else ZERO for need in needs}
    if policy == Policy.EQUALLY:
        return _equally(free, needs, step)
    return _by_priority(free, needs)


def _equally(free: Decimal, needs: Sequence[Need], step: Decimal) -> dict[str, Decimal]:
    """The smallest need first: what it does not take is shared by the others."""
    given: dict[str, Decimal] = {}
    ordered = sorted(needs, key=lambda need: need.quantity)
    left = max(free, ZERO)
    for number, need in enumerate(ordered):
        share = left / (len(ordered) - number)
        if share < need.quantity:
            share = (share / step).to_integral_value(ROUND_FLOOR) * step
        given[need.key] = min(share, need.quantity)
        left -= given[need.key]
    return given


def _by_priority(free: Decimal, needs: Sequence[Need]) -> dict[str, Decimal]:
    """A level is served as a whole or not at all; the first that cannot be served ends it."""
    given = {need.key: ZERO for need in needs}
    left = free
    for level in sorted({need.priority for need in needs}, reverse=True):
        own = [need for need in needs if need.priority == level]
        total = sum((need.quantity for need in own), ZERO)
        if total > left:
            break
        left -= total
        given.update({need.key: need.quantity for need in own})
    return given
