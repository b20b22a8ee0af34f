"""What the global search and the pickers look through: one narrow row for each item, party or document."""

from __future__ import annotations

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from models.base import Code20, Code50, Key, LongText, Name250, Ref, db


class SearchEntry(db.Model):
    """`text` holds, lower-cased, every number and word a record may be found by."""

    __tablename__ = "search_entry"
    __table_args__ = (UniqueConstraint("kind", "record_id"), Index(None, "no"))

    id: Mapped[Key]
    #: item, vendor, customer, location, gl_account, document
    kind: Mapped[Code20]
    record_id: Mapped[Ref]
    no: Mapped[Code50]
    title: Mapped[Name250]
    text: Mapped[LongText]
