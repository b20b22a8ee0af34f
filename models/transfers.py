"""Transfer orders and what posting them leaves behind (documents.md section 19)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Code10, Code20, Code50, Key, Name100, Quantity, Ref, db, word_enum
from models.calendars import ShippingAgent, ShippingAgentService
from models.enums import DirectTransferPosting, DocumentStatus, DocumentType, ShippingAdvice
from models.items import Item, ItemVariant, UnitOfMeasure
from models.locations import Bin, Location

_ZERO = Decimal(0)


class TransferOrder(db.Model):
    """An order to bring goods from one location to another; gone when everything is received."""

    __tablename__ = "transfer_order"
    __table_args__ = (
        Index(None, "from_location_id"),
        Index(None, "to_location_id"),
        Index(None, "in_transit_location_id"),
        Index(None, "status", "shipment_date"),
    )
    __audited__ = True

    id: Mapped[Key]
    no: Mapped[Code20] = mapped_column(unique=True)
    #: counts every change of header and lines: a stale page is noticed
    version: Mapped[int] = mapped_column(default=1)
    from_location_id: Mapped[Ref] = mapped_column(ForeignKey("location.id", ondelete="RESTRICT"))
    to_location_id: Mapped[Ref] = mapped_column(ForeignKey("location.id", ondelete="RESTRICT"))
    in_transit_location_id: Mapped[Ref | None] = mapped_column(ForeignKey("location.id", ondelete="RESTRICT"))
    direct_transfer: Mapped[bool] = mapped_column(default=False)
    #: how a direct transfer is posted; None: as the inventory set-up says
    direct_posting: Mapped[DirectTransferPosting | None] = mapped_column(
        word_enum(DirectTransferPosting, check="order_direct_posting")
    )
    shipping_agent_id: Mapped[Ref | None] = mapped_column(ForeignKey("shipping_agent.id", ondelete="RESTRICT"))
    shipping_agent_service_id: Mapped[Ref | None] = mapped_column(
        ForeignKey("shipping_agent_service.id", ondelete="RESTRICT")
    )
    posting_date: Mapped[dt.date]
    shipment_date: Mapped[dt.date]
    receipt_date: Mapped[dt.date]
    shipping_time: Mapped[Code20] = mapped_column(default="")
    outbound_handling_time: Mapped[Code20] = mapped_column(default="")
    inbound_handling_time: Mapped[Code20] = mapped_column(default="")
    shipping_advice: Mapped[ShippingAdvice] = mapped_column(word_enum(ShippingAdvice), default=ShippingAdvice.PARTIAL)
    status: Mapped[DocumentStatus] = mapped_column(word_enum(DocumentStatus), default=DocumentStatus.OPEN)
    external_document_no: Mapped[Code50] = mapped_column(default="")
    dimension_set_id: Mapped[Ref] = mapped_column(ForeignKey("dimension_set.id", ondelete="RESTRICT"), default=0)
    last_shipment_no: Mapped[Code20] = mapped_column(default="")
    last_receipt_no: Mapped[Code20] = mapped_column(default="")
    from_location: Mapped[Location] = relationship(lazy="raise", foreign_keys=[from_location_id])
    to_location: Mapped[Location] = relationship(lazy="raise", foreign_keys=[to_location_id])
    in_transit_location: Mapped[Location | None] = relationship(lazy="raise", foreign_keys=[in_transit_location_id])
    shipping_agent: Mapped[ShippingAgent | None] = relationship(lazy="raise")
    shipping_agent_service: Mapped[ShippingAgentService | None] = relationship(lazy="raise")
    lines: Mapped[list[TransferLine]] = relationship(
        lazy="raise", order_by="TransferLine.line_no", cascade="all, delete-orphan", back_populates="order"
    )


class TransferLine(db.Model):
    """One item of a transfer order; quantities in the line's unit, the same in base units beside them."""

    __tablename__ = "transfer_line"
    __table_args__ = (
        UniqueConstraint("order_id", "line_no"),
        Index(None, "item_id", "variant_id"),  # availability; is the item on a transfer?
        Index(None, "applies_to_entry_id"),
        CheckConstraint("quantity >= 0", name="quantity_not_negative"),
        CheckConstraint("qty_shipped_base >= 0 AND qty_shipped_base <= quantity_base", name="shipped_within_quantity"),
        CheckConstraint(
            "qty_received_base >= 0 AND qty_received_base <= qty_shipped_base", name="received_within_shipped"
        ),
    )
    __audited__ = True

    id: Mapped[Key]
    order_id: Mapped[Ref] = mapped_column(ForeignKey("transfer_order.id", ondelete="CASCADE"))
    line_no: Mapped[int]
    item_id: Mapped[Ref] = mapped_column(ForeignKey("item.id", ondelete="RESTRICT"))
    variant_id: Mapped[Ref] = mapped_column(ForeignKey("item_variant.id", ondelete="RESTRICT"), default=0)
    description: Mapped[Name100] = mapped_column(default="")
    unit_of_measure_id: Mapped[Ref | None] = mapped_column(ForeignKey("unit_of_measure.id", ondelete="RESTRICT"))
    qty_per_unit_of_measure: Mapped[Quantity] = mapped_column(default=Decimal(1))
    quantity: Mapped[Quantity]
    quantity_base: Mapped[Quantity]
    qty_to_ship: Mapped[Quantity] = mapped_column(default=_ZERO)
    qty_shipped: Mapped[Quantity] = mapped_column(default=_ZERO)
    qty_shipped_base: Mapped[Quantity] = mapped_column(default=_ZERO)
    qty_to_receive: Mapped[Quantity] = mapped_column(default=_ZERO)
    qty_received: Mapped[Quantity] = mapped_column(default=_ZERO)
    qty_received_base: Mapped[Quantity] = mapped_column(default=_ZERO)
    shipment_date: Mapped[dt.date]
    receipt_date: Mapped[dt.date]
    from_bin_id: Mapped[Ref | None] = mapped_column(ForeignKey("bin.id", ondelete="RESTRICT"))
    to_bin_id: Mapped[Ref | None] = mapped_column(ForeignKey("bin.id", ondelete="RESTRICT"))
    applies_to_entry_id: Mapped[Ref | None] = mapped_column(ForeignKey("item_ledger_entry.id", ondelete="RESTRICT"))
    dimension_set_id: Mapped[Ref] = mapped_column(ForeignKey("dimension_set.id", ondelete="RESTRICT"), default=0)
    order: Mapped[TransferOrder] = relationship(lazy="raise", back_populates="lines")
    item: Mapped[Item] = relationship(lazy="raise")
    variant: Mapped[ItemVariant] = relationship(lazy="raise")
    unit_of_measure: Mapped[UnitOfMeasure | None] = relationship(lazy="raise")
    from_bin: Mapped[Bin | None] = relationship(lazy="raise", foreign_keys=[from_bin_id])
    to_bin: Mapped[Bin | None] = relationship(lazy="raise", foreign_keys=[to_bin_id])
    numbers: Mapped[list[TransferLineNumber]] = relationship(
        lazy="raise", order_by="TransferLineNumber.id", cascade="all, delete-orphan"
    )

    @property
    def outstanding(self) -> Decimal:
        """Still to ship, in the line's unit."""
        return self.quantity - self.qty_shipped

    @property
    def outstanding_base(self) -> Decimal:
        """Still to ship, in base units: demand at the place the goods leave."""
        return self.quantity_base - self.qty_shipped_base

    @property
    def in_transit(self) -> Decimal:
        """Shipped and not received, in the line's unit."""
        return self.qty_shipped - self.qty_received

    @property
    def in_transit_base(self) -> Decimal:
        """Shipped and not received, in base units."""
        return self.qty_shipped_base - self.qty_received_base


class TransferLineNumber(db.Model):
    """A lot, serial or package number that travels on a line; quantities in base units."""

    __tablename__ = "transfer_line_number"
    __table_args__ = (
        Index(None, "line_id"),
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint("qty_shipped >= 0 AND qty_shipped <= quantity", name="shipped_within_quantity"),
        CheckConstraint("qty_received >= 0 AND qty_received <= qty_shipped", name="received_within_shipped"),
    )

    id: Mapped[Key]
    line_id: Mapped[Ref] = mapped_column(ForeignKey("transfer_line.id", ondelete="CASCADE"))
    lot_no: Mapped[Code50] = mapped_column(default="")
    serial_no: Mapped[Code50] = mapped_column(default="")
    package_no: Mapped[Code50] = mapped_column(default="")
    expiration_date: Mapped[dt.date | None]
    quantity: Mapped[Quantity]
    qty_shipped: Mapped[Quantity] = mapped_column(default=_ZERO)
    qty_received: Mapped[Quantity] = mapped_column(default=_ZERO)


class PostedTransfer(db.Model):
    """A posted transfer shipment, transfer receipt or direct transfer; never changed."""

    __tablename__ = "posted_transfer"
    __table_args__ = (
        UniqueConstraint("document_type", "no"),
        Index(None, "order_no"),
        Index(None, "posting_date", "id"),
        CheckConstraint(
            "document_type IN ('transfer_shipment', 'transfer_receipt', 'direct_transfer')", name="kind_of_transfer"
        ),
    )

    id: Mapped[Key]
    document_type: Mapped[DocumentType] = mapped_column(word_enum(DocumentType))
    no: Mapped[Code20]
    order_no: Mapped[Code20]
    register_id: Mapped[Ref] = mapped_column(ForeignKey("register.id", ondelete="RESTRICT"))
    posting_date: Mapped[dt.date]
    from_location_id: Mapped[Ref] = mapped_column(ForeignKey("location.id", ondelete="RESTRICT"))
    to_location_id: Mapped[Ref] = mapped_column(ForeignKey("location.id", ondelete="RESTRICT"))
    in_transit_location_id: Mapped[Ref | None] = mapped_column(ForeignKey("location.id", ondelete="RESTRICT"))
    shipment_date: Mapped[dt.date]
    receipt_date: Mapped[dt.date]
    external_document_no: Mapped[Code50] = mapped_column(default="")
    user_name: Mapped[Name100] = mapped_column(default="")
    dimension_set_id: Mapped[Ref] = mapped_column(default=0)
    from_location: Mapped[Location] = relationship(lazy="raise", foreign_keys=[from_location_id])
    to_location: Mapped[Location] = relationship(lazy="raise", foreign_keys=[to_location_id])
    in_transit_location: Mapped[Location | None] = relationship(lazy="raise", foreign_keys=[in_transit_location_id])
    lines: Mapped[list[PostedTransferLine]] = relationship(
        lazy="raise", order_by="PostedTransferLine.line_no", cascade="all", back_populates="document"
    )


class PostedTransferLine(db.Model):
    """A line of a posted transfer; an undone shipment line has its opposite beside it, both marked as corrections."""

    __tablename__ = "posted_transfer_line"
    __table_args__ = (
        UniqueConstraint("document_id", "line_no"),
        Index(None, "transfer_line_id"),
        Index(None, "item_id"),
    )

    id: Mapped[Key]
    document_id: Mapped[Ref] = mapped_column(ForeignKey("posted_transfer.id", ondelete="CASCADE"))
    line_no: Mapped[int]
    #: the order line it came from, while that is there
    transfer_line_id: Mapped[Ref | None] = mapped_column(ForeignKey("transfer_line.id", ondelete="SET NULL"))
    order_line_no: Mapped[int]
    item_id: Mapped[Ref] = mapped_column(ForeignKey("item.id", ondelete="RESTRICT"))
    variant_id: Mapped[Ref] = mapped_column(ForeignKey("item_variant.id", ondelete="RESTRICT"), default=0)
    description: Mapped[Name100] = mapped_column(default="")
    unit_of_measure_code: Mapped[Code10] = mapped_column(default="")
    qty_per_unit_of_measure: Mapped[Quantity] = mapped_column(default=Decimal(1))
    #: below zero on the line that takes a shipment back
    quantity: Mapped[Quantity]
    quantity_base: Mapped[Quantity]
    shipment_date: Mapped[dt.date]
    receipt_date: Mapped[dt.date]
    from_bin_id: Mapped[Ref | None] = mapped_column(ForeignKey("bin.id", ondelete="RESTRICT"))
    to_bin_id: Mapped[Ref | None] = mapped_column(ForeignKey("bin.id", ondelete="RESTRICT"))
    correction: Mapped[bool] = mapped_column(default=False)
    document: Mapped[PostedTransfer] = relationship(lazy="raise", back_populates="lines")
    item: Mapped[Item] = relationship(lazy="raise")
