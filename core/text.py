"""The one gettext for code below the pages: translated inside a request, plain English elsewhere."""

from __future__ import annotations

from decimal import Decimal

from flask_babel import gettext, ngettext

__all__ = ["_", "ngettext", "plain_quantity"]


def _(message: str, **values: object) -> str:
    """Translate `message` and fill in `values` (`%(name)s` style); outside a request the English text is used."""
    return str(gettext(message, **values))


def plain_quantity(value: Decimal) -> str:
    """A quantity for a sentence: no trailing zeros, no exponent."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
