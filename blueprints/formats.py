"""How figures, dates and words look on pages: Jinja filters and globals; no arithmetic in templates.

Thousands are parted by a narrow no-break space, the decimal mark follows the locale, minus is U+2212.
"""

from __future__ import annotations

import datetime as dt
import enum
from decimal import Decimal
from functools import lru_cache
from typing import Any

from babel.dates import format_date, format_datetime
from babel.numbers import get_decimal_symbol
from flask import Flask, url_for
from flask_babel import get_locale, get_timezone
from markupsafe import Markup, escape

from blueprints.words import word
from core.rounding import round_amount, round_unit_cost
from core.text import _

THIN_SPACE = "\u202f"
MINUS = "\u2212"


def quantity(value: Decimal | int | None) -> str:
    """A quantity without trailing zeros: 1 234.5; nothing for None."""
    if value is None:
        return ""
    text = f"{Decimal(value):f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return _dress(text)


def amount(value: Decimal | int | None) -> str:
    """An amount of money with two decimals: 8 190.00."""
    if value is None:
        return ""
    return _dress(f"{round_amount(Decimal(value)):.2f}")


def unit_cost(value: Decimal | int | None) -> str:
    """A cost or price for one unit: at least two decimals, at most five."""
    if value is None:
        return ""
    whole, _dot, decimals = f"{round_unit_cost(Decimal(value)):f}".partition(".")
    return _dress(f"{whole}.{decimals.rstrip('0').ljust(2, '0')}")


def percent(value: Decimal | int | None) -> str:
    """A percentage with its sign: 12.5 %."""
    return "" if value is None else quantity(value) + "\u00a0%"


def plain_number(value: Decimal | int | None) -> str:
    """A number as it stands in an input: decimal point, no groups, a hyphen for minus."""
    if value is None:
        return ""
    text = f"{Decimal(value):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def stock(value: Decimal | int | None) -> Markup | str:
    """Quantity in stock; a negative one is in the danger colour and says "short"."""
    if value is None or value >= 0:
        return quantity(value)
    return Markup('<span class="is-short">{} {}</span>').format(quantity(value), _("short"))


def _dress(text: str) -> str:
    negative, digits = text.startswith("-"), text.lstrip("-")
    whole, _dot, decimals = digits.partition(".")
    groups = f"{int(whole or 0):,}".replace(",", THIN_SPACE)
    dressed = groups + (decimal_symbol(_locale()) + decimals if decimals else "")
    # A rounded zero has no sign.
    return MINUS + dressed if negative and digits.strip("0.") else dressed


def _locale() -> str:
    return str(get_locale() or "en")


@lru_cache(maxsize=32)
def decimal_symbol(locale: str) -> str:
    return get_decimal_symbol(locale)


@lru_cache(maxsize=8192)
def _day(value: dt.date, locale: str) -> str:
    return format_date(value, "d MMM yyyy", locale=locale)


def day(value: dt.date | None) -> str:
    """A business date: 4 Mar 2025."""
    return "" if value is None else _day(value, _locale())


def month(value: int) -> str:
    """A month kept as yyyymm: Mar 25."""
    return format_date(dt.date(value // 100, value % 100, 1), "MMM yy", locale=_locale())


def short_day(value: dt.date) -> str:
    """A date within the year: 4 Mar."""
    return format_date(value, "d MMM", locale=_locale())


def moment(value: dt.datetime | None) -> str:
    """An instant in the company's time zone: 4 Mar 2025, 14:02."""
    if value is None:
        return ""
    return format_datetime(value, "d MMM yyyy, HH:mm", tzinfo=get_timezone(), locale=_locale())


def yes_no(value: bool | None) -> str:
    """Yes or nothing: a column of "No" hides the few that say "Yes"."""
    return _("Yes") if value else ""


def icon(name: str, label: str = "", **attributes: str) -> Markup:
    """One icon of the sprite; decoration unless `label` gives it words."""
    return _icon(name, str(label), url_for("static", filename="vendor/icons.svg"), tuple(attributes.items()))


@lru_cache(maxsize=1024)
def _icon(name: str, label: str, url: str, attributes: tuple[tuple[str, str], ...]) -> Markup:
    others = dict(attributes)
    classes = f"icon {others.pop('class', '')}".strip()
    extra = "".join(f' {key.replace("_", "-")}="{escape(value)}"' for key, value in others.items())
    voice = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    return Markup(f'<svg class="{escape(classes)}" {voice}{extra}><use href="{url}#icon-{escape(name)}"/></svg>')  # noqa: S704


#: How a value of a declared kind looks in a cell, a fact box or a report.
KINDS = {
    "quantity": quantity,
    "stock": stock,
    "amount": amount,
    "unit_cost": unit_cost,
    "percent": percent,
    "day": day,
    "moment": moment,
    "yes_no": yes_no,
    "word": word,
}

NUMERIC_KINDS = frozenset({"quantity", "stock", "amount", "unit_cost", "percent", "number"})


def show(value: Any, kind: str = "text") -> Any:
    """A value as its kind looks: "quantity", "amount", "day", "word" ...; anything else as text."""
    if value is None:
        return ""
    if kind in KINDS:
        return KINDS[kind](value)
    if kind == "number" and isinstance(value, int):
        return _dress(str(value))
    return word(value) if isinstance(value, enum.Enum) else str(value)


def init_app(app: Flask) -> None:
    """Make the filters and `icon` known to templates."""
    filters = {**KINDS, "plain_number": plain_number, "show": show}
    app.jinja_env.filters.update(filters)
    app.jinja_env.globals["icon"] = icon
