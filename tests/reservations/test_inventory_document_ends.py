"""Inventory shipments as demand, receipts as supply, journals that name lots (availability-and-reservation 1 to 8)."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from core.errors import DomainError
from core.unit_of_work import perform
from models import ItemLedgerEntry, Reservation
from models.enums import DocumentType, ReservePolicy
from posting.verify import verify
from services.inventory_documents.documents import create_document, get_document
from services.inventory_documents.headers import edit_document
from services.inventory_documents.lines import add_line, edit_line
from services.inventory_documents.post import post_document
from services.reservations.keep import LineRef, cancel, reserve
from services.reservations.late_binding import lock_and_make_room
from services.reservations.overview import of_document, pairs_with_ends
from services.reservations.sources import SourceKind
from services.transfers import lines as transfer_lines
from services.transfers.orders import create_order
from tests.builders import d, day

RECEIPT, SHIPMENT = DocumentType.INVENTORY_RECEIPT, DocumentType.INVENTORY_SHIPMENT


class Adjusters:
    """Receipts and shipments at BLUE beside orders there."""

    def __init__(self, trade: Any) -> None:
        self.trade, self.session, self.world = trade, trade.session, trade.world
        self.place = self.world.location_id("BLUE")

    def open(self, kind: DocumentType, item: Any, quantity: Any, on: str) -> str:
        def work(session: Any) -> str:
            made = create_document(session, kind, {"location_id": self.place}, on=day(on))
            add_line(session, made, {"item_id": item.id, "quantity": d(quantity)})
            return made.no

        return perform(self.session, work)

    def change(self, kind: DocumentType, no: str, work: Any) -> Any:
        return perform(self.session, lambda s: work(s, get_document(s, kind, no)))

    def ref(self, kind: DocumentType, no: str) -> LineRef:
        line = get_document(self.session, kind, no).lines[0].id
        self.session.rollback()
        return LineRef(SourceKind.INVENTORY_DOCUMENT, line)

    def order(self, kind: str, item: Any, quantity: Any, on: str) -> LineRef:
        made = self.trade.open(
            kind, {"item": item, "quantity": quantity, "expected_date": on}, location_id=self.place
        )  # fmt: skip
        return LineRef(SourceKind.TRADE, self.trade.line(made).id)

    def reserve(self, demand: LineRef, supply: LineRef | None = None) -> Any:
        return perform(self.session, lambda s: reserve(s, demand, supply))

    def post(self, kind: DocumentType, no: str) -> None:
        self.change(kind, no, lambda s, document: post_document(s, document, self.trade.poster))

    def pairs(self) -> list[tuple[Any, ...]]:
        return [(pair.quantity, pair.demand.event, pair.supply.event) for pair in pairs_with_ends(self.session)]

    def code(self, work: Any) -> str:
        with pytest.raises(DomainError) as refusal:
            work()
        self.session.rollback()
        return refusal.value.code


@pytest.fixture
def desk(each_trade) -> Adjusters:
    return Adjusters(each_trade)


def test_a_receipt_is_the_last_supply_and_its_entry_is_held_afterwards(desk):
    """Section 4: stock 2, a purchase of 3, then the receipt; section 8: what arrives takes the pair along."""
    item = desk.trade.item("K")
    desk.world.receive(item, 2, 1, at="BLUE")
    receipt = desk.open(RECEIPT, item, 10, "2025-03-10")
    desk.order("purchase_order", item, 3, "2025-03-05")
    sale = desk.order("sales_order", item, 9, "2025-03-12")
    assert desk.reserve(sale) == 9
    assert desk.pairs() == [
        (2, "sales_order", "stock"), (3, "sales_order", "purchase_order"), (4, "sales_order", "inventory_receipt")
    ]  # fmt: skip
    assert len(pairs_with_ends(desk.session, of_document(receipt))) == 1
    late = {"posting_date": day("2025-03-13")}
    change = lambda values: desk.change(RECEIPT, receipt, lambda s, document: edit_document(s, document, values))
    assert desk.code(lambda: change(late)) == "reservation_date_conflict"
    assert desk.code(lambda: change({"location_id": desk.world.location_id("RED")})) == "line_reserved"
    assert desk.code(lambda: change({"correction": True})) == "line_reserved"
    change({"posting_date": day("2025-03-12")})
    desk.change(RECEIPT, receipt, lambda s, document: edit_line(s, document, document.lines[0], {"quantity": d(3)}))
    assert desk.pairs()[-1] == (3, "sales_order", "inventory_receipt")
    assert verify(desk.session) == []
    desk.post(RECEIPT, receipt)
    newest = desk.session.scalars(select(ItemLedgerEntry.id).order_by(ItemLedgerEntry.id.desc())).first()
    held = select(Reservation.quantity).where(Reservation.supply_entry_id == newest)
    assert desk.session.scalars(held).all() == [3]
    assert verify(desk.session) == []


def test_a_shipment_takes_exactly_what_it_holds_and_nobody_else_takes_it(desk):
    """The reserved entry overrides FIFO; a pair that waits for an order stops the shipment; deleted, it frees."""
    item = desk.trade.item("K", prevent_negative=True)
    desk.world.receive(item, 5, 1, at="BLUE")
    desk.world.receive(item, 5, 9, at="BLUE")
    rival, shipment = desk.order("sales_order", item, 5, "2025-03-12"), desk.open(SHIPMENT, item, 4, "2025-03-12")
    desk.reserve(rival)
    demand = desk.ref(SHIPMENT, shipment)
    assert desk.reserve(demand) == 4
    other = desk.open(SHIPMENT, item, 2, "2025-03-12")
    assert desk.code(lambda: desk.post(SHIPMENT, other)) == "reserved_elsewhere"
    desk.post(SHIPMENT, shipment)
    desk.world.adjust_cost(item)
    assert (desk.pairs(), desk.world.cost(desk.world.entries(item)[-1])) == ([(5, "sales_order", "stock")], -36)

    buy = desk.order("purchase_order", item, 1, "2025-03-10")
    waits = desk.ref(SHIPMENT, other)
    desk.reserve(waits, buy)
    assert desk.code(lambda: desk.post(SHIPMENT, other)) == "reserved_not_in_stock"
    perform(desk.session, lambda s: s.delete(get_document(s, SHIPMENT, other)))
    assert desk.pairs() == [(5, "sales_order", "stock")]
    assert verify(desk.session) == []


def test_always_reserves_by_itself_on_every_demand_line(desk):
    """Section 3: an item that is Always: shipments and transfers hold what there is, and ship no more than that."""
    item = desk.trade.item("K", reserve=ReservePolicy.ALWAYS)
    desk.world.receive(item, 5, 1, at="BLUE")
    shipment = desk.open(SHIPMENT, item, 3, "2025-03-12")
    ends = {
        "from_location_id": desk.place, "to_location_id": desk.world.location_id("RED"),
        "in_transit_location_id": desk.world.location("ROAD", use_as_in_transit=True).id,
    }  # fmt: skip

    def transfer(session: Any) -> None:
        order = create_order(session, ends, on=day("2025-03-10"))
        transfer_lines.add_line(session, order, {"item_id": item.id, "quantity": d(4)})

    perform(desk.session, transfer)
    assert sorted(desk.pairs()) == [(2, "transfer_out", "stock"), (3, "inventory_shipment", "stock")]
    desk.change(SHIPMENT, shipment, lambda s, document: edit_line(s, document, document.lines[0], {"quantity": d(4)}))
    assert desk.code(lambda: desk.post(SHIPMENT, shipment)) == "reserve_always_short"
    desk.world.receive(item, 5, 1, at="BLUE")
    assert desk.reserve(desk.ref(SHIPMENT, shipment)) == 1
    desk.post(SHIPMENT, shipment)
    assert desk.pairs() == [(2, "transfer_out", "stock")]
    assert verify(desk.session) == []


@pytest.mark.parametrize(("specific", "moved"), [(True, "L2"), (False, "L1")])
def test_an_adjustment_that_names_a_lot_makes_room_where_the_code_is_specific(desk, specific, moved):
    """Section 6: 5 of a sale lie on L1; an adjustment takes L1, and the sale moves to L2, but only then."""
    code = desk.world.tracking_code("LOTS", lot_specific=specific)
    item = desk.trade.item("K", item_tracking_code_id=code.id)
    for lot in ("L1", "L2"):
        desk.world.receive(item, 5, 1, at="BLUE", lot_no=lot)
    sale = desk.order("sales_order", item, 5, "2025-03-12")
    desk.reserve(sale)
    line = desk.world.line(item, "negative_adjmt", 5, at="BLUE", lot_no="L1")
    perform(desk.session, lambda s: lock_and_make_room(s, [line]))
    assert desk.session.scalars(select(Reservation.lot_no)).all() == [moved]
    perform(desk.session, lambda s: cancel(s, sale))
