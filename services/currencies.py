"""Currencies of documents and what they are worth by date: made, changed, looked up (documents.md sections 2, 9)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.errors import NotFound, ValidationError
from core.rounding import CENT, PLACES
from core.text import _, plain_day
from models import Currency, CurrencyExchangeRate, GeneralLedgerSetup
from services.record_rows import delete_with_rows, page_of
from services.usage import check_unused
from services.values import assign, clean_code

CURRENCY_FIELDS = ("name", "symbol", "amount_rounding", "unit_amount_rounding")
RATE_FIELDS = ("starting_date", "amount", "local_amount")
_ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Exchange:
    """A currency and its worth: `amount` of it are `local_amount` of ours. Without a code it is ours."""

    code: str = ""
    amount: Decimal = _ONE
    local_amount: Decimal = _ONE
    amount_rounding: Decimal = CENT
    unit_amount_rounding: Decimal = PLACES

    def to_local(self, value: Decimal) -> Decimal:
        """Worth in local currency, not rounded."""
        return value * self.local_amount / self.amount if self.code else value

    def from_local(self, value: Decimal) -> Decimal:
        """Worth of a local amount in this currency, not rounded."""
        return value * self.amount / self.local_amount if self.code else value


def get_currency(session: Session, code: str) -> Currency:
    """Raises NotFound `currency_not_found`."""
    found = session.scalar(select(Currency).where(Currency.code == code.upper()))
    if found is None:
        raise NotFound("currency_not_found", _("There is no currency %(code)s.", code=code))
    return found


def exchange_on(session: Session, currency_id: int, day: dt.date) -> Exchange:
    """The currency at its latest rate of `day` or before. Raises ValidationError `exchange_rate_missing`."""
    currency = session.get_one(Currency, currency_id)
    rate = session.scalar(
        select(CurrencyExchangeRate)
        .where(CurrencyExchangeRate.currency_id == currency_id, CurrencyExchangeRate.starting_date <= day)
        .order_by(CurrencyExchangeRate.starting_date.desc())
        .limit(1)
    )
    if rate is None:
        raise ValidationError(
            "exchange_rate_missing",
            _("%(code)s has no exchange rate on %(day)s.", code=currency.code, day=plain_day(day)),
            field="currency_id",
            hint=_("Enter a rate under Set-up, Currencies, from that day or before."),
        )
    return exchange_at(currency, rate.amount, rate.local_amount)


def exchange_at(currency: Currency, amount: Decimal, local_amount: Decimal) -> Exchange:
    """The currency at a given rate."""
    return Exchange(currency.code, amount, local_amount, currency.amount_rounding, currency.unit_amount_rounding)


def save_currency(session: Session, currency: Currency | None, values: Mapping[str, object]) -> Currency:
    """Create (None) or change a currency. Raises ValidationError `already_exists`, `local_currency`,
    `rounding_not_positive`, `in_use` (renamed while documents show its code) and those of `assign`.
    """
    values = dict(values)
    code = clean_code(values.pop("code"), field="code", length=10)
    other = session.scalar(select(Currency.id).where(Currency.code == code))
    if other is not None and (currency is None or other != currency.id):
        raise ValidationError(
            "already_exists", _("%(code)s exists already. Choose another code.", code=code), field="code"
        )
    local = session.scalar(select(GeneralLedgerSetup.currency_code).where(GeneralLedgerSetup.id == 1))
    if code == local:
        raise ValidationError(
            "local_currency", _("%(code)s is the company's own currency.", code=code), field="code",
            hint=_("Documents without a currency are in it already."),
        )  # fmt: skip
    for name in ("amount_rounding", "unit_amount_rounding"):
        given = values.get(name)
        if isinstance(given, Decimal) and given <= 0:
            raise ValidationError(
                "rounding_not_positive", _("The rounding must be more than zero, such as 0.01."), field=name
            )
    if currency is not None and currency.code != code:
        check_unused(session, currency, currency.code)
    currency = currency or Currency(amount_rounding=CENT, unit_amount_rounding=PLACES)
    with session.no_autoflush:
        assign(session, currency, values, CURRENCY_FIELDS)
    currency.code = code
    session.add(currency)
    session.flush()
    return currency


def delete_currency(session: Session, currency: Currency) -> None:
    """Remove a currency nobody names, with its rates. Raises ValidationError `in_use`."""
    check_unused(session, currency, currency.code)
    delete_with_rows(session, currency, _own(currency))


def rates_of(
    session: Session, currency: Currency, limit: int, offset: int = 0
) -> tuple[list[CurrencyExchangeRate], int]:
    """One page of a currency's rates, the latest first, and how many there are."""
    return page_of(session, _own(currency).order_by(CurrencyExchangeRate.starting_date.desc()), limit, offset)


def _own(currency: Currency) -> Select[tuple[CurrencyExchangeRate]]:
    return select(CurrencyExchangeRate).where(CurrencyExchangeRate.currency_id == currency.id)


def get_rate(session: Session, currency: Currency, rate_id: int) -> CurrencyExchangeRate:
    """Raises NotFound `exchange_rate_not_found`."""
    found = session.get(CurrencyExchangeRate, rate_id)
    if found is None or found.currency_id != currency.id:
        raise NotFound("exchange_rate_not_found", _("This rate does not exist any more."))
    return found


def save_rate(
    session: Session, currency: Currency, rate: CurrencyExchangeRate | None, values: Mapping[str, object]
) -> CurrencyExchangeRate:
    """Create (None) or change a rate; what is posted keeps its own. Raises ValidationError `already_exists`,
    `not_positive` and those of `assign`.
    """
    for name in ("amount", "local_amount"):
        given = values.get(name)
        if isinstance(given, Decimal) and given <= 0:
            raise ValidationError("not_positive", _("Enter an amount above zero."), field=name)
    other = session.scalar(
        select(CurrencyExchangeRate.id).where(
            CurrencyExchangeRate.currency_id == currency.id,
            CurrencyExchangeRate.starting_date == values.get("starting_date"),
        )
    )
    if other is not None and (rate is None or other != rate.id):
        raise ValidationError(
            "already_exists", _("There is a rate from this day on already."), field="starting_date",
            hint=_("Change that one."),
        )  # fmt: skip
    rate = rate or CurrencyExchangeRate(currency_id=currency.id, amount=_ONE)
    with session.no_autoflush:
        assign(session, rate, values, RATE_FIELDS, required=("starting_date", "local_amount"))
    session.add(rate)
    session.flush()
    return rate


def delete_rate(session: Session, rate: CurrencyExchangeRate) -> None:
    """Remove a rate; what was posted with it keeps it."""
    session.delete(rate)
    session.flush()
