"""Inventory periods: list, add, close with the obstacles named, reopen (posting-and-costing.md section 15)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from blueprints.access import current_user, requires, today
from blueprints.database import db_session
from blueprints.fields import BaseForm, DayField, TextField
from blueprints.formats import day
from blueprints.htmx import done, render
from blueprints.masters import PlainForm, carried_out
from core.text import _
from models import InventoryPeriod, Permission, db
from services import inventory_periods
from services.costs import periods

bp = Blueprint("inventory_periods", __name__, url_prefix="/costs/periods")

PAGE = 24


class PeriodForm(BaseForm):
    ending_date = DayField(_l("Last day of the period"), required=True)
    name = TextField(_l("Name"), max_length=50)


@bp.get("/")
@requires(Permission.COSTS_VIEW)
def index() -> ResponseReturnValue:
    form = PeriodForm(formdata=None)
    last = db.session.scalar(select(func.max(InventoryPeriod.ending_date)))
    form.ending_date.process_data(_month_end_after(last) if last else _month_end_after(today().replace(day=1), back=1))
    form.name.process_data(f"{form.ending_date.data:%B %Y}")
    return _page(form)


def _month_end_after(start: dt.date, *, back: int = 0) -> dt.date:
    """The end of the month after `start`; `back` one: the day before `start`."""
    if back:
        return start - dt.timedelta(days=back)
    first = (start + dt.timedelta(days=1)).replace(day=1)
    end = (first + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)
    return end if end > start else ((end + dt.timedelta(days=32)).replace(day=1) - dt.timedelta(days=1))


def _page(form: PeriodForm) -> Response:
    number = min(max(request.args.get("page", 1, type=int) or 1, 1), 1000)
    found, more = periods.page_of_periods(db_session(), page=number, size=PAGE)
    return render(
        "inventory_periods/index.html", "inventory_periods/_periods.html", status=422 if form.errors else 200,
        form=form, periods=found, number=number, has_more=more,
        happenings=periods.last_happenings(db_session(), [period.id for period in found]),
    )  # fmt: skip


@bp.post("/")
@requires(Permission.COSTS_ADJUST)
def new() -> ResponseReturnValue:
    form = PeriodForm()

    def work(session: Session) -> None:
        inventory_periods.add_period(session, form.ending_date.data, form.name.data)

    if carried_out(form, work):
        return done(None, back=url_for(".index"), message=_("The period was added."))
    return _page(form)


@bp.get("/<int:period_id>")
@requires(Permission.COSTS_VIEW)
def show(period_id: int) -> ResponseReturnValue:
    """The period with what keeps it from being closed, each with its way out."""
    return _card(_find(period_id), PlainForm(formdata=None))


def _find(period_id: int) -> InventoryPeriod:
    return periods.find_period(db_session(), min(period_id, 2**63 - 1))


def _card(period: InventoryPeriod, form: PlainForm) -> Response:
    context: dict[str, Any] = {"period": period, "form": form, "history": periods.history(db_session(), period.id)}
    if not period.closed:
        context["obstacles"] = periods.obstacles_of(db_session(), period.ending_date)
        context["cap"] = periods.CAP
    return render(
        "inventory_periods/show.html", "inventory_periods/_period.html", status=422 if form.errors else 200, **context
    )


@bp.post("/<int:period_id>/close")
@requires(Permission.COSTS_ADJUST)
def close(period_id: int) -> ResponseReturnValue:
    ending, form, who = _find(period_id).ending_date, PlainForm(), current_user.id
    if carried_out(form, lambda session: inventory_periods.close_period(session, ending, who)):
        return done(None, back=url_for(".index"), message=_("Closed up to %(day)s.", day=day(ending)))
    return _card(_find(period_id), form)


@bp.post("/<int:period_id>/delete")
@requires(Permission.COSTS_ADJUST)
def delete(period_id: int) -> ResponseReturnValue:
    ending, form = _find(period_id).ending_date, PlainForm()
    if carried_out(form, lambda session: inventory_periods.delete_period(session, ending)):
        return done(None, back=url_for(".index"), message=_("The period was deleted."))
    return _card(_find(period_id), form)


@bp.post("/<int:period_id>/reopen")
@requires(Permission.COSTS_ADJUST)
def reopen(period_id: int) -> ResponseReturnValue:
    ending, form, who = _find(period_id).ending_date, PlainForm(), current_user.id
    if carried_out(form, lambda session: inventory_periods.reopen_period(session, ending, who)):
        return done(None, back=url_for(".show", period_id=period_id), message=_("Open again from this period on."))
    return _card(_find(period_id), form)
