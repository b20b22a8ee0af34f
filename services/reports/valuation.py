"""Inventory valuation as of any day: by item, by location or by category (posting-and-costing.md section 16.4).

By posting date, as the ledgers that its figures open. A page asks for a window of rows; count, totals and chart come
from one grouped query, so that the page costs what it shows.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import CTE, ColumnElement, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from core.rounding import ZERO, round_unit_cost
from core.text import _
from models import Item, ItemCategory, Location, Permission, UnitOfMeasure
from models.enums import ItemType
from services.reports.charts import Chart
from services.reports.papers import PaperColumn
from services.reports.registry import ALL, SOURCES, Outcome, Report, Row, Subject, Window, share
from services.reports.selection import conditions_in_words, in_category
from services.reports.stock import stock_on


class By(enum.StrEnum):
    """What a row of the valuation is."""

    ITEM = "item"
    LOCATION = "location"
    CATEGORY = "category"


@dataclass(frozen=True, slots=True)
class ValuationParameters:
    """Which part of the inventory, in rows of what; `empty` shows items without stock and value too."""

    by: By = By.ITEM
    location_id: int | None = None
    category_id: int | None = None
    empty: bool = False


@dataclass(frozen=True, slots=True)
class _Sums:
    """Rows with a figure, and what all of them come to."""

    count: int
    quantity: Decimal
    expected: Decimal
    value: Decimal


def valuation(session: Session, parameters: ValuationParameters, as_of: dt.date, window: Window = ALL) -> Outcome:
    """What was in stock on the day and what it was worth: cost as posted plus what is expected."""
    run = {By.LOCATION: _by_location, By.CATEGORY: _by_category}.get(By(parameters.by), _by_item)
    return run(session, parameters, as_of, window)


def _held(session: Session, parameters: ValuationParameters, as_of: dt.date) -> CTE:
    """Quantity and value of each item, at the location asked for or everywhere; summed once for all that ask it."""
    stock = stock_on(session, as_of)
    sums = select(
        stock.c.item_id,
        *(func.sum(stock.c[name]).label(name) for name in ("quantity", "actual", "expected")),
    )
    if parameters.location_id is not None:
        sums = sums.where(stock.c.location_id == parameters.location_id)
    return sums.group_by(stock.c.item_id).cte("held")


def _shown(session: Session, parameters: ValuationParameters, held: CTE) -> list[ColumnElement[bool]]:
    found = [Item.type == ItemType.INVENTORY, *in_category(session, parameters.category_id)]
    if not parameters.empty:
        found.append(or_(held.c.quantity != ZERO, held.c.actual + held.c.expected != ZERO))
    return found


def _title_facts(session: Session, parameters: ValuationParameters) -> tuple[tuple[str, str], ...]:
    return conditions_in_words(
        session,
        (_("Location"), Location, parameters.location_id),
        (_("Category"), ItemCategory, parameters.category_id),
    )


def _note() -> str:
    return _("Value is the posted cost plus the expected cost of what was received and not yet invoiced, "
             "by posting date.")  # fmt: skip


def _by_item(session: Session, parameters: ValuationParameters, as_of: dt.date, window: Window) -> Outcome:
    held = _held(session, parameters, as_of)
    shown = _shown(session, parameters, held)
    page, sums, points = _page_and_totals(session, held, shown, window)
    rows = [
        Row(
            (no, words, category or "", quantity, unit or "",
             round_unit_cost((actual + expected) / quantity) if quantity else None, expected, actual + expected),
            Subject("item", no),
        )
        for no, words, category, unit, quantity, actual, expected in page
    ]  # fmt: skip
    return Outcome(
        _("Inventory valuation"), as_of, (
            PaperColumn(_("Item"), "code", "item"), PaperColumn(_("Description")), PaperColumn(_("Category")),
            PaperColumn(_("Quantity"), "quantity", "entries"), PaperColumn(_("Unit"), "code"),
            PaperColumn(_("Per unit"), "unit_cost"), PaperColumn(_("Expected"), "amount", "values"),
            PaperColumn(_("Value"), "amount", "values"),
        ),
        tuple(rows), (_("Total"), "", "", "", "", "", sums.expected, sums.value),
        Chart("bars", _("Inventory value by category"), points), _title_facts(session, parameters), _note(),
        count=sums.count,
    )  # fmt: skip


def _page_and_totals(
    session: Session, held: CTE, shown: list[ColumnElement[bool]], window: Window
) -> tuple[list[Any], _Sums, tuple[tuple[str, Decimal], ...]]:
    """The window's rows, and of all rows count and sums, and the value of each category, the largest first.

    One statement, so that the ledger is summed once for all of it; a category's row has no item number.
    """
    page = window.cut(
        select(
            Item.no.label("no"), Item.description.label("words"), ItemCategory.description.label("category"),
            UnitOfMeasure.code.label("unit"), held.c.quantity.label("quantity"), held.c.actual.label("actual"),
            held.c.expected.label("expected"), literal(1).label("rows"),
        )
        .join(held, held.c.item_id == Item.id)
        .outerjoin(ItemCategory, ItemCategory.id == Item.category_id)
        .outerjoin(UnitOfMeasure, UnitOfMeasure.id == Item.base_unit_of_measure_id)
        .where(*shown)
        .order_by(Item.no)
    ).subquery()  # fmt: skip
    categories = (
        select(
            literal(""), literal(""), ItemCategory.description, literal(""), func.sum(held.c.quantity),
            func.sum(held.c.actual), func.sum(held.c.expected), func.count(),
        )
        .select_from(Item)
        .join(held, held.c.item_id == Item.id)
        .outerjoin(ItemCategory, ItemCategory.id == Item.category_id)
        .where(*shown)
        .group_by(ItemCategory.id, ItemCategory.description)
    )  # fmt: skip
    found: list[Any] = []
    count, quantity, awaited, value = 0, ZERO, ZERO, ZERO
    worth: dict[str, Decimal] = {}
    for row in session.execute(union_all(select(page), categories)):
        if row.no:
            found.append(tuple(row)[:-1])
            continue
        name = row.category or _("No category")
        worth[name] = worth.get(name, ZERO) + row.actual + row.expected
        count += row.rows
        quantity += row.quantity
        awaited += row.expected
        value += row.actual + row.expected
    points = tuple(sorted(worth.items(), key=lambda pair: (-pair[1], pair[0])))
    return found, _Sums(count, quantity, awaited, value), points


def _by_location(session: Session, parameters: ValuationParameters, as_of: dt.date, window: Window) -> Outcome:
    """Every location, or the one asked for; few enough to be read whole."""
    stock = stock_on(session, as_of)
    query = (
        select(Location.code, Location.name, func.sum(stock.c.actual), func.sum(stock.c.expected))
        .join(Location, Location.id == stock.c.location_id)
        .join(Item, Item.id == stock.c.item_id)
        .where(Item.type == ItemType.INVENTORY, *in_category(session, parameters.category_id))
        .group_by(Location.code, Location.name)
        .order_by(Location.code)
    )
    if parameters.location_id is not None:
        query = query.where(stock.c.location_id == parameters.location_id)
    found = [
        (code, name, actual, expected)
        for code, name, actual, expected in session.execute(query)
        if parameters.empty or actual or expected
    ]
    whole = sum((actual + expected for _code, _name, actual, expected in found), ZERO)
    awaited = sum((expected for _code, _name, _actual, expected in found), ZERO)
    rows = [
        Row((code or _("(blank)"), name, share(actual + expected, whole), expected, actual + expected),
            Subject("location", code))
        for code, name, actual, expected in found
    ]  # fmt: skip
    points = tuple((name or code or _("No location"), actual + expected) for code, name, actual, expected in found)
    return Outcome(
        _("Inventory valuation by location"), as_of, (
            PaperColumn(_("Location"), "code", "location"), PaperColumn(_("Name")), PaperColumn(_("Share"), "percent"),
            PaperColumn(_("Expected"), "amount", "values"), PaperColumn(_("Value"), "amount", "valuation"),
        ),
        window.slice(rows), (_("Total"), "", "", awaited, whole),
        Chart("bars", _("Inventory value by location"), points), _title_facts(session, parameters), _note(),
        count=len(rows),
    )  # fmt: skip


def _by_category(session: Session, parameters: ValuationParameters, as_of: dt.date, window: Window) -> Outcome:
    """The categories right below the one asked for (the top ones without), each with all below it."""
    held = _held(session, parameters, as_of)
    worth: dict[int | None, list[Decimal]] = {}
    query = (
        select(Item.category_id, func.sum(held.c.quantity), func.sum(held.c.actual), func.sum(held.c.expected))
        .join(held, held.c.item_id == Item.id)
        .where(*_shown(session, parameters, held))
        .group_by(Item.category_id)
    )
    for category_id, _quantity, actual, expected in session.execute(query):
        worth[category_id] = [expected, actual + expected]
    heads = _heads(session, parameters.category_id)
    names = {
        row.id: (row.code, row.description)
        for row in session.execute(select(ItemCategory.id, ItemCategory.code, ItemCategory.description))
    }
    sums: dict[int | None, list[Decimal]] = {}
    for category_id, amounts in worth.items():
        into = sums.setdefault(heads.get(category_id), [ZERO, ZERO])
        into[0] += amounts[0]
        into[1] += amounts[1]
    whole = sum((amounts[1] for amounts in sums.values()), ZERO)
    rows, points = [], []
    for category_id, (expected, value) in sorted(sums.items(), key=lambda pair: (pair[0] is None, -pair[1][1])):
        code, words = names.get(category_id, ("", _("Directly here") if parameters.category_id else _("No category")))
        rows.append(
            Row((code, words, share(value, whole), expected, value), Subject("category", code) if code else None)
        )
        points.append((words or code, value))
    return Outcome(
        _("Inventory valuation by category"), as_of, (
            PaperColumn(_("Category"), "code", "categories"), PaperColumn(_("Description")),
            PaperColumn(_("Share"), "percent"), PaperColumn(_("Expected"), "amount", "valuation"),
            PaperColumn(_("Value"), "amount", "valuation"),
        ),
        window.slice(rows), (_("Total"), "", "", sum((amounts[0] for amounts in sums.values()), ZERO), whole),
        Chart("bars", _("Inventory value by category"), tuple(points)), _title_facts(session, parameters), _note(),
        count=len(rows),
    )  # fmt: skip


def _heads(session: Session, category_id: int | None) -> dict[int | None, int | None]:
    """For each category the one right below `category_id` (a top one without) that it belongs to."""
    parents = dict(session.execute(select(ItemCategory.id, ItemCategory.parent_id)).tuples().all())
    heads: dict[int | None, int | None] = {}
    for start in parents:
        head: int | None = start
        for _level in range(30):  # categories are a tree; the bound guards against a damaged one
            if head is None or head == category_id or parents.get(head) == category_id:
                break
            head = parents.get(head)
        heads[start] = head if head is not None and head != category_id else None
    return heads


def all_reports() -> Iterable[Report]:
    """The report of this module."""
    yield Report(
        "inventory-valuation", _("Inventory valuation"),
        _("What is in stock and what it is worth, by item, location or category."), Permission.COSTS_VIEW,
        ValuationParameters, valuation, "coins", paged=True,
    )  # fmt: skip


SOURCES.append(all_reports)
