"""Where a customer wants goods delivered, beside the address of its card (documents.md section 2)."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.address_fields import AddressFields
from models.base import Code10, Code20, Key, Name100, Ref, db
from models.locations import Location


class ShipToAddress(AddressFields, db.Model):
    """A delivery address by code; it may bring the location that delivers, the shipping agent and its time."""

    __tablename__ = "ship_to_address"
    __table_args__ = (UniqueConstraint("customer_id", "code"), Index(None, "location_id"))
    __audited__ = True

    id: Mapped[Key]
    customer_id: Mapped[Ref] = mapped_column(ForeignKey("customer.id", ondelete="CASCADE"))
    code: Mapped[Code10]
    name: Mapped[Name100]
    location_id: Mapped[Ref | None] = mapped_column(ForeignKey("location.id", ondelete="RESTRICT"))
    location: Mapped[Location | None] = relationship(lazy="raise")
    shipping_agent_code: Mapped[Code10] = mapped_column(default="")
    shipping_service_code: Mapped[Code10] = mapped_column(default="")
    shipping_time: Mapped[Code20] = mapped_column(default="")
