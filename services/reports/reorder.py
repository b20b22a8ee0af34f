"""The reorder report: what lies below its point, by vendor, with a suggested quantity (items.md section 20)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from core.text import _
from models import InventoryPostingGroup, Item, ItemCategory, Location, Permission, Vendor
from services.planning.reorder import Basis, ReorderFilter, reorder_rows
from services.reports.papers import PaperColumn
from services.reports.registry import SOURCES, Outcome, Report, Row, Subject
from services.reports.selection import category_ids, conditions_in_words


@dataclass(frozen=True, slots=True)
class ReorderParameters:
    """Items or stockkeeping units, and what narrows them."""

    basis: str = "item"
    item_id: int | None = None
    vendor_id: int | None = None
    transfer_from_id: int | None = None
    location_id: int | None = None
    variant: str = ""
    shelf_no: str = ""
    inventory_group_id: int | None = None
    category_id: int | None = None


def reorder(session: Session, parameters: ReorderParameters, as_of: dt.date) -> Outcome:
    """Rows whose available quantity is below the reorder point, grouped by vendor."""
    by_unit = parameters.basis == Basis.UNIT
    rows = reorder_rows(
        session,
        ReorderFilter(
            basis=Basis(parameters.basis or "item"), item_id=parameters.item_id, vendor_id=parameters.vendor_id,
            transfer_from_id=parameters.transfer_from_id, location_id=parameters.location_id,
            variant_code=parameters.variant or "", shelf_no=parameters.shelf_no or "",
            inventory_posting_group_id=parameters.inventory_group_id,
            category_ids=category_ids(session, parameters.category_id),
        ),
    )  # fmt: skip
    head = [(_("Vendor"), "text"), (_("Item"), "code", "item"), (_("Description"), "text")]
    if by_unit:
        head += [(_("Location"), "code"), (_("Variant"), "code"), (_("Transfer from"), "code")]
    head += [
        (_("Unit"), "code"), (_("Available"), "quantity", "entries"), (_("On purchase order"), "quantity"),
        (_("Reorder quantity"), "quantity"), (_("Suggested"), "quantity"), (_("Vendor item no."), "code"),
        (_("Phone"), "text"), (_("Lead time"), "code"),
    ]  # fmt: skip
    made = []
    for row in rows:
        values: list[object] = [f"{row.vendor_no} {row.vendor_name}".strip(), row.no, row.description]
        if by_unit:
            values += [row.location, row.variant, row.transfer_from]
        values += [
            row.base_unit, row.available, row.on_purchase_order, row.parameters.reorder_quantity, row.suggested,
            row.vendor_item_no, row.vendor_phone, row.lead_time,
        ]  # fmt: skip
        made.append(Row(tuple(values), Subject("item", row.no)))
    conditions = conditions_in_words(
        session, (_("Item"), Item, parameters.item_id), (_("Vendor"), Vendor, parameters.vendor_id),
        (_("Transfer from"), Location, parameters.transfer_from_id), (_("Location"), Location, parameters.location_id),
        (_("Inventory posting group"), InventoryPostingGroup, parameters.inventory_group_id),
        (_("Category"), ItemCategory, parameters.category_id),
    )  # fmt: skip
    typed = ((_("Variant"), parameters.variant), (_("Shelf no."), parameters.shelf_no))
    return Outcome(
        _("Items to order"), as_of, tuple(PaperColumn(*part) for part in head), tuple(made), None, None,
        (*conditions, *((label, text) for label, text in typed if text)),
        _("Available is inventory and receipts less requirements and safety stock, whatever their dates; listed is "
          "what lies below the reorder point."),
    )  # fmt: skip


def all_reports() -> Iterable[Report]:
    """The reports of this module."""
    yield Report(
        "items-to-order", _("Items to order"), _("What lies below its reorder point, by vendor, with what to order."),
        Permission.REPORTS_VIEW, ReorderParameters, reorder, "truck", dated=False,
    )  # fmt: skip


SOURCES.append(all_reports)
