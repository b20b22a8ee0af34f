"""psycopg's cursor without what SQLAlchemy does not look at: it is asked sixty times for one order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from psycopg import Cursor
from psycopg._queries import PostgresQuery, _query2pg_nocache

# The driver's own keeps 128 statements, none longer than 4,096 letters or of more than 50 values: our longest, the rows
# of documents and ledgers, were taken apart anew for every order.
_taken_apart = lru_cache(maxsize=1024)(_query2pg_nocache)


class _KnownQuery(PostgresQuery):
    __slots__ = ()

    def convert(self, query: Any, vars: Any) -> None:
        """As psycopg does it, but looks the statement up among those taken apart before."""
        if vars is None or not isinstance(query, str):
            super().convert(query, vars)
            return
        found = _taken_apart(self._ensure_bytes(query), self._tx.encoding)
        self.query, self._want_formats, self._order, self._parts = found
        self.dump(vars)


class _Columns(Sequence[Any]):
    """The description of a result, made when somebody looks at it: SQLAlchemy does so once for each statement."""

    __slots__ = ("_found", "_make")

    def __init__(self, make: Callable[[], list[Any]]) -> None:
        self._make = make
        self._found: list[Any] | None = None

    def _columns(self) -> list[Any]:
        if self._found is None:
            self._found = self._make()
        return self._found

    def __getitem__(self, place: Any) -> Any:
        return self._columns()[place]

    def __len__(self) -> int:
        return len(self._columns())

    def __iter__(self) -> Iterator[Any]:
        return iter(self._columns())


class LeanCursor(Cursor[Any]):
    """A cursor whose `description` costs nothing until it is read, and that knows the statements it has run before."""

    _query_cls = _KnownQuery

    @property
    def description(self) -> Any:
        """As psycopg's own: None where the statement gave no rows, else a Column for each column."""
        result = self.pgresult
        if result is None or not result.nfields:
            return super().description
        return _Columns(lambda: super(LeanCursor, self).description or [])
