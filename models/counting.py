"""Physical inventory orders and their recordings: what is to be counted, who counted what and when.

posting-and-costing.md section 17.2, tracking.md section 11. Quantities are in base units unless they say otherwise.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Code20, Code50, Key, Name100, Quantity, Ref, UnitCost, db, word_enum
from models.enums import CountStatus
from models.items import Item, ItemVariant
from models.locations import Bin, Location

_ZERO = Decimal(0)


class PhysicalInventoryOrder(db.Model):
    """A count: open, finished, posted; a posted one stays as the document of what was counted."""

    __tablename__ = "physical_inventory_order"
    __table_args__ = (
        Index(None, "status", "posting_date"),
        Index(None, "location_id"),
        Index("ix_physical_inventory_order_posted_no", "posted_no", unique=True, sqlite_where=text("posted_no <> ''"),
              postgresql_where=text("posted_no <> ''")),
    )  # fmt: skip
    __audited__ = True

    id: Mapped[Key]
    no: Mapped[Code20] = mapped_column(unique=True)
    posted_no: Mapped[Code20] = mapped_column(default="")
    #: counts every change of order, lines and recordings: a stale page is noticed
    version: Mapped[int] = mapped_column(default=1)
    status: Mapped[CountStatus] = mapped_column(word_enum(CountStatus), default=CountStatus.OPEN)
    description: Mapped[Name100] = mapped_column(default="")
    location_id: Mapped[Ref] = mapped_column(ForeignKey("location.id", ondelete="RESTRICT"), default=0)
    posting_date: Mapped[dt.date]
    person_responsible: Mapped[Name100] = mapped_column(default="")
    #: who counts does not see what the books expect
    blind: Mapped[bool] = mapped_column(default=True)
    register_id: Mapped[Ref | None] = mapped_column(ForeignKey("register.id", ondelete="RESTRICT"))
    finished_at: Mapped[dt.datetime | None]
    finished_by: Mapped[Name100] = mapped_column(default="")
    posted_at: Mapped[dt.datetime | None]
    posted_by: Mapped[Name100] = mapped_column(default="")
    location: Mapped[Location] = relationship(lazy="raise")


class PhysicalInventoryOrderLine(db.Model):
    """An item at a place, with what the books expect there and what was recorded."""

    __tablename__ = "physical_inventory_order_line"
    __table_args__ = (
        UniqueConstraint("order_id", "line_no"),
        Index("ix_physical_inventory_order_line_spot", "order_id", "item_id", "variant_id", "location_id", "bin_id"),
        Index(None, "item_id"),
        Index(None, "bin_id"),
    )

    id: Mapped[Key]
    order_id: Mapped[Ref] = mapped_column(ForeignKey("physical_inventory_order.id", ondelete="CASCADE"))
    line_no: Mapped[int]
    item_id: Mapped[Ref] = mapped_column(ForeignKey("item.id", ondelete="RESTRICT"))
    variant_id: Mapped[Ref] = mapped_column(ForeignKey("item_variant.id", ondelete="RESTRICT"), default=0)
    location_id: Mapped[Ref] = mapped_column(ForeignKey("location.id", ondelete="RESTRICT"), default=0)
    bin_id: Mapped[Ref | None] = mapped_column(ForeignKey("bin.id", ondelete="RESTRICT"))
    description: Mapped[Name100] = mapped_column(default="")
    use_item_tracking: Mapped[bool] = mapped_column(default=False)
    expected_calculated: Mapped[bool] = mapped_column(default=False)
    qty_expected: Mapped[Quantity] = mapped_column(default=_ZERO)
    #: what finished recordings say together; None until one has the line
    qty_recorded: Mapped[Quantity | None]
    last_item_ledger_entry_id: Mapped[Ref | None]
    #: cost of one base unit of what was found
    unit_amount: Mapped[UnitCost] = mapped_column(default=_ZERO)
    dimension_set_id: Mapped[Ref] = mapped_column(default=0)
    item: Mapped[Item] = relationship(lazy="raise")
    variant: Mapped[ItemVariant] = relationship(lazy="raise")
    bin: Mapped[Bin | None] = relationship(lazy="raise")
    numbers: Mapped[list[PhysicalInventoryOrderNumber]] = relationship(
        lazy="raise", order_by="PhysicalInventoryOrderNumber.id", cascade="all, delete-orphan"
    )


class PhysicalInventoryOrderNumber(db.Model):
    """A lot, serial or package number of a line: expected and recorded."""

    __tablename__ = "physical_inventory_order_number"
    __table_args__ = (UniqueConstraint("line_id", "lot_no", "serial_no", "package_no"),)

    id: Mapped[Key]
    line_id: Mapped[Ref] = mapped_column(ForeignKey("physical_inventory_order_line.id", ondelete="CASCADE"))
    lot_no: Mapped[Code50] = mapped_column(default="")
    serial_no: Mapped[Code50] = mapped_column(default="")
    package_no: Mapped[Code50] = mapped_column(default="")
    expiration_date: Mapped[dt.date | None]
    qty_expected: Mapped[Quantity] = mapped_column(default=_ZERO)
    qty_recorded: Mapped[Quantity] = mapped_column(default=_ZERO)

    @property
    def differs(self) -> bool:
        """More or less was recorded than the books expect."""
        return self.qty_recorded != self.qty_expected


class PhysicalInventoryRecording(db.Model):
    """One person's walk along the shelves. A recount replaces what earlier recordings said of its lines."""

    __tablename__ = "physical_inventory_recording"
    __table_args__ = (UniqueConstraint("order_id", "recording_no"),)
    __audited__ = True

    id: Mapped[Key]
    order_id: Mapped[Ref] = mapped_column(ForeignKey("physical_inventory_order.id", ondelete="CASCADE"))
    recording_no: Mapped[int]
    status: Mapped[CountStatus] = mapped_column(word_enum(CountStatus), default=CountStatus.OPEN)
    description: Mapped[Name100] = mapped_column(default="")
    person: Mapped[Name100] = mapped_column(default="")
    recount: Mapped[bool] = mapped_column(default=False)
    #: goods that the order does not list may be recorded too
    allow_unlisted: Mapped[bool] = mapped_column(default=True)
    started_at: Mapped[dt.datetime | None]
    finished_at: Mapped[dt.datetime | None]
    finished_by: Mapped[Name100] = mapped_column(default="")


class PhysicalInventoryRecordingLine(db.Model):
    """What was counted of an item, or of one of its numbers, at a place."""

    __tablename__ = "physical_inventory_recording_line"
    __table_args__ = (
        UniqueConstraint("recording_id", "line_no"),
        Index("ix_physical_inventory_recording_line_spot", "recording_id", "item_id", "bin_id"),
        Index(None, "order_line_id"),
        Index(None, "recording_id", "recorded"),
        CheckConstraint("quantity >= 0", name="quantity_not_negative"),
    )

    id: Mapped[Key]
    recording_id: Mapped[Ref] = mapped_column(ForeignKey("physical_inventory_recording.id", ondelete="CASCADE"))
    line_no: Mapped[int]
    #: None while the order does not list it
    order_line_id: Mapped[Ref | None] = mapped_column(
        ForeignKey("physical_inventory_order_line.id", ondelete="SET NULL", name="fk_recording_line_order_line")
    )
    item_id: Mapped[Ref] = mapped_column(ForeignKey("item.id", ondelete="RESTRICT"))
    variant_id: Mapped[Ref] = mapped_column(ForeignKey("item_variant.id", ondelete="RESTRICT"), default=0)
    location_id: Mapped[Ref] = mapped_column(ForeignKey("location.id", ondelete="RESTRICT"), default=0)
    bin_id: Mapped[Ref | None] = mapped_column(ForeignKey("bin.id", ondelete="RESTRICT"))
    description: Mapped[Name100] = mapped_column(default="")
    lot_no: Mapped[Code50] = mapped_column(default="")
    serial_no: Mapped[Code50] = mapped_column(default="")
    package_no: Mapped[Code50] = mapped_column(default="")
    expiration_date: Mapped[dt.date | None]
    quantity: Mapped[Quantity] = mapped_column(default=_ZERO)
    recorded: Mapped[bool] = mapped_column(default=False)
    recorded_by: Mapped[Name100] = mapped_column(default="")
    recorded_at: Mapped[dt.datetime | None]
    item: Mapped[Item] = relationship(lazy="raise")
    variant: Mapped[ItemVariant] = relationship(lazy="raise")
    bin: Mapped[Bin | None] = relationship(lazy="raise")


class PhysicalInventoryCount(db.Model):
    """One figure as it was entered: who, what, when. The key is the device's: sent twice, it counts once."""

    __tablename__ = "physical_inventory_count"
    __table_args__ = (
        UniqueConstraint("recording_id", "key"),
        Index(None, "recording_line_id"),
    )

    id: Mapped[Key]
    recording_id: Mapped[Ref] = mapped_column(ForeignKey("physical_inventory_recording.id", ondelete="CASCADE"))
    recording_line_id: Mapped[Ref] = mapped_column(
        ForeignKey("physical_inventory_recording_line.id", ondelete="CASCADE", name="fk_count_recording_line")
    )
    key: Mapped[Code50]
    quantity: Mapped[Quantity]
    #: the quantity came on top of what stood there (a scan)
    added: Mapped[bool] = mapped_column(default=False)
    user_name: Mapped[Name100] = mapped_column(default="")
    counted_at: Mapped[dt.datetime]
    received_at: Mapped[dt.datetime]
