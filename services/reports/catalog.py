"""What was sold of items that were made from catalog entries (items.md section 11)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.errors import ValidationError
from core.rounding import ZERO
from core.text import _
from models import CatalogItem, Item, Permission, ValueEntry, Vendor
from models.base import ScaledDecimal
from models.enums import EntryType
from services.reports.papers import PaperColumn
from services.reports.registry import ALL, SOURCES, Outcome, Report, Row, Subject, Window, share
from services.reports.selection import conditions_in_words

_AMOUNT = ScaledDecimal()


@dataclass(frozen=True, slots=True)
class CatalogSalesParameters:
    """From which day (the first of the year when None), and whose entries."""

    start: dt.date | None = None
    vendor_id: int | None = None


def catalog_sales(
    session: Session, parameters: CatalogSalesParameters, as_of: dt.date, window: Window = ALL
) -> Outcome:
    """Every catalog entry whose item was sold between the days, billed sales only. Raises ValidationError
    `days_reversed`.
    """
    start = parameters.start or as_of.replace(month=1, day=1)
    if start > as_of:
        raise ValidationError("days_reversed", _("The first day lies after the last."), field="start")
    value = ValueEntry
    figures = [
        func.sum(column, type_=_AMOUNT)
        for column in (
            value.invoiced_quantity, value.sales_amount_actual, value.cost_amount_actual,
            value.cost_amount_non_inventoriable,
        )
    ]  # fmt: skip
    sold = (
        select(CatalogItem.no, Item.no, Item.description, Vendor.no, *figures)
        .join(Item, Item.id == CatalogItem.item_id)
        .join(value, value.item_id == Item.id)
        .outerjoin(Vendor, Vendor.id == CatalogItem.vendor_id)
        .where(value.item_ledger_entry_type == EntryType.SALE, value.posting_date >= start, value.posting_date <= as_of)
        .group_by(CatalogItem.no, Item.no, Item.description, Vendor.no)
        .having(figures[0] != ZERO)
        .order_by(CatalogItem.no)
    )
    if parameters.vendor_id is not None:
        sold = sold.where(CatalogItem.vendor_id == parameters.vendor_id)
    rows = [
        Row((entry, item, words, vendor or "", *_figures(*amounts)), Subject("item", item))
        for entry, item, words, vendor, *amounts in session.execute(sold)
    ]
    totals = [sum((row.values[place] for row in rows), ZERO) for place in (4, 5, 6, 7)]
    return Outcome(
        _("Catalog sales"), as_of, _columns(), window.slice(rows),
        (_("Total"), "", "", "", *totals, share(totals[3], totals[1])),
        conditions=(
            (_("From"), start.isoformat()), *conditions_in_words(session, (_("Vendor"), Vendor, parameters.vendor_id)),
        ),
        note=_("Items made from catalog entries, by posting date, what was billed. Profit is amount less cost."),
        count=len(rows),
    )  # fmt: skip


def _figures(quantity: Any, amount: Any, cost: Any, other_cost: Any) -> tuple[Any, ...]:
    """Sold quantity, amount, cost, profit and profit %; sales leave the stock with a minus."""
    spent = -(cost + other_cost)
    return -quantity, amount, spent, amount - spent, share(amount - spent, amount)


def _columns() -> tuple[PaperColumn, ...]:
    return (
        PaperColumn(_("Entry no."), "code"), PaperColumn(_("Item"), "code", "item"), PaperColumn(_("Description")),
        PaperColumn(_("Vendor"), "code"), PaperColumn(_("Quantity sold"), "quantity", "entries"),
        PaperColumn(_("Amount"), "amount"), PaperColumn(_("Cost"), "amount", "values"),
        PaperColumn(_("Profit"), "amount"), PaperColumn(_("Profit %"), "quantity"),
    )  # fmt: skip


def all_reports() -> Iterable[Report]:
    """The report of this module."""
    yield Report(
        "catalog-sales", _("Catalog sales"),
        _("What was sold of items made from the catalog, with its profit."), Permission.COSTS_VIEW,
        CatalogSalesParameters, catalog_sales, "book-2", paged=True,
    )  # fmt: skip


SOURCES.append(all_reports)
