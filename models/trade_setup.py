"""Set-up of purchases and sales: numbers, switches, VAT rates, over-receipt codes (documents.md)."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Code10, Code20, Key, Name100, Percent, Ref, db, word_enum
from models.enums import ArchiveQuotes, DefaultPostingDate, DefaultQuantity, DiscountPosting


def _series() -> Mapped[int | None]:
    return mapped_column(ForeignKey("number_series.id", ondelete="RESTRICT"))


class TradeSetup(db.Model):
    """Switches and number series of purchase and sales documents. One row, id 1."""

    __tablename__ = "trade_setup"
    __table_args__ = (CheckConstraint("id = 1", name="single_row"),)
    __audited__ = True

    id: Mapped[Key]
    purchase_quote_nos_id: Mapped[Ref | None] = _series()
    purchase_order_nos_id: Mapped[Ref | None] = _series()
    purchase_invoice_nos_id: Mapped[Ref | None] = _series()
    purchase_return_order_nos_id: Mapped[Ref | None] = _series()
    purchase_credit_memo_nos_id: Mapped[Ref | None] = _series()
    posted_receipt_nos_id: Mapped[Ref | None] = _series()
    posted_purchase_invoice_nos_id: Mapped[Ref | None] = _series()
    posted_return_shipment_nos_id: Mapped[Ref | None] = _series()
    posted_purchase_credit_memo_nos_id: Mapped[Ref | None] = _series()
    sales_quote_nos_id: Mapped[Ref | None] = _series()
    sales_order_nos_id: Mapped[Ref | None] = _series()
    sales_invoice_nos_id: Mapped[Ref | None] = _series()
    sales_return_order_nos_id: Mapped[Ref | None] = _series()
    sales_credit_memo_nos_id: Mapped[Ref | None] = _series()
    service_order_nos_id: Mapped[Ref | None] = _series()
    posted_shipment_nos_id: Mapped[Ref | None] = _series()
    posted_sales_invoice_nos_id: Mapped[Ref | None] = _series()
    posted_return_receipt_nos_id: Mapped[Ref | None] = _series()
    posted_sales_credit_memo_nos_id: Mapped[Ref | None] = _series()

    shipment_on_invoice: Mapped[bool] = mapped_column(default=True)
    receipt_on_invoice: Mapped[bool] = mapped_column(default=True)
    return_receipt_on_credit_memo: Mapped[bool] = mapped_column(default=True)
    return_shipment_on_credit_memo: Mapped[bool] = mapped_column(default=True)
    vendor_invoice_no_mandatory: Mapped[bool] = mapped_column(default=False)
    external_document_no_mandatory: Mapped[bool] = mapped_column(default=False)
    exact_cost_reversing_mandatory: Mapped[bool] = mapped_column(default=False)
    #: what Default means in an item's stockout warning (items.md section 20)
    stockout_warning: Mapped[bool] = mapped_column(default=True)
    calculate_invoice_discount: Mapped[bool] = mapped_column(default=False)
    discount_posting: Mapped[DiscountPosting] = mapped_column(word_enum(DiscountPosting), default=DiscountPosting.NONE)
    default_qty_to_ship: Mapped[DefaultQuantity] = mapped_column(
        word_enum(DefaultQuantity, check="default_qty_to_ship"), default=DefaultQuantity.REMAINDER
    )
    default_qty_to_receive: Mapped[DefaultQuantity] = mapped_column(
        word_enum(DefaultQuantity, check="default_qty_to_receive"), default=DefaultQuantity.REMAINDER
    )
    #: what a new document's posting date is (documents.md section 2)
    default_posting_date: Mapped[DefaultPostingDate] = mapped_column(
        word_enum(DefaultPostingDate), default=DefaultPostingDate.WORK_DATE
    )
    archive_quotes: Mapped[ArchiveQuotes] = mapped_column(word_enum(ArchiveQuotes), default=ArchiveQuotes.ALWAYS)
    #: a version is kept when the status changes, and on printing, mailing, posting and deleting
    archive_orders: Mapped[bool] = mapped_column(default=False)
    archive_return_orders: Mapped[bool] = mapped_column(default=False)
    #: orders may be posted straight at locations that want warehouse documents
    post_past_warehouse: Mapped[bool] = mapped_column(default=False)


class VatPostingSetup(db.Model):
    """Rate and accounts of VAT by business and product group (blank business group too)."""

    __tablename__ = "vat_posting_setup"
    __table_args__ = (
        UniqueConstraint("vat_business_posting_group_id", "vat_product_posting_group_id"),
        CheckConstraint("vat_percent >= 0 AND vat_percent <= 10000000", name="percent_up_to_hundred"),
    )
    __audited__ = True

    id: Mapped[Key]
    vat_business_posting_group_id: Mapped[Ref] = mapped_column(
        ForeignKey("vat_business_posting_group.id", ondelete="RESTRICT")
    )
    vat_product_posting_group_id: Mapped[Ref] = mapped_column(
        ForeignKey("vat_product_posting_group.id", ondelete="RESTRICT")
    )
    description: Mapped[Name100] = mapped_column(default="")
    vat_percent: Mapped[Percent] = mapped_column(default=Decimal(0))
    blocked: Mapped[bool] = mapped_column(default=False)
    sales_vat_account_id: Mapped[Ref | None] = mapped_column(ForeignKey("gl_account.id", ondelete="RESTRICT"))
    purchase_vat_account_id: Mapped[Ref | None] = mapped_column(ForeignKey("gl_account.id", ondelete="RESTRICT"))


class ReturnReason(db.Model):
    """Why goods come back: where they are put, and whether they are worth anything still (documents.md section 11)."""

    __tablename__ = "return_reason"
    __audited__ = True

    id: Mapped[Key]
    code: Mapped[Code10] = mapped_column(unique=True)
    description: Mapped[Name100] = mapped_column(default="")
    location_id: Mapped[Ref | None] = mapped_column(ForeignKey("location.id", ondelete="RESTRICT"))
    #: what comes back without a link to its sale comes in at no cost
    inventory_value_zero: Mapped[bool] = mapped_column(default=False)


class OverReceiptCode(db.Model):
    """How much more than ordered may be received (documents.md section 3)."""

    __tablename__ = "over_receipt_code"
    __table_args__ = (CheckConstraint("tolerance_percent >= 0", name="tolerance_not_negative"),)
    __audited__ = True

    id: Mapped[Key]
    code: Mapped[Code20] = mapped_column(unique=True)
    description: Mapped[Name100] = mapped_column(default="")
    tolerance_percent: Mapped[Percent] = mapped_column(default=Decimal(0))
    #: what is received beyond the order is posted only once somebody who edits orders approved it
    approval_required: Mapped[bool] = mapped_column(default=False)
    #: of lines whose item and vendor name none; at most one code is
    default_code: Mapped[bool] = mapped_column(default=False)
