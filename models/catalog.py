"""What vendors offer and we do not keep: catalog entries, and how items made from them get their numbers.

items.md section 11.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Code10, Code20, Code50, Key, Name100, Quantity, Ref, UnitCost, db, word_enum
from models.enums import CatalogNumberFormat
from models.item_templates import ItemTemplate
from models.items import Item, Manufacturer
from models.parties import Vendor

_ZERO = Decimal(0)
_NAMED = text("vendor_id IS NOT NULL AND vendor_item_no <> ''")


class CatalogItem(db.Model):
    """Something a vendor offers; an item is made of it when it is sold."""

    __tablename__ = "catalog_item"
    __table_args__ = (
        CheckConstraint("published_cost >= 0 AND negotiated_cost >= 0 AND unit_price >= 0", name="costs_not_negative"),
        CheckConstraint("gross_weight >= 0 AND net_weight >= 0", name="weights_not_negative"),
        Index("uq_catalog_item_vendor", "vendor_id", "vendor_item_no", unique=True, sqlite_where=_NAMED,
              postgresql_where=_NAMED),
        Index(None, "vendor_item_no", "manufacturer_id"),
        Index(None, "manufacturer_id"),
        Index(None, "item_id", unique=True),
        Index(None, "item_template_id"),
        Index(None, "description", "id"),
    )  # fmt: skip
    __audited__ = True

    id: Mapped[Key]
    #: the entry no.
    no: Mapped[Code20] = mapped_column(unique=True)
    manufacturer_id: Mapped[Ref | None] = mapped_column(ForeignKey("manufacturer.id", ondelete="RESTRICT"))
    vendor_id: Mapped[Ref | None] = mapped_column(ForeignKey("vendor.id", ondelete="RESTRICT"))
    vendor_item_no: Mapped[Code50] = mapped_column(default="")
    description: Mapped[Name100] = mapped_column(default="")
    #: a code: the unit is made with the item where nobody has set it up
    unit_code: Mapped[Code10] = mapped_column(default="")
    published_cost: Mapped[UnitCost] = mapped_column(default=_ZERO)
    negotiated_cost: Mapped[UnitCost] = mapped_column(default=_ZERO)
    unit_price: Mapped[UnitCost] = mapped_column(default=_ZERO)
    gross_weight: Mapped[Quantity] = mapped_column(default=_ZERO)
    net_weight: Mapped[Quantity] = mapped_column(default=_ZERO)
    bar_code: Mapped[Code50] = mapped_column(default="")
    item_template_id: Mapped[Ref | None] = mapped_column(ForeignKey("item_template.id", ondelete="RESTRICT"))
    #: the item that was made of it
    item_id: Mapped[Ref | None] = mapped_column(ForeignKey("item.id", ondelete="SET NULL"))
    last_modified_at: Mapped[dt.datetime | None]

    manufacturer: Mapped[Manufacturer | None] = relationship(lazy="raise")
    vendor: Mapped[Vendor | None] = relationship(lazy="raise")
    item_template: Mapped[ItemTemplate | None] = relationship(lazy="raise")
    item: Mapped[Item | None] = relationship(lazy="raise")


class CatalogSetup(db.Model):
    """How catalog entries, and items made of them, get their numbers. One row, id 1."""

    __tablename__ = "catalog_setup"
    __table_args__ = (
        CheckConstraint("id = 1", name="single_row"),
        CheckConstraint("number_format <> 'item_no_series' OR separator = ''", name="series_has_no_separator"),
    )
    __audited__ = True

    id: Mapped[Key]
    catalog_nos_id: Mapped[Ref | None] = mapped_column(ForeignKey("number_series.id", ondelete="RESTRICT"))
    number_format: Mapped[CatalogNumberFormat] = mapped_column(
        word_enum(CatalogNumberFormat), default=CatalogNumberFormat.VENDOR_ITEM_NO
    )
    #: at most one sign between manufacturer and number
    separator: Mapped[Code10] = mapped_column(default="")
