"""Counting what reaches the database, below SQLAlchemy: bulk writing in posting/ talks to the driver itself."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

#: The statements since `counted_session` was opened or its list was cleared.
Statements = list[str]


@contextmanager
def counted_session(url: str) -> Iterator[tuple[Session, Statements]]:
    """A session, and the list to which each statement adds its text when it runs.

    Rows given to one prepared statement count once on SQLite, which lives in the process; on PostgreSQL each row
    of an executemany is a statement to the server and counts.
    """
    statements: Statements = []
    arguments = _postgresql(statements) if url.startswith("postgresql") else _sqlite(statements)
    engine = create_engine(url, connect_args=arguments)
    try:
        with Session(engine, expire_on_commit=False) as session:
            yield session, statements
    finally:
        engine.dispose()


def _sqlite(statements: Statements) -> dict[str, Any]:
    class Cursor(sqlite3.Cursor):
        def execute(self, sql: str, parameters: Any = (), /) -> Any:
            statements.append(sql)
            return super().execute(sql, parameters)

        def executemany(self, sql: str, rows: Iterable[Any], /) -> Any:
            statements.append(sql)
            return super().executemany(sql, rows)

    class Connection(sqlite3.Connection):
        def cursor(self, factory: Any = Cursor) -> Any:
            return super().cursor(factory)

        def execute(self, sql: str, parameters: Any = (), /) -> Any:
            return self.cursor().execute(sql, parameters)

        def executemany(self, sql: str, rows: Iterable[Any], /) -> Any:
            return self.cursor().executemany(sql, rows)

    return {"factory": Connection}


def _postgresql(statements: Statements) -> dict[str, Any]:
    class Cursor(psycopg.Cursor[Any]):
        def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
            statements.append(str(query))
            return super().execute(query, params, **options)

        def executemany(self, query: Any, params_seq: Iterable[Sequence[Any]], **options: Any) -> None:
            rows = list(params_seq)
            statements.extend([str(query)] * len(rows))
            super().executemany(query, rows, **options)

        def copy(self, statement: Any, *rest: Any, **options: Any) -> Any:
            statements.append(str(statement))
            return super().copy(statement, *rest, **options)

    return {"cursor_factory": Cursor}
