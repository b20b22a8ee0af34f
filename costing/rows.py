"""Rows as the driver gives them: costing reads millions, and every conversion on the way costs as much as its use."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Executable
from sqlalchemy.orm import Session


def raw_rows(session: Session, statement: Executable, parameters: Mapping[str, Any] | None = None) -> Sequence[Any]:
    """All rows as plain tuples: words for enums, whole numbers for figures (x 100,000), days as `day_of` reads them."""
    session.flush()
    result = session.connection().execute(statement, dict(parameters or {}))
    rows: Sequence[Any] = result.cursor.fetchall()
    result.close()
    return rows


@lru_cache(maxsize=1 << 14)  # a ledger has few days and many entries of each
def day_of(value: str | dt.date) -> dt.date:
    """A day as the driver gave it: PostgreSQL's is one, SQLite's is its ISO text."""
    return value if isinstance(value, dt.date) else dt.date.fromisoformat(value)
