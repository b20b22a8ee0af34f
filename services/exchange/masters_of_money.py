"""Files of currencies and of what they are worth: declarations only."""

from __future__ import annotations

from sqlalchemy.orm import Session

from models import Currency, CurrencyExchangeRate
from services import currencies
from services.exchange.master_columns import code, own, points, without
from services.exchange.masters import MasterKind, Values

CURRENCIES = MasterKind(
    name="currencies", words="Currencies", model=Currency, keys=("code",),
    master_columns=lambda: [code(Currency), *own(Currency, *currencies.CURRENCY_FIELDS)],
    create=lambda session, values: currencies.save_currency(session, None, values),
    update=lambda session, row, values: currencies.save_currency(session, row, {"code": row.code, **values}),
)  # fmt: skip


def _save_rate(session: Session, values: Values, row: CurrencyExchangeRate | None = None) -> None:
    given = without(values, "currency_id")
    if row is not None:
        given = {"starting_date": row.starting_date, "local_amount": row.local_amount} | given
    currency_id = row.currency_id if row is not None else values["currency_id"]
    currencies.save_rate(session, session.get_one(Currency, currency_id), row, given)


RATES = MasterKind(
    name="exchange-rates", words="Exchange rates", model=CurrencyExchangeRate, keys=("currency", "starting_date"),
    master_columns=lambda: [
        points(CurrencyExchangeRate, "currency", Currency, required=True),
        *own(CurrencyExchangeRate, *currencies.RATE_FIELDS, required=("starting_date", "local_amount")),
    ],
    create=_save_rate,
    update=lambda session, row, values: _save_rate(session, values, row),
)  # fmt: skip

MONEY: tuple[MasterKind, ...] = (CURRENCIES, RATES)
