"""Where a page of a list begins: the place in a paging link, and the condition for the rows beyond it."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import enum
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, literal, or_, tuple_


def restore(text: str) -> tuple[Any, int] | None:
    """The place a paging link points at: (sort value, id); None for a damaged one, which shows the first page."""
    try:
        kind, value, key = json.loads(base64.urlsafe_b64decode(text.encode("ascii") + b"=="))
        readers: dict[str, Callable[[Any], Any]] = {
            "n": lambda _value: None, "s": str, "i": int, "b": bool, "d": dt.date.fromisoformat,
            "t": dt.datetime.fromisoformat, "q": Decimal,
        }  # fmt: skip
        return readers[kind](value), int(key)
    except (ValueError, KeyError, TypeError, ArithmeticError, binascii.Error):
        return None


def token(value: Any, key: int) -> str:
    """The place of a row: its sort value and its key, for a link."""
    kind = "s"
    match value:
        case None:
            kind = "n"
        case enum.Enum():
            value = value.value
        case bool():
            kind = "b"
        case int():
            kind = "i"
        case Decimal():
            kind, value = "q", str(value)
        case dt.datetime():
            kind, value = "t", value.isoformat()
        case dt.date():
            kind, value = "d", value.isoformat()
        case _:
            value = str(value)
    return base64.urlsafe_b64encode(json.dumps([kind, value, key]).encode()).decode("ascii").rstrip("=")


def beyond(sort: Any, own: Any, place: tuple[Any, int], *, downwards: bool, sqlite: bool) -> ColumnElement[bool]:
    """Rows that come after `place` (sort value, key) in the direction of travel; `own` decides among equals."""
    value, key = place
    if sort is None:
        after: ColumnElement[bool] = own < key if downwards else own > key
        return after
    table = getattr(own, "table", None)
    if getattr(sort, "nullable", True) is False and table is not None and getattr(sort, "table", None) is table:
        # One comparison of the pair: the index on (sort, key) answers it.
        pair, bound = tuple_(sort, own), tuple_(literal(value, sort.type), literal(key, own.type))
        return pair < bound if downwards else pair > bound
    tie = own < key if downwards else own > key
    nulls_come_later = sqlite == downwards
    if value is None:
        here = and_(sort.is_(None), tie)
        return here if nulls_come_later else or_(here, sort.is_not(None))
    bound = literal(value, sort.type)
    further = or_(sort < bound if downwards else sort > bound, and_(sort == bound, tie))
    if getattr(sort, "nullable", True) is False:
        # Said twice, so that the index of the sort is entered at the place instead of walked up to it.
        return and_(sort <= bound if downwards else sort >= bound, further)
    return or_(further, sort.is_(None)) if nulls_come_later else further
