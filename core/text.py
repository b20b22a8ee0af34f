"""The one gettext for code below the pages: translated inside a request, plain English elsewhere."""

from __future__ import annotations

from flask_babel import gettext, ngettext

__all__ = ["_", "ngettext"]


def _(message: str, **values: object) -> str:
    """Translate `message` and fill in `values` (`%(name)s` style); outside a request the English text is used."""
    return str(gettext(message, **values))
