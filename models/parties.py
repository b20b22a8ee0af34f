"""Vendors and customers: addresses, terms and posting groups (documents.md section 2)."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.address_fields import AddressFields
from models.base import Amount, Code10, Code20, Key, LongText, Name50, Name100, Percent, Ref, db, word_enum
from models.enums import PartyBlocked, ReservePolicy


class PaymentTerms(db.Model):
    """When an invoice is due, and how long early payment earns a discount: document date plus the formulas."""

    __tablename__ = "payment_terms"
    __table_args__ = (
        CheckConstraint("discount_percent >= 0 AND discount_percent <= 10000000", name="discount_up_to_hundred"),
    )
    __audited__ = True

    id: Mapped[Key]
    code: Mapped[Code10] = mapped_column(unique=True)
    description: Mapped[Name100] = mapped_column(default="")
    due_date_calculation: Mapped[Code20] = mapped_column(default="")
    discount_date_calculation: Mapped[Code20] = mapped_column(default="")
    discount_percent: Mapped[Percent] = mapped_column(default=Decimal(0))


class _Party(AddressFields):
    """What vendors and customers have in common."""

    id: Mapped[Key]
    no: Mapped[Code20] = mapped_column(unique=True)
    name: Mapped[Name100]
    name_2: Mapped[Name50] = mapped_column(default="")
    search_name: Mapped[Name100] = mapped_column(default="")
    language_code: Mapped[Code10] = mapped_column(default="")
    vat_registration_no: Mapped[Code20] = mapped_column(default="")
    our_account_no: Mapped[Code20] = mapped_column(default="")
    comment: Mapped[LongText] = mapped_column(default="")
    blocked: Mapped[PartyBlocked] = mapped_column(word_enum(PartyBlocked), default=PartyBlocked.NONE)
    payment_terms_id: Mapped[Ref | None] = mapped_column(ForeignKey("payment_terms.id", ondelete="RESTRICT"))
    #: of their documents; none: local currency
    currency_id: Mapped[Ref | None] = mapped_column(ForeignKey("currency.id", ondelete="RESTRICT"))
    location_id: Mapped[Ref | None] = mapped_column(ForeignKey("location.id", ondelete="RESTRICT"))
    responsibility_center_id: Mapped[Ref | None] = mapped_column(
        ForeignKey("responsibility_center.id", ondelete="RESTRICT")
    )
    calendar_id: Mapped[Ref | None] = mapped_column(ForeignKey("work_calendar.id", ondelete="RESTRICT"))
    shipping_agent_code: Mapped[Code10] = mapped_column(default="")
    shipping_time: Mapped[Code20] = mapped_column(default="")
    prices_including_vat: Mapped[bool] = mapped_column(default=False)
    invoice_discount_code: Mapped[Code20] = mapped_column(default="")
    gen_business_posting_group_id: Mapped[Ref | None] = mapped_column(
        ForeignKey("gen_business_posting_group.id", ondelete="RESTRICT")
    )
    vat_business_posting_group_id: Mapped[Ref | None] = mapped_column(
        ForeignKey("vat_business_posting_group.id", ondelete="RESTRICT")
    )


class Vendor(_Party, db.Model):
    """Somebody we buy from."""

    __tablename__ = "vendor"
    __audited__ = True
    __search_kind__ = "vendor"

    vendor_posting_group_id: Mapped[Ref | None] = mapped_column(
        ForeignKey("vendor_posting_group.id", ondelete="RESTRICT")
    )
    pay_to_vendor_id: Mapped[Ref | None] = mapped_column(ForeignKey("vendor.id", ondelete="RESTRICT"))
    lead_time: Mapped[Code20] = mapped_column(default="")
    over_receipt_code: Mapped[Code20] = mapped_column(default="")
    minimum_order_amount: Mapped[Amount] = mapped_column(default=Decimal(0))


class Customer(_Party, db.Model):
    """Somebody we sell to."""

    __tablename__ = "customer"
    __audited__ = True
    __search_kind__ = "customer"

    customer_posting_group_id: Mapped[Ref | None] = mapped_column(
        ForeignKey("customer_posting_group.id", ondelete="RESTRICT")
    )
    bill_to_customer_id: Mapped[Ref | None] = mapped_column(ForeignKey("customer.id", ondelete="RESTRICT"))
    price_group: Mapped[Code20] = mapped_column(default="")
    reserve: Mapped[ReservePolicy] = mapped_column(word_enum(ReservePolicy), default=ReservePolicy.OPTIONAL)
    credit_limit: Mapped[Amount] = mapped_column(default=Decimal(0))
    shipping_complete: Mapped[bool] = mapped_column(default=False)
    #: who is served first when many lines are reserved at once; the highest number first
    priority: Mapped[int] = mapped_column(default=0)
