"""Rows that belong to a record, as the cards of records show them: a page of them, and leaving with the record."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import Select, func
from sqlalchemy.orm import Session

T = TypeVar("T")


def page_of(session: Session, rows: Select[tuple[T]], limit: int, offset: int = 0) -> tuple[list[T], int]:
    """`limit` of the ordered `rows` from `offset` on, and how many there are in all; two statements."""
    counted = rows.order_by(None).with_only_columns(func.count(), maintain_column_froms=True)
    return list(session.scalars(rows.limit(limit).offset(offset))), session.scalar(counted) or 0


def delete_with_rows(session: Session, record: Any, rows: Select[tuple[Any]]) -> None:
    """Delete a record after the `rows` that belong to it, each of them audited."""
    for row in session.scalars(rows):
        session.delete(row)
    session.flush()
    session.delete(record)
    session.flush()
