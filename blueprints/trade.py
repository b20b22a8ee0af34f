"""Purchase and sales: their two blueprints with the pages of all kinds of documents."""

from __future__ import annotations

from flask import Flask

from blueprints import (
    availability_target,
    buying_for_sales,
    party_entries,
    reserving,
    trade_archive,
    trade_catalog,
    trade_charges,
    trade_companions,
    trade_copies,
    trade_documents,
    trade_drop_shipments,
    trade_handling,
    trade_lines,
    trade_lists,
    trade_mail,
    trade_papers,
    trade_posted,
    trade_posting,
    trade_prices,
    trade_shortage,
    trade_substitutes,
    variant_lines,
)
from blueprints.trade_kinds import BLUEPRINTS

#: The modules whose import added their pages to the blueprints.
PARTS = (
    trade_lists,
    trade_documents,
    trade_lines,
    trade_prices,
    trade_copies,
    trade_drop_shipments,
    trade_archive,
    trade_substitutes,
    trade_shortage,
    trade_companions,
    trade_catalog,
    variant_lines,
    trade_posting,
    trade_charges,
    trade_posted,
    trade_papers,
    trade_handling,
    trade_mail,
    party_entries,
    availability_target,
    buying_for_sales,
    reserving,
)


def init_app(app: Flask) -> None:
    """Register both sides, once all parts have added their pages."""
    for blueprint in BLUEPRINTS.values():
        app.register_blueprint(blueprint)
