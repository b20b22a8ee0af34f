"""Periods of a view: days, weeks, months, quarters, years or accounting periods (section 12)."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.date_formulas import add_formula
from models import AccountingPeriod


class PeriodLength(StrEnum):
    """How long one row of the view is."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    ACCOUNTING_PERIOD = "accounting_period"


_LETTER = {
    PeriodLength.DAY: "D", PeriodLength.WEEK: "W", PeriodLength.MONTH: "M", PeriodLength.QUARTER: "Q",
    PeriodLength.YEAR: "Y",
}  # fmt: skip


def period_starts(session: Session, length: PeriodLength, first: dt.date, count: int) -> tuple[list[dt.date], dt.date]:
    """First days of `count` periods, the first one that of `first`, and the last day of the last one.

    Accounting periods are those of the set-up; past them, months.
    """
    if length == PeriodLength.ACCOUNTING_PERIOD:
        known = _accounting_periods(session, first, count + 1)
    else:
        known = [add_formula(first, f"-C{_LETTER[length]}")]
    letter = _LETTER.get(length, "M")
    while len(known) <= count:
        known.append(add_formula(known[-1], f"C{letter}+1D"))
    return known[:count], known[count] - dt.timedelta(days=1)


def _accounting_periods(session: Session, first: dt.date, count: int) -> list[dt.date]:
    start = AccountingPeriod.starting_date
    current = session.scalar(select(start).where(start <= first).order_by(start.desc()).limit(1))
    if current is None:
        return [add_formula(first, "-CM")]
    return list(session.scalars(select(start).where(start >= current).order_by(start).limit(count)))
