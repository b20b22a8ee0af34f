"""What posting keeps beside the ledgers: running balances, work lists of costing, ledger counters.

Every figure here can be recomputed from the ledgers; `flask verify` does and prints differences (none, ever).
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Amount, Code50, Name100, Quantity, Ref, db
from models.ledger import where

_ZERO = Decimal(0)


class ItemTotal(db.Model):
    """One item everywhere: what lists and cards show without summing anything.

    Every item has its row from the start, by a trigger (models/ledger_guard.py): lists join it without asking.
    """

    __tablename__ = "item_total"
    __table_args__ = (
        Index(None, "quantity", "item_id"),  # item list sorted by inventory, negative inventory view
        Index(None, "stock_state", "item_id"),  # items by their low-stock sign
    )

    item_id: Mapped[Ref] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), primary_key=True)
    quantity: Mapped[Quantity] = mapped_column(default=_ZERO)
    invoiced_quantity: Mapped[Quantity] = mapped_column(default=_ZERO)
    cost_amount_actual: Mapped[Amount] = mapped_column(default=_ZERO)
    cost_amount_expected: Mapped[Amount] = mapped_column(default=_ZERO)
    cost_posted_to_gl: Mapped[Amount] = mapped_column(default=_ZERO)
    entry_count: Mapped[int] = mapped_column(default=0)
    #: the worst of the item's positions (models/stockkeeping.py), what to order in all, the first receipt
    stock_state: Mapped[int] = mapped_column(default=0, server_default="0")
    suggested_quantity: Mapped[Quantity] = mapped_column(default=_ZERO, server_default="0")
    next_receipt_date: Mapped[dt.date | None]


class ItemBalance(db.Model):
    """Quantity and value of an item and variant at a location."""

    __tablename__ = "item_balance"
    __table_args__ = (Index(None, "location_id", "item_id"),)  # what lies at a location

    item_id: Mapped[Ref] = mapped_column(ForeignKey("item.id", ondelete="RESTRICT"), primary_key=True)
    variant_id: Mapped[Ref] = mapped_column(primary_key=True)
    location_id: Mapped[Ref] = mapped_column(ForeignKey("location.id", ondelete="RESTRICT"), primary_key=True)
    quantity: Mapped[Quantity] = mapped_column(default=_ZERO)
    invoiced_quantity: Mapped[Quantity] = mapped_column(default=_ZERO)
    cost_amount_actual: Mapped[Amount] = mapped_column(default=_ZERO)
    cost_amount_expected: Mapped[Amount] = mapped_column(default=_ZERO)


class TrackingBalance(db.Model):
    """Quantity of one lot, serial or package number at a location."""

    __tablename__ = "tracking_balance"
    __table_args__ = (
        Index(None, "serial_no", "item_id"),  # is this serial number in stock anywhere?
        Index(None, "lot_no", "item_id"),
    )

    item_id: Mapped[Ref] = mapped_column(ForeignKey("item.id", ondelete="RESTRICT"), primary_key=True)
    variant_id: Mapped[Ref] = mapped_column(primary_key=True)
    location_id: Mapped[Ref] = mapped_column(primary_key=True)
    lot_no: Mapped[Code50] = mapped_column(primary_key=True)
    serial_no: Mapped[Code50] = mapped_column(primary_key=True)
    package_no: Mapped[Code50] = mapped_column(primary_key=True)
    quantity: Mapped[Quantity] = mapped_column(default=_ZERO)
    expiration_date: Mapped[dt.date | None]


class BinContent(db.Model):
    """Quantity of an item in a bin, with its role there (warehouse.md section 4)."""

    __tablename__ = "bin_content"
    __table_args__ = (
        CheckConstraint("quantity >= 0", name="bins_never_negative"),
        Index(None, "location_id", "item_id", "variant_id"),
    )
    __audited__ = True  # what people mark; quantities are written by posting, which has entries for it

    bin_id: Mapped[Ref] = mapped_column(ForeignKey("bin.id", ondelete="RESTRICT"), primary_key=True)
    item_id: Mapped[Ref] = mapped_column(ForeignKey("item.id", ondelete="RESTRICT"), primary_key=True)
    variant_id: Mapped[Ref] = mapped_column(primary_key=True)
    location_id: Mapped[Ref] = mapped_column(ForeignKey("location.id", ondelete="RESTRICT"))
    quantity: Mapped[Quantity] = mapped_column(default=_ZERO)
    default_bin: Mapped[bool] = mapped_column(default=False)
    fixed_bin: Mapped[bool] = mapped_column(default=False)


class CostPoint(db.Model):
    """A period end in which something of a scope was valued; not adjusted = costing has work there (section 9.2).

    The reference product's average cost entry point. Kept for every costing method: closing a period asks it.
    """

    __tablename__ = "cost_point"
    # What is adjusted leaves the indexes: most points are, and nobody looks for them there.
    __table_args__ = (
        where("ix_cost_point_item", ("adjusted IS 0", "adjusted IS false"), "item_id", "period_end"),
        where("ix_cost_point_period", ("adjusted IS 0", "adjusted IS false"), "period_end"),
        {"sqlite_with_rowid": False},
    )

    item_id: Mapped[Ref] = mapped_column(ForeignKey("item.id", ondelete="RESTRICT"), primary_key=True)
    variant_id: Mapped[Ref] = mapped_column(primary_key=True)
    location_id: Mapped[Ref] = mapped_column(primary_key=True)
    period_end: Mapped[dt.date] = mapped_column(primary_key=True)
    adjusted: Mapped[bool] = mapped_column(default=False)


class CostToAdjust(db.Model):
    """An item ledger entry whose cost, or whose consumers' cost, adjustment has to look at (section 22)."""

    __tablename__ = "cost_to_adjust"
    __table_args__ = ({"sqlite_with_rowid": False},)

    item_id: Mapped[Ref] = mapped_column(ForeignKey("item.id", ondelete="RESTRICT"), primary_key=True)
    item_ledger_entry_id: Mapped[Ref] = mapped_column(primary_key=True)


class PostValueEntryToGl(db.Model):
    """A value entry whose cost has not reached the general ledger yet (section 2.4)."""

    __tablename__ = "post_value_entry_to_gl"
    __table_args__ = (Index(None, "item_id"), Index(None, "posting_date"))

    value_entry_id: Mapped[Ref] = mapped_column(ForeignKey("value_entry.id", ondelete="RESTRICT"), primary_key=True)
    item_id: Mapped[Ref]
    posting_date: Mapped[dt.date]


class LedgerCounter(db.Model):
    """Last entry no. of a ledger, and the head of the digest chain; locked late and briefly while writing."""

    __tablename__ = "ledger_counter"

    name: Mapped[Code50] = mapped_column(primary_key=True)
    last_no: Mapped[Ref] = mapped_column(default=0)
    digest: Mapped[Name100] = mapped_column(default="")
