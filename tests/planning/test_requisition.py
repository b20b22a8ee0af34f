"""The requisition worksheet: example 19 of availability-and-reservation.md, and what carrying out does and refuses."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from core.errors import ValidationError
from core.unit_of_work import perform
from models import (
    Item,
    PlanningLine,
    Reservation,
    StockkeepingUnit,
    TradeDocument,
    TradeLine,
    TradeLineNumber,
    TransferLine,
    TransferRoute,
    Vendor,
    WorkCalendar,
    db,
)
from models.enums import ReorderingPolicy, ReplenishmentSystem
from services.availability.movements import Place
from services.availability.promise import promise_quantity
from services.availability.quantities import availability
from services.planning import carry_out_job, requisition, requisition_job
from services.planning.carry_out import Outcome, carry_out
from services.planning.linked_sales import fetch_sales_lines
from services.planning.requisition import Change, Scope, change_lines, suggest
from services.planning.requisition_hand import propose_shortages
from tests.builders import World, d, day
from tests.support.people import PeopleClient, log_in_as
from tests.support.trading import Trade

START, END = day("2026-03-02"), day("2026-04-30")
FIXED, LOT, ORDER = ReorderingPolicy.FIXED_REORDER_QUANTITY, ReorderingPolicy.LOT_FOR_LOT, ReorderingPolicy.ORDER


class Planner:
    """EAST is BLUE, WEST is RED: stock 5 at BLUE, point 10, fixed 20; RED is filled from BLUE in two days."""

    def __init__(self, trade: Any) -> None:
        self.trade, self.session = trade, trade.session
        self.east, self.west = trade.world.location_id("BLUE"), trade.world.location_id("RED")

    def vendor(self, no: str = "VEND") -> int:
        return self.session.scalars(select(Vendor.id).where(Vendor.no == no)).one()

    def example_19(self) -> Any:
        item = self.trade.item("K", unit_cost="2")
        road = self.trade.world.location("ROAD", use_as_in_transit=True)
        self.trade.world.receive(item, 5, 2, at="BLUE")

        def add(session: Any) -> None:
            session.add(TransferRoute(from_location_id=self.east, to_location_id=self.west,
                                      in_transit_location_id=road.id, shipping_time="2D"))  # fmt: skip
            session.add(StockkeepingUnit(
                item_id=item.id, location_id=self.east, reordering_policy=FIXED, reorder_point=d(10),
                reorder_quantity=d(20), vendor_id=self.vendor(), lead_time="7D",
            ))  # fmt: skip
            session.add(StockkeepingUnit(
                item_id=item.id, location_id=self.west, reordering_policy=LOT, include_inventory=True,
                replenishment_system=ReplenishmentSystem.TRANSFER, transfer_from_id=self.east,
            ))  # fmt: skip

        perform(self.session, add)
        return item

    def sell(self, item: Any, quantity: Any, on: str, at: int | None = None) -> Any:
        row = {
            "item": item,
            "quantity": quantity,
            "unit_amount": 5,
            "expected_date": on,
            "location_id": at or self.east,
        }
        return self.trade.open("sales_order", row, on="2026-03-01")

    def suggest(self, **more: Any) -> list[tuple[Any, ...]]:
        count = perform(self.session, lambda s: suggest(s, Scope(START, END, **more)))
        lines = self.lines()
        assert count == len(lines)
        return [
            (line.action.value, line.location_id, line.quantity_base, line.order_date.day, line.due_date.day)
            for line in lines
        ]

    def lines(self) -> list[PlanningLine]:
        return list(self.session.scalars(select(PlanningLine).order_by(PlanningLine.due_date.desc())))

    def carry_out(self) -> Outcome:
        return perform(self.session, lambda s: carry_out(s, on=START))


@pytest.fixture
def planner(each_trade) -> Planner:
    return Planner(each_trade)


def test_example_19_a_transfer_and_the_purchase_behind_it_then_nothing_more(planner):
    item = planner.example_19()
    sale = planner.sell(item, 12, "2026-03-20", planner.west)

    found = planner.suggest()
    assert found == [("new", planner.west, 12, 18, 20), ("new", planner.east, 20, 2, 9)]
    # what a proposed transfer needs is asked for where it would leave, though only planned
    east = availability(planner.session, item.id, Place(planner.east), day("2026-03-18"))
    assert (east.gross_requirement, east.planned_receipt, east.projected_available) == (12, 20, 13)
    assert east.expected_inventory == 5
    assert promise_quantity(planner.session, item.id, Place(planner.east), day("2026-03-18")) == -7
    assert planner.suggest() == found  # the old lines are replaced
    assert [line.reason for line in planner.lines()] == [
        "12 are missing from 20 Mar 2026 on.", "Projected 5 on 2 Mar 2026, reorder point 10."
    ]  # fmt: skip
    outcome = planner.carry_out()
    assert (len(outcome.purchase), len(outcome.transfer), outcome.refused) == (1, 1, {})
    bought = planner.session.scalars(
        select(TradeLine).join(TradeDocument).where(TradeDocument.side == "purchase")
    ).one()
    assert (bought.quantity, bought.expected_date, bought.location_id) == (20, day("2026-03-09"), planner.east)
    moved = planner.session.scalars(select(TransferLine)).one()
    assert (moved.quantity, moved.shipment_date, moved.receipt_date) == (12, day("2026-03-18"), day("2026-03-20"))
    assert planner.suggest() == []

    planner.trade.edit(sale, quantity=5)
    assert [row[0] for row in planner.suggest()] == ["change_quantity"]
    assert planner.carry_out().changed == 1
    planner.trade.delete_line(sale)
    assert planner.suggest() == [("cancel", planner.west, 0, 18, 20)]
    assert planner.carry_out().changed == 1
    assert planner.session.scalars(select(TransferLine)).all() == []
    assert planner.suggest() == []


def test_a_line_without_vendor_is_reported_and_the_others_are_carried_out(planner):
    values = {"unit_cost": "1", "reordering_policy": FIXED, "reorder_point": d(3), "reorder_quantity": d(10)}
    planner.trade.item("NUT", **values)
    planner.trade.item("BOLT", vendor_id=planner.vendor(), **values)
    assert len(planner.suggest()) == 2

    outcome = planner.carry_out()

    (left,) = planner.lines()
    assert (len(outcome.purchase), outcome.refused) == (1, {left.id: "Choose a vendor."})
    change = Change(accepted=True, quantity=d(12), due=left.due_date, vendor_id=planner.vendor("VEND2"))
    perform(planner.session, lambda s: change_lines(s, {left.id: change}))
    assert len(planner.carry_out().purchase) == 1
    with pytest.raises(ValidationError) as refused:
        planner.carry_out()
    assert refused.value.code == "nothing_accepted"


def test_sku_2_planning_takes_the_reorder_point_of_the_unit_at_its_location(planner):
    item = planner.trade.item("K", unit_cost="1", reordering_policy=FIXED, reorder_point=d(10), reorder_quantity=d(20),
                              vendor_id=planner.vendor())  # fmt: skip
    planner.trade.world.receive(item, 5, 1, at="BLUE")
    perform(planner.session, lambda session: session.add(StockkeepingUnit(
        item_id=item.id, location_id=planner.east, reordering_policy=FIXED, reorder_point=d(4), reorder_quantity=d(20),
        vendor_id=planner.vendor(),
    )))  # fmt: skip
    assert planner.suggest() == []

    planner.sell(item, 1, "2026-03-05")

    assert [row[:3] for row in planner.suggest()] == [("new", planner.east, 20)]


def test_the_plan_counts_by_the_calendar_of_the_vendor(planner):
    """7 working days, Monday to Friday, back from Friday 20 Mar: ordered on Wednesday 11 Mar, not the 13th."""
    item = planner.trade.item("K", unit_cost="1", reordering_policy=LOT, include_inventory=True, lead_time="7D",
                              vendor_id=planner.vendor())  # fmt: skip
    planner.sell(item, 7, "2026-03-20")
    assert planner.suggest() == [("new", planner.east, 7, 13, 20)]

    def close_weekends(session: Any) -> None:
        session.add(calendar := WorkCalendar(code="WEEK", saturday=False, sunday=False))
        session.flush()
        session.get_one(Vendor, planner.vendor()).calendar_id = calendar.id

    perform(planner.session, close_weekends)
    assert planner.suggest() == [("new", planner.east, 7, 11, 20)]


def test_an_order_whose_line_names_lots_is_neither_moved_nor_raised(planner):
    lots = planner.trade.world.tracking_code("BATCH", lot_specific=True)
    item = planner.trade.item("K", unit_cost="1", reordering_policy=LOT, include_inventory=True,
                              lot_accumulation_period="2W", rescheduling_period="2W", vendor_id=planner.vendor(),
                              item_tracking_code_id=lots.id)  # fmt: skip
    planner.sell(item, 7, "2026-03-09")
    bought = {"item": item, "quantity": 4, "unit_amount": 1, "expected_date": "2026-03-12", "location_id": planner.east}
    order = planner.trade.open("purchase_order", bought, on="2026-03-01")
    assert [row[0] for row in planner.suggest()] == ["reschedule_and_change"]

    named = TradeLineNumber(line_id=planner.trade.line(order).id, lot_no="L1", quantity=d(4))
    perform(planner.session, lambda session: session.add(named))
    assert [row[:3] for row in planner.suggest()] == [("new", planner.east, 7)]


def test_an_order_in_boxes_is_raised_in_base_units_where_boxes_would_be_parted(planner):
    """2 boxes of 3 on order, 10 needed: not 3.33333 boxes, and then nothing more is proposed."""
    item = planner.trade.item("K", unit_cost="1", reordering_policy=LOT, include_inventory=True,
                              lot_accumulation_period="2W", vendor_id=planner.vendor())  # fmt: skip
    box = planner.trade.unit(item, "BOX", 3)
    planner.sell(item, 10, "2026-03-09")
    bought = {"item": item, "quantity": 2, "unit_of_measure_id": box, "expected_date": "2026-03-09",
              "location_id": planner.east}  # fmt: skip
    order = planner.trade.open("purchase_order", bought, on="2026-03-01")
    assert [row[:3] for row in planner.suggest()] == [("change_quantity", planner.east, 10)]

    assert planner.carry_out().refused == {}
    line = planner.trade.line(order)
    assert (line.quantity, line.quantity_base, line.qty_per_unit_of_measure) == (10, 10, 1)
    assert planner.suggest() == []


def test_policy_order_reserves_what_is_bought_for_its_demand(planner):
    item = planner.trade.item("K", unit_cost="1", reordering_policy=ORDER, vendor_id=planner.vendor())
    planner.sell(item, 7, "2026-03-09")
    planner.sell(item, 7, "2026-03-11")

    assert [row[2] for row in planner.suggest()] == [7, 7]
    planner.carry_out()

    assert [pair.quantity for pair in planner.session.scalars(select(Reservation))] == [7, 7]
    assert planner.suggest() == []


def test_a_warning_leaves_the_tick_to_a_person_and_only_what_was_asked_is_planned(planner):
    item = planner.trade.item("K", unit_cost="1", reordering_policy=LOT, include_inventory=True, lead_time="1M",
                              vendor_id=planner.vendor())  # fmt: skip
    planner.sell(item, 7, "2026-03-09")

    assert planner.suggest(location_id=planner.west) == []
    assert planner.suggest(item_id=item.id) == [("new", planner.east, 7, 2, 9)]
    (line,) = planner.lines()
    assert (line.accepted, line.warning.value) == (False, "attention")


def test_what_a_sales_order_is_short_of_is_proposed_and_no_more(planner):
    """8 of 20 are there: 12 are proposed; a second line of 5 finds nothing left, what is reserved asks for nothing."""
    item = planner.trade.item("K", unit_cost="1", vendor_id=planner.vendor(), lead_time="3D")
    planner.trade.world.receive(item, 8, 2, at="BLUE")
    row = {"item": item, "unit_amount": 5, "location_id": planner.east}
    order = planner.trade.open(
        "sales_order", row | {"quantity": 20, "expected_date": "2026-03-20"},
        row | {"quantity": 5, "expected_date": "2026-03-20"}, on="2026-03-01",
    )  # fmt: skip

    perform(planner.session, lambda s: propose_shortages(s, order.id, today=START) and None)

    lines = sorted(planner.lines(), key=lambda line: line.id)
    assert [(line.quantity_base, line.order_date.day) for line in lines] == [(12, 17), (5, 17)]
    assert {line.vendor_id for line in lines} == {planner.vendor()}
    assert len(planner.carry_out().purchase) == 1
    with pytest.raises(ValidationError) as refused:
        perform(planner.session, lambda s: propose_shortages(s, order.id, today=START) and None)
    assert refused.value.code == "nothing_missing"


def test_drop_shipments_and_special_orders_are_fetched_and_what_is_bought_is_tied_to_its_sale(planner):
    """A drop shipment changes no figure; what is fetched outlives a new plan, and goes with its sales line."""
    vendor = planner.vendor()
    item = planner.trade.item("K", unit_cost="1", vendor_id=vendor, reordering_policy=LOT, include_inventory=True)
    rows = [{"item": item, "quantity": quantity, "unit_amount": 5, "expected_date": "2026-03-20", **how}
            for quantity, how in ((5, {"drop_shipment": True}), (3, {"special_order": True}),
                                  (2, {"drop_shipment": True}))]  # fmt: skip
    sale = planner.trade.open("sales_order", *rows, on="2026-03-01")
    dropped, special, deleted = (planner.trade.line(sale, place).id for place in (1, 2, 3))
    with pytest.raises(ValidationError, match="Tick"):
        fetch_sales_lines(planner.session, [], today=START)

    perform(planner.session, lambda s: fetch_sales_lines(s, [dropped, special, deleted], today=START) and None)
    assert {line.quantity_base for line in planner.lines()} == {5, 3, 2}
    planned = availability(planner.session, item.id, Place(), day("2026-03-20"))
    assert (planned.gross_requirement, planned.planned_receipt) == (3, 3)
    planner.trade.delete_line(sale, 3)
    assert perform(planner.session, lambda s: suggest(s, Scope(START, END))) == 0
    changes = {line.id: Change(True, d(9), day("2026-03-19"), vendor) for line in planner.lines()}
    perform(planner.session, lambda s: change_lines(s, changes))
    with pytest.raises(ValidationError, match="already"):
        fetch_sales_lines(planner.session, [dropped], today=START)

    assert (len(planner.carry_out().purchase), planner.lines()) == (1, [])
    bought = planner.session.scalars(
        select(TradeLine).join(TradeDocument).where(TradeDocument.side == "purchase").order_by(TradeLine.line_no)
    ).all()
    assert [(line.quantity, line.linked_line_id, line.drop_shipment, line.special_order) for line in bought] == [
        (5, dropped, True, False), (3, special, False, True),
    ]  # fmt: skip
    assert {line.expected_date for line in bought} == {day("2026-03-19")}
    assert planner.trade.line(sale).linked_line_id == bought[0].id


# ------------------------------------------------------------------------------------------------ the page
@pytest.fixture
def client(app):
    with app.app_context():
        trade = Trade(World(db.session()))
        values = {"unit_cost": "2", "reordering_policy": FIXED, "reorder_point": d(12), "reorder_quantity": d(40)}
        vendor = trade.session.scalars(select(Vendor.id).where(Vendor.no == "VEND")).one()
        trade.item("BOLT", vendor_id=vendor, **values)
        trade.item("NUT", **values)
    app.test_client_class = PeopleClient
    client = app.test_client()
    log_in_as(app, client, "owner")
    return client


def line_ids(app) -> dict[str, int]:
    with app.app_context():
        found = select(Item.no, PlanningLine.id).join(PlanningLine, PlanningLine.item_id == Item.id)
        return dict(db.session.execute(found).tuples().all())


def test_the_page_calculates_keeps_changes_deletes_and_carries_out(app, client):
    assert "The worksheet is empty" in client.get("/requisition").text
    dates = {"start": "2026-03-02", "end": "2026-05-02"}
    backwards = client.send("/requisition/suggest", dates | {"end": "2026-03-01", "key": "k0"})
    assert backwards.status_code == 422
    assert "The last day lies before the first." in backwards.text
    assert client.send("/requisition/suggest", dates | {"key": "k1"}).status_code == 303
    ids = line_ids(app)
    bolt, nut = ids["BOLT"], ids["NUT"]
    page = client.get("/requisition")
    assert "Projected 0 on 2 Mar 2026, reorder point 12." in page.text
    assert "2026-03-02" in page.text

    sent = {"line": [bolt, nut], "accept": [bolt, nut], f"quantity-{bolt}": "44", f"due-{bolt}": "2026-03-09",
            f"quantity-{nut}": "many", f"due-{nut}": "2026-13-09", f"vendor-{bolt}": "VEND"}  # fmt: skip
    refused = client.send("/requisition", sent | {"do": "carry-out", "key": "k2"})
    assert refused.status_code == 422
    for words in ('value="44"', 'value="many"', "not a quantity above zero", "is not"):
        assert words in refused.text
    sent |= {f"quantity-{nut}": "40", f"due-{nut}": "2026-03-09"}
    partly = client.send("/requisition", sent | {"do": "carry-out", "key": "k3"})
    assert partly.status_code == 422
    assert "Choose a vendor." in partly.text
    assert line_ids(app) == {"NUT": nut}
    with app.app_context():
        assert list(db.session.scalars(select(TradeLine.quantity))) == [44]
    gone = client.send("/requisition", {"line": [nut], "do": f"delete-{nut}", "key": "k4"})
    assert gone.status_code == 303
    assert line_ids(app) == {}
    assert client.get("/requisition?page=7").status_code == 200
    typed = {"item_id": "NUT", "quantity": "6", "due": "2026-03-30", "vendor_id": "VEND2"}
    assert client.send("/requisition/new", typed | {"quantity": "-6", "key": "k5"}).status_code == 422
    assert client.send("/requisition/new", typed | {"key": "k6"}).status_code == 303
    assert "Put there by hand." in client.get("/requisition").text


def test_many_items_are_planned_in_the_background(app, client, monkeypatch):
    monkeypatch.setattr(requisition_job, "AT_ONCE", 1)
    monkeypatch.setattr(requisition, "_CHUNK", 1)

    begun = client.send("/requisition/suggest", {"start": "2026-03-02", "end": "2026-05-02", "key": "k1"})

    page = client.get(begun.location)
    assert "2 lines are proposed." in page.text
    assert client.get(f"/requisition/planned/{begun.location.rsplit('/', 1)[1]}").location == "/requisition"
    assert set(line_ids(app)) == {"BOLT", "NUT"}


def test_many_lines_are_carried_out_in_the_background(app, client, monkeypatch):
    """Lines of one order stay together; what is refused is shown beside its line."""
    monkeypatch.setattr(carry_out_job, "AT_ONCE", 1)
    monkeypatch.setattr(carry_out_job, "_PORTION", 1)
    client.send("/requisition/suggest", {"start": "2026-03-02", "end": "2026-05-02", "key": "k1"})
    ids = line_ids(app)
    sent = {"line": list(ids.values()), "accept": list(ids.values()), f"vendor-{ids['BOLT']}": "VEND"}

    begun = client.send("/requisition", sent | {"do": "carry-out", "key": "k2"})

    assert "Lines that could not be carried out: 1." in client.get(begun.location).text
    outcome = client.get(f"/requisition/carried-out/{begun.location.rsplit('/', 1)[1]}").text
    assert "Choose a vendor." in outcome
    assert line_ids(app) == {"NUT": ids["NUT"]}


def test_who_may_not_buy_sees_the_worksheet_and_changes_nothing(app, client):
    client.send("/requisition/suggest", {"start": "2026-03-02", "end": "2026-05-02", "key": "k1"})
    seller = app.test_client()
    log_in_as(app, seller, "seller")

    page = seller.get("/requisition")

    assert page.status_code == 200
    assert "Carry out" not in page.text
    for address in ("/requisition", "/requisition/suggest"):
        assert seller.send(address, {"key": "x"}).status_code == 403
