"""The item card and what hangs on it: units, variants, pictures, references (items.md 1 to 12)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import (
    Code10,
    Code20,
    Code50,
    Key,
    LongText,
    Name50,
    Name100,
    Quantity,
    Ref,
    db,
    word_enum,
)
from models.categories import ItemCategory
from models.enums import ItemType, ReferenceType
from models.item_fields import ItemFields, item_checks

_ZERO = Decimal(0)


class UnitOfMeasure(db.Model):
    """A unit things are counted in (items.md section 5)."""

    __tablename__ = "unit_of_measure"
    __audited__ = True

    id: Mapped[Key]
    code: Mapped[Code10] = mapped_column(unique=True)
    description: Mapped[Name50] = mapped_column(default="")
    international_standard_code: Mapped[Code10] = mapped_column(default="")
    symbol: Mapped[Code10] = mapped_column(default="")


class Manufacturer(db.Model):
    """Who makes an item."""

    __tablename__ = "manufacturer"
    __audited__ = True

    id: Mapped[Key]
    code: Mapped[Code10] = mapped_column(unique=True)
    name: Mapped[Name50] = mapped_column(default="")


class Item(ItemFields, db.Model):
    """Something we buy, keep or sell (items.md section 1). Ledgers point at `id`, so `no` may change."""

    __tablename__ = "item"
    __table_args__ = (
        *item_checks(),
        # item list by category; with the id in it PostgreSQL finds a category's items without reading their rows
        Index(None, "category_id", "no", postgresql_include=["id"]),
        Index(None, "description", "id"),  # item list sorted by description
        # each of the next ones is an order of the item list
        Index(None, "vendor_id", "id"),
        Index(None, "vendor_item_no", "id"),
        Index(None, "shelf_no", "id"),
        Index(None, "search_description", "id"),
        Index(None, "type", "id"),
        Index(None, "base_unit_of_measure_id", "id"),
        Index(None, "inventory_posting_group_id", "id"),
        Index(None, "gen_product_posting_group_id", "id"),
        Index(None, "cost_is_adjusted", "id"),  # what waits for cost adjustment
        Index(None, "gtin", "id"),  # scan resolver
        Index(None, "type", "no"),
        Index(None, "blocked", "no"),
        Index(None, "costing_method", "no"),
    )
    __audited__ = True
    __search_kind__ = "item"

    id: Mapped[Key]
    no: Mapped[Code20] = mapped_column(unique=True)
    no_2: Mapped[Code20] = mapped_column(default="")
    description: Mapped[Name100]
    description_2: Mapped[Name50] = mapped_column(default="")
    search_description: Mapped[Name100] = mapped_column(default="")
    common_item_no: Mapped[Code20] = mapped_column(default="")
    alternative_item_id: Mapped[Ref | None] = mapped_column(ForeignKey("item.id", ondelete="SET NULL"))
    last_modified_at: Mapped[dt.datetime | None]

    created_from_catalog: Mapped[bool] = mapped_column(default=False)
    cost_is_adjusted: Mapped[bool] = mapped_column(default=True)
    allow_online_adjustment: Mapped[bool] = mapped_column(default=True)
    low_level_code: Mapped[int] = mapped_column(default=0)
    marketing_text: Mapped[LongText] = mapped_column(default="")

    base_unit_of_measure: Mapped[UnitOfMeasure | None] = relationship(
        lazy="raise", foreign_keys="Item.base_unit_of_measure_id"
    )
    category: Mapped[ItemCategory | None] = relationship(lazy="raise")
    units: Mapped[list[ItemUnitOfMeasure]] = relationship(lazy="raise", cascade="all, delete-orphan")
    variants: Mapped[list[ItemVariant]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="ItemVariant.code"
    )
    references: Mapped[list[ItemReference]] = relationship(lazy="raise", cascade="all, delete-orphan")

    @property
    def is_inventory(self) -> bool:
        """True for items that carry stock."""
        return self.type == ItemType.INVENTORY


class ItemUnitOfMeasure(db.Model):
    """How many base units one of a unit is, for one item."""

    __tablename__ = "item_unit_of_measure"
    __table_args__ = (
        UniqueConstraint("item_id", "unit_of_measure_id"),
        Index(None, "unit_of_measure_id", "item_id"),  # item list by unit
        CheckConstraint("qty_per_unit_of_measure > 0", name="qty_per_positive"),
        CheckConstraint("rounding_precision BETWEEN 0 AND 100000", name="rounding_precision_up_to_one"),
        CheckConstraint("length >= 0 AND width >= 0 AND height >= 0 AND weight >= 0", name="sizes_not_negative"),
    )
    __audited__ = True

    id: Mapped[Key]
    item_id: Mapped[Ref] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"))
    unit_of_measure_id: Mapped[Ref] = mapped_column(ForeignKey("unit_of_measure.id", ondelete="RESTRICT"))
    qty_per_unit_of_measure: Mapped[Quantity] = mapped_column(default=Decimal(1))
    rounding_precision: Mapped[Quantity] = mapped_column(default=_ZERO)
    length: Mapped[Quantity] = mapped_column(default=_ZERO)
    width: Mapped[Quantity] = mapped_column(default=_ZERO)
    height: Mapped[Quantity] = mapped_column(default=_ZERO)
    cubage: Mapped[Quantity] = mapped_column(default=_ZERO)
    weight: Mapped[Quantity] = mapped_column(default=_ZERO)
    unit_of_measure: Mapped[UnitOfMeasure] = relationship(lazy="raise")


class ItemVariant(db.Model):
    """A kind of an item that is stocked apart; id 0 with code "" and no item is the blank variant."""

    __tablename__ = "item_variant"
    __table_args__ = (
        UniqueConstraint("item_id", "code"),
        CheckConstraint("id = 0 OR item_id IS NOT NULL", name="belongs_to_an_item"),
    )
    __audited__ = True

    id: Mapped[Key]
    item_id: Mapped[Ref | None] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"))
    code: Mapped[Code10]
    description: Mapped[Name100] = mapped_column(default="")
    description_2: Mapped[Name50] = mapped_column(default="")
    blocked: Mapped[bool] = mapped_column(default=False)
    sales_blocked: Mapped[bool] = mapped_column(default=False)
    purchasing_blocked: Mapped[bool] = mapped_column(default=False)
    service_blocked: Mapped[bool] = mapped_column(default=False)
    production_blocked: Mapped[bool] = mapped_column(default=False)


class ItemPicture(db.Model):
    """A picture of an item or of one variant, re-encoded, with a thumbnail (items.md sections 8 and 23)."""

    __tablename__ = "item_picture"
    __table_args__ = (UniqueConstraint("item_id", "variant_id", "position"), Index(None, "digest"))

    id: Mapped[Key]
    item_id: Mapped[Ref] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"))
    variant_id: Mapped[Ref] = mapped_column(ForeignKey("item_variant.id", ondelete="CASCADE"), default=0)
    #: 0 is the main one, which lists and papers show; the others follow without gaps
    position: Mapped[int] = mapped_column(default=0)
    media_type: Mapped[Code50]
    width: Mapped[int]
    height: Mapped[int]
    #: SHA-256 of the image: in the URL, so that browsers may keep it for ever.
    digest: Mapped[Name100]
    image: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    thumbnail: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


class ItemReference(db.Model):
    """Somebody's own number for an item: customer's, vendor's or a bar code (items.md section 7)."""

    __tablename__ = "item_reference"
    __table_args__ = (
        UniqueConstraint(
            "item_id", "variant_id", "unit_of_measure_id", "reference_type", "reference_type_no", "reference_no"
        ),
        Index(None, "reference_no"),  # scan resolver
        Index(None, "reference_type", "reference_type_no", "reference_no"),  # references of a party
    )
    __audited__ = True

    id: Mapped[Key]
    item_id: Mapped[Ref] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"))
    variant_id: Mapped[Ref] = mapped_column(ForeignKey("item_variant.id", ondelete="CASCADE"), default=0)
    unit_of_measure_id: Mapped[Ref] = mapped_column(ForeignKey("unit_of_measure.id", ondelete="RESTRICT"))
    reference_type: Mapped[ReferenceType] = mapped_column(word_enum(ReferenceType), default=ReferenceType.BLANK)
    reference_type_no: Mapped[Code20] = mapped_column(default="")
    reference_no: Mapped[Code50]
    description: Mapped[Name100] = mapped_column(default="")
    description_2: Mapped[Name50] = mapped_column(default="")
    starting_date: Mapped[dt.date | None]
    ending_date: Mapped[dt.date | None]


class ItemCharge(db.Model):
    """Freight, duty and the like, put on the goods' cost."""

    __tablename__ = "item_charge"
    __audited__ = True

    id: Mapped[Key]
    no: Mapped[Code20] = mapped_column(unique=True)
    description: Mapped[Name100] = mapped_column(default="")
    gen_product_posting_group_id: Mapped[Ref | None] = mapped_column(
        ForeignKey("gen_product_posting_group.id", ondelete="RESTRICT")
    )
    vat_product_posting_group_id: Mapped[Ref | None] = mapped_column(
        ForeignKey("vat_product_posting_group.id", ondelete="RESTRICT")
    )
