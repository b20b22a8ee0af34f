"""Working calendars: list, card with the days of the week and the single days that differ."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from blueprints.access import requires
from blueprints.database import db_session
from blueprints.fields import CheckField, CodeField, DayField, RecordForm, TextField
from blueprints.htmx import done, render
from blueprints.list_parts import Action, Column, Empty
from blueprints.lists import Listing
from blueprints.masters import carried_out, press
from core.text import _
from models import Permission, WorkCalendar, WorkCalendarDay
from services import calendars

bp = Blueprint("calendars", __name__, url_prefix="/setup/calendars")

#: Single days on one page.
PAGE = 60


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


@bp.get("")
@requires(Permission.SETUP_VIEW)
def index() -> ResponseReturnValue:
    return LISTING.respond()


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.SETUP_EDIT)
def new() -> ResponseReturnValue:
    form = CalendarForm()
    if carried_out(form, lambda session: calendars.save_calendar(session, None, form.values())):
        message = _("%(code)s was created. Now add its holidays.", code=form.code.data)
        return done(None, back=url_for(".show", code=form.code.data), message=message)
    return render("calendars/new.html", "calendars/_form.html", status=form.status, form=form, record=None)


@bp.get("/<path:code>")
@requires(Permission.SETUP_VIEW)
def show(code: str) -> ResponseReturnValue:
    return _card(code)


@bp.post("/<path:code>")
@requires(Permission.SETUP_EDIT)
def edit(code: str) -> ResponseReturnValue:
    form = CalendarForm()

    def of(session: Any) -> WorkCalendar:
        return calendars.get_calendar(session, code)

    if carried_out(form, lambda session: calendars.save_calendar(session, of(session), form.values()), of=of):
        return done(None, back=url_for(".show", code=form.code.data), message=_("Saved."))
    return _card(code, form=form)


@bp.post("/<path:code>/delete")
@requires(Permission.SETUP_EDIT)
def delete(code: str) -> ResponseReturnValue:
    return press(
        lambda session: calendars.delete_calendar(session, calendars.get_calendar(session, code)),
        message=_("%(code)s was deleted.", code=code),
        back=url_for(".index"),
        refused_back=url_for(".show", code=code),
    )


@bp.post("/<path:code>/days")
@requires(Permission.SETUP_EDIT)
def new_day(code: str) -> ResponseReturnValue:
    form = SingleDayForm()

    def work(session: Any) -> None:
        calendars.save_day(session, calendars.get_calendar(session, code), None, form.values())

    if carried_out(form, work):
        return done(None, back=url_for(".show", code=code), message=_("The day was added."))
    return _card(code, day_form=form)


@bp.route("/<path:code>/days/<int:day_id>", methods=["GET", "POST"])
@requires(Permission.SETUP_EDIT)
def edit_day(code: str, day_id: int) -> ResponseReturnValue:
    calendar = calendars.get_calendar(db_session(), code)
    row = calendars.get_day(db_session(), calendar, day_id)
    form = SingleDayForm(obj=row)

    def of(session: Any) -> WorkCalendarDay:
        return calendars.get_day(session, calendars.get_calendar(session, code), day_id)

    def work(session: Any) -> None:
        calendars.save_day(session, calendars.get_calendar(session, code), of(session), form.values())

    if carried_out(form, work, of=of):
        return done(None, back=url_for(".show", code=code), message=_("Saved."))
    return render(
        "calendars/day.html", "calendars/_day.html", status=form.status, calendar=calendar, row=row, form=form
    )


@bp.post("/<path:code>/days/<int:day_id>/delete")
@requires(Permission.SETUP_EDIT)
def delete_day(code: str, day_id: int) -> ResponseReturnValue:
    def work(session: Any) -> None:
        calendars.delete_day(session, calendars.get_day(session, calendars.get_calendar(session, code), day_id))

    return press(work, message=_("The day was deleted."), back=url_for(".show", code=code))


def _card(code: str, *, form: CalendarForm | None = None, day_form: SingleDayForm | None = None) -> Response:
    calendar = calendars.get_calendar(db_session(), code)
    sent = [single for single in (form, day_form) if single is not None]
    number = min(max(request.args.get("page", 1, type=int), 1), 10_000)
    found = calendars.days_of(db_session(), calendar, limit=PAGE + 1, offset=(number - 1) * PAGE)
    return render(
        "calendars/show.html",
        "calendars/_card.html",
        status=max((single.status for single in sent), default=200),
        record=calendar,
        form=form or CalendarForm(formdata=None, obj=calendar),
        day_form=day_form or SingleDayForm(formdata=None),
        days=found[:PAGE],
        number=number,
        has_more=len(found) > PAGE,
    )
