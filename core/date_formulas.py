"""Date formulas: `2D`, `1W`, `CM+1D`: days, weeks, months, quarters, years, and ends of current periods."""

from __future__ import annotations

import datetime as dt
import re
from calendar import monthrange

_TERM = re.compile(r"([+-]?)(?:(\d{1,4})([DWMQY])|C([DWMQY]))", re.ASCII)
_MONTHS = {"M": 1, "Q": 3, "Y": 12}


def add_formula(day: dt.date, formula: str) -> dt.date:
    """The day that `formula` leads to from `day`; a blank one leaves it. `CM` is the month's end, `-CM` its start.

    Terms are worked from left to right. Raises ValueError for what is no formula, OverflowError past the calendar.
    """
    rest = formula.strip().upper().replace(" ", "")
    while rest:
        term = _TERM.match(rest)
        if term is None:
            raise ValueError(f"{formula!r} is no date formula")
        sign, number, unit, current = term.groups()
        if current:
            day = _edge(day, current, first=sign == "-")
        else:
            day = _moved(day, -int(number) if sign == "-" else int(number), unit)
        rest = rest[term.end() :]
    return day


def subtract_formula(day: dt.date, formula: str) -> dt.date:
    """The day from which `formula` leads to `day`, term by term; raises as `add_formula`."""
    terms = [match.group(0) for match in _TERM.finditer(formula.strip().upper().replace(" ", ""))]
    for term in reversed(terms):
        day = add_formula(day, term[1:] if term.startswith("-") else f"-{term.lstrip('+')}")
    return day


def _moved(day: dt.date, number: int, unit: str) -> dt.date:
    if unit in ("D", "W"):
        return day + dt.timedelta(days=number * (7 if unit == "W" else 1))
    months = day.year * 12 + day.month - 1 + number * _MONTHS[unit]
    year, month = divmod(months, 12)
    if not 1 <= year <= 9999:
        raise OverflowError("the calendar ends there")
    return dt.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _edge(day: dt.date, unit: str, *, first: bool) -> dt.date:
    """First or last day of the period that `day` lies in; weeks begin on Monday."""
    if unit == "D":
        return day
    if unit == "W":
        monday = day - dt.timedelta(days=day.weekday())
        return monday if first else monday + dt.timedelta(days=6)
    length = _MONTHS[unit]
    start = (day.month - 1) // length * length + 1
    if first:
        return dt.date(day.year, start, 1)
    end = start + length - 1
    return dt.date(day.year, end, monthrange(day.year, end)[1])
