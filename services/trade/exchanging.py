"""A document in another currency: its rate, and what of it is posted in local currency (documents.md sections 2, 22).

Prices and amounts of a document stay in its currency; ledgers, costs and G/L are in the company's.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from core.rounding import ZERO, round_amount, round_unit_cost
from models import Currency, PostedDocument, TradeDocument, TradeLine
from models.enums import TradeLineType
from services.currencies import Exchange, exchange_at, exchange_on
from services.trade.amounts import Amounts, Taxed

OWN = Exchange()


def exchange_of(session: Session, document: Any, day: dt.date | None = None) -> Exchange:
    """The currency of an open or posted document: at the rate it keeps, else at that of `day` (its posting date).

    Raises ValidationError `exchange_rate_missing`.
    """
    currency_id = getattr(document, "currency_id", None)
    if currency_id is None:
        return OWN
    if getattr(document, "exchange_amount", ZERO):
        currency = session.get_one(Currency, currency_id)
        return exchange_at(currency, document.exchange_amount, document.exchange_local_amount)
    return exchange_on(session, currency_id, day or document.posting_date or document.order_date)


def of_posted(document: PostedDocument) -> Exchange:
    """What a posted document's prices were worth; its roundings do not matter, for nothing is rounded to them."""
    if not document.currency_code:
        return OWN
    return Exchange(document.currency_code, document.exchange_amount, document.exchange_local_amount)


def converted(value: Decimal, old: Exchange, new: Exchange) -> Decimal:
    """A price or unit amount of one currency in another, rounded to the other's unit amounts."""
    if old.code == new.code:
        return value
    return round_unit_cost(new.from_local(old.to_local(value)), new.unit_amount_rounding)


def convert_others(lines: Iterable[TradeLine], old: Exchange, new: Exchange) -> None:
    """Prices of lines that no price list knows (accounts, charges, resources) from one currency into another."""
    for line in lines:
        if line.type not in (TradeLineType.ITEM, TradeLineType.COMMENT):
            line.unit_amount = converted(line.unit_amount, old, new)


def in_local(
    parts: Sequence[tuple[Amounts, Taxed]], exchange: Exchange, rounding: Decimal
) -> list[tuple[Amounts, Taxed]]:
    """Amounts of the lines of one bill in local currency.

    Each total is converted and rounded; a line takes what the lines up to it have added, so nothing is lost. Pure.
    """
    local = [_Running(exchange.to_local, rounding) for _each in range(5)]
    result = []
    for amounts, taxed in parts:
        gross, line_discount, invoice_discount, base, whole = (
            running.add(amount) for running, amount in zip(
                local,
                (amounts.gross, amounts.line_discount, amounts.invoice_discount, taxed.base, taxed.base + taxed.vat),
                strict=True,
            )
        )  # fmt: skip
        result.append((Amounts(gross, line_discount, invoice_discount), Taxed(base, whole - base)))
    return result


class _Running:
    """What has been added, converted and rounded as a whole."""

    def __init__(self, convert: Callable[[Decimal], Decimal], rounding: Decimal) -> None:
        self._convert, self._rounding = convert, rounding
        self._sum = self._given = ZERO

    def add(self, amount: Decimal) -> Decimal:
        """The local amount by which the total grows."""
        self._sum += amount
        total = round_amount(self._convert(self._sum), self._rounding)
        share, self._given = total - self._given, total
        return share


def keep_rate(document: TradeDocument, exchange: Exchange) -> None:
    """The document is posted at this rate whatever the day: what takes a bill back does so at the bill's rate."""
    if exchange.code:
        document.exchange_amount, document.exchange_local_amount = exchange.amount, exchange.local_amount
