"""Currencies: list, card with what they are worth from which day on."""

from __future__ import annotations

from decimal import Decimal

from flask import Blueprint, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from blueprints.decimal_fields import QuantityField
from blueprints.fields import CodeField, DayField, RecordForm, TextField
from blueprints.list_parts import Action, Column, Empty
from blueprints.lists import Listing
from blueprints.record_cards import Cell, RecordCard, Rows
from core.text import plain_day
from models import Currency, CurrencyExchangeRate, Permission
from services import currencies

bp = Blueprint("currencies", __name__, url_prefix="/setup/currencies")


class CurrencyForm(RecordForm):
    code = CodeField(_l("Code"), max_length=10, required=True, description=_l("Three letters: USD, CHF."))
    name = TextField(_l("Name"))
    symbol = TextField(_l("Symbol"), max_length=10)
    amount_rounding = QuantityField(
        _l("Amounts are rounded to"), default=Decimal("0.01"), description=_l("0.01 for cents, 1 for whole units.")
    )
    unit_amount_rounding = QuantityField(_l("Prices are rounded to"), default=Decimal("0.00001"))


class RateForm(RecordForm):
    starting_date = DayField(_l("From"), required=True)
    amount = QuantityField(_l("So much of the currency"), default=Decimal(1), required=True)
    local_amount = QuantityField(_l("is worth in our own"), required=True)


_newest = (
    select(func.max(CurrencyExchangeRate.starting_date))
    .where(CurrencyExchangeRate.currency_id == Currency.id)
    .correlate(Currency)
    .scalar_subquery()
)

LISTING = Listing(
    name="currencies",
    title=_l("Currencies"),
    key=Currency.id,
    source=lambda: select().select_from(Currency),
    columns=(
        Column("code", _l("Code"), Currency.code, "code", sort=True),
        Column("name", _l("Name"), Currency.name, sort=True),
        Column("symbol", _l("Symbol"), Currency.symbol),
        Column("newest", _l("Last rate from"), _newest, "day"),
        Column("amount_rounding", _l("Rounding"), Currency.amount_rounding, "quantity", shown=False),
    ),
    extra={"row_code": Currency.code},
    search=(Currency.code, Currency.name),
    search_hint=_l("Code or name"),
    sort="code",
    open=lambda row: url_for("currencies.show", code=row.row_code),
    actions=(
        Action(_l("New currency"), lambda: url_for("currencies.new"), "plus", Permission.SETUP_EDIT, primary=True,
               shortcut="n"),
    ),
    empty=Empty(
        _l("There are no other currencies yet: all documents are in the company's own."), _l("New currency"),
        lambda: url_for("currencies.new"), Permission.SETUP_EDIT,
    ),
)  # fmt: skip


RecordCard(
    listing=LISTING, table="currency", new_title=_l("New currency"), form=CurrencyForm,
    groups=(("code", "name", "symbol", "amount_rounding", "unit_amount_rounding"),), get=currencies.get_currency,
    save=currencies.save_currency, delete=currencies.delete_currency, next_step=_l("Now add what it is worth."),
    rows=Rows(
        address="rates", table="currency_exchange_rate", title=_l("Exchange rates"), form=RateForm,
        cells=(
            Cell(_l("From"), lambda row: row.starting_date, "day"),
            Cell(_l("So much of the currency"), lambda row: row.amount, "unit_cost"),
            Cell(_l("is worth in our own"), lambda row: row.local_amount, "unit_cost"),
        ),
        page=currencies.rates_of, find=currencies.get_rate, save=currencies.save_rate, delete=currencies.delete_rate,
        name=lambda row: plain_day(row.starting_date),
        add=_l("Add the rate"), added=_l("The rate was added."), deleted=_l("The rate was deleted."),
        none_yet=_l("There are no rates yet: documents in this currency cannot be posted."),
    ),
).register(bp)  # fmt: skip
