"""Reports on what lies where and what was sold, from the kept balances (services/reports/stock.py for past days)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.rounding import ZERO
from core.text import _
from models import (
    GeneralPostingSetup,
    GlAccount,
    GlBalance,
    Item,
    ItemCategory,
    Location,
    Permission,
)
from models.enums import ItemType
from services.reports.charts import Chart
from services.reports.papers import PaperColumn
from services.reports.registry import SOURCES, Outcome, Report, Row, Subject, add_up, share
from services.reports.selection import conditions_in_words, in_category
from services.reports.stock import stock_on

#: more accounts side by side than this fit on no sheet; the rest is one column
MOST_ACCOUNTS = 6


@dataclass(frozen=True, slots=True)
class ByLocationParameters:
    """Which items."""

    category_id: int | None = None


@dataclass(frozen=True, slots=True)
class MonthsParameters:
    """How far back, in whole months with the current one."""

    months: int = 12


def _columns(*parts: tuple[str, ...]) -> tuple[PaperColumn, ...]:
    """Each part: label, kind, and for figures that open something, what they open and what that is about."""
    return tuple(PaperColumn(*part) for part in parts)


def by_location(session: Session, parameters: ByLocationParameters, as_of: dt.date) -> Outcome:
    """Every location with the number of items in stock, short items and value on the day."""
    stock = stock_on(session, as_of)
    query = (
        select(
            Location.code, Location.name, stock.c.item_id, func.sum(stock.c.quantity), func.sum(stock.c.actual),
            func.sum(stock.c.expected),
        )
        .join(Location, Location.id == stock.c.location_id)
        .join(Item, Item.id == stock.c.item_id)
        .where(Item.type == ItemType.INVENTORY, *in_category(session, parameters.category_id))
        .group_by(Location.code, Location.name, stock.c.item_id)
        .order_by(Location.code)
    )  # fmt: skip
    found: dict[tuple[str, str], list[Any]] = {}
    for code, name, _item, on_hand, actual, expected in session.execute(query).tuples():
        place = found.setdefault((code, name), [0, 0, ZERO])
        place[0] += 1 if on_hand > 0 else 0
        place[1] += 1 if on_hand < 0 else 0
        place[2] += actual + expected
    whole = sum((place[2] for place in found.values()), ZERO)
    columns = _columns(
        (_("Location"), "code", "location"), (_("Name"), "text"), (_("Items in stock"), "number", "valuation"),
        (_("Items short"), "number", "valuation"), (_("Share"), "percent"), (_("Value"), "amount", "values"),
    )  # fmt: skip
    rows = tuple(
        Row((code or _("(blank)"), name, stocked, short, share(value, whole), value), Subject("location", code))
        for (code, name), (stocked, short, value) in found.items()
    )
    points = tuple((name or code or _("No location"), place[2]) for (code, name), place in found.items())
    return Outcome(
        _("Inventory by location"), as_of, columns, rows, add_up(columns, rows, frozenset({5})),
        Chart("bars", _("Inventory value by location"), points),
        conditions_in_words(session, (_("Category"), ItemCategory, parameters.category_id)),
    )  # fmt: skip


def months(session: Session, parameters: MonthsParameters, as_of: dt.date) -> Outcome:
    """Cost of goods sold and inventory adjustments by account and month, from the months' balances."""
    wanted = _months_back(as_of, parameters.months)
    sold = {found for found in session.scalars(select(GeneralPostingSetup.cogs_account_id).distinct()) if found}
    adjusting = select(GeneralPostingSetup.inventory_adjustment_account_id).distinct()
    adjusted = {found for found in session.scalars(adjusting) if found}
    query = (
        select(GlAccount.id, GlAccount.no, GlAccount.name, GlBalance.month, GlBalance.debit - GlBalance.credit)
        .join(GlAccount, GlAccount.id == GlBalance.account_id)
        .where(GlBalance.month.in_(wanted), GlAccount.id.in_(sold | adjusted))
        .order_by(GlAccount.no, GlBalance.month)
    )
    accounts: dict[int, tuple[str, str]] = {}
    figures: dict[tuple[int, int], Decimal] = {}
    for account_id, no, name, month, amount in session.execute(query).tuples():
        accounts[account_id] = (no, name)
        figures[month, account_id] = amount
    shown = list(accounts)[:MOST_ACCOUNTS]
    rest = list(accounts)[MOST_ACCOUNTS:]
    columns = _columns(
        (_("Month"), "code"), *((f"{no} {name}", "amount", "gl", no) for no, name in map(accounts.__getitem__, shown)),
        *([(_("Other accounts"), "amount")] if rest else []), (_("Total"), "amount"),
    )  # fmt: skip
    rows, points = [], []
    for month in wanted:
        amounts = [figures.get((month, account_id), ZERO) for account_id in shown]
        if rest:
            amounts.append(sum((figures.get((month, account_id), ZERO) for account_id in rest), ZERO))
        word = f"{month // 100}-{month % 100:02}"
        rows.append(Row((word, *amounts, sum(amounts, ZERO)), Subject("month", str(month))))
        points.append((word[2:], sum((figures.get((month, account_id), ZERO) for account_id in sold), ZERO)))
    kept = tuple(rows)
    return Outcome(
        _("Cost of goods by month"), as_of, columns, kept, add_up(columns, kept, frozenset(range(1, len(columns)))),
        Chart("columns", _("Cost of goods sold by month"), tuple(points)),
        note=_("Debits less credits on the accounts for cost of goods sold and inventory adjustment of the general "
               "posting set-up."),
    )  # fmt: skip


def _months_back(day: dt.date, count: int) -> list[int]:
    """The last `count` months up to the one of `day`, as year x 100 + month."""
    last = day.year * 12 + day.month - 1
    return [number // 12 * 100 + number % 12 + 1 for number in range(last - count + 1, last + 1)]


def all_reports() -> Iterable[Report]:
    """The reports of this module."""
    yield Report(
        "inventory-by-location", _("Inventory by location"), _("How much of the inventory lies where."),
        Permission.COSTS_VIEW, ByLocationParameters, by_location, "map-pin",
    )  # fmt: skip
    yield Report(
        "cost-by-month", _("Cost of goods by month"), _("What was sold and adjusted, at cost, month by month."),
        Permission.GL_VIEW, MonthsParameters, months, "history",
    )  # fmt: skip


SOURCES.append(all_reports)
