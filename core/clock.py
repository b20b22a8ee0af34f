"""What day and what instant it is; only the edges (pages, commands, jobs) ask, everybody else is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_fixed_today: ContextVar[dt.date | None] = ContextVar("fixed_today", default=None)
_fixed_now: ContextVar[dt.datetime | None] = ContextVar("fixed_now", default=None)


def utcnow() -> dt.datetime:
    """The instant, in UTC, with its time zone."""
    return _fixed_now.get() or dt.datetime.now(dt.UTC)


@contextmanager
def fixed_now(instant: dt.datetime) -> Iterator[None]:
    """Inside, `utcnow()` is `instant`, or now where that is earlier: nothing was written in the future."""
    token = _fixed_now.set(min(instant, dt.datetime.now(dt.UTC)))
    try:
        yield
    finally:
        _fixed_now.reset(token)


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
