"""Which price and which discount a line gets: the best of the active price lists (documents.md section 9)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from core.rounding import ZERO, round_amount
from core.sql import ids_of
from models import Customer, InvoiceDiscount, PriceList, PriceListLine, TradeDocument
from models.enums import PriceListStatus, TradeSide

_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a price is looked up for; `quantity` in the line's unit."""

    item_id: int
    item_discount_group: str
    variant_id: int
    unit_of_measure_id: int | None
    quantity: Decimal
    day: dt.date


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
    """Lowest price and, on its own, highest discount among the lines that match. Pure."""
    matching = [line for line, price_list in candidates if _matches(wanted, line, price_list)]
    priced = [line for line in matching if line.unit_amount is not None and line.item_id is not None]
    cheapest = min(priced, key=lambda line: (line.unit_amount, line.id), default=None)
    allowed = cheapest is None or cheapest.allow_line_discount
    discount = max((line.discount_percent for line in matching), default=ZERO) if allowed else ZERO
    return Price(
        cheapest.unit_amount if cheapest is not None else None,
        discount,
        allowed,
        cheapest is None or cheapest.allow_invoice_discount,
    )


def _matches(wanted: Wanted, line: PriceListLine, price_list: PriceList) -> bool:
    starts, ends = price_list.starting_date, price_list.ending_date
    return (
        (line.item_id == wanted.item_id if line.item_id else line.item_discount_group == wanted.item_discount_group)
        and line.variant_id in (0, wanted.variant_id)
        and line.unit_of_measure_id in (None, wanted.unit_of_measure_id)
        and line.minimum_quantity <= abs(wanted.quantity)
        and (starts is None or starts <= wanted.day)
        and (ends is None or wanted.day <= ends)
    )


def invoice_discount_percent(session: Session, document: TradeDocument, amount: Decimal) -> Decimal:
    """The discount of the document's code for this amount; 0 without one (the largest minimum that is reached)."""
    if not document.invoice_discount_code:
        return ZERO
    found = session.scalar(
        select(InvoiceDiscount.discount_percent)
        .where(
            InvoiceDiscount.side == document.side,
            func.upper(InvoiceDiscount.code) == document.invoice_discount_code.upper(),
            InvoiceDiscount.minimum_amount <= amount,
        )
        .order_by(InvoiceDiscount.minimum_amount.desc())
        .limit(1)
    )
    return found or ZERO


def discount_of(amount: Decimal, percent: Decimal, rounding: Decimal) -> Decimal:
    """The invoice discount of a line."""
    return round_amount(amount * percent / _HUNDRED, rounding)
