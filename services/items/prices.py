"""Price, cost and profit: which follows which (items.md section 1, "Derived on entry"). Pure."""

from __future__ import annotations

from decimal import Decimal

from core.errors import ValidationError
from core.rounding import LARGEST, PLACES, ZERO, round_quantity, round_to
from core.text import _

_HUNDRED = Decimal(100)


def profit_of(price: Decimal, cost: Decimal, vat_percent: Decimal = ZERO) -> Decimal:
    """Profit in % of the price without the VAT it includes; 0 if either is 0. Price 100, cost 75: 25.

    Price 125 with 25 % VAT in it, cost 75: 25 as well.
    """
    if not price or not cost:
        return ZERO
    profit = round_quantity(_HUNDRED * (1 - cost * (1 + vat_percent / _HUNDRED) / price))
    if abs(profit) >= LARGEST:
        raise ValidationError(
            "out_of_range", _("Price and cost are too far apart to work out a profit. Check both."), field="unit_price"
        )
    return profit


def price_of(
    cost: Decimal, profit_percent: Decimal, precision: Decimal = PLACES, vat_percent: Decimal = ZERO
) -> Decimal:
    """The price that leaves `profit_percent` of it as profit. Cost 75, profit 25 %: 100; with 25 % VAT in it 125.

    Raises ValidationError `profit_percent_too_high` from 100 % on, `out_of_range`.
    """
    if profit_percent >= _HUNDRED:
        raise ValidationError(
            "profit_percent_too_high",
            _("The profit is part of the price: enter less than 100 %%."),
            field="profit_percent",
        )
    price = round_to(cost / (1 - profit_percent / _HUNDRED) * (1 + vat_percent / _HUNDRED), precision)
    if price >= LARGEST:
        raise ValidationError(
            "out_of_range", _("The price would be too large. Enter less profit."), field="profit_percent"
        )
    return price
