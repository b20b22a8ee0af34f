"""The periods in which average cost is computed (posting-and-costing.md section 9.1)."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from calendar import monthrange
from collections.abc import Sequence

from models.enums import AverageCostPeriod

_DAY = dt.timedelta(days=1)


def period_end(
    day: dt.date,
    period: AverageCostPeriod,
    *,
    accounting_starts: Sequence[dt.date] = (),
    fiscal_year_starts: Sequence[dt.date] = (),
) -> dt.date:
    """Last day of the period that `day` lies in; calendar periods are cut at the start of a fiscal year.

    The two sequences ascend. A day after the last accounting period belongs to its calendar month.
    """
    if period == AverageCostPeriod.DAY:
        return day
    if period == AverageCostPeriod.ACCOUNTING_PERIOD:
        following = bisect_right(accounting_starts, day)
        if 0 < following < len(accounting_starts):
            return accounting_starts[following] - _DAY
        return _calendar_end(day, AverageCostPeriod.MONTH)
    end = _calendar_end(day, period)
    following = bisect_right(fiscal_year_starts, day)
    if following < len(fiscal_year_starts) and fiscal_year_starts[following] <= end:
        return fiscal_year_starts[following] - _DAY
    return end


def _calendar_end(day: dt.date, period: AverageCostPeriod) -> dt.date:
    if period == AverageCostPeriod.WEEK:
        return day + dt.timedelta(days=6 - day.weekday())
    if period == AverageCostPeriod.YEAR:
        return dt.date(day.year, 12, 31)
    month = day.month if period == AverageCostPeriod.MONTH else (day.month + 2) // 3 * 3
    return dt.date(day.year, month, monthrange(day.year, month)[1])


def period_start(
    end: dt.date,
    period: AverageCostPeriod,
    *,
    accounting_starts: Sequence[dt.date] = (),
    fiscal_year_starts: Sequence[dt.date] = (),
) -> dt.date:
    """First day of the period that ends on `end` (the inverse of `period_end`)."""
    if period == AverageCostPeriod.DAY:
        return end
    if period == AverageCostPeriod.ACCOUNTING_PERIOD:
        following = bisect_right(accounting_starts, end)
        return accounting_starts[following - 1] if 0 < following < len(accounting_starts) else end.replace(day=1)
    start = _calendar_start(end, period)
    before = bisect_right(fiscal_year_starts, end)
    return max(start, fiscal_year_starts[before - 1]) if before else start


def _calendar_start(day: dt.date, period: AverageCostPeriod) -> dt.date:
    if period == AverageCostPeriod.WEEK:
        return day - dt.timedelta(days=day.weekday())
    if period == AverageCostPeriod.YEAR:
        return dt.date(day.year, 1, 1)
    month = day.month if period == AverageCostPeriod.MONTH else (day.month - 1) // 3 * 3 + 1
    return dt.date(day.year, month, 1)
