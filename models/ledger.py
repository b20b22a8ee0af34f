"""The ledgers (posting-and-costing.md section 2). Append-only; written by posting/ alone.

What may change on a posted row is MUTABLE_COLUMNS, and nothing else: triggers refuse other updates, every delete
and every truncate on both engines (models/ledger_guard.py). From one ledger into another there are no foreign keys:
rows on both ends are written together and never go away, `flask verify` looks at every one, and to look at each of
them once more while posting took PostgreSQL a sixth of its time.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Amount, Code10, Code20, Code50, Key, Name100, Quantity, Ref, UnitCost, db, word_enum
from models.enums import (
    DocumentType,
    EntryType,
    OrderType,
    SourceType,
    ValueEntryType,
    VarianceType,
    WarehouseEntryType,
)
from models.gl import GlAccount
from models.items import Item, ItemVariant
from models.locations import Bin, Location

_ZERO = Decimal(0)

#: Columns that may change after posting (posting-and-costing.md section 2.4); all else is refused by triggers.
MUTABLE_COLUMNS: dict[str, frozenset[str]] = {
    "item_ledger_entry": frozenset({
        "remaining_quantity", "open", "invoiced_quantity", "completely_invoiced", "last_invoice_date",
        "applied_entry_to_adjust", "shipped_qty_not_returned", "applies_to_entry_id",
    }),
    "value_entry": frozenset({
        "valuation_date", "valued_by_average_cost", "cost_posted_to_gl", "expected_cost_posted_to_gl",
    }),
    "item_application_entry": frozenset({"in_force", "unapplied_at", "unapplied_by_id", "outbound_is_updated"}),
    "gl_entry": frozenset({"reversed_by_entry_id"}),
    "gl_item_ledger_relation": frozenset(),
    "physical_inventory_ledger_entry": frozenset(),
    "warehouse_entry": frozenset(),
    "register": frozenset(),
}  # fmt: skip


def where(name: str, condition: str | tuple[str, str], *columns: str) -> Index:
    """An index of the rows that meet a condition (SQLite's and PostgreSQL's words for it, where they differ).

    A planner takes it only for queries that hold the same condition in the same words: not `open = 1`.
    """
    sqlite, postgresql = (condition, condition) if isinstance(condition, str) else condition
    return Index(name, *columns, sqlite_where=text(sqlite), postgresql_where=text(postgresql))


class Register(db.Model):
    """One posting: who, when, from which journal or document, which entries; and its link in the digest chain.

    Entry numbers of one register are contiguous in each ledger (they are drawn under one lock). An empty range
    is from 1 more than to.
    """

    __tablename__ = "register"
    __table_args__ = (
        Index(None, "created_at"),
        Index(None, "posting_date", "id"),
        Index(None, "document_no"),
        Index(None, "source_code", "id"),  # runs of the cost adjustment; list filter
        Index(None, "journal_batch_name", "id"),
        Index(None, "user_id", "id"),
    )

    id: Mapped[Key] = mapped_column(autoincrement=False)
    created_at: Mapped[dt.datetime]
    user_id: Mapped[Ref | None]
    user_name: Mapped[Name100] = mapped_column(default="")
    source_code: Mapped[Code10]
    journal_batch_name: Mapped[Code10] = mapped_column(default="")
    document_no: Mapped[Code20] = mapped_column(default="")
    posting_date: Mapped[dt.date | None]
    line_count: Mapped[int] = mapped_column(default=0)
    from_item_ledger_entry_id: Mapped[Ref]
    to_item_ledger_entry_id: Mapped[Ref]
    from_value_entry_id: Mapped[Ref]
    to_value_entry_id: Mapped[Ref]
    from_application_entry_id: Mapped[Ref]
    to_application_entry_id: Mapped[Ref]
    from_gl_entry_id: Mapped[Ref]
    to_gl_entry_id: Mapped[Ref]
    from_warehouse_entry_id: Mapped[Ref]
    to_warehouse_entry_id: Mapped[Ref]
    from_physical_inventory_entry_id: Mapped[Ref]
    to_physical_inventory_entry_id: Mapped[Ref]
    previous_digest: Mapped[Name100]
    digest: Mapped[Name100]


class ItemLedgerEntry(db.Model):
    """One posted movement of one item in base units: inbound > 0, outbound < 0. `id` is the entry no."""

    __tablename__ = "item_ledger_entry"
    __table_args__ = (
        CheckConstraint("quantity <> 0", name="quantity_not_zero"),
        CheckConstraint(
            "(quantity > 0 AND remaining_quantity >= 0 AND remaining_quantity <= quantity) OR "
            "(quantity < 0 AND remaining_quantity <= 0 AND remaining_quantity >= quantity)",
            name="remaining_within_quantity",
        ),
        CheckConstraint("open = (remaining_quantity <> 0)", name="open_means_remaining"),
        CheckConstraint("positive = (quantity > 0)", name="positive_means_inbound"),
        CheckConstraint("quantity < 0 OR shipped_qty_not_returned = 0", name="only_outbound_is_returned"),
        # candidates for application, both directions (posting/prepare.py)
        Index(None, "item_id", "variant_id", "location_id", "open", "positive", "posting_date", "id"),
        Index(None, "item_id", "id"),  # entries of an item, in entry order
        Index(None, "posting_date", "id"),  # ledger list by date
        Index(None, "document_no", "posting_date"),  # navigate
        Index(None, "register_id"),
        Index("ix_item_ledger_entry_serial", "serial_no", "item_id", postgresql_where=text("serial_no <> ''"),
              sqlite_where=text("serial_no <> ''")),
        Index("ix_item_ledger_entry_lot", "lot_no", "item_id", postgresql_where=text("lot_no <> ''"),
              sqlite_where=text("lot_no <> ''")),
        where("ix_item_ledger_entry_package", "package_no <> ''", "package_no", "item_id"),
        Index("ix_item_ledger_entry_source", "source_no", "source_type", "posting_date",
              postgresql_where=text("source_no <> ''"), sqlite_where=text("source_no <> ''")),  # a party's entries
        # list filters: few or none may match, and they may lie far back
        Index(None, "entry_type", "id", "positive"),
        Index(None, "location_id", "id"),
        where("ix_item_ledger_entry_variant", "variant_id <> 0", "variant_id", "id"),
        where("ix_item_ledger_entry_source_type", "source_type <> ''", "source_type", "id"),
        where("ix_item_ledger_entry_open", ("open IS 1", "open IS true"), "id", "positive"),
        Index("ix_item_ledger_entry_open_negative", "posting_date", postgresql_where=text("open AND NOT positive"),
              sqlite_where=text("open AND NOT positive")),  # period close
    )  # fmt: skip

    id: Mapped[Key] = mapped_column(autoincrement=False)
    register_id: Mapped[Ref]
    item_id: Mapped[Ref] = mapped_column(ForeignKey("item.id", ondelete="RESTRICT"))
    variant_id: Mapped[Ref] = mapped_column(ForeignKey("item_variant.id", ondelete="RESTRICT"), default=0)
    location_id: Mapped[Ref] = mapped_column(ForeignKey("location.id", ondelete="RESTRICT"), default=0)
    bin_id: Mapped[Ref | None] = mapped_column(ForeignKey("bin.id", ondelete="RESTRICT"))
    lot_no: Mapped[Code50] = mapped_column(default="")
    serial_no: Mapped[Code50] = mapped_column(default="")
    package_no: Mapped[Code50] = mapped_column(default="")
    expiration_date: Mapped[dt.date | None]
    warranty_date: Mapped[dt.date | None]
    posting_date: Mapped[dt.date]
    document_date: Mapped[dt.date]
    entry_type: Mapped[EntryType] = mapped_column(word_enum(EntryType))
    source_type: Mapped[SourceType] = mapped_column(word_enum(SourceType), default=SourceType.NONE)
    source_no: Mapped[Code20] = mapped_column(default="")
    document_type: Mapped[DocumentType] = mapped_column(word_enum(DocumentType), default=DocumentType.NONE)
    document_no: Mapped[Code20]
    document_line_no: Mapped[int] = mapped_column(default=0)
    external_document_no: Mapped[Code50] = mapped_column(default="")
    order_type: Mapped[OrderType] = mapped_column(word_enum(OrderType), default=OrderType.NONE)
    order_no: Mapped[Code20] = mapped_column(default="")
    order_line_no: Mapped[int] = mapped_column(default=0)
    description: Mapped[Name100] = mapped_column(default="")
    return_reason_code: Mapped[Code10] = mapped_column(default="")
    quantity: Mapped[Quantity]
    unit_of_measure_code: Mapped[Code10] = mapped_column(default="")
    qty_per_unit_of_measure: Mapped[Quantity] = mapped_column(default=Decimal(1))
    remaining_quantity: Mapped[Quantity]
    open: Mapped[bool]
    positive: Mapped[bool]
    invoiced_quantity: Mapped[Quantity] = mapped_column(default=_ZERO)
    completely_invoiced: Mapped[bool] = mapped_column(default=False)
    last_invoice_date: Mapped[dt.date | None]
    applies_to_entry_id: Mapped[Ref | None]
    applied_entry_to_adjust: Mapped[bool] = mapped_column(default=False)
    shipped_qty_not_returned: Mapped[Quantity] = mapped_column(default=_ZERO)
    correction: Mapped[bool] = mapped_column(default=False)
    drop_shipment: Mapped[bool] = mapped_column(default=False)
    assemble_to_order: Mapped[bool] = mapped_column(default=False)
    dimension_set_id: Mapped[Ref] = mapped_column(ForeignKey("dimension_set.id", ondelete="RESTRICT"), default=0)
    item: Mapped[Item] = relationship(lazy="raise")
    variant: Mapped[ItemVariant] = relationship(lazy="raise")
    location: Mapped[Location] = relationship(lazy="raise")
    bin: Mapped[Bin | None] = relationship(lazy="raise")
    register: Mapped[Register] = relationship(
        lazy="raise", primaryjoin="foreign(ItemLedgerEntry.register_id) == Register.id", viewonly=True
    )


class ValueEntry(db.Model):
    """One amount on an item ledger entry: cost, revenue, adjustment (many for each item ledger entry)."""

    __tablename__ = "value_entry"
    __table_args__ = (
        Index(None, "item_ledger_entry_id", "id"),  # cost of an entry
        Index(None, "item_id", "valuation_date", "location_id", "variant_id"),  # average basis
        Index(None, "item_id", "posting_date", "location_id", "variant_id"),  # valuation as of a date
        Index(None, "posting_date", "id"),  # list by date
        Index(None, "document_no", "posting_date"),  # navigate
        Index(None, "register_id"),
        # list filters, as on item ledger entries
        Index(None, "valuation_date", "id"),
        Index(None, "item_ledger_entry_type", "id"),
        Index(None, "location_id", "id"),
        where("ix_value_entry_entry_type", "entry_type <> 'direct_cost'", "entry_type", "id"),
        where("ix_value_entry_adjustment", ("adjustment IS 1", "adjustment IS true"), "id"),
        where("ix_value_entry_expected", ("expected_cost IS 1", "expected_cost IS true"), "id"),
    )

    id: Mapped[Key] = mapped_column(autoincrement=False)
    register_id: Mapped[Ref]
    item_ledger_entry_id: Mapped[Ref]
    item_ledger_entry_type: Mapped[EntryType] = mapped_column(word_enum(EntryType))
    entry_type: Mapped[ValueEntryType] = mapped_column(word_enum(ValueEntryType))
    variance_type: Mapped[VarianceType] = mapped_column(word_enum(VarianceType), default=VarianceType.NONE)
    item_charge_no: Mapped[Code20] = mapped_column(default="")
    item_id: Mapped[Ref]
    variant_id: Mapped[Ref] = mapped_column(default=0)
    location_id: Mapped[Ref] = mapped_column(default=0)
    posting_date: Mapped[dt.date]
    valuation_date: Mapped[dt.date]
    document_date: Mapped[dt.date]
    document_type: Mapped[DocumentType] = mapped_column(word_enum(DocumentType), default=DocumentType.NONE)
    document_no: Mapped[Code20]
    document_line_no: Mapped[int] = mapped_column(default=0)
    external_document_no: Mapped[Code50] = mapped_column(default="")
    description: Mapped[Name100] = mapped_column(default="")
    source_type: Mapped[SourceType] = mapped_column(word_enum(SourceType), default=SourceType.NONE)
    source_no: Mapped[Code20] = mapped_column(default="")
    valued_quantity: Mapped[Quantity]
    item_ledger_entry_quantity: Mapped[Quantity] = mapped_column(default=_ZERO)
    invoiced_quantity: Mapped[Quantity] = mapped_column(default=_ZERO)
    cost_per_unit: Mapped[UnitCost] = mapped_column(default=_ZERO)
    cost_amount_actual: Mapped[Amount] = mapped_column(default=_ZERO)
    cost_amount_expected: Mapped[Amount] = mapped_column(default=_ZERO)
    cost_amount_non_inventoriable: Mapped[Amount] = mapped_column(default=_ZERO)
    cost_posted_to_gl: Mapped[Amount] = mapped_column(default=_ZERO)
    expected_cost_posted_to_gl: Mapped[Amount] = mapped_column(default=_ZERO)
    sales_amount_actual: Mapped[Amount] = mapped_column(default=_ZERO)
    sales_amount_expected: Mapped[Amount] = mapped_column(default=_ZERO)
    purchase_amount_actual: Mapped[Amount] = mapped_column(default=_ZERO)
    purchase_amount_expected: Mapped[Amount] = mapped_column(default=_ZERO)
    discount_amount: Mapped[Amount] = mapped_column(default=_ZERO)
    expected_cost: Mapped[bool] = mapped_column(default=False)
    adjustment: Mapped[bool] = mapped_column(default=False)
    applies_to_value_entry_id: Mapped[Ref | None]
    valued_by_average_cost: Mapped[bool] = mapped_column(default=False)
    partial_revaluation: Mapped[bool] = mapped_column(default=False)
    inventoriable: Mapped[bool] = mapped_column(default=True)
    inventory_posting_group_id: Mapped[Ref | None]
    gen_business_posting_group_id: Mapped[Ref] = mapped_column(default=0)
    gen_product_posting_group_id: Mapped[Ref | None]
    source_code: Mapped[Code10]
    reason_code: Mapped[Code10] = mapped_column(default="")
    dimension_set_id: Mapped[Ref] = mapped_column(default=0)
    item_ledger_entry: Mapped[ItemLedgerEntry] = relationship(
        lazy="raise", primaryjoin="foreign(ValueEntry.item_ledger_entry_id) == ItemLedgerEntry.id", viewonly=True
    )
    item: Mapped[Item] = relationship(lazy="raise", primaryjoin="foreign(ValueEntry.item_id) == Item.id", viewonly=True)
    location: Mapped[Location] = relationship(
        lazy="raise", primaryjoin="foreign(ValueEntry.location_id) == Location.id", viewonly=True
    )


class ItemApplicationEntry(db.Model):
    """Which inbound an outbound consumed, or where a cost comes from (posting-and-costing.md section 2.3).

    A link that was unapplied stays, no longer in force, with who and when: that is the application history.
    """

    __tablename__ = "item_application_entry"
    __table_args__ = (
        Index(None, "inbound_entry_id", "outbound_entry_id"),
        Index(None, "outbound_entry_id", "inbound_entry_id"),
        Index(None, "item_ledger_entry_id"),
        Index("ix_item_application_entry_transferred_from", "transferred_from_entry_id",
              postgresql_where=text("transferred_from_entry_id IS NOT NULL"),
              sqlite_where=text("transferred_from_entry_id IS NOT NULL")),
        Index(None, "register_id"),
        # list filters
        Index(None, "posting_date", "id"),
        where("ix_item_application_entry_fixed", ("fixed IS 1", "fixed IS true"), "id"),
        where("ix_item_application_entry_unapplied", ("in_force IS 0", "in_force IS false"), "id"),
    )  # fmt: skip

    id: Mapped[Key] = mapped_column(autoincrement=False)
    register_id: Mapped[Ref]
    #: the entry this row was made for (its owner)
    item_ledger_entry_id: Mapped[Ref]
    inbound_entry_id: Mapped[Ref]
    #: 0 on the own row of a receipt
    outbound_entry_id: Mapped[Ref] = mapped_column(default=0)
    quantity: Mapped[Quantity]
    posting_date: Mapped[dt.date]
    transferred_from_entry_id: Mapped[Ref | None]
    cost_application: Mapped[bool] = mapped_column(default=True)
    #: made by an applies-to entry or by hand, not by search
    fixed: Mapped[bool] = mapped_column(default=False)
    in_force: Mapped[bool] = mapped_column(default=True)
    outbound_is_updated: Mapped[bool] = mapped_column(default=False)
    unapplied_at: Mapped[dt.datetime | None]
    unapplied_by_id: Mapped[Ref | None]
    item_ledger_entry: Mapped[ItemLedgerEntry] = relationship(
        lazy="raise",
        primaryjoin="foreign(ItemApplicationEntry.item_ledger_entry_id) == ItemLedgerEntry.id",
        viewonly=True,
    )


class GlEntry(db.Model):
    """One amount on one account: debit > 0, credit < 0; the entries of a transaction sum to zero."""

    __tablename__ = "gl_entry"
    __table_args__ = (
        Index(None, "account_id", "posting_date", "id"),  # account card
        Index(None, "document_no", "posting_date"),
        Index(None, "posting_date", "id"),
        Index(None, "transaction_no"),
        Index(None, "register_id"),
    )

    id: Mapped[Key] = mapped_column(autoincrement=False)
    register_id: Mapped[Ref]
    transaction_no: Mapped[Ref]
    #: no foreign key: each posting writes the account's balance of the month (GlBalance), whose key holds the account;
    #: to ask for every entry again took PostgreSQL a quarter of the time of writing it
    account_id: Mapped[Ref]
    posting_date: Mapped[dt.date]
    document_date: Mapped[dt.date]
    document_type: Mapped[DocumentType] = mapped_column(word_enum(DocumentType), default=DocumentType.NONE)
    document_no: Mapped[Code20]
    external_document_no: Mapped[Code50] = mapped_column(default="")
    description: Mapped[Name100] = mapped_column(default="")
    amount: Mapped[Amount]
    source_code: Mapped[Code10]
    reason_code: Mapped[Code10] = mapped_column(default="")
    gen_business_posting_group_id: Mapped[Ref] = mapped_column(default=0)
    gen_product_posting_group_id: Mapped[Ref | None]
    dimension_set_id: Mapped[Ref] = mapped_column(default=0)
    reversed_entry_id: Mapped[Ref | None]
    reversed_by_entry_id: Mapped[Ref | None]
    account: Mapped[GlAccount] = relationship(
        lazy="raise", primaryjoin="foreign(GlEntry.account_id) == GlAccount.id", viewonly=True
    )


class GlItemLedgerRelation(db.Model):
    """Which value entry made which general ledger entry."""

    __tablename__ = "gl_item_ledger_relation"
    # Nothing but keys: without SQLite's own row numbers each pair is kept once instead of twice.
    __table_args__ = (Index(None, "value_entry_id"), {"sqlite_with_rowid": False})

    gl_entry_id: Mapped[Ref] = mapped_column(primary_key=True)
    value_entry_id: Mapped[Ref] = mapped_column(primary_key=True)
    register_id: Mapped[Ref]


class PhysicalInventoryLedgerEntry(db.Model):
    """One counted line, also where the count agreed with the books."""

    __tablename__ = "physical_inventory_ledger_entry"
    __table_args__ = (Index(None, "item_id", "id"), Index(None, "register_id"))

    id: Mapped[Key] = mapped_column(autoincrement=False)
    register_id: Mapped[Ref] = mapped_column(ForeignKey("register.id", ondelete="RESTRICT"))
    item_id: Mapped[Ref] = mapped_column(ForeignKey("item.id", ondelete="RESTRICT"))
    variant_id: Mapped[Ref] = mapped_column(default=0)
    location_id: Mapped[Ref] = mapped_column(default=0)
    bin_id: Mapped[Ref | None]
    posting_date: Mapped[dt.date]
    document_no: Mapped[Code20]
    entry_type: Mapped[EntryType] = mapped_column(word_enum(EntryType))
    quantity: Mapped[Quantity]
    qty_calculated: Mapped[Quantity]
    qty_counted: Mapped[Quantity]
    last_item_ledger_entry_id: Mapped[Ref | None]
    unit_cost: Mapped[UnitCost] = mapped_column(default=_ZERO)
    dimension_set_id: Mapped[Ref] = mapped_column(default=0)


class WarehouseEntry(db.Model):
    """One movement into or out of a bin: quantity only, no cost (warehouse.md section 5)."""

    __tablename__ = "warehouse_entry"
    __table_args__ = (
        CheckConstraint("quantity <> 0", name="quantity_not_zero"),
        Index(None, "bin_id", "item_id", "variant_id"),
        Index(None, "item_id", "location_id", "id"),
        Index(None, "register_id"),
        Index(None, "location_id", "id"),
        Index(None, "entry_type", "id"),
        Index(None, "document_no"),
    )

    id: Mapped[Key] = mapped_column(autoincrement=False)
    register_id: Mapped[Ref] = mapped_column(ForeignKey("register.id", ondelete="RESTRICT"))
    entry_type: Mapped[WarehouseEntryType] = mapped_column(word_enum(WarehouseEntryType))
    registering_date: Mapped[dt.date]
    location_id: Mapped[Ref] = mapped_column(ForeignKey("location.id", ondelete="RESTRICT"))
    bin_id: Mapped[Ref] = mapped_column(ForeignKey("bin.id", ondelete="RESTRICT"))
    item_id: Mapped[Ref] = mapped_column(ForeignKey("item.id", ondelete="RESTRICT"))
    variant_id: Mapped[Ref] = mapped_column(default=0)
    unit_of_measure_code: Mapped[Code10] = mapped_column(default="")
    quantity: Mapped[Quantity]
    lot_no: Mapped[Code50] = mapped_column(default="")
    serial_no: Mapped[Code50] = mapped_column(default="")
    package_no: Mapped[Code50] = mapped_column(default="")
    expiration_date: Mapped[dt.date | None]
    source_document: Mapped[Code20] = mapped_column(default="")
    source_no: Mapped[Code20] = mapped_column(default="")
    source_line_no: Mapped[int] = mapped_column(default=0)
    warehouse_document_no: Mapped[Code20] = mapped_column(default="")
    document_no: Mapped[Code20] = mapped_column(default="")
