"""Which day follows from which: purchase and sales dates (documents.md sections 7, 8). Pure.

Lead time, shipping and handling times are date formulas, counted in working days where calendars are set.
"""

from __future__ import annotations

from models import TradeLine
from models.enums import TradeSide
from services.trade.calendars import NO_CALENDARS, Calendars, earlier, later


def purchase_dates(line: TradeLine, calendars: Calendars = NO_CALENDARS) -> None:
    """Planned and expected receipt from promised, requested or order date, in this order of strength.

    A requested date also sets when to order; a promised one leaves the order date.
    """
    place = calendars.location(line.location_id)
    counting = calendars.party or place
    if line.requested_date is not None:
        line.order_date = earlier(line.requested_date, line.lead_time, counting, place)
    if line.promised_date is not None:
        line.planned_date = line.promised_date
    elif line.requested_date is not None:
        line.planned_date = line.requested_date
    elif line.order_date is not None:
        line.planned_date = later(line.order_date, line.lead_time, counting, place)
    if line.planned_date is not None:
        arrived = later(line.planned_date, line.handling_time, place)
        line.expected_date = later(arrived, line.safety_lead_time, place)


def sales_dates(line: TradeLine, calendars: Calendars = NO_CALENDARS) -> None:
    """Planned delivery, planned shipment and shipment from promised, requested or shipment date, in this order."""
    wanted = line.promised_date or line.requested_date
    if wanted is None:
        sales_forward(line, calendars)
        return
    place = calendars.location(line.location_id)
    line.planned_date = wanted
    line.planned_shipment_date = earlier(wanted, line.shipping_time, calendars.agent, place)
    line.expected_date = earlier(line.planned_shipment_date, line.handling_time, place)


def sales_forward(line: TradeLine, calendars: Calendars = NO_CALENDARS) -> None:
    """Planned shipment and delivery from the shipment date."""
    if line.expected_date is not None:
        place = calendars.location(line.location_id)
        line.planned_shipment_date = later(line.expected_date, line.handling_time, place, calendars.agent)
        line.planned_date = later(line.planned_shipment_date, line.shipping_time, calendars.agent, calendars.party)


def planned_backwards(line: TradeLine, calendars: Calendars = NO_CALENDARS) -> None:
    """A purchase line whose expected receipt was typed: the planned receipt before it."""
    if line.expected_date is not None:
        place = calendars.location(line.location_id)
        ready = earlier(line.expected_date, line.safety_lead_time, place)
        line.planned_date = earlier(ready, line.handling_time, place)


def set_dates(line: TradeLine, side: TradeSide, calendars: Calendars = NO_CALENDARS) -> None:
    """Run the chain of the line's side; a drop shipment passes no dock of ours, so its times count as nothing."""
    if line.drop_shipment:
        line.handling_time = line.shipping_time = ""
    (purchase_dates if side == TradeSide.PURCHASE else sales_dates)(line, calendars)
