"""Company, inventory and general ledger set-up (one row each), number series, periods."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import (
    Amount,
    Code10,
    Code20,
    Code50,
    Key,
    Name50,
    Name100,
    Name250,
    Percent,
    Ref,
    UnitCost,
    db,
    word_enum,
)
from models.enums import (
    AutomaticCostAdjustment,
    AverageCostCalcType,
    AverageCostPeriod,
    BlankOverflowLevel,
    CostingMethod,
    DirectTransferPosting,
)


class CompanyInformation(db.Model):
    """Who we are: printed on documents and shown in the shell. One row, id 1."""

    __tablename__ = "company_information"
    __table_args__ = (CheckConstraint("id = 1", name="single_row"),)
    __audited__ = True

    id: Mapped[Key]
    name: Mapped[Name100]
    address: Mapped[Name100] = mapped_column(default="")
    address_2: Mapped[Name50] = mapped_column(default="")
    post_code: Mapped[Code20] = mapped_column(default="")
    city: Mapped[Name50] = mapped_column(default="")
    country_code: Mapped[Code10] = mapped_column(default="")
    phone: Mapped[Name50] = mapped_column(default="")
    email: Mapped[Name100] = mapped_column(default="")
    web_page: Mapped[Name250] = mapped_column(default="")
    vat_registration_no: Mapped[Code20] = mapped_column(default="")
    gs1_prefix: Mapped[Code20] = mapped_column(default="")
    #: PNG, already scaled down; printed on papers.
    logo: Mapped[bytes | None] = mapped_column(LargeBinary)
    demo: Mapped[bool] = mapped_column(default=False)
    #: Where documents are when neither the party nor a responsibility centre says it.
    location_id: Mapped[Ref | None] = mapped_column(ForeignKey("location.id", ondelete="RESTRICT"))
    responsibility_center_id: Mapped[Ref | None] = mapped_column(
        ForeignKey("responsibility_center.id", ondelete="RESTRICT")
    )
    #: Off: nobody is limited to responsibility centres, whatever the users' cards say.
    limit_to_centers: Mapped[bool] = mapped_column(default=True)


class GeneralLedgerSetup(db.Model):
    """Currency, rounding and the company's allowed posting dates. One row, id 1."""

    __tablename__ = "general_ledger_setup"
    __table_args__ = (
        CheckConstraint("id = 1", name="single_row"),
        CheckConstraint("amount_rounding > 0 AND unit_amount_rounding > 0", name="roundings_positive"),
        CheckConstraint(
            "allow_posting_to IS NULL OR allow_posting_from IS NULL OR allow_posting_to >= allow_posting_from",
            name="posting_range_ordered",
        ),
    )
    __audited__ = True

    id: Mapped[Key]
    currency_code: Mapped[Code10]
    currency_symbol: Mapped[Code10] = mapped_column(default="")
    amount_rounding: Mapped[Amount] = mapped_column(default=Decimal("0.01"))
    unit_amount_rounding: Mapped[UnitCost] = mapped_column(default=Decimal("0.00001"))
    allow_posting_from: Mapped[dt.date | None]
    allow_posting_to: Mapped[dt.date | None]


class SetupVersion(db.Model):
    """Changes (by triggers, models/setup_guard.py) with everything that every posting reads. One row, id 1.

    Who has read the set-up under this version need not read it again.
    """

    __tablename__ = "setup_version"
    __table_args__ = (CheckConstraint("id = 1", name="single_row"),)

    id: Mapped[Key]
    version: Mapped[Code50]


class InventorySetup(db.Model):
    """Switches of items.md section 0 and posting-and-costing.md sections 3.5, 9.1, 14.2, 16.3. One row, id 1."""

    __tablename__ = "inventory_setup"
    __table_args__ = (CheckConstraint("id = 1", name="single_row"),)
    __audited__ = True

    id: Mapped[Key]
    automatic_cost_posting: Mapped[bool] = mapped_column(default=True)
    expected_cost_posting_to_gl: Mapped[bool] = mapped_column(default=False)
    automatic_cost_adjustment: Mapped[AutomaticCostAdjustment] = mapped_column(
        word_enum(AutomaticCostAdjustment), default=AutomaticCostAdjustment.NEVER
    )
    average_cost_calc_type: Mapped[AverageCostCalcType] = mapped_column(
        word_enum(AverageCostCalcType), default=AverageCostCalcType.ITEM_LOCATION_VARIANT
    )
    average_cost_period: Mapped[AverageCostPeriod] = mapped_column(
        word_enum(AverageCostPeriod), default=AverageCostPeriod.DAY
    )
    default_costing_method: Mapped[CostingMethod] = mapped_column(word_enum(CostingMethod), default=CostingMethod.FIFO)
    location_mandatory: Mapped[bool] = mapped_column(default=False)
    prevent_negative_inventory: Mapped[bool] = mapped_column(default=False)
    variant_mandatory_if_exists: Mapped[bool] = mapped_column(default=False)
    allow_inventory_adjustment: Mapped[bool] = mapped_column(default=True)
    skip_prompt_to_create_item: Mapped[bool] = mapped_column(default=False)
    copy_item_description_to_entries: Mapped[bool] = mapped_column(default=False)
    copy_comments_to_shipment: Mapped[bool] = mapped_column(default=True)
    copy_comments_to_receipt: Mapped[bool] = mapped_column(default=True)
    copy_comments_to_inventory_document: Mapped[bool] = mapped_column(default=False)
    outbound_handling_time: Mapped[Code20] = mapped_column(default="")
    inbound_handling_time: Mapped[Code20] = mapped_column(default="")
    default_safety_lead_time: Mapped[Code20] = mapped_column(default="")
    default_dampener_period: Mapped[Code20] = mapped_column(default="")
    default_dampener_percent: Mapped[Percent] = mapped_column(default=Decimal(0))
    blank_overflow_level: Mapped[BlankOverflowLevel] = mapped_column(
        word_enum(BlankOverflowLevel), default=BlankOverflowLevel.ALLOW_DEFAULT_CALCULATION,
        server_default=BlankOverflowLevel.ALLOW_DEFAULT_CALCULATION.value,
    )  # fmt: skip
    #: Postings may not reach back before it (posting-and-costing.md section 6).
    earliest_valuation_date: Mapped[dt.date | None]
    #: for whom prices that include VAT are calculated; None: for customers without a VAT group
    price_vat_business_posting_group_id: Mapped[Ref | None] = mapped_column(
        ForeignKey("vat_business_posting_group.id", ondelete="RESTRICT", name="fk_inventory_setup_price_vat_group")
    )
    weight_unit: Mapped[Code10] = mapped_column(default="kg")
    length_unit: Mapped[Code10] = mapped_column(default="cm")
    item_nos_id: Mapped[Ref | None] = mapped_column(ForeignKey("number_series.id", ondelete="RESTRICT"))
    vendor_nos_id: Mapped[Ref | None] = mapped_column(ForeignKey("number_series.id", ondelete="RESTRICT"))
    customer_nos_id: Mapped[Ref | None] = mapped_column(ForeignKey("number_series.id", ondelete="RESTRICT"))
    #: What lines without a location go through (items.md section 14).
    require_receive: Mapped[bool] = mapped_column(default=False)
    require_shipment: Mapped[bool] = mapped_column(default=False)
    require_put_away: Mapped[bool] = mapped_column(default=False)
    require_pick: Mapped[bool] = mapped_column(default=False)
    direct_transfer_posting: Mapped[DirectTransferPosting] = mapped_column(
        word_enum(DirectTransferPosting), default=DirectTransferPosting.SHIPMENT_AND_RECEIPT
    )
    transfer_order_nos_id: Mapped[Ref | None] = mapped_column(ForeignKey("number_series.id", ondelete="RESTRICT"))
    transfer_shipment_nos_id: Mapped[Ref | None] = mapped_column(ForeignKey("number_series.id", ondelete="RESTRICT"))
    transfer_receipt_nos_id: Mapped[Ref | None] = mapped_column(ForeignKey("number_series.id", ondelete="RESTRICT"))
    direct_transfer_nos_id: Mapped[Ref | None] = mapped_column(ForeignKey("number_series.id", ondelete="RESTRICT"))
    inventory_receipt_nos_id: Mapped[Ref | None] = mapped_column(ForeignKey("number_series.id", ondelete="RESTRICT"))
    inventory_shipment_nos_id: Mapped[Ref | None] = mapped_column(ForeignKey("number_series.id", ondelete="RESTRICT"))
    posted_inventory_receipt_nos_id: Mapped[Ref | None] = mapped_column(
        ForeignKey("number_series.id", ondelete="RESTRICT", name="fk_inventory_setup_posted_receipt_nos")
    )
    posted_inventory_shipment_nos_id: Mapped[Ref | None] = mapped_column(
        ForeignKey("number_series.id", ondelete="RESTRICT", name="fk_inventory_setup_posted_shipment_nos")
    )
    count_order_nos_id: Mapped[Ref | None] = mapped_column(ForeignKey("number_series.id", ondelete="RESTRICT"))
    posted_count_nos_id: Mapped[Ref | None] = mapped_column(ForeignKey("number_series.id", ondelete="RESTRICT"))


class NumberSeries(db.Model):
    """A source of numbers (items.md section 18)."""

    __tablename__ = "number_series"
    __audited__ = True

    id: Mapped[Key]
    code: Mapped[Code20] = mapped_column(unique=True)
    description: Mapped[Name100] = mapped_column(default="")
    default_nos: Mapped[bool] = mapped_column(default=True)
    manual_nos: Mapped[bool] = mapped_column(default=False)
    date_order: Mapped[bool] = mapped_column(default=False)
    lines: Mapped[list[NumberSeriesLine]] = relationship(
        lazy="raise", order_by="NumberSeriesLine.starting_date", cascade="all, delete-orphan"
    )


class NumberSeriesLine(db.Model):
    """The numbers of a series from one date on."""

    __tablename__ = "number_series_line"
    __table_args__ = (
        UniqueConstraint("series_id", "starting_date"),
        CheckConstraint("increment_by >= 1", name="increment_positive"),
    )
    __audited__ = True

    id: Mapped[Key]
    series_id: Mapped[Ref] = mapped_column(ForeignKey("number_series.id", ondelete="CASCADE"))
    starting_date: Mapped[dt.date] = mapped_column(default=dt.date(1, 1, 1))
    starting_no: Mapped[Code20]
    ending_no: Mapped[Code20] = mapped_column(default="")
    warning_no: Mapped[Code20] = mapped_column(default="")
    increment_by: Mapped[int] = mapped_column(default=1)
    last_no_used: Mapped[Code20] = mapped_column(default="")
    last_date_used: Mapped[dt.date | None]
    open: Mapped[bool] = mapped_column(default=True)
    allow_gaps: Mapped[bool] = mapped_column(default=False)


class NumberSeriesRelation(db.Model):
    """Another series that may be chosen in place of the first."""

    __tablename__ = "number_series_relation"
    __table_args__ = (UniqueConstraint("series_id", "related_series_id"),)

    id: Mapped[Key]
    series_id: Mapped[Ref] = mapped_column(ForeignKey("number_series.id", ondelete="CASCADE"))
    related_series_id: Mapped[Ref] = mapped_column(ForeignKey("number_series.id", ondelete="CASCADE"))


class SourceCode(db.Model):
    """Where an entry comes from (item journal, sales, cost adjustment ...)."""

    __tablename__ = "source_code"

    id: Mapped[Key]
    code: Mapped[Code10] = mapped_column(unique=True)
    description: Mapped[Name100] = mapped_column(default="")


class ReasonCode(db.Model):
    """Why something was posted (damage, gift, theft ...)."""

    __tablename__ = "reason_code"
    __audited__ = True

    id: Mapped[Key]
    code: Mapped[Code10] = mapped_column(unique=True)
    description: Mapped[Name100] = mapped_column(default="")


class AccountingPeriod(db.Model):
    """Start of a period; the first of a fiscal year is marked (posting-and-costing.md sections 9.1, 15)."""

    __tablename__ = "accounting_period"
    __audited__ = True

    id: Mapped[Key]
    starting_date: Mapped[dt.date] = mapped_column(unique=True)
    name: Mapped[Name50] = mapped_column(default="")
    new_fiscal_year: Mapped[bool] = mapped_column(default=False)
    closed: Mapped[bool] = mapped_column(default=False)


class InventoryPeriod(db.Model):
    """Closed, it takes no inventory posting dated up to its end (posting-and-costing.md section 15)."""

    __tablename__ = "inventory_period"
    __audited__ = True

    id: Mapped[Key]
    ending_date: Mapped[dt.date] = mapped_column(unique=True)
    name: Mapped[Name50] = mapped_column(default="")
    closed: Mapped[bool] = mapped_column(default=False)


class InventoryPeriodLog(db.Model):
    """Who closed or reopened a period, and after which register."""

    __tablename__ = "inventory_period_log"

    id: Mapped[Key]
    inventory_period_id: Mapped[Ref] = mapped_column(ForeignKey("inventory_period.id", ondelete="RESTRICT"))
    closed: Mapped[bool]
    user_id: Mapped[Ref | None]
    created_at: Mapped[dt.datetime]
    last_register_id: Mapped[Ref | None]
