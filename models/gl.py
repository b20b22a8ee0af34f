"""Chart of accounts, posting groups and the two posting set-ups (items.md section 16)."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Amount, Code20, Key, Name100, Ref, db, word_enum
from models.enums import AccountCategory, AccountType


class GlAccount(db.Model):
    """An account of the general ledger; only posting accounts that are not blocked take entries."""

    __tablename__ = "gl_account"
    __audited__ = True
    __search_kind__ = "gl_account"

    id: Mapped[Key]
    no: Mapped[Code20] = mapped_column(unique=True)
    name: Mapped[Name100]
    account_type: Mapped[AccountType] = mapped_column(word_enum(AccountType), default=AccountType.POSTING)
    category: Mapped[AccountCategory] = mapped_column(word_enum(AccountCategory), default=AccountCategory.ASSETS)
    #: May be posted to by hand; inventory accounts are better closed for it.
    direct_posting: Mapped[bool] = mapped_column(default=True)
    blocked: Mapped[bool] = mapped_column(default=False)
    #: For totals: the accounts summed, "1000..1999".
    totaling: Mapped[Name100] = mapped_column(default="")
    #: which VAT a line of a document that names the account bears; none: no VAT
    vat_product_posting_group_id: Mapped[Ref | None] = mapped_column(
        ForeignKey("vat_product_posting_group.id", ondelete="RESTRICT")
    )


class GenBusinessPostingGroup(db.Model):
    """Who we trade with; id 0 with code "" stands for nobody (adjustments, transfers)."""

    __tablename__ = "gen_business_posting_group"
    __audited__ = True

    id: Mapped[Key]
    code: Mapped[Code20] = mapped_column(unique=True)
    description: Mapped[Name100] = mapped_column(default="")


class GenProductPostingGroup(db.Model):
    """What we trade in."""

    __tablename__ = "gen_product_posting_group"
    __audited__ = True

    id: Mapped[Key]
    code: Mapped[Code20] = mapped_column(unique=True)
    description: Mapped[Name100] = mapped_column(default="")
    default_vat_product_posting_group_id: Mapped[Ref | None] = mapped_column(
        ForeignKey("vat_product_posting_group.id", ondelete="RESTRICT")
    )


class VatBusinessPostingGroup(db.Model):
    """Which VAT rules a party follows."""

    __tablename__ = "vat_business_posting_group"
    __audited__ = True

    id: Mapped[Key]
    code: Mapped[Code20] = mapped_column(unique=True)
    description: Mapped[Name100] = mapped_column(default="")


class VatProductPostingGroup(db.Model):
    """Which VAT rate an item has."""

    __tablename__ = "vat_product_posting_group"
    __audited__ = True

    id: Mapped[Key]
    code: Mapped[Code20] = mapped_column(unique=True)
    description: Mapped[Name100] = mapped_column(default="")


class InventoryPostingGroup(db.Model):
    """Which inventory accounts an item uses."""

    __tablename__ = "inventory_posting_group"
    __audited__ = True

    id: Mapped[Key]
    code: Mapped[Code20] = mapped_column(unique=True)
    description: Mapped[Name100] = mapped_column(default="")


class CustomerPostingGroup(db.Model):
    """Which receivables account a customer uses."""

    __tablename__ = "customer_posting_group"
    __audited__ = True

    id: Mapped[Key]
    code: Mapped[Code20] = mapped_column(unique=True)
    description: Mapped[Name100] = mapped_column(default="")
    receivables_account_id: Mapped[Ref | None] = mapped_column(ForeignKey("gl_account.id", ondelete="RESTRICT"))
    #: what is charged for a small order
    service_charge_account_id: Mapped[Ref | None] = mapped_column(ForeignKey("gl_account.id", ondelete="RESTRICT"))


class VendorPostingGroup(db.Model):
    """Which payables account a vendor uses."""

    __tablename__ = "vendor_posting_group"
    __audited__ = True

    id: Mapped[Key]
    code: Mapped[Code20] = mapped_column(unique=True)
    description: Mapped[Name100] = mapped_column(default="")
    payables_account_id: Mapped[Ref | None] = mapped_column(ForeignKey("gl_account.id", ondelete="RESTRICT"))
    service_charge_account_id: Mapped[Ref | None] = mapped_column(ForeignKey("gl_account.id", ondelete="RESTRICT"))


def _account() -> Mapped[int | None]:
    return mapped_column(ForeignKey("gl_account.id", ondelete="RESTRICT"))


class InventoryPostingSetup(db.Model):
    """Balance sheet accounts by location (blank too) and inventory posting group."""

    __tablename__ = "inventory_posting_setup"
    __table_args__ = (UniqueConstraint("location_id", "inventory_posting_group_id"),)
    __audited__ = True

    id: Mapped[Key]
    location_id: Mapped[Ref] = mapped_column(ForeignKey("location.id", ondelete="CASCADE"))
    inventory_posting_group_id: Mapped[Ref] = mapped_column(
        ForeignKey("inventory_posting_group.id", ondelete="RESTRICT")
    )
    description: Mapped[Name100] = mapped_column(default="")
    inventory_account_id: Mapped[Ref | None] = _account()
    inventory_interim_account_id: Mapped[Ref | None] = _account()
    wip_account_id: Mapped[Ref | None] = _account()
    material_variance_account_id: Mapped[Ref | None] = _account()
    capacity_variance_account_id: Mapped[Ref | None] = _account()
    manufacturing_overhead_variance_account_id: Mapped[Ref | None] = _account()
    capacity_overhead_variance_account_id: Mapped[Ref | None] = _account()
    subcontracted_variance_account_id: Mapped[Ref | None] = _account()
    location: Mapped[Location] = relationship(lazy="raise")  # noqa: F821 - resolved by name
    inventory_posting_group: Mapped[InventoryPostingGroup] = relationship(lazy="raise")


class GeneralPostingSetup(db.Model):
    """Profit and loss accounts by general business (blank too) and product posting group."""

    __tablename__ = "general_posting_setup"
    __table_args__ = (UniqueConstraint("gen_business_posting_group_id", "gen_product_posting_group_id"),)
    __audited__ = True

    id: Mapped[Key]
    gen_business_posting_group_id: Mapped[Ref] = mapped_column(
        ForeignKey("gen_business_posting_group.id", ondelete="RESTRICT")
    )
    gen_product_posting_group_id: Mapped[Ref] = mapped_column(
        ForeignKey("gen_product_posting_group.id", ondelete="RESTRICT")
    )
    description: Mapped[Name100] = mapped_column(default="")
    blocked: Mapped[bool] = mapped_column(default=False)
    sales_account_id: Mapped[Ref | None] = _account()
    sales_credit_memo_account_id: Mapped[Ref | None] = _account()
    sales_line_discount_account_id: Mapped[Ref | None] = _account()
    sales_invoice_discount_account_id: Mapped[Ref | None] = _account()
    purchase_account_id: Mapped[Ref | None] = _account()
    purchase_credit_memo_account_id: Mapped[Ref | None] = _account()
    purchase_line_discount_account_id: Mapped[Ref | None] = _account()
    purchase_invoice_discount_account_id: Mapped[Ref | None] = _account()
    cogs_account_id: Mapped[Ref | None] = _account()
    cogs_interim_account_id: Mapped[Ref | None] = _account()
    inventory_adjustment_account_id: Mapped[Ref | None] = _account()
    invt_accrual_interim_account_id: Mapped[Ref | None] = _account()
    direct_cost_applied_account_id: Mapped[Ref | None] = _account()
    overhead_applied_account_id: Mapped[Ref | None] = _account()
    purchase_variance_account_id: Mapped[Ref | None] = _account()
    direct_cost_non_inventory_applied_account_id: Mapped[Ref | None] = _account()
    gen_business_posting_group: Mapped[GenBusinessPostingGroup] = relationship(lazy="raise")
    gen_product_posting_group: Mapped[GenProductPostingGroup] = relationship(lazy="raise")


class GlBalance(db.Model):
    """Net change of an account in a month, kept by posting so that no page sums the ledger."""

    __tablename__ = "gl_balance"
    __table_args__ = (
        CheckConstraint("month BETWEEN 101 AND 999912", name="month_is_yyyymm"),
        Index(None, "month"),  # trial balance of a period
    )

    account_id: Mapped[Ref] = mapped_column(ForeignKey("gl_account.id", ondelete="RESTRICT"), primary_key=True)
    #: year x 100 + month of the posting date
    month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    debit: Mapped[Amount]
    credit: Mapped[Amount]
