"""Many new rows at the engine's own speed, with the defaults of their columns (posting/bulk.py moves the bytes)."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Table
from sqlalchemy.orm import Session
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from core.rounding import to_scaled
from posting.bulk import insert_rows


def insert_many(session: Session, model: type[Any], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows given as column -> value; others get their default or nothing. Ids are the database's."""
    if not rows:
        return
    table: Table = model.__table__
    given = set().union(*(row.keys() for row in rows))
    defaults = {
        column.name: _raw(column.default.arg)
        for column in table.columns
        if isinstance(column.default, ScalarElementColumnDefault)
    }
    names = [column.name for column in table.columns if column.name in given or column.name in defaults]
    fallback = [defaults.get(name) for name in names]
    insert_rows(
        session, table.name, names,
        [
            tuple([_raw(row[name]) if name in row else other for name, other in zip(names, fallback, strict=True)])
            for row in rows
        ],
    )  # fmt: skip


def _raw(value: Any) -> Any:
    """A value as the database keeps it; instants as SQLAlchemy writes them on SQLite, which PostgreSQL reads too."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, str):
        return value
    if isinstance(value, Decimal):
        return to_scaled(value) if value else 0
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
    if isinstance(value, dt.date):
        return value.isoformat()
    raise TypeError(f"no raw form for {type(value)}")
