"""Availability by event, period and promise of busy items: time at work in this process, on both databases."""

from __future__ import annotations

import datetime as dt
import statistics
import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from bench.copying import copy, day_after
from bench.databases import ENGINES, empty_database, session_on
from bench.report import Measure, Report
from core.unit_of_work import perform
from models import TradeDocument, TradeLine
from models.enums import TradeSide, TradeType
from services.availability.events import PER_PAGE, Window, by_event
from services.availability.movements import Place
from services.availability.on_date import outlooks
from services.availability.promise import prospect
from services.availability.quantities import by_day, by_period
from tests.builders import World
from tests.support.trading import Trade

GROUP = "Availability"
EVENTS, ITEMS, LINES_AN_ITEM = 10_000, 200, 50
ROUNDS = 15
#: milliseconds at work (availability-and-reservation.md; issue: reservation and availability)
EVENT_BUDGET, PERIOD_BUDGET = 100.0, 300.0
FIRST_DAY = dt.date(2026, 3, 2)
STARTS = tuple(FIRST_DAY + dt.timedelta(weeks=number) for number in range(52))


def measure_availability(engine: str, report: Report) -> None:
    """Twenty thousand open lines, half of them of one item, and each view asked several times."""
    if engine not in ENGINES:
        raise ValueError(engine)
    with empty_database(engine) as url, session_on(url) as session:
        place, busy, others = _fill(session)
        there = Place(place)

        def page() -> Any:
            return by_event(session, busy, there, Window(limit=PER_PAGE)), by_day(session, busy, there)

        measures: tuple[tuple[str, float | None, Callable[[], Any]], ...] = (
            (f"by event, {EVENTS:,} events: page and chart", EVENT_BUDGET, page),
            (f"by event, all {EVENTS:,} rows in one piece", None, lambda: by_event(session, busy, there)),
            (f"by period, {ITEMS} items of {LINES_AN_ITEM} lines, 52 weeks", PERIOD_BUDGET,
             lambda: by_period(session, others, there, STARTS, STARTS[-1] + dt.timedelta(days=6))),
            (f"promise, {EVENTS:,} events", EVENT_BUDGET, lambda: prospect(session, busy, there)),
            (f"stockout warning of {ITEMS} items", PERIOD_BUDGET,
             lambda: outlooks(session, [(item, 0, place) for item in others])),
        )  # fmt: skip
        for name, budget, ask in measures:
            spent, waited = _asked(session, ask)
            note = f"{waited:.0f} ms on the clock"
            report.add(Measure(GROUP, name, engine, spent, "ms at work", budget, note=note))


def _asked(session: Session, ask: Callable[[], Any]) -> tuple[float, float]:
    """The median of several rounds in milliseconds: at work in this process, and on the clock."""
    spent, waited = [], []
    for number in range(ROUNDS):
        session.rollback()
        session.expunge_all()
        clock, cpu = time.perf_counter(), time.process_time()
        ask()
        if number:  # the first one builds the statement
            spent.append(1000 * (time.process_time() - cpu))
            waited.append(1000 * (time.perf_counter() - clock))
    return statistics.median(spent), statistics.median(waited)


def _fill(session: Session) -> tuple[int, int, list[int]]:
    """A busy item and two hundred others at one location; the location and the items."""
    trade = Trade(World(session))
    place = trade.world.location_id("BLUE")
    busy = trade.item("BUSY")
    trade.world.receive(busy, EVENTS, 1, at="BLUE")
    for kind in ("purchase_order", "sales_order"):
        row = {"item": busy, "quantity": 3, "expected_date": FIRST_DAY, "location_id": place}
        trade.open(kind, row, on="2026-03-01")
    others = [trade.item(f"I{number:04}").id for number in range(ITEMS)]

    def work(session: Session) -> None:
        for side in TradeSide:
            line_id, document_id = session.execute(
                select(TradeLine.id, TradeLine.document_id)
                .join(TradeDocument)
                .where(TradeDocument.side == side, TradeDocument.type == TradeType.ORDER)
            ).one()
            start = 100_000 if side == TradeSide.SALES else 500_000
            day = day_after(session, FIRST_DAY.isoformat(), "n.i % 360")
            shared = {"document_id": str(document_id), "line_no": f"{start} + n.i", "expected_date": day}
            copy(session, "trade_line", f"t.id = {line_id}", 1, EVENTS // 2,
                 shared | {"id": f"{start} + n.i", "item_id": str(busy.id)})  # fmt: skip
            copy(session, "trade_line", f"t.id = {line_id}", 50_001, 50_000 + ITEMS * LINES_AN_ITEM // 2,
                 shared | {"id": f"{start} + n.i", "item_id": f"{others[0]} + n.i % {ITEMS}"})  # fmt: skip
        session.execute(text("ANALYZE"))

    perform(session, work)
    return place, busy.id, others
