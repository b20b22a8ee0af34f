"""Recurring lines of the item journal: which are due, their texts, what stays of them (posting-and-costing.md 1.4)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from babel.dates import format_date
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from core.date_formulas import add_formula
from core.errors import PostingError, ValidationError
from core.rounding import ZERO
from core.text import _
from models import AccountingPeriod, ItemJournalLine, JournalBatch
from models.enums import RecurringMethod
from services.values import clean_formula

_line = ItemJournalLine
_LONGEST_NO, _LONGEST_TEXT = 20, 100


def is_due(on: dt.date | None) -> ColumnElement[bool]:
    """True for lines dated up to the work date `on` (None: any day) that have not expired before their date."""
    expires = _line.recurring_expiration_date
    lasts = or_(expires.is_(None), expires >= _line.posting_date)
    return lasts if on is None else lasts & (_line.posting_date <= on)


def clean_frequency(frequency: str, day: dt.date) -> str:
    """The formula as it is kept; a blank one is filled in later.

    Raises ValidationError `invalid_formula`, `frequency_not_forward`.
    """
    formula = clean_formula(frequency, "recurring_frequency")
    if formula and next_date(day, formula) <= day:
        raise ValidationError(
            "frequency_not_forward",
            _("From %(day)s this leads to no later day: the line would be posted again and again.",
              day=day.isoformat()),
            field="recurring_frequency", hint=_("1M is a month, 1W a week, 1D+CM the end of the next month."),
        )  # fmt: skip
    return formula


def next_date(day: dt.date, formula: str) -> dt.date:
    """The day after `day` on which the line comes again; past the calendar's end it stays there."""
    try:
        return add_formula(day, formula)
    except (ValueError, OverflowError):
        return day


def check_lines(lines: Iterable[ItemJournalLine]) -> list[PostingError]:
    """What recurring lines have to say before they are posted: method and frequency, each with its line."""
    errors = []
    for line in lines:
        if line.recurring_method == RecurringMethod.NONE:
            errors.append(
                PostingError(
                    "field_required", _("Say whether the quantity stays after posting or is typed anew."),
                    field="recurring_method", line=line.line_no,
                )
            )  # fmt: skip
        if not line.recurring_frequency:
            errors.append(
                PostingError(
                    "field_required", _("Say how often the line comes again."), field="recurring_frequency",
                    line=line.line_no, hint=_("1M is a month, 1W a week."),
                )
            )  # fmt: skip
    return errors


def period_names(session: Session, days: Iterable[dt.date]) -> dict[dt.date, str]:
    """The name of the accounting period that each day lies in; one query."""
    wanted = sorted(set(days))
    if not wanted:
        return {}
    periods = session.execute(
        select(AccountingPeriod.starting_date, AccountingPeriod.name)
        .where(AccountingPeriod.starting_date <= wanted[-1])
        .order_by(AccountingPeriod.starting_date)
    ).all()
    names = {}
    for day in wanted:
        names[day] = next((name for start, name in reversed(periods) if start <= day), "")
    return names


def expand(text: str, day: dt.date, period: str) -> str:
    """`text` with %1 day, %2 week, %3 month, %4 name of the month, %5 accounting period of the posting date."""
    if "%" not in text:
        return text
    parts = {
        "%1": f"{day.day}",
        "%2": f"{day.isocalendar().week}",
        "%3": f"{day.month}",
        "%4": format_date(day, "LLLL", locale="en"),
        "%5": period,
    }
    for token, part in parts.items():
        text = text.replace(token, part)
    return text


def texts_of(line: ItemJournalLine, period: str) -> tuple[str, str]:
    """Document no. and description of the line on its day. Raises PostingError `document_no_too_long`."""
    no = expand(line.document_no, line.posting_date, period).upper()
    if len(no) > _LONGEST_NO:
        raise PostingError(
            "document_no_too_long", _("Document no. %(no)s has more than %(most)s characters.", no=no,
                                      most=_LONGEST_NO),
            field="document_no", line=line.line_no, hint=_("Use %3 for the number of the month."),
        )  # fmt: skip
    return no, expand(line.description, line.posting_date, period)[:_LONGEST_TEXT]


def move_on(session: Session, batch: JournalBatch, line_nos: Iterable[int]) -> None:
    """Posted lines wait for their next day; a variable one for a new quantity too."""
    posted = set(line_nos)
    rows = session.scalars(
        select(_line).where(_line.batch_id == batch.id).execution_options(populate_existing=True)
    ).all()
    for line in rows:
        if line.line_no not in posted:
            continue
        line.posting_date = next_date(line.posting_date, line.recurring_frequency)
        line.document_date = None
        line.applies_to_entry_id = line.applies_from_entry_id = None
        if line.recurring_method == RecurringMethod.VARIABLE:
            line.quantity = line.amount = line.discount_amount = ZERO
    session.flush()
