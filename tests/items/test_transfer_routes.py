"""Transfer routes: what an order takes from them, their dates, direct transfers, the matrix (items.md section 15)."""

import pytest
from sqlalchemy import select

from core.errors import DomainError
from core.unit_of_work import perform
from models import Location, TransferOrder, TransferRoute, WorkCalendar
from models.enums import DirectTransferPosting
from services import locations, shipping_agents
from services.poster import Poster
from services.transfers import lines, orders, routes
from services.transfers.post import post_order
from tests.builders import day
from tests.support.item_pages import error_beside, words
from tests.support.trade import TradeShop

SHIPS = day("2025-03-10")  # a Monday


class Road:
    """WEST and EAST with a day of handling each, VAN in transit between, DHL with an EXPRESS service of two days."""

    def __init__(self, world) -> None:
        self.world, self.session = world, world.session
        world.location("WEST", outbound_handling_time="1D")
        world.location("EAST", inbound_handling_time="1D")
        world.location("VAN", use_as_in_transit=True)
        self.do(self._agents)

    def _agents(self, session) -> None:
        for code in ("DHL", "OWN"):
            agent = shipping_agents.save_agent(session, None, {"code": code, "name": code})
            for service, time in (("EXPRESS", "2D"), ("SLOW", "5D")):
                values = {"code": service, "shipping_time": time}
                shipping_agents.save_service(session, agent, None, values)

    def do(self, work):
        return perform(self.session, work)

    def id(self, code) -> int:
        return self.world.location_id(code)

    def service(self, agent="DHL", code="EXPRESS") -> dict[str, int]:
        found = shipping_agents.get_agent(self.session, agent)
        service = next(one for one in shipping_agents.services_of(self.session, found, 50)[0] if one.code == code)
        return {"shipping_agent_id": found.id, "shipping_agent_service_id": service.id}

    def route(self, start="WEST", end="EAST", **values) -> TransferRoute | None:
        return self.do(lambda s: routes.save_route(s, _place(s, start), _place(s, end), values))

    def order(self, **values) -> TransferOrder:
        ends = {"from_location_id": self.id("WEST"), "to_location_id": self.id("EAST")}
        return self.do(lambda s: orders.create_order(s, ends | values, on=SHIPS))

    def edit(self, order, **values) -> TransferOrder:
        self.do(lambda s: orders.edit_order(s, orders.get_order_by_id(s, order.id), values))
        return self.session.get_one(TransferOrder, order.id, populate_existing=True)

    def with_line(self, order) -> TransferOrder:
        bolt = self.bolt = self.world.item("BOLT")
        self.world.receive(bolt, 10, 2, at="WEST")
        self.do(lambda s: lines.add_line(s, orders.get_order_by_id(s, order.id), {"item_id": bolt.id, "quantity": 4}))
        return order

    def release(self, order) -> None:
        self.do(lambda s: orders.release(s, orders.get_order_by_id(s, order.id)))

    def refused(self, code, work, field="") -> DomainError:
        before = self.routes()
        with pytest.raises(DomainError) as refusal:
            work()
        self.session.rollback()
        assert refusal.value.code == code, refusal.value
        assert not field or refusal.value.field == field
        assert self.routes() == before
        return refusal.value

    def routes(self) -> list[tuple]:
        return [tuple(row) for row in self.session.execute(select(*TransferRoute.__table__.columns))]


def _place(session, code) -> Location:
    return locations.get_location(session, code)


@pytest.fixture
def road(each_world):
    return Road(each_world)


# ------------------------------------------------------------------------------------------------ TRR-1
def test_trr_1_an_order_takes_in_transit_agent_service_and_dates_from_the_route(road):
    road.route(in_transit_location_id=road.id("VAN"), **road.service())

    order = road.order()

    assert order.in_transit_location_id == road.id("VAN")
    assert {"shipping_agent_id": order.shipping_agent_id,
            "shipping_agent_service_id": order.shipping_agent_service_id} == road.service()  # fmt: skip
    assert (order.shipping_time, order.direct_transfer) == ("2D", False)
    assert (order.shipment_date, order.receipt_date) == (SHIPS, day("2025-03-14"))  # 1 + 2 + 1 days


def test_trr_1_a_receipt_date_counts_backwards_and_a_line_does_too(road):
    road.route(in_transit_location_id=road.id("VAN"), **road.service())

    order = road.order(receipt_date=day("2025-03-20"))
    assert order.shipment_date == day("2025-03-16")
    road.with_line(order)
    line = road.do(
        lambda s: lines.edit_line(
            s, found := orders.get_order_by_id(s, order.id), found.lines[0], {"receipt_date": day("2025-03-24")}
        ) or found.lines[0].shipment_date
    )  # fmt: skip
    assert line == day("2025-03-20")
    error = road.refused(
        "receipt_before_shipment",
        lambda: road.edit(order, shipment_date=day("2025-03-20"), receipt_date=day("2025-03-19")),
    )
    assert error.field == "receipt_date"


def test_trr_1_each_time_counts_the_working_days_of_who_works_then(road):
    road.route(in_transit_location_id=road.id("VAN"), **road.service())

    def calendars(session):
        week = WorkCalendar(code="WEEK")  # Monday to Friday
        session.add(week)
        session.flush()
        for code in ("WEST", "EAST"):
            _place(session, code).calendar_id = week.id
        shipping_agents.get_agent(session, "DHL").calendar_id = week.id

    road.do(calendars)
    friday = day("2025-03-14")

    order = road.order(shipment_date=friday)

    # handled on Monday, two days on the road (Tuesday, Wednesday), put away on Thursday
    assert order.receipt_date == day("2025-03-20")
    assert road.order(receipt_date=order.receipt_date).shipment_date == friday


def test_trr_1_another_agent_clears_the_service_and_another_service_brings_its_time(road):
    road.route(in_transit_location_id=road.id("VAN"), **road.service())
    order = road.order()

    slow = road.edit(order, shipping_agent_service_id=road.service(code="SLOW")["shipping_agent_service_id"])
    assert (slow.shipping_time, slow.receipt_date) == ("5D", day("2025-03-17"))
    other = road.edit(order, shipping_agent_id=road.service("OWN")["shipping_agent_id"])
    assert other.shipping_agent_service_id is None
    road.refused(
        "service_not_of_agent",
        lambda: road.edit(order, shipping_agent_service_id=road.service("DHL")["shipping_agent_service_id"]),
        "shipping_agent_service_id",
    )


def test_trr_1_other_ends_take_the_other_route(road):
    road.route(in_transit_location_id=road.id("VAN"), **road.service())
    road.world.location("WAGON", use_as_in_transit=True)
    road.route("WEST", "BLUE", in_transit_location_id=road.id("WAGON"), shipping_time="3D")
    order = road.order()

    changed = road.edit(order, to_location_id=road.id("BLUE"))

    assert changed.in_transit_location_id == road.id("WAGON")
    assert (changed.shipping_agent_id, changed.shipping_time) == (None, "3D")
    assert changed.receipt_date == day("2025-03-15")  # 1D out, 3D on the road, and the 1D in of EAST is kept


# ------------------------------------------------------------------------------------------------ TRR-2, 3
def test_trr_2_a_route_from_or_to_an_in_transit_location_is_refused(road):
    road.refused("location_in_transit", lambda: road.route("WEST", "VAN", shipping_time="1D"), "to_location_id")
    road.refused("location_in_transit", lambda: road.route("VAN", "WEST", shipping_time="1D"), "from_location_id")
    road.refused("transfer_ends_equal", lambda: road.route("WEST", "WEST", shipping_time="1D"), "to_location_id")
    road.refused("not_in_transit", lambda: road.route(in_transit_location_id=road.id("BLUE")),
                 "in_transit_location_id")  # fmt: skip
    road.refused(
        "service_not_of_agent",
        lambda: road.route(**road.service() | {"shipping_agent_id": road.service("OWN")["shipping_agent_id"]}),
    )
    road.refused("invalid_formula", lambda: road.route(shipping_time="soon"), "shipping_time")


def test_trr_3_emptying_all_fields_removes_the_route(road):
    road.route(in_transit_location_id=road.id("VAN"), **road.service())
    assert len(road.routes()) == 1

    changed = road.route(shipping_agent_id=road.service("OWN")["shipping_agent_id"])
    assert changed.shipping_agent_service_id is None  # another agent clears the service
    assert road.route(in_transit_location_id=None, shipping_agent_id=None) is None
    assert road.routes() == []
    assert road.order().in_transit_location_id is None


# ------------------------------------------------------------------------------------------------ TRR-4, 5
def test_trr_4_a_direct_route_makes_the_order_direct_without_in_transit(road):
    road.refused(
        "conflicting_setup",
        lambda: road.route(direct_transfer=True, in_transit_location_id=road.id("VAN")), "in_transit_location_id",
    )  # fmt: skip
    road.route(direct_transfer=True, direct_posting=DirectTransferPosting.DIRECT_TRANSFER, **road.service())

    order = road.order()

    assert (order.direct_transfer, order.in_transit_location_id, order.shipping_agent_id) == (True, None, None)
    assert order.direct_posting == DirectTransferPosting.DIRECT_TRANSFER
    road.with_line(order)
    road.do(
        lambda s: post_order(s, orders.get_order_by_id(s, order.id), Poster(user_name="t"), ship=True, receive=True)
    )
    entries = [entry for entry in road.world.entries(road.bolt) if entry.entry_type == "transfer"]
    assert [(entry.location_id, entry.quantity) for entry in entries] == [(road.id("WEST"), -4), (road.id("EAST"), 4)]


def test_trr_5_release_without_in_transit_is_refused(road):
    order = road.with_line(road.order())

    error = road.refused("in_transit_required", lambda: road.release(order), "in_transit_location_id")
    assert "direct" in error.hint
    road.edit(order, in_transit_location_id=road.id("VAN"))
    road.release(order)


@pytest.mark.parametrize(
    ("flags", "posting", "code"),
    [
        ({"require_receive": True}, DirectTransferPosting.SHIPMENT_AND_RECEIPT, "inbound_handling"),
        ({"require_put_away": True}, DirectTransferPosting.SHIPMENT_AND_RECEIPT, "inbound_handling"),
        ({"require_receive": True}, DirectTransferPosting.DIRECT_TRANSFER, "inbound_handling"),
        ({"require_put_away": True}, DirectTransferPosting.DIRECT_TRANSFER, ""),
        ({"require_pick": True}, DirectTransferPosting.SHIPMENT_AND_RECEIPT, ""),
    ],
)
def test_trr_5_direct_into_a_location_that_receives_by_documents_is_refused(road, flags, posting, code):
    road.do(lambda s: locations.edit_location(s, _place(s, "EAST"), flags))
    road.route(direct_transfer=True, direct_posting=posting)
    order = road.with_line(road.order())

    if code:
        road.refused(code, lambda: road.release(order), "direct_transfer")
    else:
        road.release(order)


def test_trr_5_direct_into_a_directed_location_is_refused(road):
    road.do(
        lambda s: locations.edit_location(
            s, _place(s, "EAST"), {"bin_mandatory": True, "directed_put_away_and_pick": True}
        )
    )
    road.route(direct_transfer=True, direct_posting=DirectTransferPosting.DIRECT_TRANSFER)

    road.refused("inbound_handling", lambda: road.release(road.with_line(road.order())))


# ------------------------------------------------------------------------------------------------ agents, pages
def test_an_agent_in_use_stays_and_a_shipping_time_does_not_go_back(road):
    road.route(**road.service())
    agent = shipping_agents.get_agent(road.session, "DHL")

    road.refused("in_use", lambda: road.do(lambda s: shipping_agents.delete_agent(s, agent)))
    road.refused(
        "not_negative",
        lambda: road.do(
            lambda s: shipping_agents.save_service(s, agent, None, {"code": "BACK", "shipping_time": "-2D"})
        ),
    )
    road.route(shipping_agent_id=None)
    road.do(lambda s: shipping_agents.delete_agent(s, shipping_agents.get_agent(s, "DHL")))


@pytest.fixture
def shop(app, login):
    found = TradeShop(app)
    with found.trade() as trade:
        trade.world.location("VAN", use_as_in_transit=True)
    login(found.client, "owner")
    return found


def test_trr_3_the_matrix_shows_the_route_and_forgets_it_when_emptied(shop):
    client, url = shop.client, "/transfers/routes/route?start=BLUE&end=RED"
    assert "no route" in client.get("/transfers/routes/matrix").text
    client.send("/setup/shipping-agents/new", {"code": "DHL", "name": "Dee"})
    client.send("/setup/shipping-agents/DHL/services", {"code": "EXP", "shipping_time": "2D"})
    form = {"in_transit_location_id": "VAN", "shipping_agent_id": "DHL", "shipping_agent_service_id": "EXP"}

    assert client.send(url, form).status_code == 303

    for shown, text in (("in_transit", "VAN"), ("agent", "DHL"), ("service", "EXP"), ("time", "2D")):
        assert f"From BLUE to RED: {text}" in client.get(f"/transfers/routes/matrix?show={shown}").text
    page = words(client.get("/transfers/routes"))
    assert all(text in page for text in ("BLUE", "RED", "VAN", "DHL", "EXP", "2D"))
    assert client.send(url, {"in_transit_location_id": ""}).status_code == 303
    assert "From BLUE to RED: no route" in client.get("/transfers/routes/matrix").text
    assert client.send("/setup/shipping-agents/DHL/delete").location.endswith("/setup/shipping-agents")


def test_trr_2_the_pages_refuse_beside_the_field(shop):
    client = shop.client
    same = client.send("/transfers/routes/new", {"from_location_id": "BLUE", "to_location_id": "BLUE"})
    assert same.status_code == 422
    assert "same location" in error_beside(same, "to_location_id")
    way = client.send("/transfers/routes/new", {"from_location_id": "BLUE", "to_location_id": "VAN"})
    assert way.status_code == 422
    both = client.send(
        "/transfers/routes/route?start=BLUE&end=RED", {"direct_transfer": "y", "in_transit_location_id": "VAN"}
    )
    assert both.status_code == 422
    assert "no in-transit location" in error_beside(both, "in_transit_location_id")
    go = client.send("/transfers/routes/new", {"from_location_id": "BLUE", "to_location_id": "RED"})
    assert go.location.endswith("/transfers/routes/route?start=BLUE&end=RED")
