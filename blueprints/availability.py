"""Availability of an item: its timeline with every event, and by period, location, variant, unit and lot."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from blueprints.access import may, requires, today
from blueprints.availability_chart import Step, timeline
from blueprints.availability_target import Target, target_of
from blueprints.availability_words import event_url, event_word
from blueprints.database import db_session
from blueprints.htmx import render
from core.date_formulas import add_formula
from models import BLANK_ID, Item, ItemVariant, Location, Permission, UnitOfMeasure
from models.enums import OrderTrackingPolicy
from services import items
from services.availability import views
from services.availability.events import PER_PAGE, Which, Window, by_event
from services.availability.movements import NO_DATE, Place
from services.availability.order_tracking import Action, Dampeners, Tracked, add_messages, track
from services.availability.periods import PeriodLength, period_starts
from services.availability.quantities import Quantities, at_date, by_day, by_period, stock
from services.availability.timeline import timeline as reckon

bp = Blueprint("availability", __name__, url_prefix="/items")

VIEWS = {
    "event": _l("By event"), "period": _l("By period"), "location": _l("By location"), "variant": _l("By variant"),
    "unit": _l("By unit"), "lot": _l("By lot"), "tracking": _l("Order tracking"),
}  # fmt: skip
SPANS = {"4W": _l("4 weeks"), "8W": _l("8 weeks"), "26W": _l("6 months"), "52W": _l("1 year")}
PERIODS = {
    PeriodLength.DAY: _l("Day"), PeriodLength.WEEK: _l("Week"), PeriodLength.MONTH: _l("Month"),
    PeriodLength.QUARTER: _l("Quarter"), PeriodLength.YEAR: _l("Year"),
    PeriodLength.ACCOUNTING_PERIOD: _l("Accounting period"),
}  # fmt: skip
ACTION_WORDS = {
    Action.NEW: _l("New"), Action.CHANGE_QUANTITY: _l("Change quantity"), Action.RESCHEDULE: _l("Reschedule"),
    Action.RESCHEDULE_AND_CHANGE: _l("Reschedule and change quantity"), Action.CANCEL: _l("Cancel"),
}  # fmt: skip
#: lines that are linked with one another on one page
MOST_TRACKED = 500
#: rows of the view by period
PERIOD_ROWS = 12
#: stands for the blank location or variant in an address
NONE = "-"


@dataclass(frozen=True)
class Looked:
    """What the address says is looked at."""

    item: Item
    unit: str
    view: str
    location: str
    variant: str
    place: Place
    span: str
    period: PeriodLength
    balances: bool
    planned: bool
    until: dt.date | None
    since: dt.date | None
    start: dt.date
    which: Which | None
    page: int
    target: Target | None

    def url(self, **changes: Any) -> str:
        """The address with something changed; what is as usual is left out."""
        now: dict[str, Any] = {
            "view": self.view, "location": self.location, "variant": self.variant, "span": self.span,
            "period": self.period.value, "as": "balance" if self.balances else "net",
            "planned": "" if self.planned else "no", "until": self.until, "since": self.since,
            "which": self.which.value if self.which else "", "page": self.page,
            "start": self.start if self.start != today() else None, "for": self.target.key if self.target else "",
        }  # fmt: skip
        usual = {"view": "event", "span": "8W", "period": "week", "as": "net", "page": 1}
        said = {
            name: value.isoformat() if isinstance(value, dt.date) else value
            for name, value in (now | changes).items()
            if value not in ("", None) and usual.get(name) != value
        }
        return url_for("availability.show", no=self.item.no, **said)


@bp.get("/<path:no>/availability")
@requires(Permission.ITEMS_VIEW)
def show(no: str) -> ResponseReturnValue:
    session = db_session()
    item = items.get_item(session, no)
    looked = _read(session, item)
    context: dict[str, Any] = _VIEWS[looked.view](session, looked)
    return render(
        "availability/show.html", "availability/_view.html", item=item, looked=looked, views=VIEWS, spans=SPANS,
        periods=PERIODS, places=_places(session), variants=_variants(session, item), blank=NONE,
        event_word=event_word, event_url=event_url, ledger=may(Permission.LEDGER_VIEW), Which=Which, **context,
    )  # fmt: skip


# ------------------------------------------------------------------------------------------------ the address
def _read(session: Session, item: Item) -> Looked:
    given = request.args
    view = given.get("view", "event")
    location, location_id = _coded(session, Location, given.get("location", ""))
    variant, variant_id = _coded(session, ItemVariant, given.get("variant", ""), ItemVariant.item_id == item.id)
    period, which = given.get("period", "week"), given.get("which", "")
    page = given.get("page", "1")
    unit = session.scalar(select(UnitOfMeasure.code).where(UnitOfMeasure.id == item.base_unit_of_measure_id))
    return Looked(
        item, unit or "", view if view in VIEWS else "event", location, variant, Place(location_id, variant_id),
        given.get("span", "8W") if given.get("span") in SPANS else "8W",
        PeriodLength(period) if period in set(PeriodLength) else PeriodLength.WEEK, given.get("as") == "balance",
        given.get("planned") != "no", _day(given.get("until", "")), _day(given.get("since", "")),
        _day(given.get("start", "")) or today(), Which(which) if which in set(Which) else None,
        min(max(int(page), 1), 100_000) if page.isascii() and page.isdigit() and len(page) < 7 else 1,
        target_of(session, given.get("for", "")),
    )  # fmt: skip


def _coded(session: Session, model: Any, text: str, *conditions: Any) -> tuple[str, int | None]:
    """A code of the address and its id; ("", None) for all, and for what is not there."""
    code = text.strip().upper()[:20].replace("\x00", "")
    if code == NONE:
        return NONE, BLANK_ID
    found = session.scalar(select(model.id).where(model.code == code, *conditions)) if code else None
    return (code, found) if found is not None else ("", None)


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _places(session: Session) -> Sequence[str]:
    return session.scalars(
        select(Location.code).where(Location.use_as_in_transit.is_(False), Location.there()).order_by(Location.code)
    ).all()


def _variants(session: Session, item: Item) -> Sequence[str]:
    return session.scalars(
        select(ItemVariant.code).where(ItemVariant.item_id == item.id).order_by(ItemVariant.code)
    ).all()


# ------------------------------------------------------------------------------------------------ the views
def _by_event(session: Session, looked: Looked) -> dict[str, Any]:
    first = looked.start
    last = add_formula(first, f"{looked.span}-1D")
    days = by_day(session, looked.item.id, looked.place, planned=looked.planned)
    window = Window(
        looked.until, looked.since, looked.which, looked.planned, PER_PAGE + 1, (looked.page - 1) * PER_PAGE
    )
    found = by_event(session, looked.item.id, looked.place, window)
    reckoned = reckon(found.stock.inventory, days, first, last)
    steps = [
        Step(moment.day, moment.came, moment.left, moment.balance,
             looked.url(since=moment.day if moment.day > first else NO_DATE, until=moment.day, page=1) + "#events")
        for moment in reckoned.moments
    ]  # fmt: skip
    chart = timeline(reckoned.start, steps, first, last, str(_l("Projected balance by day")))
    return {
        "stock": found.stock, "events": found.events[:PER_PAGE], "more": len(found.events) > PER_PAGE, "chart": chart,
        "reckoned": reckoned, "no_date": NO_DATE,
    }  # fmt: skip


def _by_period(session: Session, looked: Looked) -> dict[str, Any]:
    starts, end = period_starts(session, looked.period, looked.start, PERIOD_ROWS)
    rows = by_period(session, [looked.item.id], looked.place, starts, end)[looked.item.id]
    ends = [*(start - dt.timedelta(days=1) for start in starts[1:]), end]
    shown = at_date(rows) if looked.balances else rows
    return {
        "stock": stock(session, [looked.item.id], looked.place)[looked.item.id],
        "rows": [
            # What is overdue counts in the first period.
            (start, last, figures, None if looked.balances or not number else start)
            for number, (start, last, figures) in enumerate(zip(starts, ends, shown, strict=True))
        ],
        "before": starts[0] - (starts[1] - starts[0]) * PERIOD_ROWS if starts[0] > dt.date(1900, 1, 1) else None,
        "after": end + dt.timedelta(days=1),
    }  # fmt: skip


def _grouped(
    read: Callable[[Session, Looked], list[views.Row]], narrowed: str, session: Session, looked: Looked
) -> dict[str, Any]:
    """Rows of locations, variants or units; each row's figures open its events. `narrowed` is what the row narrows."""
    rows = read(session, looked)
    return {
        "rows": rows, "narrowed": narrowed, "sum": _added(rows) if narrowed else None,
        "stock": stock(session, [looked.item.id], looked.place)[looked.item.id],
    }  # fmt: skip


def _added(rows: Sequence[views.Row]) -> Quantities:
    total = Quantities()
    for row in rows:
        for name in Quantities.__slots__:
            setattr(total, name, getattr(total, name) + getattr(row.figures, name))
    return total


def _by_lot(session: Session, looked: Looked) -> dict[str, Any]:
    found = views.by_lot(
        session, looked.item.id, looked.until, looked.place, limit=PER_PAGE + 1, offset=(looked.page - 1) * PER_PAGE
    )
    return {
        "rows": found[:PER_PAGE], "more": len(found) > PER_PAGE, "today": today(),
        "stock": stock(session, [looked.item.id], looked.place)[looked.item.id],
    }  # fmt: skip


def _tracking(session: Session, looked: Looked) -> dict[str, Any]:
    """Which supply would serve which demand, where the item is tracked (section 10)."""
    policy = looked.item.order_tracking_policy
    figures = stock(session, [looked.item.id], looked.place)[looked.item.id]
    if policy == OrderTrackingPolicy.NONE:
        return {"stock": figures, "policy": policy, "tracked": {}}
    events = by_event(session, looked.item.id, looked.place, Window(limit=MOST_TRACKED)).events
    lines = {f"{event.line.kind.value}:{event.line.id}": event for event in events}
    open_lines = [
        Tracked(key, event.line.date, event.line.quantity - event.reserved)
        for key, event in sorted(lines.items(), key=lambda pair: (pair[1].line.kind.value, pair[1].line.id))
        if event.line.quantity != event.reserved
    ]  # fmt: skip
    free = figures.available_inventory
    links = track([*([Tracked("stock", None, free, stock=True)] if free > 0 else ()), *open_lines])
    if policy == OrderTrackingPolicy.TRACKING_AND_ACTION:
        add_messages(links, Dampeners(_days(looked.item.dampener_period), looked.item.dampener_quantity))
    return {"stock": figures, "policy": policy, "tracked": links, "lines": lines, "action_words": ACTION_WORDS}


def _days(formula: str) -> int:
    """How many days a dampener period is."""
    return (add_formula(today(), formula) - today()).days if formula else 0


_VIEWS: dict[str, Callable[[Session, Looked], dict[str, Any]]] = {
    "event": _by_event,
    "period": _by_period,
    "location": partial(
        _grouped, lambda s, looked: views.by_location(s, looked.item.id, looked.until, looked.place.variant_id),
        "location",
    ),
    "variant": partial(
        _grouped, lambda s, looked: views.by_variant(s, looked.item.id, looked.until, looked.place.location_id),
        "variant",
    ),
    "unit": partial(_grouped, lambda s, looked: views.by_unit(s, looked.item.id, looked.until, looked.place), ""),
    "lot": _by_lot,
    "tracking": _tracking,
}  # fmt: skip
