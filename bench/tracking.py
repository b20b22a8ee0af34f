"""Serial numbers received on one line and shipped on many orders; traces over many movements; a large count."""

from __future__ import annotations

import datetime as dt
import statistics
import time
from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from bench.databases import empty_database, session_on
from bench.postings import CONTEXT
from bench.report import Measure, Report
from core.unit_of_work import perform
from models import Item, PhysicalInventoryOrder, PhysicalInventoryRecording
from models.enums import EntryType, SourceType
from posting.lines import PostingLine
from posting.post import post_lines
from services.counting import finish, orders, posting, recordings
from services.counting.counts import Entry, take_counts
from services.documents.physical_inventory import Scope
from services.poster import Poster
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
#: items counted in one order, by so many figures a call; every third differs
COUNTED, AT_ONCE = 10_000, 1_000
#: seconds for a posting and for a count from the first figure to the posting, milliseconds for a trace
POSTING, COUNT, TRACE = 2.0, 10.0, 500.0
FIRST = dt.date(2026, 1, 5)
NOON = dt.datetime(2026, 1, 5, 12, tzinfo=dt.UTC)


def measure_tracking(engine: str, report: Report) -> None:
    """Postings of 1,000 serial numbers, traces among 100,000 movements, a count of 10,000 items."""
    with empty_database(engine) as url, session_on(url) as session:
        trade = Trade(World(session))
        _measure_serials(trade, engine, report)
        _measure_traces(trade, engine, report)
    with empty_database(engine) as url, session_on(url) as session:
        _measure_count(Trade(World(session)), engine, report)


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


def _measure_count(trade: Trade, engine: str, report: Report) -> None:
    world, session = trade.world, trade.session
    place = world.location("BLUE")
    first = trade.item("C00000", unit_cost=2)
    row = {column.name: getattr(first, column.key) for column in Item.__table__.columns if column.name != "id"}
    rows = [row | {"no": f"C{number:05}"} for number in range(1, COUNTED)]
    perform(session, lambda s: s.execute(insert(Item), rows))
    ids = list(session.scalars(select(Item.id).where(Item.no.like("C0%")).order_by(Item.no)))
    for start in range(0, COUNTED, AT_ONCE):
        lines = [_received(no, item_id, place.id) for no, item_id in enumerate(ids[start : start + AT_ONCE], 1)]
        perform(session, lambda s, lines=lines: post_lines(s, lines, CONTEXT))
    made = perform(session, lambda s: orders.create_order(s, {"location_id": place.id}, on=FIRST))
    no, calculated = made.no, time.perf_counter()
    perform(session, lambda s: orders.calculate(s, orders.get_order(s, no), Scope(location_id=place.id)))
    perform(session, lambda s: recordings.make_recording(s, orders.get_order(s, no), recordings.Wanted()))
    calculated = time.perf_counter() - calculated
    cpu, taken = time.process_time(), time.perf_counter()
    for start in range(0, COUNTED, AT_ONCE):
        perform(session, lambda s, start=start: _enter(s, no, start))
    entered = time.perf_counter() - taken
    perform(session, lambda s: recordings.finish_recording(s, *_recording(s, no), user_name="Bench", at=NOON))
    perform(session, lambda s: finish.finish_order(s, orders.get_order(s, no), user_name="Bench", at=NOON))
    perform(session, lambda s: posting.post_order(s, orders.get_order(s, no), Poster(user_name="Bench"), at=NOON))
    taken, cpu = time.perf_counter() - taken, time.process_time() - cpu
    note = f"{entered:.1f} s of it to enter; {cpu:.1f} s in the program; calculated before in {calculated:.1f} s"
    report.add(Measure(GROUP, f"{COUNTED:,} items counted, finished, posted", engine, taken, "s", COUNT, note=note))


def _received(no: int, item_id: int, place: int) -> PostingLine:
    return PostingLine(
        line_no=no, entry_type=EntryType.POSITIVE_ADJMT, item_id=item_id, quantity=Decimal(10), location_id=place,
        posting_date=FIRST, document_no="START", unit_of_measure_code="PCS", unit_amount=Decimal(2), amount=Decimal(20),
    )  # fmt: skip


def _recording(session: Session, no: str) -> tuple[PhysicalInventoryOrder, PhysicalInventoryRecording]:
    order = orders.get_order(session, no)
    return order, recordings.get_recording(session, order.id, 1)


def _enter(session: Session, no: str, start: int) -> None:
    figures = [
        Entry(key=f"k{place}", line_no=place * orders.STEP, quantity=Decimal(10 - (place % 3 == 0)), counted_at=NOON)
        for place in range(start + 1, start + AT_ONCE + 1)
    ]
    take_counts(session, *_recording(session, no), figures, user_name="Bench", at=NOON)


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
