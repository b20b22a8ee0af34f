"""Examples 9 to 12 of the reference: one set of open lines, and every view of it; on both engines."""

from __future__ import annotations

from typing import Any

import pytest

from core.unit_of_work import perform
from models import NumberCard, PlanningLine
from models.enums import ReplenishmentSystem
from models.tracking import NumberKind
from posting.verify import verify
from services.availability.events import Which, Window, by_event
from services.availability.movements import Place
from services.availability.quantities import at_date, availability, by_day, by_period
from services.availability.views import by_location, by_lot, by_unit, by_variant
from services.poster import Poster
from services.reservations.keep import LineRef, reserve
from services.reservations.sources import SourceKind
from services.trade.line_numbers import Number
from services.transfers.lines import add_line
from services.transfers.orders import create_order, get_order
from services.transfers.post import post_order
from tests.builders import d, day
from tests.support.trading import Trade

MARCH = [day(f"2026-03-{number:02}") for number in (2, 9, 16)]
END = day("2026-03-22")


class Nine:
    """Example 9: stock 100 at EAST, orders, a transfer on the way in and one to leave, a proposal."""

    def __init__(self, trade: Trade) -> None:
        self.trade, self.session, world = trade, trade.session, trade.world
        self.item = trade.item("K")
        self.east, self.west, self.north = (world.location(code).id for code in ("EAST", "WEST", "NORTH"))
        self.transit = world.location("WAY", use_as_in_transit=True).id
        world.receive(self.item, 100, 1, on="2026-03-01", at="EAST")
        world.receive(self.item, 10, 1, on="2026-03-01", at="NORTH")
        self.buy = self.order("purchase_order", 40, "2026-03-04")
        self.sale = self.order("sales_order", 60, "2026-03-05")
        self.order("sales_order", 35, "2026-03-19")
        self.order("sales_return_order", 5, "2026-03-20")
        self.transfer(self.east, self.west, 30, "2026-03-11", "2026-03-14")
        arriving = self.transfer(self.north, self.east, 10, "2026-03-01", "2026-03-12")
        perform(
            self.session,
            lambda s: post_order(
                s, get_order(s, arriving), Poster(user_name="tester"), ship=True, receive=False, on=day("2026-03-01")
            ),
        )
        perform(
            self.session,
            lambda s: s.add(
                PlanningLine(
                    item_id=self.item.id, location_id=self.east, quantity_base=d(50), order_date=day("2026-03-10"),
                    due_date=day("2026-03-18"), replenishment_system=ReplenishmentSystem.PURCHASE,
                )
            ),
        )  # fmt: skip

    def order(self, kind: str, quantity: int, on: str) -> Any:
        row = {"item": self.item, "quantity": quantity, "expected_date": on, "location_id": self.east}
        return self.trade.open(kind, row, on="2026-03-01")

    def transfer(self, source: int, target: int, quantity: int, ships: str, arrives: str) -> str:
        header = {
            "from_location_id": source, "to_location_id": target, "in_transit_location_id": self.transit,
            "shipment_date": day(ships), "receipt_date": day(arrives),
        }  # fmt: skip

        def work(session: Any) -> str:
            order = create_order(session, header, on=day("2026-03-01"))
            add_line(session, order, {"item_id": self.item.id, "quantity": d(quantity)})
            return order.no

        return perform(self.session, work)


@pytest.fixture
def nine(each_trade) -> Nine:
    return Nine(each_trade)


def _of(figures: Any) -> tuple[Any, ...]:
    return (figures.gross_requirement, figures.scheduled_receipt, figures.planned_receipt,
            figures.projected_available, figures.expected_inventory)  # fmt: skip


def test_every_view_draws_the_same_lines(nine):
    east = Place(nine.east)
    weeks = by_period(nine.session, [nine.item.id], east, MARCH, END)[nine.item.id]
    assert [_of(week)[:4] for week in weeks] == [(60, 40, 0, 80), (30, 10, 0, 60), (35, 5, 50, 80)]
    balances = at_date(weeks)
    assert _of(balances[-1]) == (125, 55, 50, 80, 30)
    assert [balance.expected_inventory for balance in balances] == [80, 60, 30]
    everywhere = by_period(nine.session, [nine.item.id], Place(), MARCH, END)[nine.item.id]
    assert [week.projected_available for week in everywhere] == [90, 90, 110]

    plain, with_proposals = (
        by_event(nine.session, nine.item.id, east, Window(planned=planned)) for planned in (False, True)
    )
    assert plain.stock.inventory == 100
    assert [event.line.event for event in plain.events] == [
        "purchase_order", "sales_order", "transfer_out", "transfer_in", "sales_order", "sales_return_order",
    ]  # fmt: skip
    assert [event.line.quantity for event in plain.events] == [40, -60, -30, 10, -35, 5]
    assert [event.projected for event in plain.events] == [140, 80, 50, 60, 25, 30]
    assert [event.projected for event in with_proposals.events] == [140, 80, 50, 60, 110, 75, 80]
    second = by_event(nine.session, nine.item.id, east, Window(limit=2, offset=2))
    assert [event.projected for event in second.events] == [50, 60]
    drilled = by_event(
        nine.session, nine.item.id, east, Window(until=MARCH[1], since=MARCH[0], which=Which.REQUIREMENT)
    )
    assert [(event.line.document_no, event.line.quantity) for event in drilled.events] == [(nine.sale.no, d(-60))]
    assert [single.net for single in by_day(nine.session, nine.item.id, east)] == [40, -60, -30, 10, 0, -35, 5]

    rows = {row.code: row.figures for row in by_location(nine.session, nine.item.id, day("2026-03-15"))}
    assert "WAY" not in rows
    assert "" in rows
    shown = [(rows[code].inventory, *_of(rows[code])[:2], _of(rows[code])[3]) for code in ("EAST", "WEST")]
    assert shown == [(100, 90, 50, 60), (0, 0, 30, 30)]
    whole = availability(nine.session, nine.item.id, Place(), day("2026-03-15"))
    assert whole.projected_available == sum(row.projected_available for row in rows.values()) == 90


def test_reserving_changes_what_is_free_and_no_balance(nine):
    sale = LineRef(SourceKind.TRADE, nine.trade.line(nine.sale).id)
    supply = LineRef(SourceKind.TRADE, nine.trade.line(nine.buy).id)
    before = availability(nine.session, nine.item.id, Place(nine.east), END)
    perform(nine.session, lambda s: (reserve(s, sale, supply, d(15)), reserve(s, sale)))

    after = availability(nine.session, nine.item.id, Place(nine.east), END)
    assert (after.projected_available, after.available_inventory) == (before.projected_available, 55)
    assert (after.reserved_requirement, after.reserved_receipt, after.reserved_on_stock) == (60, 15, 45)
    events = by_event(nine.session, nine.item.id, Place(nine.east)).events
    assert [event.reserved for event in events][:2] == [15, -60]
    assert verify(nine.session) == []


def test_what_is_overdue_counts_from_the_first_period_on_and_variants_split(each_trade):
    trade = each_trade
    item = trade.item("V")
    red = trade.world.variant(item, "RED")
    trade.world.receive(item, 7, 1, variant_id=red.id)
    trade.world.receive(item, 2, 1)
    trade.open("purchase_order", {"item": item, "quantity": 10, "expected_date": "2026-01-05"})
    trade.open("sales_order", {"item": item, "variant_id": red.id, "quantity": 4, "expected_date": "2026-03-10"})
    first = by_period(trade.session, [item.id], Place(), MARCH, END)[item.id][0]
    assert (first.scheduled_receipt, first.projected_available) == (10, 19)
    rows = by_variant(trade.session, item.id)
    assert [(row.code, row.figures.inventory, row.figures.projected_available) for row in rows] == [
        ("", 2, 12), ("RED", 7, 3),
    ]  # fmt: skip
    assert sum(row.figures.projected_available for row in rows) == 15


def test_lots_and_units_show_only_what_names_them(each_trade):
    trade = each_trade
    code = trade.world.tracking_code("BYLOT", lot_specific=True)
    item = trade.item("L", item_tracking_code_id=code.id)
    trade.world.receive(item, 10, 1, lot_no="A1")
    trade.world.receive(item, 6, 1, lot_no="A2")
    soon = {"item": item, "expected_date": "2026-03-10"}
    trade.open("sales_order", soon | {"quantity": 4}, numbers=[[Number(lot_no="A1", quantity=d(4))]])
    trade.open("purchase_order", soon | {"quantity": 8}, numbers=[[Number(lot_no="A3", quantity=d(8))]])
    trade.open("sales_order", soon | {"quantity": 7})
    card = NumberCard(item_id=item.id, kind=NumberKind.LOT, number="A2", blocked=True, block_reason="wet")
    perform(trade.session, lambda s: s.add(card))
    assert [(row.lot_no, row.available, row.blocked) for row in by_lot(trade.session, item.id)] == [
        ("A1", 6, False), ("A2", 6, True), ("A3", 8, False),
    ]  # fmt: skip

    other = trade.item("U")
    trade.unit(other, "BOX", 12)
    boxed = {"unit_of_measure_code": "BOX", "qty_per_unit_of_measure": d(12)}
    trade.world.receive(other, 60, 1, **boxed)
    trade.world.receive(other, 10, 1)
    trade.world.sell(other, 3)
    assert [(row.code, row.figures.inventory) for row in by_unit(trade.session, other.id)] == [("PCS", 7), ("BOX", 5)]
    assert availability(trade.session, other.id, Place(), END).inventory == 67
