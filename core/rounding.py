"""Rounding half away from zero, in one place (posting-and-costing.md, Conventions; DESIGN section 3)."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache

from sqlalchemy.exc import DontWrapMixin

from core.errors import ValidationError
from core.text import _

SCALE = 100_000  # every stored decimal has five places
PLACES = Decimal("0.00001")
ZERO = Decimal(0)
CENT = Decimal("0.01")

#: The largest magnitude a quantity, cost or amount may have: 64 bits with five places, less room to sum a million rows.
LARGEST = Decimal(10) ** 12
#: what 64 bits hold
HIGHEST_SCALED = 2**63 - 1

# Decimal's ROUND_HALF_UP rounds ties away from zero, for negative numbers too.
_context = Context(prec=40, rounding=ROUND_HALF_UP)


def round_to(value: Decimal, precision: Decimal) -> Decimal:
    """`value` rounded half away from zero to a multiple of `precision` (0.01, 0.05, 1 ...)."""
    # By our own constants: the database's 0.01000 would round to five places.
    if precision == CENT:
        return value.quantize(CENT, context=_context)
    if precision == PLACES:
        return value.quantize(PLACES, context=_context)
    return ((value / precision).quantize(Decimal(1), context=_context) * precision).quantize(PLACES, context=_context)


def round_amount(value: Decimal, precision: Decimal = CENT) -> Decimal:
    """An amount in local currency at the currency's precision."""
    return round_to(value, precision)


def round_unit_cost(value: Decimal, precision: Decimal = PLACES) -> Decimal:
    """A cost or price per unit at the unit-amount precision."""
    return round_to(value, precision)


def round_quantity(value: Decimal) -> Decimal:
    """A quantity at the five places the ledger keeps."""
    return value.quantize(PLACES, context=_context)


class TooLargeError(ValidationError, DontWrapMixin):
    """A figure that no column holds: it reaches the person as a refusal, also out of a flush."""


def too_large(value: Decimal) -> TooLargeError:
    """`number_too_large`, in words."""
    return TooLargeError(
        "number_too_large",
        _("%(value)s is more than the books can hold.", value=f"{value:f}"),
        hint=_("Check the quantity and the price: one of them is far too large."),
    )


@lru_cache(maxsize=1 << 14)  # the same quantities and prices come again and again
def to_scaled(value: Decimal) -> int:
    """The integer (x 100,000) the database keeps for `value`; digits past the fifth place are an error.

    Raises TooLargeError `number_too_large`.
    """
    scaled = _context.multiply(value, SCALE)
    whole = int(scaled)
    if whole != scaled:
        raise ValueError(f"{value} has more than five decimal places")
    if abs(whole) > HIGHEST_SCALED:
        raise too_large(value)
    return whole


@lru_cache(maxsize=1 << 14)
def from_scaled(scaled: int) -> Decimal:
    """The decimal that the database's integer stands for, with five places."""
    return _context.multiply(PLACES, scaled)
