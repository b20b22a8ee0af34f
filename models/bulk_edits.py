"""What was changed in many items at once, kept so that it can be undone (items.md section 23)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Key, LongText, Name50, Ref, db


class BulkEdit(db.Model):
    """One bulk edit: who and when; undone by another one that is noted here."""

    __tablename__ = "bulk_edit"
    __table_args__ = (Index(None, "user_id", "id"),)

    id: Mapped[Key]
    created_at: Mapped[dt.datetime]
    user_id: Mapped[Ref | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    undone_at: Mapped[dt.datetime | None]


class BulkEditChange(db.Model):
    """One field of one item: what stood there and what was put there, as it is typed into the grid."""

    __tablename__ = "bulk_edit_change"
    __table_args__ = (UniqueConstraint("bulk_edit_id", "item_id", "field"), Index(None, "item_id"))

    id: Mapped[Key]
    bulk_edit_id: Mapped[Ref] = mapped_column(ForeignKey("bulk_edit.id", ondelete="CASCADE"))
    item_id: Mapped[Ref] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"))
    #: a column of the item, or attribute:<id>
    field: Mapped[Name50]
    before: Mapped[LongText] = mapped_column(default="")
    after: Mapped[LongText] = mapped_column(default="")
