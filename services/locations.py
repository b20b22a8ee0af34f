"""Locations: what their switches allow, copying, deleting (items.md section 14)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import case, func, literal, select
from sqlalchemy.orm import Session, aliased

from core.errors import DomainError, NotFound, ValidationError
from core.text import _
from models import (
    BLANK_ID,
    Bin,
    BinContent,
    InventoryPostingSetup,
    ItemBalance,
    ItemLedgerEntry,
    Location,
    ResponsibilityCenter,
    TransferRoute,
)
from models.enums import DefaultBinSelection
from services.usage import check_unused
from services.values import assign, check_email, clean_code, clean_formula, raise_all

ADDRESS = (
    "name", "name_2", "address", "address_2", "post_code", "city", "county", "country_code", "contact", "phone",
    "email", "web_page",
)  # fmt: skip
REQUIRE_FLAGS = ("require_receive", "require_shipment", "require_put_away", "require_pick")
WAREHOUSE_FLAGS = (*REQUIRE_FLAGS, "bin_mandatory", "directed_put_away_and_pick", "use_cross_docking")
EDITABLE = (
    *ADDRESS, *WAREHOUSE_FLAGS, "use_as_in_transit", "default_bin_selection", "outbound_handling_time",
    "inbound_handling_time",
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
    found = session.scalar(select(Location).where(Location.code == code.upper(), Location.id != BLANK_ID))
    if found is None:
        raise NotFound("location_not_found", _("There is no location %(code)s.", code=code))
    return found


def create_location(session: Session, code: str, values: Mapping[str, object]) -> Location:
    """A new location. Raises ValidationError `already_exists`, `conflicting_setup` and those of `assign`."""
    location = Location(code=_free_code(session, code))
    _set_defaults(location)
    _apply(session, location, values)
    session.add(location)
    session.flush()
    return location


def edit_location(session: Session, location: Location, values: Mapping[str, object]) -> None:
    """Change a location; a new `code` renames it, and everything that points at it follows.

    Raises ValidationError `conflicting_setup`, `open_entries`, `bins_not_empty`, `in_use`, `already_exists`, and
    those of `assign`; nothing is changed then.
    """
    values = dict(values)
    code = values.pop("code", None)
    new_code = None if code is None or code == location.code else _free_code(session, code)
    raise_all(_stock_refusals(session, location, values))
    _apply(session, location, values)
    if new_code:
        location.code = new_code
    session.flush()


def copy_location(
    session: Session, source: Location, code: str, name: str, *, bins: bool, posting_setup: bool, routes: bool
) -> Location:
    """A new location with the source's switches and, as wished, bins, posting set-up and routes; never stock."""
    values = {field: getattr(source, field) for field in EDITABLE if field != "name"}
    copy = create_location(session, code, values | {"name": name})
    if bins and source.bin_mandatory:
        _copy_bins(session, source, copy)
    if posting_setup:
        _copy_posting_setup(session, source, copy)
    if routes:
        _copy_routes(session, source, copy)
    session.flush()
    return copy


def delete_location(session: Session, location: Location) -> None:
    """Remove an unused location with its routes, bins and posting set-up. Raises ValidationError `in_use`."""
    check_unused(session, location, location.code)
    for model in (InventoryPostingSetup, BinContent, Bin, ItemBalance):
        for record in session.scalars(select(model).where(model.location_id == location.id)):
            session.delete(record)
        session.flush()
    ends = (TransferRoute.from_location_id == location.id) | (TransferRoute.to_location_id == location.id)
    for route in session.scalars(select(TransferRoute).where(ends)):
        session.delete(route)
    session.flush()
    session.delete(location)
    session.flush()


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
    for flag in (*WAREHOUSE_FLAGS, "use_as_in_transit"):
        setattr(location, flag, False)
    location.default_bin_selection = DefaultBinSelection.NONE


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
    for field in ("outbound_handling_time", "inbound_handling_time"):
        if field in values:
            values[field] = clean_formula(values[field], field)
    check_email(str(values.get("email") or "").strip())
    values |= _implied(location, values)
    assign(session, location, values, EDITABLE, required=("name",))


def _implied(location: Location, values: Mapping[str, object]) -> dict[str, object]:
    """Values that follow from the switches as they will be. Raises ValidationError `conflicting_setup`."""

    def will_be(flag: str) -> bool:
        return bool(values.get(flag, getattr(location, flag)))

    if will_be("use_as_in_transit"):
        _check_in_transit_alone(will_be)
        return {
            "default_bin_selection": DefaultBinSelection.NONE,
            "outbound_handling_time": "",
            "inbound_handling_time": "",
        }
    implied: dict[str, object] = {}
    directed = will_be("directed_put_away_and_pick")
    if directed:
        if not will_be("bin_mandatory"):
            raise ValidationError(
                "conflicting_setup",
                _("Directed put-away and pick sends goods to bins: switch on “Bin mandatory” too."),
                field="directed_put_away_and_pick",
            )
        implied |= dict.fromkeys(REQUIRE_FLAGS, True)
    if will_be("use_cross_docking") and not directed and not all(will_be(flag) for flag in REQUIRE_FLAGS):
        if all(getattr(location, flag) for flag in REQUIRE_FLAGS) and location.use_cross_docking:
            implied["use_cross_docking"] = False  # switching one of the four off takes cross-docking along
        else:
            raise ValidationError(
                "conflicting_setup",
                _("Cross-docking needs all four steps: receive, put-away, pick and shipment."),
                field="use_cross_docking",
            )
    selection = values.get("default_bin_selection", location.default_bin_selection)
    if directed or not will_be("bin_mandatory"):
        implied["default_bin_selection"] = DefaultBinSelection.NONE
    elif not selection:
        implied["default_bin_selection"] = DefaultBinSelection.FIXED_BIN
    return implied


def _check_in_transit_alone(will_be: Callable[[str], bool]) -> None:
    names = {
        "require_receive": _("require receive"),
        "require_shipment": _("require shipment"),
        "require_put_away": _("require put-away"),
        "require_pick": _("require pick"),
        "bin_mandatory": _("bin mandatory"),
        "directed_put_away_and_pick": _("directed put-away and pick"),
        "use_cross_docking": _("cross-docking"),
    }
    switched_on = [name for flag, name in names.items() if will_be(flag)]
    if switched_on:
        raise ValidationError(
            "conflicting_setup",
            _(
                "A location in transit is a lorry, not a warehouse: it cannot have %(names)s. Switch one of them off.",
                names=", ".join(switched_on),
            ),
            field="use_as_in_transit",
        )


def _stock_refusals(session: Session, location: Location, values: Mapping[str, object]) -> list[DomainError]:
    """What the goods and routes that exist do not allow to change."""
    errors: list[DomainError] = []
    bins = bool(values.get("bin_mandatory", location.bin_mandatory))
    if bins and not location.bin_mandatory and _has_open_entries(session, location):
        errors.append(
            ValidationError(
                "open_entries",
                _(
                    "%(code)s holds stock that lies in no bin, so bins would start out wrong. "
                    "Post the stock out, switch bins on, and post it in again with its bins.",
                    code=location.code,
                ),
                field="bin_mandatory",
            )
        )
    if location.bin_mandatory and not bins and _filled_bins(session, location):
        errors.append(
            ValidationError(
                "bins_not_empty",
                _(
                    "%(count)s bins of %(code)s hold goods. Empty them before you switch bins off.",
                    count=_filled_bins(session, location),
                    code=location.code,
                ),
                field="bin_mandatory",
            )
        )
    in_transit = bool(values.get("use_as_in_transit", location.use_as_in_transit))
    if in_transit != location.use_as_in_transit:
        errors += _in_transit_refusals(session, location, in_transit)
    return errors


def _in_transit_refusals(session: Session, location: Location, in_transit: bool) -> list[DomainError]:
    """Routes and responsibility centers keep a location what it is."""
    ends = (TransferRoute.from_location_id == location.id) | (TransferRoute.to_location_id == location.id)
    used = ends if in_transit else TransferRoute.in_transit_location_id == location.id
    found = session.scalar(select(literal(1)).where(used).limit(1))
    if found is None and in_transit:
        found = session.scalar(select(literal(1)).where(ResponsibilityCenter.location_id == location.id).limit(1))
    if found is None:
        return []
    return [
        ValidationError(
            "in_use",
            _(
                "Transfer routes or a responsibility center name %(code)s as it is now. Change those first.",
                code=location.code,
            ),
            field="use_as_in_transit",
        )
    ]


def _has_open_entries(session: Session, location: Location) -> bool:
    """Asks the balances first: where every item is at zero only entries of both signs could still be open."""
    balance = session.scalar(
        select(literal(1)).where(ItemBalance.location_id == location.id, ItemBalance.quantity != 0).limit(1)
    )
    if balance is not None:
        return True
    items = select(ItemBalance.item_id).where(ItemBalance.location_id == location.id)
    entry = ItemLedgerEntry
    return (
        session.scalar(
            select(literal(1))
            .where(entry.item_id.in_(items), entry.location_id == location.id, entry.open.is_(True))
            .limit(1)
        )
        is not None
    )


def _filled_bins(session: Session, location: Location) -> int:
    return (
        session.scalar(
            select(func.count(BinContent.bin_id.distinct())).where(
                BinContent.location_id == location.id, BinContent.quantity != 0
            )
        )
        or 0
    )


def _copy_bins(session: Session, source: Location, copy: Location) -> None:
    fields = ("code", "description", "ranking", "dedicated", "block_movement", "maximum_cubage", "maximum_weight")
    for bin_ in session.scalars(select(Bin).where(Bin.location_id == source.id).order_by(Bin.code)):
        session.add(Bin(location_id=copy.id, **{field: getattr(bin_, field) for field in fields}))


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
                shipping_time=route.shipping_time,
            )
        )
