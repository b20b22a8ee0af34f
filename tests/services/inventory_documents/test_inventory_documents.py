"""Inventory receipts and shipments: posted, taken back at exact cost, refused (posting-and-costing.md section 18)."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from core.errors import DomainError
from core.unit_of_work import perform, rehearse
from models import InventoryDocument, ItemLedgerEntry, PostedInventoryDocument, Register, StockkeepingUnit, ValueEntry
from models.enums import CostingMethod, DocumentType
from posting.verify import verify
from services.availability.events import by_event
from services.availability.movements import Place
from services.availability.quantities import availability
from services.inventory_documents.documents import create_document, delete_document, get_document, release, reopen
from services.inventory_documents.headers import edit_document
from services.inventory_documents.lines import add_line, edit_line, set_numbers
from services.inventory_documents.post import post_document, preview_document
from services.inventory_documents.posted import copy, correct, find_posted, undo
from services.poster import Poster
from services.transfers.lines import Number
from tests.builders import d, day

POSTER = Poster(user_name="tester")
RECEIPT, SHIPMENT = DocumentType.INVENTORY_RECEIPT, DocumentType.INVENTORY_SHIPMENT


class Desk:
    """A world with short words for one document at BLUE."""

    def __init__(self, world):
        self.world = world
        self.session = world.session
        self.kind, self.no = RECEIPT, ""

    def open(self, kind, *lines, on="2025-03-10", **header):
        self.kind = kind
        values = {"location_id": self.world.location_id("BLUE")} | header

        def work(session):
            document = create_document(session, kind, values, on=day(on))
            for item, quantity, said in lines:
                numbers = said.pop("numbers", ())
                add_line(session, document, {"item_id": item.id, "quantity": d(quantity), **said}, numbers)
            return document.no

        self.no = perform(self.session, work)
        return self

    def change(self, work):
        return perform(self.session, lambda session: work(session, get_document(session, self.kind, self.no)))

    def post(self, on=None):
        return self.change(lambda session, document: post_document(session, document, POSTER, on=on and day(on)).no)

    def undo(self, no, on="2025-03-20"):
        return perform(
            self.session, lambda s: undo(s, find_posted(s, self.kind, no), POSTER, on=day(on)).no
        )  # fmt: skip

    def refused(self, work):
        """The code of the refusal; nothing is posted by it."""
        before = self.registers()
        with pytest.raises(DomainError) as refusal:
            work()
        assert self.registers() == before
        return refusal.value.code

    def registers(self):
        return self.session.scalar(select(func.count()).select_from(Register))

    def entries(self, item):
        return [
            (entry.document_no, entry.entry_type.value, entry.quantity, entry.remaining_quantity, entry.correction)
            for entry in self.world.entries(item)
        ]

    def costs(self, item):
        entries = self.world.entries(item)
        return [self.world.cost(entry) for entry in entries]


@pytest.fixture
def desk(each_world):
    return Desk(each_world)


def test_a_receipt_posts_positive_adjustments_and_leaves_a_numbered_document(desk):
    bolt = desk.world.item("BOLT", indirect_cost_percent="10", overhead_rate="1")
    desk.open(RECEIPT, (bolt, 4, {"unit_amount": d(10)}), external_document_no="SLIP 7")
    preview = rehearse(
        desk.session, lambda s: preview_document(s, get_document(s, RECEIPT, desk.no), POSTER)
    )  # fmt: skip
    assert (preview.entry_count, desk.registers()) == (1, 0)

    no = desk.post(on="2025-03-12")

    assert desk.entries(bolt) == [(no, "positive_adjmt", 4, 4, False)]
    assert desk.costs(bolt) == [d("48")]  # 4 x (10 x 1.10 + 1), overhead included (section 7)
    posted = find_posted(desk.session, RECEIPT, no)
    assert (posted.source_no, posted.posting_date) == (desk.no, day("2025-03-12"))
    assert [(line.quantity, line.unit_cost, line.amount) for line in posted.lines] == [(4, 12, 40)]
    register = desk.session.get_one(Register, posted.register_id)
    assert register.source_code == "INVTRCPT"
    assert desk.session.scalar(select(func.count()).select_from(InventoryDocument)) == 0
    assert verify(desk.session) == []


def test_a_shipment_posts_negative_adjustments_of_the_lots_it_names(desk):
    code = desk.world.tracking_code("LOTS", lot_specific=True)
    item = desk.world.item("PAINT", item_tracking_code_id=code.id)
    for lot, cost in (("A", 3), ("B", 5)):
        desk.world.receive(item, 4, cost, at="BLUE", lot_no=lot)
    numbers = [Number(quantity=d(1), lot_no="A"), Number(quantity=d(2), lot_no="B")]
    desk.open(SHIPMENT, (item, 3, {"numbers": numbers}))

    desk.post()
    desk.world.adjust_cost(item)

    gone = [entry for entry in desk.world.entries(item) if entry.quantity < 0]
    assert [(entry.lot_no, entry.quantity, desk.world.cost(entry)) for entry in gone] == [("A", -1, -3), ("B", -2, -10)]
    assert verify(desk.session) == []


@pytest.mark.parametrize("method", [CostingMethod.FIFO, CostingMethod.AVERAGE, CostingMethod.STANDARD])
def test_a_posted_document_is_taken_back_once_and_at_its_own_cost(desk, method):
    bolt = desk.world.item("BOLT", method, standard_cost="7")
    desk.world.receive(bolt, 10, 3, at="BLUE", on="2025-03-01")
    desk.open(RECEIPT, (bolt, 4, {} if method == CostingMethod.STANDARD else {"unit_amount": d(9)}))
    received = desk.post()

    back = desk.undo(received)
    desk.world.adjust_cost(bolt)

    made = [(quantity, remaining, correction) for _no, _type, quantity, remaining, correction in desk.entries(bolt)]
    assert made == [(10, 10, False), (4, 0, False), (-4, 0, True)]
    assert sum(desk.costs(bolt)[1:]) == 0
    assert find_posted(desk.session, RECEIPT, back).corrects_id == find_posted(desk.session, RECEIPT, received).id
    assert desk.refused(lambda: desk.undo(received)) == "already_undone"
    assert desk.refused(lambda: desk.undo(back)) == "correction_not_undone"
    assert verify(desk.session) == []


def test_a_shipment_taken_back_brings_the_goods_in_at_what_they_left_with(desk):
    bolt = desk.world.item("BOLT", unit_cost="1")
    desk.world.receive(bolt, 5, 3, at="BLUE", on="2025-03-01")
    desk.open(SHIPMENT, (bolt, 2, {}))
    shipped = desk.post()
    desk.world.adjust_cost(bolt)

    desk.undo(shipped)

    assert desk.costs(bolt) == [15, -6, 6]
    assert [quantity for _no, _type, quantity, _left, _fix in desk.entries(bolt)] == [5, -2, 2]
    assert verify(desk.session) == []


def test_a_receipt_whose_goods_are_gone_is_not_taken_back(desk):
    bolt = desk.world.item("BOLT", prevent_negative=True)
    desk.open(RECEIPT, (bolt, 4, {"unit_amount": d(9)}))
    received = desk.post()
    sold = desk.world.line(bolt, "sale", 3, at="BLUE", on="2025-03-15")
    desk.world.post(sold)

    code = desk.refused(lambda: desk.undo(received))

    assert code == "negative_inventory"
    assert desk.session.scalar(select(func.count()).select_from(InventoryDocument)) == 0


def test_a_released_document_keeps_its_lines_but_takes_lots_and_dates(desk):
    bolt = desk.world.item("BOLT")
    desk.open(RECEIPT, (bolt, 4, {"unit_amount": d(9)}))
    desk.change(release)

    def raised():
        desk.change(lambda s, doc: edit_line(s, doc, doc.lines[0], {"quantity": d(5)}))

    assert desk.refused(raised) == "document_released"
    assert desk.refused(lambda: desk.change(delete_document)) == "document_released"
    header = {"location_id": desk.world.location_id("RED")}
    assert desk.refused(lambda: desk.change(lambda s, doc: edit_document(s, doc, header))) == "document_released"
    desk.change(lambda s, doc: edit_document(s, doc, {"posting_date": day("2025-03-14")}))
    desk.change(reopen)
    raised()

    assert desk.change(lambda _s, doc: (doc.posting_date, doc.lines[0].quantity_base)) == (day("2025-03-14"), 5)


def test_what_cannot_be_on_a_document_is_refused_by_its_code(desk):
    world = desk.world
    bolt, work = world.item("BOLT"), world.item("WORK", type="service")
    road = world.location("ROAD", use_as_in_transit=True)

    def added(item, quantity, **said):
        values = {"item_id": item.id, "quantity": d(quantity), **said}
        return lambda: desk.change(lambda s, doc: add_line(s, doc, values))

    desk.open(RECEIPT)
    codes = [
        desk.refused(added(work, 1)),
        desk.refused(added(bolt, -1)),
        desk.refused(lambda: desk.change(lambda s, doc: edit_document(s, doc, {"location_id": road.id}))),
        desk.refused(desk.post),
    ]
    added(bolt, 2)()
    many = [Number(quantity=d(3), lot_no="A")]
    codes += [
        desk.refused(lambda: desk.change(lambda s, doc: set_numbers(s, doc, doc.lines[0], many))),
        desk.refused(added(bolt, 1, applies_from_entry_id=12345)),
    ]
    world.receive(bolt, 2, 3, at="BLUE")
    added(bolt, 1, applies_from_entry_id=world.sell(bolt, 1, at="BLUE").id)()
    red = {"location_id": world.location_id("RED")}
    codes.append(desk.refused(lambda: desk.change(lambda s, doc: edit_document(s, doc, red))))

    assert codes == [
        "item_not_inventory", "quantity_negative", "location_in_transit", "nothing_to_release",
        "tracking_exceeds_quantity", "applies_to_not_found", "lines_applied",
    ]  # fmt: skip


def test_posting_refuses_with_the_codes_of_the_journal_and_keeps_the_document(desk):
    bolt = desk.world.item("BOLT", prevent_negative=True)
    desk.open(SHIPMENT, (bolt, 1, {}))

    assert desk.refused(desk.post) == "negative_inventory"
    desk.world.set(earliest_valuation_date=day("2025-02-01"))
    assert desk.refused(lambda: desk.post(on="2025-01-31")) == "valuation_date_not_allowed"
    assert desk.session.scalar(select(func.count()).select_from(InventoryDocument)) == 1
    assert desk.session.scalar(select(func.count()).select_from(PostedInventoryDocument)) == 0


def test_another_location_asks_what_its_lines_cost_there_unless_a_cost_was_typed(desk):
    bolt, nut = desk.world.item("BOLT", unit_cost="2"), desk.world.item("NUT", unit_cost="2")
    desk.world.set(average_cost_calc_type="item_location_variant")
    sku = StockkeepingUnit(item_id=bolt.id, location_id=desk.world.location_id("RED"), variant_id=0, unit_cost=d(6))
    perform(desk.session, lambda s: s.add(sku))
    desk.open(RECEIPT, (bolt, 4, {}), (nut, 4, {"unit_amount": d(9)}))

    desk.change(lambda s, doc: edit_document(s, doc, {"location_id": desk.world.location_id("RED")}))

    lines = desk.change(lambda _s, doc: [(line.unit_amount, line.amount) for line in doc.lines])
    assert lines == [(6, 24), (9, 36)]


def test_a_copy_has_the_lines_of_the_posted_document_and_waits(desk):
    bolt = desk.world.item("BOLT")
    desk.open(RECEIPT, (bolt, 4, {"unit_amount": d(9)}))
    posted = desk.post()

    desk.no = perform(desk.session, lambda s: copy(s, find_posted(s, RECEIPT, posted), on=day("2025-04-01")).no)

    assert desk.change(lambda _s, doc: [(line.item_id, line.quantity) for line in doc.lines]) == [(bolt.id, 4)]
    assert desk.session.scalar(select(func.count()).select_from(ItemLedgerEntry)) == 1


def test_a_waiting_correction_stands_in_the_way_of_a_second_one(desk):
    bolt = desk.world.item("BOLT")
    desk.open(RECEIPT, (bolt, 4, {"unit_amount": d(9)}))
    posted = desk.post()
    perform(desk.session, lambda s: correct(s, find_posted(s, RECEIPT, posted), on=day("2025-04-01")).no)

    assert desk.refused(lambda: desk.undo(posted)) == "already_undone"


def test_amounts_are_shared_among_the_numbers_of_a_line_to_the_cent(desk):
    code = desk.world.tracking_code("LOTS", lot_specific=True)
    item = desk.world.item("PAINT", item_tracking_code_id=code.id)
    numbers = [Number(quantity=d(1), lot_no=lot) for lot in "ABC"]
    desk.open(RECEIPT, (item, 3, {"amount": d(10), "numbers": numbers}))

    desk.post()

    assert sum(desk.costs(item)) == d("10.00")
    values = desk.session.scalars(select(ValueEntry.cost_amount_actual).order_by(ValueEntry.id)).all()
    assert values == [d("3.33"), d("3.33"), d("3.34")]


def test_open_documents_are_supply_and_demand_on_their_day_and_move_with_their_header(each_world):
    desk = Desk(each_world)
    bolt = each_world.item("BOLT", reordering_policy="fixed_reorder_quantity", reorder_point=1, reorder_quantity=5)
    each_world.receive(bolt, 10, 2, on="2025-03-01", at="BLUE")
    desk.open(RECEIPT, (bolt, 4, {}), on="2025-03-12")
    desk.open(SHIPMENT, (bolt, 3, {}), on="2025-03-14")

    def at(place, on):
        found = availability(desk.session, bolt.id, Place(each_world.location_id(place)), day(on))
        return found.scheduled_receipt, found.gross_requirement, found.projected_available

    assert at("BLUE", "2025-03-11") == (0, 0, 10)
    assert at("BLUE", "2025-03-13") == (4, 0, 14)
    assert at("BLUE", "2025-03-14") == (4, 3, 11)
    events = by_event(desk.session, bolt.id, Place(each_world.location_id("BLUE"))).events
    assert [(event.line.event, event.line.quantity) for event in events] == [
        ("inventory_receipt", 4), ("inventory_shipment", -3),
    ]  # fmt: skip
    desk.change(lambda s, document: edit_document(s, document, {"location_id": each_world.location_id("RED")}))
    assert at("BLUE", "2025-03-14") == (4, 0, 14)
    assert at("RED", "2025-03-14") == (0, 3, -3)
    assert verify(desk.session) == []  # the signs of low stock have followed
    desk.kind, desk.no = RECEIPT, desk.session.scalar(select(InventoryDocument.no).where(
        InventoryDocument.document_type == RECEIPT))  # fmt: skip
    desk.post()
    assert at("BLUE", "2025-03-14") == (0, 0, 14)
    assert verify(desk.session) == []


@pytest.mark.parametrize("copied", [True, False])
def test_a_comment_goes_along_when_the_set_up_says_so(world, copied):
    world.set(copy_comments_to_inventory_document=copied)
    bolt = world.item("BOLT", unit_cost=2)
    desk = Desk(world).open(RECEIPT, (bolt, 1, {}), comment="Found behind the shelf")

    no = desk.post()

    assert find_posted(desk.session, RECEIPT, no).comment == ("Found behind the shelf" if copied else "")
