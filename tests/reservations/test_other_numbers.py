"""A line that names other lots than are held for it: nothing stays reserved that it never takes (section 6)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from core.unit_of_work import perform
from models import Reservation
from services.reservations.bulk import reserve_to_ship
from services.reservations.keep import LineRef, reserve
from services.reservations.sources import SourceKind
from services.trade.documents import lines_of
from services.trade.line_numbers import Number
from services.trade.lines import change_line
from tests.builders import d


class Lots:
    """10 of L1 and 10 of L2 at BLUE."""

    def __init__(self, trade) -> None:
        self.trade, self.session = trade, trade.session
        code = trade.world.tracking_code("BATCH", lot_specific=True)
        self.item = trade.item("K", item_tracking_code_id=code.id)
        for lot in ("L1", "L2"):
            trade.world.receive(self.item, 10, 1, at="BLUE", lot_no=lot)

    def sell(self, quantity):
        row = {"item": self.item, "quantity": quantity, "unit_amount": 5, "expected_date": "2025-03-15",
               "location_id": self.trade.world.location_id("BLUE")}  # fmt: skip
        return self.trade.open("sales_order", row)

    def name(self, order, **lots) -> None:
        line = self.trade.line(order)
        numbers = [Number(lot_no=lot, serial_no="", package_no="", quantity=d(part)) for lot, part in lots.items()]
        perform(self.session, lambda s: change_line(s, order.id, line.line_no, {}, numbers=numbers) and None)

    def reserve(self, order) -> None:
        perform(self.session, lambda s: reserve(s, LineRef(SourceKind.TRADE, self.trade.line(order).id)))

    def held(self, order):
        own = Reservation.demand_line_id == self.trade.line(order).id
        return {pair.lot_no: pair.quantity for pair in self.session.scalars(select(Reservation).where(own))}


@pytest.fixture
def lots(each_trade):
    return Lots(each_trade)


def test_what_a_line_asked_for_before_is_free_once_it_names_other_lots(lots):
    order = lots.sell(7)
    lots.name(order, L1=7)
    lots.reserve(order)
    assert lots.held(order) == {"L1": 7}

    lots.name(order, L1=2, L2=5)
    assert lots.held(order) == {"L1": 2}
    lots.reserve(order)
    assert lots.held(order) == {"L1": 2, "L2": 5}
    lots.trade.post(order, "handle")
    lots.trade.proven()


def test_any_lot_may_leave_for_a_reservation_that_names_none_and_the_one_held_is_free(lots):
    """8 held on L1 by no name: 3 of L2 leave, 5 are still open and held; the rest leaves, nothing stays."""
    order = lots.sell(8)
    lots.reserve(order)
    assert lots.held(order) == {"L1": 8}

    lots.name(order, L2=3)
    lots.trade.post(order, "handle", said={1: (3, 0)})
    assert lots.held(order) == {"L1": 5}
    lots.name(order, L2=3, L1=5)
    lots.trade.post(order, "handle")
    assert lots.held(order) == {}
    lots.trade.proven()


def test_parts_of_a_unit_are_reserved_to_ship_as_posting_rounds_them(trade):
    """1.5 BOX of 0.33333 are 0.5 base units, not 0.499995."""
    item = trade.item("K")
    box = trade.unit(item, "BOX", "0.33333")
    trade.world.receive(item, 10, 1, at="BLUE")
    order = trade.open("sales_order", {"item": item, "quantity": "1.5", "unit_of_measure_id": box, "unit_amount": 5,
                                       "location_id": trade.world.location_id("BLUE")})  # fmt: skip

    found = perform(trade.session, lambda s: reserve_to_ship(s, lines_of(s, order.id)))

    assert (found.quantity, found.missing) == (d("0.5"), 0)
