"""What availability and promises are told by set-up; proposals of supply (availability-and-reservation.md 15, 17)."""

from __future__ import annotations

import datetime as dt
import enum

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Code20, Key, Quantity, Ref, db, word_enum
from models.enums import ReplenishmentSystem


class TimeBucket(enum.StrEnum):
    """Length of the periods in which future need is weighed against future supply."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class AvailabilitySetup(db.Model):
    """How far promises look ahead. One row, id 1; without it the values of a new row hold."""

    __tablename__ = "availability_setup"
    __table_args__ = (CheckConstraint("id = 1", name="single_row"),)
    __audited__ = True

    id: Mapped[Key]
    #: how long after the date need is looked at; blank: for ever, `0D`: not at all
    check_period: Mapped[Code20] = mapped_column(default="0D")
    check_bucket: Mapped[TimeBucket] = mapped_column(word_enum(TimeBucket), default=TimeBucket.DAY)
    #: where the search for the earliest date ends; must be filled to promise
    look_ahead: Mapped[Code20] = mapped_column(default="1Y")
    #: the soonest that something new can be ordered, from the work date
    promise_offset: Mapped[Code20] = mapped_column(default="0D")
    #: no offer to reserve by hand where an Always line found too little
    skip_manual_reservation: Mapped[bool] = mapped_column(default=False)


class PlanningLine(db.Model):
    """A proposal to buy, move or make something; supply that is planned, not ordered.

    `demand_line_id` is the line it was proposed for: the proposal goes with it.
    """

    __tablename__ = "planning_line"
    __table_args__ = (
        CheckConstraint("quantity_base > 0", name="quantity_positive"),
        Index(None, "item_id", "variant_id", "location_id", "due_date"),  # planned receipts
        Index(None, "demand_line_id"),
    )
    __audited__ = True

    id: Mapped[Key]
    item_id: Mapped[Ref] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"))
    variant_id: Mapped[Ref] = mapped_column(ForeignKey("item_variant.id", ondelete="RESTRICT"), default=0)
    location_id: Mapped[Ref] = mapped_column(ForeignKey("location.id", ondelete="RESTRICT"), default=0)
    quantity_base: Mapped[Quantity]
    order_date: Mapped[dt.date]
    due_date: Mapped[dt.date]
    replenishment_system: Mapped[ReplenishmentSystem] = mapped_column(
        word_enum(ReplenishmentSystem, check="planning_line_replenishment_system")
    )
    vendor_id: Mapped[Ref | None] = mapped_column(ForeignKey("vendor.id", ondelete="SET NULL"))
    transfer_from_id: Mapped[Ref | None] = mapped_column(ForeignKey("location.id", ondelete="RESTRICT"))
    demand_line_id: Mapped[Ref | None] = mapped_column(ForeignKey("trade_line.id", ondelete="CASCADE"))
