"""Counting working days (documents.md sections 7, 8): who works when, and where so many days lead.

A formula becomes a number of days, each counted only if it is worked; the day then moves on to one that is worked by
both ends. "1W" with Monday to Friday counts seven working days.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.date_formulas import add_formula, subtract_formula
from core.errors import ValidationError
from core.text import _
from models import Customer, Location, ShippingAgent, TradeDocument, Vendor, WorkCalendar, WorkCalendarDay
from models.enums import TradeSide

_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_LONGEST = 3_700  # days; a calendar without work would never end
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class WorkDays:
    """One calendar as plain values."""

    weekdays: frozenset[int]
    exceptions: dict[dt.date, bool] = field(default_factory=dict)

    def works(self, day: dt.date) -> bool:
        """True when work is done on this day."""
        return self.exceptions.get(day, day.weekday() in self.weekdays)


def later(day: dt.date, formula: str, counting: WorkDays | None = None, arriving: WorkDays | None = None) -> dt.date:
    """`formula` after `day`; `counting` says which days count, and both which day it may end on.

    Raises ValidationError `calendar_without_work`.
    """
    if counting is None and arriving is None:
        return add_formula(day, formula)
    return _walk(day, (add_formula(day, formula) - day).days, counting, arriving, _DAY)


def earlier(day: dt.date, formula: str, counting: WorkDays | None = None, arriving: WorkDays | None = None) -> dt.date:
    """The day from which `formula` leads to `day`; as `later`."""
    if counting is None and arriving is None:
        return subtract_formula(day, formula)
    return _walk(day, (day - subtract_formula(day, formula)).days, counting, arriving, -_DAY)


def _walk(day: dt.date, days: int, counting: WorkDays | None, arriving: WorkDays | None, step: dt.timedelta) -> dt.date:
    if days < 0:
        days, step = -days, -step
    if not days:
        return day
    for _number in range(_LONGEST):
        if days:
            day += step
            days -= counting is None or counting.works(day)
        elif all(calendar is None or calendar.works(day) for calendar in (counting, arriving)):
            return day
        else:
            day += step
    raise ValidationError("calendar_without_work", _("The calendar has no working day to end on."))


@dataclass(frozen=True, slots=True)
class Calendars:
    """Who works when, for the lines of one document."""

    party: WorkDays | None = None
    agent: WorkDays | None = None
    #: location id -> its calendar
    locations: dict[int, WorkDays] = field(default_factory=dict)

    def location(self, location_id: int) -> WorkDays | None:
        """The calendar of a place."""
        return self.locations.get(location_id)


NO_CALENDARS = Calendars()


def load_calendars(session: Session, document: TradeDocument, location_ids: Iterable[int]) -> Calendars:
    """The calendars that a document's dates are counted by (three statements; two where nobody has one)."""
    model = Vendor if document.side == TradeSide.PURCHASE else Customer
    party = session.scalar(select(model.calendar_id).where(model.id == (document.party_id or 0)))
    agent: int | None = None
    if document.shipping_agent_code:
        agent = session.scalar(
            select(ShippingAgent.calendar_id).where(ShippingAgent.code == document.shipping_agent_code)
        )
    places = dict(
        session.execute(
            select(Location.id, Location.calendar_id).where(
                Location.id.in_(sorted(set(location_ids))), Location.calendar_id.is_not(None)
            )
        )
        .tuples()
        .all()
    )
    wanted = {calendar_id for calendar_id in (party, agent, *places.values()) if calendar_id is not None}
    if not wanted:
        return NO_CALENDARS
    found = load_work_days(session, wanted)
    return Calendars(
        found.get(party or 0),
        found.get(agent or 0),
        {place: found[calendar_id] for place, calendar_id in places.items() if calendar_id is not None},
    )


def load_work_days(session: Session, ids: set[int]) -> dict[int, WorkDays]:
    """These calendars by their id, in two statements."""
    exceptions: dict[int, dict[dt.date, bool]] = {calendar_id: {} for calendar_id in ids}
    rows = session.execute(
        select(WorkCalendarDay.calendar_id, WorkCalendarDay.day, WorkCalendarDay.working).where(
            WorkCalendarDay.calendar_id.in_(sorted(ids))
        )
    )
    for calendar_id, day, working in rows:
        exceptions[calendar_id][day] = working
    calendars = session.scalars(select(WorkCalendar).where(WorkCalendar.id.in_(sorted(ids))))
    return {
        calendar.id: WorkDays(
            frozenset(number for number, name in enumerate(_NAMES) if getattr(calendar, name)),
            exceptions[calendar.id],
        )
        for calendar in calendars
    }
