"""Working calendars: the days of the week that are worked, and single days that differ (documents.md sections 7, 8).

How dates are counted by them is services/trade/calendars.py.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.errors import NotFound, ValidationError
from core.text import _
from models import WorkCalendar, WorkCalendarDay
from services.record_rows import delete_with_rows, page_of
from services.usage import check_unused
from services.values import assign, clean_code

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
CALENDAR_FIELDS = ("name", *WEEKDAYS)
DAY_FIELDS = ("day", "working", "description")


def get_calendar(session: Session, code: str) -> WorkCalendar:
    """Raises NotFound `calendar_not_found`."""
    found = session.scalar(select(WorkCalendar).where(WorkCalendar.code == code.upper()))
    if found is None:
        raise NotFound("calendar_not_found", _("There is no calendar %(code)s.", code=code))
    return found


def get_day(session: Session, calendar: WorkCalendar, day_id: int) -> WorkCalendarDay:
    """Raises NotFound `calendar_day_not_found`."""
    found = session.get(WorkCalendarDay, day_id)
    if found is None or found.calendar_id != calendar.id:
        raise NotFound("calendar_day_not_found", _("%(code)s does not name this day any more.", code=calendar.code))
    return found


def days_of(session: Session, calendar: WorkCalendar, limit: int, offset: int = 0) -> tuple[list[WorkCalendarDay], int]:
    """One page of the single days of a calendar, the latest first, and how many there are."""
    return page_of(session, _own(calendar).order_by(WorkCalendarDay.day.desc()), limit, offset)


def _own(calendar: WorkCalendar) -> Select[tuple[WorkCalendarDay]]:
    return select(WorkCalendarDay).where(WorkCalendarDay.calendar_id == calendar.id)


def save_calendar(session: Session, calendar: WorkCalendar | None, values: Mapping[str, object]) -> WorkCalendar:
    """Create (None) or change a calendar. Raises ValidationError `already_exists`, `calendar_without_work` (no day of
    the week is worked, so no date could be counted) and those of `assign`.
    """
    values = dict(values)
    code = clean_code(values.pop("code"), field="code", length=10)
    other = session.scalar(select(WorkCalendar.id).where(WorkCalendar.code == code))
    if other is not None and (calendar is None or other != calendar.id):
        raise ValidationError(
            "already_exists", _("%(code)s exists already. Choose another code.", code=code), field="code"
        )
    calendar = calendar or WorkCalendar(**dict.fromkeys(WEEKDAYS[:5], True), saturday=False, sunday=False)
    with session.no_autoflush:
        assign(session, calendar, values, CALENDAR_FIELDS)
    if not any(getattr(calendar, name) for name in WEEKDAYS):
        raise ValidationError(
            "calendar_without_work", _("Tick at least one day of the week: no date can be counted without."),
            field="monday",
        )  # fmt: skip
    calendar.code = code
    session.add(calendar)
    session.flush()
    return calendar


def delete_calendar(session: Session, calendar: WorkCalendar) -> None:
    """Remove a calendar nobody works by, with its single days. Raises ValidationError `in_use`."""
    check_unused(session, calendar, calendar.code)
    delete_with_rows(session, calendar, _own(calendar))


def save_day(
    session: Session, calendar: WorkCalendar, row: WorkCalendarDay | None, values: Mapping[str, object]
) -> WorkCalendarDay:
    """Name (None) or change a single day. Raises ValidationError `already_exists` and those of `assign`."""
    day = values.get("day")
    other = session.scalar(
        select(WorkCalendarDay.id).where(WorkCalendarDay.calendar_id == calendar.id, WorkCalendarDay.day == day)
    )
    if other is not None and (row is None or other != row.id):
        raise ValidationError("already_exists", _("The calendar names this day already."), field="day")
    row = row or WorkCalendarDay(calendar_id=calendar.id)
    with session.no_autoflush:
        assign(session, row, values, DAY_FIELDS, required=("day",))
    session.add(row)
    session.flush()
    return row


def delete_day(session: Session, row: WorkCalendarDay) -> None:
    """The day is again what the week says."""
    session.delete(row)
    session.flush()
