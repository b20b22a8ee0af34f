"""Inventory valuation with movements: opening, increases, decreases, closing (posting-and-costing.md section 16.4).

Opening and closing come from the kept balances, what happened between from the value entries of those days alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from core.errors import ValidationError
from core.rounding import ZERO
from core.text import _
from models import Item, ItemCategory, Location, Permission, ValueEntry
from models.base import ScaledDecimal
from models.enums import EntryType, ItemType
from services.reports.papers import PaperColumn
from services.reports.registry import ALL, SOURCES, Outcome, Report, Row, Subject, Window
from services.reports.selection import conditions_in_words, in_category
from services.reports.stock import stock_on

#: what counts as an increase; all other kinds but transfers are decreases, returns among them with the other sign
INCREASES = (EntryType.PURCHASE, EntryType.POSITIVE_ADJMT, EntryType.OUTPUT, EntryType.ASSEMBLY_OUTPUT)
_AMOUNT = ScaledDecimal()
_NOTHING = literal(ZERO, _AMOUNT)
_value = ValueEntry
#: figures of a row, in the order of the columns
_FIGURES = (
    "opening_quantity",
    "opening_value",
    "in_quantity",
    "in_value",
    "closing_quantity",
    "closing_value",
    "posted",
)


@dataclass(frozen=True, slots=True)
class MovementParameters:
    """From which day (the first of the month when None), and which part of the inventory."""

    start: dt.date | None = None
    location_id: int | None = None
    category_id: int | None = None


def movements(session: Session, parameters: MovementParameters, as_of: dt.date, window: Window = ALL) -> Outcome:
    """Every item with stock or movement between the days. Raises ValidationError `days_reversed`."""
    start = parameters.start or as_of.replace(day=1)
    if start > as_of:
        raise ValidationError("days_reversed", _("The first day lies after the last."), field="start")
    sums = _sums(session, parameters, start, as_of)
    shown = [
        Item.type == ItemType.INVENTORY,
        *in_category(session, parameters.category_id),
        or_(*(sums.c[name] != ZERO for name in _FIGURES)),
    ]
    figures = [sums.c[name] for name in _FIGURES]
    query = (
        select(Item.no, Item.description, *figures)
        .join(sums, sums.c.item_id == Item.id)
        .where(*shown)
        .order_by(Item.no)
    )  # fmt: skip
    rows = [
        Row((no, words, *_columns_of(*amounts)), Subject("item", no))
        for no, words, *amounts in session.execute(window.cut(query))
    ]
    count, *totals = session.execute(
        select(func.count(), *(func.sum(figure, type_=_AMOUNT) for figure in figures))
        .select_from(Item)
        .join(sums, sums.c.item_id == Item.id)
        .where(*shown)
    ).one()
    summed = _columns_of(*(total or ZERO for total in totals))
    return Outcome(
        _("Inventory movements"), as_of, _columns(start, as_of), tuple(rows), (_("Total"), "", *summed),
        conditions=(
            (_("From"), start.isoformat()),
            *conditions_in_words(session, (_("Location"), Location, parameters.location_id),
                                 (_("Category"), ItemCategory, parameters.category_id)),
        ),
        note=_("By posting date, expected cost included. A transfer within what is shown is neither increase nor "
               "decrease. What cost adjustment pushed into a later period changes value without a quantity."),
        count=count,
    )  # fmt: skip


def _columns(start: dt.date, as_of: dt.date) -> tuple[PaperColumn, ...]:
    return (
        PaperColumn(_("Item"), "code", "item"), PaperColumn(_("Description")),
        PaperColumn(_("Opening quantity"), "quantity"), PaperColumn(_("Opening value"), "amount"),
        PaperColumn(_("Increase"), "quantity"), PaperColumn(_("Increase, value"), "amount"),
        PaperColumn(_("Decrease"), "quantity"), PaperColumn(_("Decrease, value"), "amount"),
        PaperColumn(_("Closing quantity"), "quantity", "entries"), PaperColumn(_("Closing value"), "amount", "values"),
        PaperColumn(_("Posted to G/L"), "amount"),
    )  # fmt: skip


def _columns_of(opening: Any, opening_value: Any, into: Any, into_value: Any, closing: Any, closing_value: Any,
                posted: Any) -> tuple[Any, ...]:  # fmt: skip
    """Decreases are what is missing between the others, so that a row always adds up."""
    out, out_value = opening + into - closing, opening_value + into_value - closing_value
    return opening, opening_value, into, into_value, out, out_value, closing, closing_value, posted


def _sums(session: Session, parameters: MovementParameters, start: dt.date, as_of: dt.date) -> Subquery:
    """The figures of each item."""
    before, after = stock_on(session, start - dt.timedelta(days=1)), stock_on(session, as_of)
    parts = [
        _balances(before, parameters, ("opening_quantity", "opening_value")),
        _balances(after, parameters, ("closing_quantity", "closing_value")),
        _increases(parameters, start, as_of),
        _arrivals(parameters, start, as_of),
        _posted(parameters, start, as_of),
    ]
    rows = union_all(*parts).subquery()
    return (
        select(rows.c.item_id, *(func.sum(rows.c[name], type_=_AMOUNT).label(name) for name in _FIGURES))
        .group_by(rows.c.item_id)
        .subquery()
    )


def _part(item_id: Any, **figures: Any) -> Select[Any]:
    """A row of the union: what is not named is nothing."""
    return select(item_id.label("item_id"), *(figures.get(name, _NOTHING).label(name) for name in _FIGURES))


def _balances(stock: Subquery, parameters: MovementParameters, names: tuple[str, str]) -> Select[Any]:
    figures = {names[0]: stock.c.quantity, names[1]: stock.c.actual + stock.c.expected}
    found = _part(stock.c.item_id, **figures)
    if parameters.location_id is not None:
        found = found.where(stock.c.location_id == parameters.location_id)
    return found


def _between(parameters: MovementParameters, start: dt.date, as_of: dt.date) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [
        _value.posting_date >= start, _value.posting_date <= as_of, _value.inventoriable.is_(True)
    ]  # fmt: skip
    if parameters.location_id is not None:
        found.append(_value.location_id == parameters.location_id)
    return found


def _increases(parameters: MovementParameters, start: dt.date, as_of: dt.date) -> Select[Any]:
    return _part(
        _value.item_id, in_quantity=_value.item_ledger_entry_quantity,
        in_value=_value.cost_amount_actual + _value.cost_amount_expected,
    ).where(*_between(parameters, start, as_of), _value.item_ledger_entry_type.in_(INCREASES))  # fmt: skip


def _arrivals(parameters: MovementParameters, start: dt.date, as_of: dt.date) -> Select[Any]:
    """Transfers that brought more into what is shown than they took out of it, each posting by itself."""
    quantity = func.sum(_value.item_ledger_entry_quantity, type_=_AMOUNT)
    worth = func.sum(_value.cost_amount_actual + _value.cost_amount_expected, type_=_AMOUNT)
    moved = (
        select(_value.item_id, quantity.label("quantity"), worth.label("worth"))
        .where(*_between(parameters, start, as_of), _value.item_ledger_entry_type == EntryType.TRANSFER)
        .group_by(_value.item_id, _value.register_id, _value.document_no)
        .having(quantity > 0)
        .subquery()
    )
    return _part(moved.c.item_id, in_quantity=moved.c.quantity, in_value=moved.c.worth)


def _posted(parameters: MovementParameters, start: dt.date, as_of: dt.date) -> Select[Any]:
    return _part(
        _value.item_id, posted=_value.cost_posted_to_gl + _value.expected_cost_posted_to_gl
    ).where(*_between(parameters, start, as_of))  # fmt: skip


def all_reports() -> Iterable[Report]:
    """The report of this module."""
    yield Report(
        "inventory-movements", _("Inventory movements"),
        _("Opening, increases, decreases and closing of each item between two days."), Permission.COSTS_VIEW,
        MovementParameters, movements, "arrows-exchange", paged=True,
    )  # fmt: skip


SOURCES.append(all_reports)
