"""Post codes and cities complete each other, from the addresses that are kept already (items.md section 14)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Customer, Location, ResponsibilityCenter, Vendor

_KEPT: tuple[Any, ...] = (Location, ResponsibilityCenter, Vendor, Customer)


def complete_place(session: Session, values: dict[str, object]) -> None:
    """Fill the one of `post_code` and `city` that is blank where all known addresses agree on it."""
    post_code, city = (str(values.get(name) or "").strip() for name in ("post_code", "city"))
    if bool(post_code) == bool(city) or "post_code" not in values or "city" not in values:
        return
    known, wanted = ("post_code", "city") if post_code else ("city", "post_code")
    found: set[str] = set()
    for model in _KEPT:
        column = getattr(model, wanted)
        statement = select(column).where(func.lower(getattr(model, known)) == (post_code or city).lower(), column != "")
        with session.no_autoflush:
            found |= set(session.scalars(statement.distinct().limit(2)))
    if len(found) == 1:
        values[wanted] = found.pop()
