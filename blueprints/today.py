"""The role centre: the day's work as tiles that open lists, what needs somebody, what was done last, charts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, render_template
from flask_babel import get_timezone

from blueprints import formats
from blueprints.access import current_user, may, signed_in, today
from blueprints.charts import Bar, bars, columns
from blueprints.database import db_session
from blueprints.htmx import render
from blueprints.today_attention import attention
from blueprints.today_tiles import link, tiles
from core.clock import utcnow
from core.text import _, ngettext
from models import Location, Permission, Register, db
from services import today as figures

bp = Blueprint("today", __name__)

_P = Permission


def greeting(now: dt.datetime) -> str:
    """Good morning, Ann; with the location the user works at."""
    hour = now.astimezone(get_timezone()).hour
    name = (current_user.full_name or current_user.email).split()[0]
    if hour < 11:
        return _("Good morning, %(name)s", name=name)
    return _("Good day, %(name)s", name=name) if hour < 18 else _("Good evening, %(name)s", name=name)


def _sentence(register: Register) -> str:
    """What a register was, in words: 12 lines from DEFAULT, T00001."""
    lines = ngettext("%(num)s line", "%(num)s lines", register.line_count)
    source = register.journal_batch_name or register.source_code
    parts = [_("%(lines)s from %(source)s", lines=lines, source=source)]
    if register.document_no:
        parts.append(register.document_no)
    if register.user_name:
        parts.append(register.user_name)
    return " · ".join(parts)


def _when(register: Register) -> str:
    """The posting date, without the year while it is this one."""
    day = register.posting_date or register.created_at.date()
    return formats.short_day(day) if day.year == today().year else formats.day(day)


def _activity() -> list[tuple[str, str, str]]:
    if not may(_P.LEDGER_VIEW):
        return []
    return [
        (_when(register), _sentence(register), link("ledger.register", register_id=register.id))
        for register in figures.last_registers(db_session())
    ]  # fmt: skip


@bp.get("/")
@signed_in
def index() -> Response:
    """The start page of everybody."""
    now = utcnow()
    place = db.session.get(Location, current_user.location_id) if current_user.location_id else None
    return render(
        "today/index.html", "today/index.html", hello=greeting(now), place=place, tiles=tiles(now),
        attention=attention(now), activity=_activity(), shows_activity=may(_P.LEDGER_VIEW),
    )  # fmt: skip


@bp.get("/today/charts")
@signed_in
def charts() -> Response:
    """The charts, loaded after the page so that nobody waits for them; two, the first that the role may see."""
    drawn = []
    for chart in _charts():
        drawn.append(chart)
        if len(drawn) == MOST_CHARTS:
            break
    return Response(render_template("today/_charts.html", charts=drawn))


#: side by side on a desk
MOST_CHARTS = 2


def _charts() -> Iterator[tuple[str, Any]]:
    """(title, drawing), what matters most to those who see costs and accounts first."""
    makers = (
        (_P.GL_VIEW, _sales), (_P.COSTS_VIEW, _values), (_P.LEDGER_VIEW, _sold), (_P.LEDGER_VIEW, _weeks),
    )  # fmt: skip
    for permission, make in makers:
        drawing = make() if may(permission) else None
        if drawing:
            yield drawing


def _values() -> tuple[str, Any] | None:
    rows = [
        Bar(share.name or share.code or _("Other"), share.amount, formats.amount(share.amount),
            link("items.index", category=share.code) if share.code else "")
        for share in figures.value_by_category(db_session())
    ]  # fmt: skip
    title = _("Inventory value by category")
    return (title, bars(rows, title)) if rows else None


def _sales() -> tuple[str, Any] | None:
    months = figures.sales_by_month(db_session(), today())
    if not any(income or cost for _month, income, cost in months):
        return None
    names = [formats.month(number) for number, _income, _cost in months]
    cost = (_("Cost of goods sold"), [cost for _m, _i, cost in months])
    sales = (_("Sales"), [income for _m, income, _c in months])
    if not any(sales[1]):  # trade by journal posts cost alone
        return cost[0], columns(names, [cost], _("Cost of goods sold in the last twelve months"))
    words = _("Sales and cost of goods sold in the last twelve months")
    return _("Sales and cost of goods sold"), columns(names, [sales, cost], words)


def _sold() -> tuple[str, Any] | None:
    since = today() - dt.timedelta(figures.DAYS_BACK)
    rows = [
        Bar(f"{no} {words}", lines, formats.quantity(lines),
            link("ledger.item_entries", item=no, type="sale", date_from=since.isoformat()))
        for no, words, lines in figures.most_sold(db_session(), since)
    ]  # fmt: skip
    title = _("Most often sold in the last %(days)s days (lines)", days=figures.DAYS_BACK)
    return (title, bars(rows, title)) if rows else None


def _weeks() -> tuple[str, Any] | None:
    weeks = figures.lines_by_week(db_session(), today())
    if not any(count for _day, count in weeks):
        return None
    names = [formats.short_day(day) for day, _count in weeks]
    series = [(_("Lines"), [count for _d, count in weeks])]
    return _("Lines posted by week"), columns(names, series, _("Lines posted in each of the last ten weeks"))
