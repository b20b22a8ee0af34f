"""Recall of a lot: where it is, who has it, what is about to leave, and blocking it (tracking.md 7 and 13)."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from core.errors import PostingError, ValidationError
from core.unit_of_work import perform, rehearse
from models import Item, ItemLedgerEntry, JournalBatch, JournalTemplate
from models.enums import DocumentType, EntryType, JournalType, SourceType
from posting.post import post_lines
from services.documents import journal_lines
from services.documents.journal_line_rules import LineInput
from services.inventory_documents.documents import create_document
from services.inventory_documents.lines import add_line
from services.tracing.asked import Numbers
from services.tracing.cards import NumberKey, block_numbers, save_card
from services.tracing.dossier import dossier
from services.tracing.letters import letters
from services.tracing.recall import recall
from services.tracing.trace import Components, Direction, trace
from services.trade.line_numbers import Number
from services.transfers.lines import Number as TransferNumber
from tests.builders import CONTEXT, d, day


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

    found = recall(world.session, Numbers(lot_no="M7"))

    m7, m8 = found.numbers
    assert (m7.supplied, m7.on_hand, m7.sold, m7.scrapped, m7.relabelled) == tuple(map(d, (100, 71, 16, 3, 10)))
    assert (m8.key.lot_no, m8.on_hand, m8.relabelled) == ("M8", d(10), d(-10))
    assert all(row.balances for row in found.numbers)
    assert [(place.location_code, place.quantity) for place in found.places] == [
        ("BLUE", d(50)), ("BLUE", d(10)), ("RED", d(21)),
    ]  # fmt: skip
    assert [(receiver.no, receiver.net) for receiver in found.receivers] == [("C1", d(12)), ("C2", d(4))]
    # What a customer reads and what goes on paper: goods by their name, who has them in one column, so that it fits.
    assert [letter.rows[0][2:] for letter in letters(found, "Recall", "Stop")] == [
        ("MILK Milk", "M7", d(12), "PCS"), ("MILK Milk", "M7", d(4), "PCS"),
    ]  # fmt: skip
    who = next(table for table in dossier(found, "M7", day("2025-03-10")).tables if table.title == "Who has it")
    assert [(row[0], *row[-3:]) for row in who.rows] == [("C1", d(12), d(0), d(12)), ("C2", d(5), d(1), d(4))]


def test_open_orders_documents_and_journal_lines_that_name_the_lot_are_listed(dairy):
    trade, world, milk = dairy
    row = {"item": milk, "quantity": 7, "location_id": world.location("BLUE").id}
    order = trade.open("sales_order", row, numbers=[[Number(lot_no="M7", quantity=d(7))]])
    number = TransferNumber(lot_no="M7", quantity=d(3))

    def note(session):
        values = {"location_id": world.location("BLUE").id}
        shipment = create_document(session, DocumentType.INVENTORY_SHIPMENT, values, on=day("2025-03-10"))
        add_line(session, shipment, {"item_id": milk.id, "quantity": d(3)}, [number])
        batch = session.scalars(select(JournalBatch).join(JournalTemplate).where(
            JournalTemplate.type == JournalType.ITEM)).first()  # fmt: skip
        scrap = LineInput(entry_type=EntryType.NEGATIVE_ADJMT, item_id=milk.id, posting_date=day("2025-03-10"),
                          document_no="S1", quantity=d(2), lot_no="M7")  # fmt: skip
        journal_lines.add_line(session, batch.id, scrap)
        return shipment.no, batch.name

    shipment, batch = perform(world.session, note)

    found = recall(world.session, Numbers(lot_no="M7"))

    assert [(use.document_no, use.number, use.quantity) for use in found.open_uses] == [
        (order.no, "M7", d(7)), (shipment, "M7", d(3)), (batch, "M7", d(2)),
    ]  # fmt: skip


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
    assert recall(world.session, Numbers(lot_no="M7")).numbers[0].blocked


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


@pytest.fixture
def yoghurt(each_trade):
    """Worked example E7: 40 of lot M7 and 200 untracked jars become 200 of lot Y1; 120 to C1, 50 to C2, 10 back."""
    trade, world = each_trade, each_trade.world
    code = world.tracking_code("LOTS", lot_specific=True)
    milk, yog = (trade.item(no, item_tracking_code_id=code.id) for no in ("MILK", "YOG"))
    jar = trade.item("JAR")
    way, dairy, _main = (world.location(code).id for code in ("TRANSIT", "DAIRY", "MAIN"))
    vendor = {"source_type": SourceType.VENDOR, "source_no": "V10"}
    world.post(world.line(milk, "purchase", 100, 1, at="MAIN", lot_no="M7", document_no="RCP-7", **vendor))
    world.post(world.line(milk, "transfer", -40, at="MAIN", lot_no="M7", document_no="TSH-9", new_location_id=way))
    world.post(world.line(milk, "transfer", -40, at="TRANSIT", lot_no="M7", document_no="TRC-9", new_location_id=dairy))
    world.post(world.line(jar, "purchase", 200, 1, at="DAIRY"))
    made = {"at": "DAIRY", "document_no": "ASM-12", "document_type": DocumentType.POSTED_ASSEMBLY}
    world.post(
        world.line(milk, "assembly_consumption", -40, lot_no="M7", **made),
        world.line(jar, "assembly_consumption", -200, **made),
        world.line(yog, "assembly_output", 200, 1, lot_no="Y1", **made),
    )
    for no, quantity, customer in (("SHP-51", 120, "C1"), ("SHP-52", 50, "C2")):
        source = {"source_type": SourceType.CUSTOMER, "source_no": customer, "document_no": no}
        world.post(world.line(yog, "sale", quantity, at="DAIRY", lot_no="Y1", **source))
    sale = world.session.scalar(select(func.max(ItemLedgerEntry.id)))
    back = {"applies_from_entry_id": sale, "document_no": "RR-4"}
    world.post(world.line(yog, "sale", -10, at="DAIRY", lot_no="Y1", **back))
    return world


def told(world, wanted, *more, **options):
    rows = trace(world.session, wanted, *more, **options).rows
    return [(row.level, f"{row.entry.item_no} {row.entry.document_no}") for row in rows]


def test_e7_a_lot_is_traced_through_an_assembly_to_customers_and_back_to_its_vendor(yoghurt):
    world, milk = yoghurt, Numbers(lot_no="M7")
    chain = ["MILK RCP-7", "MILK TSH-9", "MILK TSH-9", "MILK TRC-9", "MILK TRC-9", "MILK ASM-12"]
    forward = [*enumerate(chain)]
    rest = [(6, "YOG ASM-12"), (7, "YOG SHP-51"), (7, "YOG SHP-52"), (8, "YOG RR-4")]

    assert told(world, milk) == [*forward, *rest]
    assert told(world, milk, components=Components.ALL) == [*forward, (6, "JAR ASM-12"), *rest]
    shipment = Numbers(document_no="SHP-51")
    assert told(world, shipment, Direction.BACKWARD) == [
        *enumerate(["YOG SHP-51", "YOG ASM-12", *reversed(chain)])
    ]  # fmt: skip
    assert told(world, shipment, Direction.BACKWARD, components=Components.NONE) == [
        (0, "YOG SHP-51"), (1, "YOG ASM-12")
    ]  # fmt: skip
    assert told(world, Numbers(party=(SourceType.CUSTOMER, "C2"))) == [(0, "YOG SHP-52"), (1, "YOG RR-4")]

    again = world.session.scalars(select(Item).where(Item.no == "YOG")).one()
    rehearse(world.session, lambda session: _unlinked_return(world, session, again, milk, [*forward, *rest]))

    m7, y1 = recall(world.session, milk).numbers
    assert (m7.supplied, m7.on_hand, m7.consumed) == tuple(map(d, (100, 60, 40)))
    assert (y1.key.lot_no, y1.supplied, y1.on_hand, y1.sold) == ("Y1", *map(d, (200, 40, 160)))
    assert [(who.no, who.net) for who in recall(world.session, milk).receivers] == [("C1", d(120)), ("C2", d(40))]


def _unlinked_return(world, session, item, wanted, chain):
    """T12.7: what comes back without its sale is a new start, not found from the origin."""
    back = world.line(item, "sale", -1, at="DAIRY", lot_no="Y1", source_no="C2", document_no="RR-5")
    post_lines(session, [back], CONTEXT)
    assert told(world, wanted) == chain


def test_a_trace_too_wide_for_a_page_goes_on_after_the_last_start_that_was_read_whole(yoghurt):
    world, yog = yoghurt, yoghurt.session.scalars(select(Item).where(Item.no == "YOG")).one()
    for lot in ("Y2", "Y3"):
        world.post(world.line(yog, "purchase", 5, 1, at="DAIRY", lot_no=lot, document_no=f"R-{lot}"))
        world.post(world.line(yog, "sale", 5, at="DAIRY", lot_no=lot, document_no=f"S-{lot}"))
    item = Numbers(item_id=yog.id)

    first = trace(world.session, item, most=5)
    second = trace(world.session, item, most=5, after=first.go_on_after)
    cut = trace(world.session, item, most=3)

    assert [row.entry.document_no for row in first.rows] == ["ASM-12", "SHP-51", "SHP-52", "RR-4"]
    assert [row.entry.document_no for row in second.rows] == ["R-Y2", "S-Y2", "R-Y3", "S-Y3"]
    assert (first.cut_after, second.go_on_after) == (None, None)
    assert [row.entry.document_no for row in cut.rows] == ["ASM-12", "SHP-51", "SHP-52"]
    assert cut.cut_after == cut.go_on_after == first.rows[0].entry.id
