"""Copies of a few real rows under other keys, made by SQL on both engines: how a large shop is had in minutes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy import text
from sqlalchemy.orm import Session
from sqlalchemy.schema import CreateIndex, DropIndex

from core.sql import is_postgresql
from models import db


def series(session: Session, first: int, last: int) -> str:
    """SQL for rows n.i from `first` to `last`."""
    if is_postgresql(session):
        # 64 bits: what is computed from the last of a million and a half would not fit into 32.
        return f"(SELECT generate_series({first}::bigint, {last}::bigint) AS i) n"
    return f"(WITH RECURSIVE s(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM s WHERE i < {last}) SELECT i FROM s) n"


def copy(session: Session, table: str, which: str, first: int, last: int, changes: Mapping[str, str]) -> None:
    """Insert a copy of the rows `which` of `table` (alias t) for each n.i from first to last, with `changes` in SQL."""
    columns = [column.name for column in db.metadata.tables[table].columns]
    values = ", ".join(changes.get(name, f"t.{name}") for name in columns)
    session.execute(
        text(
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} "
            f"FROM {series(session, first, last)} CROSS JOIN {table} t WHERE {which}"
        )
    )


def code(session: Session, prefix: str, number: str, digits: int) -> str:
    """SQL for a code: the prefix and the number with leading zeros."""
    if is_postgresql(session):
        return f"'{prefix}' || lpad(({number})::text, {digits}, '0')"
    return f"'{prefix}' || printf('%0{digits}d', {number})"


def day_after(session: Session, start: str, days: str) -> str:
    """SQL for the day `days` after `start`."""
    if is_postgresql(session):
        return f"DATE '{start}' + ({days})::int"
    return f"date('{start}', '+' || ({days}) || ' days')"


@contextmanager
def bare_tables(session: Session, tables: tuple[str, ...]) -> Iterator[None]:
    """Inside, these tables have no secondary indexes and nobody checks references: rows go in three times as fast."""
    indexes = [index for table in tables for index in db.metadata.tables[table].indexes]
    session.commit()
    postgresql = is_postgresql(session)
    session.execute(text("SET session_replication_role = replica" if postgresql else "SELECT 1"))
    if not postgresql:
        session.connection().connection.driver_connection.execute("COMMIT")  # the pragma is deaf in a transaction
        session.execute(text("PRAGMA foreign_keys = OFF"))
        session.execute(text("BEGIN IMMEDIATE"))
    for index in indexes:
        session.execute(DropIndex(index))
    yield
    for index in sorted(indexes, key=lambda index: str(index.name)):
        session.execute(CreateIndex(index))
    session.commit()
    session.execute(text("SET session_replication_role = origin" if postgresql else "PRAGMA foreign_keys = ON"))
    session.commit()
