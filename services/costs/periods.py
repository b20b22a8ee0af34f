"""Inventory periods for the page: each with what keeps it from being closed, and who closed or reopened it when.

Closing itself is services/inventory_periods.py's (posting-and-costing.md section 15).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from core.errors import NotFound
from core.text import _
from models import CostPoint, InventoryPeriod, InventoryPeriodLog, Item, ItemLedgerEntry, User

#: Most obstacles of a kind that are named; they are counted up to CAP.
NAMED = 50
CAP = 1000


@dataclass(frozen=True, slots=True)
class Happening:
    """A period was closed or reopened."""

    closed: bool
    user_name: str
    created_at: dt.datetime
    last_register_id: int | None


@dataclass(frozen=True, slots=True)
class OpenIssue:
    """An outbound entry that is still open: more went out than was there."""

    entry_id: int
    item_no: str
    posting_date: dt.date
    remaining: Decimal


@dataclass(frozen=True, slots=True)
class Obstacles:
    """What keeps a period from being closed; the first of each kind, and how many there are (up to CAP + 1)."""

    unadjusted: Sequence[tuple[str, str, dt.date]]
    unadjusted_count: int
    issues: Sequence[OpenIssue]
    issue_count: int

    @property
    def none(self) -> bool:
        """The period can be closed."""
        return not self.unadjusted_count and not self.issue_count


def find_period(session: Session, period_id: int) -> InventoryPeriod:
    """The period. Raises NotFound `period_not_found`."""
    period = session.get(InventoryPeriod, period_id)
    if period is None:
        raise NotFound("period_not_found", _("There is no such inventory period: choose one from the list."))
    return period


def page_of_periods(session: Session, *, page: int, size: int) -> tuple[Sequence[InventoryPeriod], bool]:
    """Periods, the newest first, and whether there are older ones behind the page."""
    found = session.scalars(
        select(InventoryPeriod).order_by(InventoryPeriod.ending_date.desc()).offset((page - 1) * size).limit(size + 1)
    ).all()
    return found[:size], len(found) > size


def last_happenings(session: Session, period_ids: Sequence[int]) -> dict[int, Happening]:
    """The last closing or reopening of each of these periods (one query)."""
    last = (
        select(func.max(InventoryPeriodLog.id))
        .where(InventoryPeriodLog.inventory_period_id.in_(sorted(period_ids)))
        .group_by(InventoryPeriodLog.inventory_period_id)
    )
    return dict(_log(session, InventoryPeriodLog.id.in_(last)))


def history(session: Session, period_id: int) -> list[Happening]:
    """Closings and reopenings of a period, the newest first (at most 50)."""
    return [happening for _period, happening in _log(session, InventoryPeriodLog.inventory_period_id == period_id)]


def _log(session: Session, condition: ColumnElement[bool]) -> list[tuple[int, Happening]]:
    log = InventoryPeriodLog
    rows = session.execute(
        select(log.inventory_period_id, log.closed, User.full_name, User.email, log.created_at, log.last_register_id)
        .outerjoin(User, User.id == log.user_id)
        .where(condition)
        .order_by(log.id.desc())
        .limit(NAMED)
    )
    return [
        (period, Happening(closed, name or email or "", at, last)) for period, closed, name, email, at, last in rows
    ]


def obstacles_of(session: Session, ending_date: dt.date) -> Obstacles:
    """What keeps the period that ends on the day from being closed (four queries, each with an upper bound)."""
    point = (
        select(CostPoint.item_id, func.min(CostPoint.period_end).label("since"))
        .where(CostPoint.adjusted.is_(False), CostPoint.period_end <= ending_date)
        .group_by(CostPoint.item_id)
        .limit(CAP + 1)
        .subquery()
    )
    unadjusted = session.execute(
        select(Item.no, Item.description, point.c.since)
        .join(point, point.c.item_id == Item.id)
        .order_by(Item.no)
        .limit(NAMED)
    ).all()
    count = session.scalar(select(func.count()).select_from(point)) or 0
    entry = ItemLedgerEntry
    short = (entry.open, entry.positive.is_(False), entry.posting_date <= ending_date)
    issues = session.execute(
        select(entry.id, Item.no, entry.posting_date, entry.remaining_quantity)
        .join(Item, Item.id == entry.item_id)
        .where(*short)
        .order_by(entry.posting_date, entry.id)
        .limit(NAMED)
    ).all()
    capped = select(entry.id).where(*short).limit(CAP + 1).subquery()
    issue_count = session.scalar(select(func.count()).select_from(capped)) or 0
    return Obstacles(
        [(no, words, since) for no, words, since in unadjusted], count, [OpenIssue(*row) for row in issues], issue_count
    )
