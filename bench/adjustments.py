"""Cost adjustment: entries touched in a second as their number grows, back-dated receipts, memory."""

from __future__ import annotations

import datetime as dt
import math
import random
import resource
import time
from collections.abc import Callable, Sequence
from decimal import Decimal

from sqlalchemy import update
from sqlalchemy.orm import Session

from bench.adjustment_dataset import multiply
from bench.databases import empty_database, session_on, set_up_company
from bench.postings import CONTEXT, add_items
from bench.report import Measure, Report
from core.unit_of_work import perform
from models import Item
from models.enums import CostingMethod, EntryType
from posting.lines import PostingLine
from posting.post import post_lines
from services.cost_adjustment import Run, adjust_cost
from services.poster import Poster

GROUP = "Cost adjustment"
SIZES = (10_000, 100_000)
LARGEST = 1_000_000
#: entries of one item in the runs that grow: more items, not longer histories
AN_ITEM = 500
#: so many entries are posted, the rest are copies of them for other items
POSTED = 10_000
BATCH = 2_000
FIRST_DAY = dt.date(2026, 1, 5)
#: touched entries a second; seconds for a back-dated receipt in front of so many entries (DESIGN section 10)
BUDGET, BACK_DATED_BUDGET, BACK_DATED = 20_000, 2, 10_000
_POSTER = Poster(user_name="bench")


def measure_adjustments(engine: str, report: Report, *, largest: bool) -> None:
    """Runs of growing size, each in a database of its own, then back-dated receipts in front of one item's entries.

    The exponent comes from the time in the program: a busy machine makes the clock's no figure.
    """
    found = [(size, _measure_size(engine, report, size)) for size in (*SIZES, *([LARGEST] if largest else []))]
    first, seconds = found[0]
    for last, more in found[1:]:
        exponent = math.log(more / seconds) / math.log(last / first)
        note = f"{exponent:.2f} from {first:,} to {last:,} entries"
        report.add(Measure(GROUP, "growth exponent", engine, exponent, "", 1.1, note=note))
    for method in (CostingMethod.FIFO, CostingMethod.AVERAGE):
        _measure_back_dated(engine, report, method)


def _measure_size(engine: str, report: Report, size: int) -> float:
    with empty_database(engine) as url, session_on(url) as session:
        set_up_company(session)
        items = add_items(session, size // AN_ITEM)
        base = items[: POSTED // AN_ITEM]
        _post(session, _trade(base, POSTED))
        multiply(session, items, len(base))
        memory = _Memory()
        taken, cpu, run = _timed(lambda: adjust_cost(session, _POSTER, progress=memory))
        note = (
            f"{run.touched:,} touched (read and looked at), {run.written:,} written in {taken:.1f} s, {cpu:.1f} of it "
            f"in the program: {run.touched / cpu:,.0f} touched, {run.written / cpu:,.0f} written a second of that; "
            f"memory grew by {memory.growth} MB after the first tenth"
        )
        name = f"adjust {size:,} entries"
        report.add(Measure(GROUP, name, engine, run.touched / taken, "entries/s", BUDGET, floor=True, note=note))
        return cpu


def _measure_back_dated(engine: str, report: Report, method: CostingMethod) -> None:
    """A receipt before everything else of one item, once all of it is adjusted."""
    with empty_database(engine) as url, session_on(url) as session:
        set_up_company(session)
        items = add_items(session, 1)
        perform(session, lambda s: s.execute(update(Item).values(costing_method=method)).rowcount)
        _post(session, _trade(items, BACK_DATED))
        adjust_cost(session, _POSTER)
        line = _line(0, items[0], EntryType.PURCHASE, 50, Decimal("7.77"), FIRST_DAY - dt.timedelta(days=1))
        _post(session, [line])
        taken, cpu, run = _timed(lambda: adjust_cost(session, _POSTER))
        name = f"back-dated receipt, {method.value}"
        found = f"{run.touched:,} touched, {run.written:,} written; {cpu:.2f} s in the program"
        note = f"before {BACK_DATED:,} entries: {found}"
        report.add(Measure(GROUP, name, engine, taken, "s", BACK_DATED_BUDGET, note=note))


def _timed(work: Callable[[], Run]) -> tuple[float, float, Run]:
    """Seconds on the clock and of this process."""
    started, cpu = time.perf_counter(), time.process_time()
    run = work()
    if run.failed:
        raise RuntimeError(str(run.failed[0]))
    return time.perf_counter() - started, time.process_time() - cpu, run


class _Memory:
    """Told of progress: the most this process has held since a tenth was done, beyond what it held then, in MB."""

    def __init__(self) -> None:
        self._after_a_tenth = 0

    def __call__(self, done: int, total: int, _message: str = "") -> None:
        if not self._after_a_tenth and done * 10 >= total:
            self._after_a_tenth = self._most()

    @property
    def growth(self) -> int:
        return self._most() - self._after_a_tenth

    @staticmethod
    def _most() -> int:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _post(session: Session, lines: Sequence[PostingLine]) -> None:
    for start in range(0, len(lines), BATCH):
        batch = lines[start : start + BATCH]
        perform(session, lambda s, batch=batch: post_lines(s, batch, CONTEXT))


def _trade(items: Sequence[int], count: int) -> list[PostingLine]:
    """Purchases ever dearer and sales in turn, spread over the items and a year; nothing ever runs out."""
    dice = random.Random(1)
    lines = []
    for number in range(count):
        sale = number % 2 == 1
        day = FIRST_DAY + dt.timedelta(days=number * 300 // count)
        kind, quantity = (EntryType.SALE, -dice.randint(1, 9)) if sale else (EntryType.PURCHASE, dice.randint(5, 14))
        price = Decimal(dice.randint(100, 5000)) / 100
        lines.append(_line(number, items[number // 2 % len(items)], kind, quantity, price, day))
    return lines


def _line(number: int, item_id: int, kind: EntryType, quantity: int, price: Decimal, day: dt.date) -> PostingLine:
    return PostingLine(
        line_no=number + 1,
        entry_type=kind,
        item_id=item_id,
        quantity=Decimal(quantity),
        posting_date=day,
        document_no=f"D{number // 10:08}",
        unit_cost=price,
        unit_amount=price,
        amount=price * abs(quantity),
        unit_of_measure_code="PCS",
    )
