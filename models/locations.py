"""Places: locations, their bins, transfer routes (items.md sections 14, 15; warehouse.md sections 2 to 4)."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, UniqueConstraint, and_
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.address_fields import AddressFields
from models.base import BLANK_ID, Code10, Code20, Key, Name50, Name100, Quantity, Ref, db, word_enum
from models.calendars import ShippingAgent, ShippingAgentService
from models.enums import (
    AssemblyConsumption,
    BinCapacityPolicy,
    BinPurpose,
    DefaultBinSelection,
    DirectTransferPosting,
    MissingSku,
    PickBinPolicy,
    PutAwayBinPolicy,
    SkuCreation,
    SpecialEquipment,
)


class Location(AddressFields, db.Model):
    """Where stock lies; id 0 with code "" is the blank location."""

    __tablename__ = "location"
    __table_args__ = (
        CheckConstraint(
            "NOT use_as_in_transit OR NOT (require_receive OR require_shipment OR require_put_away OR require_pick"
            " OR bin_mandatory OR directed_put_away_and_pick OR use_cross_docking)",
            name="in_transit_has_no_warehouse",
        ),
        CheckConstraint("NOT directed_put_away_and_pick OR bin_mandatory", name="directed_needs_bins"),
    )
    __audited__ = True
    __search_kind__ = "location"

    id: Mapped[Key]
    code: Mapped[Code10] = mapped_column(unique=True)
    name: Mapped[Name100] = mapped_column(default="")
    name_2: Mapped[Name50] = mapped_column(default="")
    use_as_in_transit: Mapped[bool] = mapped_column(default=False)
    #: deleted, but entries and posted documents name it: shown there, offered and found nowhere
    deleted: Mapped[bool] = mapped_column(default=False)
    require_receive: Mapped[bool] = mapped_column(default=False)
    require_shipment: Mapped[bool] = mapped_column(default=False)
    require_put_away: Mapped[bool] = mapped_column(default=False)
    require_pick: Mapped[bool] = mapped_column(default=False)
    bin_mandatory: Mapped[bool] = mapped_column(default=False)
    directed_put_away_and_pick: Mapped[bool] = mapped_column(default=False)
    use_cross_docking: Mapped[bool] = mapped_column(default=False)
    default_bin_selection: Mapped[DefaultBinSelection] = mapped_column(
        word_enum(DefaultBinSelection), default=DefaultBinSelection.NONE
    )
    outbound_handling_time: Mapped[Code20] = mapped_column(default="")
    inbound_handling_time: Mapped[Code20] = mapped_column(default="")
    calendar_id: Mapped[Ref | None] = mapped_column(ForeignKey("work_calendar.id", ondelete="RESTRICT"))
    use_put_away_worksheet: Mapped[bool] = mapped_column(default=False)
    #: how long ahead demand is looked for that goods received now could go to
    cross_dock_due_date: Mapped[Code20] = mapped_column(default="")
    assembly_consumption: Mapped[AssemblyConsumption] = mapped_column(
        word_enum(AssemblyConsumption), default=AssemblyConsumption.NONE
    )
    pick_bin_policy: Mapped[PickBinPolicy] = mapped_column(word_enum(PickBinPolicy), default=PickBinPolicy.DEFAULT_BIN)
    put_away_bin_policy: Mapped[PutAwayBinPolicy] = mapped_column(
        word_enum(PutAwayBinPolicy), default=PutAwayBinPolicy.DEFAULT_BIN
    )
    put_away_template_code: Mapped[Code10] = mapped_column(default="")
    bin_capacity_policy: Mapped[BinCapacityPolicy] = mapped_column(
        word_enum(BinCapacityPolicy), default=BinCapacityPolicy.NEVER_CHECK
    )
    check_warehouse_class: Mapped[bool] = mapped_column(default=False)
    allow_breakbulk: Mapped[bool] = mapped_column(default=False)
    always_create_put_away_line: Mapped[bool] = mapped_column(default=False)
    always_create_pick_line: Mapped[bool] = mapped_column(default=False)
    pick_by_earliest_expiry: Mapped[bool] = mapped_column(default=False)
    special_equipment: Mapped[SpecialEquipment] = mapped_column(
        word_enum(SpecialEquipment), default=SpecialEquipment.BY_BIN
    )
    sku_creation: Mapped[SkuCreation] = mapped_column(word_enum(SkuCreation), default=SkuCreation.ALLOWED)
    missing_sku: Mapped[MissingSku] = mapped_column(word_enum(MissingSku), default=MissingSku.ITEM_CARD)
    bins: Mapped[list[Bin]] = relationship(lazy="raise", order_by="Bin.code")

    @classmethod
    def there(cls) -> ColumnElement[bool]:
        """The condition that a row is a place people may choose: not the blank one, not a deleted one."""
        return and_(cls.id != BLANK_ID, cls.deleted.is_(False))


class Bin(db.Model):
    """A shelf, rack place or floor area of a location."""

    __tablename__ = "bin"
    __table_args__ = (UniqueConstraint("location_id", "code"),)
    __audited__ = True

    id: Mapped[Key]
    location_id: Mapped[Ref] = mapped_column(ForeignKey("location.id", ondelete="RESTRICT"))
    code: Mapped[Code20]
    description: Mapped[Name100] = mapped_column(default="")
    ranking: Mapped[int] = mapped_column(default=0)
    dedicated: Mapped[bool] = mapped_column(default=False)
    #: none, inbound, outbound or all
    block_movement: Mapped[Code10] = mapped_column(default="none")
    maximum_cubage: Mapped[Quantity] = mapped_column(default=Decimal(0))
    maximum_weight: Mapped[Quantity] = mapped_column(default=Decimal(0))
    #: the part of the location it lies in, by a name of the people there
    zone_code: Mapped[Code10] = mapped_column(default="")
    special_equipment_code: Mapped[Code10] = mapped_column(default="")
    warehouse_class_code: Mapped[Code10] = mapped_column(default="")


class LocationBin(db.Model):
    """The bin of a location that serves a purpose: where receipts arrive, where shipments wait (items.md section 14).

    A table of its own, since a location that named its bins would be written before and after them.
    """

    __tablename__ = "location_bin"
    __table_args__ = (UniqueConstraint("location_id", "purpose"), Index(None, "bin_id"))
    __audited__ = True

    id: Mapped[Key]
    location_id: Mapped[Ref] = mapped_column(ForeignKey("location.id", ondelete="CASCADE"))
    purpose: Mapped[BinPurpose] = mapped_column(word_enum(BinPurpose))
    bin_id: Mapped[Ref] = mapped_column(ForeignKey("bin.id", ondelete="RESTRICT"))


class TransferRoute(db.Model):
    """How goods go from one location to another (items.md section 15)."""

    __tablename__ = "transfer_route"
    __table_args__ = (
        UniqueConstraint("from_location_id", "to_location_id"),
        CheckConstraint("from_location_id <> to_location_id", name="ends_differ"),
        Index(None, "in_transit_location_id"),
    )
    __audited__ = True

    id: Mapped[Key]
    from_location_id: Mapped[Ref] = mapped_column(ForeignKey("location.id", ondelete="CASCADE"))
    to_location_id: Mapped[Ref] = mapped_column(ForeignKey("location.id", ondelete="CASCADE"))
    in_transit_location_id: Mapped[Ref | None] = mapped_column(ForeignKey("location.id", ondelete="RESTRICT"))
    direct_transfer: Mapped[bool] = mapped_column(default=False)
    #: for a direct transfer only; None: as the inventory set-up says
    direct_posting: Mapped[DirectTransferPosting | None] = mapped_column(
        word_enum(DirectTransferPosting, check="route_direct_posting")
    )
    shipping_agent_id: Mapped[Ref | None] = mapped_column(ForeignKey("shipping_agent.id", ondelete="RESTRICT"))
    shipping_agent_service_id: Mapped[Ref | None] = mapped_column(
        ForeignKey("shipping_agent_service.id", ondelete="RESTRICT")
    )
    #: where no agent's service says it
    shipping_time: Mapped[Code20] = mapped_column(default="")
    shipping_agent: Mapped[ShippingAgent | None] = relationship(lazy="raise")
    shipping_agent_service: Mapped[ShippingAgentService | None] = relationship(lazy="raise")


class ResponsibilityCenter(AddressFields, db.Model):
    """A site or team that owns documents (items.md section 17)."""

    __tablename__ = "responsibility_center"
    __table_args__ = (Index(None, "location_id"),)
    __audited__ = True

    id: Mapped[Key]
    code: Mapped[Code10] = mapped_column(unique=True)
    name: Mapped[Name100] = mapped_column(default="")
    name_2: Mapped[Name50] = mapped_column(default="")
    location_id: Mapped[Ref | None] = mapped_column(ForeignKey("location.id", ondelete="RESTRICT"))
