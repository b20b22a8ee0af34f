"""What somebody should look at today, in sentences that lead to where it is put right; by right, not by role."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

from blueprints.access import may, today
from blueprints.database import db_session
from blueprints.today_tiles import link
from core.text import _, ngettext
from models import Permission
from services import today as figures
from services.items.stock_state import StockState
from services.setup_checks import missing_setup

_P = Permission

#: (sentence, url, kind)
Line = tuple[str, str, str]


def attention(now: dt.datetime) -> list[Line]:
    """The lines that the current user may do something about, in the order of OF_RIGHT."""
    return [line for permission, find in OF_RIGHT if may(permission) for line in find(now)]


def _short(_now: dt.datetime) -> Iterator[Line]:
    count = figures.items_in_states(db_session(), [StockState.NEGATIVE])
    if count:
        sentence = ngettext("%(num)s item is short", "%(num)s items are short", count)
        yield sentence, link("items.index", stock=StockState.NEGATIVE.value), "danger"


def _late(_now: dt.datetime) -> Iterator[Line]:
    """Who waits for supply that should have come is told of it (availability-and-reservation.md section 22)."""
    count = figures.late_supplies(db_session(), today())
    if count:
        sentence = ngettext(
            "%(num)s reservation waits for supply that is late", "%(num)s reservations wait for supply that is late",
            count,
        )  # fmt: skip
        yield sentence, link("reservations.index", expected_to=(today() - dt.timedelta(1)).isoformat()), "warning"


def _waiting(_now: dt.datetime) -> Iterator[Line]:
    for batch in figures.waiting_lines(db_session())[:3]:
        sentence = ngettext(
            "%(num)s line waits in journal %(batch)s",
            "%(num)s lines wait in journal %(batch)s",
            batch.lines,
            batch=batch.batch,
        )
        yield sentence, link("journal.show", batch_id=batch.batch_id), "info"


def _gaps(_now: dt.datetime) -> Iterator[Line]:
    gaps = missing_setup(db_session())
    for gap in gaps[:3]:
        yield gap.sentence, link("setup.index"), "warning"
    if len(gaps) > 3:
        yield _("%(count)s more gaps in the set-up", count=len(gaps) - 3), link("setup.index"), "warning"


def _adjust(_now: dt.datetime) -> Iterator[Line]:
    count = figures.items_to_adjust(db_session())
    if count:
        sentence = ngettext("Cost of %(num)s item is not adjusted", "Cost of %(num)s items is not adjusted", count)
        yield sentence, link("costs.index", "ledger.value_entries"), "warning"


def _not_in_gl(_now: dt.datetime) -> Iterator[Line]:
    count = figures.entries_not_in_gl(db_session())
    if count:
        sentence = ngettext(
            "%(num)s value entry is not in the general ledger",
            "%(num)s value entries are not in the general ledger",
            count,
        )
        yield sentence, link("inventory_gl.index", "ledger.gl_entries"), "warning"


def _failed(now: dt.datetime) -> Iterator[Line]:
    count = figures.failed_jobs(db_session(), now - dt.timedelta(7))
    if count:
        sentence = ngettext("%(num)s job failed this week", "%(num)s jobs failed this week", count)
        yield sentence, link("jobs.index", status="failed"), "danger"


def _locked(now: dt.datetime) -> Iterator[Line]:
    count = figures.locked_users(db_session(), now)
    if count:
        sentence = ngettext("%(num)s user is locked out", "%(num)s users are locked out", count)
        yield sentence, link("users.index"), "warning"


OF_RIGHT: tuple[tuple[Permission, Callable[[dt.datetime], Iterator[Line]]], ...] = (
    (_P.ITEMS_VIEW, _short),
    (_P.SALES_VIEW, _late),
    (_P.JOURNAL_VIEW, _waiting),
    (_P.SETUP_VIEW, _gaps),
    (_P.COSTS_ADJUST, _adjust),
    (_P.GL_VIEW, _not_in_gl),
    (_P.EXCHANGE_IMPORT, _failed),
    (_P.USERS_EDIT, _locked),
)
