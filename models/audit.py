"""The audit trail: every change of a record marked `__audited__` is written down in the same transaction.

Who is `session.info["user_id"]`, set by the unit of work, so that no path forgets it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import event, insert, inspect
from sqlalchemy.orm import Session

from core.clock import utcnow
from models.base import db
from models.users import AuditEntry

#: Changes with every posting or login; they are history elsewhere, not set-up that somebody decided.
_UNINTERESTING = {
    "last_modified_at", "version", "last_no_used", "last_date_used", "cost_is_adjusted", "login_count",
    "last_login_at", "current_login_at", "last_login_ip", "current_login_ip", "failed_login_count", "name_key",
    "value_key", "search_description", "low_level_code", "presentation_order", "has_children", "level",
}  # fmt: skip


@event.listens_for(db.session, "before_flush")
def _note_changes(session: Session, _context: Any, _instances: Any) -> None:
    """Changes and deletions; both are known before the flush."""
    rows: list[dict[str, Any]] = []
    for record in session.dirty:
        if getattr(record, "__audited__", False) and session.is_modified(record, include_collections=False):
            rows += _changed_fields(record)
    for record in session.deleted:
        if getattr(record, "__audited__", False):
            rows.append(_row(record, "deleted"))
    session.info.setdefault("audit_rows", []).extend(rows)
    session.info.setdefault("audit_created", []).extend(
        record for record in session.new if getattr(record, "__audited__", False)
    )


@event.listens_for(db.session, "after_flush")
def _write_rows(session: Session, _context: Any) -> None:
    """New records have their ids only now."""
    rows = session.info.pop("audit_rows", [])
    rows += [_row(record, "created") for record in session.info.pop("audit_created", [])]
    if rows:
        now, user_id = utcnow(), session.info.get("user_id")
        session.connection().execute(
            insert(AuditEntry.__table__), [{**row, "created_at": now, "user_id": user_id} for row in rows]
        )


@event.listens_for(db.session, "after_rollback")
def _forget_rows(session: Session) -> None:
    session.info.pop("audit_rows", None)
    session.info.pop("audit_created", None)


def record_name(record: Any) -> str:
    """What people call the record: its number, code or name."""
    for attribute in ("no", "code", "name", "email", "reference_no", "value"):
        value = getattr(record, attribute, None)
        if value:
            return str(value)[:250]
    return ""


def _row(record: Any, action: str, field: str = "", before: object = None, after: object = None) -> dict[str, Any]:
    return {
        "action": action,
        "table_name": record.__tablename__,
        "record_id": inspect(record).identity[0] if inspect(record).identity else record.id,
        "record_name": record_name(record),
        "field": field,
        "before": _text(before),
        "after": _text(after),
    }


def _changed_fields(record: Any) -> list[dict[str, Any]]:
    secrets = getattr(record, "__audit_secrets__", frozenset())
    rows = []
    state = inspect(record)
    for attribute in state.mapper.column_attrs:
        if attribute.key in _UNINTERESTING:
            continue
        history = state.attrs[attribute.key].history
        if not history.has_changes():
            continue
        before = history.deleted[0] if history.deleted else None
        after = history.added[0] if history.added else None
        if before == after:
            continue
        if attribute.key in secrets or isinstance(after, bytes) or isinstance(before, bytes):
            before, after = "(hidden)", "(hidden)"
        rows.append(_row(record, "changed", attribute.key, before, after))
    return rows


def _text(value: object) -> str:
    if value is None:
        return ""
    return str(getattr(value, "value", value))
