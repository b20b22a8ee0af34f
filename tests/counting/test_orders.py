"""Physical inventory orders: expected, recorded, finished, posted (posting-and-costing.md 17.2, tracking.md 11)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from core.errors import DomainError, errors_of
from core.unit_of_work import perform
from models import (
    Bin,
    PhysicalInventoryCount,
    PhysicalInventoryLedgerEntry,
    PhysicalInventoryOrder,
    PhysicalInventoryOrderLine,
    PhysicalInventoryRecording,
)
from models.enums import CountStatus
from posting.verify import verify
from services.counting import counts, finish, orders, page, posting, recordings
from services.counting.counts import Entry, Found
from services.counting.recordings import Wanted
from services.documents.physical_inventory import Scope, Spot
from services.poster import Poster
from tests.builders import World, d, day

NOW = dt.datetime(2025, 3, 10, 9, 0, tzinfo=dt.UTC)
ON = day("2025-03-10")
POSTER = Poster(user_name="Clara")


class Count:
    """A count at BLUE in short words."""

    def __init__(self, world: World, **values: Any) -> None:
        self.world, self.session = world, world.session
        given = {"location_id": world.location_id("BLUE")} | values
        self.no = self.run(lambda s, _o: orders.create_order(s, given, on=ON).no, new=True)

    def run(self, work: Any, *, new: bool = False) -> Any:
        return perform(self.session, lambda s: work(s, None if new else orders.get_order(s, self.no)))

    def calculate(self, **scope: Any) -> int:
        location_id = self.world.location_id("BLUE")
        return self.run(lambda s, o: orders.calculate(s, o, Scope(location_id=location_id, **scope)))

    def record(self, **wanted: Any) -> int:
        return self.run(lambda s, o: recordings.make_recording(s, o, Wanted(**wanted)).recording_no)

    def recording(self, no: int) -> PhysicalInventoryRecording:
        return recordings.get_recording(self.session, self.order.id, no)

    @property
    def order(self) -> PhysicalInventoryOrder:
        return self.session.scalars(select(PhysicalInventoryOrder).where(PhysicalInventoryOrder.no == self.no)).one()

    def lines(self) -> list[PhysicalInventoryOrderLine]:
        return finish.lines_with_numbers(self.session, self.order.id)

    def spots(self, no: int) -> list[tuple[str, str, str]]:
        found = recordings.recorded_lines(self.session, self.recording(no).id)
        return [(line.description, line.lot_no, line.serial_no) for line in found]

    def enter(self, no: int, *entries: Entry) -> counts.Taken:
        return self.run(
            lambda s, o: counts.take_counts(
                s, o, recordings.get_recording(s, o.id, no), entries, user_name="Carl", at=NOW
            )
        )

    def type(self, no: int, *figures: Any) -> None:
        """Figures for the lines of a recording, from the first on; None leaves one out."""
        lines = recordings.recorded_lines(self.session, self.recording(no).id)
        pairs = [(line, figure) for line, figure in zip(lines, figures, strict=False) if figure is not None]
        taken = self.enter(
            no, *(entry(f"{no}-{line.line_no}", line_no=line.line_no, quantity=d(figure)) for line, figure in pairs)
        )
        assert not taken.refused

    def finish_recording(self, no: int, **options: Any) -> None:
        self.run(
            lambda s, o: recordings.finish_recording(
                s, o, recordings.get_recording(s, o.id, no), user_name="Carl", at=NOW, **options
            )
        )

    def finish(self) -> None:
        self.run(lambda s, o: finish.finish_order(s, o, user_name="Carl", at=NOW))

    def post(self) -> int:
        return self.run(lambda s, o: posting.post_order(s, o, POSTER, at=NOW))

    def refused(self, work: Any) -> list[tuple[str, int | None]]:
        """Codes and lines of the refusal."""
        with pytest.raises(DomainError) as caught:
            work()
        return [(error.code, error.line) for error in errors_of(caught.value)]


def entry(key: str, **values: Any) -> Entry:
    return Entry(key=key, **{"counted_at": NOW} | values)


@pytest.fixture
def lots(each_world):
    """Four lots as in the lot example of section 17.2."""
    code = each_world.tracking_code("LOTS", lot_specific=True)
    item = each_world.item("SALT", item_tracking_code_id=code.id, unit_cost=2)
    for lot, quantity in (("A", 80), ("C", 30), ("D", 10)):
        each_world.receive(item, quantity, 2, at="BLUE", lot_no=lot)
    return each_world, item


def test_t11_1_each_lot_is_adjusted_by_its_own_difference(lots):
    world, item = lots
    count = Count(world)
    assert count.calculate() == 1
    no = count.record()
    assert count.spots(no) == [("Salt", "A", ""), ("Salt", "C", ""), ("Salt", "D", "")]
    count.type(no, 80, 20, 0)
    count.run(
        lambda s, o: counts.add_line(s, o, recordings.get_recording(s, o.id, no), Found(item_id=item.id, lot_no="B"))
    )
    count.type(no, None, None, None, 12)
    count.finish_recording(no)
    count.finish()
    count.post()

    made = [(e.lot_no, e.quantity) for e in world.entries(item)[3:]]
    assert made == [("B", d(12)), ("C", d(-10)), ("D", d(-10))]
    counted = world.session.scalars(select(PhysicalInventoryLedgerEntry)).one()
    assert (counted.qty_calculated, counted.qty_counted) == (d(120), d(112))
    assert (count.order.status, count.order.posted_by) == (CountStatus.POSTED, "Clara")
    assert verify(world.session) == []


def test_t11_3_differences_that_offset_are_both_posted(lots):
    world, item = lots
    count = Count(world)
    count.calculate()
    no = count.record()
    count.type(no, 70, 40, 10)
    count.finish_recording(no)
    count.finish()
    count.post()

    assert [(e.lot_no, e.quantity) for e in world.entries(item)[3:]] == [("C", d(10)), ("A", d(-10))]


def test_the_expiry_of_a_known_number_is_taken_a_new_number_has_its_own(each_world):
    world = each_world
    code = world.tracking_code("LOTS", lot_specific=True, use_expiration_dates=True)
    item = world.item("SALT", item_tracking_code_id=code.id, unit_cost=2, gtin="4006381333931")
    world.receive(item, 5, 2, at="RED", lot_no="A", expiration_date=day("2027-01-31"))
    count = Count(world)
    no = count.record()

    def find(**number: Any) -> None:
        what = Found(item_id=item.id, **number)
        count.run(lambda s, o: counts.add_line(s, o, recordings.get_recording(s, o.id, no), what))

    wrong = {"lot_no": "A", "expiration_date": day("2028-01-31")}
    assert count.refused(lambda: find(**wrong)) == [("expiration_mismatch", None)]
    scan = entry("a", code="(01)04006381333931(17)280131(30)3(10)A", added=True)
    assert count.enter(no, scan).keys == ["a"]
    find(lot_no="B", expiration_date=day("2027-06-30"))
    count.type(no, None, 4)
    count.finish_recording(no)
    count.finish()
    count.post()

    made = [(e.lot_no, e.quantity, e.expiration_date) for e in world.entries(item)[1:]]
    assert made == [("A", d(3), day("2027-01-31")), ("B", d(4), day("2027-06-30"))]
    assert verify(world.session) == []


def test_t11_2_and_t11_4_a_serial_twice_or_a_blank_number_is_refused(world):
    code = world.tracking_code("SN", serial_specific=True)
    item = world.item("SAW", item_tracking_code_id=code.id)
    for serial in ("S1", "S2"):
        world.receive(item, 1, 5, at="BLUE", serial_no=serial)
    count = Count(world)
    count.calculate()
    first = count.record()
    count.type(first, 1, 1)
    count.run(lambda s, o: counts.add_line(s, o, recordings.get_recording(s, o.id, first), Found(item_id=item.id)))
    count.type(first, None, None, 1)
    assert count.refused(lambda: count.finish_recording(first)) == [("number_missing", 30000)]
    taken = count.enter(first, entry("two", line_no=10000, quantity=d(2)))
    assert taken.refused["two"].code == "serial_quantity"
    assert count.enter(first, entry("gone", line_no=90000, quantity=d(1))).refused["gone"].code == "count_line_gone"
    assert count.refused(
        lambda: count.run(
            lambda s, o: counts.add_line(
                s, o, recordings.get_recording(s, o.id, first), Found(item_id=item.id, serial_no="S1")
            )
        )
    ) == [("line_exists", 10000)]

    red = count.record()
    count.type(red, 1, 1)
    count.run(lambda s, o: recordings.remove_line(s, o, recordings.get_recording(s, o.id, first), 30000))
    count.finish_recording(first)
    count.run(
        lambda s, o: counts.add_line(
            s, o, recordings.get_recording(s, o.id, red), Found(item_id=item.id, variant_id=world.variant(item, "L").id,
                                                                serial_no="S1")
        )
    )  # fmt: skip
    assert ("not_counted", 30000) in count.refused(lambda: count.finish_recording(red))


def test_a_label_that_names_no_item_is_counted_by_its_number(world):
    code = world.tracking_code("SN", serial_specific=True, lot_specific=True, package_specific=True)
    item = world.item("SAW", item_tracking_code_id=code.id)
    for serial, place in (("S1", "BLUE"), ("S2", "BLUE"), ("S3", "RED")):
        world.receive(item, 1, 5, at=place, serial_no=serial, lot_no="L1", package_no="006141411234567890")
    count = Count(world)
    count.calculate()
    first, second = count.record(), count.record()

    plain = count.enter(first, entry("a", code="s1", added=True), entry("b", code="(21)S2", added=True),
                        entry("c", code="S3", added=True), entry("d", code="S1", added=True),
                        entry("e", code="S9", added=True))  # fmt: skip
    packed = count.enter(second, entry("f", code="00006141411234567890", added=True))
    pallet = count.enter(first, entry("g", code="(21)S2(30)2", added=True))
    assert pallet.refused["g"].code == "serial_quantity"  # two, not one: the label says how many
    count.enter(first, entry("h", line_no=20000, quantity=d(0)), entry("i", code="(21)S2(30)1", added=True))
    count.finish_recording(first)
    count.finish_recording(second, rest_is_zero=True)

    assert plain.line_nos == {"a": 10000, "b": 20000, "c": 30000}
    assert {key: error.code for key, error in plain.refused.items()} == {
        "d": "serial_quantity", "e": "unknown_reference",
    }  # fmt: skip
    assert packed.line_nos == {"f": 10000}
    lines = recordings.recorded_lines(count.session, count.recording(first).id)
    assert [(line.serial_no, line.lot_no, line.package_no) for line in lines] == [
        (serial, "L1", "006141411234567890") for serial in ("S1", "S2", "S3")
    ]
    # Both recordings have S1.
    assert count.refused(count.finish) == [("serial_twice", 10000)]


def test_a_plain_item_is_counted_by_two_people_whose_figures_are_added(each_world):
    bolt, nut = each_world.item("BOLT", unit_cost=3), each_world.item("NUT", unit_cost=1)
    each_world.receive(bolt, 10, 3, at="BLUE")
    each_world.receive(nut, 5, 1, at="BLUE")
    count = Count(each_world)
    assert count.calculate() == 2
    assert count.calculate() == 0
    one, two = count.record(), count.record()
    count.type(one, 6, 5)
    count.type(two, 3, 0)
    count.finish_recording(one)
    assert count.refused(count.finish) == [("recording_open", None)]
    count.finish_recording(two)
    assert [line.qty_recorded for line in count.lines()] == [d(9), d(5)]
    count.finish()
    count.post()

    assert each_world.ledger(bolt)[-1][1:] == (d(-1), d(0))
    assert len(each_world.ledger(nut)) == 1
    assert len(each_world.session.scalars(select(PhysicalInventoryLedgerEntry)).all()) == 2
    assert verify(each_world.session) == []


def test_a_recount_of_the_differences_replaces_their_figures(world):
    bolt, nut = world.item("BOLT", unit_cost=3), world.item("NUT", unit_cost=1)
    world.receive(bolt, 10, 3, at="BLUE")
    world.receive(nut, 5, 1, at="BLUE")
    count = Count(world)
    count.calculate()
    one = count.record()
    count.type(one, 4, 5)
    count.finish_recording(one)
    again = count.record(recount=True)
    assert count.spots(again) == [("Bolt", "", "")]
    count.type(again, 9)
    count.finish_recording(again)

    assert [line.qty_recorded for line in count.lines()] == [d(9), d(5)]
    count.run(lambda s, o: recordings.reopen_recording(s, o, recordings.get_recording(s, o.id, again)))
    assert [line.qty_recorded for line in count.lines()] == [d(4), d(5)]


def test_what_is_sent_twice_counts_once_and_a_scan_comes_on_top(world):
    bolt = world.item("BOLT", unit_cost=3, gtin="4006381333931")
    world.receive(bolt, 10, 3, at="BLUE")
    count = Count(world)
    count.calculate()
    no = count.record()
    sent = [entry("a", code="4006381333931", added=True), entry("b", code="4006381333931", added=True, quantity=d(4))]
    assert count.enter(no, *sent).keys == ["a", "b"]
    again = count.enter(no, *sent, entry("c", code="nobody knows", added=True))
    assert (again.keys, [*again.refused]) == (["a", "b"], ["c"])
    (line,) = recordings.recorded_lines(world.session, count.recording(no).id)
    assert (line.quantity, line.recorded_by) == (d(5), "Carl")
    count.run(lambda s, _o: setattr(recordings.recorded_lines(s, line.recording_id)[0], "recorded_by", "Clara"))
    other = count.enter(no, entry("d", line_no=10000, quantity=d(4), seen=d(3)))
    assert other.refused["d"].code == "counted_meanwhile"
    told = world.session.scalars(select(PhysicalInventoryCount).order_by(PhysicalInventoryCount.id)).all()
    assert [(row.key, row.quantity, row.user_name) for row in told] == [("a", d(1), "Carl"), ("b", d(4), "Carl")]


def test_expected_is_the_stock_of_the_posting_date(each_world):
    bolt, gone = each_world.item("BOLT", unit_cost=3), each_world.item("GONE", unit_cost=3)
    each_world.receive(bolt, 10, 3, at="BLUE", on="2025-03-01")
    each_world.receive(gone, 2, 3, at="BLUE", on="2025-03-01")
    each_world.sell(bolt, 4, at="BLUE", on="2025-03-20")
    each_world.sell(gone, 2, at="BLUE", on="2025-03-20")
    count = Count(each_world)
    count.calculate()
    assert [(line.description, line.qty_expected) for line in count.lines()] == [("Bolt", d(10)), ("Gone", d(2))]

    count.run(lambda s, o: orders.edit_order(s, o, {"posting_date": day("2025-03-25")}))
    assert [line.qty_expected for line in count.lines()] == [d(6), d(0)]


def test_a_serial_found_in_another_bin_is_posted_after_its_loss(each_world):
    world = each_world
    place = world.location("BINS", bin_mandatory=True)

    def make(session):
        bins = [Bin(location_id=place.id, code=code) for code in ("A1", "B1")]
        session.add_all(bins)
        session.flush()
        return [one.id for one in bins]

    first, second = perform(world.session, make)
    code = world.tracking_code("SN", serial_specific=True)
    item = world.item("SAW", item_tracking_code_id=code.id, unit_cost=5)
    world.receive(item, 1, 5, at="BINS", serial_no="S1", bin_id=second)
    count = Count(world, location_id=place.id)
    count.run(lambda s, o: orders.calculate(s, o, Scope(location_id=place.id)))
    no = count.record()
    count.run(
        lambda s, o: counts.add_line(
            s, o, recordings.get_recording(s, o.id, no), Found(item_id=item.id, bin_id=first, serial_no="S1")
        )
    )
    count.type(no, 1, 1)
    assert count.refused(lambda: count.finish_recording(no)) == [("serial_twice", 20000)]
    count.enter(no, entry("it moved", line_no=10000, quantity=d(0)))
    count.finish_recording(no)
    count.finish()
    count.post()

    assert [(e.serial_no, e.quantity) for e in world.entries(item)[1:]] == [("S1", d(-1)), ("S1", d(1))]
    assert verify(world.session) == []


def test_refusals_leave_everything_as_it_was(world):
    bolt = world.item("BOLT", unit_cost=3)
    world.receive(bolt, 10, 3, at="BLUE")
    count = Count(world)
    assert count.refused(count.finish) == [("no_lines", None)]
    count.calculate()
    assert count.refused(count.finish) == [("line_not_recorded", 10000)]
    assert count.refused(count.post) == [("count_not_finished", None)]
    count.run(lambda _s, _o: setattr(count.lines()[0], "expected_calculated", False))
    assert count.refused(count.finish) == [("expected_missing", 10000), ("line_not_recorded", 10000)]
    count.run(orders.refresh_expected)
    no = count.record()
    assert count.refused(lambda: count.record(not_recorded=True)) == [("nothing_to_record", None)]
    assert count.refused(lambda: count.finish_recording(no)) == [("not_counted", 10000)]
    assert count.refused(
        lambda: count.run(lambda s, o: orders.edit_order(s, o, {"location_id": world.location_id("RED")}))
    ) == [("count_has_lines", None)]
    assert count.refused(
        lambda: count.run(lambda s, o: orders.add_places(s, o, [Spot(bolt.id, 0, world.location_id("BLUE"))]))
    ) == [("count_line_exists", None)]
    count.finish_recording(no, rest_is_zero=True)
    count.finish()
    assert count.refused(lambda: count.type(no, 3)) == [("count_finished", None)]
    seen = count.order.version
    count.run(finish.reopen_order)
    assert count.refused(lambda: count.type(no, 3)) == [("recording_finished", None)]
    assert count.refused(lambda: count.run(lambda s, o: orders.remove_lines(s, o, [10000]))) == [
        ("line_recorded", 10000)
    ]
    count.finish()
    assert count.refused(lambda: count.run(lambda s, o: posting.post_order(s, o, POSTER, at=NOW, version=seen))) == [
        ("count_changed", None)
    ]
    assert len(world.entries(bolt)) == 1
    count.post()
    assert count.refused(count.post) == [("count_posted", None)]
    assert count.refused(lambda: count.run(finish.reopen_order)) == [("count_finished", None)]
    assert count.refused(lambda: count.run(orders.delete_order)) == [("count_posted", None)]
    world.location("WAY", use_as_in_transit=True)
    assert count.refused(lambda: Count(world, location_id=world.location_id("WAY"))) == [("location_in_transit", None)]
    world.location("AUTO", directed_put_away_and_pick=True, bin_mandatory=True)
    assert count.refused(lambda: Count(world, location_id=world.location_id("AUTO"))) == [("directed_location", None)]
    assert world.ledger(bolt)[-1][1] == Decimal(-10)


def test_counts_recordings_and_lines_that_are_too_many_or_not_there(world, monkeypatch):
    for no in ("BOLT", "NUT"):
        world.receive(world.item(no, unit_cost=3), 10, 3, at="BLUE")
    count = Count(world)
    monkeypatch.setattr(orders, "MOST_LINES", 1)
    assert count.refused(count.calculate) == [("too_many_lines", None)]
    assert count.lines() == []
    monkeypatch.undo()
    count.calculate()
    no = count.record()
    monkeypatch.setattr(counts, "MOST", 1)
    assert count.refused(lambda: count.type(no, 1, 2)) == [("too_many_counts", None)]
    monkeypatch.undo()
    assert count.refused(lambda: count.type(no + 1, 1)) == [("recording_not_found", None)]
    gone = count.no
    count.run(orders.delete_order)
    assert count.refused(lambda: count.run(orders.refresh_expected)) == [("count_not_found", None)]
    assert count.refused(lambda: page.read_order(world.session, gone)) == [("count_not_found", None)]
    assert world.session.scalars(select(PhysicalInventoryCount)).all() == []


def test_a_scan_of_goods_in_several_bins_asks_for_the_bin(world):
    world.location("SHELVES", bin_mandatory=True)
    place = world.location_id("SHELVES")
    left, right = (perform(world.session, lambda s, c=c: _bin(s, place, c)) for c in ("L", "R"))
    bolt = world.item("BOLT", unit_cost=3)
    world.item("NUT", unit_cost=1)
    for one in (left, right):
        world.receive(bolt, 5, 3, at="SHELVES", bin_id=one)
    count = Count(world, location_id=place)
    count.run(lambda s, o: orders.calculate(s, o, Scope(location_id=place)))
    no = count.record()

    taken = count.enter(
        no, entry("a", code="BOLT", added=True), entry("b", code="NUT", added=True),
        entry("c", code="BOLT", added=True, bin_id=right),
    )  # fmt: skip

    assert {key: error.code for key, error in taken.refused.items()} == {"a": "bin_unclear", "b": "bin_unclear"}
    assert taken.keys == ["c"]


def _bin(session, location_id, code):
    made = Bin(location_id=location_id, code=code)
    session.add(made)
    session.flush()
    return made.id


def test_a_count_that_is_not_posted_goes_with_its_recordings(world):
    world.receive(world.item("BOLT", unit_cost=3), 10, 3, at="BLUE")
    count = Count(world)
    count.calculate()
    count.type(count.record(), 4)
    count.run(orders.delete_order)

    for table in (PhysicalInventoryOrderLine, PhysicalInventoryRecording, PhysicalInventoryCount):
        assert world.session.scalars(select(table)).all() == []


def test_goods_that_are_not_listed_are_refused_or_become_lines(world):
    bolt, nut = world.item("BOLT", unit_cost=3), world.item("NUT", unit_cost=1)
    world.receive(bolt, 10, 3, at="BLUE")
    count = Count(world)
    count.calculate()
    strict = count.record(allow_unlisted=False)
    taken = count.enter(strict, entry("x", code="NUT", added=True))
    assert taken.refused["x"].code == "not_on_order"
    world.receive(nut, 1, 1, at="BLUE", variant_id=world.variant(nut, "M6").id)
    count.calculate()
    by_variant = count.record(not_recorded=True)
    assert count.enter(by_variant, entry("v", code="NUT", added=True)).refused["v"].code == "variant_required"
    count.run(lambda s, o: recordings.delete_recording(s, o, recordings.get_recording(s, o.id, by_variant)))
    count.run(lambda s, o: orders.remove_lines(s, o, [20000]))
    free = count.record()
    count.enter(free, entry("y", code="NUT", added=True, quantity=d(7)))
    count.finish_recording(free, rest_is_zero=True)

    assert [(line.description, line.qty_expected, line.qty_recorded) for line in count.lines()] == [
        ("Bolt", d(10), d(0)), ("Nut", d(0), d(7)),
    ]  # fmt: skip
    assert nut.id in {line.item_id for line in count.lines()}
