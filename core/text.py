"""The one gettext for code below the pages: translated inside a request, plain English elsewhere."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from babel.dates import format_date
from flask_babel import get_locale, gettext, ngettext

__all__ = ["_", "ngettext", "plain_day", "plain_quantity"]


def _(message: str, **values: object) -> str:
    """Translate `message` and fill in `values` (`%(name)s` style); outside a request the English text is used.

    A percent sign is written `%%`, with values or without.
    """
    text = str(gettext(message, **values))
    return text if values else text.replace("%%", "%")


def plain_quantity(value: Decimal) -> str:
    """A quantity for a sentence: no trailing zeros, no exponent."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def plain_day(value: dt.date | None) -> str:
    """A date for a sentence, as pages write it: 4 Mar 2025; an ellipsis where there is none."""
    return format_date(value, "d MMM yyyy", locale=str(get_locale() or "en")) if value else "…"
