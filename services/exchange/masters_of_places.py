"""Files of places, of the ways between them and of who carries goods there: declarations only."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import ValidationError
from core.text import _
from models import (
    Bin,
    BinContent,
    Location,
    LocationBin,
    ResponsibilityCenter,
    ShippingAgent,
    ShippingAgentService,
    TransferRoute,
    User,
    WarehouseEmployee,
    WorkCalendar,
    WorkCalendarDay,
    Zone,
)
from models.enums import BinPurpose
from services import bin_contents, bins, calendars, centers, locations, shipping_agents
from services import location_parts as parts
from services.exchange import cells
from services.exchange import columns as c
from services.exchange.columns import Column
from services.exchange.master_columns import (
    VARIANT,
    code,
    code_of_variant,
    fields,
    item_column,
    own,
    points,
    title_of,
    variant_of,
    without,
)
from services.exchange.masters import MasterKind, Values
from services.transfers import routes

LOCATIONS = MasterKind(
    name="locations", words="Locations", model=Location, keys=("code",),
    master_columns=lambda: [code(Location), *fields(Location, locations.EDITABLE)],
    create=lambda session, values: locations.create_location(session, values["code"], without(values, "code")),
    update=locations.edit_location,
    where=lambda: (Location.there(),),
)  # fmt: skip

RESPONSIBILITY_CENTERS = MasterKind(
    name="responsibility-centres", words="Responsibility centres", model=ResponsibilityCenter, keys=("code",),
    master_columns=lambda: [code(ResponsibilityCenter), *fields(ResponsibilityCenter, centers.EDITABLE)],
    create=lambda session, values: centers.create_center(session, values["code"], without(values, "code")),
    update=centers.edit_center,
)  # fmt: skip


# ------------------------------------------------------------------------------------------- bins and their purposes


def _read_purposes(text: str, _options: c.Options) -> str:
    """What a bin is for, in the order of the purposes: receipt, shipment."""
    named = {cells.choice(part, BinPurpose) for part in text.replace(";", ",").split(",") if part.strip()}
    return ", ".join(purpose.value for purpose in BinPurpose if purpose.value in named)


def _purposes_of(session: Session, bin_: Any, _name: str) -> str:
    named = set(session.scalars(select(LocationBin.purpose).where(LocationBin.bin_id == bin_.id)))
    return ", ".join(purpose.value for purpose in BinPurpose if purpose in named)


def _create_bin(session: Session, values: Values) -> None:
    location = session.get_one(Location, values["location_id"])
    bin_ = bins.create_bin(session, location, values["code"], without(values, "location_id", "code", "purposes"))
    _give_purposes(session, bin_, values)


def _update_bin(session: Session, bin_: Bin, values: Values) -> None:
    bins.edit_bin(session, bin_, without(values, "purposes"))
    _give_purposes(session, bin_, values)


def _give_purposes(session: Session, bin_: Bin, values: Values) -> None:
    """The location's own rules say which bin may serve what; another bin that did gives it up."""
    if "purposes" not in values:
        return
    before = set(filter(None, _purposes_of(session, bin_, "purposes").split(", ")))
    after = set(filter(None, str(values["purposes"]).split(", ")))
    changes: dict[str, object] = {f"{purpose}_bin_id": bin_.id for purpose in after - before}
    changes |= {f"{purpose}_bin_id": None for purpose in before - after}
    if changes:
        locations.edit_location(session, session.get_one(Location, bin_.location_id), changes)


BINS = MasterKind(
    name="bins", words="Bins", model=Bin, keys=("location", "code"),
    master_columns=lambda: [
        points(Bin, "location", Location, required=True), code(Bin), *fields(Bin, bins.EDITABLE),
        Column("purposes", "Purposes", _read_purposes, ("purpose", "used for"), field="purposes",
               hint="receipt, shipment"),
    ],
    create=_create_bin, update=_update_bin,
    reads=("purposes",), read=_purposes_of,
)  # fmt: skip


# ------------------------------------------------------------------------------------------ zones, people, bin contents
ZONES = MasterKind(
    name="zones", words="Zones", model=Zone, keys=("location", "code"),
    master_columns=lambda: [
        points(Zone, "location", Location, required=True), code(Zone), *fields(Zone, parts.ZONE_FIELDS),
    ],
    create=lambda session, values: parts.save_zone(
        session, session.get_one(Location, values["location_id"]), None, without(values, "location_id")
    ),
    update=lambda session, row, values: parts.save_zone(
        session, session.get_one(Location, row.location_id), row, values
    ),
)  # fmt: skip


def _save_employee(session: Session, values: Values, row: WarehouseEmployee | None = None) -> None:
    location_id = row.location_id if row is not None else values["location_id"]
    parts.save_employee(session, session.get_one(Location, location_id), row, values)


def _begins_here(session: Session, row: WarehouseEmployee, _name: str) -> bool:
    return session.scalar(select(User.location_id).where(User.id == row.user_id)) == row.location_id


EMPLOYEES = MasterKind(
    name="warehouse-employees", words="Warehouse employees", model=WarehouseEmployee, keys=("location", "user"),
    master_columns=lambda: [
        points(WarehouseEmployee, "location", Location, required=True),
        Column("user", "User", lambda text, _options: text.strip(), ("e-mail", "email"), required=True,
               field="user_id", lookup=(User, "email")),
        Column("default", "Lines begin here", lambda text, _options: cells.yes_or_no(text), field="default"),
    ],
    create=_save_employee,
    update=lambda session, row, values: _save_employee(session, values, row),
    reads=("default",), read=_begins_here,
)  # fmt: skip


def _bin_of(session: Session, values: Values) -> dict[str, Any]:
    """Codes of bin and variant become their ids, at the row's location and of its item."""
    bin_ = bins.get_bin(session, values["location_id"], values["bin_id"])
    return variant_of(session, {**values, "bin_id": bin_.id})


def _read_content(session: Session, row: BinContent, name: str) -> str:
    if name == "variant":
        return code_of_variant(session, row, name)
    return session.scalar(select(Bin.code).where(Bin.id == row.bin_id)) or ""


BIN_CONTENTS = MasterKind(
    name="bin-contents", words="Bin contents", model=BinContent, keys=("location", "bin", "item", "variant"),
    master_columns=lambda: [
        points(BinContent, "location", Location, required=True),
        Column("bin", "Bin", c.code_parser("bin", 20), required=True, field="bin_id"),
        item_column(BinContent), VARIANT, *own(BinContent, *bin_contents.FLAGS),
    ],
    create=bin_contents.create_content, update=bin_contents.edit_content,
    resolve=_bin_of, reads=("bin", "variant"), read=_read_content, identity=bin_contents.KEYS,
)  # fmt: skip


# ------------------------------------------------------------------------------------------ calendars, carriers, routes


def _save_day(session: Session, values: Values, row: WorkCalendarDay | None = None) -> None:
    calendar_id = row.calendar_id if row is not None else values["calendar_id"]
    given = without(values, "calendar_id") | ({"day": row.day} if row is not None else {})
    calendars.save_day(session, session.get_one(WorkCalendar, calendar_id), row, given)


CALENDARS = MasterKind(
    name="calendars", words="Calendars", model=WorkCalendar, keys=("code",),
    master_columns=lambda: [code(WorkCalendar), *own(WorkCalendar, *calendars.CALENDAR_FIELDS)],
    create=lambda session, values: calendars.save_calendar(session, None, values),
    update=lambda session, row, values: calendars.save_calendar(session, row, {"code": row.code, **values}),
)  # fmt: skip

CALENDAR_DAYS = MasterKind(
    name="calendar-days", words="Single days of calendars", model=WorkCalendarDay, keys=("calendar", "day"),
    master_columns=lambda: [
        points(WorkCalendarDay, "calendar", WorkCalendar, required=True),
        *own(WorkCalendarDay, *calendars.DAY_FIELDS, required=("day",)),
    ],
    create=_save_day,
    update=lambda session, row, values: _save_day(session, values, row),
)  # fmt: skip

AGENTS = MasterKind(
    name="shipping-agents", words="Shipping agents", model=ShippingAgent, keys=("code",),
    master_columns=lambda: [code(ShippingAgent), *fields(ShippingAgent, shipping_agents.AGENT_FIELDS)],
    create=lambda session, values: shipping_agents.save_agent(session, None, values),
    update=lambda session, row, values: shipping_agents.save_agent(session, row, {"code": row.code, **values}),
)  # fmt: skip


def _save_service(session: Session, values: Values, row: ShippingAgentService | None = None) -> None:
    given = without(values, "shipping_agent_id")
    if row is not None:
        given = {"code": row.code, "shipping_time": row.shipping_time} | given
    agent_id = row.shipping_agent_id if row is not None else values["shipping_agent_id"]
    shipping_agents.save_service(session, session.get_one(ShippingAgent, agent_id), row, given)


AGENT_SERVICES = MasterKind(
    name="shipping-agent-services", words="Services of shipping agents", model=ShippingAgentService,
    keys=("shipping_agent", "code"),
    master_columns=lambda: [
        points(ShippingAgentService, "shipping_agent", ShippingAgent, required=True), code(ShippingAgentService),
        *fields(ShippingAgentService, shipping_agents.SERVICE_FIELDS),
    ],
    create=_save_service,
    update=lambda session, row, values: _save_service(session, values, row),
)  # fmt: skip


def _service_of(session: Session, route: Any, _name: str) -> str:
    found = select(ShippingAgentService.code).where(ShippingAgentService.id == route.shipping_agent_service_id)
    return session.scalar(found) or ""


def _save_route(session: Session, values: Values, route: TransferRoute | None = None) -> None:
    start_id = route.from_location_id if route is not None else values["from_location_id"]
    end_id = route.to_location_id if route is not None else values["to_location_id"]
    given = without(values, "from_location_id", "to_location_id")
    service = "shipping_agent_service_id"
    if given.get(service):
        agent_id = given.get("shipping_agent_id", route.shipping_agent_id if route is not None else None)
        agent = session.get(ShippingAgent, agent_id or 0)
        given[service] = _service_id(session, agent, str(given[service]))
    elif service in given:
        given[service] = None
    saved = routes.save_route(
        session, session.get_one(Location, start_id), session.get_one(Location, end_id), given
    )  # fmt: skip
    if saved is None and route is None:
        raise ValidationError(
            "field_required", _("Say how goods travel on this route: through which location, by whom, or directly.")
        )


def _service_id(session: Session, agent: ShippingAgent | None, wanted: str) -> int:
    found = agent and session.scalar(
        select(ShippingAgentService.id).where(
            ShippingAgentService.shipping_agent_id == agent.id, ShippingAgentService.code == wanted
        )
    )
    if not found:
        raise ValidationError(
            "service_not_of_agent", _("The shipping agent offers no service %(code)s.", code=wanted),
            field="shipping_agent_service_id",
        )  # fmt: skip
    return found


ROUTES = MasterKind(
    name="transfer-routes", words="Transfer routes", model=TransferRoute, keys=("from_location", "to_location"),
    master_columns=lambda: [
        points(TransferRoute, "from_location", Location, required=True),
        points(TransferRoute, "to_location", Location, required=True),
        *fields(TransferRoute, tuple(name for name in routes.FIELDS if name != "shipping_agent_service_id")),
        Column("shipping_agent_service", title_of("shipping_agent_service"),
               c.code_parser("shipping_agent_service", 10), field="shipping_agent_service_id"),
    ],
    create=_save_route,
    update=lambda session, row, values: _save_route(session, values, row),
    reads=("shipping_agent_service",), read=_service_of,
)  # fmt: skip

PLACES: tuple[MasterKind, ...] = (
    CALENDARS, CALENDAR_DAYS, LOCATIONS, ZONES, BINS, EMPLOYEES, BIN_CONTENTS, RESPONSIBILITY_CENTERS, AGENTS,
    AGENT_SERVICES, ROUTES,
)  # fmt: skip
