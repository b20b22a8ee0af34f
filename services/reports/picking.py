"""The inventory picking list: item for item, where it lies and which orders want it (documents.md section 21)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from core.rounding import ZERO
from core.text import _
from models import (
    Bin,
    Item,
    ItemCategory,
    ItemVariant,
    Location,
    Permission,
    Reservation,
    StockkeepingUnit,
    TradeDocument,
    TradeLine,
    UnitOfMeasure,
)
from models.base import ScaledDecimal
from models.enums import DocumentStatus, ItemType, TradeSide, TradeType
from services.reports.papers import PaperColumn
from services.reports.registry import ALL, SOURCES, Outcome, Report, Row, Subject, Window
from services.reports.selection import conditions_in_words, in_category


@dataclass(frozen=True, slots=True)
class PickingParameters:
    """Which goods, and where they lie."""

    item_id: int | None = None
    location_id: int | None = None
    category_id: int | None = None


def picking(session: Session, parameters: PickingParameters, as_of: dt.date, window: Window = ALL) -> Outcome:
    """What released sales orders are to ship until `as_of`, by item and shelf, in base units; no prices."""
    line, document, unit = TradeLine, TradeDocument, StockkeepingUnit
    reserved = (
        select(func.coalesce(func.sum(Reservation.quantity), ZERO, type_=ScaledDecimal()))
        .where(Reservation.demand_line_id == line.id)
        .correlate(line)
        .scalar_subquery()
    )
    shelf = func.coalesce(Bin.code, unit.shelf_no, Item.shelf_no)
    shown = _shown(session, parameters, as_of)
    statement = (
        select(
            Item.no, Item.description, ItemVariant.code, Location.code, shelf, UnitOfMeasure.code, document.no,
            document.name, line.expected_date, line.outstanding_qty_base, reserved,
        )
        .select_from(line)
        .join(document, document.id == line.document_id)
        .join(Item, Item.id == line.item_id)
        .join(ItemVariant, ItemVariant.id == line.variant_id)
        .join(Location, Location.id == line.location_id)
        .outerjoin(Bin, Bin.id == line.bin_id)
        .outerjoin(UnitOfMeasure, UnitOfMeasure.id == Item.base_unit_of_measure_id)
        .outerjoin(
            unit,
            (unit.item_id == line.item_id) & (unit.variant_id == line.variant_id)
            & (unit.location_id == line.location_id),
        )
        .where(*shown)
        .order_by(Item.no, Location.code, shelf, line.expected_date, document.no, line.line_no)
    )  # fmt: skip
    rows = [Row(tuple(values), Subject("item", values[0])) for values in session.execute(window.cut(statement))]
    count, to_ship = session.execute(
        select(func.count(), func.sum(line.outstanding_qty_base, type_=ScaledDecimal()))
        .select_from(line)
        .join(document, document.id == line.document_id)
        .join(Item, Item.id == line.item_id)
        .where(*shown)
    ).one()
    totals: tuple[Any, ...] = (_("Total"), *[""] * 8, to_ship or ZERO, "")
    return Outcome(
        _("Inventory picking list"), as_of, _columns(), tuple(rows), totals,
        conditions=conditions_in_words(
            session, (_("Item"), Item, parameters.item_id), (_("Location"), Location, parameters.location_id),
            (_("Category"), ItemCategory, parameters.category_id),
        ),
        note=_("Released sales orders with a shipment date up to that day; quantities in base units."), count=count,
    )  # fmt: skip


def _columns() -> tuple[PaperColumn, ...]:
    return (
        PaperColumn(_("Item"), "code", "item"), PaperColumn(_("Description")), PaperColumn(_("Variant"), "code"),
        PaperColumn(_("Location"), "code"), PaperColumn(_("Shelf or bin"), "code"), PaperColumn(_("Unit"), "code"),
        PaperColumn(_("Order"), "code"), PaperColumn(_("Customer")), PaperColumn(_("Shipment date"), "day"),
        PaperColumn(_("To ship"), "quantity"), PaperColumn(_("Reserved"), "quantity"),
    )  # fmt: skip


def _shown(session: Session, parameters: PickingParameters, as_of: dt.date) -> list[ColumnElement[bool]]:
    line, document = TradeLine, TradeDocument
    shown = [
        document.side == TradeSide.SALES, document.type == TradeType.ORDER, document.status == DocumentStatus.RELEASED,
        Item.type == ItemType.INVENTORY, line.outstanding_qty_base > ZERO, line.expected_date <= as_of,
        ~line.drop_shipment, *in_category(session, parameters.category_id),
    ]  # fmt: skip
    if parameters.item_id is not None:
        shown.append(line.item_id == parameters.item_id)
    if parameters.location_id is not None:
        shown.append(line.location_id == parameters.location_id)
    return shown


def all_reports() -> Iterable[Report]:
    """The report of this module."""
    yield Report(
        "inventory-picking-list", _("Inventory picking list"),
        _("What is to be picked, item for item: where it lies and which orders want it."), Permission.REPORTS_VIEW,
        PickingParameters, picking, "clipboard-list", paged=True,
    )  # fmt: skip


SOURCES.append(all_reports)
