"""The figures of the role centre: counted from kept balances and short work lists, each with an upper bound."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from models import (
    GeneralPostingSetup,
    GlAccount,
    GlBalance,
    Item,
    ItemCategory,
    ItemJournalLine,
    ItemLedgerEntry,
    ItemTotal,
    Job,
    JournalBatch,
    JournalTemplate,
    PostValueEntryToGl,
    Register,
    Reservation,
    User,
)
from models.enums import AccountCategory, EntryType, JobStatus, JournalType
from services.costs.waiting import is_waiting
from services.items.stock_state import StockState, in_states

#: Past this a figure says "more than"; nobody works off more in a day.
CAP = 1000
#: How far back "often sold" looks.
DAYS_BACK = 30
_ZERO = Decimal(0)


@dataclass(frozen=True)
class Waiting:
    """Lines of a journal batch that wait to be posted."""

    batch_id: int
    batch: str
    lines: int


@dataclass(frozen=True)
class Share:
    """A part of a whole: its code ("" for none), its words, its amount in local currency."""

    code: str
    name: str
    amount: Decimal


def _capped(session: Session, statement: Select[Any]) -> int:
    """How many rows, counted up to CAP + 1."""
    return session.scalar(select(func.count()).select_from(statement.limit(CAP + 1).subquery())) or 0


def items_in_states(session: Session, states: Sequence[StockState]) -> int:
    """Items in one of the states, as the item list filters them; counted up to CAP + 1."""
    joined = select(Item.id).join(ItemTotal, ItemTotal.item_id == Item.id).where(in_states(states))
    return _capped(session, joined)


def late_supplies(session: Session, today: dt.date) -> int:
    """Reservations whose supply should have come before today, counted up to CAP + 1."""
    return _capped(session, select(Reservation.id).where(Reservation.expected_receipt_date < today))


def items_in_use(session: Session) -> int:
    """Items that are not blocked, counted up to CAP + 1."""
    return _capped(session, select(Item.id).where(Item.blocked.is_(False)))


def inventory_value(session: Session) -> Decimal:
    """Cost of everything in stock, actual and expected: the sum of the items' kept totals."""
    value = ItemTotal.cost_amount_actual + ItemTotal.cost_amount_expected
    return session.scalar(select(func.sum(value, type_=ItemTotal.cost_amount_actual.type))) or _ZERO


def waiting_lines(session: Session) -> list[Waiting]:
    """Batches of the item journal with lines that wait, the fullest first (at most ten)."""
    number = func.count().label("lines")
    statement = (
        select(JournalBatch.id, JournalBatch.name, number)
        .join(ItemJournalLine, ItemJournalLine.batch_id == JournalBatch.id)
        .join(JournalTemplate, JournalTemplate.id == JournalBatch.template_id)
        .where(JournalTemplate.type == JournalType.ITEM, JournalTemplate.recurring.is_(False))
        .group_by(JournalBatch.id, JournalBatch.name)
        .order_by(number.desc(), JournalBatch.id)
        .limit(10)
    )
    return [Waiting(row.id, row.name, row.lines) for row in session.execute(statement)]


def items_to_adjust(session: Session) -> int:
    """Items that cost adjustment has to look at, as the page of cost adjustment lists them."""
    return _capped(session, select(Item.id).where(is_waiting()))


def entries_not_in_gl(session: Session) -> int:
    """Value entries whose cost has not reached the general ledger."""
    return _capped(session, select(PostValueEntryToGl.value_entry_id))


def failed_jobs(session: Session, since: dt.datetime) -> int:
    """Background jobs that failed since then."""
    return _capped(session, select(Job.id).where(Job.created_at >= since, Job.status == JobStatus.FAILED))


def locked_users(session: Session, now: dt.datetime) -> int:
    """Users who may not log in because of wrong passwords."""
    return _capped(session, select(User.id).where(User.locked_until > now))


def postings_since(session: Session, since: dt.datetime) -> int:
    """Registers written since then, counted up to CAP + 1."""
    return _capped(session, select(Register.id).where(Register.created_at >= since))


def sales_since(session: Session, day: dt.date) -> int:
    """Sale entries posted on that day or later, counted up to CAP + 1."""
    return _capped(
        session,
        select(ItemLedgerEntry.id).where(
            ItemLedgerEntry.posting_date >= day, ItemLedgerEntry.entry_type == EntryType.SALE
        ),
    )


def most_sold(session: Session, since: dt.date, most: int = 8) -> list[tuple[str, str, int]]:
    """Items with the most sale entries since that day: (no., description, entries); among the last 20,000 entries."""
    last = (
        select(ItemLedgerEntry.item_id)
        .where(ItemLedgerEntry.posting_date >= since, ItemLedgerEntry.entry_type == EntryType.SALE)
        .order_by(ItemLedgerEntry.posting_date.desc(), ItemLedgerEntry.id.desc())
        .limit(20_000)
        .subquery()
    )
    count = func.count()
    statement = (
        select(Item.no, Item.description, count)
        .join(last, last.c.item_id == Item.id)
        .group_by(Item.id, Item.no, Item.description)
        .order_by(count.desc(), Item.no)
        .limit(most)
    )
    return [(no, words, number) for no, words, number in session.execute(statement).tuples()]


def last_registers(session: Session, limit: int = 6) -> list[Register]:
    """The last postings, newest first."""
    return list(session.scalars(select(Register).order_by(Register.id.desc()).limit(limit)))


def lines_by_week(session: Session, today: dt.date, weeks: int = 10) -> list[tuple[dt.date, int]]:
    """Lines posted in each of the last weeks (Monday, lines), oldest first; from at most the last 2,000 registers."""
    monday = today - dt.timedelta(today.weekday())
    mondays = [monday - dt.timedelta(7 * back) for back in range(weeks - 1, -1, -1)]
    lines = dict.fromkeys(mondays, 0)
    last = select(Register.posting_date, Register.line_count).order_by(Register.id.desc()).limit(2000)
    for day, count in session.execute(last):
        week = day - dt.timedelta(day.weekday()) if day else None
        if week in lines:
            lines[week] += count
    return list(lines.items())


def value_by_category(session: Session, most: int = 7) -> list[Share]:
    """Inventory value of the top categories, largest first, the rest in one line with code "" and no name."""
    top: dict[int | None, Decimal] = {}
    parent = {
        row.id: row
        for row in session.execute(
            select(ItemCategory.id, ItemCategory.parent_id, ItemCategory.code, ItemCategory.description)
        )
    }
    value = ItemTotal.cost_amount_actual + ItemTotal.cost_amount_expected
    total = func.sum(value, type_=ItemTotal.cost_amount_actual.type)
    statement = (
        select(Item.category_id, total)
        .join(ItemTotal, ItemTotal.item_id == Item.id)
        .where(value != _ZERO)
        .group_by(Item.category_id)
    )
    for category_id, amount in session.execute(statement):
        root = category_id
        for _level in range(20):  # categories are a tree; the bound guards against a damaged one
            if root not in parent or parent[root].parent_id is None:
                break
            root = parent[root].parent_id
        top[root] = top.get(root, _ZERO) + (amount or _ZERO)
    shares = sorted(
        (
            Share(parent[root].code, parent[root].description, amount) if root in parent else Share("", "", amount)
            for root, amount in top.items()
        ),
        key=lambda share: (not share.code, -share.amount),
    )
    named = [share for share in shares if share.code][:most]
    rest = sum((share.amount for share in shares if share not in named), _ZERO)
    return [*named, Share("", "", rest)] if rest else named


def sales_by_month(session: Session, today: dt.date, months: int = 12) -> list[tuple[int, Decimal, Decimal]]:
    """Income and cost of goods sold of the last months (yyyymm, income, cost), oldest first; from the kept balances.

    Cost is what stands on the accounts of the general posting set-up for it: others of its category (direct cost
    applied, variances) would hide it.
    """
    last = today.year * 12 + today.month - 1
    wanted = [number // 12 * 100 + number % 12 + 1 for number in range(last - months + 1, last + 1)]
    found = {number: [_ZERO, _ZERO] for number in wanted}
    sold = set(session.scalars(select(GeneralPostingSetup.cogs_account_id).distinct()))
    statement = (
        select(GlBalance.month, GlBalance.account_id, GlBalance.debit - GlBalance.credit)
        .join(GlAccount, GlAccount.id == GlBalance.account_id)
        .where(
            GlBalance.month.in_(wanted),
            or_(GlAccount.category == AccountCategory.INCOME, GlAccount.id.in_(sold - {None})),
        )
    )
    for number, account_id, amount in session.execute(statement):
        if account_id in sold:
            found[number][1] += amount
        else:
            found[number][0] -= amount
    return [(number, income, cost) for number, (income, cost) in found.items()]
