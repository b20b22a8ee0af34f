"""Which price and which discount a line gets: the best of the active price lists (documents.md section 9)."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from core.rounding import ZERO, round_amount, round_unit_cost
from core.sql import ids_of
from models import Customer, InvoiceDiscount, PriceList, PriceListLine, TradeDocument
from models.enums import PriceListStatus, TradeSide
from services.currencies import Exchange
from services.trade.exchanging import OWN

_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a price is looked up for; `quantity` in the line's unit, of which one is `qty_per_unit` base units."""

    item_id: int
    item_discount_group: str
    variant_id: int
    unit_of_measure_id: int | None
    quantity: Decimal
    day: dt.date
    qty_per_unit: Decimal = Decimal(1)
    #: of the document: prices of lists in it go before those in local currency, which are converted
    currency_id: int | None = None
    exchange: Exchange = OWN


class Why(enum.StrEnum):
    """Why a line of a price list does not count for what is looked up."""

    OTHER_VARIANT = "other_variant"
    OTHER_UNIT = "other_unit"
    BELOW_MINIMUM = "below_minimum"
    NOT_YET = "not_yet"
    ENDED = "ended"
    #: a list in the document's own currency has a price or discount too
    LOCAL_CURRENCY = "local_currency"


@dataclass(frozen=True, slots=True)
class Considered:
    """A line of an active list that was looked at: its price in the line's unit, or why it does not count."""

    line: PriceListLine
    price_list: PriceList
    unit_amount: Decimal | None
    why_not: Why | None = None
    gives_price: bool = False
    gives_discount: bool = False


@dataclass(frozen=True, slots=True)
class Price:
    """The lowest price, None where no list has one, and the highest line discount."""

    unit_amount: Decimal | None
    discount_percent: Decimal
    allow_line_discount: bool
    allow_invoice_discount: bool


def load_prices(
    session: Session, document: TradeDocument, items: Iterable[tuple[int, str]]
) -> list[tuple[PriceListLine, PriceList]]:
    """Lines of active lists for these items (id, discount group) that may count for the document's party."""
    wanted = list(items)
    purchase = document.side == TradeSide.PURCHASE
    everybody = PriceList.vendor_id.is_(None) & PriceList.customer_id.is_(None) & (PriceList.customer_price_group == "")
    if purchase:
        whose = or_(everybody, PriceList.vendor_id == document.vendor_id)
    else:
        group = session.scalar(select(Customer.price_group).where(Customer.id == document.bill_to_customer_id)) or ""
        whose = or_(
            everybody,
            PriceList.customer_id == document.bill_to_customer_id,
            (PriceList.customer_price_group == group) & (PriceList.customer_price_group != ""),
        )
    groups = sorted({group for _item, group in wanted if group})
    rows = session.execute(
        select(PriceListLine, PriceList)
        .join(PriceList, PriceList.id == PriceListLine.price_list_id)
        .where(
            PriceList.side == document.side,
            PriceList.status == PriceListStatus.ACTIVE,
            or_(PriceList.currency_id.is_(None), PriceList.currency_id == document.currency_id),
            whose,
            or_(
                PriceListLine.item_id.in_(ids_of(session, {item_id for item_id, _group in wanted})),
                PriceListLine.item_discount_group.in_(groups) if groups else PriceListLine.id < 0,
            ),
        )
        .order_by(PriceListLine.id)
    )
    return [(row[0], row[1]) for row in rows]


def best_price(wanted: Wanted, candidates: Iterable[tuple[PriceListLine, PriceList]]) -> Price:
    """Lowest price and, on its own, highest discount among the lines that match. Pure.

    Each from the lists in the document's currency where those have one, else from those in local currency.
    """
    matching = [
        (line, price_list) for line, price_list in candidates
        if _names(wanted, line) and _why_not(wanted, line, price_list) is None
    ]  # fmt: skip
    cheapest = _cheapest(wanted, matching)
    allowed = cheapest is None or cheapest[1].allow_line_discount
    discount = max((line.discount_percent for line, _list in _discounts(wanted, matching)), default=ZERO)
    return Price(
        cheapest[0] if cheapest is not None else None,
        discount if allowed else ZERO,
        allowed,
        cheapest is None or cheapest[1].allow_invoice_discount,
    )


def explain_price(wanted: Wanted, candidates: Iterable[tuple[PriceListLine, PriceList]]) -> list[Considered]:
    """Every line about the item in its lists' order: which one gives the price, which the discount, why others do not.

    The same rule as `best_price`. Pure.
    """
    about = [(line, price_list) for line, price_list in candidates if _names(wanted, line)]
    reasons = {line.id: _why_not(wanted, line, price_list) for line, price_list in about}
    matching = [(line, price_list) for line, price_list in about if reasons[line.id] is None]
    cheapest = _cheapest(wanted, matching)
    given = [line for line, _list in _discounts(wanted, matching)]
    best = max((line.discount_percent for line in given), default=ZERO)
    allowed = cheapest is None or cheapest[1].allow_line_discount
    giver = next((line for line in given if best and line.discount_percent == best), None) if allowed else None
    chosen = cheapest[1] if cheapest is not None else None
    passed_over = {line.id for line, _list in matching} - _counting(wanted, matching)
    return [
        Considered(
            line, price_list, _in_unit(wanted, line, price_list),
            Why.LOCAL_CURRENCY if line.id in passed_over else reasons[line.id], line is chosen, line is giver,
        )
        for line, price_list in about
    ]  # fmt: skip


def _names(wanted: Wanted, line: PriceListLine) -> bool:
    """The line is about the item, or about its discount group."""
    if line.item_id:
        return line.item_id == wanted.item_id
    return line.item_discount_group == wanted.item_discount_group


def _why_not(wanted: Wanted, line: PriceListLine, price_list: PriceList) -> Why | None:
    """None where the line counts. A line for any unit has its minimum in base units, the others in their own."""
    starts, ends = price_list.starting_date, price_list.ending_date
    quantity = abs(wanted.quantity) * (wanted.qty_per_unit if line.unit_of_measure_id is None else 1)
    if line.variant_id not in (0, wanted.variant_id):
        return Why.OTHER_VARIANT
    if line.unit_of_measure_id not in (None, wanted.unit_of_measure_id):
        return Why.OTHER_UNIT
    if line.minimum_quantity > quantity:
        return Why.BELOW_MINIMUM
    if starts is not None and starts > wanted.day:
        return Why.NOT_YET
    return Why.ENDED if ends is not None and ends < wanted.day else None


def _in_unit(wanted: Wanted, line: PriceListLine, price_list: PriceList) -> Decimal | None:
    """The price in the unit and currency that are asked for; that of any unit is for one base unit."""
    if line.unit_amount is None or line.item_id is None:
        return None
    price = line.unit_amount * (wanted.qty_per_unit if line.unit_of_measure_id is None else 1)
    if price_list.currency_id != wanted.currency_id:
        return round_unit_cost(wanted.exchange.from_local(price), wanted.exchange.unit_amount_rounding)
    return round_unit_cost(price) if line.unit_of_measure_id is None else price


Found = tuple[PriceListLine, PriceList]


def _in_same_currency(wanted: Wanted, found: list[Found]) -> list[Found]:
    """Those in the document's currency where there are any."""
    return [one for one in found if one[1].currency_id == wanted.currency_id] or found


def _discounts(wanted: Wanted, matching: list[Found]) -> list[Found]:
    return _in_same_currency(wanted, [one for one in matching if one[0].discount_percent])


def _prices(wanted: Wanted, matching: list[Found]) -> list[Found]:
    return _in_same_currency(wanted, [one for one in matching if _in_unit(wanted, *one) is not None])


def _counting(wanted: Wanted, matching: list[Found]) -> set[int]:
    """Lines that take part in the choice of price or discount."""
    return {line.id for line, _list in [*_prices(wanted, matching), *_discounts(wanted, matching)]} | {
        line.id for line, _list in matching if line.unit_amount is None and not line.discount_percent
    }


def _cheapest(wanted: Wanted, matching: list[Found]) -> tuple[Decimal, PriceListLine] | None:
    """The lowest price and the line that has it."""
    priced = [(_in_unit(wanted, *one) or ZERO, one[0].id, one[0]) for one in _prices(wanted, matching)]
    price, _id, line = min(priced, key=lambda one: one[:2]) if priced else (ZERO, 0, None)
    return (price, line) if line is not None else None


def invoice_discount_step(session: Session, document: TradeDocument, amount: Decimal) -> InvoiceDiscount | None:
    """The step of the document's code for this amount: the one with the largest minimum that is reached."""
    if not document.invoice_discount_code:
        return None
    return session.scalar(
        select(InvoiceDiscount)
        .where(
            InvoiceDiscount.side == document.side,
            func.upper(InvoiceDiscount.code) == document.invoice_discount_code.upper(),
            InvoiceDiscount.minimum_amount <= amount,
        )
        .order_by(InvoiceDiscount.minimum_amount.desc())
        .limit(1)
    )


def discount_of(amount: Decimal, percent: Decimal, rounding: Decimal) -> Decimal:
    """The invoice discount of a line."""
    return round_amount(amount * percent / _HUNDRED, rounding)
