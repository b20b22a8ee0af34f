"""Purchase and sales documents that are not posted yet: header, lines, numbers of tracked goods (documents.md 1 to 4).

One table of headers and one of lines for quotes, orders, invoices, return orders, credit memos and service orders of
both sides. `qty_handled` is what was received or shipped, in the document's own direction: on a sales return what came
back. A transfer or assembly order has tables of its own and the same words.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import (
    Amount,
    Code10,
    Code20,
    Code50,
    Key,
    Name50,
    Name100,
    Percent,
    Quantity,
    Ref,
    UnitCost,
    db,
    word_enum,
)
from models.currencies import Currency
from models.enums import DocumentStatus, ReservePolicy, ShippingAdvice, TradeLineType, TradeSide, TradeType
from models.gl import GlAccount
from models.items import Item, ItemCharge, ItemVariant, UnitOfMeasure
from models.locations import Bin, Location, ResponsibilityCenter
from models.parties import Customer, PaymentTerms, Vendor
from models.resources import Resource, ServiceCost

_ZERO = Decimal(0)


class TradeDocument(db.Model):
    """A purchase or sales document: who, where, when, on which terms."""

    __tablename__ = "trade_document"
    __table_args__ = (
        UniqueConstraint("side", "type", "no"),
        CheckConstraint(
            "(side = 'purchase' AND vendor_id IS NOT NULL AND customer_id IS NULL)"
            " OR (side = 'sales' AND customer_id IS NOT NULL AND vendor_id IS NULL)",
            name="one_party_of_its_side",
        ),
        CheckConstraint("type <> 'service_order' OR side = 'sales'", name="service_is_sold"),
        Index(None, "side", "type", "status", "no"),  # document lists
        Index(None, "vendor_id"),
        Index(None, "customer_id"),
        Index(None, "location_id"),
        Index(None, "responsibility_center_id"),
    )
    __audited__ = True

    id: Mapped[Key]
    side: Mapped[TradeSide] = mapped_column(word_enum(TradeSide))
    type: Mapped[TradeType] = mapped_column(word_enum(TradeType))
    no: Mapped[Code20]
    #: counts every change of header and lines: a stale page is noticed
    version: Mapped[int] = mapped_column(default=1)
    status: Mapped[DocumentStatus] = mapped_column(word_enum(DocumentStatus), default=DocumentStatus.OPEN)

    #: buy-from or sell-to: whose goods; pay-to or bill-to: whose money
    vendor_id: Mapped[Ref | None] = mapped_column(ForeignKey("vendor.id", ondelete="RESTRICT"))
    customer_id: Mapped[Ref | None] = mapped_column(ForeignKey("customer.id", ondelete="RESTRICT"))
    pay_to_vendor_id: Mapped[Ref | None] = mapped_column(ForeignKey("vendor.id", ondelete="RESTRICT"))
    bill_to_customer_id: Mapped[Ref | None] = mapped_column(ForeignKey("customer.id", ondelete="RESTRICT"))
    name: Mapped[Name100] = mapped_column(default="")
    address: Mapped[Name100] = mapped_column(default="")
    address_2: Mapped[Name50] = mapped_column(default="")
    post_code: Mapped[Code20] = mapped_column(default="")
    city: Mapped[Name50] = mapped_column(default="")
    country_code: Mapped[Code10] = mapped_column(default="")
    contact: Mapped[Name100] = mapped_column(default="")
    #: the customer's delivery address they came from; blank: the one of the card, or typed
    ship_to_code: Mapped[Code10] = mapped_column(default="")
    ship_to_name: Mapped[Name100] = mapped_column(default="")
    ship_to_address: Mapped[Name100] = mapped_column(default="")
    ship_to_address_2: Mapped[Name50] = mapped_column(default="")
    ship_to_post_code: Mapped[Code20] = mapped_column(default="")
    ship_to_city: Mapped[Name50] = mapped_column(default="")
    ship_to_country_code: Mapped[Code10] = mapped_column(default="")
    ship_to_contact: Mapped[Name100] = mapped_column(default="")
    location_id: Mapped[Ref] = mapped_column(ForeignKey("location.id", ondelete="RESTRICT"), default=0)
    responsibility_center_id: Mapped[Ref | None] = mapped_column(
        ForeignKey("responsibility_center.id", ondelete="RESTRICT")
    )

    document_date: Mapped[dt.date]
    order_date: Mapped[dt.date]
    posting_date: Mapped[dt.date | None]
    due_date: Mapped[dt.date | None]
    valid_to: Mapped[dt.date | None]
    requested_date: Mapped[dt.date | None]
    promised_date: Mapped[dt.date | None]
    #: shipment date of a sale, expected receipt date of a purchase
    expected_date: Mapped[dt.date | None]
    shipping_agent_code: Mapped[Code10] = mapped_column(default="")
    shipping_service_code: Mapped[Code10] = mapped_column(default="")
    shipping_time: Mapped[Code20] = mapped_column(default="")
    #: outbound of a sale, inbound of a purchase
    handling_time: Mapped[Code20] = mapped_column(default="")
    lead_time: Mapped[Code20] = mapped_column(default="")
    shipping_advice: Mapped[ShippingAdvice] = mapped_column(word_enum(ShippingAdvice), default=ShippingAdvice.PARTIAL)
    package_tracking_no: Mapped[Code50] = mapped_column(default="")

    #: the customer's order number; of a purchase the vendor's numbers
    external_document_no: Mapped[Code50] = mapped_column(default="")
    vendor_order_no: Mapped[Code50] = mapped_column(default="")
    vendor_shipment_no: Mapped[Code50] = mapped_column(default="")
    vendor_invoice_no: Mapped[Code50] = mapped_column(default="")
    vendor_credit_memo_no: Mapped[Code50] = mapped_column(default="")
    your_reference: Mapped[Name50] = mapped_column(default="")
    quote_no: Mapped[Code20] = mapped_column(default="")

    payment_terms_id: Mapped[Ref | None] = mapped_column(ForeignKey("payment_terms.id", ondelete="RESTRICT"))
    #: of prices and amounts; none: local currency
    currency_id: Mapped[Ref | None] = mapped_column(ForeignKey("currency.id", ondelete="RESTRICT"))
    #: `exchange_amount` of the currency is worth `exchange_local_amount`; 0: as on the posting date
    exchange_amount: Mapped[UnitCost] = mapped_column(default=_ZERO)
    exchange_local_amount: Mapped[UnitCost] = mapped_column(default=_ZERO)
    prices_including_vat: Mapped[bool] = mapped_column(default=False)
    invoice_discount_code: Mapped[Code20] = mapped_column(default="")
    gen_business_posting_group_id: Mapped[Ref] = mapped_column(
        ForeignKey("gen_business_posting_group.id", ondelete="RESTRICT"), default=0
    )
    vat_business_posting_group_id: Mapped[Ref] = mapped_column(
        ForeignKey("vat_business_posting_group.id", ondelete="RESTRICT"), default=0
    )
    #: the posted invoice that a credit memo or payment of this document closes
    applies_to_document_no: Mapped[Code20] = mapped_column(default="")
    #: the posted document that this one takes back (never deleted, so it needs no foreign key to stay)
    corrects_document_id: Mapped[Ref | None]
    reserve: Mapped[ReservePolicy] = mapped_column(word_enum(ReservePolicy), default=ReservePolicy.OPTIONAL)
    #: salesperson or purchaser
    agent: Mapped[Name50] = mapped_column(default="")
    assigned_user_id: Mapped[Ref | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    reason_code: Mapped[Code10] = mapped_column(default="")
    dimension_set_id: Mapped[Ref] = mapped_column(ForeignKey("dimension_set.id", ondelete="RESTRICT"), default=0)
    times_printed: Mapped[int] = mapped_column(default=0)
    last_handling_no: Mapped[Code20] = mapped_column(default="")
    last_invoice_no: Mapped[Code20] = mapped_column(default="")
    changed_by_id: Mapped[Ref | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    changed_at: Mapped[dt.datetime | None]

    vendor: Mapped[Vendor | None] = relationship(lazy="raise", foreign_keys=[vendor_id])
    customer: Mapped[Customer | None] = relationship(lazy="raise", foreign_keys=[customer_id])
    pay_to_vendor: Mapped[Vendor | None] = relationship(lazy="raise", foreign_keys=[pay_to_vendor_id])
    bill_to_customer: Mapped[Customer | None] = relationship(lazy="raise", foreign_keys=[bill_to_customer_id])
    location: Mapped[Location] = relationship(lazy="raise")
    responsibility_center: Mapped[ResponsibilityCenter | None] = relationship(lazy="raise")
    payment_terms: Mapped[PaymentTerms | None] = relationship(lazy="raise")
    currency: Mapped[Currency | None] = relationship(lazy="raise")
    lines: Mapped[list[TradeLine]] = relationship(
        lazy="raise", order_by="TradeLine.line_no", cascade="all, delete-orphan", passive_deletes=True,
        back_populates="document",
    )  # fmt: skip

    @property
    def party_id(self) -> int | None:
        """The vendor's or customer's id."""
        return self.vendor_id if self.side == TradeSide.PURCHASE else self.customer_id

    @property
    def bill_party_id(self) -> int | None:
        """Who pays or is paid."""
        return self.pay_to_vendor_id if self.side == TradeSide.PURCHASE else self.bill_to_customer_id


class TradeLine(db.Model):
    """A line: goods, an item charge, a G/L account, a resource, a cost, or a comment.

    Quantities are in the line's unit, `_base` in base units. Prices and amounts are in the document's currency, amounts
    for the whole line; `line_amount` is after line discount, before invoice discount. `unit_cost` and `overhead_rate`
    are in local currency.
    """

    __tablename__ = "trade_line"
    __table_args__ = (
        UniqueConstraint("document_id", "line_no"),
        CheckConstraint("(type = 'item') = (item_id IS NOT NULL)", name="item_on_item_lines"),
        CheckConstraint("(type = 'item_charge') = (item_charge_id IS NOT NULL)", name="charge_on_charge_lines"),
        CheckConstraint("(type = 'resource') = (resource_id IS NOT NULL)", name="resource_on_resource_lines"),
        CheckConstraint("(type = 'cost') = (service_cost_id IS NOT NULL)", name="cost_on_cost_lines"),
        CheckConstraint("line_discount_percent >= 0 AND line_discount_percent <= 10000000", name="discount_percent"),
        # availability: open demand and supply of an item by date
        Index(None, "item_id", "variant_id", "location_id", "expected_date"),
        Index("ix_trade_line_outstanding", "expected_date", "document_id",
              postgresql_where=text("outstanding_qty_base <> 0"), sqlite_where=text("outstanding_qty_base <> 0")),
        Index("ix_trade_line_not_invoiced", "document_id", postgresql_where=text("qty_handled <> qty_invoiced"),
              sqlite_where=text("qty_handled <> qty_invoiced")),
        Index("ix_trade_line_original", "original_item_id", postgresql_where=text("original_item_id IS NOT NULL"),
              sqlite_where=text("original_item_id IS NOT NULL")),
        Index("ix_trade_line_attached", "attached_to_line_id", sqlite_where=text("attached_to_line_id IS NOT NULL"),
              postgresql_where=text("attached_to_line_id IS NOT NULL")),
        Index(None, "linked_line_id"),
        Index(None, "posted_line_id"),
    )  # fmt: skip
    __audited__ = True

    id: Mapped[Key]
    document_id: Mapped[Ref] = mapped_column(ForeignKey("trade_document.id", ondelete="CASCADE"))
    line_no: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)
    type: Mapped[TradeLineType] = mapped_column(word_enum(TradeLineType), default=TradeLineType.ITEM)
    item_id: Mapped[Ref | None] = mapped_column(ForeignKey("item.id", ondelete="RESTRICT"))
    item_charge_id: Mapped[Ref | None] = mapped_column(ForeignKey("item_charge.id", ondelete="RESTRICT"))
    gl_account_id: Mapped[Ref | None] = mapped_column(ForeignKey("gl_account.id", ondelete="RESTRICT"))
    resource_id: Mapped[Ref | None] = mapped_column(ForeignKey("resource.id", ondelete="RESTRICT"))
    service_cost_id: Mapped[Ref | None] = mapped_column(ForeignKey("service_cost.id", ondelete="RESTRICT"))
    variant_id: Mapped[Ref] = mapped_column(ForeignKey("item_variant.id", ondelete="RESTRICT"), default=0)
    description: Mapped[Name100] = mapped_column(default="")
    #: the party's own number for the item
    item_reference_no: Mapped[Code50] = mapped_column(default="")
    #: on a purchase: the vendor's number by catalogue or card, where it has no reference in this unit
    vendor_item_no: Mapped[Code50] = mapped_column(default="")
    #: a line of text that follows this line: goes with it
    attached_to_line_id: Mapped[Ref | None] = mapped_column(ForeignKey("trade_line.id", ondelete="SET NULL"))
    #: what was ordered before a substitute was chosen
    original_item_id: Mapped[Ref | None] = mapped_column(ForeignKey("item.id", ondelete="RESTRICT"))
    original_variant_id: Mapped[Ref | None] = mapped_column(ForeignKey("item_variant.id", ondelete="RESTRICT"))
    unit_of_measure_id: Mapped[Ref | None] = mapped_column(ForeignKey("unit_of_measure.id", ondelete="RESTRICT"))
    qty_per_unit_of_measure: Mapped[Quantity] = mapped_column(default=Decimal(1))
    location_id: Mapped[Ref] = mapped_column(ForeignKey("location.id", ondelete="RESTRICT"), default=0)
    bin_id: Mapped[Ref | None] = mapped_column(ForeignKey("bin.id", ondelete="RESTRICT"))

    quantity: Mapped[Quantity] = mapped_column(default=_ZERO)
    quantity_base: Mapped[Quantity] = mapped_column(default=_ZERO)
    outstanding_qty: Mapped[Quantity] = mapped_column(default=_ZERO)
    outstanding_qty_base: Mapped[Quantity] = mapped_column(default=_ZERO)
    qty_to_handle: Mapped[Quantity] = mapped_column(default=_ZERO)
    qty_handled: Mapped[Quantity] = mapped_column(default=_ZERO)
    qty_handled_base: Mapped[Quantity] = mapped_column(default=_ZERO)
    qty_to_invoice: Mapped[Quantity] = mapped_column(default=_ZERO)
    qty_invoiced: Mapped[Quantity] = mapped_column(default=_ZERO)
    qty_invoiced_base: Mapped[Quantity] = mapped_column(default=_ZERO)
    #: service orders: used up for the customer instead of billed
    qty_to_consume: Mapped[Quantity] = mapped_column(default=_ZERO)
    qty_consumed: Mapped[Quantity] = mapped_column(default=_ZERO)
    over_receipt_code: Mapped[Code20] = mapped_column(default="")
    over_receipt_qty: Mapped[Quantity] = mapped_column(default=_ZERO)
    over_receipt_pending: Mapped[bool] = mapped_column(default=False)

    #: direct unit cost of a purchase, unit price of a sale, for one of the line's unit
    unit_amount: Mapped[UnitCost] = mapped_column(default=_ZERO)
    #: what one of the line's unit costs us, indirect cost and overhead included
    unit_cost: Mapped[UnitCost] = mapped_column(default=_ZERO)
    indirect_cost_percent: Mapped[Percent] = mapped_column(default=_ZERO)
    #: for one base unit
    overhead_rate: Mapped[UnitCost] = mapped_column(default=_ZERO)
    line_discount_percent: Mapped[Percent] = mapped_column(default=_ZERO)
    line_discount_amount: Mapped[Amount] = mapped_column(default=_ZERO)
    allow_line_discount: Mapped[bool] = mapped_column(default=True)
    allow_invoice_discount: Mapped[bool] = mapped_column(default=True)
    invoice_discount_amount: Mapped[Amount] = mapped_column(default=_ZERO)
    #: made by the invoice discount's step, and worked out again with it
    service_charge: Mapped[bool] = mapped_column(default=False)
    line_amount: Mapped[Amount] = mapped_column(default=_ZERO)
    gen_product_posting_group_id: Mapped[Ref | None] = mapped_column(
        ForeignKey("gen_product_posting_group.id", ondelete="RESTRICT")
    )
    vat_product_posting_group_id: Mapped[Ref | None] = mapped_column(
        ForeignKey("vat_product_posting_group.id", ondelete="RESTRICT")
    )
    vat_percent: Mapped[Percent] = mapped_column(default=_ZERO)

    order_date: Mapped[dt.date | None]
    requested_date: Mapped[dt.date | None]
    promised_date: Mapped[dt.date | None]
    #: planned receipt of a purchase, planned delivery of a sale
    planned_date: Mapped[dt.date | None]
    planned_shipment_date: Mapped[dt.date | None]
    #: the date of supply or demand: expected receipt of a purchase, shipment of a sale, needed-by of a service
    expected_date: Mapped[dt.date | None]
    shipping_time: Mapped[Code20] = mapped_column(default="")
    handling_time: Mapped[Code20] = mapped_column(default="")
    lead_time: Mapped[Code20] = mapped_column(default="")
    safety_lead_time: Mapped[Code20] = mapped_column(default="")

    purchasing_code: Mapped[Code10] = mapped_column(default="")
    drop_shipment: Mapped[bool] = mapped_column(default=False)
    special_order: Mapped[bool] = mapped_column(default=False)
    #: the line on the other side of a drop shipment or special order
    linked_line_id: Mapped[Ref | None] = mapped_column(ForeignKey("trade_line.id", ondelete="SET NULL"))
    applies_to_entry_id: Mapped[Ref | None] = mapped_column(ForeignKey("item_ledger_entry.id", ondelete="RESTRICT"))
    applies_from_entry_id: Mapped[Ref | None] = mapped_column(ForeignKey("item_ledger_entry.id", ondelete="RESTRICT"))
    #: on an invoice: the posted receipt or shipment line it bills
    posted_line_id: Mapped[Ref | None]
    reserve: Mapped[ReservePolicy] = mapped_column(word_enum(ReservePolicy), default=ReservePolicy.OPTIONAL)
    return_reason_code: Mapped[Code10] = mapped_column(default="")
    gross_weight: Mapped[Quantity] = mapped_column(default=_ZERO)
    net_weight: Mapped[Quantity] = mapped_column(default=_ZERO)
    unit_volume: Mapped[Quantity] = mapped_column(default=_ZERO)
    dimension_set_id: Mapped[Ref] = mapped_column(ForeignKey("dimension_set.id", ondelete="RESTRICT"), default=0)

    document: Mapped[TradeDocument] = relationship(lazy="raise", back_populates="lines")
    item: Mapped[Item | None] = relationship(lazy="raise", foreign_keys=[item_id])
    original_item: Mapped[Item | None] = relationship(lazy="raise", foreign_keys=[original_item_id])
    item_charge: Mapped[ItemCharge | None] = relationship(lazy="raise")
    gl_account: Mapped[GlAccount | None] = relationship(lazy="raise")
    resource: Mapped[Resource | None] = relationship(lazy="raise")
    service_cost: Mapped[ServiceCost | None] = relationship(lazy="raise")
    variant: Mapped[ItemVariant] = relationship(lazy="raise", foreign_keys=[variant_id])
    original_variant: Mapped[ItemVariant | None] = relationship(lazy="raise", foreign_keys=[original_variant_id])
    unit_of_measure: Mapped[UnitOfMeasure | None] = relationship(lazy="raise")
    location: Mapped[Location] = relationship(lazy="raise")
    bin: Mapped[Bin | None] = relationship(lazy="raise")
    linked_line: Mapped[TradeLine | None] = relationship(
        lazy="raise", remote_side="TradeLine.id", foreign_keys=[linked_line_id]
    )
    numbers: Mapped[list[TradeLineNumber]] = relationship(
        lazy="raise", order_by="TradeLineNumber.id", cascade="all, delete-orphan", passive_deletes=True
    )
    assignments: Mapped[list[ItemChargeAssignment]] = relationship(  # noqa: F821 - models/charge_assignments.py
        lazy="raise", order_by="ItemChargeAssignment.id", cascade="all, delete-orphan", passive_deletes=True,
        foreign_keys="ItemChargeAssignment.line_id",
    )  # fmt: skip

    @property
    def qty_not_invoiced(self) -> Decimal:
        """Received or shipped and not billed, in the line's unit."""
        return self.qty_handled - self.qty_invoiced - self.qty_consumed

    @property
    def most_to_invoice(self) -> Decimal:
        """The largest quantity that the next posting may bill (documents.md section 3)."""
        return self.qty_not_invoiced + self.qty_to_handle - self.qty_to_consume

    @property
    def completely_handled(self) -> bool:
        """Nothing is left to receive or ship."""
        return bool(self.quantity) and not self.outstanding_qty


class TradeLineNumber(db.Model):
    """A lot, serial or package number planned on a line; quantities in base units, unsigned (tracking.md section 2)."""

    __tablename__ = "trade_line_number"
    __table_args__ = (
        Index(None, "line_id"),
        Index("ix_trade_line_number_lot", "lot_no", postgresql_where=text("lot_no <> ''"),
              sqlite_where=text("lot_no <> ''")),
        Index("ix_trade_line_number_serial", "serial_no", postgresql_where=text("serial_no <> ''"),
              sqlite_where=text("serial_no <> ''")),
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint("qty_handled >= 0 AND qty_handled <= quantity", name="handled_within_quantity"),
        CheckConstraint("qty_invoiced >= 0 AND qty_invoiced <= qty_handled", name="invoiced_within_handled"),
    )  # fmt: skip

    id: Mapped[Key]
    line_id: Mapped[Ref] = mapped_column(ForeignKey("trade_line.id", ondelete="CASCADE"))
    lot_no: Mapped[Code50] = mapped_column(default="")
    serial_no: Mapped[Code50] = mapped_column(default="")
    package_no: Mapped[Code50] = mapped_column(default="")
    expiration_date: Mapped[dt.date | None]
    warranty_date: Mapped[dt.date | None]
    quantity: Mapped[Quantity]
    #: of it in the next posting; where left out, as much as the line moves
    qty_to_handle: Mapped[Quantity | None]
    qty_handled: Mapped[Quantity] = mapped_column(default=_ZERO)
    qty_invoiced: Mapped[Quantity] = mapped_column(default=_ZERO)
    applies_to_entry_id: Mapped[Ref | None] = mapped_column(ForeignKey("item_ledger_entry.id", ondelete="RESTRICT"))
    applies_from_entry_id: Mapped[Ref | None] = mapped_column(ForeignKey("item_ledger_entry.id", ondelete="RESTRICT"))
