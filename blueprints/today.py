"""The role centre: the day's work as tiles that open lists, what needs somebody, what was done last."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, current_app, render_template, url_for
from flask_babel import get_timezone

from blueprints import formats
from blueprints.access import current_user, may, signed_in, today
from blueprints.charts import Bar, bars, columns
from blueprints.htmx import render
from core.clock import utcnow
from core.text import _, ngettext
from models import Location, Permission, Register, db
from services import today as figures
from services.setup_checks import missing_setup

bp = Blueprint("today", __name__)

_P = Permission


@dataclass(frozen=True)
class Tile:
    """A figure that opens the list it counts."""

    label: str
    value: Any
    url: str
    icon: str
    note: str = ""
    kind: str = ""
    format: str = "number"


def link(*endpoints: str, **arguments: Any) -> str:
    """The first of these pages that exists; the start page when none does."""
    found = next((endpoint for endpoint in endpoints if endpoint in current_app.view_functions), None)
    return url_for(found, **arguments) if found else url_for("today.index")


def _counted(number: int) -> str:
    """A capped count in words."""
    if number > figures.CAP:
        return formats.show(figures.CAP, "number") + "+"
    return str(formats.show(number, "number"))


def greeting(now: dt.datetime) -> str:
    """Good morning, Ann; with the location the user works at."""
    hour = now.astimezone(get_timezone()).hour
    name = (current_user.full_name or current_user.email).split()[0]
    if hour < 11:
        return _("Good morning, %(name)s", name=name)
    return _("Good day, %(name)s", name=name) if hour < 18 else _("Good evening, %(name)s", name=name)


def _tiles(now: dt.datetime) -> list[Tile]:
    session: Any = db.session
    tiles = []
    if may(_P.JOURNAL_VIEW):
        waiting = figures.waiting_lines(session)
        lines = sum(batch.lines for batch in waiting)
        note = ", ".join(f"{batch.batch} {batch.lines}" for batch in waiting[:3]) or _("Every line is posted")
        tiles.append(
            Tile(_("Lines waiting"), _counted(lines), link("journal.index"), "clipboard-list", note, format="text")
        )
    if may(_P.ITEMS_VIEW):
        short = figures.short_items(session)
        tiles.append(
            Tile(_("Items short"), _counted(short), link("items.index", inventory_max="-0.00001"), "alert-triangle",
                 _("More went out than came in") if short else _("Nothing is negative"), "danger" if short else "", "text")
        )  # fmt: skip
        in_stock = figures.items_in_stock(session)
        tiles.append(
            Tile(
                _("Items in stock"),
                _counted(in_stock),
                link("items.index", inventory_min="0.00001"),
                "packages",
                _("With something on hand"),
                format="text",
            )
        )
    if may(_P.COSTS_VIEW):
        tiles.append(
            Tile(_("Inventory value"), figures.inventory_value(session), link("reports.valuation", "ledger.value_entries"), "coins",
                 _("At actual cost"), format="amount")
        )  # fmt: skip
    if may(_P.COSTS_VIEW):
        adjust = figures.items_to_adjust(session)
        tiles.append(Tile(_("Costs to adjust"), _counted(adjust), link("costs.index", "ledger.value_entries"), "adjustments",
                          _("Items with cost changes to pass on") if adjust else _("All costs are adjusted"), "warning" if adjust else "", "text"))  # fmt: skip
    if may(_P.GL_VIEW):
        queue = figures.entries_not_in_gl(session)
        tiles.append(Tile(_("Not yet in G/L"), _counted(queue), link("costs.index", "ledger.gl_entries"), "book",
                          _("Value entries that wait") if queue else _("The ledgers agree"), "warning" if queue else "", "text"))  # fmt: skip
    if may(_P.LEDGER_VIEW):
        midnight = now.astimezone(get_timezone()).replace(hour=0, minute=0, second=0, microsecond=0)
        posted = figures.postings_since(session, midnight)
        tiles.append(
            Tile(
                _("Posted today"),
                _counted(posted),
                link("ledger.registers"),
                "history",
                _("Registers since midnight"),
                format="text",
            )
        )
    return tiles


def _attention(now: dt.datetime) -> list[tuple[str, str, str]]:
    """What somebody should look at: (sentence, url, kind)."""
    session: Any = db.session
    found: list[tuple[str, str, str]] = []
    if may(_P.ITEMS_VIEW):
        short = figures.short_items(session)
        if short:
            found.append(
                (
                    ngettext("%(num)s item is short", "%(num)s items are short", short),
                    link("items.index", inventory_max="-0.00001"),
                    "danger",
                )
            )
    if may(_P.JOURNAL_VIEW):
        for batch in figures.waiting_lines(session)[:3]:
            sentence = ngettext(
                "%(num)s line waits in journal %(batch)s",
                "%(num)s lines wait in journal %(batch)s",
                batch.lines,
                batch=batch.batch,
            )
            found.append((sentence, link("journal.index", batch=batch.batch), "info"))
    if may(_P.SETUP_VIEW):
        gaps = missing_setup(session)
        found += [(gap.sentence, link("setup.index"), "warning") for gap in gaps[:3]]
        if len(gaps) > 3:
            found.append((_("%(count)s more gaps in the set-up", count=len(gaps) - 3), link("setup.index"), "warning"))
    if may(_P.COSTS_ADJUST):
        adjust = figures.items_to_adjust(session)
        if adjust:
            found.append(
                (
                    ngettext("Cost of %(num)s item is not adjusted", "Cost of %(num)s items is not adjusted", adjust),
                    link("costs.index", "ledger.value_entries"),
                    "warning",
                )
            )
    if may(_P.GL_VIEW):
        queue = figures.entries_not_in_gl(session)
        if queue:
            found.append(
                (
                    ngettext(
                        "%(num)s value entry is not in the general ledger",
                        "%(num)s value entries are not in the general ledger",
                        queue,
                    ),
                    link("costs.index", "ledger.gl_entries"),
                    "warning",
                )
            )
    if may(_P.EXCHANGE_IMPORT):
        failed = figures.failed_jobs(session, now - dt.timedelta(7))
        if failed:
            found.append(
                (
                    ngettext("%(num)s job failed this week", "%(num)s jobs failed this week", failed),
                    link("jobs.index", status="failed"),
                    "danger",
                )
            )
    if may(_P.USERS_EDIT):
        locked = figures.locked_users(session, now)
        if locked:
            found.append(
                (
                    ngettext("%(num)s user is locked out", "%(num)s users are locked out", locked),
                    link("users.index"),
                    "warning",
                )
            )
    return found


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


def _activity() -> list[tuple[str, str, str]]:
    if not may(_P.LEDGER_VIEW):
        return []
    return [
        (formats.day(register.posting_date) or formats.moment(register.created_at), _sentence(register),
         link("ledger.register", register_id=register.id))
        for register in figures.last_registers(db.session)  # type: ignore[arg-type]
    ]  # fmt: skip


@bp.get("/")
@signed_in
def index() -> Response:
    """The start page of everybody."""
    now = utcnow()
    place = db.session.get(Location, current_user.location_id) if current_user.location_id else None
    return render(
        "today/index.html", "today/index.html", hello=greeting(now), place=place, tiles=_tiles(now),
        attention=_attention(now), activity=_activity(), shows_activity=may(_P.LEDGER_VIEW),
    )  # fmt: skip


@bp.get("/today/charts")
@signed_in
def charts() -> Response:
    """The charts, loaded after the page so that nobody waits for them."""
    session: Any = db.session
    drawn = []
    if may(_P.COSTS_VIEW):
        shares = figures.value_by_category(session)
        rows = [
            Bar(share.name or share.code or _("Other"), share.amount, formats.amount(share.amount),
                link("items.index", category=share.code) if share.code else "")
            for share in shares
        ]  # fmt: skip
        if rows:
            drawn.append((_("Inventory value by category"), bars(rows, _("Inventory value by category"))))
    if may(_P.GL_VIEW):
        months = figures.sales_by_month(session, today())
        if any(income or cost for _month, income, cost in months):
            names = [formats.month(number) for number, _income, _cost in months]
            series = [
                (_("Sales"), [income for _m, income, _c in months]),
                (_("Cost of goods sold"), [cost for _m, _i, cost in months]),
            ]
            drawn.append(
                (
                    _("Sales and cost of goods sold"),
                    columns(names, series, _("Sales and cost of goods sold in the last twelve months")),
                )
            )
    if may(_P.LEDGER_VIEW) and len(drawn) < 2:
        weeks = figures.lines_by_week(session, today())
        if any(count for _day, count in weeks):
            names = [formats.short_day(day) for day, _count in weeks]
            drawn.append(
                (
                    _("Lines posted by week"),
                    columns(
                        names,
                        [(_("Lines"), [count for _d, count in weeks])],
                        _("Lines posted in each of the last ten weeks"),
                    ),
                )
            )
    return Response(render_template("today/_charts.html", charts=drawn))
