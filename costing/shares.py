"""The cost that flows along one application (posting-and-costing.md sections 3.3, 11, 12). Pure."""

from __future__ import annotations

from costing.amounts import rounded
from costing.entries import Link, Node, Partial


def share(link: Link, unit: int) -> int:
    """What the link carries (sign of the giver's cost), rounded to the amount rounding on its own."""
    giver, quantity = link.giver, link.quantity
    whole = abs(giver.quantity)
    # its base, without asking the property: this runs for every application, several times
    numerator, denominator = (giver.direct + giver.indirect + giver.variance) * quantity, whole
    for partial in giver.partials:
        if receives(link.mover, partial):
            numerator = numerator * partial.quantity + partial.amount * quantity * denominator
            denominator *= partial.quantity
    return rounded(numerator, denominator, unit)


def element_shares(link: Link, unit: int) -> tuple[int, int, int]:
    """Direct, indirect and variance share, each rounded on its own, for the exact return of a receipt."""
    giver, quantity = link.giver, link.quantity
    indirect = rounded(giver.indirect * quantity, abs(giver.quantity), unit)
    variance = rounded(giver.variance * quantity, abs(giver.quantity), unit)
    numerator, denominator = giver.direct * quantity, abs(giver.quantity)
    for partial in giver.partials:
        if receives(link.mover, partial):
            numerator = numerator * partial.quantity + partial.amount * quantity * denominator
            denominator *= partial.quantity
    return rounded(numerator, denominator, unit), indirect, variance


def receives(mover: Node, partial: Partial) -> bool:
    """Whether a movement takes its part of a partial revaluation (section 11, cases A to F).

    Posted after it: always (D, E, F). Posted before: only when it counts from a later day (C).
    """
    if mover.first_value_id > (partial.of or partial.id):
        return True
    return max(mover.valuation_date, mover.posting_date) > partial.day
