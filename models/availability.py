"""What availability and promises are told by set-up; proposals of supply (availability-and-reservation.md 15, 17)."""

from __future__ import annotations

import datetime as dt
import enum
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Code20, Key, LongText, Quantity, Ref, db, word_enum
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


class PlanningAction(enum.StrEnum):
    """What a line of the worksheet wants done (section 20)."""

    NEW = "new"
    CHANGE_QUANTITY = "change_quantity"
    RESCHEDULE = "reschedule"
    RESCHEDULE_AND_CHANGE = "reschedule_and_change"
    CANCEL = "cancel"


class PlanningWarning(enum.StrEnum):
    """Why somebody should look at a line before it is carried out."""

    EMERGENCY = "emergency"
    EXCEPTION = "exception"
    ATTENTION = "attention"


class PlanningLine(db.Model):
    """A proposal to buy, move or make something, or to change an order: a line of the requisition worksheet.

    A new one is supply that is planned, not ordered; the others are about the order line they name, which counts as it
    stands. `demand_line_id` is the line it was promised for, or a drop shipment or special order that was fetched: the
    proposal goes with it.
    """

    __tablename__ = "planning_line"
    __table_args__ = (
        CheckConstraint("quantity_base > 0 OR (action = 'cancel' AND quantity_base = 0)", name="quantity_positive"),
        CheckConstraint(
            "(action = 'new') = (supply_line_id IS NULL AND supply_transfer_line_id IS NULL)",
            name="message_names_order",
        ),
        Index(None, "due_date", "id"),  # the worksheet
        Index(None, "supply_line_id"),
        Index(None, "supply_transfer_line_id"),
        Index(None, "order_for_line_id"),
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
    action: Mapped[PlanningAction] = mapped_column(
        word_enum(PlanningAction, check="planning_line_action"), default=PlanningAction.NEW
    )
    #: ticked: will be carried out
    accepted: Mapped[bool] = mapped_column(default=False)
    warning: Mapped[PlanningWarning | None] = mapped_column(word_enum(PlanningWarning, check="planning_line_warning"))
    reason: Mapped[LongText] = mapped_column(default="")
    original_quantity_base: Mapped[Quantity] = mapped_column(default=Decimal(0))
    original_due_date: Mapped[dt.date | None]
    #: the existing order line that a message is about
    supply_line_id: Mapped[Ref | None] = mapped_column(ForeignKey("trade_line.id", ondelete="CASCADE"))
    supply_transfer_line_id: Mapped[Ref | None] = mapped_column(ForeignKey("transfer_line.id", ondelete="CASCADE"))
    #: policy Order: the demand that what is ordered is reserved for
    order_for_line_id: Mapped[Ref | None] = mapped_column(ForeignKey("trade_line.id", ondelete="SET NULL"))
