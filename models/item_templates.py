"""Item templates: what a new item starts with (items.md section 2)."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Code20, Key, Name100, Ref, db
from models.item_fields import ItemFields, item_checks


class ItemTemplate(ItemFields, db.Model):
    """Values for the fields of an item card; its default dimensions are rows of DefaultDimension."""

    __tablename__ = "item_template"
    __table_args__ = (*item_checks(), Index(None, "category_id", "code"))
    __audited__ = True

    id: Mapped[Key]
    code: Mapped[Code20] = mapped_column(unique=True)
    description: Mapped[Name100] = mapped_column(default="")
    #: new items get their number from it; none: from the item series of the set-up
    number_series_id: Mapped[Ref | None] = mapped_column(ForeignKey("number_series.id", ondelete="RESTRICT"))
