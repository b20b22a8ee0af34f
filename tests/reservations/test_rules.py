"""What else sections 3 to 8 of availability-and-reservation.md say: policies, headers, lots, posting, undo."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from core.errors import DomainError
from core.unit_of_work import perform
from models import Bin, LocationBin, NumberCard, PostedLine, Reservation
from models.enums import BinPurpose, ReservePolicy
from models.tracking import NumberKind
from posting.verify import verify
from services.reservations.keep import EntryRef, LineRef, cancel, lower, reserve
from services.reservations.sources import SourceKind
from services.reservations.worksheet import free_stock
from services.trade.headers import change_header
from services.trade.line_numbers import Number
from services.trade.undo import undo_posted_line
from tests.builders import d, day

N, O, A = ReservePolicy.NEVER, ReservePolicy.OPTIONAL, ReservePolicy.ALWAYS  # noqa: E741 - the table's own letters


class House:
    """Short words for orders, pairs and refusals."""

    def __init__(self, trade: Any) -> None:
        self.trade, self.session = trade, trade.session

    def order(self, kind: str, item: Any, quantity: int, on: str, numbers: Any = (), **header: Any) -> Any:
        return self.trade.open(
            kind, {"item": item, "quantity": quantity, "expected_date": on}, numbers=[numbers] if numbers else (),
            **header,
        )  # fmt: skip

    def ref(self, document: Any) -> LineRef:
        return LineRef(SourceKind.TRADE, self.trade.line(document).id)

    def reserve(self, demand: Any, supply: Any = None, quantity: Any = None) -> Any:
        source = self.ref(supply) if supply is not None and not isinstance(supply, EntryRef) else supply
        wanted = None if quantity is None else d(quantity)
        return perform(self.session, lambda s: reserve(s, self.ref(demand), source, wanted))

    def pairs(self) -> list[tuple[Any, ...]]:
        rows = self.session.scalars(
            select(Reservation).order_by(Reservation.id).execution_options(populate_existing=True)
        )
        return [(row.quantity, row.lot_no, row.supply_entry_id is not None) for row in rows]

    def refused(self, work: Any) -> DomainError:
        with pytest.raises(DomainError) as refusal:
            perform(self.session, work) if work.__code__.co_argcount else work()
        self.session.rollback()
        return refusal.value


@pytest.fixture
def house(trade) -> House:
    return House(trade)


@pytest.fixture
def each_house(each_trade) -> House:
    return House(each_trade)


POLICIES = [(N, N, N), (N, O, N), (N, A, N), (O, N, N), (O, O, O), (O, A, A), (A, N, A), (A, O, A), (A, A, A)]


def test_the_policy_of_a_line(house):
    """The nine cells of section 3: item, customer, line."""
    found = []
    for number, (of_item, of_customer, _line) in enumerate(POLICIES):
        item = house.trade.item(f"K{number}", reserve=of_item)
        order = house.order("sales_order", item, 1, "2025-03-12", reserve=of_customer)
        found.append((of_item, of_customer, house.trade.line(order).reserve))
    assert found == POLICIES


def test_always_takes_what_there_is_and_ships_no_more(each_house):
    house = each_house
    item = house.trade.item("K", reserve=A)
    house.trade.world.receive(item, 5, 1)
    order = house.order("sales_order", item, 8, "2025-03-12")
    assert house.pairs() == [(5, "", True)]
    assert house.refused(lambda: house.trade.post(order, "handle")).code == "reserve_always_short"
    assert house.refused(lambda: house.trade.edit(order, reserve=N)).code == "reserve_always"
    house.trade.post(order, "handle", said={1: (5, None)})
    assert house.pairs() == []
    assert verify(house.session) == []


def test_a_header_asks_then_cancels_what_no_longer_fits(each_house):
    house = each_house
    item = house.trade.item("K")
    buy = house.order("purchase_order", item, 10, "2025-03-12")
    early, late = house.order("sales_order", item, 4, "2025-03-15"), house.order("sales_order", item, 4, "2025-03-20")
    house.reserve(early, buy)
    house.reserve(late, buy)

    def move(confirmed: set[str], **values: Any) -> Any:
        return lambda s: change_header(s, buy.id, values, confirmed=confirmed)

    shift = {"expected_date": day("2025-03-18")}
    assert house.refused(move({"lines_follow"}, **shift)).code == "reservations_question"
    assert house.trade.line(buy).expected_date == day("2025-03-12")
    perform(house.session, move({"lines_stay"}, expected_date=day("2025-03-17")))
    assert [row[0] for row in house.pairs()] == [4, 4]
    perform(house.session, move({"lines_follow", "reservations_follow"}, **shift))
    kept = house.session.scalars(select(Reservation)).one()
    assert (kept.demand_line_id, kept.expected_receipt_date) == (house.ref(late).id, day("2025-03-18"))
    assert verify(house.session) == []

    place = house.trade.world.location_id("RED")
    refusal = house.refused(move({"lines_follow"}, location_id=place))
    assert (refusal.code, late.no in refusal.message) == ("line_reserved", True)
    perform(house.session, lambda s: cancel(s, None, house.ref(buy)))
    perform(house.session, move({"lines_follow"}, location_id=place))
    assert house.trade.line(buy).location_id == place


def test_a_refused_date_names_the_other_document(house):
    item = house.trade.item("K")
    buy, sale = house.order("purchase_order", item, 5, "2025-03-12"), house.order("sales_order", item, 5, "2025-03-15")
    house.reserve(sale, buy)
    assert sale.no in house.refused(lambda: house.trade.edit(buy, expected_date=day("2025-03-18"))).message
    assert buy.no in house.refused(lambda: house.trade.edit(sale, expected_date=day("2025-03-11"))).message


def test_a_pair_is_lowered_cancelled_and_had_again(house):
    """Examples 1 and 3: 9 from stock and 6 from an order; lowered to 4, the order given up, then all from stock."""
    item = house.trade.item("K")
    house.trade.world.receive(item, 9, 1)
    buy, sale = house.order("purchase_order", item, 6, "2025-03-10"), house.order("sales_order", item, 15, "2025-03-12")
    assert house.reserve(sale) == 15
    rows = house.session.execute(
        select(Reservation.quantity, Reservation.expected_receipt_date, Reservation.shipment_date).order_by(
            Reservation.id
        )
    )
    assert [tuple(row) for row in rows] == [(9, None, day("2025-03-12")), (6, day("2025-03-10"), day("2025-03-12"))]
    first = house.session.scalars(select(Reservation).order_by(Reservation.id)).first().id
    assert house.refused(lambda s: lower(s, first, d(12))).code == "reservation_raised"
    assert house.refused(lambda s: lower(s, first, d(0))).code == "quantity_required"
    perform(house.session, lambda s: lower(s, first, d(4)))
    assert house.pairs() == [(4, "", True), (6, "", False)]
    perform(house.session, lambda s: cancel(s, house.ref(sale), house.ref(buy)))
    house.trade.world.receive(item, 6, 1)
    assert house.reserve(sale) == 11
    assert [row[2] for row in house.pairs()] == [True, True, True]
    assert house.refused(lambda: house.reserve(sale, None, 1)).code == "reservation_exceeds_outstanding"


def test_lots_are_had_from_stock_from_orders_and_never_when_blocked(each_house):
    house = each_house
    code = house.trade.world.tracking_code("BYLOT", lot_specific=True)
    item = house.trade.item("K", item_tracking_code_id=code.id)
    first = house.trade.world.receive(item, 5, 1, lot_no="L1")
    house.trade.world.receive(item, 5, 1, lot_no="L2")
    card = NumberCard(item_id=item.id, kind=NumberKind.LOT, number="L1", blocked=True, block_reason="wet")
    perform(house.session, lambda s: s.add(card))
    plain = house.order("sales_order", item, 9, "2025-03-12")
    assert house.reserve(plain) == 5
    assert house.pairs() == [(5, "L2", True)]
    assert house.refused(lambda: house.reserve(plain, EntryRef(first.id))).code == "number_blocked"

    other = house.trade.open(
        "purchase_order", {"item": item, "quantity": 6, "expected_date": "2025-03-10"},
        numbers=[[Number(lot_no="L9", quantity=d(4)), Number(lot_no="L8", quantity=d(2))]],
    )  # fmt: skip
    wants = house.order("sales_order", item, 5, "2025-03-12", [Number(lot_no="L9", quantity=d(5))])
    assert house.reserve(wants) == 4
    assert house.pairs()[1:] == [(4, "L9", False)]
    house.trade.post(other, "handle")
    assert house.pairs()[1:] == [(4, "L9", True)]
    assert verify(house.session) == []


def test_what_is_reserved_is_not_taken_back(each_house):
    house = each_house
    item = house.trade.item("K")
    buy, sale = house.order("purchase_order", item, 5, "2025-03-03"), house.order("sales_order", item, 5, "2025-03-12")
    house.reserve(sale, buy)
    house.trade.post(buy, "handle")
    posted = house.session.scalars(select(PostedLine.id)).one()
    refusal = house.refused(lambda s: undo_posted_line(s, posted, house.trade.poster))
    assert (refusal.code, sale.no in refusal.message) == ("undo_reserved", True)
    perform(house.session, lambda s: cancel(s, house.ref(sale)))
    perform(house.session, lambda s: undo_posted_line(s, posted, house.trade.poster))
    assert house.trade.stock(item) == 0


def test_a_pair_with_an_order_stops_a_shipment_that_reaches_it(house):
    """Check 1a of section 8: 4 of 10 wait for an order, 6 are free; shipping 6 reaches the pair."""
    item = house.trade.item("K")
    house.trade.world.receive(item, 6, 1)
    buy, sale = house.order("purchase_order", item, 4, "2025-03-10"), house.order("sales_order", item, 10, "2025-03-12")
    house.reserve(sale, buy)
    ship = lambda: house.trade.post(sale, "handle", said={1: (6, None)})
    assert house.refused(ship).code == "reserved_not_in_stock"
    perform(house.session, lambda s: cancel(s, house.ref(sale)))
    ship()
    assert house.trade.stock(item) == 0


def test_never_and_services_are_refused(house):
    item = house.trade.item("K", reserve=N)
    house.trade.world.receive(item, 5, 1)
    order = house.order("sales_order", item, 5, "2025-03-12")
    assert house.refused(lambda: house.reserve(order)).code == "reserve_never"


def test_what_waits_in_an_outbound_bin_is_reserved_for_nobody_else(each_house):
    """warehouse.md section 13: 3 on receipt may be reserved, 5 in the ship bin may not; an entry gives what is left."""
    house, world = each_house, each_house.trade.world
    item, place = house.trade.item("K"), each_house.trade.world.location("BINS", bin_mandatory=True)
    bins = {code: Bin(location_id=place.id, code=code) for code in ("RECEIVE", "SHIP")}
    house.session.add_all(bins.values())
    house.session.flush()
    for purpose, code in ((BinPurpose.RECEIPT, "RECEIVE"), (BinPurpose.SHIPMENT, "SHIP")):
        house.session.add(LocationBin(location_id=place.id, purpose=purpose, bin_id=bins[code].id))
    house.session.commit()
    arrived = world.receive(item, 3, 1, at="BINS", bin_id=bins["RECEIVE"].id)
    world.receive(item, 5, 1, at="BINS", bin_id=bins["SHIP"].id)
    order = house.order("sales_order", item, 6, "2025-03-12", location_id=place.id)
    assert free_stock(house.session, {item.id})[item.id, 0, place.id] == 3
    assert house.reserve(order, EntryRef(arrived.id), 2) == 2
    assert house.reserve(order) == 1
    assert house.reserve(order) == 0
    assert verify(house.session) == []
