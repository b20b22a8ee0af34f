"""Posted documents, read (documents.md section 5)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from core.errors import NotFound
from core.text import _
from models import PostedDocument, PostedLine
from models.enums import DocumentType


def get_posted(session: Session, posted_id: int, *, lock: bool = False) -> PostedDocument:
    """A posted document with its lines. Raises NotFound `posted_document_not_found`."""
    statement = (
        select(PostedDocument)
        .where(PostedDocument.id == posted_id)
        .options(selectinload(PostedDocument.lines))
        .execution_options(populate_existing=True)
    )
    found = session.scalar(statement.with_for_update(of=PostedDocument) if lock else statement)
    if found is None:
        raise NotFound("posted_document_not_found", _("There is no such posted document."))
    return found


def find_posted(session: Session, document_type: DocumentType, no: str) -> PostedDocument:
    """A posted document by its number, with what its page shows. Raises NotFound `posted_document_not_found`."""
    found = session.scalar(
        select(PostedDocument)
        .where(PostedDocument.document_type == document_type, PostedDocument.no == no.upper())
        .options(selectinload(PostedDocument.lines).joinedload(PostedLine.item))
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound("posted_document_not_found", _("There is no posted document %(no)s.", no=no))
    return found


def posted_of_order(session: Session, order_no: str) -> list[PostedDocument]:
    """What an order, or a draft, left behind, newest first; also after it is gone."""
    statement = (
        select(PostedDocument)
        .where(PostedDocument.order_no == order_no)
        .order_by(PostedDocument.posting_date.desc(), PostedDocument.id.desc())
    )
    return list(session.scalars(statement))
