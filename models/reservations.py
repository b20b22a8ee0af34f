"""Reservations: a demand holds a supply (availability-and-reservation.md section 2).

The reference keeps a pair as two rows of opposite sign; here the pair is one row with both ends, so that its two
sides cannot differ in item, place or quantity.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Code50, Key, Name100, Quantity, Ref, db


class Reservation(db.Model):
    """`quantity` base units of a supply that are kept for a demand; each end is exactly one line or entry.

    A line that is deleted takes its reservations along. `expected_receipt_date` is None when the supply is stock.
    """

    __tablename__ = "reservation"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint(
            "(CASE WHEN demand_line_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN demand_transfer_line_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN demand_inventory_line_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="one_demand",
        ),
        CheckConstraint(
            "(CASE WHEN supply_entry_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN supply_line_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN supply_transfer_line_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN supply_inventory_line_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN supply_planning_line_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="one_supply",
        ),
        CheckConstraint("supply_entry_id IS NULL OR expected_receipt_date IS NULL", name="stock_has_no_date"),
        CheckConstraint("expected_receipt_date IS NULL OR expected_receipt_date <= shipment_date", name="in_time"),
        Index(None, "item_id", "variant_id", "location_id"),  # what is spoken for, by posting and availability
        *(
            Index(None, name, postgresql_where=text(f"{name} IS NOT NULL"), sqlite_where=text(f"{name} IS NOT NULL"))
            for name in (
                "demand_line_id", "demand_transfer_line_id", "demand_inventory_line_id", "supply_entry_id",
                "supply_line_id", "supply_transfer_line_id", "supply_inventory_line_id", "supply_planning_line_id",
            )
        ),
    )  # fmt: skip
    __audited__ = True

    id: Mapped[Key]
    item_id: Mapped[Ref] = mapped_column(ForeignKey("item.id", ondelete="RESTRICT"))
    variant_id: Mapped[Ref] = mapped_column(ForeignKey("item_variant.id", ondelete="RESTRICT"), default=0)
    location_id: Mapped[Ref] = mapped_column(ForeignKey("location.id", ondelete="RESTRICT"), default=0)
    quantity: Mapped[Quantity]
    demand_line_id: Mapped[Ref | None] = mapped_column(ForeignKey("trade_line.id", ondelete="CASCADE"))
    demand_transfer_line_id: Mapped[Ref | None] = mapped_column(ForeignKey("transfer_line.id", ondelete="CASCADE"))
    demand_inventory_line_id: Mapped[Ref | None] = mapped_column(
        ForeignKey("inventory_document_line.id", ondelete="CASCADE")
    )
    supply_entry_id: Mapped[Ref | None] = mapped_column(ForeignKey("item_ledger_entry.id", ondelete="RESTRICT"))
    supply_line_id: Mapped[Ref | None] = mapped_column(ForeignKey("trade_line.id", ondelete="CASCADE"))
    supply_transfer_line_id: Mapped[Ref | None] = mapped_column(ForeignKey("transfer_line.id", ondelete="CASCADE"))
    supply_inventory_line_id: Mapped[Ref | None] = mapped_column(
        ForeignKey("inventory_document_line.id", ondelete="CASCADE")
    )
    supply_planning_line_id: Mapped[Ref | None] = mapped_column(ForeignKey("planning_line.id", ondelete="CASCADE"))
    expected_receipt_date: Mapped[dt.date | None]
    shipment_date: Mapped[dt.date]
    #: the demand asked for exactly these numbers: the pair never moves to others
    specific: Mapped[bool] = mapped_column(default=False)
    lot_no: Mapped[Code50] = mapped_column(default="")
    serial_no: Mapped[Code50] = mapped_column(default="")
    package_no: Mapped[Code50] = mapped_column(default="")
    created_at: Mapped[dt.datetime]
    created_by: Mapped[Name100] = mapped_column(default="")
