"""The date from which an amount counts in cost calculation (posting-and-costing.md section 6): the one place. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable


def inbound_valuation_date(posting_date: dt.date, source: dt.date | None = None) -> dt.date:
    """Of a receipt: its posting date, but not before the outbound it takes its cost from."""
    return posting_date if source is None else max(posting_date, source)


def outbound_valuation_date(posting_date: dt.date, applied: Iterable[dt.date], *, fixed: bool) -> dt.date:
    """Of an issue: `applied` are the inbound entries' valuation dates in order of application.

    A fixed application takes the inbound's date even when it is earlier. Otherwise the posting date, unless an
    inbound counts only later: then the last one applied whose date is after the posting date.
    """
    result = posting_date
    for reference in applied:
        if fixed or reference > posting_date:
            result = reference
    return result
