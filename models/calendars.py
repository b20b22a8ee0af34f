"""Working days of locations, vendors, customers and shipping agents (documents.md sections 7, 8)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Code10, Code20, Code50, Key, Name100, Name250, Ref, db


class WorkCalendar(db.Model):
    """On which days of the week work is done; days that differ are its rows."""

    __tablename__ = "work_calendar"
    __audited__ = True

    id: Mapped[Key]
    code: Mapped[Code10] = mapped_column(unique=True)
    name: Mapped[Name100] = mapped_column(default="")
    monday: Mapped[bool] = mapped_column(default=True)
    tuesday: Mapped[bool] = mapped_column(default=True)
    wednesday: Mapped[bool] = mapped_column(default=True)
    thursday: Mapped[bool] = mapped_column(default=True)
    friday: Mapped[bool] = mapped_column(default=True)
    saturday: Mapped[bool] = mapped_column(default=False)
    sunday: Mapped[bool] = mapped_column(default=False)
    days: Mapped[list[WorkCalendarDay]] = relationship(
        lazy="raise", order_by="WorkCalendarDay.day", cascade="all, delete-orphan"
    )


class WorkCalendarDay(db.Model):
    """A holiday, or a day worked that would be free."""

    __tablename__ = "work_calendar_day"
    __table_args__ = (UniqueConstraint("calendar_id", "day"),)
    __audited__ = True

    id: Mapped[Key]
    calendar_id: Mapped[Ref] = mapped_column(ForeignKey("work_calendar.id", ondelete="CASCADE"))
    day: Mapped[dt.date]
    working: Mapped[bool] = mapped_column(default=False)
    description: Mapped[Name100] = mapped_column(default="")


class ShippingAgent(db.Model):
    """Who carries goods; the days it drives, and where a parcel is followed (`%1` stands for its number)."""

    __tablename__ = "shipping_agent"
    __audited__ = True

    id: Mapped[Key]
    code: Mapped[Code10] = mapped_column(unique=True)
    name: Mapped[Name100] = mapped_column(default="")
    tracking_address: Mapped[Name250] = mapped_column(default="")
    #: our number in the agent's books
    account_no: Mapped[Code50] = mapped_column(default="")
    calendar_id: Mapped[Ref | None] = mapped_column(ForeignKey("work_calendar.id", ondelete="RESTRICT"))


class ShippingAgentService(db.Model):
    """What an agent offers, and how long it takes (items.md section 15)."""

    __tablename__ = "shipping_agent_service"
    __table_args__ = (UniqueConstraint("shipping_agent_id", "code"),)
    __audited__ = True

    id: Mapped[Key]
    shipping_agent_id: Mapped[Ref] = mapped_column(ForeignKey("shipping_agent.id", ondelete="CASCADE"))
    code: Mapped[Code10]
    description: Mapped[Name100] = mapped_column(default="")
    shipping_time: Mapped[Code20] = mapped_column(default="")
    calendar_id: Mapped[Ref | None] = mapped_column(ForeignKey("work_calendar.id", ondelete="RESTRICT"))
