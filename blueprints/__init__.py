"""Pages and fragments: parse the request, call one service, choose what to show.

`init_app` is the one list of what the web side consists of.
"""

from __future__ import annotations

from importlib import import_module

from flask import Flask

from blueprints import addresses, errors, formats, health, shell

#: Every module with pages, one a line: its `bp` is registered, its `init_app(app)` called, whichever it has.
PAGES = (
    "auth",
    "wizard",
    "access",
    "appearance",
    "pickers",
    "views",
    "today",
    "search",
    "profile",
    "users",
    "audit",
    "vendors",
    "ship_to_addresses",  # before customers, whose card takes every longer address
    "customers",
    "locations",
    "location_guide",
    "bins",
    "location_parts",
    "bin_contents",
    "posting_setup",
    "accounts",
    "number_series",
    "dimensions",
    "centers",
    "currencies",
    "shipping_agents",
    "calendars",
    "transfer_routes",
    "company",
    "trade_setup",
    "vat_setup",
    "small_lists",
    "journal_templates",
    "tracking_codes",
    "periods",
    "setup",
    "measures",
    "item_templates",
    "item_codes",
    "picture_imports",
    "variant_matrix",
    "variants",
    "references",
    "items_copy",  # before items, whose card takes every longer address
    "items_bulk",
    "items_timeline",
    "items_adjust",
    "availability",
    "reservation_worksheet",  # and with it reservations
    "promising",
    "items",
    "stockkeeping_units",
    "catalog",
    "recall_letters",  # and with it tracing
    "tracking_lines",
    "numbers",
    "posted_lines",
    "number_files",
    "categories",
    "attributes",
    "units",
    "ledger",
    "journal_calculate",  # and with it journal_lines and journals
    "jobs",
    "costs",
    "inventory_gl",
    "reconciliation",
    "inventory_periods",
    "applications",
    "exchange",
    "reports",
    "printing",
    "printing_items",
    "price_lists",
    "invoice_discounts",
    "trade_batch",  # before trade, to whose sides it adds pages
    "trade",
    "reorder",
    "count_recordings",  # and with it counts
    "order_planning",  # and with it requisition and requisition_sales
    "transfers_posted",  # and with it transfers, transfers_posting and transfers_handling
    "inventory_documents_posted",  # and with it inventory_documents
)


def init_app(app: Flask) -> None:
    """Register web extensions, error pages and every blueprint."""
    addresses.init_app(app)
    shell.init_app(app)
    formats.init_app(app)
    errors.init_app(app)
    health.init_app(app)
    for name in PAGES:
        module = import_module(f"blueprints.{name}")
        if hasattr(module, "init_app"):
            module.init_app(app)
        if hasattr(module, "bp") and module.bp.name not in app.blueprints:
            app.register_blueprint(module.bp)
