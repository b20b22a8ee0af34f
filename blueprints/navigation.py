"""The rail: work areas in the order of the day, only those that have pages and that the role may open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import current_app, g, request, url_for
from flask_babel import lazy_gettext as _l

from blueprints.access import current_user, may
from models import Permission

_P = Permission


@dataclass(frozen=True)
class Page:
    """One entry: where it leads and who may open it. An endpoint that does not exist yet is not shown."""

    label: Any
    endpoint: str
    permission: Permission | None = None
    icon: str = ""
    arguments: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Area:
    """A work area of the rail with its pages; its own link is the first page the role may open."""

    key: str
    label: Any
    icon: str
    pages: tuple[Page, ...]


#: The order is that of the day's work; the bar on phones shows the first four and "More".
AREAS: tuple[Area, ...] = (
    Area("today", _l("Today"), "home", (Page(_l("Today"), "today.index", None, "home"),)),
    Area("items", _l("Items"), "package", (
        Page(_l("Items"), "items.index", _P.ITEMS_VIEW, "package"),
        Page(_l("References"), "references.index", _P.ITEMS_VIEW, "barcode"),
        Page(_l("Vendor catalogue"), "references.catalogue", _P.PARTIES_VIEW, "building-store"),
        Page(_l("Stockkeeping units"), "stockkeeping_units.index", _P.ITEMS_VIEW, "packages"),
        Page(_l("Catalog items"), "catalog.index", _P.ITEMS_VIEW, "book-2"),
        Page(_l("Item templates"), "item_templates.index", _P.ITEMS_VIEW, "notes"),
        Page(_l("Categories"), "categories.index", _P.ITEMS_VIEW, "category"),
        Page(_l("Attributes"), "attributes.index", _P.ITEMS_VIEW, "tags"),
        Page(_l("Units of measure"), "units.index", _P.ITEMS_VIEW, "ruler"),
    )),
    Area("purchase", _l("Purchase"), "shopping-cart", (
        Page(_l("Purchase orders"), "purchase.index", _P.PURCHASE_VIEW, "shopping-cart"),
        Page(_l("Reorder"), "reorder.index", _P.PURCHASE_VIEW, "packages"),
        Page(_l("Requisition worksheet"), "requisition.index", _P.PURCHASE_VIEW, "clipboard-list"),
        Page(_l("Receive goods"), "purchase.handling", _P.PURCHASE_POST, "truck"),
        Page(_l("Purchase quotes"), "purchase.quotes", _P.PURCHASE_VIEW, "file-text"),
        Page(_l("Purchase invoices"), "purchase.invoices", _P.PURCHASE_VIEW, "file-text"),
        Page(_l("Purchase return orders"), "purchase.return_orders", _P.PURCHASE_VIEW, "arrow-back-up"),
        Page(_l("Purchase credit memos"), "purchase.credit_memos", _P.PURCHASE_VIEW, "file-text"),
        Page(_l("Posted documents"), "purchase.posted_receipts", _P.PURCHASE_VIEW, "history"),
        Page(_l("Vendors"), "vendors.index", _P.PARTIES_VIEW, "building-store"),
        Page(_l("Vendor entries"), "purchase.entries", _P.PURCHASE_VIEW, "coins"),
        Page(_l("Archive"), "purchase.archive", _P.PURCHASE_VIEW, "folder"),
        Page(_l("Price lists"), "purchase_prices.index", _P.PURCHASE_VIEW, "tag"),
        Page(_l("Invoice discounts"), "purchase_discounts.index", _P.PURCHASE_VIEW, "percentage"),
    )),
    Area("sales", _l("Sales"), "receipt", (
        Page(_l("Sales orders"), "sales.index", _P.SALES_VIEW, "receipt"),
        Page(_l("Ship goods"), "sales.handling", _P.SALES_POST, "truck-delivery"),
        Page(_l("Sales quotes"), "sales.quotes", _P.SALES_VIEW, "file-text"),
        Page(_l("Service orders"), "sales.service_orders", _P.SALES_VIEW, "tool"),
        Page(_l("Sales invoices"), "sales.invoices", _P.SALES_VIEW, "file-text"),
        Page(_l("Sales return orders"), "sales.return_orders", _P.SALES_VIEW, "arrow-back-up"),
        Page(_l("Sales credit memos"), "sales.credit_memos", _P.SALES_VIEW, "file-text"),
        Page(_l("Posted documents"), "sales.posted_shipments", _P.SALES_VIEW, "history"),
        Page(_l("Reservations"), "reservations.index", _P.ITEMS_VIEW, "link"),
        Page(_l("Customers"), "customers.index", _P.PARTIES_VIEW, "users"),
        Page(_l("Customer entries"), "sales.entries", _P.SALES_VIEW, "coins"),
        Page(_l("Archive"), "sales.archive", _P.SALES_VIEW, "folder"),
        Page(_l("Price lists"), "sales_prices.index", _P.SALES_VIEW, "tag"),
        Page(_l("Invoice discounts"), "sales_discounts.index", _P.SALES_VIEW, "percentage"),
    )),
    Area("transfers", _l("Transfers"), "transfer", (
        Page(_l("Transfer orders"), "transfers.index", _P.TRANSFERS_VIEW, "transfer"),
        Page(_l("Ship and receive"), "transfers.handling_start", _P.TRANSFERS_POST, "truck-delivery"),
        Page(_l("Posted transfers"), "transfers.posted_index", _P.TRANSFERS_VIEW, "history"),
        Page(_l("Transfer routes"), "transfer_routes.matrix", _P.TRANSFERS_VIEW, "table"),
    )),
    Area("warehouse", _l("Warehouse"), "building-warehouse", (
        Page(_l("Item journal"), "journal.index", _P.JOURNAL_VIEW, "clipboard-list"),
        Page(_l("Recurring journal"), "journal.recurring", _P.JOURNAL_VIEW, "clipboard-list"),
        Page(_l("Inventory documents"), "inventory_documents.index", _P.JOURNAL_VIEW, "clipboard-list"),
        Page(_l("Reclassification"), "journal.reclassifications", _P.JOURNAL_VIEW, "arrows-exchange"),
        Page(_l("Item ledger entries"), "ledger.item_entries", _P.LEDGER_VIEW, "list-details"),
        Page(_l("Lots and serial numbers"), "numbers.index", _P.ITEMS_VIEW, "barcode"),
        Page(_l("Tracing and recall"), "tracing.index", _P.LEDGER_VIEW, "link"),
        Page(_l("Locations"), "locations.index", _P.WAREHOUSE_VIEW, "map-pin"),
        Page(_l("Bin contents"), "bin_contents.index", _P.WAREHOUSE_VIEW, "box"),
    )),
    Area("counts", _l("Counts"), "clipboard-check", (
        Page(_l("Counts"), "counts.index", _P.COUNTS_EDIT, "clipboard-check"),
        Page(_l("Physical inventory"), "journal.counts", _P.COUNTS_EDIT, "clipboard-check"),
    )),
    Area("assembly", _l("Assembly"), "tool", (
        Page(_l("Assembly orders"), "assembly.index", _P.ASSEMBLY_EDIT, "tool"),
    )),
    Area("costs", _l("Costs"), "coins", (
        Page(_l("Cost adjustment"), "costs.index", _P.COSTS_VIEW, "adjustments"),
        Page(_l("Not yet in G/L"), "inventory_gl.index", _P.GL_VIEW, "book"),
        Page(_l("Reconciliation"), "reconciliation.index", _P.GL_VIEW, "scale"),
        Page(_l("Revaluation"), "journal.revaluations", _P.COSTS_ADJUST, "calculator"),
        Page(_l("Application worksheet"), "applications.index", _P.COSTS_VIEW, "link"),
        Page(_l("Inventory periods"), "inventory_periods.index", _P.COSTS_VIEW, "calendar"),
        Page(_l("Value entries"), "ledger.value_entries", _P.COSTS_VIEW, "coins"),
        Page(_l("Applications"), "ledger.application_entries", _P.COSTS_VIEW, "link"),
        Page(_l("G/L entries"), "ledger.gl_entries", _P.GL_VIEW, "book"),
        Page(_l("VAT entries"), "ledger.vat_entries", _P.GL_VIEW, "percentage"),
        Page(_l("Chart of accounts"), "accounts.index", _P.GL_VIEW, "building-bank"),
        Page(_l("Registers"), "ledger.registers", _P.LEDGER_VIEW, "history"),
    )),
    Area("reports", _l("Reports"), "report-analytics", (
        Page(_l("Reports"), "reports.index", _P.REPORTS_VIEW, "report-analytics"),
        Page(_l("Jobs"), "jobs.index", None, "activity"),
    )),
    Area("setup", _l("Set-up"), "settings", (
        Page(_l("Set-up"), "setup.index", _P.SETUP_VIEW, "settings"),
        Page(_l("Import"), "exchange.index", _P.EXCHANGE_IMPORT, "file-import"),
        Page(_l("Users"), "users.index", _P.USERS_EDIT, "users"),
        Page(_l("Audit trail"), "audit.index", _P.AUDIT_VIEW, "shield-check"),
    )),
)  # fmt: skip

#: blueprint name -> area, for pages whose blueprint is not named in AREAS (an area's own pages are found by themselves)
AREA_OF: dict[str, str] = {
    "bins": "warehouse",
    "zones": "warehouse",
    "warehouse_employees": "warehouse",
    "location_guide": "warehouse",
    "calendars": "setup",
    "centers": "setup",
    "company": "setup",
    "dimensions": "setup",
    "number_series": "setup",
    "currencies": "setup",
    "shipping_agents": "setup",
    "ship_to_addresses": "sales",
    "small_lists": "setup",
    "journal_templates": "setup",
    "tracking_codes": "setup",
    "periods": "setup",
    "posting_setup": "setup",
    "printing": "items",
    "promising": "setup",
    "printing_items": "items",
    "search": "today",
    "vat_setup": "setup",
    "availability": "items",
    "item_codes": "items",
    "items_adjust": "items",
    "items_bulk": "items",
    "items_copy": "items",
    "items_timeline": "items",
    "picture_imports": "items",
    "references": "items",
    "variant_matrix": "items",
    "variants": "items",
    "pickers": "today",
}


@dataclass(frozen=True)
class Link:
    """A page ready to be drawn."""

    key: str
    label: str
    url: str
    icon: str
    current: bool
    links: tuple[Link, ...] = ()


def _is_open(page: Page) -> bool:
    return page.endpoint in current_app.view_functions and (page.permission is None or may(page.permission))


def current_area() -> str:
    """The area the request's page belongs to."""
    endpoint = request.endpoint or ""
    if "area" in g:  # a page that stands in several, by what it shows
        return str(g.area)
    for area in AREAS:
        if any(page.endpoint == endpoint for page in area.pages):
            return area.key
    blueprint = endpoint.split(".")[0]
    if blueprint in AREA_OF:
        return AREA_OF[blueprint]
    for area in AREAS:
        if any(page.endpoint.split(".")[0] == blueprint for page in area.pages):
            return area.key
    return ""


def rail() -> list[Link]:
    """The areas with their pages, as the logged-in role may see them."""
    if not current_user.is_authenticated:
        return []
    here, links = current_area(), []
    for area in AREAS:
        pages = tuple(
            Link(page.endpoint, str(page.label), url_for(page.endpoint, **dict(page.arguments)), page.icon or area.icon,
                 request.endpoint == page.endpoint)
            for page in area.pages if _is_open(page)
        )  # fmt: skip
        if pages:
            links.append(Link(area.key, str(area.label), pages[0].url, area.icon, area.key == here, pages))
    return links
