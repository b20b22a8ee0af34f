"""Money of a line and of the part of it that is posted now (documents.md section 9). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.rounding import CENT, PLACES, ZERO, round_amount, round_unit_cost

_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Amounts:
    """Of a line or a part of it, in the prices of the document (with or without VAT)."""

    gross: Decimal
    line_discount: Decimal
    invoice_discount: Decimal

    @property
    def line(self) -> Decimal:
        """After line discount, before invoice discount."""
        return self.gross - self.line_discount

    @property
    def discounts(self) -> Decimal:
        """Of the line and of the invoice."""
        return self.line_discount + self.invoice_discount

    @property
    def net(self) -> Decimal:
        """After all discounts."""
        return self.line - self.invoice_discount


def whole_amounts(
    quantity: Decimal, unit_amount: Decimal, discount_percent: Decimal, rounding: Decimal = CENT
) -> tuple[Decimal, Decimal]:
    """Line discount amount and line amount: round(quantity x price), less round(that x %)."""
    gross = round_amount(quantity * unit_amount, rounding)
    discount = round_amount(gross * discount_percent / _HUNDRED, rounding)
    return discount, gross - discount


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """What of a line decides its amounts."""

    quantity: Decimal
    unit_amount: Decimal
    line_discount_percent: Decimal
    line_discount_amount: Decimal
    invoice_discount_amount: Decimal


def part_amounts(line: Priced, before: Decimal, part: Decimal, rounding: Decimal = CENT) -> Amounts:
    """The amounts of `part` of a line of which `before` is billed already.

    Worked out as the difference of what is due after and before, so that the parts add up to the line.
    """
    after = _upto(line, before + part, rounding)
    earlier = _upto(line, before, rounding)
    return Amounts(
        after.gross - earlier.gross,
        after.line_discount - earlier.line_discount,
        after.invoice_discount - earlier.invoice_discount,
    )


def _upto(line: Priced, quantity: Decimal, rounding: Decimal) -> Amounts:
    gross = round_amount(quantity * line.unit_amount, rounding)
    share = quantity / line.quantity if line.quantity else ZERO
    if quantity == line.quantity:
        discount = line.line_discount_amount
    else:
        discount = round_amount(gross * line.line_discount_percent / _HUNDRED, rounding)
    return Amounts(gross, discount, round_amount(line.invoice_discount_amount * share, rounding))


def unit_cost(
    quantity: Decimal,
    unit_amount: Decimal,
    discounts: Decimal,
    indirect_percent: Decimal,
    overhead: Decimal,
    *,
    vat_percent: Decimal = ZERO,
    rounding: Decimal = PLACES,
) -> Decimal:
    """Cost of one of a purchase line's unit; `overhead` for that unit, `vat_percent` where prices include VAT.

    (direct unit cost - discounts / quantity) x (1 + indirect %) + overhead. 20 x 20.00, discounts 58.00, 10 %, 0.50:
    19.31.
    """
    direct = unit_amount - (discounts / quantity if quantity else ZERO)
    direct /= 1 + vat_percent / _HUNDRED
    return round_unit_cost(direct * (1 + indirect_percent / _HUNDRED) + overhead, rounding)


@dataclass(frozen=True, slots=True)
class Taxed:
    """Base and tax of one line."""

    base: Decimal
    vat: Decimal


def with_vat(
    nets: Sequence[tuple[object, Decimal, Decimal]], *, including: bool, rounding: Decimal = CENT
) -> list[Taxed]:
    """Base and VAT of lines given as (rate's key, VAT %, amount in the document's prices).

    VAT is rounded once a rate, not once a line; each line takes what the lines up to it have added.
    """
    sums: dict[object, tuple[Decimal, Decimal]] = {}
    result = []
    for key, percent, amount in nets:
        total, given = sums.get(key, (ZERO, ZERO))
        total += amount
        vat = round_amount(total * percent / (_HUNDRED + (percent if including else ZERO)), rounding)
        sums[key] = (total, vat)
        share = vat - given
        result.append(Taxed(amount - share, share) if including else Taxed(amount, share))
    return result


NO_AMOUNTS = Amounts(ZERO, ZERO, ZERO)
NO_TAX = Taxed(ZERO, ZERO)


def spread(total: Decimal, weights: Iterable[Decimal], rounding: Decimal = CENT) -> list[Decimal]:
    """`total` over `weights`, each share rounded, the remainder carried to the next (so the sum is exact)."""
    parts = list(weights)
    whole = sum(parts, ZERO)
    shares, carried = [], ZERO
    for weight in parts:
        exact = (total * weight / whole if whole else ZERO) + carried
        share = round_amount(exact, rounding)
        carried = exact - share
        shares.append(share)
    return shares
