"""psycopg's cursor without what SQLAlchemy does not look at: it is asked sixty times for one order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from psycopg import Cursor


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
    """A cursor whose `description` costs nothing until it is read."""

    @property
    def description(self) -> Any:
        """As psycopg's own: None where the statement gave no rows, else a Column for each column."""
        result = self.pgresult
        if result is None or not result.nfields:
            return super().description
        return _Columns(lambda: super(LeanCursor, self).description or [])
