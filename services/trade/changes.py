"""Who changed what of a document, header and lines, since a page of it was opened."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from core.text import _
from models import AuditEntry, TradeLine
from services import audit

#: Sentences told at most.
MOST = 6
#: Columns that only count.
_SILENT = frozenset({"version", "changed_by_id", "changed_at", "outstanding_qty_base", "quantity_base"})


def changes_of_document(session: Session, document_id: int, since: dt.datetime) -> list[str]:
    """Sentences such as "Sara changed Quantity of line 10000 from “5” to “3”.", oldest first, at most MOST."""
    numbers = dict(
        session.execute(select(TradeLine.id, TradeLine.line_no).where(TradeLine.document_id == document_id))
        .tuples().all()
    )  # fmt: skip
    entries = session.scalars(
        select(AuditEntry)
        .where(
            AuditEntry.created_at > since,
            AuditEntry.field.not_in(_SILENT),
            or_(
                and_(AuditEntry.table_name == "trade_document", AuditEntry.record_id == document_id),
                and_(AuditEntry.table_name == "trade_line", AuditEntry.record_id.in_(numbers)),
            ),
        )
        .order_by(AuditEntry.id)
        .limit(MOST)
    ).all()
    told = []
    for change in audit.readable(session, entries):
        place = ""
        if change.table_name == "trade_line":
            place = _(" of line %(line)s", line=numbers.get(change.record_id, ""))
        told.append(
            _("%(who)s changed %(field)s%(place)s from “%(before)s” to “%(after)s”.", who=change.who or _("Somebody"),
              field=change.field, place=place, before=change.before, after=change.after)
        )  # fmt: skip
    return told
