"""What may stand in an address: numbers a database can hold, texts a code or name could be. Anything else is 404.

Databases refuse numbers beyond 64 bits and PostgreSQL refuses NUL bytes; such an address names nothing that exists.
"""

from __future__ import annotations

import unicodedata
from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter, PathConverter, UnicodeConverter, ValidationError

#: The largest key a table may have.
LARGEST_ID = 2**63 - 1
#: Longer than any code, name or token in an address.
LONGEST_TEXT = 1000


def check_text(text: str) -> str:
    """`text` itself; ValidationError (no such address) for control characters, broken encodings and endless texts."""
    if len(text) > LONGEST_TEXT or any(unicodedata.category(sign) in {"Cc", "Cs"} for sign in text):
        raise ValidationError
    return text


class IdConverter(IntegerConverter):
    """<int:...>: a number that can be a key."""

    def __init__(self, url_map: Any, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max", LARGEST_ID)
        super().__init__(url_map, *args, **kwargs)


class TextConverter(UnicodeConverter):
    """<...> and <string:...>: text without control characters."""

    def to_python(self, value: str) -> str:
        """The text."""
        return check_text(value)


class CodeConverter(PathConverter):
    """<path:...>: a code, which may contain a slash."""

    def to_python(self, value: str) -> str:
        """The code."""
        return check_text(value)


def init_app(app: Flask) -> None:
    """Take the place of werkzeug's converters. Before any blueprint is registered."""
    app.url_map.converters.update(default=TextConverter, string=TextConverter, int=IdConverter, path=CodeConverter)
