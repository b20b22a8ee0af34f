"""How a new company's rows are written: one statement a table."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table, insert, select
from sqlalchemy.orm import Session


def insert_rows(session: Session, table: Any, rows: list[dict[str, Any]]) -> None:
    """Insert rows of one shape in one statement."""
    if rows:
        session.execute(insert(table), rows)


def ids_by_code(session: Session, model: Any, key: str = "code") -> dict[str, int]:
    """What people call a row -> its id."""
    table: Table = model.__table__
    return dict(session.execute(select(table.c[key], table.c.id)).tuples().all())
