"""Accounting periods: the calendar of fiscal years."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from blueprints.access import requires
from blueprints.decimal_fields import WholeField
from blueprints.fields import BaseForm, DayField
from blueprints.htmx import done, render
from blueprints.masters import carried_out, press
from core.text import _, ngettext
from models import AccountingPeriod, Permission, db
from services import small_lists

bp = Blueprint("periods", __name__, url_prefix="/setup/accounting-periods")

PAGE = 48


class YearForm(BaseForm):
    starting_date = DayField(_l("First day of the fiscal year"), required=True)
    months = WholeField(_l("Months"), minimum=1, maximum=24, default=12, required=True)


@bp.get("")
@requires(Permission.SETUP_VIEW)
def index() -> ResponseReturnValue:
    form = YearForm(formdata=None)
    last = db.session.scalar(select(func.max(AccountingPeriod.starting_date)))
    if last is not None:
        form.starting_date.process_data(small_lists.next_month(last))
    return _page(form)


@bp.post("")
@requires(Permission.SETUP_EDIT)
def new() -> ResponseReturnValue:
    form = YearForm()
    made: list[Any] = []

    def work(session: Any) -> None:
        small_lists.refuse_gap(session, form.starting_date.data, form.months.data)
        made[:] = small_lists.create_year(session, form.starting_date.data, months=form.months.data)

    if carried_out(form, work):
        message = ngettext("%(num)d period was created.", "%(num)d periods were created.", len(made))
        return done(None, back=url_for(".index"), message=message)
    return _page(form)


@bp.post("/<int:period_id>/delete")
@requires(Permission.SETUP_EDIT)
def delete(period_id: int) -> ResponseReturnValue:
    return press(
        lambda session: small_lists.delete_period(session, small_lists.get_period(session, period_id)),
        message=_("The period was deleted."),
        back=url_for(".index"),
    )


def _page(form: YearForm) -> Response:
    number = min(max(request.args.get("page", 1, type=int), 1), 1000)
    newest = select(AccountingPeriod).order_by(AccountingPeriod.starting_date.desc())
    found = db.session.scalars(newest.limit(PAGE + 1).offset((number - 1) * PAGE)).all()
    return render(
        "small_lists/periods.html",
        "small_lists/_periods.html",
        status=422 if form.errors else 200,
        form=form,
        periods=found[:PAGE],
        number=number,
        has_more=len(found) > PAGE,
    )
