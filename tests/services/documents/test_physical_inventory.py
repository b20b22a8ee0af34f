"""The physical inventory journal: calculated, counted, posted (posting-and-costing.md section 17.1)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from core.errors import ErrorList, PostingError, ValidationError
from core.unit_of_work import perform
from models import Bin, Item, ItemJournalLine, PhysicalInventoryLedgerEntry
from models.enums import CostingMethod
from posting.verify import verify
from services.documents import journals
from services.documents import physical_inventory as counting
from services.poster import Poster
from tests.builders import d, day

POSTER = Poster(user_name="tester")
ON = day("2025-01-31")


class Count:
    """One count at BLUE: lines by spot."""

    def __init__(self, world):
        self.world = world
        self.place = world.location_id("BLUE")
        self.batch_id = perform(world.session, lambda s: counting.get_batch(s).id)

    def calculate(self, **scope):
        wanted = counting.Scope(location_id=self.place, **scope)
        return perform(
            self.world.session,
            lambda s: counting.calculate(s, self.batch_id, wanted, day=ON, document_no="PH-1"),
        )

    def enter(self, counts):
        def work(session):
            lines = {}
            for spot, counted in counts.items():
                line_no = counting.find_line(session, self.batch_id, spot)
                if line_no is None:
                    line_no = counting.add_spot(session, self.batch_id, spot, day=ON, document_no="PH-1")
                lines[line_no] = d(counted)
            counting.enter_counts(session, self.batch_id, lines)

        perform(self.world.session, work)

    def post(self):
        return perform(self.world.session, lambda s: journals.post_batch(s, self.batch_id, POSTER))

    def spot(self, item, lot="", bin_id=None):
        return counting.Spot(item.id, 0, self.place, bin_id, lot)

    def ledger(self):
        entry = PhysicalInventoryLedgerEntry
        rows = self.world.session.execute(
            select(entry.item_id, entry.entry_type, entry.quantity, entry.qty_calculated, entry.qty_counted,
                   entry.last_item_ledger_entry_id).order_by(entry.id)
        )  # fmt: skip
        return [tuple(row) for row in rows]


def test_differences_are_posted_and_every_line_is_kept(each_world):
    world = each_world
    more, less, same = (world.item(no, unit_cost=2) for no in ("MORE", "LESS", "SAME"))
    for item, quantity in ((more, 5), (less, 3), (same, 4)):
        world.receive(item, quantity, 2, at="BLUE")
    world.receive(more, 9, 2, at="RED")
    count = Count(world)
    assert count.calculate() == 3
    assert count.calculate() == 0  # nothing is added twice
    world.sell(same, 1, at="BLUE")  # the difference is one to the moment of the count

    count.enter({count.spot(more): 7, count.spot(less): 1})
    count.post()

    assert [quantity for _day, quantity, _left in world.ledger(more)] == [5, 9, 2]
    assert [quantity for _day, quantity, _left in world.ledger(less)] == [3, -2]
    assert [quantity for _day, quantity, _left in world.ledger(same)] == [4, -1]
    assert count.ledger() == [
        (less.id, "negative_adjmt", 2, 3, 1, 2), (more.id, "positive_adjmt", 2, 5, 7, 1),
        (same.id, "positive_adjmt", 0, 4, 4, 3),
    ]  # fmt: skip
    assert world.session.scalar(select(ItemJournalLine.id)) is None
    assert world.gl()["inventory"] == 5 * 2 + 9 * 2 + 2 * 2 + 3 * 2 - 2 * 2 + 4 * 2 - 2
    assert verify(world.session) == []


def test_lots_that_offset_each_other_are_posted_all_the_same(each_world):
    world = each_world
    tracking = world.tracking_code("LOTS", lot_specific=True)
    item = world.item(item_tracking_code_id=tracking.id, method=CostingMethod.FIFO)
    for lot, quantity in (("A", 80), ("C", 30), ("D", 10)):
        world.receive(item, quantity, 1, at="BLUE", lot_no=lot)
    count = Count(world)
    assert count.calculate() == 3

    count.enter({count.spot(item, lot): counted for lot, counted in (("A", 80), ("B", 12), ("C", 20), ("D", 0))})
    count.post()

    posted = [(entry.lot_no, entry.quantity) for entry in world.entries(item)[3:]]
    assert posted == [("B", 12), ("C", -10), ("D", -10)]
    assert [row[2:5] for row in count.ledger()] == [(8, 120, 112)]
    assert verify(world.session) == []


def test_stock_in_bins_is_counted_bin_by_bin(each_world):
    world = each_world
    place = world.location("SHELF", bin_mandatory=True)

    def make(session):
        found = [Bin(location_id=place.id, code=code) for code in ("A", "B")]
        session.add_all(found)
        session.flush()
        return [row.id for row in found]

    first, second = perform(world.session, make)
    item = world.item()
    world.post(world.line(item, "purchase", 5, 1, at="SHELF", bin_id=first))
    count = Count(world)
    count.place = place.id
    assert count.calculate() == 1

    count.enter({count.spot(item, bin_id=first): 3, count.spot(item, bin_id=second): 4})
    count.post()

    assert [(entry.bin_id, entry.quantity) for entry in world.entries(item)[1:]] == [(first, -2), (second, 4)]
    assert verify(world.session) == []


def test_blocked_items_are_left_out_and_items_without_stock_only_come_on_request(each_world):
    world = each_world
    world.receive(world.item("BLOCKED"), 1, 1, at="BLUE")
    gone = world.item("GONE")
    world.receive(gone, 1, 1, at="BLUE")
    world.sell(gone, 1, at="BLUE")
    world.item("NEW")
    lots = world.item("LOTS", item_tracking_code_id=world.tracking_code("LOTS", lot_specific=True).id)
    world.receive(lots, 1, 1, at="BLUE", lot_no="A")
    world.sell(lots, 1, at="BLUE", lot_no="A")
    shelf = world.location("SHELF", bin_mandatory=True)

    def make(session):
        session.add(made := Bin(location_id=shelf.id, code="A"))
        session.flush()
        return made.id

    in_bin = {"at": "SHELF", "bin_id": perform(world.session, make)}
    for item, number in ((gone, {}), (lots, {"lot_no": "B"})):
        world.receive(item, 1, 1, **in_bin, **number)
        world.sell(item, 1, **in_bin, **number)
    perform(
        world.session,
        lambda s: setattr(s.scalars(select(Item).where(Item.no == "BLOCKED")).one(), "blocked", True),
    )
    count = Count(world)

    assert count.calculate() == 0
    assert count.calculate(include_not_on_stock=True) == 2  # one line for a tracked item, whatever its numbers were
    assert count.calculate(include_without_transactions=True) == 1
    count.place = shelf.id
    assert count.calculate() == 0
    assert count.calculate(include_not_on_stock=True) == 2
    count.place = None
    with pytest.raises(ValidationError) as refused:
        count.calculate(include_without_transactions=True)
    assert (refused.value.code, refused.value.field) == ("location_missing", "location")


def test_what_cannot_be_is_refused(each_world):
    world = each_world
    tracking = world.tracking_code("LOTS", lot_specific=True)
    item = world.item(item_tracking_code_id=tracking.id)
    world.receive(item, 5, 1, at="BLUE", lot_no="A")
    count = Count(world)
    count.calculate()

    with pytest.raises(ValidationError) as refused:
        count.enter({count.spot(item, "A"): -1})
    assert refused.value.code == "quantity_negative"
    count.enter({count.spot(item): 2})
    with pytest.raises((PostingError, ErrorList)) as refused:
        count.post()
    assert refused.value.code == "tracking_missing"
    assert count.ledger() == []
