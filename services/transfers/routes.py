"""Transfer routes: how goods go from one location to another, by whom and how long (items.md section 15)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from core.errors import DomainError, ValidationError
from core.text import _
from models import BLANK_ID, Location, ShippingAgentService, TransferRoute
from services.values import assign, clean_formula, raise_all

FIELDS = (
    "in_transit_location_id", "direct_transfer", "direct_posting", "shipping_agent_id", "shipping_agent_service_id",
    "shipping_time",
)  # fmt: skip


@dataclass(frozen=True)
class Matrix:
    """Locations by code, and the routes between them by (from, to) as ids."""

    places: Sequence[Location]
    routes: Mapping[tuple[int, int], TransferRoute]
    #: places that are not shown
    more: int


def find_route(session: Session, start: object, end: object) -> TransferRoute | None:
    """The route from one location to the other, if there is one."""
    return session.scalar(
        select(TransferRoute)
        .where(TransferRoute.from_location_id == start, TransferRoute.to_location_id == end)
        .options(joinedload(TransferRoute.shipping_agent), joinedload(TransferRoute.shipping_agent_service))
    )


def values_of_route(session: Session, route: TransferRoute) -> dict[str, object]:
    """What a transfer order takes from its route: in-transit, agent, service, shipping time; direct: none of them."""
    if route.direct_transfer:
        return dict.fromkeys(("in_transit_location_id", "shipping_agent_id", "shipping_agent_service_id"), None) | {
            "direct_transfer": True,
            "direct_posting": route.direct_posting,
            "shipping_time": "",
        }
    service = route.shipping_agent_service
    return {
        "in_transit_location_id": route.in_transit_location_id,
        "direct_transfer": False,
        "direct_posting": None,
        "shipping_agent_id": route.shipping_agent_id,
        "shipping_agent_service_id": route.shipping_agent_service_id,
        "shipping_time": (service.shipping_time if service is not None else "") or route.shipping_time,
    }


def check_service(session: Session, agent_id: int | None, service_id: int | None) -> None:
    """Raises ValidationError `service_not_of_agent` where the service is another agent's."""
    if service_id is None:
        return
    service = session.get(ShippingAgentService, service_id)
    if service is None or service.shipping_agent_id != agent_id:
        raise ValidationError(
            "service_not_of_agent",
            _("This service is offered by another shipping agent. Choose one of the agent's own."),
            field="shipping_agent_service_id",
        )


def save_route(session: Session, start: Location, end: Location, values: Mapping[str, object]) -> TransferRoute | None:
    """Create or change the route between two locations; with every field empty there is none any more (None).

    Raises ValidationError or ErrorList: `transfer_ends_equal`, `location_in_transit`, `not_in_transit`,
    `conflicting_setup`, `service_not_of_agent`, `invalid_formula` and those of `assign`.
    """
    raise_all(_end_errors(start, end))
    route = find_route(session, start.id, end.id)
    wanted = {name: getattr(route, name) if route is not None else None for name in FIELDS} | dict(values)
    wanted["shipping_time"] = clean_formula(wanted["shipping_time"] or "", "shipping_time")
    wanted["direct_transfer"] = bool(wanted["direct_transfer"])
    if not wanted["direct_transfer"] or not wanted["direct_posting"]:
        wanted["direct_posting"] = None
    before = route.shipping_agent_id if route is not None else None
    if wanted["shipping_agent_id"] != before and "shipping_agent_service_id" not in values:
        wanted["shipping_agent_service_id"] = None
    raise_all(_value_errors(session, wanted))
    if not any(wanted.values()):
        if route is not None:
            session.delete(route)
            session.flush()
        return None
    is_new = route is None
    route = route or TransferRoute(from_location_id=start.id, to_location_id=end.id, direct_transfer=False)
    with session.no_autoflush:
        assign(session, route, wanted, FIELDS)
    if is_new:
        session.add(route)
    session.flush()
    return route


def delete_route(session: Session, start: Location, end: Location) -> None:
    """There is no route between the two any more; nothing happens where there was none."""
    route = find_route(session, start.id, end.id)
    if route is not None:
        session.delete(route)
        session.flush()


def route_matrix(session: Session, *, limit: int) -> Matrix:
    """At most `limit` locations that goods lie at, and the routes between them; three queries."""
    places = session.scalars(
        select(Location)
        .where(Location.use_as_in_transit.is_(False), Location.there())
        .order_by(Location.code)
        .limit(1000)
    ).all()
    ids = [place.id for place in places[:limit]]
    routes = session.scalars(
        select(TransferRoute)
        .where(TransferRoute.from_location_id.in_(ids), TransferRoute.to_location_id.in_(ids))
        .options(joinedload(TransferRoute.shipping_agent), joinedload(TransferRoute.shipping_agent_service))
    )
    found = {(route.from_location_id, route.to_location_id): route for route in routes}
    return Matrix(places[:limit], found, max(len(places) - limit, 0))


def _end_errors(start: Location, end: Location) -> list[DomainError]:
    errors: list[DomainError] = []
    if start.id == end.id:
        errors.append(
            ValidationError(
                "transfer_ends_equal", _("From and to are the same location; choose another."), field="to_location_id"
            )
        )
    for place, field in ((start, "from_location_id"), (end, "to_location_id")):
        if place.use_as_in_transit or place.id == BLANK_ID:
            errors.append(
                ValidationError(
                    "location_in_transit",
                    _("%(code)s holds goods in transit; nobody sends from or to it.", code=place.code), field=field,
                )
            )  # fmt: skip
    return errors


def _value_errors(session: Session, wanted: Mapping[str, object]) -> list[DomainError]:
    errors: list[DomainError] = []
    between = session.get(Location, wanted["in_transit_location_id"]) if wanted["in_transit_location_id"] else None
    if between is not None and not between.use_as_in_transit:
        errors.append(
            ValidationError(
                "not_in_transit", _("%(code)s is no in-transit location.", code=between.code),
                field="in_transit_location_id", hint=_("Choose one that is marked as in-transit."),
            )
        )  # fmt: skip
    if wanted["direct_transfer"] and between is not None:
        errors.append(
            ValidationError(
                "conflicting_setup", _("A direct transfer goes through no in-transit location. Leave it empty."),
                field="in_transit_location_id",
            )
        )  # fmt: skip
    agent, service = wanted["shipping_agent_id"], wanted["shipping_agent_service_id"]
    try:
        check_service(session, agent if isinstance(agent, int) else None, service if isinstance(service, int) else None)
    except ValidationError as error:
        errors.append(error)
    return errors
