"""Texts of an item beyond its card: extended texts for documents, dated comments (items.md section 19)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Key, LongText, Ref, db


class ExtendedText(db.Model):
    """Lines of text that follow the item onto documents of the kinds ticked, from one day to another."""

    __tablename__ = "extended_text"
    __table_args__ = (
        Index(None, "item_id"),
        CheckConstraint("ending_date IS NULL OR starting_date IS NULL OR ending_date >= starting_date",
                        name="ends_after_start"),
    )  # fmt: skip
    __audited__ = True

    id: Mapped[Key]
    item_id: Mapped[Ref] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"))
    text: Mapped[LongText]
    starting_date: Mapped[dt.date | None]
    ending_date: Mapped[dt.date | None]
    sales_quote: Mapped[bool] = mapped_column(default=True)
    sales_order: Mapped[bool] = mapped_column(default=True)
    sales_invoice: Mapped[bool] = mapped_column(default=True)
    sales_return_order: Mapped[bool] = mapped_column(default=True)
    sales_credit_memo: Mapped[bool] = mapped_column(default=True)
    sales_service_order: Mapped[bool] = mapped_column(default=True)
    purchase_quote: Mapped[bool] = mapped_column(default=True)
    purchase_order: Mapped[bool] = mapped_column(default=True)
    purchase_invoice: Mapped[bool] = mapped_column(default=True)
    purchase_return_order: Mapped[bool] = mapped_column(default=True)
    purchase_credit_memo: Mapped[bool] = mapped_column(default=True)


class ItemComment(db.Model):
    """A dated note of ours about an item or a catalog entry; it stays in the house."""

    __tablename__ = "item_comment"
    __table_args__ = (
        Index(None, "item_id", "day"),
        Index(None, "catalog_item_id", "day"),
        CheckConstraint("(item_id IS NULL) <> (catalog_item_id IS NULL)", name="about_one_thing"),
    )
    __audited__ = True

    id: Mapped[Key]
    item_id: Mapped[Ref | None] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"))
    catalog_item_id: Mapped[Ref | None] = mapped_column(ForeignKey("catalog_item.id", ondelete="CASCADE"))
    day: Mapped[dt.date]
    text: Mapped[str] = mapped_column(String(250))
