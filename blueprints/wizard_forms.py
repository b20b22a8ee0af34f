"""The questions of the first start."""

from __future__ import annotations

import datetime as dt
from typing import Any

from babel.numbers import get_currency_name, get_currency_precision
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from wtforms.validators import StopValidation

from blueprints.auth_forms import NewPasswordForm
from blueprints.fields import BaseForm, CheckField, ChoiceField, CodeField, DayField, TextField
from core import clock
from core.errors import DomainError
from core.text import _
from models.enums import CostingMethod
from services import passwords
from services.users import check_email

#: Currencies offered, the most used ones; others are set later in the general ledger set-up.
CURRENCIES = (
    "EUR", "USD", "GBP", "CHF", "DKK", "SEK", "NOK", "ISK", "PLN", "CZK", "HUF", "RON", "BGN", "UAH", "TRY", "ILS",
    "AED", "SAR", "EGP", "ZAR", "NGN", "KES", "MAD", "CAD", "MXN", "BRL", "ARS", "CLP", "COP", "PEN", "AUD", "NZD",
    "JPY", "CNY", "HKD", "TWD", "KRW", "INR", "PKR", "BDT", "IDR", "MYR", "PHP", "SGD", "THB", "VND",
)  # fmt: skip
_CURRENCY_OF_LANGUAGE = {"da": "DKK", "sv": "SEK", "nb": "NOK", "pl": "PLN", "cs": "CZK", "ja": "JPY", "zh": "CNY"}
LOCATION_ROWS = 4
#: books may be begun with years that are over, never far ahead
_YEARS_BACK = 15


class StepForm(BaseForm):
    """One step; `title` stands in the row of steps."""

    title: Any = ""

    def propose(self, today: dt.date, locale: str) -> None:
        """Sensible answers before anybody has given any."""


class CompanyForm(StepForm):
    title = _l("Company")

    name = TextField(_l("Name of the company"), max_length=100, required=True, render_kw={"autofocus": True})
    address = TextField(_l("Address"), max_length=100)
    post_code = TextField(_l("Post code"), max_length=20)
    city = TextField(_l("City"), max_length=50)
    country_code = CodeField(_l("Country code"), max_length=2, description=_l("Two letters, such as DE or US."))
    phone = TextField(_l("Telephone"), max_length=50, render_kw={"inputmode": "tel"})
    email = TextField(_l("E-mail"), max_length=100, render_kw={"inputmode": "email"})
    vat_registration_no = TextField(_l("VAT registration no."), max_length=20)

    def validate_country_code(self, field: CodeField) -> None:
        if field.data and not (len(field.data) == 2 and field.data.isalpha() and field.data.isascii()):
            raise StopValidation(_("A country code has two letters, such as DE or US."))

    def validate_email(self, field: TextField) -> None:
        """Papers carry it: better said now than seen by a customer."""
        _check_email(field)


def _check_email(field: TextField) -> None:
    if field.data:
        try:
            check_email(field.data)
        except DomainError as error:
            raise StopValidation(error.message) from error


def _currencies() -> list[tuple[str, str]]:
    locale = str(get_locale() or "en")
    return [(code, f"{code} – {get_currency_name(code, locale=locale)}") for code in CURRENCIES]


class CurrencyForm(StepForm):
    title = _l("Currency")

    currency_code = ChoiceField(
        _l("Currency"), pairs=_currencies,
        description=_l("All amounts are kept in it. Choose with care: what is posted is never converted."),
    )  # fmt: skip
    amount_rounding = ChoiceField(
        _l("Amounts are rounded to"), pairs=[(text, text) for text in ("0.01", "0.05", "0.1", "1", "0.001")],
        description=_l("The smallest coin of the ledger."),
    )  # fmt: skip
    unit_amount_rounding = ChoiceField(
        _l("Costs and prices per unit are rounded to"),
        pairs=[(text, text) for text in ("0.00001", "0.0001", "0.001", "0.01")],
    )
    costing_method = ChoiceField(
        _l("Costing method of new items"), CostingMethod,
        description=_l("FIFO: what came first goes first. Each item can have another."),
    )  # fmt: skip
    fiscal_year_start = DayField(_l("First day of the accounting year"), required=True)

    def propose(self, today: dt.date, locale: str) -> None:
        code = _CURRENCY_OF_LANGUAGE.get(locale[:2], "EUR")
        self.currency_code.data = code
        self.amount_rounding.data = "1" if get_currency_precision(code) == 0 else "0.01"
        self.unit_amount_rounding.data = "0.00001"
        self.costing_method.data = CostingMethod.FIFO
        self.fiscal_year_start.data = today.replace(month=1, day=1)

    def validate_fiscal_year_start(self, field: DayField) -> None:
        if field.data and field.data.day != 1:
            raise StopValidation(_("An accounting year starts on the first day of a month."))
        days = (field.data - clock.today()).days if field.data else 0
        if not -_YEARS_BACK * 366 <= days <= 366:
            raise StopValidation(_("That is far from today. Enter the first day of the year you begin with."))


class AccountsForm(StepForm):
    title = _l("Accounts")

    chart = ChoiceField(
        _l("Chart of accounts"), pairs=[("default", _l("Trading company with inventory accounts"))],
        description=_l("Accounts can be renamed, added and assigned differently at any time."),
    )  # fmt: skip

    def propose(self, today: dt.date, locale: str) -> None:
        self.chart.data = "default"


class LocationsForm(StepForm):
    title = _l("Locations")

    code_1 = CodeField(_l("Code"), max_length=10, required=True)
    name_1 = TextField(_l("Name"), max_length=100)
    code_2 = CodeField(_l("Code"), max_length=10)
    name_2 = TextField(_l("Name"), max_length=100)
    code_3 = CodeField(_l("Code"), max_length=10)
    name_3 = TextField(_l("Name"), max_length=100)
    code_4 = CodeField(_l("Code"), max_length=10)
    name_4 = TextField(_l("Name"), max_length=100)
    in_transit = CheckField(_l("Goods on their way between locations are shown as in transit"))

    def propose(self, today: dt.date, locale: str) -> None:
        self.code_1.data, self.name_1.data = "MAIN", _("Main warehouse")
        self.in_transit.data = True

    @property
    def pairs(self) -> list[tuple[Any, Any]]:
        """(code field, name field) of each row."""
        return [(self[f"code_{row}"], self[f"name_{row}"]) for row in range(1, LOCATION_ROWS + 1)]

    def answers(self) -> list[tuple[str, str, bool]]:
        """(code, name, in transit) of the rows filled in."""
        rows = [(code.data, name.data or code.data, False) for code, name in self.pairs if code.data]
        if self.in_transit.data:
            rows.append(("TRANSIT", _("In transit"), True))
        return rows

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        seen: set[str] = {"TRANSIT"} if self.in_transit.data else set()
        for code, name in self.pairs:
            if name.data and not code.data:
                code.errors = [*code.errors, _("Give this location a short code.")]
                valid = False
            elif code.data in seen:
                code.errors = [*code.errors, _("The location %(code)s is there twice.", code=code.data)]
                valid = False
            if code.data:
                seen.add(code.data)
        return valid


class AdministratorForm(StepForm, NewPasswordForm):
    title = _l("Administrator")

    full_name = TextField(_l("Your name"), max_length=100, render_kw={"autocomplete": "name", "autofocus": True})
    email = TextField(
        _l("Your e-mail"), max_length=250, required=True, render_kw={"autocomplete": "username", "inputmode": "email"},
        description=_l("You log in with it."),
    )  # fmt: skip

    def validate_email(self, field: TextField) -> None:
        """Said at this step, not when the company is made."""
        _check_email(field)

    def validate_password(self, field: Any) -> None:
        """What is wrong with the password is said together with what else is wrong, not after it."""
        if field.data:
            try:
                passwords.check_password(field.data, about=[self.email.data or "", self.full_name.data or ""])
            except DomainError as error:
                raise StopValidation(error.message) from error


class DemoForm(BaseForm):
    password = TextField(
        _l("Password of the demo people"), max_length=200, required=True,
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )  # fmt: skip


STEPS: dict[str, type[StepForm]] = {
    "company": CompanyForm,
    "currency": CurrencyForm,
    "accounts": AccountsForm,
    "locations": LocationsForm,
    "administrator": AdministratorForm,
}
