"""What a location has besides bins: zones, and the people who work there (items.md section 14, warehouse.md 17)."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Code10, Key, Name100, Ref, db
from models.users import User


class Zone(db.Model):
    """A part of a location, like racks or cold store; its bins name it by its code and take what it says when made."""

    __tablename__ = "zone"
    __table_args__ = (UniqueConstraint("location_id", "code"),)
    __audited__ = True

    id: Mapped[Key]
    location_id: Mapped[Ref] = mapped_column(ForeignKey("location.id", ondelete="CASCADE"))
    code: Mapped[Code10]
    description: Mapped[Name100] = mapped_column(default="")
    ranking: Mapped[int] = mapped_column(default=0)
    special_equipment_code: Mapped[Code10] = mapped_column(default="")
    warehouse_class_code: Mapped[Code10] = mapped_column(default="")


class WarehouseEmployee(db.Model):
    """Somebody who works at a location; the place where lines of theirs begin is on the user (`User.location_id`)."""

    __tablename__ = "warehouse_employee"
    __table_args__ = (UniqueConstraint("user_id", "location_id"), Index(None, "location_id"))
    __audited__ = True

    id: Mapped[Key]
    user_id: Mapped[Ref] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    location_id: Mapped[Ref] = mapped_column(ForeignKey("location.id", ondelete="CASCADE"))
    user: Mapped[User] = relationship(lazy="raise")
