"""Working calendars: list, card with the days of the week and the single days that differ."""

from __future__ import annotations

from flask import Blueprint, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from blueprints import formats
from blueprints.fields import CheckField, CodeField, DayField, RecordForm, TextField
from blueprints.list_parts import Action, Column, Empty
from blueprints.lists import Listing
from blueprints.record_cards import Cell, RecordCard, Rows
from core.text import _
from models import Permission, WorkCalendar, WorkCalendarDay
from services import calendars

bp = Blueprint("calendars", __name__, url_prefix="/setup/calendars")


class CalendarForm(RecordForm):
    code = CodeField(_l("Code"), max_length=10, required=True)
    name = TextField(_l("Description"))
    monday = CheckField(_l("Monday"), default=True)
    tuesday = CheckField(_l("Tuesday"), default=True)
    wednesday = CheckField(_l("Wednesday"), default=True)
    thursday = CheckField(_l("Thursday"), default=True)
    friday = CheckField(_l("Friday"), default=True)
    saturday = CheckField(_l("Saturday"))
    sunday = CheckField(_l("Sunday"))


class SingleDayForm(RecordForm):
    day = DayField(_l("Day"), required=True)
    description = TextField(_l("Description"), description=_l("New Year, stocktaking, Saturday before Christmas."))
    working = CheckField(_l("Work is done"), description=_l("Not ticked: a day off."))


LISTING = Listing(
    name="calendars",
    title=_l("Working calendars"),
    key=WorkCalendar.id,
    source=lambda: select().select_from(WorkCalendar),
    columns=(
        Column("code", _l("Code"), WorkCalendar.code, "code", sort=True),
        Column("name", _l("Description"), WorkCalendar.name, sort=True),
        *(
            Column(name, label, getattr(WorkCalendar, name), "yes_no")
            for name, label in zip(calendars.WEEKDAYS, (_l("Mon"), _l("Tue"), _l("Wed"), _l("Thu"), _l("Fri"),
                                                        _l("Sat"), _l("Sun")), strict=True)
        ),
        Column("days", _l("Single days"),
               select(func.count()).where(WorkCalendarDay.calendar_id == WorkCalendar.id)
               .correlate(WorkCalendar).scalar_subquery(), "number"),
    ),
    extra={"row_code": WorkCalendar.code},
    search=(WorkCalendar.code, WorkCalendar.name),
    search_hint=_l("Code or words"),
    sort="code",
    open=lambda row: url_for("calendars.show", code=row.row_code),
    actions=(
        Action(_l("New calendar"), lambda: url_for("calendars.new"), "plus", Permission.SETUP_EDIT, primary=True,
               shortcut="n"),
    ),
    empty=Empty(
        _l("There are no calendars yet: every day counts. A calendar says which days are worked."),
        _l("New calendar"), lambda: url_for("calendars.new"), Permission.SETUP_EDIT,
    ),
)  # fmt: skip


RecordCard(
    listing=LISTING, table="work_calendar", new_title=_l("New calendar"), form=CalendarForm,
    groups=(("code", "name"), calendars.WEEKDAYS), get=calendars.get_calendar, save=calendars.save_calendar,
    delete=calendars.delete_calendar, next_step=_l("Now add its holidays."),
    hint=_l("Ticked days are worked. Delivery and receipt dates count only those and end on one."),
    rows=Rows(
        address="days", table="work_calendar_day", title=_l("Single days"), form=SingleDayForm,
        cells=(
            Cell(_l("Day"), lambda row: row.day, "day"),
            Cell(_l("Description"), lambda row: row.description),
            Cell(_l("What it is"), lambda row: _("worked") if row.working else _("day off")),
        ),
        page=calendars.days_of, find=calendars.get_day, save=calendars.save_day, delete=calendars.delete_day,
        name=lambda row: f"{formats.day(row.day)} {row.description}".strip(),
        add=_l("Add the day"), added=_l("The day was added."), deleted=_l("The day was deleted."),
        none_yet=_l("No single days yet: holidays, or days worked that the week says are off."),
    ),
).register(bp)  # fmt: skip
