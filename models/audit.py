"""The audit trail: every change of a record marked `__audited__` is written down in the same transaction.

Who is `session.info["user_id"]`, set by the unit of work, so that no path forgets it. Fields are noted one by one,
and what a record is linked to (a user's roles) as one list before and one after.

Out of reach: statements that change many rows at once (`update()`, `delete()`, bulk inserts) and cascades inside the
database never pass through the session's objects. A service that changes master data so must add its own entries.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from sqlalchemy import event, insert, inspect, select
from sqlalchemy.orm import Mapper, Session
from sqlalchemy.orm.interfaces import MANYTOMANY

from core.clock import utcnow
from models.base import db
from models.users import AuditEntry

#: Changes with every posting or login; they are history elsewhere, not set-up that somebody decided.
_UNINTERESTING = {
    "last_modified_at", "version", "last_no_used", "last_date_used", "cost_is_adjusted", "login_count",
    "last_login_at", "current_login_at", "last_login_ip", "current_login_ip", "failed_login_count", "name_key",
    "value_key", "search_description", "low_level_code", "presentation_order", "has_children", "level",
    "fs_uniquifier", "tf_last_counter",
}  # fmt: skip


@event.listens_for(db.session, "before_flush")
def _note_changes(session: Session, _context: Any, _instances: Any) -> None:
    """Changes and deletions; both are known before the flush."""
    rows: list[dict[str, Any]] = []
    changed = [
        record for record in session.dirty if getattr(record, "__audited__", False) and _is_modified(session, record)
    ]
    # A set has no order of its own: the trail reads the same whenever the same is done.
    for record in sorted(changed, key=_place):
        rows += _changed_fields(session, record)
    for record in session.deleted:
        if getattr(record, "__audited__", False):
            rows.append(_row(record, "deleted"))
    session.info.setdefault("audit_rows", []).extend(rows)
    session.info.setdefault("audit_created", []).extend(
        record for record in session.new if getattr(record, "__audited__", False)
    )


def _is_modified(session: Session, record: Any) -> bool:
    """True where a flush would write it. Most of what a posting touches it has written itself: asked quickly."""
    return bool(inspect(record).committed_state) and session.is_modified(record)


def _place(record: Any) -> tuple[str, tuple[Any, ...]]:
    return record.__tablename__, inspect(record).identity or ()


@event.listens_for(db.session, "after_flush")
def _write_rows(session: Session, _context: Any) -> None:
    """New records have their ids only now."""
    rows = session.info.pop("audit_rows", [])
    for record in session.info.pop("audit_created", []):
        rows += [_row(record, "created"), *_linked(record, new=True)]
    if rows:
        now, user_id = utcnow(), session.info.get("user_id")
        session.connection().execute(
            insert(AuditEntry.__table__), [{**row, "created_at": now, "user_id": user_id} for row in rows]
        )


@event.listens_for(db.session, "after_soft_rollback")
def _forget_rows(session: Session, _previous: Any) -> None:
    """A failed flush, a savepoint undone or a rollback: what was noted did not happen."""
    session.info.pop("audit_rows", None)
    session.info.pop("audit_created", None)


def give_reasons(record: Any, reasons: Mapping[str, str]) -> None:
    """Why fields of `record` (field -> reason) change with its next flush; {} takes it back."""
    record.__dict__["_audit_reasons"] = dict(reasons)


def record_name(record: Any) -> str:
    """What people call the record: its number, code or name."""
    columns = inspect(record).mapper.column_attrs
    for attribute in ("no", "code", "name", "email", "reference_no", "value"):
        # Columns only: on a mapping, `value` is a relationship that nobody has loaded.
        value = getattr(record, attribute) if attribute in columns else None
        if value:
            return str(value)[:250]
    return ""


def item_of(record: Any) -> int | None:
    """The id of the item that the record is or hangs on; None for all else, and for lines that only name an item."""
    if record.__tablename__ == "item":
        identity = inspect(record).identity
        return int(identity[0]) if identity else record.id
    return None if record.__tablename__.endswith("_line") else getattr(record, "item_id", None)


def _row(
    record: Any, action: str, field: str = "", before: object = None, after: object = None, reason: str = ""
) -> dict[str, Any]:
    identity = inspect(record).identity
    return {
        "action": action,
        "table_name": record.__tablename__,
        "record_id": (identity or inspect(record).mapper.primary_key_from_instance(record))[0],
        "record_name": record_name(record),
        "item_id": item_of(record),
        "field": field,
        "before": _text(before),
        "after": _text(after),
        "reason": reason,
    }


def _changed_fields(session: Session, record: Any) -> list[dict[str, Any]]:
    secrets: frozenset[str] = getattr(record, "__audit_secrets__", frozenset())
    reasons: dict[str, str] = record.__dict__.get("_audit_reasons", {})
    rows = []
    state = inspect(record)
    stored: dict[str, Any] | None = None
    for attribute in state.mapper.column_attrs:
        if attribute.key in _UNINTERESTING:
            continue
        history = state.attrs[attribute.key].history
        if not history.has_changes():
            continue
        if history.deleted:
            before = history.deleted[0]
        else:  # set before it was ever read: only the database knows what was there
            stored = _stored(session, record) if stored is None else stored
            before = stored.get(attribute.key)
        after = history.added[0] if history.added else None
        if before == after:
            continue
        if attribute.key in secrets or isinstance(after, bytes) or isinstance(before, bytes):
            before, after = "(hidden)" if before else None, "(hidden)" if after else None
        rows.append(_row(record, "changed", attribute.key, before, after, reasons.get(attribute.key, "")))
    return rows + _linked(record)


def _linked(record: Any, *, new: bool = False) -> list[dict[str, Any]]:
    """Many-to-many links that changed, each as the sorted names of the other side, before and after."""
    rows = []
    state = inspect(record)
    for key in _many_to_many(state.mapper):
        if key in state.unloaded:
            continue
        history = state.attrs[key].history
        if not (history.added or history.deleted) and not new:
            continue
        kept = list(history.unchanged or ())
        before = [] if new else _names([*kept, *(history.deleted or ())])
        after = _names([*kept, *(history.added or ())])
        if before != after:
            rows.append(_row(record, "changed", key, ", ".join(before), ", ".join(after)))
    return rows


@functools.cache
def _many_to_many(mapper: Mapper[Any]) -> tuple[str, ...]:
    return tuple(relation.key for relation in mapper.relationships if relation.direction is MANYTOMANY)


def _names(records: list[Any]) -> list[str]:
    return sorted(record_name(record) for record in records)


def _stored(session: Session, record: Any) -> dict[str, Any]:
    """The record's columns as the database has them, by attribute name."""
    state = inspect(record)
    table = state.mapper.local_table
    names = {attribute.columns[0].name: attribute.key for attribute in state.mapper.column_attrs}
    keys = zip(state.mapper.primary_key, state.identity or (), strict=False)
    statement = select(table).where(*(column == value for column, value in keys))
    row = session.connection().execute(statement).mappings().first()
    return {names[name]: value for name, value in (row or {}).items() if name in names}


def _text(value: object) -> str:
    if value is None:
        return ""
    return str(getattr(value, "value", value))
