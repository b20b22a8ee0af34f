"""Lists of locations: the places themselves, and what lies where."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, or_, select

from blueprints.list_filters import RecordFilter, YesNoFilter
from blueprints.list_parts import Action, Column, Empty
from blueprints.lists import Listing
from core.text import _
from models import BLANK_ID, Item, ItemBalance, ItemVariant, Location, Permission


def _show_url(row: Any) -> str:
    if not row.location_code:
        return url_for("locations.stock", blank="yes")
    return url_for("locations.show", code=row.location_code)


def _stock_url(row: Any, **filters: str) -> str:
    place = {"location": row.location_code} if row.location_code else {"blank": "yes"}
    return url_for("locations.stock", **place, **filters)


def _entries_url(row: Any) -> str:
    return url_for("ledger.item_entries", item=row.no, location=row.location or None)


def _steps(row: Any) -> str:
    """How goods go in and out, in a few words."""
    words = [
        (row.require_receive, _("receive")),
        (row.require_put_away, _("put-away")),
        (row.require_pick, _("pick")),
        (row.require_shipment, _("shipment")),
    ]
    if row.directed:
        return _("directed")
    return ", ".join(text for wanted, text in words if wanted)


def _balance(column: Any) -> Any:
    return (
        select(func.coalesce(func.sum(column), 0))
        .where(ItemBalance.location_id == Location.id)
        .correlate(Location)
        .scalar_subquery()
    )


#: goods without a location are shown as a row of their own where there are any
_has_stock = (
    select(ItemBalance.item_id)
    .where(ItemBalance.location_id == Location.id, ItemBalance.quantity != 0)
    .correlate(Location)
    .exists()
)
_short_items = (
    select(func.count())
    .where(ItemBalance.location_id == Location.id, ItemBalance.quantity < 0)
    .correlate(Location)
    .scalar_subquery()
)

LISTING = Listing(
    name="locations",
    title=_l("Locations"),
    key=Location.id,
    source=lambda: select().select_from(Location).where(or_(Location.there(), _has_stock)),
    columns=(
        Column(
            "code", _l("Code"), Location.code, "code", sort=True, cell=lambda row: row.location_code or _("no location")
        ),
        Column("name", _l("Name"), Location.name, sort=True),
        Column("city", _l("City"), Location.city, shown=False),
        Column("in_transit", _l("In transit"), Location.use_as_in_transit, "yes_no"),
        Column("bins", _l("Bins"), Location.bin_mandatory, "yes_no"),
        Column("steps", _l("Steps"), cell=_steps),
        Column(
            "items",
            _l("Items in stock"),
            select(func.count())
            .where(ItemBalance.location_id == Location.id, ItemBalance.quantity != 0)
            .correlate(Location)
            .scalar_subquery(),
            "number",
            shown=False,
            link=_stock_url,
        ),
        Column("short", _l("Items short"), _short_items, "number", link=lambda row: _stock_url(row, short="yes")),
        Column(
            "value",
            _l("Stock value"),
            _balance(ItemBalance.cost_amount_actual + ItemBalance.cost_amount_expected),
            "amount",
            permission=Permission.COSTS_VIEW,
            link=_stock_url,
        ),
    ),
    extra={
        "location_code": Location.code,
        "require_receive": Location.require_receive,
        "require_put_away": Location.require_put_away,
        "require_pick": Location.require_pick,
        "require_shipment": Location.require_shipment,
        "directed": Location.directed_put_away_and_pick,
    },
    filters=(
        YesNoFilter(
            "in_transit", _l("In transit"), Location.use_as_in_transit, yes=_l("In transit"), no=_l("Not in transit")
        ),
        YesNoFilter("bins", _l("Bins"), Location.bin_mandatory, yes=_l("With bins"), no=_l("Without bins")),
        YesNoFilter(
            "short",
            _l("Negative inventory"),
            select(ItemBalance.item_id)
            .where(ItemBalance.location_id == Location.id, ItemBalance.quantity < 0)
            .exists(),
            yes=_l("With negative inventory"),
            no=_l("Without negative inventory"),
        ),
    ),
    search=(Location.code, Location.name, Location.city),
    search_hint=_l("Code, name or city"),
    sort="code",
    open=_show_url,
    actions=(
        Action(_l("Step by step"), lambda: url_for("location_guide.guide"), "list-check", Permission.SETUP_EDIT),
        Action(
            _l("New location"),
            lambda: url_for("locations.new"),
            "plus",
            Permission.SETUP_EDIT,
            primary=True,
            shortcut="n",
        ),
    ),
    empty=Empty(
        _l("There are no locations yet: places where stock lies."),
        _l("New location"),
        lambda: url_for("locations.new"),
        Permission.SETUP_EDIT,
    ),
)

STOCK = Listing(
    name="location_stock",
    title=_l("Stock by location"),
    key=Item.id,
    source=lambda: (
        select()
        .select_from(ItemBalance)
        .join(Item, Item.id == ItemBalance.item_id)
        .join(Location, Location.id == ItemBalance.location_id)
        .join(ItemVariant, ItemVariant.id == ItemBalance.variant_id)
        .where(ItemBalance.quantity != 0)
    ),
    columns=(
        Column("no", _l("Item"), Item.no, "code", sort=True, link=lambda row: url_for("items.show", no=row.no)),
        Column("description", _l("Description"), Item.description),
        Column("variant", _l("Variant"), ItemVariant.code, "code"),
        Column("location", _l("Location"), Location.code, "code",
               cell=lambda row: row.location or _("no location")),
        Column("quantity", _l("Quantity"), ItemBalance.quantity, "stock", link=_entries_url),
        Column("value", _l("Value"), ItemBalance.cost_amount_actual + ItemBalance.cost_amount_expected, "amount",
               permission=Permission.COSTS_VIEW),
    ),
    filters=(
        RecordFilter("location", _l("Location"), ItemBalance.location_id, kind="location"),
        YesNoFilter("short", _l("Negative inventory"), ItemBalance.quantity < 0, yes=_l("Negative inventory"),
                    no=_l("In stock")),
        YesNoFilter("blank", _l("Without location"), ItemBalance.location_id == BLANK_ID, yes=_l("Without location"),
                    no=_l("With location")),
    ),
    search=(Item.no, Item.description),
    search_hint=_l("Item number or description"),
    sort="no",
    open=lambda row: url_for("items.show", no=row.no),
    empty=Empty(_l("Nothing lies here.")),
)  # fmt: skip
