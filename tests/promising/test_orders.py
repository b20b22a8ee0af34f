"""Example 16 of availability-and-reservation.md: dates promised from what is there, and by ordering more."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from core.errors import ValidationError
from core.unit_of_work import perform, rehearse
from models import (
    Location,
    PlanningLine,
    Reservation,
    ShippingAgent,
    StockkeepingUnit,
    TransferRoute,
    WorkCalendar,
)
from models.enums import ReplenishmentSystem, ReservePolicy
from posting.verify import verify
from services.availability.set_up import edit_setup
from services.planning.requisition_facts import facts_of, surroundings
from services.promising.orders import Mode, accept, promise_order
from services.reservations.keep import reserve
from services.reservations.offers import LineRef
from services.reservations.sources import SourceKind
from tests.builders import d, day

TODAY = day("2026-03-02")


class Desk:
    """Work date 2 March, offset 1D, look-ahead 1M, purchase lead time 5D; shipping 2D, handling 1D."""

    def __init__(self, trade: Any) -> None:
        self.trade, self.session = trade, trade.session
        perform(self.session, lambda s: edit_setup(s, {"look_ahead": "1M", "promise_offset": "1D"}))
        self.item = trade.item("K", lead_time="5D")
        self.place = trade.world.location_id("BLUE")

    def sale(self, *quantities: int, **line: Any) -> Any:
        rows = [
            {"item": self.item, "quantity": quantity, "expected_date": "2026-03-04", "location_id": self.place,
             "shipping_time": "2D", "handling_time": "1D"} | line
            for quantity in quantities
        ]  # fmt: skip
        return self.trade.open("sales_order", *rows, on="2026-03-01")

    def buy(self, quantity: int, on: str) -> Any:
        row = {"item": self.item, "quantity": quantity, "expected_date": on, "location_id": self.place}
        return self.trade.open("purchase_order", row, on="2026-03-01")

    def promised(self, order: Any, mode: Mode = Mode.AVAILABLE) -> list[tuple[Any, ...]]:
        found = rehearse(self.session, lambda s: promise_order(s, order.id, mode, TODAY))
        return [
            (row.required, row.unavailable, _iso(row.earliest), _iso(row.planned_delivery))
            for row in sorted(found, key=lambda row: row.line_no)
        ]

    def proposals(self) -> int:
        return self.session.scalar(select(func.count()).select_from(PlanningLine))


def _iso(date: Any) -> str | None:
    return date.isoformat()[5:] if date else None


@pytest.fixture
def desk(trade) -> Desk:
    return Desk(trade)


def test_nothing_there_then_a_receipt_then_what_could_be_ordered(desk):
    order = desk.sale(30)
    assert desk.promised(order) == [(30, 30, None, None)]
    assert desk.promised(order, Mode.CAPABLE) == [(30, 30, "03-08", "03-11")]
    desk.trade.change(desk.item, safety_lead_time="1D")
    assert desk.promised(order, Mode.CAPABLE) == [(30, 30, "03-09", "03-12")]
    desk.buy(30, "2026-03-10")
    assert desk.promised(order) == [(30, 30, "03-10", "03-13")]
    assert desk.proposals() == 0


def test_only_what_is_missing_on_the_day_is_proposed(desk):
    desk.trade.world.receive(desk.item, 10, 1, at="BLUE")
    desk.buy(5, "2026-03-07")
    order = desk.sale(30)
    found = rehearse(desk.session, lambda s: promise_order(s, order.id, Mode.CAPABLE, TODAY))[0]
    assert (found.unavailable, found.proposal.quantity, _iso(found.proposal.due)) == (20, 15, "03-08")
    assert _iso(found.proposal.order_date) == "03-03"


def test_accept_sets_the_date_and_leaves_a_proposal_that_goes_with_the_line(each_trade):
    desk = Desk(each_trade)
    order = desk.sale(30)
    for _again in range(2):
        perform(desk.session, lambda s: accept(s, order.id, Mode.CAPABLE, TODAY, user_name="tester"))
        proposal = desk.session.scalars(select(PlanningLine)).one()
        assert (proposal.quantity_base, _iso(proposal.due_date)) == (30, "03-08")
        assert desk.session.scalars(select(Reservation.quantity)).all() == [30]
        line = desk.trade.line(order)
        assert (_iso(line.expected_date), _iso(line.planned_date)) == ("03-08", "03-11")
    assert verify(desk.session) == []
    desk.trade.delete_line(order)
    assert desk.proposals() == 0
    assert desk.session.scalars(select(Reservation)).all() == []


def test_lines_of_an_order_do_not_share_the_same_units(desk):
    desk.trade.world.receive(desk.item, 10, 1, at="BLUE")
    desk.buy(6, "2026-03-09")
    order = desk.sale(8, 8)
    assert desk.promised(order) == [(8, 0, "03-02", "03-05"), (8, 6, "03-09", "03-12")]


def test_a_reserved_line_keeps_its_date_and_later_sales_are_left_out(desk):
    desk.trade.world.receive(desk.item, 10, 1, at="BLUE")
    order, later = desk.sale(8), desk.sale(9, expected_date="2026-03-20")
    assert desk.promised(order) == [(8, 0, "03-02", "03-05")]
    assert desk.promised(later)[0][:3] == (9, 7, None)
    line = desk.trade.line(order)
    perform(desk.session, lambda s: reserve(s, LineRef(SourceKind.TRADE, line.id)))
    assert desk.promised(order) == [(0, 0, "03-04", "03-07")]


def test_what_is_there_earlier_than_requested_is_promised_when_requested(desk):
    desk.trade.world.receive(desk.item, 50, 1, at="BLUE")
    order = desk.trade.open(
        "sales_order",
        {"item": desk.item, "quantity": 5, "requested_date": "2026-03-12", "location_id": desk.place,
         "shipping_time": "2D", "handling_time": "1D"},
        on="2026-03-01",
    )  # fmt: skip
    assert desk.promised(order) == [(5, 0, "03-09", "03-12")]


def test_an_always_line_is_reserved_when_its_date_is_accepted(desk):
    desk.buy(30, "2026-03-10")
    desk.trade.change(desk.item, reserve=ReservePolicy.ALWAYS)
    order = desk.sale(30)
    assert desk.session.scalars(select(Reservation)).all() == []
    perform(desk.session, lambda s: accept(s, order.id, Mode.AVAILABLE, TODAY))
    pair = desk.session.scalars(select(Reservation)).one()
    assert (pair.quantity, pair.shipment_date.isoformat()) == (d(30), "2026-03-10")


def test_without_a_look_ahead_nothing_is_promised(desk):
    order = desk.sale(5)
    perform(desk.session, lambda s: edit_setup(s, {"look_ahead": ""}))
    with pytest.raises(ValidationError) as refused:
        desk.promised(order)
    assert refused.value.code == "look_ahead_missing"


def test_a_transfer_is_promised_by_the_days_of_its_road_and_only_a_critical_origin_limits_it(desk):
    """Ordered on 3 Mar: a day of handling, 3 days the agent works (not weekends) end on Monday 9 Mar."""
    trade, world = desk.trade, desk.trade.world
    origin, road = world.location_id("RED"), world.location("ROAD", use_as_in_transit=True)
    week = WorkCalendar(code="WEEK", saturday=False, sunday=False)
    agent = ShippingAgent(code="DHL", name="Carrier")
    desk.session.add_all([week, agent])
    desk.session.flush()
    agent.calendar_id = week.id
    desk.session.get_one(Location, origin).outbound_handling_time = "1D"
    desk.session.add(TransferRoute(
        from_location_id=origin, to_location_id=desk.place, in_transit_location_id=road.id, shipping_time="3D",
        shipping_agent_id=agent.id,
    ))  # fmt: skip
    desk.session.add(StockkeepingUnit(
        item_id=desk.item.id, location_id=desk.place, transfer_from_id=origin, critical=True,
        replenishment_system=ReplenishmentSystem.TRANSFER,
    ))  # fmt: skip
    desk.session.commit()
    order = desk.sale(30)
    assert desk.promised(order, Mode.CAPABLE)[0][2] == "03-09"  # the flag of the place that is sold from is not read
    place = (desk.item.id, 0, desk.place)
    source = facts_of(desk.session, surroundings(desk.session), [desk.item.id]).source(place)
    assert (_iso(source.due(day("2026-03-03"))), _iso(source.order_date(day("2026-03-09")))) == ("03-09", "03-03")
    desk.session.add(StockkeepingUnit(item_id=desk.item.id, location_id=origin, critical=True))
    desk.session.commit()
    assert desk.promised(order, Mode.CAPABLE)[0][2] is None
    row = {"item": desk.item, "quantity": 30, "expected_date": "2026-03-10", "location_id": origin}
    trade.open("purchase_order", row, on="2026-03-01")
    assert desk.promised(order, Mode.CAPABLE)[0][2] == "03-16"
