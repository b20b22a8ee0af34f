"""The requisition worksheet of twenty thousand items, on both databases: time, and memory as it goes on."""

from __future__ import annotations

import datetime as dt
import resource
import time

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from bench.copying import code, copy, day_after
from bench.databases import ENGINES, empty_database, session_on
from bench.report import Measure, Report
from core.unit_of_work import perform
from models import Item, PlanningLine, TradeDocument, TradeLine, Vendor
from models.enums import ReorderingPolicy, TradeSide, TradeType
from services.planning.requisition import Scope, suggest
from tests.builders import World, d
from tests.support.trading import Trade

GROUP = "Requisition worksheet"
ITEMS, LINES_AN_ITEM = 20_000, 6
#: seconds on the clock
BUDGET = 60.0
FIRST_DAY = dt.date(2026, 3, 2)
LAST_DAY = dt.date(2026, 5, 31)
_POLICIES = (ReorderingPolicy.FIXED_REORDER_QUANTITY, ReorderingPolicy.MAXIMUM_QUANTITY, ReorderingPolicy.LOT_FOR_LOT)


def measure_requisition(engine: str, report: Report, *, items: int = ITEMS) -> None:
    """Stock, sales and purchases of every item, three policies; calculated twice, so that old lines are replaced."""
    if engine not in ENGINES:
        raise ValueError(engine)
    with empty_database(engine) as url, session_on(url) as session:
        _fill(session, items)
        for what in ("into an empty worksheet", "once more"):
            memory = _Memory()
            clock, cpu = time.perf_counter(), time.process_time()
            count = suggest(
                session, Scope(FIRST_DAY, LAST_DAY), progress=memory, commit=lambda work: perform(session, work)
            )
            spent, waited = time.process_time() - cpu, time.perf_counter() - clock
            kept = session.scalar(select(func.count()).select_from(PlanningLine))
            if count != kept or not count:
                raise RuntimeError(f"{count} lines proposed, {kept} kept")
            note = f"{spent:.1f} s of it at work, {count:,} lines, {memory.growth} MB more than after a tenth"
            report.add(Measure(GROUP, f"{items:,} items {what}", engine, waited, "s", BUDGET, note=note))


class _Memory:
    """Told of progress: by how much the process grew since a tenth was done, in MB."""

    def __init__(self) -> None:
        self._early = 0

    def __call__(self, done: int, total: int, _message: str = "") -> None:
        if not self._early and done * 10 >= total:
            self._early = self._most()

    @property
    def growth(self) -> int:
        return self._most() - self._early

    @staticmethod
    def _most() -> int:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _fill(session: Session, items: int) -> None:
    """Items of three policies, each with stock, three sales and three purchases within the horizon."""
    trade = Trade(World(session))
    place = trade.world.location_id("BLUE")
    vendor = session.scalars(select(Vendor.id).where(Vendor.no == "VEND")).one()
    first = []
    for number, policy in enumerate(_POLICIES):
        item = trade.item(
            f"P{number}", reordering_policy=policy, reorder_point=d(20), reorder_quantity=d(50),
            maximum_inventory=d(100), include_inventory=True, lead_time="7D", vendor_id=vendor,
        )  # fmt: skip
        trade.world.receive(item, 30, 1, at="BLUE")
        first.append(item.id)
    for kind in ("purchase_order", "sales_order"):
        row = {"item": session.get(Item, first[0]), "quantity": 8, "expected_date": FIRST_DAY, "location_id": place}
        trade.open(kind, row, on="2026-03-01")

    def work(session: Session) -> None:
        each, start = items // len(first), 1000
        for number, item_id in enumerate(first):
            begin = start + number * each
            own = {"id": "n.i", "no": code(session, "R", "n.i", 6)}
            copy(session, "item", f"t.id = {item_id}", begin, begin + each - 1, own)
            copy(session, "item_balance", f"t.item_id = {item_id}", begin, begin + each - 1, {"item_id": "n.i"})
        last = start + each * len(first) - 1
        for side in TradeSide:
            line_id, document_id = session.execute(
                select(TradeLine.id, TradeLine.document_id)
                .join(TradeDocument)
                .where(TradeDocument.side == side, TradeDocument.type == TradeType.ORDER)
            ).one()
            for number in range(LINES_AN_ITEM // 2):
                offset = (2 * number + (side == TradeSide.SALES)) * 1_000_000
                day = day_after(session, FIRST_DAY.isoformat(), f"(n.i * {7 + 4 * number} + {number} * 31) % 85")
                copy(session, "trade_line", f"t.id = {line_id}", start, last, {
                    "id": f"{offset} + 1000000 + n.i", "item_id": "n.i", "document_id": str(document_id),
                    "line_no": f"{offset} + 1000000 + n.i", "expected_date": day,
                    "outstanding_qty_base": f"t.outstanding_qty_base * ({1 + (side == TradeSide.SALES)} + n.i % 2)",
                })  # fmt: skip
        session.execute(text("ANALYZE"))

    perform(session, work)
