"""Inventory valuation as of past days, over the ledgers behind the pages: from the call to the first page of rows."""

from __future__ import annotations

import datetime as dt
import time

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bench.report import Measure, Report
from models import ItemLedgerEntry
from services.reports.registry import Window
from services.reports.valuation import ValuationParameters, valuation

GROUP = "Inventory valuation as of a past day"
PAGE = 50
ROUNDS = 3


def measure_valuation(session: Session, engine: str, report: Report) -> None:
    """The valuation by item on a day near the first entries, in the middle, near the last, and today; best of three."""
    entry = ItemLedgerEntry
    first, last, count = session.execute(
        select(func.min(entry.posting_date), func.max(entry.posting_date), func.count())
    ).one()
    whole = last - first
    days = {
        "near the first entries": first + whole // 50,
        "in the middle": first + whole // 2,
        "near the last entries": last - whole // 50,
        "after all entries": last + dt.timedelta(days=1),
    }
    for name, day in days.items():
        taken = []
        for _round in range(ROUNDS):
            started, cpu = time.perf_counter(), time.process_time()
            outcome = valuation(session, ValuationParameters(), day, Window(0, PAGE))
            taken.append((time.perf_counter() - started, time.process_time() - cpu))
            session.rollback()
        seconds, cpu = min(taken)
        note = f"{count:,} entries, {outcome.count or 0:,} items with a figure; {cpu:.2f} s in the program"
        report.add(Measure(GROUP, f"valuation {name}", engine, seconds, "s", note=note))
