"""SQL that both engines understand: many keys or ids as one JSON parameter, whatever their number."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Executable,
    Label,
    Select,
    String,
    bindparam,
    cast,
    func,
    select,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql.functions import FunctionElement

#: a statement and its parameters
Prebuilt = tuple[Executable, dict[str, Any]]


def is_postgresql(session: Session) -> bool:
    """True on PostgreSQL, false on SQLite."""
    return bool(session.get_bind().dialect.name == "postgresql")


def look_up_by_index(session: Session) -> None:
    """Until the transaction ends PostgreSQL finds the rows that many keys name one by one.

    Told thousands of ids it reads the whole of a ledger instead: for each handful of items all entries of all others.
    """
    if is_postgresql(session):
        session.execute(
            select(func.set_config("enable_hashjoin", "off", True), func.set_config("enable_mergejoin", "off", True))
        )


def ids_of(session: Session, ids: Iterable[int]) -> Select[tuple[int]]:
    """A one-column select of `ids`, for `column.in_(...)`: one parameter, no limit on their number."""
    wanted = sorted(ids)
    if is_postgresql(session):
        return select(func.unnest(cast(wanted, ARRAY(BigInteger))))
    return select(func.json_each(orjson.dumps(wanted).decode()).table_valued("value").c.value)


def texts_of(session: Session, texts: Iterable[str]) -> Select[tuple[str]]:
    """A one-column select of `texts`, for `column.in_(...)`: one parameter, no limit on their number."""
    wanted = sorted(texts)
    if is_postgresql(session):
        return select(func.unnest(cast(wanted, ARRAY(String))))
    return select(func.json_each(orjson.dumps(wanted).decode()).table_valued("value").c.value)


def ids_from(session: Session, statement: Select[Any]) -> list[int]:
    """The first column of `statement`, integers, in its order: in one piece, thousands cost no more than ten rows."""
    found = statement.subquery()
    ids = next(iter(found.c))
    if is_postgresql(session):
        return session.scalar(select(func.array_agg(ids))) or []
    return orjson.loads(session.scalar(select(func.json_group_array(ids))) or "[]") or []


def about_ids(build: Callable[[Select[tuple[int]]], Executable]) -> Callable[[Session, Iterable[int]], Prebuilt]:
    """A statement that is put together once and run for other ids every time.

    `build` gets what `ids_of` gives, its column named `id`. To build a wide SELECT and find it in SQLAlchemy's cache
    takes longer than the database needs for a hundred rows. Use: `session.execute(*statement(session, ids))`.
    """

    @lru_cache
    def built(*, postgresql: bool) -> Executable:
        if postgresql:
            return build(select(func.unnest(bindparam("ids", type_=ARRAY(BigInteger))).label("id")))
        return build(select(func.json_each(bindparam("ids")).table_valued("value").c.value.label("id")))

    def statement(session: Session, ids: Iterable[int]) -> Prebuilt:
        wanted, postgresql = sorted(ids), is_postgresql(session)
        return built(postgresql=postgresql), {"ids": wanted if postgresql else orjson.dumps(wanted).decode()}

    return statement


def json_rows(columns: Sequence[tuple[str, str]], *, postgresql: bool) -> str:
    """SQL that turns parameter `:rows` (a JSON array of arrays) into rows of `columns` (name, bigint or text)."""
    if postgresql:
        picked = ", ".join(f"(r.value->>{n})::{kind} AS {name}" for n, (name, kind) in enumerate(columns))
        return f"SELECT {picked} FROM jsonb_array_elements(CAST(:rows AS jsonb)) AS r(value)"  # noqa: S608 - names of ours
    picked = ", ".join(f"json_extract(r.value, '$[{n}]') AS {name}" for n, (name, _kind) in enumerate(columns))
    return f"SELECT {picked} FROM json_each(:rows) AS r"  # noqa: S608 - names of ours


def to_json(rows: Iterable[Sequence[Any]]) -> str:
    """The JSON for `json_rows`."""
    return orjson.dumps(list(rows)).decode()


def scaled(expression: ColumnElement[Any] | InstrumentedAttribute[Any], name: str) -> Label[int]:
    """A quantity or amount (or their sum) as the database's integer, x 100,000, past the conversion to Decimal."""
    return type_coerce(cast(expression, BigInteger) if _is_sum(expression) else expression, BigInteger).label(name)


def _is_sum(expression: Any) -> bool:
    # PostgreSQL sums BIGINT to NUMERIC.
    return isinstance(expression, FunctionElement)
