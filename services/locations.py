"""Locations: what their switches allow, copying, deleting (items.md section 14)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, aliased

from core.errors import NotFound, ValidationError
from core.text import _
from models import Bin, InventoryPostingSetup, ItemBalance, Location, TransferRoute
from models.enums import BinPurpose
from services.dimensions import copy_defaults
from services.items.code_lists import unknown_codes
from services.location_parts import copy_employees, copy_zones
from services.location_rules import (
    WAREHOUSE_FLAGS,
    bins_of_purpose,
    drop_bins_without_switch,
    implied,
    set_bins_of_purpose,
    stock_refusals,
)
from services.location_work import work_refusals
from services.places import complete_place
from services.values import assign, check_email, clean_code, clean_formula, raise_all

ADDRESS = (
    "name", "name_2", "address", "address_2", "post_code", "city", "county", "country_code", "contact", "phone",
    "email", "web_page",
)  # fmt: skip
FORMULAS = ("outbound_handling_time", "inbound_handling_time", "cross_dock_due_date")
EDITABLE = (
    *ADDRESS, *WAREHOUSE_FLAGS, *FORMULAS, "use_as_in_transit", "default_bin_selection", "calendar_id",
    "use_put_away_worksheet", "assembly_consumption", "pick_bin_policy", "put_away_bin_policy",
    "put_away_template_code", "bin_capacity_policy", "check_warehouse_class", "allow_breakbulk",
    "always_create_put_away_line", "always_create_pick_line", "pick_by_earliest_expiry", "special_equipment",
    "sku_creation", "missing_sku",
)  # fmt: skip


@dataclass(frozen=True)
class LocationFigures:
    """What lies at a location: items with a balance, base units of all items together, value in local currency."""

    items: int
    quantity: Decimal
    value: Decimal
    short_items: int


@dataclass(frozen=True)
class Route:
    """A transfer route by the codes of its locations; `through` is None for none."""

    start: str
    end: str
    through: str | None
    direct: bool
    shipping_time: str


def get_location(session: Session, code: str) -> Location:
    """The location people call `code`; the blank one is none. Raises NotFound `location_not_found`."""
    found = session.scalar(select(Location).where(Location.code == code.upper(), Location.there()))
    if found is None:
        raise NotFound("location_not_found", _("There is no location %(code)s.", code=code))
    return found


def create_location(session: Session, code: str, values: Mapping[str, object]) -> Location:
    """A new location. Raises ValidationError `already_exists`, `conflicting_setup` and those of `assign`."""
    values = dict(values)
    bins = _split_bins(values)
    location = _deleted_one(session, code) or Location(code=_free_code(session, code))
    _set_defaults(location)
    _apply(session, location, values)
    session.add(location)
    session.flush()
    set_bins_of_purpose(session, location, bins)
    return location


def edit_location(session: Session, location: Location, values: Mapping[str, object]) -> None:
    """Change a location; a new `code` renames it, and everything that points at it follows.

    Bins by purpose are `receipt_bin_id` and so on. Raises ValidationError `conflicting_setup`, `open_entries`,
    `bins_not_empty`, `in_use`, `open_documents` (released orders that the warehouse has in hand), `already_exists`,
    those of `set_bins_of_purpose` and of `assign`.
    """
    values = dict(values)
    code = values.pop("code", None)
    new_code = None if code is None or code == location.code else _free_code(session, code)
    bins = _split_bins(values)
    raise_all([*stock_refusals(session, location, values), *work_refusals(session, location, values)])
    _apply(session, location, values)
    if new_code:
        location.code = new_code
    session.flush()
    drop_bins_without_switch(session, location)
    set_bins_of_purpose(session, location, bins)


#: What a copy may take along.
PARTS = ("zones", "bins", "employees", "posting_setup", "dimensions", "routes")


def copy_location(session: Session, source: Location, code: str, name: str, parts: Collection[str]) -> Location:
    """A new location with the source's switches and what `parts` names of PARTS; no stock. Bins bring their zones."""
    values = {field: getattr(source, field) for field in EDITABLE if field != "name"}
    copy = create_location(session, code, values | {"name": name})
    with_bins = "bins" in parts and source.bin_mandatory
    if "zones" in parts or with_bins:
        copy_zones(session, source, copy)
    if with_bins:
        _copy_bins(session, source, copy)
    copiers = {
        "employees": copy_employees, "posting_setup": _copy_posting_setup, "dimensions": copy_defaults,
        "routes": _copy_routes,
    }  # fmt: skip
    for part, copier in copiers.items():
        if part in parts:
            copier(session, source, copy)
    session.flush()
    return copy


def location_figures(session: Session, location_id: int) -> LocationFigures:
    """Summed from the kept balances of the location, never from the ledger."""
    row = session.execute(
        select(
            func.count(case((ItemBalance.quantity != 0, ItemBalance.item_id)).distinct()),
            func.sum(ItemBalance.quantity),
            func.sum(ItemBalance.cost_amount_actual),
            func.sum(ItemBalance.cost_amount_expected),
        ).where(ItemBalance.location_id == location_id)
    ).one()
    short = session.scalar(select(func.count()).where(ItemBalance.location_id == location_id, ItemBalance.quantity < 0))
    value = (row[2] or Decimal(0)) + (row[3] or Decimal(0))
    return LocationFigures(row[0], row[1] or Decimal(0), value, short or 0)


def routes_of(session: Session, location_id: int) -> list[Route]:
    """The transfer routes from and to the location, by code."""
    start, end, way = aliased(Location), aliased(Location), aliased(Location)
    statement = (
        select(start.code, end.code, way.code, TransferRoute.direct_transfer, TransferRoute.shipping_time)
        .join(start, start.id == TransferRoute.from_location_id)
        .join(end, end.id == TransferRoute.to_location_id)
        .outerjoin(way, way.id == TransferRoute.in_transit_location_id)
        .where((start.id == location_id) | (end.id == location_id) | (way.id == location_id))
        .order_by(start.code, end.code)
    )
    return [Route(*row) for row in session.execute(statement)]


def _set_defaults(location: Location) -> None:
    """Column defaults arrive with the insert; the rules below want them before."""
    for column in Location.__table__.columns:
        if column.default is not None and column.default.is_scalar:
            setattr(location, column.key, column.default.arg)


def _deleted_one(session: Session, code: str) -> Location | None:
    """The deleted location of this code: it comes back, so that old entries and new ones are of one place."""
    found = session.scalar(select(Location).where(Location.code == code.strip().upper(), Location.deleted))
    if found is not None:
        found.calendar_id = None
    return found


def _free_code(session: Session, value: object) -> str:
    code = clean_code(value, field="code", length=10)
    if session.scalar(select(Location.id).where(Location.code == code)) is not None:
        raise ValidationError(
            "already_exists", _("Location %(code)s exists already. Choose another code.", code=code), field="code"
        )
    return code


def _apply(session: Session, location: Location, values: Mapping[str, object]) -> None:
    """Check the switches as they would be together, add what one implies for another, store."""
    values = dict(values)
    for field in FORMULAS:
        if field in values:
            values[field] = clean_formula(values[field], field)
    check_email(str(values.get("email") or "").strip())
    complete_place(session, values)
    values |= implied(location, values)
    template = location.put_away_template_code
    assign(session, location, values, EDITABLE, required=("name",))
    if location.put_away_template_code != template:
        raise_all(unknown_codes(session, location, {"put_away_template_code"}))


def _split_bins(values: dict[str, object]) -> dict[BinPurpose, int | None]:
    """The bins by purpose, taken out of `values`."""
    found: dict[BinPurpose, int | None] = {}
    for purpose in BinPurpose:
        if f"{purpose.value}_bin_id" in values:
            bin_id = values.pop(f"{purpose.value}_bin_id")
            found[purpose] = bin_id if isinstance(bin_id, int) else None
    return found


def _copy_bins(session: Session, source: Location, copy: Location) -> None:
    fields = (
        "code", "description", "ranking", "dedicated", "block_movement", "maximum_cubage", "maximum_weight",
        "zone_code", "special_equipment_code", "warehouse_class_code",
    )  # fmt: skip
    made = {}
    for bin_ in session.scalars(select(Bin).where(Bin.location_id == source.id).order_by(Bin.code)):
        made[bin_.id] = Bin(location_id=copy.id, **{field: getattr(bin_, field) for field in fields})
    session.add_all(made.values())
    session.flush()
    purposes = bins_of_purpose(session, source.id)
    set_bins_of_purpose(session, copy, {purpose: made[bin_id].id for purpose, bin_id in purposes.items()})


def _copy_posting_setup(session: Session, source: Location, copy: Location) -> None:
    columns = [
        column.key for column in InventoryPostingSetup.__table__.columns if column.key not in {"id", "location_id"}
    ]
    rows = session.scalars(select(InventoryPostingSetup).where(InventoryPostingSetup.location_id == source.id))
    for row in rows:
        session.add(InventoryPostingSetup(location_id=copy.id, **{key: getattr(row, key) for key in columns}))


def _copy_routes(session: Session, source: Location, copy: Location) -> None:
    """Both directions; a route through the source as in-transit location is not its own."""
    ends = (TransferRoute.from_location_id == source.id) | (TransferRoute.to_location_id == source.id)
    for route in session.scalars(select(TransferRoute).where(ends)):
        session.add(
            TransferRoute(
                from_location_id=copy.id if route.from_location_id == source.id else route.from_location_id,
                to_location_id=copy.id if route.to_location_id == source.id else route.to_location_id,
                in_transit_location_id=route.in_transit_location_id,
                direct_transfer=route.direct_transfer,
                direct_posting=route.direct_posting,
                shipping_agent_id=route.shipping_agent_id,
                shipping_agent_service_id=route.shipping_agent_service_id,
                shipping_time=route.shipping_time,
            )
        )
