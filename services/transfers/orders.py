"""Transfer orders as people edit them: header, route, dates, release, deletion (documents.md sections 4, 19)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, selectinload

from core.errors import DomainError, NotFound, ValidationError
from core.text import _
from models import (
    BLANK_ID,
    InventorySetup,
    ItemVariant,
    Location,
    ShippingAgentService,
    TransferLine,
    TransferOrder,
)
from models.enums import DefaultNoYes, DirectTransferPosting, DocumentStatus
from services.dimensions import default_set
from services.numbers import check_manual, next_no
from services.reservations.changes import transfer_lines_changed
from services.transfers.dates import check_dates, load_road_days, receipt_date, shipment_date
from services.transfers.routes import check_service, find_route, values_of_route
from services.values import assign, clean_code, clean_formula, raise_all

FIELDS = (
    "from_location_id", "to_location_id", "in_transit_location_id", "direct_transfer", "direct_posting",
    "shipping_agent_id", "shipping_agent_service_id", "posting_date", "shipment_date",
    "receipt_date", "shipping_time", "outbound_handling_time", "inbound_handling_time", "shipping_advice",
    "external_document_no", "dimension_set_id",
)  # fmt: skip
#: what a released order does not let change (section 4)
_LOCKED = frozenset(FIELDS) - {"posting_date", "external_document_no"}
_ENDS = ("from_location_id", "to_location_id")
_TIMES = ("shipping_time", "outbound_handling_time", "inbound_handling_time")


def get_order(session: Session, no: str) -> TransferOrder:
    """The order with its lines and their numbers. Raises NotFound `transfer_order_not_found`."""
    return _loaded(session, TransferOrder.no == no.strip().upper(), no)


def get_order_by_id(session: Session, order_id: int) -> TransferOrder:
    """The order with its lines and their numbers. Raises NotFound `transfer_order_not_found`."""
    return _loaded(session, TransferOrder.id == order_id, str(order_id))


def _loaded(session: Session, condition: ColumnElement[bool], name: str) -> TransferOrder:
    found = session.scalar(
        select(TransferOrder)
        .where(condition)
        .options(selectinload(TransferOrder.lines).selectinload(TransferLine.numbers))
        .options(selectinload(TransferOrder.lines).selectinload(TransferLine.item))
        .options(selectinload(TransferOrder.from_location), selectinload(TransferOrder.to_location))
        .options(selectinload(TransferOrder.in_transit_location))
        .execution_options(populate_existing=True)
        .with_for_update(of=TransferOrder)
    )
    if found is None:
        raise NotFound("transfer_order_not_found", _("There is no transfer order %(no)s any more.", no=name))
    return found


def create_order(session: Session, values: Mapping[str, object], *, on: dt.date) -> TransferOrder:
    """A new, open order. What `values` leaves out comes from the route and the locations, dates from `on`.

    `values` are FIELDS and `no` (blank: drawn from the series). Raises ValidationError `transfer_ends_equal`,
    `location_in_transit`, `not_in_transit`, `receipt_before_shipment`, `already_exists` and those of `assign`.
    """
    given = dict(values)
    no = str(given.pop("no", "") or "").strip()
    order = TransferOrder(
        version=1, from_location_id=0, to_location_id=0, posting_date=on, shipment_date=on, receipt_date=on,
        direct_transfer=False, direct_posting=None, shipping_agent_id=None, shipping_agent_service_id=None,
        dimension_set_id=BLANK_ID, shipping_time="", outbound_handling_time="", inbound_handling_time="", lines=[],
        status=DocumentStatus.OPEN,
    )  # fmt: skip
    _apply(session, order, _with_route(session, given), given.keys())
    order.no = _number(session, no, on)
    session.add(order)
    session.flush()
    return order


def edit_order(session: Session, order: TransferOrder, values: Mapping[str, object]) -> None:
    """Change the header; dates and times that follow from the change are passed on to lines that follow the header.

    Raises ValidationError `order_released`, `line_shipped`, `line_reserved`, `reservation_date_conflict` and those of
    `create_order`.
    """
    changes = {name: value for name, value in values.items() if getattr(order, name, None) != value}
    locked = sorted(changes.keys() & _LOCKED)
    if order.status == DocumentStatus.RELEASED and locked:
        raise released(locked[0])
    ends = [name for name in _ENDS if name in changes]
    if ends and any(line.qty_shipped for line in order.lines):
        raise ValidationError(
            "line_shipped", _("Something is shipped already; the places cannot be changed any more."), field=ends[0]
        )
    before = order.shipment_date, order.receipt_date
    _apply(session, order, _with_route(session, changes, order) if ends else changes, changes.keys())
    for line in order.lines:
        if (line.shipment_date, line.receipt_date) == before:
            line.shipment_date, line.receipt_date = order.shipment_date, order.receipt_date
    touch(session, order)
    if ends or (order.shipment_date, order.receipt_date) != before:
        session.flush()
        transfer_lines_changed(session, order.lines, ("shipment_date", "receipt_date"), ends=ends)


def _apply(session: Session, order: TransferOrder, values: Mapping[str, object], typed: object) -> None:
    values = dict(values)
    for name in _TIMES:
        if name in values:
            values[name] = clean_formula(values[name], name)
    with session.no_autoflush:
        _agent(session, order, values)
        assign(session, order, values, FIELDS)
        check_service(session, order.shipping_agent_id, order.shipping_agent_service_id)
    if order.direct_transfer:
        order.in_transit_location_id = None
    else:
        order.direct_posting = None
    errors = _ends(session, order)
    raise_all(errors)
    if any(name in values for name in ("shipment_date", "receipt_date", *_TIMES)):
        given = set(typed)  # type: ignore[call-overload]
        if "receipt_date" in given and "shipment_date" not in given:
            order.shipment_date = shipment_date(order, order.receipt_date, load_road_days(session, order))
        elif "receipt_date" not in given:
            order.receipt_date = receipt_date(order, order.shipment_date, load_road_days(session, order))
    else:
        order.receipt_date = max(order.receipt_date, order.shipment_date)
    check_dates(order.shipment_date, order.receipt_date)


def _agent(session: Session, order: TransferOrder, values: dict[str, object]) -> None:
    """Another agent clears the service, another service brings its shipping time, unless that is said too."""
    agent_id = values.get("shipping_agent_id", order.shipping_agent_id)
    if agent_id != order.shipping_agent_id and "shipping_agent_service_id" not in values:
        values["shipping_agent_service_id"] = None
    service_id = values.get("shipping_agent_service_id", order.shipping_agent_service_id)
    if isinstance(service_id, int) and service_id != order.shipping_agent_service_id and "shipping_time" not in values:
        service = session.get(ShippingAgentService, service_id)
        if service is not None:
            values["shipping_time"] = service.shipping_time


def _ends(session: Session, order: TransferOrder) -> list[DomainError]:
    errors: list[DomainError] = []
    places = {
        name: session.get(Location, place) if (place := getattr(order, name)) else None
        for name in (*_ENDS, "in_transit_location_id")
    }
    if order.from_location_id and order.from_location_id == order.to_location_id:
        errors.append(
            ValidationError(
                "transfer_ends_equal", _("From and to are the same location; choose another."), field="to_location_id"
            )
        )
    for name in _ENDS:
        place = places[name]
        if place is not None and place.use_as_in_transit:
            errors.append(
                ValidationError(
                    "location_in_transit", _("%(code)s holds goods in transit; nobody sends from or to it.",
                                             code=place.code), field=name,
                )
            )  # fmt: skip
    between = places["in_transit_location_id"]
    if between is not None and not between.use_as_in_transit:
        errors.append(
            ValidationError(
                "not_in_transit", _("%(code)s is no in-transit location.", code=between.code),
                field="in_transit_location_id", hint=_("Choose one that is marked as in-transit."),
            )
        )  # fmt: skip
    return errors


def _with_route(session: Session, given: Mapping[str, object], order: TransferOrder | None = None) -> dict[str, object]:
    """`given`, and what the route and the two locations say of the rest."""

    def end(name: str) -> object:
        return given.get(name, getattr(order, name) if order is not None else BLANK_ID)

    source, target = end("from_location_id"), end("to_location_id")
    proposed: dict[str, object] = {}
    route = find_route(session, source, target)
    if route is not None:
        proposed |= values_of_route(session, route)
    for place, name in ((source, "outbound_handling_time"), (target, "inbound_handling_time")):
        location = session.get(Location, place) if place else None
        if location is not None and getattr(location, name):
            proposed[name] = getattr(location, name)
    dimensions = default_set(
        session, [("location", place) for place in _entered_last(given, source, target) if isinstance(place, int)]
    )
    if dimensions or order is not None:
        proposed["dimension_set_id"] = dimensions
    return proposed | dict(given)


def _entered_last(given: Mapping[str, object], source: object, target: object) -> tuple[object, object]:
    """The two places, the one that was entered last at the end: its default dimensions win."""
    return (target, source) if "from_location_id" in given and "to_location_id" not in given else (source, target)


def _number(session: Session, no: str, on: dt.date) -> str:
    series = session.get_one(InventorySetup, 1).transfer_order_nos_id

    def taken(number: str) -> bool:
        return session.scalar(select(func.count()).where(TransferOrder.no == number)) != 0

    if not no:
        return next_no(session, series, on, taken=taken)
    check_manual(session, series, no)
    code = clean_code(no, field="no", length=20)
    if taken(code):
        raise ValidationError("already_exists", _("There is a transfer order %(no)s already.", no=code), field="no")
    return code


def direct_posting(session: Session, order: TransferOrder) -> DirectTransferPosting:
    """How a direct transfer is posted: as the order says, else the inventory set-up."""
    return order.direct_posting or session.get_one(InventorySetup, 1).direct_transfer_posting


def release(session: Session, order: TransferOrder) -> None:
    """Hand the order to those who handle it. Raises ErrorList or ValidationError naming what is missing."""
    if order.status == DocumentStatus.RELEASED:
        return
    raise_all(release_errors(session, order))
    order.status = DocumentStatus.RELEASED
    touch(session, order)


def reopen(session: Session, order: TransferOrder) -> None:
    """Back to where it can be edited; always possible."""
    order.status = DocumentStatus.OPEN
    touch(session, order)


def release_errors(session: Session, order: TransferOrder) -> list[DomainError]:
    """What keeps the order from being released (section 19)."""
    errors: list[DomainError] = [
        ValidationError("location_required", _("Say where the goods leave and where they go."), field=name)
        for name in _ENDS
        if not getattr(order, name)
    ]
    if not order.direct_transfer and order.in_transit_location_id is None:
        errors.append(
            ValidationError(
                "in_transit_required", _("Say where the goods are while they travel."),
                field="in_transit_location_id", hint=_("Choose an in-transit location, or make it a direct transfer."),
            )
        )  # fmt: skip
    filled = [line for line in order.lines if line.quantity]
    if not filled:
        errors.append(
            ValidationError("nothing_to_release", _("There is no line with a quantity."), hint=_("Enter a line first."))
        )
    errors += _line_errors(session, filled)
    target = session.get(Location, order.to_location_id)
    both = direct_posting(session, order) == DirectTransferPosting.SHIPMENT_AND_RECEIPT
    handled = target is not None and (target.require_receive or (both and target.require_put_away))
    if order.direct_transfer and handled and target is not None:
        errors.append(
            ValidationError(
                "inbound_handling",
                _("%(code)s receives through warehouse documents; nothing can be transferred to it directly.",
                  code=target.code), field="direct_transfer", hint=_("Use an in-transit location."),
            )
        )  # fmt: skip
    return errors


def _line_errors(session: Session, lines: list[TransferLine]) -> list[DomainError]:
    errors: list[DomainError] = []
    setup = session.get_one(InventorySetup, 1)
    items = {line.item_id for line in lines}
    statement = select(ItemVariant.item_id).where(ItemVariant.item_id.in_(items)).distinct()
    with_variants = set(session.scalars(statement))
    for line in lines:
        if line.unit_of_measure_id is None:
            errors.append(
                ValidationError("field_required", _("Enter a unit of measure."), field="unit", line=line.line_no)
            )
        choice = line.item.variant_mandatory
        mandatory = setup.variant_mandatory_if_exists if choice == DefaultNoYes.DEFAULT else choice == DefaultNoYes.YES
        if mandatory and line.variant_id == BLANK_ID and line.item_id in with_variants:
            errors.append(
                ValidationError("variant_required", _("Item %(no)s has variants; say which one.", no=line.item.no),
                                field="variant", line=line.line_no)
            )  # fmt: skip
    return errors


def delete_order(session: Session, order: TransferOrder) -> None:
    """Delete an open order. Raises ValidationError `order_released`, `goods_in_transit`."""
    if order.status == DocumentStatus.RELEASED:
        raise released("status")
    for line in order.lines:
        check_not_in_transit(line)
    session.delete(order)
    session.flush()


def check_not_in_transit(line: TransferLine) -> None:
    """What is shipped has to arrive first. Raises ValidationError `goods_in_transit`."""
    if line.qty_shipped_base != line.qty_received_base:
        raise ValidationError(
            "goods_in_transit", _("Goods of this line are still in transit."), line=line.line_no,
            hint=_("Receive them, or undo the shipment."),
        )  # fmt: skip


def released(field: str) -> ValidationError:
    """The refusal of a change that only an open order allows."""
    return ValidationError(
        "order_released", _("The order is released; this cannot be changed."), field=field,
        hint=_("Reopen the order first."),
    )  # fmt: skip


def touch(session: Session, order: TransferOrder) -> None:
    """Count a change, so that a page that shows an older state is noticed."""
    order.version += 1
    session.flush()
