"""The category tree and item attributes (items.md sections 9, 10)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Code20, Key, Name50, Name100, Name250, Quantity, Ref, db, word_enum
from models.enums import AttributeType


class ItemCategory(db.Model):
    """A node of the category tree; order, level and children flag are kept by the program."""

    __tablename__ = "item_category"
    __table_args__ = (
        CheckConstraint("parent_id IS NULL OR parent_id <> id", name="not_its_own_parent"),
        Index(None, "parent_id", "code"),
    )
    __audited__ = True

    id: Mapped[Key]
    code: Mapped[Code20] = mapped_column(unique=True)
    description: Mapped[Name100] = mapped_column(default="")
    parent_id: Mapped[Ref | None] = mapped_column(ForeignKey("item_category.id", ondelete="RESTRICT"))
    level: Mapped[int] = mapped_column(default=0)
    presentation_order: Mapped[int] = mapped_column(default=0)
    has_children: Mapped[bool] = mapped_column(default=False)
    #: kept by triggers (models/category_guard.py)
    item_count: Mapped[int] = mapped_column(default=0, server_default="0")


class ItemAttribute(db.Model):
    """A property items may have: colour, width, best-before month."""

    __tablename__ = "item_attribute"
    __audited__ = True

    id: Mapped[Key]
    name: Mapped[Name250] = mapped_column(unique=True)
    #: lower-cased name: names are unique whatever their case
    name_key: Mapped[Name250] = mapped_column(unique=True)
    type: Mapped[AttributeType] = mapped_column(word_enum(AttributeType), default=AttributeType.TEXT)
    unit_of_measure: Mapped[Name50] = mapped_column(default="")
    blocked: Mapped[bool] = mapped_column(default=False)
    values: Mapped[list[ItemAttributeValue]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="ItemAttributeValue.value"
    )


class ItemAttributeValue(db.Model):
    """One value of an attribute, shared by the items that have it; numbers and dates kept apart for comparing."""

    __tablename__ = "item_attribute_value"
    __table_args__ = (
        UniqueConstraint("attribute_id", "value_key"),
        Index(None, "attribute_id", "numeric_value"),  # range filters
        Index(None, "attribute_id", "date_value"),
    )
    __audited__ = True

    id: Mapped[Key]
    attribute_id: Mapped[Ref] = mapped_column(ForeignKey("item_attribute.id", ondelete="CASCADE"))
    value: Mapped[Name250]
    #: what makes a value the same: case folded text, or the number or date in one spelling
    value_key: Mapped[Name250]
    numeric_value: Mapped[Quantity | None]
    date_value: Mapped[dt.date | None]
    blocked: Mapped[bool] = mapped_column(default=False)
    attribute: Mapped[ItemAttribute] = relationship(lazy="raise", back_populates="values")


class ItemAttributeMapping(db.Model):
    """An item (or one variant of it) has a value for an attribute; its trail is services/attribute_trail.py."""

    __tablename__ = "item_attribute_mapping"
    __table_args__ = (
        UniqueConstraint("item_id", "variant_id", "attribute_id"),
        Index(None, "value_id", "item_id"),  # filter items by value
    )

    id: Mapped[Key]
    item_id: Mapped[Ref] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"))
    variant_id: Mapped[Ref] = mapped_column(ForeignKey("item_variant.id", ondelete="CASCADE"), default=0)
    attribute_id: Mapped[Ref] = mapped_column(ForeignKey("item_attribute.id", ondelete="CASCADE"))
    value_id: Mapped[Ref] = mapped_column(ForeignKey("item_attribute_value.id", ondelete="CASCADE"))
    inherited: Mapped[bool] = mapped_column(default=False)
    attribute: Mapped[ItemAttribute] = relationship(lazy="raise")
    value: Mapped[ItemAttributeValue] = relationship(lazy="raise")


class CategoryAttributeMapping(db.Model):
    """A category brings an attribute, with a default value, to its items and those below."""

    __tablename__ = "category_attribute_mapping"
    __table_args__ = (UniqueConstraint("category_id", "attribute_id"),)
    __audited__ = True

    id: Mapped[Key]
    category_id: Mapped[Ref] = mapped_column(ForeignKey("item_category.id", ondelete="CASCADE"))
    attribute_id: Mapped[Ref] = mapped_column(ForeignKey("item_attribute.id", ondelete="CASCADE"))
    value_id: Mapped[Ref | None] = mapped_column(ForeignKey("item_attribute_value.id", ondelete="SET NULL"))
    #: its items must have a value: one that is there is changed but not taken away
    mandatory: Mapped[bool] = mapped_column(default=False)
    attribute: Mapped[ItemAttribute] = relationship(lazy="raise")
    value: Mapped[ItemAttributeValue | None] = relationship(lazy="raise")
