"""Stockkeeping units, and how each item stands at each place (items.md sections 13, 20).

Positions are kept, never summed by a page: triggers (models/stock_position_guard.py) note the items that something
changed for, and the unit of work brings their positions up to date before it commits.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Code10, Key, LongText, Quantity, Ref, UnitCost, db
from models.handling_fields import HandlingFields
from models.items import Item, ItemVariant
from models.locations import Location
from models.parties import Vendor
from models.planning_fields import PlanningFields

_ZERO = Decimal(0)


class StockkeepingUnit(PlanningFields, HandlingFields, db.Model):
    """An item's own cost, planning and handling values at one location and variant (items.md section 13)."""

    __tablename__ = "stockkeeping_unit"
    __table_args__ = (
        UniqueConstraint("item_id", "location_id", "variant_id"),
        CheckConstraint("location_id <> 0 OR variant_id <> 0", name="location_or_variant"),
        CheckConstraint("unit_cost >= 0 AND standard_cost >= 0 AND last_direct_cost >= 0", name="costs_not_negative"),
        CheckConstraint("replenishment_system <> 'transfer' OR location_id <> 0", name="transfer_to_a_location"),
        Index(None, "location_id", "id"),  # list by location
        Index(None, "vendor_id", "id"),
        Index(None, "transfer_from_id", "item_id"),
        Index(None, "variant_id"),
    )
    __audited__ = True

    id: Mapped[Key]
    item_id: Mapped[Ref] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"))
    location_id: Mapped[Ref] = mapped_column(ForeignKey("location.id", ondelete="RESTRICT"), default=0)
    variant_id: Mapped[Ref] = mapped_column(ForeignKey("item_variant.id", ondelete="RESTRICT"), default=0)
    unit_cost: Mapped[UnitCost] = mapped_column(default=_ZERO)
    standard_cost: Mapped[UnitCost] = mapped_column(default=_ZERO)
    last_direct_cost: Mapped[UnitCost] = mapped_column(default=_ZERO)
    shelf_no: Mapped[Code10] = mapped_column(default="")
    #: where the goods come from when they are replenished by transfer
    transfer_from_id: Mapped[Ref | None] = mapped_column(ForeignKey("location.id", ondelete="RESTRICT"))
    comment: Mapped[LongText] = mapped_column(default="")

    item: Mapped[Item] = relationship(lazy="raise")
    location: Mapped[Location] = relationship(lazy="raise", foreign_keys=[location_id])
    variant: Mapped[ItemVariant] = relationship(lazy="raise")
    transfer_from: Mapped[Location | None] = relationship(lazy="raise", foreign_keys=[transfer_from_id])
    vendor: Mapped[Vendor | None] = relationship(lazy="raise")


class StockPosition(db.Model):
    """An item and variant at a location: what is there, coming and asked for, and the sign that follows from it.

    Only of items that are planned, have a stockkeeping unit, something on order or a place below zero, and of them the
    places where something lies, comes, is asked for or has a unit; a planned item that has none of these has one
    position without location and variant. Locations in transit have none.
    """

    __tablename__ = "stock_position"
    __table_args__ = (Index(None, "location_id", "item_id"), Index(None, "state", "item_id"))

    item_id: Mapped[Ref] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), primary_key=True)
    variant_id: Mapped[Ref] = mapped_column(primary_key=True)
    location_id: Mapped[Ref] = mapped_column(primary_key=True)
    inventory: Mapped[Quantity]
    #: of all dates, as the next two
    scheduled_receipts: Mapped[Quantity]
    gross_requirements: Mapped[Quantity]
    next_receipt_date: Mapped[dt.date | None]
    #: rank of services.items.stock_state.StockState, the worst highest
    state: Mapped[int]
    suggested_quantity: Mapped[Quantity]


class StockPositionDue(db.Model):
    """An item whose positions have to be worked out again before the transaction ends; several rows an item."""

    __tablename__ = "stock_position_due"

    id: Mapped[Key]
    item_id: Mapped[Ref]
