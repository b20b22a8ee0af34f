"""Recall of a lot: where it is, who has it, what is about to leave, and blocking it (tracking.md 7 and 13)."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from core.errors import PostingError, ValidationError
from core.unit_of_work import perform
from models import ItemLedgerEntry
from models.enums import SourceType
from services.tracing.cards import NumberKey, block_numbers, save_card
from services.tracing.recall import recall
from services.tracing.trace import Numbers, trace
from services.trade.line_numbers import Number
from tests.builders import d


@pytest.fixture
def dairy(each_trade):
    """100 of lot M7 at BLUE, 40 of them moved to RED, 12 sold and 5 sold of which 1 came back."""
    trade, world = each_trade, each_trade.world
    code = world.tracking_code("LOTS", lot_specific=True)
    milk = trade.item("MILK", item_tracking_code_id=code.id)
    world.post(world.line(milk, "purchase", 100, 1, at="BLUE", lot_no="M7"))
    red = world.location("RED").id
    world.post(world.line(milk, "transfer", -40, at="BLUE", lot_no="M7", new_location_id=red))
    return trade, world, milk


def sell(world, item, quantity, customer=""):
    source = {"source_type": SourceType.CUSTOMER, "source_no": customer}
    world.post(world.line(item, "sale", quantity, at="RED", lot_no="M7", **source))


def test_every_piece_of_a_lot_is_accounted_for(dairy):
    _trade, world, milk = dairy
    sell(world, milk, 12, "C1")
    sell(world, milk, 5, "C2")
    sale = world.session.scalar(select(func.max(ItemLedgerEntry.id)))
    world.post(world.line(milk, "sale", -1, at="RED", lot_no="M7", source_no="C2", applies_from_entry_id=sale))
    world.post(world.line(milk, "negative_adjmt", 3, at="RED", lot_no="M7"))
    world.post(world.line(milk, "transfer", -10, at="BLUE", lot_no="M7", new_lot_no="M8"))

    found = recall(world.session, trace(world.session, Numbers(lot_no="M7")))

    m7, m8 = found.numbers
    assert (m7.supplied, m7.on_hand, m7.sold, m7.scrapped, m7.relabelled) == tuple(map(d, (100, 71, 16, 3, 10)))
    assert (m8.key.lot_no, m8.on_hand, m8.relabelled) == ("M8", d(10), d(-10))
    assert all(row.balances for row in found.numbers)
    assert [(place.location_code, place.quantity) for place in found.places] == [
        ("BLUE", d(50)), ("BLUE", d(10)), ("RED", d(21)),
    ]  # fmt: skip
    assert [(receiver.no, receiver.net) for receiver in found.receivers] == [("C1", d(12)), ("C2", d(4))]


def test_an_open_order_that_names_the_lot_is_listed(dairy):
    trade, world, milk = dairy
    row = {"item": milk, "quantity": 7, "location_id": world.location("BLUE").id}
    order = trade.open("sales_order", row, numbers=[[Number(lot_no="M7", quantity=d(7))]])

    found = recall(world.session, trace(world.session, Numbers(lot_no="M7")))

    assert [(use.document_no, use.number, use.quantity) for use in found.open_uses] == [(order.no, "M7", d(7))]


def test_a_blocked_lot_is_neither_sold_nor_moved_and_its_shipment_can_still_be_undone(dairy):
    _trade, world, milk = dairy
    sell(world, milk, 2, "C1")
    perform(world.session, lambda s: block_numbers(s, [NumberKey(milk.id, lot_no="M7")], "Glass found"))

    for line in (
        world.line(milk, "sale", 1, at="RED", lot_no="M7"),
        world.line(milk, "transfer", -1, at="RED", lot_no="M7", new_lot_no="M9"),
        world.line(milk, "positive_adjmt", 1, 1, at="RED", lot_no="M7"),
    ):
        with pytest.raises(PostingError, match="M7 of item MILK is blocked: Glass found") as refused:
            world.post(line)
        assert refused.value.code == "number_blocked"
        world.session.rollback()
    assert recall(world.session, trace(world.session, Numbers(lot_no="M7"))).numbers[0].blocked


def test_blocking_says_why_and_unblocking_forgets_it(dairy):
    _trade, world, milk = dairy
    key = NumberKey(milk.id, lot_no="M7")

    with pytest.raises(ValidationError) as refused:
        perform(world.session, lambda s: save_card(s, key, {"blocked": True}))
    world.session.rollback()
    perform(world.session, lambda s: save_card(s, key, {"blocked": True, "block_reason": "Smells"}))
    card = perform(world.session, lambda s: save_card(s, key, {"blocked": False}))

    assert (refused.value.code, card.block_reason) == ("block_reason_required", "")
    sell(world, milk, 1, "C1")
