"""Which day follows from which: purchase and sales dates (documents.md sections 7, 8).

Lead time, shipping and handling times are date formulas.
"""

from __future__ import annotations

import datetime as dt

from core.date_formulas import add_formula, subtract_formula
from models import TradeLine
from models.enums import TradeSide


def purchase_dates(line: TradeLine) -> None:
    """Planned and expected receipt from promised, requested or order date, in this order of strength.

    A requested date also sets when to order; a promised one leaves the order date.
    """
    if line.requested_date is not None:
        line.order_date = subtract_formula(line.requested_date, line.lead_time)
    if line.promised_date is not None:
        line.planned_date = line.promised_date
    elif line.requested_date is not None:
        line.planned_date = line.requested_date
    elif line.order_date is not None:
        line.planned_date = add_formula(line.order_date, line.lead_time)
    if line.planned_date is not None:
        arrived = add_formula(line.planned_date, line.handling_time)
        line.expected_date = add_formula(arrived, line.safety_lead_time)


def sales_dates(line: TradeLine) -> None:
    """Planned delivery, planned shipment and shipment from promised, requested or shipment date, in this order."""
    wanted = line.promised_date or line.requested_date
    if wanted is not None:
        line.planned_date = wanted
        line.planned_shipment_date = subtract_formula(wanted, line.shipping_time)
        line.expected_date = subtract_formula(line.planned_shipment_date, line.handling_time)
    else:
        sales_forward(line)


def sales_forward(line: TradeLine) -> None:
    """Planned shipment and delivery from the shipment date."""
    if line.expected_date is not None:
        line.planned_shipment_date = add_formula(line.expected_date, line.handling_time)
        line.planned_date = add_formula(line.planned_shipment_date, line.shipping_time)


def set_dates(line: TradeLine, side: TradeSide) -> None:
    """Run the chain of the line's side; a drop shipment passes no dock of ours, so its times count as nothing."""
    if line.drop_shipment:
        line.handling_time = line.shipping_time = ""
    (purchase_dates if side == TradeSide.PURCHASE else sales_dates)(line)


def planned_backwards(line: TradeLine) -> None:
    """A purchase line whose expected receipt was typed: the planned receipt before it."""
    assert line.expected_date is not None  # noqa: S101 - called where it was typed
    ready: dt.date = subtract_formula(line.expected_date, line.safety_lead_time)
    line.planned_date = subtract_formula(ready, line.handling_time)
