"""Archived versions of documents: what a quote or order said at a moment (documents.md section 15)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Code20, Key, Name100, Ref, db, word_enum
from models.enums import TradeSide, TradeType


class TradeArchive(db.Model):
    """One numbered version of a document with its lines, figures as text."""

    __tablename__ = "trade_archive"
    __table_args__ = (
        UniqueConstraint("side", "type", "no", "version_no"),
        Index(None, "document_id"),
    )

    id: Mapped[Key]
    side: Mapped[TradeSide] = mapped_column(word_enum(TradeSide))
    type: Mapped[TradeType] = mapped_column(word_enum(TradeType))
    no: Mapped[Code20]
    version_no: Mapped[int]
    #: the document, while it is there
    document_id: Mapped[Ref | None] = mapped_column(ForeignKey("trade_document.id", ondelete="SET NULL"))
    archived_at: Mapped[dt.datetime]
    user_id: Mapped[Ref | None]
    #: why: released, converted, deleted, by hand
    reason: Mapped[Name100] = mapped_column(default="")
    party_no: Mapped[Code20] = mapped_column(default="")
    party_name: Mapped[Name100] = mapped_column(default="")
    header: Mapped[dict[str, Any]] = mapped_column(JSON)
    lines: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
