"""Translations, looked up once a request: a page shows some hundreds of words."""

from __future__ import annotations

from typing import Any

from babel import Locale
from flask import Flask
from flask_babel import Domain, get_locale


class OneLookup(Domain):
    """The application's messages; their catalogue is kept with the language it belongs to."""

    #: in one, because threads share it
    _last: tuple[Locale | None, Any] = (None, None)

    def get_translations(self) -> Any:
        """The catalogue of the language in force."""
        language = get_locale()
        if language is None:
            return super().get_translations()
        known, catalogue = self._last
        if known is not language:
            catalogue = super().get_translations()
            self._last = language, catalogue
        return catalogue


def init_app(app: Flask) -> None:
    """Take the place of Flask-Babel's domain. After `Babel.init_app`."""
    extension = app.extensions["babel"]
    extension.instance.domain_instance = OneLookup(domain=extension.default_domain)
