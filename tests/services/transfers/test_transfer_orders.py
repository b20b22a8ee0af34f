"""Transfer orders: ship, receive, direct, undo, and what is refused (documents.md sections 13, 19)."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select

from core.errors import DomainError
from core.unit_of_work import perform
from models import InventoryPostingSetup, Item, PostedTransferLine, Reservation, TransferOrder, TransferRoute
from models.enums import CostingMethod, DirectTransferPosting, ItemType, ShippingAdvice
from posting.verify import verify
from services.poster import Poster
from services.reservations.keep import LineRef, reserve
from services.reservations.sources import SourceKind
from services.transfers.lines import Number, add_line, delete_line, edit_line, set_numbers
from services.transfers.orders import create_order, delete_order, edit_order, get_order, release, reopen
from services.transfers.page import find_posted
from services.transfers.post import post_order
from services.transfers.send_back import send_back
from services.transfers.undo import newest_shipment_line, undo_posted_line, undo_shipment
from tests.builders import d, day

POSTER = Poster(user_name="tester")


class Road:
    """A world with an in-transit location and short words for one transfer order."""

    def __init__(self, world):
        self.world = world
        self.session = world.session
        self.transit = world.location("ROAD", use_as_in_transit=True)
        self.no = ""

    def order(self, *lines, numbers=(), on="2025-03-10", **header):
        values = {
            "from_location_id": self.world.location_id("BLUE"), "to_location_id": self.world.location_id("RED"),
            "in_transit_location_id": self.transit.id,
        } | header  # fmt: skip

        def work(session):
            order = create_order(session, values, on=day(on))
            for item, quantity in lines:
                add_line(session, order, {"item_id": item.id, "quantity": d(quantity)}, numbers)
            return order.no

        self.no = perform(self.session, work)
        return self.no

    def change(self, work):
        return perform(self.session, lambda session: work(session, get_order(session, self.no)))

    def post(self, on, *, ship=None, receive=None):
        def work(session, order):
            for line in order.lines:
                values = {name: d(value) for name, value in (("qty_to_ship", ship), ("qty_to_receive", receive))
                          if value not in (None, "all")}  # fmt: skip
                edit_line(session, order, line, values)
            return post_order(session, order, POSTER, ship=ship is not None, receive=receive is not None, on=day(on))

        return self.change(work)

    def undo(self):
        return perform(
            self.session, lambda s: undo_shipment(s, newest_shipment_line(s, self.no, 10_000), POSTER)
        )  # fmt: skip

    def receive(self, on, quantity):
        """Received; the id of the first line of the posted receipt."""
        return self.post(on, receive=quantity).documents[0].lines[0].id

    def undo_receipt(self, line_id):
        return perform(self.session, lambda s: undo_posted_line(s, s.get_one(PostedTransferLine, line_id), POSTER))

    def state(self):
        line = self.change(lambda _session, order: order.lines[0])
        return (line.qty_to_ship, line.qty_shipped, line.qty_to_receive, line.qty_received, line.outstanding,
                line.in_transit)  # fmt: skip

    def stock(self, item):
        found = {}
        for entry in self.world.entries(item):
            found[entry.location_id] = found.get(entry.location_id, 0) + entry.quantity
        return [found.get(self.world.location_id(code), 0) for code in ("BLUE", "ROAD", "RED")]


@pytest.fixture
def road(each_world):
    return Road(each_world)


def code_of(work, *arguments, **keywords):
    with pytest.raises(DomainError) as refused:
        work(*arguments, **keywords)
    return refused.value.code


def test_an_order_is_shipped_and_received_in_parts(road):
    bolt = road.world.item()
    road.world.receive(bolt, 100, 2, at="BLUE", on="2025-03-01")
    road.world.receive(bolt, 5, 2, at="RED", on="2025-03-01")
    road.order((bolt, 40))
    assert road.state() == (40, 0, 0, 0, 40, 0)

    road.post("2025-03-10", ship=25)
    assert (road.state(), road.stock(bolt)) == ((15, 25, 25, 0, 15, 25), [75, 25, 5])
    road.post("2025-03-14", receive=10)
    assert (road.state(), road.stock(bolt)) == ((15, 25, 15, 10, 15, 15), [75, 15, 15])
    assert code_of(road.undo) == "transfer_received"
    road.post("2025-03-15", ship=15)
    road.post("2025-03-15", receive=30)

    assert road.stock(bolt) == [60, 0, 45]
    assert road.session.scalar(select(TransferOrder.id)) is None
    road.world.adjust_cost()
    assert road.world.gl()["inventory"] == 210
    assert verify(road.session) == []


@pytest.mark.parametrize("method", [CostingMethod.FIFO, CostingMethod.AVERAGE, CostingMethod.STANDARD])
def test_an_undone_shipment_comes_back_at_its_cost_and_can_leave_again(road, method):
    bolt = road.world.item(method=method, standard_cost=4)
    road.world.receive(bolt, 6, 4, at="BLUE", on="2025-03-01")
    road.world.receive(bolt, 6, 7, at="BLUE", on="2025-03-02")
    road.order((bolt, 10))
    road.post("2025-03-10", ship=8)
    value = road.world.gl()["inventory"]

    road.undo()

    assert road.state() == (10, 0, 0, 0, 10, 0)
    assert road.stock(bolt) == [12, 0, 0]
    assert {entry.posting_date for entry in road.world.entries(bolt) if entry.correction} == {day("2025-03-10")}
    assert code_of(road.undo) == "already_undone"
    lines = road.session.scalars(select(PostedTransferLine).order_by(PostedTransferLine.line_no)).all()
    assert [(line.quantity, line.correction) for line in lines] == [(8, True), (-8, True)]
    road.post("2025-03-11", ship="all")
    road.world.adjust_cost()
    assert road.world.gl()["inventory"] == value
    assert road.world.adjust_cost().written == 0
    assert verify(road.session) == []


def test_an_undone_receipt_is_on_its_way_again_and_its_shipment_can_be_undone(road):
    tracking = road.world.tracking_code("LOTS", lot_specific=True)
    bolt = road.world.item(item_tracking_code_id=tracking.id)
    for lot, quantity, cost in (("A", 3, 4), ("B", 6, 7)):
        road.world.receive(bolt, quantity, cost, at="BLUE", lot_no=lot)
    value = road.world.gl()["inventory"]
    road.order((bolt, 6), numbers=[Number(quantity=d(3), lot_no="A"), Number(quantity=d(3), lot_no="B")])
    road.post("2025-03-10", ship=5)
    received = road.receive("2025-03-14", 4)

    road.undo_receipt(received)

    assert (road.state(), road.stock(bolt)) == ((1, 5, 5, 0, 1, 5), [4, 5, 0])
    assert {entry.posting_date for entry in road.world.entries(bolt) if entry.correction} == {day("2025-03-14")}
    assert code_of(road.undo_receipt, received) == "already_undone"
    road.undo()
    assert (road.state(), road.stock(bolt)) == ((6, 0, 0, 0, 6, 0), [9, 0, 0])
    road.post("2025-03-15", ship="all")
    second = road.receive("2025-03-16", 5)
    road.world.sell(bolt, 1, 9, at="RED", lot_no="A", on="2025-03-17")
    assert code_of(road.undo_receipt, second) == "undo_applied"
    last = road.receive("2025-03-18", 1)
    assert code_of(road.undo_receipt, last) == "undo_order_gone"
    road.world.adjust_cost()
    assert road.world.gl()["inventory"] == value - 4
    assert verify(road.session) == []


def test_what_a_receipt_brought_and_is_still_there_is_sent_back(road):
    tracking = road.world.tracking_code("LOTS", lot_specific=True)
    bolt = road.world.item(item_tracking_code_id=tracking.id)
    for lot in ("A", "B"):
        road.world.receive(bolt, 3, 4, at="BLUE", lot_no=lot)
    road.order((bolt, 6), numbers=[Number(quantity=d(3), lot_no="A"), Number(quantity=d(3), lot_no="B")])
    road.post("2025-03-10", ship="all")
    posted = road.post("2025-03-14", receive=6).documents[0]
    road.world.sell(bolt, 2, 9, at="RED", lot_no="A", on="2025-03-15")

    def back():
        return perform(
            road.session,
            lambda s: send_back(s, find_posted(s, posted.document_type, posted.no), on=day("2025-03-16")).no,
        )

    road.no = back()
    order = road.change(lambda _session, found: found)
    assert (order.from_location.code, order.to_location.code, order.in_transit_location_id) == (
        "RED",
        "BLUE",
        road.transit.id,
    )
    assert [(line.quantity, [(n.lot_no, n.quantity) for n in line.numbers]) for line in order.lines] == [
        (4, [("A", 1), ("B", 3)])
    ]
    road.post("2025-03-16", ship="all")
    road.post("2025-03-17", receive=4)
    assert road.stock(bolt) == [4, 0, 0]
    assert code_of(back) == "nothing_to_send_back"


def test_a_direct_transfer_leaves_four_entries_that_touch_nothing_else(road):
    bolt = road.world.item()
    road.world.receive(bolt, 10, 3, at="BLUE")
    road.world.receive(bolt, 5, 9, on="2025-01-01")  # in the blank location
    road.order((bolt, 4), in_transit_location_id=None, direct_transfer=True)

    posted = road.post("2025-03-10", ship="all")

    assert [document.document_type.value for document in posted.documents] == ["transfer_shipment", "transfer_receipt"]
    assert road.world.ledger(bolt)[1:] == [
        ("2025-01-01", 5, 5), ("2025-03-10", -4, 0), ("2025-03-10", 4, 0), ("2025-03-10", -4, 0), ("2025-03-10", 4, 4),
    ]  # fmt: skip
    road.world.adjust_cost()
    assert [road.world.cost(entry) for entry in road.world.entries(bolt)][2:] == [-12, 12, -12, 12]
    assert verify(road.session) == []


def test_a_direct_transfer_passes_by_what_the_blank_location_owes(road):
    bolt = road.world.item(unit_cost=3)
    road.world.sell(bolt, 2, 5)
    road.world.receive(bolt, 10, 3, at="BLUE")
    road.order((bolt, 4), in_transit_location_id=None, direct_transfer=True)

    road.post("2025-03-10", ship="all")

    assert road.world.ledger(bolt)[0] == ("2025-01-10", -2, -2)
    assert verify(road.session) == []


def test_a_direct_transfer_may_be_one_document(road):
    road.world.set(direct_transfer_posting=DirectTransferPosting.DIRECT_TRANSFER)
    bolt = road.world.item()
    road.world.receive(bolt, 10, 3, at="BLUE")
    road.order((bolt, 5), in_transit_location_id=None, direct_transfer=True)
    assert code_of(road.post, "2025-03-10", ship=3) == "direct_transfer_partial"

    posted = road.post("2025-03-10", ship="all")

    assert [document.document_type.value for document in posted.documents] == ["direct_transfer"]
    assert [quantity for _day, quantity, _left in road.world.ledger(bolt)] == [10, -5, 5]
    assert code_of(road.undo) == "direct_transfer_no_undo"
    assert verify(road.session) == []


def test_lots_travel_and_come_back_on_the_line(road):
    tracking = road.world.tracking_code("LOTS", lot_specific=True)
    bolt = road.world.item(item_tracking_code_id=tracking.id)
    for lot, quantity in (("A", 3), ("B", 5)):
        road.world.receive(bolt, quantity, 2, at="BLUE", lot_no=lot)
    road.order((bolt, 6), numbers=[Number(quantity=d(3), lot_no="A"), Number(quantity=d(3), lot_no="B")])

    road.post("2025-03-10", ship=4)
    road.undo()
    road.post("2025-03-11", ship="all")
    road.post("2025-03-12", receive=4)

    arrived = [(entry.lot_no, entry.quantity) for entry in road.world.entries(bolt)[-4:]]
    assert arrived == [("A", -3), ("A", 3), ("B", -1), ("B", 1)]
    assert verify(road.session) == []


def test_what_is_refused(road):
    bolt, nail = road.world.item(), road.world.item("NAIL")
    road.world.receive(bolt, 10, 2, at="BLUE")
    blue = road.world.location_id("BLUE")
    assert code_of(road.order, to_location_id=blue) == "transfer_ends_equal"
    assert code_of(road.order, to_location_id=road.transit.id) == "location_in_transit"
    assert code_of(road.order, in_transit_location_id=blue) == "not_in_transit"
    assert code_of(road.order, shipment_date=day("2025-03-10"), receipt_date=day("2025-03-09")) == (
        "receipt_before_shipment"
    )
    road.order((bolt, 11))
    assert code_of(road.post, "2025-03-10", ship="all") == "negative_inventory"
    assert road.change(lambda _session, order: order.status.value) == "open"
    assert code_of(road.post, "2025-03-10", ship=12) == "quantity_exceeds_outstanding"
    assert code_of(road.post, "2025-03-10", ship=0) == "nothing_to_post"
    road.post("2025-03-10", ship=5)
    assert code_of(road.post, "2025-03-10", receive=6) == "quantity_exceeds_in_transit"

    def edit(**values):
        return code_of(road.change, lambda session, order: edit_line(session, order, order.lines[0], values))

    assert edit(quantity=d(7)) == "order_released"
    assert edit(qty_to_ship=d(7)) == "quantity_exceeds_outstanding"
    road.change(reopen)
    assert edit(quantity=d(4)) == "quantity_below_shipped"
    assert edit(item_id=nail.id) == "line_shipped"
    assert code_of(road.change, lambda s, o: edit_order(s, o, {"from_location_id": o.to_location_id})) == "line_shipped"
    assert code_of(road.change, delete_order) == "goods_in_transit"
    assert code_of(road.change, lambda s, o: delete_line(s, o, o.lines[0])) == "goods_in_transit"


def test_what_a_released_order_and_its_lines_refuse(road):
    bolt, work = road.world.item(), road.world.item("WORK", type=ItemType.SERVICE)
    lots = road.world.item("LOTS", item_tracking_code_id=road.world.tracking_code("LOTS", lot_specific=True).id)
    road.world.receive(bolt, 10, 2, at="BLUE")
    road.world.receive(lots, 4, 2, at="BLUE", lot_no="A")

    assert code_of(road.order, (work, 1)) == "item_not_inventory"
    too_many = [Number(lot_no="A", quantity=d(5))]
    assert code_of(road.order, (lots, 4), numbers=too_many) == "tracking_exceeds_quantity"
    assert code_of(lambda: perform(road.session, lambda s: get_order(s, "NO-SUCH"))) == "transfer_order_not_found"

    road.order((lots, 4), numbers=[Number(lot_no="A", quantity=d(4))])
    road.post("2025-03-10", ship=3)
    for given in ([Number(lot_no="A", quantity=d(2))], [Number(lot_no="B", quantity=d(4))]):
        assert code_of(road.change, lambda s, o, n=given: set_numbers(s, o, o.lines[0], n)) == "number_shipped"

    road.order((bolt, 4), shipping_advice=ShippingAdvice.COMPLETE)
    assert code_of(road.post, "2025-03-10", ship=3) == "shipping_advice_complete"
    road.change(release)
    for field, value in (
        ("shipment_date", day("2025-03-11")), ("receipt_date", day("2025-03-20")), ("shipping_agent_id", 1),
        ("shipping_time", "2D"), ("from_location_id", road.world.location("GREEN").id),
    ):  # fmt: skip
        assert code_of(road.change, lambda s, o, n=field, v=value: edit_order(s, o, {n: v})) == "order_released", field
    for field, value in (("shipment_date", day("2025-03-11")), ("item_id", lots.id), ("unit_of_measure_id", None)):
        change = {field: value}
        assert code_of(road.change, lambda s, o, c=change: edit_line(s, o, o.lines[0], c)) == "order_released", field
    assert code_of(road.change, delete_order) == "order_released"

    def no_accounts(session):
        session.execute(delete(InventoryPostingSetup).where(InventoryPostingSetup.location_id == road.transit.id))

    perform(road.session, no_accounts)
    assert code_of(road.post, "2025-03-10", ship="all") == "posting_setup_missing"
    assert road.stock(bolt) == [10, 0, 0]
    assert verify(road.session) == []


def test_release_says_what_is_missing(road):
    bolt = road.world.item()
    road.order()
    assert code_of(road.change, release) == "nothing_to_release"
    road.order((bolt, 1), in_transit_location_id=None)
    assert code_of(road.change, release) == "in_transit_required"


def test_the_route_fills_the_header_and_dates_follow_each_other(road):
    def route(session):
        session.add(
            TransferRoute(
                from_location_id=road.world.location_id("BLUE"), to_location_id=road.world.location_id("RED"),
                in_transit_location_id=road.transit.id, shipping_time="3D", direct_transfer=False,
            )
        )  # fmt: skip

    perform(road.session, route)
    header = {"outbound_handling_time": "1D", "inbound_handling_time": "1D"}

    def work(session):
        ends = {"from_location_id": road.world.location_id("BLUE"), "to_location_id": road.world.location_id("RED")}
        return create_order(session, ends | header, on=day("2025-03-10"))

    order = perform(road.session, work)
    road.no = order.no
    assert (order.in_transit_location_id, order.receipt_date) == (road.transit.id, day("2025-03-15"))
    road.change(lambda session, found: edit_order(session, found, {"receipt_date": day("2025-03-20")}))
    assert road.change(lambda _session, found: found.shipment_date) == day("2025-03-15")


def test_a_blocked_item_stays_where_it_is(road):
    bolt = road.world.item()
    road.world.receive(bolt, 5, 2, at="BLUE")
    road.order((bolt, 5))
    perform(road.session, lambda session: setattr(session.get_one(Item, bolt.id), "blocked", True))

    assert code_of(road.post, "2025-03-10", ship="all") == "item_blocked"
    assert verify(road.session) == []


def test_what_a_transfer_has_reserved_follows_its_changes_or_refuses_them(road):
    bolt, nut = road.world.item(), road.world.item("NUT")
    road.world.receive(bolt, 10, 2, at="BLUE", on="2025-03-01")
    road.order((bolt, 8))
    line_id = road.change(lambda _session, order: order.lines[0].id)
    demand = LineRef(SourceKind.TRANSFER_OUT, line_id)
    perform(road.session, lambda session: reserve(session, demand, None, None))

    def change_line(**values):
        road.change(lambda session, order: edit_line(session, order, order.lines[0], values))

    other = road.world.location("GREEN")
    change_line(quantity=d(5))
    assert code_of(change_line, item_id=nut.id) == "line_reserved"
    change_header = {"from_location_id": other.id}
    assert code_of(road.change, lambda s, order: edit_order(s, order, change_header)) == "line_reserved"
    road.change(lambda s, order: edit_order(s, order, {"shipment_date": day("2025-03-20")}))

    held = road.session.scalars(select(Reservation)).all()
    assert [(pair.quantity, pair.shipment_date) for pair in held] == [(5, day("2025-03-20"))]
    assert verify(road.session) == []
