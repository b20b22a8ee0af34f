"""Places: locations, their bins, transfer routes (items.md sections 14, 15; warehouse.md sections 2 to 4)."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Code10, Code20, Key, Name50, Name100, Name250, Quantity, Ref, db, word_enum
from models.enums import DefaultBinSelection


class Location(db.Model):
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
    address: Mapped[Name100] = mapped_column(default="")
    address_2: Mapped[Name50] = mapped_column(default="")
    post_code: Mapped[Code20] = mapped_column(default="")
    city: Mapped[Name50] = mapped_column(default="")
    county: Mapped[Name50] = mapped_column(default="")
    country_code: Mapped[Code10] = mapped_column(default="")
    contact: Mapped[Name100] = mapped_column(default="")
    phone: Mapped[Name50] = mapped_column(default="")
    email: Mapped[Name100] = mapped_column(default="")
    web_page: Mapped[Name250] = mapped_column(default="")
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
    bins: Mapped[list[Bin]] = relationship(lazy="raise", order_by="Bin.code")


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
    shipping_time: Mapped[Code20] = mapped_column(default="")


class ResponsibilityCenter(db.Model):
    """A site or team that owns documents (items.md section 17)."""

    __tablename__ = "responsibility_center"
    __audited__ = True

    id: Mapped[Key]
    code: Mapped[Code10] = mapped_column(unique=True)
    name: Mapped[Name100] = mapped_column(default="")
    location_id: Mapped[Ref | None] = mapped_column(ForeignKey("location.id", ondelete="RESTRICT"))
