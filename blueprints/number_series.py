"""Number series: list, card with lines and related series, test of the next number."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Blueprint, Flask, Response, flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy import select

from blueprints import formats
from blueprints.access import requires, today
from blueprints.database import db_session
from blueprints.decimal_fields import WholeField
from blueprints.fields import BaseForm, CheckField, CodeField, DayField, RecordForm, TextField
from blueprints.htmx import done, go, render
from blueprints.list_filters import YesNoFilter
from blueprints.list_parts import Action, Column, Empty
from blueprints.lists import Listing
from blueprints.masters import carried_out, press
from blueprints.record_fields import RecordField
from core.errors import DomainError
from core.text import _
from models import NumberSeries, NumberSeriesLine, Permission, db
from services import number_series, numbers


def init_app(app: Flask) -> None:
    """Register the pages, and tell of series that come to their end when a number was drawn from them."""
    app.register_blueprint(bp)
    app.after_request(_tell_of_series)


def _tell_of_series(response: Response) -> Response:
    if db.session.registry.has():
        for notice in (db.session.info.pop(numbers.NOTICES, None) or {}).values():
            flash(notice, "warning")
    return response


bp = Blueprint("number_series", __name__, url_prefix="/setup/number-series")


class SeriesForm(RecordForm):
    code = CodeField(_l("Code"), required=True)
    description = TextField(_l("Description"))
    default_nos = CheckField(
        _l("Gives numbers"), default=True, description=_l("A record without a number takes the next one.")
    )
    manual_nos = CheckField(_l("Numbers may be typed"), description=_l("Somebody may type a number of their own."))
    date_order = CheckField(
        _l("Date order"), description=_l("No number for a day before the last one that got a number.")
    )


class LineForm(RecordForm):
    starting_date = DayField(_l("From"), description=_l("Empty: from the beginning."))
    starting_no = CodeField(_l("First number"), required=True, description=_l("Ends in digits, like PO-0001."))
    ending_no = CodeField(_l("Last number"), description=_l("Empty: no end."))
    warning_no = CodeField(_l("Warn from"))
    last_no_used = CodeField(_l("Last number used"))
    increment_by = WholeField(_l("Step"), minimum=1, maximum=1_000_000, default=1, required=True)
    open = CheckField(_l("Open"), default=True)
    allow_gaps = CheckField(_l("Gaps allowed"))


class RelatedForm(BaseForm):
    related_series_id = RecordField(_l("Series"), "number_series", required=True)


def _current(column: Any, day: dt.date) -> Any:
    """A column of the series' latest line that has started on `day`."""
    return (
        select(column)
        .where(NumberSeriesLine.series_id == NumberSeries.id, NumberSeriesLine.starting_date <= day)
        .order_by(NumberSeriesLine.starting_date.desc())
        .limit(1)
        .correlate(NumberSeries)
        .scalar_subquery()
    )


def _left(row: Any) -> Markup | str:
    """How many numbers the current line still gives; in the warning colour, and in words, near its end."""
    if row.line_starting_no is None:
        return ""
    line = NumberSeriesLine(
        starting_no=row.line_starting_no, ending_no=row.line_ending_no, warning_no=row.line_warning_no,
        last_no_used=row.line_last_no_used, increment_by=row.line_increment_by, open=row.line_open,
    )  # fmt: skip
    left = numbers.numbers_left(line)
    words = _("no end") if left is None else str(formats.show(left, "number"))
    if not numbers.is_near_end(line):
        return words
    return Markup('<span class="status status-is-warning">{}{}</span>').format(formats.icon("alert-triangle"), words)


def _listing(day: dt.date) -> Listing:
    """The list as of `day`."""
    return Listing(
        name="number_series",
        title=_l("Number series"),
        key=NumberSeries.id,
        source=lambda: select().select_from(NumberSeries),
        columns=(
            Column("code", _l("Code"), NumberSeries.code, "code", sort=True),
            Column("description", _l("Description"), NumberSeries.description),
            Column("starting_no", _l("First number"), _current(NumberSeriesLine.starting_no, day), "code"),
            Column("ending_no", _l("Last number"), _current(NumberSeriesLine.ending_no, day), "code"),
            Column("last_no_used", _l("Last used"), _current(NumberSeriesLine.last_no_used, day), "code"),
            Column(
                "last_date_used", _l("Last used on"), _current(NumberSeriesLine.last_date_used, day), "day", shown=False
            ),
            Column("left", _l("Left"), cell=_left),
            Column("default_nos", _l("Gives numbers"), NumberSeries.default_nos, "yes_no"),
            Column("manual_nos", _l("May be typed"), NumberSeries.manual_nos, "yes_no"),
            Column("date_order", _l("Date order"), NumberSeries.date_order, "yes_no", shown=False),
        ),
        extra={
            "series_code": NumberSeries.code,
            **{
                f"line_{name}": _current(getattr(NumberSeriesLine, name), day)
                for name in ("starting_no", "ending_no", "warning_no", "last_no_used", "increment_by", "open")
            },
        },
        filters=(
            YesNoFilter("manual", _l("May be typed"), NumberSeries.manual_nos),
            YesNoFilter("automatic", _l("Gives numbers"), NumberSeries.default_nos),
            YesNoFilter("lines", _l("Lines"), NumberSeries.lines.any(), yes=_l("With lines"), no=_l("Without lines")),
        ),
        search=(NumberSeries.code, NumberSeries.description),
        search_hint=_l("Code or description"),
        sort="code",
        open=lambda row: url_for("number_series.show", code=row.series_code),
        actions=(
            Action(
                _l("New series"),
                lambda: url_for("number_series.new"),
                "plus",
                Permission.SETUP_EDIT,
                primary=True,
                shortcut="n",
            ),
        ),
        empty=Empty(
            _l("There are no number series yet. Records get their numbers from them."),
            _l("New series"),
            lambda: url_for("number_series.new"),
            Permission.SETUP_EDIT,
        ),
    )


@bp.get("")
@requires(Permission.SETUP_VIEW)
def index() -> ResponseReturnValue:
    return _listing(today()).respond()


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.SETUP_EDIT)
def new() -> ResponseReturnValue:
    form = SeriesForm()

    def work(session: Any) -> None:
        values = form.values()
        number_series.create_series(session, values.pop("code"), values)

    if carried_out(form, work):
        message = _("%(code)s was created. Now say with which number it begins.", code=form.code.data)
        return done(None, back=url_for(".show", code=form.code.data), message=message)
    return render("number_series/new.html", "number_series/_form.html", status=form.status, form=form, series=None)


@bp.get("/<path:code>")
@requires(Permission.SETUP_VIEW)
def show(code: str) -> ResponseReturnValue:
    return _card(code)


@bp.post("/<path:code>")
@requires(Permission.SETUP_EDIT)
def edit(code: str) -> ResponseReturnValue:
    form = SeriesForm()

    def of(session: Any) -> NumberSeries:
        return number_series.get_series(session, code)

    if carried_out(form, lambda session: number_series.edit_series(session, of(session), form.values()), of=of):
        return done(None, back=url_for(".show", code=form.code.data), message=_("Saved."))
    return _card(code, form=form)


@bp.post("/<path:code>/delete")
@requires(Permission.SETUP_EDIT)
def delete(code: str) -> ResponseReturnValue:
    return press(
        lambda session: number_series.delete_series(session, number_series.get_series(session, code)),
        message=_("%(code)s was deleted.", code=code),
        back=url_for(".index"),
        refused_back=url_for(".show", code=code),
    )


@bp.post("/<path:code>/test")
@requires(Permission.SETUP_VIEW)
def test(code: str) -> ResponseReturnValue:
    """Say which number would come next; takes none."""
    try:
        number = numbers.peek_no(db_session(), code, today())
        flash(_("The next number is %(no)s. It was not taken.", no=number), "info")
    except DomainError as error:
        flash(error.message, "danger")
    return go(url_for(".show", code=code))


@bp.post("/<path:code>/lines")
@requires(Permission.SETUP_EDIT)
def new_line(code: str) -> ResponseReturnValue:
    form = LineForm()
    if carried_out(
        form,
        lambda session: number_series.save_line(session, number_series.get_series(session, code), None, form.values()),
    ):
        return done(None, back=url_for(".show", code=code), message=_("The line was added."))
    return _card(code, line_form=form)


@bp.route("/<path:code>/lines/<int:line_id>", methods=["GET", "POST"])
@requires(Permission.SETUP_EDIT)
def edit_line(code: str, line_id: int) -> ResponseReturnValue:
    series = number_series.get_series(db_session(), code)
    line = number_series.get_line(db_session(), series, line_id)
    form = LineForm(obj=line)
    if not form.is_submitted() and line.starting_date == number_series.BEGINNING:
        form.starting_date.process_data(None)

    def of(session: Any) -> NumberSeriesLine:
        return number_series.get_line(session, number_series.get_series(session, code), line_id)

    def work(session: Any) -> None:
        # Somebody may have taken a number since the line was shown: `of` keeps it from being given twice.
        found = number_series.get_series(session, code)
        number_series.save_line(session, found, of(session), form.values())

    if carried_out(form, work, of=of):
        return done(None, back=url_for(".show", code=code), message=_("Saved."))
    return render(
        "number_series/line.html", "number_series/_line.html", status=form.status, series=series, line=line, form=form
    )


@bp.post("/<path:code>/lines/<int:line_id>/delete")
@requires(Permission.SETUP_EDIT)
def delete_line(code: str, line_id: int) -> ResponseReturnValue:
    def work(session: Any) -> None:
        series = number_series.get_series(session, code)
        number_series.delete_line(session, series, number_series.get_line(session, series, line_id))

    return press(work, message=_("The line was deleted."), back=url_for(".show", code=code))


@bp.post("/<path:code>/related")
@requires(Permission.SETUP_EDIT)
def relate(code: str) -> ResponseReturnValue:
    form = RelatedForm()
    if carried_out(
        form,
        lambda session: number_series.relate(
            session, number_series.get_series(session, code), form.related_series_id.data
        ),
    ):
        return done(None, back=url_for(".show", code=code), message=_("The series are related."))
    return _card(code, related_form=form)


@bp.post("/<path:code>/related/<int:related_id>/delete")
@requires(Permission.SETUP_EDIT)
def unrelate(code: str, related_id: int) -> ResponseReturnValue:
    return press(
        lambda session: number_series.unrelate(session, number_series.get_series(session, code), related_id),
        message=_("The series are not related any more."),
        back=url_for(".show", code=code),
    )


def _card(
    code: str,
    *,
    form: SeriesForm | None = None,
    line_form: LineForm | None = None,
    related_form: RelatedForm | None = None,
) -> Response:
    series = number_series.get_series(db_session(), code)
    sent = [single for single in (form, line_form, related_form) if single is not None]
    return render(
        "number_series/show.html",
        "number_series/_card.html",
        status=max((single.status if single.stale else 422 for single in sent if single.errors), default=200),
        series=series,
        form=form or SeriesForm(formdata=None, obj=series),
        line_form=line_form or LineForm(formdata=None),
        related_form=related_form or RelatedForm(formdata=None),
        related=number_series.related_series(db_session(), series),
        beginning=number_series.BEGINNING,
    )
