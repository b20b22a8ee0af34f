"""What day and what instant it is; only the edges (pages, commands, jobs) ask, everybody else is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_fixed_today: ContextVar[dt.date | None] = ContextVar("fixed_today", default=None)


def utcnow() -> dt.datetime:
    """The instant, in UTC, with its time zone."""
    return dt.datetime.now(dt.UTC)


def today(work_date: dt.date | None = None) -> dt.date:
    """The work date the user has set, else the day the tests have set, else the calendar's."""
    return work_date or _fixed_today.get() or dt.datetime.now().astimezone().date()


@contextmanager
def fixed_today(day: dt.date) -> Iterator[None]:
    """Inside, `today()` is `day`; for tests and for building the demo company."""
    token = _fixed_today.set(day)
    try:
        yield
    finally:
        _fixed_today.reset(token)
