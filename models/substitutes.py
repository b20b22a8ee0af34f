"""What may be sold instead of an item (items.md section 12)."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Key, LongText, Ref, db


class ItemSubstitute(db.Model):
    """What may stand in for an item in one variant, or for a catalog entry; the other direction is a row of its own."""

    __tablename__ = "item_substitute"
    __table_args__ = (
        UniqueConstraint("item_id", "variant_id", "substitute_item_id", "substitute_variant_id"),
        UniqueConstraint("item_id", "variant_id", "substitute_catalog_item_id"),
        UniqueConstraint("catalog_item_id", "substitute_item_id", "substitute_variant_id"),
        UniqueConstraint("catalog_item_id", "substitute_catalog_item_id"),
        CheckConstraint("item_id <> substitute_item_id OR variant_id <> substitute_variant_id", name="not_itself"),
        CheckConstraint("catalog_item_id <> substitute_catalog_item_id", name="entry_not_itself"),
        CheckConstraint("(item_id IS NULL) <> (catalog_item_id IS NULL)", name="of_one_thing"),
        CheckConstraint("(substitute_item_id IS NULL) <> (substitute_catalog_item_id IS NULL)", name="by_one_thing"),
        Index(None, "substitute_item_id"),
        Index(None, "substitute_catalog_item_id"),
    )
    __audited__ = True

    id: Mapped[Key]
    item_id: Mapped[Ref | None] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"))
    variant_id: Mapped[Ref] = mapped_column(ForeignKey("item_variant.id", ondelete="CASCADE"), default=0)
    catalog_item_id: Mapped[Ref | None] = mapped_column(ForeignKey("catalog_item.id", ondelete="CASCADE"))
    substitute_item_id: Mapped[Ref | None] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"))
    substitute_variant_id: Mapped[Ref] = mapped_column(ForeignKey("item_variant.id", ondelete="CASCADE"), default=0)
    substitute_catalog_item_id: Mapped[Ref | None] = mapped_column(ForeignKey("catalog_item.id", ondelete="CASCADE"))
    #: the same holds the other way round, in a row that mirrors this one
    interchangeable: Mapped[bool] = mapped_column(default=False)
    #: what to look at before choosing it, one line each
    conditions: Mapped[LongText] = mapped_column(default="")
