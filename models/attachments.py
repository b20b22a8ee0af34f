"""Files that people attach to items and to cards of numbers, and where they have flowed to (items.md section 19).

What a file holds is kept once, whoever shows it; an attachment is its name at one place.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Key, Name100, Name250, Ref, db


class AttachedFile(db.Model):
    """The bytes, known by their SHA-256."""

    __tablename__ = "attached_file"

    id: Mapped[Key]
    digest: Mapped[Name100] = mapped_column(unique=True)
    size: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


class Attachment(db.Model):
    """A file on an item, the card of a number, a line of a document, or a line of a posted one: exactly one of them."""

    __tablename__ = "attachment"
    __table_args__ = (
        UniqueConstraint("item_id", "name"),
        UniqueConstraint("card_id", "name"),
        Index(None, "line_id"),
        Index(None, "posted_line_id"),
        Index(None, "file_id"),
        CheckConstraint(
            "(CASE WHEN item_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN card_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN line_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN posted_line_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="at_one_place",
        ),
    )
    __audited__ = True

    id: Mapped[Key]
    item_id: Mapped[Ref | None] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"))
    card_id: Mapped[Ref | None] = mapped_column(ForeignKey("number_card.id", ondelete="CASCADE"))
    line_id: Mapped[Ref | None] = mapped_column(ForeignKey("trade_line.id", ondelete="CASCADE"))
    posted_line_id: Mapped[Ref | None] = mapped_column(ForeignKey("posted_line.id", ondelete="CASCADE"))
    file_id: Mapped[Ref] = mapped_column(ForeignKey("attached_file.id", ondelete="RESTRICT"))
    name: Mapped[Name250]
    #: on an item: new lines of sales (purchase) documents get it too
    flows_to_sales: Mapped[bool] = mapped_column(default=False)
    flows_to_purchase: Mapped[bool] = mapped_column(default=False)
    attached_at: Mapped[dt.datetime]
    attached_by: Mapped[Name100] = mapped_column(default="")

    file: Mapped[AttachedFile] = relationship(lazy="raise")
