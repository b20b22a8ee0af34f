"""More received than ordered, where the code of the line wants it approved first (documents.md section 3)."""

from __future__ import annotations

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from core.errors import ValidationError
from core.text import _
from models import TradeLine
from services.trade.documents import lines_of, lock_document, note_change
from services.trade.parties import check_center


def waits_for_approval(session: Session, document_id: int) -> bool:
    """True where an excess on a line of the document is not approved yet."""
    waiting = exists().where(TradeLine.document_id == document_id, TradeLine.over_receipt_pending)
    return bool(session.scalar(select(waiting)))


def approve(session: Session, document_id: int, *, version: int | None = None, user_id: int | None = None) -> int:
    """Accept what is received beyond the order on all lines; returns how many lines that are.

    Raises ConflictError `document_changed`; ValidationError `nothing_to_approve`, `responsibility_centre`.
    """
    document = lock_document(session, document_id, version=version)
    check_center(session, document, user_id)
    waiting = [line for line in lines_of(session, document_id) if line.over_receipt_pending]
    if not waiting:
        raise ValidationError("nothing_to_approve", _("No over-receipt of %(no)s waits for approval.", no=document.no))
    for line in waiting:
        line.over_receipt_pending = False
        line.version += 1
    note_change(document, user_id)
    session.flush()
    return len(waiting)
