"""Posted purchase and sales documents: receipts, shipments, returns, invoices, credit memos (documents.md section 5).

Copies of what was true at posting, so that a reprint equals the original. Append-only as the ledgers are: what may
change is MUTABLE_POSTED_COLUMNS, and triggers refuse the rest.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
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
from models.enums import DocumentType, TradeLineType, TradeSide, TradeType
from models.items import Item
from models.ledger import ItemLedgerEntry

_ZERO = Decimal(0)

MUTABLE_POSTED_COLUMNS: dict[str, frozenset[str]] = {
    "posted_document": frozenset({
        "order_id", "cancelled", "cancelled_by_id", "corrective", "package_tracking_no", "times_printed",
    }),
    "posted_line": frozenset({"order_line_id", "qty_invoiced", "correction"}),
    "posted_line_entry": frozenset(),
}  # fmt: skip


class PostedDocument(db.Model):
    """One posted document; `document_type` says which. Amounts in its currency, `local_` in local currency."""

    __tablename__ = "posted_document"
    __table_args__ = (
        UniqueConstraint("document_type", "no"),
        Index(None, "document_type", "posting_date", "id"),
        Index(None, "vendor_id", "document_type"),
        Index(None, "customer_id", "document_type"),
        Index(None, "order_no"),
        Index(None, "order_id"),
        Index(None, "register_id"),
        Index("ix_posted_document_external", "external_document_no", "vendor_id",
              postgresql_where=text("external_document_no <> ''"), sqlite_where=text("external_document_no <> ''")),
    )  # fmt: skip

    id: Mapped[Key]
    document_type: Mapped[DocumentType] = mapped_column(word_enum(DocumentType))
    side: Mapped[TradeSide] = mapped_column(word_enum(TradeSide))
    no: Mapped[Code20]
    register_id: Mapped[Ref] = mapped_column(ForeignKey("register.id", ondelete="RESTRICT"))
    user_name: Mapped[Name100] = mapped_column(default="")
    #: the order or draft it came from, while that is there
    order_id: Mapped[Ref | None] = mapped_column(ForeignKey("trade_document.id", ondelete="SET NULL"))
    order_no: Mapped[Code20] = mapped_column(default="")
    #: what kind of document that was: an order, or an invoice posted at once
    order_type: Mapped[TradeType] = mapped_column(word_enum(TradeType))
    quote_no: Mapped[Code20] = mapped_column(default="")

    vendor_id: Mapped[Ref | None] = mapped_column(ForeignKey("vendor.id", ondelete="RESTRICT"))
    customer_id: Mapped[Ref | None] = mapped_column(ForeignKey("customer.id", ondelete="RESTRICT"))
    pay_to_vendor_id: Mapped[Ref | None] = mapped_column(ForeignKey("vendor.id", ondelete="RESTRICT"))
    bill_to_customer_id: Mapped[Ref | None] = mapped_column(ForeignKey("customer.id", ondelete="RESTRICT"))
    party_no: Mapped[Code20]
    name: Mapped[Name100] = mapped_column(default="")
    address: Mapped[Name100] = mapped_column(default="")
    address_2: Mapped[Name50] = mapped_column(default="")
    post_code: Mapped[Code20] = mapped_column(default="")
    city: Mapped[Name50] = mapped_column(default="")
    country_code: Mapped[Code10] = mapped_column(default="")
    contact: Mapped[Name100] = mapped_column(default="")
    ship_to_name: Mapped[Name100] = mapped_column(default="")
    ship_to_address: Mapped[Name100] = mapped_column(default="")
    ship_to_address_2: Mapped[Name50] = mapped_column(default="")
    ship_to_post_code: Mapped[Code20] = mapped_column(default="")
    ship_to_city: Mapped[Name50] = mapped_column(default="")
    ship_to_country_code: Mapped[Code10] = mapped_column(default="")
    ship_to_contact: Mapped[Name100] = mapped_column(default="")
    bill_to_no: Mapped[Code20] = mapped_column(default="")
    bill_to_name: Mapped[Name100] = mapped_column(default="")
    bill_to_address: Mapped[Name100] = mapped_column(default="")
    bill_to_address_2: Mapped[Name50] = mapped_column(default="")
    bill_to_post_code: Mapped[Code20] = mapped_column(default="")
    bill_to_city: Mapped[Name50] = mapped_column(default="")
    bill_to_country_code: Mapped[Code10] = mapped_column(default="")
    location_id: Mapped[Ref] = mapped_column(ForeignKey("location.id", ondelete="RESTRICT"), default=0)
    responsibility_center_id: Mapped[Ref | None] = mapped_column(
        ForeignKey("responsibility_center.id", ondelete="RESTRICT")
    )

    posting_date: Mapped[dt.date]
    document_date: Mapped[dt.date]
    order_date: Mapped[dt.date | None]
    due_date: Mapped[dt.date | None]
    #: who pays until then may deduct the percent
    discount_date: Mapped[dt.date | None]
    discount_percent: Mapped[Percent] = mapped_column(default=_ZERO)
    expected_date: Mapped[dt.date | None]
    requested_date: Mapped[dt.date | None]
    promised_date: Mapped[dt.date | None]
    shipping_agent_code: Mapped[Code10] = mapped_column(default="")
    shipping_service_code: Mapped[Code10] = mapped_column(default="")
    package_tracking_no: Mapped[Code50] = mapped_column(default="")
    external_document_no: Mapped[Code50] = mapped_column(default="")
    vendor_order_no: Mapped[Code50] = mapped_column(default="")
    vendor_shipment_no: Mapped[Code50] = mapped_column(default="")
    your_reference: Mapped[Name50] = mapped_column(default="")
    payment_terms_id: Mapped[Ref | None] = mapped_column(ForeignKey("payment_terms.id", ondelete="RESTRICT"))
    currency_id: Mapped[Ref | None] = mapped_column(ForeignKey("currency.id", ondelete="RESTRICT"))
    currency_code: Mapped[Code10] = mapped_column(default="")
    #: `exchange_amount` of the currency was worth `exchange_local_amount` when it was posted
    exchange_amount: Mapped[UnitCost] = mapped_column(default=Decimal(1))
    exchange_local_amount: Mapped[UnitCost] = mapped_column(default=Decimal(1))
    prices_including_vat: Mapped[bool] = mapped_column(default=False)
    gen_business_posting_group_id: Mapped[Ref] = mapped_column(default=0)
    vat_business_posting_group_id: Mapped[Ref] = mapped_column(default=0)
    agent: Mapped[Name50] = mapped_column(default="")
    reason_code: Mapped[Code10] = mapped_column(default="")
    dimension_set_id: Mapped[Ref] = mapped_column(default=0)

    amount: Mapped[Amount] = mapped_column(default=_ZERO)
    vat_amount: Mapped[Amount] = mapped_column(default=_ZERO)
    invoice_discount_amount: Mapped[Amount] = mapped_column(default=_ZERO)
    local_amount: Mapped[Amount] = mapped_column(default=_ZERO)
    local_vat_amount: Mapped[Amount] = mapped_column(default=_ZERO)
    #: the invoice that a credit memo takes back; of an invoice, the credit memo that took it back
    corrects_document_id: Mapped[Ref | None] = mapped_column(ForeignKey("posted_document.id", ondelete="RESTRICT"))
    corrective: Mapped[bool] = mapped_column(default=False)
    cancelled: Mapped[bool] = mapped_column(default=False)
    cancelled_by_id: Mapped[Ref | None] = mapped_column(ForeignKey("posted_document.id", ondelete="RESTRICT"))
    times_printed: Mapped[int] = mapped_column(default=0)
    lines: Mapped[list[PostedLine]] = relationship(
        lazy="raise", order_by="PostedLine.line_no", back_populates="document"
    )

    @property
    def amount_including_vat(self) -> Decimal:
        """What the party owes, or is owed."""
        return self.amount + self.vat_amount


class PostedLine(db.Model):
    """A line of a posted document. An undone line has its opposite beside it, both marked as corrections."""

    __tablename__ = "posted_line"
    __table_args__ = (
        UniqueConstraint("document_id", "line_no"),
        Index(None, "order_line_id"),
        Index(None, "item_id"),
        Index("ix_posted_line_not_invoiced", "document_id", postgresql_where=text("quantity <> qty_invoiced"),
              sqlite_where=text("quantity <> qty_invoiced")),
        Index(None, "handling_line_id"),
    )  # fmt: skip

    id: Mapped[Key]
    document_id: Mapped[Ref] = mapped_column(ForeignKey("posted_document.id", ondelete="RESTRICT"))
    line_no: Mapped[int]
    order_line_id: Mapped[Ref | None] = mapped_column(ForeignKey("trade_line.id", ondelete="SET NULL"))
    order_no: Mapped[Code20] = mapped_column(default="")
    order_line_no: Mapped[int] = mapped_column(default=0)
    #: on an invoice line: the receipt or shipment line it bills, where it bills one
    handling_line_id: Mapped[Ref | None] = mapped_column(ForeignKey("posted_line.id", ondelete="RESTRICT"))
    type: Mapped[TradeLineType] = mapped_column(word_enum(TradeLineType))
    item_id: Mapped[Ref | None] = mapped_column(ForeignKey("item.id", ondelete="RESTRICT"))
    item_charge_id: Mapped[Ref | None] = mapped_column(ForeignKey("item_charge.id", ondelete="RESTRICT"))
    gl_account_id: Mapped[Ref | None] = mapped_column(ForeignKey("gl_account.id", ondelete="RESTRICT"))
    resource_id: Mapped[Ref | None] = mapped_column(ForeignKey("resource.id", ondelete="RESTRICT"))
    service_cost_id: Mapped[Ref | None] = mapped_column(ForeignKey("service_cost.id", ondelete="RESTRICT"))
    variant_id: Mapped[Ref] = mapped_column(ForeignKey("item_variant.id", ondelete="RESTRICT"), default=0)
    description: Mapped[Name100] = mapped_column(default="")
    item_reference_no: Mapped[Code50] = mapped_column(default="")
    vendor_item_no: Mapped[Code50] = mapped_column(default="")
    unit_of_measure_id: Mapped[Ref | None] = mapped_column(ForeignKey("unit_of_measure.id", ondelete="RESTRICT"))
    qty_per_unit_of_measure: Mapped[Quantity] = mapped_column(default=Decimal(1))
    location_id: Mapped[Ref] = mapped_column(ForeignKey("location.id", ondelete="RESTRICT"), default=0)
    bin_id: Mapped[Ref | None] = mapped_column(ForeignKey("bin.id", ondelete="RESTRICT"))
    #: below zero on the line that takes another back
    quantity: Mapped[Quantity] = mapped_column(default=_ZERO)
    quantity_base: Mapped[Quantity] = mapped_column(default=_ZERO)
    #: of receipts, shipments and returns
    qty_invoiced: Mapped[Quantity] = mapped_column(default=_ZERO)
    correction: Mapped[bool] = mapped_column(default=False)
    applies_to_entry_id: Mapped[Ref | None]
    applies_from_entry_id: Mapped[Ref | None]
    unit_amount: Mapped[UnitCost] = mapped_column(default=_ZERO)
    unit_cost: Mapped[UnitCost] = mapped_column(default=_ZERO)
    line_discount_percent: Mapped[Percent] = mapped_column(default=_ZERO)
    line_discount_amount: Mapped[Amount] = mapped_column(default=_ZERO)
    invoice_discount_amount: Mapped[Amount] = mapped_column(default=_ZERO)
    #: after all discounts, without VAT
    amount: Mapped[Amount] = mapped_column(default=_ZERO)
    vat_percent: Mapped[Percent] = mapped_column(default=_ZERO)
    vat_amount: Mapped[Amount] = mapped_column(default=_ZERO)
    gen_product_posting_group_id: Mapped[Ref | None]
    vat_product_posting_group_id: Mapped[Ref | None]
    expected_date: Mapped[dt.date | None]
    requested_date: Mapped[dt.date | None]
    promised_date: Mapped[dt.date | None]
    planned_date: Mapped[dt.date | None]
    drop_shipment: Mapped[bool] = mapped_column(default=False)
    return_reason_code: Mapped[Code10] = mapped_column(default="")
    gross_weight: Mapped[Quantity] = mapped_column(default=_ZERO)
    unit_volume: Mapped[Quantity] = mapped_column(default=_ZERO)
    dimension_set_id: Mapped[Ref] = mapped_column(default=0)
    document: Mapped[PostedDocument] = relationship(lazy="raise", back_populates="lines")
    item: Mapped[Item | None] = relationship(lazy="raise")
    entries: Mapped[list[PostedLineEntry]] = relationship(lazy="raise", order_by="PostedLineEntry.item_ledger_entry_id")

    @property
    def qty_not_invoiced(self) -> Decimal:
        """Of a receipt or shipment line: what can still be billed."""
        return self.quantity - self.qty_invoiced


class PostedLineEntry(db.Model):
    """The item ledger entries that a posted line made: one for each lot or serial number, and for what was billed."""

    __tablename__ = "posted_line_entry"
    __table_args__ = (Index(None, "item_ledger_entry_id"),)

    posted_line_id: Mapped[Ref] = mapped_column(ForeignKey("posted_line.id", ondelete="RESTRICT"), primary_key=True)
    item_ledger_entry_id: Mapped[Ref] = mapped_column(
        ForeignKey("item_ledger_entry.id", ondelete="RESTRICT"), primary_key=True
    )
    item_ledger_entry: Mapped[ItemLedgerEntry] = relationship(lazy="raise")
