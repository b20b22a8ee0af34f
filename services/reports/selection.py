"""What several reports narrow their rows by, as conditions and in words."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from core.text import _
from models import Item, ItemCategory


def in_category(session: Session, category_id: int | None) -> list[ColumnElement[bool]]:
    """The condition on Item for a category and all below it; none for all."""
    wanted = category_ids(session, category_id)
    return [] if wanted is None else [Item.category_id.in_(wanted)]


def category_ids(session: Session, category_id: int | None) -> tuple[int, ...] | None:
    """The category and all below it; None for all."""
    if category_id is None:
        return None
    below: dict[int | None, list[int]] = {}
    for child, parent in session.execute(select(ItemCategory.id, ItemCategory.parent_id)).tuples():
        below.setdefault(parent, []).append(child)
    wanted, waiting = {category_id}, [category_id]
    while waiting:
        children = below.get(waiting.pop(), [])
        wanted.update(children)
        waiting += children
    return tuple(sorted(wanted))


def conditions_in_words(session: Session, *pairs: tuple[str, Any, int | None]) -> tuple[tuple[str, str], ...]:
    """Label and code of the records that narrow a report."""
    found = []
    for label, model, record_id in pairs:
        record = session.get(model, record_id) if record_id is not None else None
        if record is not None:
            found.append((label, getattr(record, "code", "") or getattr(record, "no", "") or _("(blank)")))
    return tuple(found)
