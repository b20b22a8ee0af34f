"""Checks of sections 1 to 4 and 8 of availability-and-reservation.md that no example tells; the interface of supply
and demand, complete for whoever joins it.
"""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from blueprints.availability_words import EVENT_WORDS
from core.errors import DomainError
from core.unit_of_work import perform
from models import Customer, Reservation, TradeLine
from models.enums import CostingMethod, ItemType, ReservePolicy
from posting.verify_reservations import RESERVATION_PROOFS
from services.availability.events import by_event
from services.availability.movements import Place
from services.availability.quantities import availability
from services.reservations.keep import LineRef, reserve
from services.reservations.offers import get_line, line_offers, stock_offers
from services.reservations.overview import joined, pairs_with_ends
from services.reservations.sources import SOURCES, SourceKind
from services.trade.headers import change_party
from tests.builders import d, day


class Counter:
    """Orders of one item, and what each of them holds."""

    def __init__(self, trade: Any) -> None:
        self.trade, self.session, self.world = trade, trade.session, trade.world

    def open(self, kind: str, item: Any, quantity: Any, on: str = "2025-03-15", **row: Any) -> LineRef:
        made = self.trade.open(kind, {"item": item, "quantity": quantity, "expected_date": on, **row})
        return LineRef(SourceKind.TRADE, self.trade.line(made).id)

    def reserve(self, ref: LineRef, *supply: LineRef) -> Any:
        return perform(self.session, lambda s: reserve(s, ref, *supply))

    def refused(self, work: Any) -> str:
        with pytest.raises(DomainError) as refusal:
            work()
        self.session.rollback()
        return refusal.value.code


@pytest.fixture
def counter(trade) -> Counter:
    return Counter(trade)


def test_open_orders_count_quotes_and_drop_shipments_do_not(counter):
    """Section 1, checks 2 to 4."""
    item = counter.trade.item("K")
    counter.open("sales_quote", item, 3)
    counter.open("sales_order", item, 5, drop_shipment=True)
    counter.open("sales_order", item, 7)
    figures = availability(counter.session, item.id, Place(), day("2025-03-31"))
    assert (figures.gross_requirement, figures.scheduled_receipt, figures.projected_available) == (7, 0, -7)
    assert [event.line.quantity for event in by_event(counter.session, item.id).events] == [-7]


def test_only_the_same_goods_at_the_same_place_are_offered_and_no_services(counter):
    """Section 2, checks 3 to 5; section 4, check 2: on the day itself is in time, a day later is not."""
    item, work = counter.trade.item("K"), counter.trade.item("W", type=ItemType.SERVICE)
    red = counter.world.variant(item, "RED")
    counter.world.receive(item, 5, 1, at="RED")
    counter.world.receive(item, 5, 1, variant_id=red.id)
    demand = counter.open("sales_order", item, 9)
    late = counter.open("purchase_order", item, 9, "2025-03-16")
    line = get_line(counter.session, demand)
    assert (stock_offers(counter.session, line, item), line_offers(counter.session, line)) == ([], [])
    assert counter.refused(lambda: counter.reserve(demand, late)) == "reservation_date_conflict"
    assert counter.refused(lambda: counter.reserve(counter.open("sales_order", work, 1))) == "not_reservable"
    counter.open("purchase_order", item, 4)
    assert counter.reserve(demand) == 4


def test_a_customer_who_always_reserves_changes_the_policy_of_the_lines(counter):
    """Section 3, check 3; section 4, check 3: of a LIFO item the newest stock goes first."""
    item = counter.trade.item("K", method=CostingMethod.LIFO)
    old, new = (counter.world.receive(item, 5, 1, on=f"2025-01-0{number}") for number in (1, 2))
    demand = counter.open("sales_order", item, 7)
    order = counter.session.get_one(TradeLine, demand.id)
    assert order.reserve == ReservePolicy.OPTIONAL
    other = counter.session.scalars(select(Customer).where(Customer.no == "CUST2")).one()
    counter.trade.change(other, reserve=ReservePolicy.ALWAYS)
    perform(counter.session, lambda s: change_party(s, order.document_id, "CUST2", confirmed={"lines_rebuilt"}))
    pairs = counter.session.scalars(select(Reservation).order_by(Reservation.id)).all()
    assert [(pair.supply_entry_id, pair.quantity) for pair in pairs] == [(new.id, d(5)), (old.id, d(2))]


def test_whoever_joins_supply_and_demand_is_read_proven_and_named_everywhere(session):
    """Each end of a reservation that a source names has its proof, words, a place where pairs are read."""
    proofs = " ".join(sql for _name, sql, _sentence in RESERVATION_PROOFS)
    shown = str(joined(select(Reservation.id).select_from(Reservation)))
    columns = [column for source in SOURCES.values() for column in (source.demand, source.supply)]
    ends = {column.key for column in columns if column is not None}
    assert ends | {"supply_entry_id"} == {
        column.name for column in Reservation.__table__.columns
        if column.name.startswith(("demand_", "supply_")) and column.name.endswith("_id")
    }  # fmt: skip
    assert {end for end in ends if end not in proofs} == set()
    assert {end for end in ends - {"supply_planning_line_id"} if end not in shown} == set()
    assert {kind.value for kind in SOURCES} - {"trade", "inventory_document"} <= set(EVENT_WORDS)
    assert pairs_with_ends(session) == []
