"""Deleting a document as a user does: a version of it is kept where set-up says so (documents.md section 15)."""

from __future__ import annotations

from sqlalchemy.orm import Session

from core.text import _
from services.trade.archive import archive_as_set_up
from services.trade.documents import check_open, delete_document, lock_document


def archive_and_delete(
    session: Session, document_id: int, *, version: int | None = None, user_id: int | None = None
) -> None:
    """Raises as `services.trade.documents.delete_document`."""
    document = lock_document(session, document_id, version=version)
    check_open(document)
    archive_as_set_up(session, document, reason=_("deleted"), user_id=user_id)
    delete_document(session, document_id, user_id=user_id)
