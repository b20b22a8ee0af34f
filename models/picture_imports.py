"""A ZIP of pictures on its way to the items: one row for each file that names an item (items.md section 8)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Code10, Code20, Key, LongText, Name250, Ref, db, word_enum
from models.enums import PictureStatus


class PictureImport(db.Model):
    """What was uploaded, and whether pictures that are there already are replaced."""

    __tablename__ = "picture_import"
    __table_args__ = (Index(None, "user_id", "id"), Index(None, "file_id"))

    id: Mapped[Key]
    file_id: Mapped[Ref] = mapped_column(ForeignKey("stored_file.id", ondelete="CASCADE"))
    name: Mapped[Name250]
    replace: Mapped[bool] = mapped_column(default=False)
    #: files that name no item
    ignored: Mapped[int] = mapped_column(default=0)
    #: some of their names, one a line
    ignored_names: Mapped[LongText] = mapped_column(default="")
    user_id: Mapped[Ref | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    created_at: Mapped[dt.datetime]


class PictureImportRow(db.Model):
    """One file of the ZIP and what becomes of it."""

    __tablename__ = "picture_import_row"
    __table_args__ = (UniqueConstraint("import_id", "place"), Index(None, "item_id"))

    id: Mapped[Key]
    import_id: Mapped[Ref] = mapped_column(ForeignKey("picture_import.id", ondelete="CASCADE"))
    #: the file's place in the ZIP, from 0
    place: Mapped[int]
    item_id: Mapped[Ref] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"))
    item_no: Mapped[Code20]
    file_name: Mapped[Name250]
    extension: Mapped[Code10] = mapped_column(default="")
    size: Mapped[int]
    #: the item had a picture when the file was read
    has_picture: Mapped[bool] = mapped_column(default=False)
    status: Mapped[PictureStatus] = mapped_column(word_enum(PictureStatus))
    #: why it was refused or is left out
    message: Mapped[Name250] = mapped_column(default="")
