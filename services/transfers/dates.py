"""Dates of a transfer: handling and shipping times, each counted by who works then (items.md section 15)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import ValidationError
from core.text import _, plain_day
from models import Location, ShippingAgent, ShippingAgentService, TransferOrder
from services.trade.calendars import WorkDays, earlier, later, load_work_days


@dataclass(frozen=True, slots=True)
class RoadDays:
    """Who works when: the place that ships, the agent that carries, the place that receives; None works always."""

    start: WorkDays | None = None
    agent: WorkDays | None = None
    end: WorkDays | None = None


def load_road_days(session: Session, order: TransferOrder) -> RoadDays:
    """The calendars that an order's dates are counted by; one statement where nobody has one."""
    statement = select(Location.id, Location.calendar_id).where(
        Location.id.in_([order.from_location_id, order.to_location_id])
    )
    with session.no_autoflush:
        places = dict(session.execute(statement).tuples().all())
        agent = _agent_calendar(session, order)
    start, end = places.get(order.from_location_id), places.get(order.to_location_id)
    wanted = {calendar for calendar in (start, agent, end) if calendar is not None}
    if not wanted:
        return RoadDays()
    with session.no_autoflush:
        found = load_work_days(session, wanted)
    return RoadDays(found.get(start or 0), found.get(agent or 0), found.get(end or 0))


def _agent_calendar(session: Session, order: TransferOrder) -> int | None:
    """The calendar of the service, else of the agent."""
    if order.shipping_agent_service_id is not None:
        service = session.get(ShippingAgentService, order.shipping_agent_service_id)
        if service is not None and service.calendar_id is not None:
            return service.calendar_id
    agent = session.get(ShippingAgent, order.shipping_agent_id) if order.shipping_agent_id is not None else None
    return agent.calendar_id if agent is not None else None


def receipt_date(order: TransferOrder, shipment: dt.date, days: RoadDays) -> dt.date:
    """When goods shipped on `shipment` are available: outbound handling, shipping time, inbound handling later."""
    leaves = later(shipment, order.outbound_handling_time, days.start, days.agent)
    arrives = later(leaves, order.shipping_time, days.agent, days.end)
    return later(arrives, order.inbound_handling_time, days.end, days.end)


def shipment_date(order: TransferOrder, receipt: dt.date, days: RoadDays) -> dt.date:
    """When goods have to be shipped to be available on `receipt`."""
    arrives = earlier(receipt, order.inbound_handling_time, days.end, days.end)
    leaves = earlier(arrives, order.shipping_time, days.agent, days.start)
    return earlier(leaves, order.outbound_handling_time, days.start, days.start)


def check_dates(shipment: dt.date, receipt: dt.date) -> None:
    """Nothing is received before it is shipped. Raises ValidationError `receipt_before_shipment`."""
    if receipt < shipment:
        raise ValidationError(
            "receipt_before_shipment",
            _("The receipt on %(receipt)s would come before the shipment on %(shipment)s.",
              receipt=plain_day(receipt), shipment=plain_day(shipment)),
            field="receipt_date",
        )  # fmt: skip
