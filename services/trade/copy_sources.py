"""What can be copied into a document: open ones, posted ones and archived versions of its side (documents.md 15)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from core.errors import NotFound
from core.text import _
from models import PostedDocument, TradeArchive, TradeDocument
from models.enums import DocumentType, TradeSide, TradeType
from services.trade.archive import source_of
from services.trade.related import find_any


@dataclass(frozen=True, slots=True)
class Source:
    """A document to copy from: its header and lines, and the party it was for."""

    header: Any
    lines: Sequence[Any]


def find_source(session: Session, side: TradeSide, what: str, no: str, version_no: int | None = None) -> Source:
    """The document with this number. `what` is "" (whichever has it, open before posted), `open:order` ...,
    `posted:sales_invoice` ..., or `archive:order` ... with `version_no`, the last one where it is None.

    Raises NotFound `document_not_found`, `archive_not_found`.
    """
    number = no.strip().upper()[:20]
    where, _colon, kind = what.partition(":")
    if where == "archive":
        return _archived(session, side, kind, number, version_no)
    found: TradeDocument | PostedDocument | None
    if where == "open" and kind in set(TradeType):
        found = session.scalar(
            select(TradeDocument)
            .where(TradeDocument.side == side, TradeDocument.type == TradeType(kind), TradeDocument.no == number)
            .options(selectinload(TradeDocument.lines))
        )
    elif where == "posted" and kind in set(DocumentType):
        found = session.scalar(
            select(PostedDocument)
            .where(
                PostedDocument.side == side,
                PostedDocument.document_type == DocumentType(kind),
                PostedDocument.no == number,
            )
            .options(selectinload(PostedDocument.lines))
        )
    else:
        found = find_any(session, side, number)
    if found is None:
        raise NotFound(
            "document_not_found", _("There is no document %(no)s to copy.", no=number or "–"), field="from_no"
        )
    return Source(found, found.lines)


@dataclass(frozen=True, slots=True)
class Offer:
    """A document that may be copied, as the page lists it; `what` as `find_source` takes it."""

    what: str
    type: TradeType | DocumentType
    no: str
    day: dt.date | None
    reference: str


def offers_for(session: Session, document: TradeDocument, most: int = 12) -> list[Offer]:
    """The newest documents of the document's own party, open ones (at most `most`) before posted ones (`most`)."""
    party = {"vendor_id": document.vendor_id} if document.vendor_id else {"customer_id": document.customer_id}
    drafts = session.scalars(
        select(TradeDocument).filter_by(**party).where(TradeDocument.id != document.id)
        .order_by(TradeDocument.id.desc()).limit(most)
    )  # fmt: skip
    posted = session.scalars(
        select(PostedDocument).filter_by(**party).order_by(PostedDocument.id.desc()).limit(most)
    )  # fmt: skip
    return [
        Offer(f"open:{one.type}", one.type, one.no, one.document_date, one.your_reference or one.external_document_no)
        for one in drafts
    ] + [
        Offer(f"posted:{one.document_type}", one.document_type, one.no, one.posting_date, one.external_document_no)
        for one in posted
    ]


def _archived(session: Session, side: TradeSide, kind: str, no: str, version_no: int | None) -> Source:
    statement = select(TradeArchive).where(TradeArchive.side == side, TradeArchive.no == no)
    if kind in set(TradeType):
        statement = statement.where(TradeArchive.type == TradeType(kind))
    if version_no is not None:
        statement = statement.where(TradeArchive.version_no == version_no)
    version = session.scalar(statement.order_by(TradeArchive.version_no.desc()).limit(1))
    if version is None:
        raise NotFound(
            "archive_not_found", _("There is no such version of %(no)s in the archive.", no=no or "–"), field="from_no"
        )
    header, lines = source_of(version)
    return Source(header, lines)
