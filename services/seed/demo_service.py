"""The workshop of the demo company: people whose time is sold, what a visit costs, and a bicycle to be repaired."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import fixed_now
from models import (
    GenProductPostingGroup,
    GlAccount,
    Item,
    Location,
    Resource,
    ServiceCost,
    UnitOfMeasure,
    VatProductPostingGroup,
)
from models.enums import TradeLineType, TradeSide, TradeType
from services.seed.demo_masters import ids_of
from services.trade import documents, lines

#: no., what it is, price and cost of an hour
RESOURCES: tuple[tuple[str, str, str, str], ...] = (
    ("MECHANIC", "Bicycle mechanic", "48.00", "27.50"),
    ("APPRENTICE", "Apprentice in the workshop", "29.00", "14.00"),
)
#: code, what it is, price
COSTS: tuple[tuple[str, str, str], ...] = (
    ("CALL-OUT", "Coming to the customer", "25.00"),
    ("DISPOSAL", "Disposal of worn parts", "4.50"),
)


def add_service(session: Session, today: dt.date) -> None:
    """Resources, service costs, and a service order of yesterday with all three kinds of lines."""
    units, vat = ids_of(session, UnitOfMeasure), ids_of(session, VatProductPostingGroup)
    group = ids_of(session, GenProductPostingGroup)["SERVICES"]
    account = session.scalars(select(GlAccount.id).where(GlAccount.no == "4310")).one()
    people = [
        Resource(
            no=no, description=text, unit_of_measure_id=units["HOUR"], unit_price=Decimal(price),
            unit_cost=Decimal(cost), gen_product_posting_group_id=group, vat_product_posting_group_id=vat["STANDARD"],
        )
        for no, text, price, cost in RESOURCES
    ]  # fmt: skip
    costs = [
        ServiceCost(
            code=code, description=text, gl_account_id=account, unit_of_measure_id=units["PCS"],
            unit_price=Decimal(price), vat_product_posting_group_id=vat["STANDARD"],
        )
        for code, text, price in COSTS
    ]  # fmt: skip
    session.add_all([*people, *costs])
    session.flush()
    items, places = ids_of(session, Item, "no"), ids_of(session, Location)
    opened = today - dt.timedelta(1)
    with fixed_now(dt.datetime.combine(opened, dt.time(13), dt.UTC)):
        order = documents.create_document(
            session, TradeSide.SALES, TradeType.SERVICE_ORDER, "C1002", {"location_id": places["SHOP"]}, on=opened
        )
        lines.add_lines(
            session, order.id,
            [
                {"item_id": items["1230"], "quantity": Decimal(1)},
                {"type": TradeLineType.RESOURCE, "resource_id": people[0].id, "quantity": Decimal("1.5")},
                {"type": TradeLineType.COST, "service_cost_id": costs[0].id, "quantity": Decimal(1)},
            ],
        )  # fmt: skip
