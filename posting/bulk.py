"""Thousands of rows into a table at the engine's own speed: executemany on SQLite, COPY on PostgreSQL.

Rows go as the database keeps them (scaled integers, words, days), past the ORM; the same raw values feed the digest.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from operator import attrgetter
from typing import Any

from sqlalchemy import Table
from sqlalchemy.orm import Session

from core.rounding import to_scaled
from core.sql import is_postgresql
from models import db

Row = tuple[Any, ...]


def raw_rows(table_name: str, entries: Iterable[Any], fixed: dict[str, Any]) -> Iterator[Row]:
    """Each entry's attributes in column order, as the database keeps them; `fixed` columns are the same on all."""
    names = [name for name in columns_of(table_name) if name not in fixed]
    get = attrgetter(*names)
    constant = tuple(raw(value) for value in fixed.values())
    convert = _convert
    for entry in entries:
        yield constant + tuple([convert[type(value)](value) for value in get(entry)])


def raw_columns(table_name: str, fixed: dict[str, Any]) -> list[str]:
    """Column names in the order of `raw_rows`."""
    return [*fixed, *(name for name in columns_of(table_name) if name not in fixed)]


@lru_cache
def columns_of(table_name: str) -> tuple[str, ...]:
    """All columns of a table."""
    return tuple(column.name for column in db.metadata.tables[table_name].columns)


def raw(value: Any) -> Any:
    """One value as the database keeps it."""
    return _convert[type(value)](value)


def _keep(value: Any) -> Any:
    return value


class _Converters(dict[type, Callable[[Any], Any]]):
    def __missing__(self, kind: type) -> Callable[[Any], Any]:
        if issubclass(kind, enum.Enum):
            self[kind] = attrgetter("value")
        else:
            raise TypeError(f"no raw form for {kind}")
        return self[kind]


def _decimal(value: Decimal) -> int:
    return to_scaled(value) if value else 0


def _day(value: dt.date) -> str:
    return value.isoformat()


_convert = _Converters({
    int: _keep, str: _keep, bool: _keep, type(None): _keep, Decimal: _decimal, dt.date: _day,
})  # fmt: skip


def insert_rows(session: Session, table_name: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Insert raw rows."""
    if not rows:
        return
    names = ", ".join(columns)
    connection = session.connection()
    driver: Any = connection.connection.driver_connection
    if is_postgresql(session):
        with driver.cursor() as cursor, cursor.copy(f"COPY {table_name} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    marks = ", ".join("?" * len(columns))
    driver.executemany(f"INSERT INTO {table_name} ({names}) VALUES ({marks})", rows)  # noqa: S608 - names of ours


def upsert_sums(
    session: Session,
    table: Table,
    keys: Sequence[str],
    sums: Sequence[str],
    rows: Sequence[Row],
    *,
    extra: Sequence[str] = (),
) -> None:
    """Add raw `rows` (keys, sums, extra in that order) to running balances; `extra` columns are overwritten."""
    if not rows:
        return
    names = [*keys, *sums, *extra]
    changes = [f"{name} = {table.name}.{name} + excluded.{name}" for name in sums]
    changes += [f"{name} = COALESCE(excluded.{name}, {table.name}.{name})" for name in extra]
    tail = f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {', '.join(changes)}"
    execute_many(session, f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({{}}) {tail}", len(names), rows)  # noqa: S608


def execute_many(session: Session, statement: str, width: int, rows: Sequence[Row]) -> None:
    """Run one statement for many raw rows; `{}` stands for the parameter marks, or write them as %s/? by `mark`."""
    if not rows:
        return
    driver: Any = session.connection().connection.driver_connection
    if is_postgresql(session):
        with driver.cursor() as cursor:
            cursor.executemany(statement.replace("?", "%s").format(", ".join(["%s"] * width)), rows)
        return
    driver.executemany(statement.format(", ".join("?" * width)), rows)
