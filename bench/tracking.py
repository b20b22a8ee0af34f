"""Serial numbers received on one line and shipped on many orders; traces over a graph of many movements."""

from __future__ import annotations

import datetime as dt
import statistics
import time
from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise
from typing import Any

from sqlalchemy.orm import Session

from bench.databases import empty_database, session_on
from bench.postings import CONTEXT
from bench.report import Measure, Report
from core.unit_of_work import perform
from models.enums import EntryType, SourceType
from posting.lines import PostingLine
from posting.post import post_lines
from services.tracing.asked import Numbers
from services.tracing.recall import recall
from services.tracing.trace import Direction, trace
from services.trade.line_numbers import Number
from tests.builders import World
from tests.support.trading import Trade

GROUP = "Lots and serial numbers"
SERIALS, ORDERS = 1_000, 10
#: a lot is received, moved three times, then sold in so many parts
LOTS, SALES = 50, 1_990
ROUNDS = 7
#: seconds for a posting, milliseconds for a trace (issue: tracking)
POSTING, TRACE = 2.0, 500.0
FIRST = dt.date(2026, 1, 5)


def measure_tracking(engine: str, report: Report) -> None:
    """Postings of 1,000 serial numbers, then traces among 100,000 movements."""
    with empty_database(engine) as url, session_on(url) as session:
        trade = Trade(World(session))
        _measure_serials(trade, engine, report)
        _measure_traces(trade, engine, report)


def _measure_serials(trade: Trade, engine: str, report: Report) -> None:
    code = trade.world.tracking_code("PIECES", serial_specific=True, serial_create_card=True)
    item = trade.item("BIKE", unit_cost=5, item_tracking_code_id=code.id)
    numbers = [Number(serial_no=f"S{number:06}", quantity=Decimal(1)) for number in range(SERIALS)]
    order = trade.open("purchase_order", {"item": item, "quantity": SERIALS, "unit_amount": 5}, numbers=[numbers])
    trade.release(order)
    taken = _timed(lambda: trade.post(order))
    report.add(Measure(GROUP, f"{SERIALS:,} serial numbers received on one line", engine, taken, "s", POSTING))
    each, found = SERIALS // ORDERS, []
    for turn in range(ORDERS):
        mine = numbers[turn * each : (turn + 1) * each]
        order = trade.open("sales_order", {"item": item, "quantity": each, "unit_amount": 9}, numbers=[mine])
        trade.release(order)
        found.append(_timed(lambda order=order: trade.post(order)))
    name = f"{each} of them shipped, the slowest of {ORDERS} orders"
    report.add(Measure(GROUP, name, engine, max(found), "s", POSTING, note=f"median {statistics.median(found):.2f} s"))


def _measure_traces(trade: Trade, engine: str, report: Report) -> None:
    world, session = trade.world, trade.session
    code = world.tracking_code("LOTS", lot_specific=True)
    item = trade.item("MILK", unit_cost=1, item_tracking_code_id=code.id)
    places = [world.location(name).id for name in ("BLUE", "RED", "GREEN", "WHITE")]
    for number in range(LOTS):
        perform(session, lambda s, number=number: post_lines(s, _life(item.id, f"L{number:03}", places), CONTEXT))
    movements = LOTS * (SALES + 2 * 3 + 1)
    wanted = Numbers(item_id=item.id, lot_no="L025")
    cases: tuple[tuple[str, Callable[[], Any]], ...] = (
        ("forward, with all its sales", lambda: trace(session, wanted)),
        ("backward from them", lambda: trace(session, wanted, Direction.BACKWARD)),
        ("recall: balances, places, customers", lambda: recall(session, wanted)),
        ("the whole item, its first page", lambda: trace(session, Numbers(item_id=item.id))),
    )
    for name, work in cases:
        taken = statistics.median(_timed(work, session) for _turn in range(ROUNDS)) * 1000
        size = f"{SALES + 7:,} of {movements:,} movements"
        report.add(Measure(GROUP, f"trace {name}", engine, taken, "ms", TRACE, note=size))


def _life(item_id: int, lot: str, places: list[int]) -> list[PostingLine]:
    """A lot from its receipt over three transfers into many sales."""

    def line(no: int, kind: EntryType, quantity: int, place: int, **more: Any) -> PostingLine:
        return PostingLine(
            line_no=no, entry_type=kind, item_id=item_id, quantity=Decimal(quantity), location_id=place, lot_no=lot,
            posting_date=FIRST, document_no=f"{lot}-{no}", unit_of_measure_code="PCS", **more,
        )  # fmt: skip

    lines = [line(1, EntryType.PURCHASE, SALES, places[0], unit_amount=Decimal(1), amount=Decimal(SALES))]
    for no, (old, new) in enumerate(pairwise(places), 2):
        lines.append(line(no, EntryType.TRANSFER, -SALES, old, new_location_id=new))
    for no in range(SALES):
        who = {"source_type": SourceType.CUSTOMER, "source_no": f"C{no % 200:03}"}
        lines.append(line(10 + no, EntryType.SALE, -1, places[-1], amount=Decimal(2), **who))
    return lines


def _timed(work: Callable[[], Any], session: Session | None = None) -> float:
    if session is not None:
        session.expire_all()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
