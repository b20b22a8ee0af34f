"""Thousands of rows into a table at the engine's own speed: executemany on SQLite, an array a column on PostgreSQL.

Rows go as the database keeps them (scaled integers, words, days), past the ORM; the same raw values feed the digest.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from functools import lru_cache
from operator import attrgetter
from typing import Any

from sqlalchemy import Boolean, Enum, Integer, String, Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from core.rounding import to_scaled
from core.sql import is_postgresql
from models import db
from models.base import ScaledDecimal

Row = tuple[Any, ...]
_POSTGRESQL = postgresql.dialect()  # type: ignore[no-untyped-call]


def raw_rows(table_name: str, entries: Iterable[Any], fixed: dict[str, Any]) -> Iterator[Row]:
    """Each entry's attributes in column order, as the database keeps them; `fixed` columns are the same on all."""
    names = [name for name in columns_of(table_name) if name not in fixed]
    get = attrgetter(*names)
    constant = [raw(value) for value in fixed.values()]
    # Most columns are kept as they are: only the others are looked at.
    types = db.metadata.tables[table_name].columns
    kinds = list(enumerate((types[name].type for name in names), len(constant)))
    decimals = [place for place, kind in kinds if isinstance(kind, ScaledDecimal)]
    others = [place for place, kind in kinds if place not in decimals and not _is_kept(kind)]
    convert = _convert
    for entry in entries:
        row = [*constant, *get(entry)]
        for place in decimals:
            value = row[place]
            if value is not None:
                row[place] = to_scaled(value) if value else 0
        for place in others:
            value = row[place]
            if value is not None:
                row[place] = convert[value.__class__](value)
        yield tuple(row)


def _is_kept(kind: TypeEngine[Any]) -> bool:
    return isinstance(kind, Integer | Boolean | String) and not isinstance(kind, Enum)


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
            self[kind] = attrgetter("_value_")  # what `value` gives, without its detour
        else:
            raise TypeError(f"no raw form for {kind}")
        return self[kind]


def _decimal(value: Decimal) -> int:
    return to_scaled(value) if value else 0


# A batch has few days and many of each.
_day = lru_cache(maxsize=4096)(dt.date.isoformat)


def _instant(value: dt.datetime) -> str:
    return value.astimezone(dt.UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


_convert = _Converters({
    int: _keep, str: _keep, bool: _keep, type(None): _keep, Decimal: _decimal, dt.date: _day, dt.datetime: _instant,
})  # fmt: skip


@contextmanager
def without_waiting(session: Session) -> Iterator[None]:
    """Writes in here are not answered one by one: on PostgreSQL they are sent on, and waited for at the end.

    Nothing may be read in here. What the database refuses is raised by a later statement or at the end.
    """
    if not is_postgresql(session):
        yield
        return
    driver: Any = session.connection().connection.driver_connection
    with driver.pipeline():
        yield


def insert_rows(session: Session, table_name: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Insert raw rows."""
    upsert_rows(session, table_name, columns, rows)


def upsert_rows(session: Session, table_name: str, columns: Sequence[str], rows: Sequence[Row], tail: str = "") -> None:
    """Insert raw rows in their order; `tail` says what happens ON CONFLICT."""
    names = ", ".join(columns)
    _run(
        session, rows,
        f"INSERT INTO {table_name} ({names}) VALUES ({', '.join('?' * len(columns))}) {tail}",  # noqa: S608 - names of ours
        f"INSERT INTO {table_name} ({names}) SELECT * FROM {_unnest(table_name, tuple(columns))} {tail}",  # noqa: S608 - names of ours
    )  # fmt: skip


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
    changes = [f"{name} = {table.name}.{name} + excluded.{name}" for name in sums]
    changes += [f"{name} = COALESCE(excluded.{name}, {table.name}.{name})" for name in extra]
    tail = f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {', '.join(changes)}"
    upsert_rows(session, table.name, [*keys, *sums, *extra], rows, tail)


def update_rows(
    session: Session,
    table_name: str,
    sets: Sequence[str],
    keys: Sequence[str],
    rows: Sequence[Row],
    *,
    later: str = "",
    earlier: str = "",
    only: str = "",
) -> None:
    """Set columns where the keys are equal; raw `rows` hold the new values, then the keys.

    `later` (`earlier`) names a last key column that has to be greater (less) than its value; `only` is a further
    condition in SQL.
    """
    found = [(name, "=") for name in keys] + ([(later, ">")] if later else []) + ([(earlier, "<")] if earlier else [])
    names = [*sets, *(name for name, _sign in found)]
    further = f" AND {only}" if only else ""
    single = " AND ".join(f"{name} {sign} ?" for name, sign in found)
    joined = " AND ".join(f"{table_name}.{name} {sign} n.key_{name}" for name, sign in found)
    n = f"{_unnest(table_name, tuple(names))} AS n({', '.join([*sets, *(f'key_{name}' for name, _sign in found)])})"
    _run(
        session, rows,
        f"UPDATE {table_name} SET {', '.join(f'{name} = ?' for name in sets)} WHERE {single}{further}",  # noqa: S608 - names of ours
        f"UPDATE {table_name} SET {', '.join(f'{name} = n.{name}' for name in sets)} FROM {n} WHERE {joined}{further}",  # noqa: S608 - names of ours
    )  # fmt: skip


def delete_rows(session: Session, table_name: str, keys: Sequence[str], rows: Sequence[Row]) -> None:
    """Delete the rows whose keys these are."""
    joined = " AND ".join(f"{table_name}.{name} = n.{name}" for name in keys)
    _run(
        session, rows,
        f"DELETE FROM {table_name} WHERE {' AND '.join(f'{name} = ?' for name in keys)}",  # noqa: S608 - names of ours
        f"DELETE FROM {table_name} USING {_unnest(table_name, tuple(keys))} AS n({', '.join(keys)}) WHERE {joined}",  # noqa: S608 - names of ours
    )  # fmt: skip


def _run(session: Session, rows: Sequence[Row], single: str, whole: str) -> None:
    """SQLite: `single` for each row, inside the process. PostgreSQL: `whole` once, an array for each column."""
    if not rows:
        return
    driver: Any = session.connection().connection.driver_connection
    if is_postgresql(session):
        driver.execute(whole, [_array(column) for column in zip(*rows, strict=True)])
        return
    driver.executemany(single, rows)


_UNQUOTED = {int, bool, type(None)}


def _array(values: Sequence[Any]) -> str:
    """A column as PostgreSQL writes arrays. The driver's own way asks every value for its type."""
    kinds = set(map(type, values))
    if kinds == {int}:
        return f"{{{','.join(map(str, values))}}}"
    if kinds <= _UNQUOTED:
        return f"{{{','.join(['NULL' if value is None else str(value) for value in values])}}}"
    if kinds == {str}:
        joined = "".join(values)
        if '"' not in joined and "\\" not in joined:
            return '{"' + '","'.join(values) + '"}'
    return f"{{{','.join([_element(value) for value in values])}}}"


def _element(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return str(value)  # numbers; True and False are read as booleans


@lru_cache
def _unnest(table_name: str, names: tuple[str, ...]) -> str:
    """PostgreSQL's way to say: these arrays, side by side, as rows."""
    columns = db.metadata.tables[table_name].columns
    return f"unnest({', '.join(f'%s::{_array_type(columns[name].type)}[]' for name in names)})"


def _array_type(kind: TypeEngine[Any]) -> str:
    # Not VARCHAR(20): a cast to it would cut what is too long instead of refusing it.
    return "text" if isinstance(kind, String) else kind.compile(dialect=_POSTGRESQL)
