"""Where set-up starts: what is missing first, then every area of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, current_app, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from blueprints.access import may, requires, today
from blueprints.database import db_session
from blueprints.htmx import render
from blueprints.refusals import row_url
from blueprints.small_lists import PAGES
from models import Permission
from services.setup_checks import Gap, missing_setup
from services.setup_checks_documents import everything_missing

bp = Blueprint("setup", __name__, url_prefix="/setup")


@dataclass(frozen=True)
class Entry:
    """One page of the set-up."""

    label: Any
    sentence: Any
    endpoint: str
    icon: str
    permission: Permission = Permission.SETUP_VIEW
    arguments: tuple[tuple[str, str], ...] = ()
    #: areas of services/setup_checks.py that this page fills
    areas: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        """Where it leads."""
        return url_for(self.endpoint, **dict(self.arguments))

    @property
    def is_open(self) -> bool:
        """True when the page exists and the role may see it."""
        return self.endpoint in current_app.view_functions and may(self.permission)


def _small(kind: str, icon: str, *areas: str) -> Entry:
    words = PAGES[kind]
    return Entry(words.title, words.purpose, "small_lists.index", icon, arguments=(("kind", kind),), areas=areas)


GROUPS: tuple[tuple[Any, tuple[Entry, ...]], ...] = (
    (_l("Company"), (
        Entry(_l("Company information"), _l("Name, address, logo: what papers print."), "company.show", "building",
              areas=("company",)),
        Entry(_l("General ledger set-up"), _l("Currency, rounding, allowed posting dates."), "company.ledger", "coins",
              areas=("general_ledger",)),
        Entry(_l("Inventory set-up"), _l("Costing, what must be there, numbers of new records."), "company.inventory",
              "package", areas=("inventory",)),
        Entry(_l("Purchase and sales set-up"), _l("Warnings, what is proposed, what must be filled."),
              "trade_setup.index", "shopping-cart"),
        Entry(_l("Availability and promises"), _l("How far promises look ahead."), "promising.index", "calendar"),
        Entry(_l("Number series"), _l("Where records and documents get their numbers."), "number_series.index", "hash",
              areas=("number_series",)),
        Entry(_l("Accounting periods"), _l("Months and fiscal years."), "periods.index", "calendar",
              areas=("accounting_periods",)),
    )),
    (_l("Accounts and posting"), (
        Entry(_l("Currencies"), _l("Currencies of documents and price lists, and what they are worth."),
              "currencies.index", "coins"),
        Entry(_l("Chart of accounts"), _l("The accounts of the general ledger and their balances."), "accounts.index",
              "building-bank", Permission.GL_VIEW, areas=("accounts",)),
        Entry(_l("Inventory posting set-up"), _l("Location and inventory group: where the value of stock stands."),
              "posting_setup.show", "table", arguments=(("kind", "inventory"),), areas=("inventory_posting",)),
        Entry(_l("General posting set-up"), _l("Business and product group: where cost, sales and adjustments go."),
              "posting_setup.show", "table", arguments=(("kind", "general"),), areas=("general_posting",)),
        Entry(_l("VAT posting set-up"), _l("Business and product group: the rate and the accounts of VAT."),
              "vat_setup.index", "percentage"),
        _small("inventory-groups", "tags"),
        _small("gen-business-groups", "tags"),
        _small("gen-product-groups", "tags"),
        _small("customer-groups", "tags", "customer_posting_group"),
        _small("vendor-groups", "tags", "vendor_posting_group"),
        _small("vat-business-groups", "tags"),
        _small("vat-product-groups", "tags"),
    )),
    (_l("Places and partners"), (
        Entry(_l("Locations"), _l("Where stock lies, and how goods come in and go out."), "locations.index", "map-pin",
              Permission.WAREHOUSE_VIEW),
        Entry(_l("Vendors"), _l("Who we buy from."), "vendors.index", "building-store", Permission.PARTIES_VIEW),
        Entry(_l("Customers"), _l("Who we sell to."), "customers.index", "users", Permission.PARTIES_VIEW),
        _small("payment-terms", "calendar"),
        Entry(_l("Transfer routes"), _l("From where to where goods go, by whom, how long."),
              "transfer_routes.matrix", "transfer", Permission.TRANSFERS_VIEW),
        Entry(_l("Shipping agents"), _l("Who carries goods, what they offer, how long it takes."),
              "shipping_agents.index", "truck-delivery"),
        Entry(_l("Working calendars"), _l("Which days are worked: of places, partners and shipping agents."),
              "calendars.index", "calendar"),
        Entry(_l("Responsibility centres"), _l("Sites and teams that own documents."), "centers.index", "building"),
        Entry(_l("Dimensions"), _l("Departments, projects, areas: what entries are analysed by."), "dimensions.index",
              "chart-bar"),
    )),
    (_l("Items"), (
        Entry(_l("Units of measure"), _l("What items are counted in."), "units.index", "ruler", Permission.ITEMS_VIEW),
        Entry(_l("Item categories"), _l("The tree that items hang on."), "categories.index", "category",
              Permission.ITEMS_VIEW),
        Entry(_l("Item attributes"), _l("Colour, size, material: what items are found by."), "attributes.index", "tags",
              Permission.ITEMS_VIEW),
        Entry(_l("Item tracking codes"), _l("Which numbers an item carries, and when they are demanded."),
              "tracking_codes.index", "barcode"),
        _small("manufacturers", "tool"),
        Entry(_l("Catalog set-up"), _l("Numbers of catalog entries and of the items made of them."), "catalog.setup",
              "book-2", Permission.SETUP_EDIT),
        Entry(_l("Item templates"), _l("What new items start with."), "item_templates.index", "notes",
              Permission.ITEMS_VIEW),
        _small("purchasing-codes", "truck-delivery"),
        _small("item-discount-groups", "percentage"),
        _small("item-charges", "truck-delivery"),
        _small("return-reasons", "arrow-back-up"),
        _small("resources", "users"),
        _small("service-costs", "tool"),
        _small("over-receipt-codes", "packages"),
        _small("counting-periods", "clipboard-list"),
        _small("special-equipment", "truck"),
        _small("warehouse-classes", "building-warehouse"),
        _small("put-away-templates", "list-check"),
    )),
    (_l("Entries"), (
        Entry(_l("Journal templates"), _l("Kinds of journals and their batches: numbers, reasons, source codes."),
              "journal_templates.index", "table"),
        _small("reason-codes", "list-details"),
        _small("source-codes", "list-details"),
    )),
    (_l("People and data"), (
        Entry(_l("Users"), _l("Who may log in, and what they may do."), "users.index", "users", Permission.USERS_EDIT),
        Entry(_l("Audit trail"), _l("Who changed what, and when."), "audit.index", "shield-check",
              Permission.AUDIT_VIEW),
        Entry(_l("Import"), _l("Items, partners and journal lines from files."), "exchange.index", "file-import",
              Permission.EXCHANGE_IMPORT),
    )),
)  # fmt: skip

#: Sentences shown at once; a new company without posting set-up would otherwise fill the page.
MOST_GAPS = 12


@bp.get("")
@requires(Permission.SETUP_VIEW)
def index() -> ResponseReturnValue:
    gaps = missing_setup(db_session())
    counts: dict[str, int] = {}
    for gap in gaps:
        counts[gap.area] = counts.get(gap.area, 0) + 1
    groups = [
        (label, [(entry, sum(counts.get(area, 0) for area in entry.areas)) for entry in entries if entry.is_open])
        for label, entries in GROUPS
    ]
    return render(
        "setup/index.html",
        "setup/_index.html",
        gaps=[(gap, gap_url(gap)) for gap in gaps[:MOST_GAPS]],
        more=max(len(gaps) - MOST_GAPS, 0),
        groups=[(label, entries) for label, entries in groups if entries],
    )


#: What the check says of an area, in the order of the page; areas left out stand under "Company".
AREAS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (_l("Company"), ("company", "general_ledger", "accounts", "accounting_periods", "inventory", "number_series")),
    (_l("Inventory posting set-up"), ("inventory_posting",)),
    (_l("General posting set-up"), ("general_posting",)),
    (_l("VAT posting set-up"), ("vat_posting",)),
    (_l("Customers and vendors"), ("customer_posting_group", "vendor_posting_group", "customer", "vendor")),
    (_l("Items"), ("item",)),
    (_l("Purchase and sales"), ("trade",)),
)


@bp.get("/check")
@requires(Permission.SETUP_VIEW)
def check() -> ResponseReturnValue:
    """Everything that is missing before a posting fails on it, each with the page that fills it."""
    gaps = everything_missing(db_session(), today())
    areas = [(label, [(gap, gap_url(gap)) for gap in gaps if gap.area in names]) for label, names in AREAS]
    return render(
        "setup/check.html", "setup/_check.html", areas=areas, count=len(gaps),
        fillable={gap.area for gap in gaps} & {"inventory_posting", "general_posting"},
    )  # fmt: skip


def gap_url(gap: Gap) -> str:
    """The page that fills the gap; "" where there is none."""
    if gap.area in {"item", "vendor", "customer"}:
        return url_for(f"{gap.area}s.show", no=gap.column_code)
    if gap.area == "number_series" and gap.column_code:
        return url_for("number_series.show", code=gap.column_code)
    if gap.area == "trade":
        return ""
    if gap.area in {"inventory_posting", "general_posting", "vat_posting"}:
        return row_url(gap.area.removesuffix("_posting"), gap.row_code, gap.column_code)
    if gap.area in {"customer_posting_group", "vendor_posting_group"}:
        kind = gap.area.removesuffix("_posting_group") + "-groups"
        return url_for("small_lists.edit", kind=kind, code=gap.column_code)
    return next(entry.url for _label, entries in GROUPS for entry in entries if gap.area in entry.areas)
