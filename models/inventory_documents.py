"""Inventory receipts and shipments: adjustments as documents, and what they leave (posting-and-costing.md 18)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Amount, Code10, Code20, Code50, Key, LongText, Name100, Quantity, Ref, UnitCost, db, word_enum
from models.enums import DocumentStatus, DocumentType
from models.gl import GenBusinessPostingGroup
from models.items import Item, ItemVariant, UnitOfMeasure
from models.locations import Bin, Location

_ZERO = Decimal(0)
_KINDS = "document_type IN ('inventory_receipt', 'inventory_shipment')"


class InventoryDocument(db.Model):
    """A receipt (positive adjustments) or a shipment (negative ones) at one location, until it is posted."""

    __tablename__ = "inventory_document"
    __table_args__ = (
        UniqueConstraint("document_type", "no"),
        Index(None, "location_id"),
        CheckConstraint(_KINDS, name="kind_of_document"),
    )
    __audited__ = True

    id: Mapped[Key]
    document_type: Mapped[DocumentType] = mapped_column(word_enum(DocumentType))
    no: Mapped[Code20]
    version: Mapped[int] = mapped_column(default=1)
    location_id: Mapped[Ref] = mapped_column(ForeignKey("location.id", ondelete="RESTRICT"), default=0)
    posting_date: Mapped[dt.date]
    document_date: Mapped[dt.date]
    gen_business_posting_group_id: Mapped[Ref] = mapped_column(
        ForeignKey("gen_business_posting_group.id", ondelete="RESTRICT"), default=0
    )
    external_document_no: Mapped[Code50] = mapped_column(default="")
    description: Mapped[Name100] = mapped_column(default="")
    comment: Mapped[LongText] = mapped_column(default="")
    #: posts the quantities negative, marked as correction
    correction: Mapped[bool] = mapped_column(default=False)
    status: Mapped[DocumentStatus] = mapped_column(word_enum(DocumentStatus), default=DocumentStatus.OPEN)
    dimension_set_id: Mapped[Ref] = mapped_column(ForeignKey("dimension_set.id", ondelete="RESTRICT"), default=0)
    #: the posted document that this one takes back
    corrects_id: Mapped[Ref | None] = mapped_column(ForeignKey("posted_inventory_document.id", ondelete="RESTRICT"))
    location: Mapped[Location] = relationship(lazy="raise")
    gen_business_posting_group: Mapped[GenBusinessPostingGroup] = relationship(lazy="raise")
    lines: Mapped[list[InventoryDocumentLine]] = relationship(
        lazy="raise", order_by="InventoryDocumentLine.line_no", cascade="all, delete-orphan", back_populates="document"
    )


class InventoryDocumentLine(db.Model):
    """One item of an inventory document; quantity and amounts in the line's unit, never below zero."""

    __tablename__ = "inventory_document_line"
    __table_args__ = (
        UniqueConstraint("document_id", "line_no"),
        Index(None, "item_id"),
        CheckConstraint("quantity >= 0", name="quantity_not_negative"),
    )
    __audited__ = True

    id: Mapped[Key]
    document_id: Mapped[Ref] = mapped_column(ForeignKey("inventory_document.id", ondelete="CASCADE"))
    line_no: Mapped[int]
    item_id: Mapped[Ref] = mapped_column(ForeignKey("item.id", ondelete="RESTRICT"))
    variant_id: Mapped[Ref] = mapped_column(ForeignKey("item_variant.id", ondelete="RESTRICT"), default=0)
    description: Mapped[Name100] = mapped_column(default="")
    bin_id: Mapped[Ref | None] = mapped_column(ForeignKey("bin.id", ondelete="RESTRICT"))
    quantity: Mapped[Quantity]
    quantity_base: Mapped[Quantity] = mapped_column(default=_ZERO)
    unit_of_measure_id: Mapped[Ref | None] = mapped_column(ForeignKey("unit_of_measure.id", ondelete="RESTRICT"))
    qty_per_unit_of_measure: Mapped[Quantity] = mapped_column(default=Decimal(1))
    #: direct cost and cost with overhead of one unit of the line
    unit_amount: Mapped[UnitCost] = mapped_column(default=_ZERO)
    unit_cost: Mapped[UnitCost] = mapped_column(default=_ZERO)
    amount: Mapped[Amount] = mapped_column(default=_ZERO)
    applies_to_entry_id: Mapped[Ref | None] = mapped_column(ForeignKey("item_ledger_entry.id", ondelete="RESTRICT"))
    applies_from_entry_id: Mapped[Ref | None] = mapped_column(ForeignKey("item_ledger_entry.id", ondelete="RESTRICT"))
    reason_code: Mapped[Code10] = mapped_column(default="")
    dimension_set_id: Mapped[Ref] = mapped_column(ForeignKey("dimension_set.id", ondelete="RESTRICT"), default=0)
    document: Mapped[InventoryDocument] = relationship(lazy="raise", back_populates="lines")
    item: Mapped[Item] = relationship(lazy="raise")
    variant: Mapped[ItemVariant] = relationship(lazy="raise")
    unit_of_measure: Mapped[UnitOfMeasure | None] = relationship(lazy="raise")
    bin: Mapped[Bin | None] = relationship(lazy="raise")
    numbers: Mapped[list[InventoryDocumentNumber]] = relationship(
        lazy="raise", order_by="InventoryDocumentNumber.id", cascade="all, delete-orphan"
    )


class InventoryDocumentNumber(db.Model):
    """A lot, serial or package number of a line; quantity in base units."""

    __tablename__ = "inventory_document_number"
    __table_args__ = (Index(None, "line_id"), CheckConstraint("quantity > 0", name="quantity_positive"))

    id: Mapped[Key]
    line_id: Mapped[Ref] = mapped_column(ForeignKey("inventory_document_line.id", ondelete="CASCADE"))
    lot_no: Mapped[Code50] = mapped_column(default="")
    serial_no: Mapped[Code50] = mapped_column(default="")
    package_no: Mapped[Code50] = mapped_column(default="")
    expiration_date: Mapped[dt.date | None]
    quantity: Mapped[Quantity]


class PostedInventoryDocument(db.Model):
    """A posted inventory receipt or shipment; its entries bear its number. Taken back by a corrective document."""

    __tablename__ = "posted_inventory_document"
    __table_args__ = (
        UniqueConstraint("document_type", "no"),
        Index(None, "posting_date", "id"),
        Index(None, "corrects_id"),
        Index(None, "source_no"),
        CheckConstraint(_KINDS, name="kind_of_document"),
    )

    id: Mapped[Key]
    document_type: Mapped[DocumentType] = mapped_column(word_enum(DocumentType))
    no: Mapped[Code20]
    #: number of the document it was posted from
    source_no: Mapped[Code20]
    register_id: Mapped[Ref] = mapped_column(ForeignKey("register.id", ondelete="RESTRICT"))
    location_id: Mapped[Ref] = mapped_column(ForeignKey("location.id", ondelete="RESTRICT"))
    posting_date: Mapped[dt.date]
    document_date: Mapped[dt.date]
    external_document_no: Mapped[Code50] = mapped_column(default="")
    description: Mapped[Name100] = mapped_column(default="")
    #: the document's, where the set-up copies it
    comment: Mapped[LongText] = mapped_column(default="")
    correction: Mapped[bool] = mapped_column(default=False)
    user_name: Mapped[Name100] = mapped_column(default="")
    dimension_set_id: Mapped[Ref] = mapped_column(default=0)
    gen_business_posting_group_id: Mapped[Ref] = mapped_column(
        ForeignKey("gen_business_posting_group.id", ondelete="RESTRICT"), default=0
    )
    corrects_id: Mapped[Ref | None] = mapped_column(ForeignKey("posted_inventory_document.id", ondelete="RESTRICT"))
    location: Mapped[Location] = relationship(lazy="raise")
    lines: Mapped[list[PostedInventoryDocumentLine]] = relationship(
        lazy="raise", order_by="PostedInventoryDocumentLine.line_no", cascade="all", back_populates="document"
    )


class PostedInventoryDocumentLine(db.Model):
    """A line of a posted inventory document; lots and serial numbers stand on its item ledger entries."""

    __tablename__ = "posted_inventory_document_line"
    __table_args__ = (UniqueConstraint("document_id", "line_no"), Index(None, "item_id"))

    id: Mapped[Key]
    document_id: Mapped[Ref] = mapped_column(ForeignKey("posted_inventory_document.id", ondelete="CASCADE"))
    line_no: Mapped[int]
    item_id: Mapped[Ref] = mapped_column(ForeignKey("item.id", ondelete="RESTRICT"))
    variant_id: Mapped[Ref] = mapped_column(ForeignKey("item_variant.id", ondelete="RESTRICT"), default=0)
    description: Mapped[Name100] = mapped_column(default="")
    bin_id: Mapped[Ref | None] = mapped_column(ForeignKey("bin.id", ondelete="RESTRICT"))
    #: below zero on a document that takes another one back
    quantity: Mapped[Quantity]
    quantity_base: Mapped[Quantity]
    unit_of_measure_code: Mapped[Code10] = mapped_column(default="")
    qty_per_unit_of_measure: Mapped[Quantity] = mapped_column(default=Decimal(1))
    unit_cost: Mapped[UnitCost] = mapped_column(default=_ZERO)
    unit_amount: Mapped[UnitCost] = mapped_column(default=_ZERO)
    amount: Mapped[Amount] = mapped_column(default=_ZERO)
    reason_code: Mapped[Code10] = mapped_column(default="")
    item: Mapped[Item] = relationship(lazy="raise")
    variant: Mapped[ItemVariant] = relationship(lazy="raise")
    bin: Mapped[Bin | None] = relationship(lazy="raise")
    document: Mapped[PostedInventoryDocument] = relationship(lazy="raise", back_populates="lines")


#: posted: nothing of them may change (models/ledger_guard.py)
MUTABLE_INVENTORY_DOCUMENT_COLUMNS: dict[str, frozenset[str]] = {
    "posted_inventory_document": frozenset(),
    "posted_inventory_document_line": frozenset(),
}
