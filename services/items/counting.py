"""When an item is to be counted next, by its counting period (posting-and-costing.md section 17.3). Pure."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass

_MONTHS_A_YEAR = 12
_HALF_MONTHS = 24
_MIDDLE_OF_MONTH = 15


@dataclass(frozen=True)
class CountWindow:
    """The days, both included, in which the next count is due."""

    starts: dt.date
    ends: dt.date

    def is_due(self, on: dt.date) -> bool:
        """True once the window has begun; a count within it would have moved it on."""
        return on >= self.starts


def next_window(counts_per_year: int, last_count: dt.date | None, on: dt.date) -> CountWindow:
    """The window after the one the last count fell into; never counted: the one that `on` lies in.

    1, 2, 3, 4, 6 and 12 counts a year are equal slices of the calendar, 24 are half months, others cut the days of
    the year as evenly as they go.
    """
    window = window_of(counts_per_year, last_count or on)
    return window if last_count is None else window_of(counts_per_year, window.ends + dt.timedelta(days=1))


def window_of(counts_per_year: int, day: dt.date) -> CountWindow:
    """The slice of its year that `day` lies in."""
    if counts_per_year == _HALF_MONTHS:
        return _half_month(day)
    if _MONTHS_A_YEAR % counts_per_year == 0:
        return _months(_MONTHS_A_YEAR // counts_per_year, day)
    first = dt.date(day.year, 1, 1)
    days = 366 if calendar.isleap(day.year) else 365
    begins = [slice_no * days // counts_per_year for slice_no in range(counts_per_year + 1)]
    place = next(no for no in range(counts_per_year) if (day - first).days < begins[no + 1])
    return CountWindow(first + dt.timedelta(days=begins[place]), first + dt.timedelta(days=begins[place + 1] - 1))


def _half_month(day: dt.date) -> CountWindow:
    if day.day <= _MIDDLE_OF_MONTH:
        return CountWindow(day.replace(day=1), day.replace(day=_MIDDLE_OF_MONTH))
    return CountWindow(day.replace(day=_MIDDLE_OF_MONTH + 1), _end_of_month(day.year, day.month))


def _months(months: int, day: dt.date) -> CountWindow:
    first = (day.month - 1) // months * months + 1
    return CountWindow(dt.date(day.year, first, 1), _end_of_month(day.year, first + months - 1))


def _end_of_month(year: int, month: int) -> dt.date:
    return dt.date(year, month, calendar.monthrange(year, month)[1])
