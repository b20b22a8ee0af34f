"""What tracking.md refuses when goods are posted: each by its code at its line and field, and nothing is posted."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from core.errors import DomainError, PostingError, errors_of
from core.unit_of_work import perform, rehearse
from models import ItemLedgerEntry, Location
from models.enums import DocumentType
from posting.post import post_lines
from posting.verify import verify
from services.poster import Poster
from services.tracing.cards import NumberKey, save_card
from services.tracking.sources import get_source
from services.trade.line_numbers import Number
from services.trade.undo import undo_posted_line
from services.transfers.lines import Number as TransferNumber
from services.transfers.lines import add_line
from services.transfers.orders import create_order, get_order
from services.transfers.post import post_order
from services.transfers.undo import newest_shipment_line, undo_shipment
from tests.builders import CONTEXT, d, day

POSTER = Poster(user_name="tester")
NEXT_YEAR, MARCH = "2026-01-01", day("2025-03-31")


@pytest.fixture
def stock(each_world):
    """10 of lot L1 and 10 of lot L2 (both until 31 March), 10 of blocked lot BAD, serial number S1, at BLUE."""
    world = each_world
    dated = world.tracking_code("LOTS", lot_specific=True, use_expiration_dates=True, strict_expiration=True)
    typed = world.tracking_code("TYPED", lot_specific=True, use_expiration_dates=True,
                                manual_expiration_date_required=True, lot_card_in=True)  # fmt: skip
    label = world.tracking_code("LABEL", lot_needed="sales_out transfer")
    world.milk = world.item("MILK", item_tracking_code_id=dated.id)
    world.meat = world.item("MEAT", item_tracking_code_id=typed.id)
    world.rope = world.item("ROPE", item_tracking_code_id=label.id)
    world.pump = world.item("PUMP", item_tracking_code_id=world.tracking_code("SN", serial_specific=True).id)
    lots = [{"lot_no": no, "expiration_date": MARCH} for no in ("L1", "L2", "BAD")]
    world.post(*(world.line(world.milk, "purchase", 10, 1, at="BLUE", **lot) for lot in lots),
               world.line(world.pump, "purchase", 1, 1, at="BLUE", serial_no="S1"),
               world.line(world.rope, "purchase", 5, 1, at="BLUE", lot_no="R1"))  # fmt: skip
    world.sold = world.sell(world.milk, 5, at="BLUE", lot_no="L1").id
    bad = NumberKey(world.milk.id, lot_no="BAD")
    perform(world.session, lambda s: save_card(s, bad, {"blocked": True, "block_reason": "Glass"}))
    return world


def cases(world):
    """(code, field, what it is about, line); section of tracking.md beside it."""
    milk, meat, rope, pump, line = world.milk, world.meat, world.rope, world.pump, world.line
    red, here = world.location_id("RED"), {"at": "BLUE"}
    bad, first = here | {"lot_no": "BAD"}, here | {"lot_no": "L1"}
    # 7: every posting of a blocked number
    yield "number_blocked", "lot_no", "sale", line(milk, "sale", 1, **bad)
    yield "number_blocked", "lot_no", "sales return", line(milk, "sale", -1, **bad)
    yield "number_blocked", "lot_no", "purchase", line(milk, "purchase", 1, 1, **bad)
    yield "number_blocked", "lot_no", "purchase return", line(milk, "purchase", -1, 1, **bad)
    yield "number_blocked", "lot_no", "found", line(milk, "positive_adjmt", 1, 1, **bad)
    yield "number_blocked", "lot_no", "scrap", line(milk, "negative_adjmt", 1, **bad)
    yield "number_blocked", "lot_no", "count", line(milk, "negative_adjmt", 1, counted=True, **bad)
    yield "number_blocked", "lot_no", "consumption", line(milk, "assembly_consumption", -1, **bad)
    yield "number_blocked", "lot_no", "transfer", line(milk, "transfer", -1, new_location_id=red, **bad)
    yield "number_blocked", "lot_no", "out of it", line(milk, "transfer", -1, new_lot_no="L9", **bad)
    yield "number_blocked", "lot_no", "into it", line(milk, "transfer", -1, new_lot_no="BAD", **first)
    # 5: a number is missing, is not there, is there already
    yield "tracking_missing", "lot_no", "no number", line(milk, "purchase", 1, 1, **here)
    yield "tracking_missing", "lot_no", "label on a transfer", line(rope, "transfer", -1, new_location_id=red, **here)
    yield "tracking_not_in_stock", "lot_no", "no such lot", line(milk, "sale", 1, lot_no="L3", **here)
    yield "tracking_not_in_stock", "lot_no", "more than is there", line(milk, "sale", 6, **first)
    yield "tracking_not_in_stock", "lot_no", "at another place", line(milk, "sale", 1, at="RED", lot_no="L1")
    yield (
        "negative_inventory",
        "quantity",
        "a label never below zero",
        line(rope, "transfer", -6, new_location_id=red, lot_no="R1", **here),
    )
    yield "serial_in_stock", "serial_no", "at any place", line(pump, "purchase", 1, 1, at="RED", serial_no="S1")
    yield "serial_quantity", "quantity", "two of one", line(pump, "purchase", 2, 1, serial_no="S2", **here)
    yield "card_missing", "lot_no", "no card", line(meat, "purchase", 1, 1, lot_no="M1", expiration_date=MARCH, **here)
    # 6: dates
    yield (
        "expiration_mismatch",
        "expiration_date",
        "another date",
        line(milk, "purchase", 1, 1, expiration_date=day("2025-04-01"), **first),
    )
    yield (
        "expiration_not_used",
        "expiration_date",
        "no dates here",
        line(pump, "purchase", 1, 1, serial_no="S2", expiration_date=MARCH, **here),
    )
    yield "expired", "lot_no", "sale on the day after", line(milk, "sale", 1, on="2025-04-01", **first)
    yield "expired", "lot_no", "consumption", line(milk, "assembly_consumption", -1, on=NEXT_YEAR, **first)
    for kind in (DocumentType.TRANSFER_SHIPMENT, DocumentType.DIRECT_TRANSFER):
        yield (
            "expired",
            "lot_no",
            kind,
            line(milk, "transfer", -1, on=NEXT_YEAR, new_location_id=red, document_type=kind, **first),
        )
    # 9: half a lot gets another date; an existing lot keeps its own
    later = {"new_expiration_date": day("2025-06-30")}
    yield "expiration_mismatch", "expiration_date", "half a lot", line(milk, "transfer", -1, **later, **first)
    yield (
        "expiration_mismatch",
        "expiration_date",
        "into a lot",
        line(milk, "transfer", -5, new_lot_no="L2", **later, **first),
    )
    # 10: returns
    back = {"applies_from_entry_id": world.sold, "at": "BLUE"}
    yield "quantity_exceeds_shipped", "quantity", "six of five", line(milk, "sale", -6, lot_no="L1", **back)
    yield "application_other_number", "applies_from", "another lot", line(milk, "sale", -1, lot_no="L2", **back)


def test_each_refusal_has_its_code_at_its_line_and_nothing_is_posted(stock):
    world = stock
    before = world.session.scalars(select(ItemLedgerEntry.id)).all()
    found, expected = [], []

    for code, field, what, line in cases(world):
        expected.append((what, [(code, field, line.line_no)]))
        # The line before is good: it is not posted either.
        lines = [world.line(world.milk, "negative_adjmt", 1, at="BLUE", lot_no="L2"), line]
        errors: tuple[DomainError, ...] = ()
        try:
            rehearse(world.session, lambda session, lines=lines: post_lines(session, lines, CONTEXT))
        except PostingError as error:
            errors = errors_of(error)
        found.append((what, [(one.code, one.field, one.line) for one in errors]))

    assert found == expected
    assert world.session.scalars(select(ItemLedgerEntry.id)).all() == before


def test_expired_goods_are_scrapped_renamed_and_sent_back_and_sold_on_the_last_day(stock):
    world, first = stock, {"at": "BLUE", "lot_no": "L1"}

    world.post(
        world.line(world.milk, "sale", 1, on="2025-03-31", **first),
        world.line(world.milk, "negative_adjmt", 1, on=NEXT_YEAR, **first),
        world.line(world.milk, "purchase", -1, 1, on=NEXT_YEAR, **first),
        world.line(world.milk, "transfer", -2, on=NEXT_YEAR, new_lot_no="L9", **first),
        world.line(world.milk, "transfer", -10, on=NEXT_YEAR, at="BLUE", lot_no="L2",
                   new_expiration_date=day("2026-06-30")),
    )  # fmt: skip

    assert [(entry.lot_no, entry.expiration_date) for entry in world.entries(world.milk)[-2:]] == [
        ("L2", MARCH), ("L2", day("2026-06-30")),
    ]  # fmt: skip
    assert verify(world.session) == []


def test_what_was_shipped_before_its_lot_was_blocked_and_expired_can_be_undone(each_trade):
    """T7.2, of a sales shipment and of a transfer shipment."""
    trade, world = each_trade, each_trade.world
    code = world.tracking_code("L", lot_specific=True, use_expiration_dates=True, strict_expiration=True)
    milk = trade.item("MILK", unit_cost=1, item_tracking_code_id=code.id)
    world.post(world.line(milk, "purchase", 9, 1, at="BLUE", lot_no="A", expiration_date=MARCH))
    row = {"item": milk, "quantity": 2, "unit_amount": 4}
    order = trade.open("sales_order", row, numbers=[[Number(lot_no="A", quantity=d(2))]], on="2025-03-10",
                       location_id=world.location_id("BLUE"))  # fmt: skip
    line = trade.posted_lines(trade.post(order, "handle")["handling_id"])[0]
    road = perform(trade.session, lambda s: s.merge(world.location("ROAD", use_as_in_transit=True)))
    ends = {"from_location_id": world.location_id("BLUE"), "to_location_id": world.location_id("RED"),
            "in_transit_location_id": trade.session.merge(road).id}  # fmt: skip

    def ship(session):
        made = create_order(session, ends, on=day("2025-03-10"))
        number = TransferNumber(lot_no="A", quantity=d(3))
        add_line(session, made, {"item_id": milk.id, "quantity": d(3)}, [number])
        post_order(session, made, POSTER, ship=True, receive=False, on=day("2025-03-10"))
        return made.no

    no = perform(trade.session, ship)
    blocked = {"blocked": True, "block_reason": "Glass"}
    perform(trade.session, lambda s: save_card(s, NumberKey(milk.id, lot_no="A"), blocked))

    def receive(session):
        return post_order(session, get_order(session, no), POSTER, ship=False, receive=True, on=day("2025-03-11"))

    with pytest.raises(PostingError) as refused:
        rehearse(trade.session, receive)
    trade.session.rollback()
    perform(trade.session, lambda s: undo_shipment(s, newest_shipment_line(s, no, 10_000), POSTER))
    perform(trade.session, lambda s: undo_posted_line(s, line.id, POSTER))

    assert (refused.value.code, refused.value.line) == ("number_blocked", 10_000)
    places = trade.session.execute(
        select(Location.code, ItemLedgerEntry.quantity)
        .join(Location, Location.id == ItemLedgerEntry.location_id)
        .where(ItemLedgerEntry.item_id == milk.id)
    ).all()
    assert sum(quantity for code, quantity in places if code == "BLUE") == 9
    assert verify(trade.session) == []


def test_what_is_to_be_handled_of_each_number_adds_up_or_is_refused(trade):
    """T2.6, T2.7: what is said of a number moves, neither more nor less; afterwards all that is left is proposed."""
    item = trade.item("MILK", unit_cost=1, item_tracking_code_id=trade.world.tracking_code("L", lot_specific=True).id)
    lots = [Number(lot_no="L1", quantity=d(40), qty_to_handle=d(30)), Number(lot_no="L2", quantity=d(20),
                                                                             qty_to_handle=d(0))]  # fmt: skip
    order = trade.open("purchase_order", {"item": item, "quantity": 60, "unit_amount": 1}, numbers=[lots])

    for quantity in (40, 20):
        trade.refused(
            "tracking_missing", lambda quantity=quantity: trade.post(order, "handle", said={1: (quantity, 0)})
        )
    trade.post(order, "handle", said={1: (30, 0)})
    first = handled(trade, order)
    trade.post(order, "handle", said={1: (15, 0)})

    assert first == [("L1", 30), ("L2", 0)]
    assert handled(trade, order) == [("L1", 40), ("L2", 5)]


def handled(trade, order):
    source = get_source(trade.session, "purchase", trade.line(order).id)
    return [(row.lot_no, row.handled) for row in source.rows]
