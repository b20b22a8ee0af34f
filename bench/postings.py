"""Lines posted in a second, by size of batch; and the same rows written raw, which no posting can beat."""

from __future__ import annotations

import cProfile
import datetime as dt
import pstats
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from bench.databases import empty_database, session_on, set_up_company
from bench.dataset import settle
from bench.report import Measure, Report
from core.unit_of_work import perform
from models import (
    GenProductPostingGroup,
    InventoryPostingGroup,
    Item,
    UnitOfMeasure,
)
from models.enums import EntryType
from posting.bulk import columns_of, insert_rows
from posting.digest import DIGESTED_TABLES
from posting.lines import PostingContext, PostingLine
from posting.post import post_lines

GROUP = "Posting"
ITEMS = 200
#: size of a batch -> how many make one round
BATCHES = {1: 60, 10: 40, 100: 20, 1000: 4}
ROUNDS = 8
#: lines a second for batches of 100 and more (DESIGN section 10)
BUDGETS = {"sqlite": 3000, "postgresql": 2000}
FIRST_DAY = dt.date(2026, 1, 5)
CONTEXT = PostingContext(source_code="ITEMJNL")
_SHIFT = 1 << 40


@dataclass
class _Size:
    """What was measured for one size of batch."""

    size: int
    count: int
    rounds: list[tuple[float, float]]
    registers: list[int]


def measure_postings(engine: str, report: Report, *, profile: bool = False) -> None:
    """Post batches of every size, then write the rows of such batches raw."""
    with empty_database(engine) as url, session_on(url) as session:
        set_up_company(session)
        trade = _Trade(add_items(session, ITEMS))
        for _round in range(10):  # stock and layers to take from, warm caches
            _post(session, trade.lines(400))
        settle(session)  # without statistics PostgreSQL reads a ledger whole for the eleven entries it has to change
        measured = [_measure_size(session, trade, size, count, profile=profile) for size, count in BATCHES.items()]
        # Last: the copies are open entries too, and no posting may find them.
        for found in measured:
            raw = min(_raw(session, register_id) for register_id in found.registers[-ROUNDS:])
            _report(report, engine, found, raw)


def _measure_size(session: Session, trade: _Trade, size: int, count: int, *, profile: bool) -> _Size:
    found = _Size(size, count, [], [])
    for _round in range(ROUNDS):
        batches = [trade.lines(size) for _batch in range(count)]
        found.rounds.append(
            _timed(lambda batches=batches: found.registers.extend(_post(session, lines) for lines in batches))
        )
    if profile:
        batches = [trade.lines(size) for _batch in range(count)]
        print(f"batches of {size}")
        _profile(lambda: [_post(session, lines) for lines in batches])
    return found


def _report(report: Report, engine: str, found: _Size, raw: float) -> None:
    seconds = min(clock for clock, _cpu in found.rounds) / found.count
    cpu = min(cpu for _clock, cpu in found.rounds) / found.count
    budget = BUDGETS[engine] if found.size >= 100 else None
    note = (
        f"{1000 * seconds:.1f} ms a batch, {1000 * cpu:.1f} of it in the program; raw rows {found.size / raw:,.0f} "
        f"lines/s ({seconds / raw:.1f} times as fast)"
    )
    name = f"batches of {found.size}"
    report.add(Measure(GROUP, name, engine, found.size / seconds, "lines/s", budget, floor=True, note=note))


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds on the clock, and of this process."""
    start, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - start, time.process_time() - cpu


def _profile(work: Callable[[], object]) -> None:
    with cProfile.Profile() as profiler:
        work()
    pstats.Stats(profiler).sort_stats("tottime").print_stats(40)


def _post(session: Session, lines: list[PostingLine]) -> int:
    return perform(session, lambda s: post_lines(s, lines, CONTEXT))


class _Trade:
    """Endless purchases and sales of the items, in equal parts, a little dearer every time."""

    def __init__(self, item_ids: list[int]) -> None:
        self._item_ids = item_ids
        self._random = random.Random(1)
        self._number = 0

    def lines(self, count: int) -> list[PostingLine]:
        """The next `count` lines, one document for ten of them."""
        return [self._line() for _line in range(count)]

    def _line(self) -> PostingLine:
        self._number += 1
        number, draw = self._number, self._random
        sale = number % 2 == 0
        quantity = draw.randint(1, 9) if sale else draw.randint(2, 12)
        price = Decimal(draw.randint(100, 5000)) / 100
        return PostingLine(
            line_no=number,
            entry_type=EntryType.SALE if sale else EntryType.PURCHASE,
            item_id=draw.choice(self._item_ids),
            quantity=Decimal(-quantity if sale else quantity),
            posting_date=FIRST_DAY + dt.timedelta(days=number // 1000),
            document_no=f"D{number // 10:08}",
            unit_cost=price,
            unit_amount=price,
            amount=price * quantity,
            unit_of_measure_code="PCS",
        )


def add_items(session: Session, count: int) -> list[int]:
    """So many items that can be posted; their ids."""

    def work(s: Session) -> list[int]:
        unit = s.scalars(select(UnitOfMeasure.id).where(UnitOfMeasure.code == "PCS")).one()
        product = s.scalars(select(GenProductPostingGroup.id).order_by(GenProductPostingGroup.id)).first()
        inventory = s.scalars(select(InventoryPostingGroup.id).order_by(InventoryPostingGroup.id)).first()
        rows = [
            {"no": f"B{number:05}", "description": f"Bench item {number}", "base_unit_of_measure_id": unit,
             "gen_product_posting_group_id": product, "inventory_posting_group_id": inventory}
            for number in range(count)
        ]  # fmt: skip
        s.execute(insert(Item), rows)
        return list(s.scalars(select(Item.id).order_by(Item.id)))

    return perform(session, work)


def _raw(session: Session, register_id: int) -> float:
    """Seconds to write the ledger rows of a register once more, far behind all real numbers, and to commit them."""
    copies: list[tuple[str, list[str], list[tuple[Any, ...]]]] = []
    for name in DIGESTED_TABLES:
        columns = list(columns_of(name))
        key = columns.index("gl_entry_id" if name == "gl_item_ledger_relation" else "id")
        rows = session.execute(
            text(f"SELECT {', '.join(columns)} FROM {name} WHERE register_id = :id"), {"id": register_id}
        ).all()
        copies.append((name, columns, [(*row[:key], row[key] + _SHIFT, *row[key + 1 :]) for row in rows]))

    def work(s: Session) -> None:
        for name, columns, rows in copies:
            insert_rows(s, name, columns, rows)

    return _timed(lambda: perform(session, work))[0]
