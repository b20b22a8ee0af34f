"""What a row changes, in words for the dry run: the column, what stands there, what will."""

from __future__ import annotations

import datetime as dt
import enum
from decimal import Decimal
from typing import Any

from core.text import _, plain_quantity

_LONGEST = 60


def difference(title: str, before: Any, after: Any) -> str:
    """One column: "Unit price: 1.5 → 2"."""
    return f"{title}: {_shown(before)} → {_shown(after)}"


def _shown(value: Any) -> str:
    if value is None or value == "":
        return _("(empty)")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Decimal):
        return plain_quantity(value)
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    text = str(value.value if isinstance(value, enum.Enum) else value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
