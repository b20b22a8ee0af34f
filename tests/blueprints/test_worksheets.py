"""Reclassification, revaluation and counts in the one worksheet, on both databases."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select

from models import (
    Item,
    ItemJournalLine,
    ItemLedgerEntry,
    JournalBatch,
    Location,
    PhysicalInventoryLedgerEntry,
    Register,
    UnitOfMeasure,
    ValueEntry,
    db,
)
from models.enums import EntryType, JournalType, ValueEntryType
from posting.verify import verify
from services.documents import journal_batches
from services.items.references import save_reference
from services.items.units import save_item_unit
from tests.support.journals import text_of
from tests.support.queries import queries_of
from tests.support.shop import at_work


@pytest.fixture
def app(make_app, database_url):
    """On both engines: each test of this file runs twice."""
    return make_app(database_url)


class Sheet:
    """A batch of some kind, and a person who works in it."""

    def __init__(self, app, client, kind):
        self.app, self.client = app, client
        with app.app_context():
            batch = journal_batches.create_batch(db.session(), "WORK", "", kind)
            db.session.commit()
            self.batch_id = batch.id
        self.url = f"/journal/{self.batch_id}"

    def lines(self):
        with self.app.app_context():
            return db.session.scalars(select(ItemJournalLine).order_by(ItemJournalLine.line_no)).all()

    def count(self, model, *conditions):
        with self.app.app_context():
            return db.session.scalar(select(func.count()).select_from(model).where(*conditions))

    def act(self, what, **more):
        with self.app.app_context():
            version = db.session.scalar(select(JournalBatch.version).where(JournalBatch.id == self.batch_id))
        return self.client.send(f"{self.url}/{what}", {"key": "k", "version": str(version), **more}, htmx=True)

    def books_are_right(self):
        with self.app.app_context():
            return verify(db.session()) == []


@pytest.fixture
def goods(app, client, login):
    """Ten BOLT at BLUE for 100."""
    with at_work(app) as world:
        world.receive(world.item("BOLT", unit_cost="10"), 10, 10, on="2025-01-05", at="BLUE")
    login(client, "bookkeeper")


# ------------------------------------------------------------------------------------------------ reclassification
def test_goods_are_moved_by_a_line_that_is_typed_previewed_and_posted(app, client, goods):
    sheet = Sheet(app, client, JournalType.TRANSFER)
    line = {"item": "BOLT", "quantity": "4", "location": "BLUE", "new_location": "RED", "posting_date": "2025-01-10",
            "document_no": "M1"}  # fmt: skip

    added = client.send(f"{sheet.url}/lines", line, htmx=True)
    preview = sheet.act("preview")
    posted = sheet.act("post")

    assert added.status_code == 200
    assert "entry_type" not in added.text
    assert "Posting 1 line: 4 move, and the inventory value stays as it is." in text_of(preview)
    assert posted.headers["HX-Redirect"] == sheet.url
    nowhere = client.send(f"{sheet.url}/lines", line | {"new_location": "-", "quantity": "1"}, htmx=True)
    assert 'name="new_location" value="-"' in re.sub(r' (id|class|form|aria-label)="[^"]*"', "", nowhere.text)
    assert sheet.act("post", key="again").status_code == 200
    with app.app_context():
        moved = db.session.execute(
            select(Location.code, ItemLedgerEntry.quantity)
            .join(ItemLedgerEntry.location)
            .where(ItemLedgerEntry.entry_type == EntryType.TRANSFER)
            .order_by(ItemLedgerEntry.id)
        ).all()
        assert [tuple(row) for row in moved] == [
            ("BLUE", -4), ("RED", 4), ("BLUE", -1), ("", 1),
        ]  # fmt: skip
    assert sheet.books_are_right()


def test_goods_are_moved_into_another_package_where_they_lie(app, client, goods):
    with at_work(app) as world:
        code = world.tracking_code("PACK", package_specific=True)
        milk = world.item("MILK", unit_cost="2", item_tracking_code_id=code.id)
        world.receive(milk, 6, 2, on="2025-01-05", at="BLUE", package_no="P1")
    sheet = Sheet(app, client, JournalType.TRANSFER)
    line = {"item": "MILK", "quantity": "6", "location": "BLUE", "posting_date": "2025-01-10", "document_no": "M1",
            "package_no": "P1", "new_package_no": "P2"}  # fmt: skip

    added = client.send(f"{sheet.url}/lines", line, htmx=True)

    assert added.status_code == 200
    assert 'name="new_package_no"' in client.get(f"{sheet.url}?wide=1").text
    assert sheet.act("post").headers["HX-Redirect"] == sheet.url
    with app.app_context():
        entry = ItemLedgerEntry
        moved = db.session.execute(
            select(entry.package_no, entry.quantity).where(entry.entry_type == EntryType.TRANSFER).order_by(entry.id)
        )
        assert [tuple(row) for row in moved] == [("P1", -6), ("P2", 6)]
    assert sheet.books_are_right()


def test_a_faulty_move_keeps_what_was_typed_beside_its_reason(app, client, goods):
    sheet = Sheet(app, client, JournalType.TRANSFER)
    line = {
        "item": "BOLT",
        "quantity": "4",
        "location": "BLUE",
        "new_location": "NOWHERE",
        "posting_date": "2025-01-10",
    }

    refused = client.send(f"{sheet.url}/lines", line, htmx=True)
    forged = client.send(f"{sheet.url}/lines", line | {"new_location": "RED", "entry_type": "purchase"}, htmx=True)

    assert refused.status_code == 422
    assert 'value="NOWHERE"' in refused.text
    assert forged.status_code == 422
    assert sheet.lines() == []


def test_more_than_is_there_is_refused_at_the_line_and_nothing_moves(app, client, goods):
    sheet = Sheet(app, client, JournalType.TRANSFER)
    client.send(f"{sheet.url}/lines", {"item": "BOLT", "quantity": "11", "location": "BLUE", "new_location": "RED",
                                       "posting_date": "2025-01-10", "document_no": "M1"}, htmx=True)  # fmt: skip

    refused = sheet.act("post")

    assert refused.status_code == 422
    assert "Nothing was posted" in refused.text
    assert sheet.count(ItemLedgerEntry) == 1


# ------------------------------------------------------------------------------------------------ revaluation
def calculated(sheet, **more):
    data = {"key": "c", "day": "2025-01-31", "document_no": "RV-1", "per": "item", "base": "current", **more}
    return sheet.client.send(f"{sheet.url}/calculate", data, htmx=True)


def test_stock_is_calculated_given_a_new_cost_previewed_and_posted(app, client, goods):
    sheet = Sheet(app, client, JournalType.REVALUATION)

    empty = text_of(client.get(sheet.url))
    assert calculated(sheet).headers["HX-Redirect"] == sheet.url
    (line,) = sheet.lines()
    saved = client.send(f"{sheet.url}/lines/{line.line_no}", {"version": str(line.version),
                        "unit_cost_revalued": "12.5", "value_revalued": "100.00"}, htmx=True)  # fmt: skip
    preview = sheet.act("preview")
    before = sheet.count(ValueEntry)
    posted = sheet.act("post")

    assert "calculate them from what is in stock" in empty
    assert 'value="125.00"' in saved.text
    assert "+25.00" in text_of(saved)
    assert "nothing moves, and the inventory value rises by 25.00" in text_of(preview)
    assert posted.headers["HX-Redirect"] == sheet.url
    assert before == 1
    assert sheet.count(ValueEntry, ValueEntry.entry_type == ValueEntryType.REVALUATION) == 1
    assert sheet.books_are_right()


def test_a_value_counts_before_the_unit_cost_and_nonsense_is_said_under_the_field(app, client, goods):
    sheet = Sheet(app, client, JournalType.REVALUATION)
    calculated(sheet)
    (line,) = sheet.lines()
    url = f"{sheet.url}/lines/{line.line_no}"

    refused = client.send(url, {"version": "1", "unit_cost_revalued": "12", "value_revalued": "lots"}, htmx=True)
    negative = client.send(url, {"version": "1", "value_revalued": "-5"}, htmx=True)
    client.send(url, {"version": "1", "unit_cost_revalued": "10", "value_revalued": "90"}, htmx=True)
    stale = client.send(url, {"version": "1", "value_revalued": "80"}, htmx=True)

    assert (refused.status_code, negative.status_code, stale.status_code) == (422, 422, 409)
    assert 'value="lots"' in refused.text
    assert f'id="line-{line.line_no}-value_revalued-error"' in refused.text
    assert "Somebody changed this line meanwhile" in stale.text
    (line,) = sheet.lines()
    assert (line.unit_cost, line.inventory_value_revalued) == (9, 90)


def test_what_cannot_be_calculated_is_refused_in_the_form(app, client, goods):
    sheet = Sheet(app, client, JournalType.REVALUATION)

    early = calculated(sheet, day="2024-01-01")
    unknown = calculated(sheet, item="NOTHING")

    assert early.status_code == unknown.status_code == 422
    assert "Nothing that is invoiced was in stock" in early.text
    assert 'value="NOTHING"' in unknown.text
    assert sheet.lines() == []


def test_an_entry_is_added_by_hand(app, client, goods):
    sheet = Sheet(app, client, JournalType.REVALUATION)

    added = client.send(f"{sheet.url}/add-line", {"key": "a", "entry": "1", "document_no": "RV-1"})
    twice = client.send(f"{sheet.url}/add-line", {"key": "a", "entry": "1", "document_no": "RV-1"})
    missing = client.send(f"{sheet.url}/add-line", {"key": "b", "entry": "99", "document_no": "RV-1"})

    assert (added.status_code, twice.status_code, missing.status_code) == (303, 303, 422)
    assert [line.applies_to_entry_id for line in sheet.lines()] == [1]


def test_the_clerk_neither_sees_nor_changes_values(app, client, login, goods):
    sheet = Sheet(app, client, JournalType.REVALUATION)
    calculated(sheet)
    login(client, "clerk")

    answers = [
        client.get("/journal/revaluation").status_code, client.get(sheet.url).status_code,
        calculated(sheet).status_code, sheet.act("preview").status_code, sheet.act("post").status_code,
        client.send("/journal/new?kind=revaluation", {"name": "MINE"}).status_code,
    ]  # fmt: skip

    assert answers == [403] * 6
    assert sheet.count(Register) == 1


def test_rows_are_not_typed_or_pasted_into_what_is_calculated(app, client, goods):
    sheet = Sheet(app, client, JournalType.REVALUATION)

    typed = client.send(f"{sheet.url}/lines", {"item": "BOLT", "quantity": "1"}, htmx=True)
    pasted = client.send(f"{sheet.url}/paste", {"text": "BOLT\t1"}, htmx=True)

    assert (typed.status_code, pasted.status_code) == (422, 422)
    assert sheet.lines() == []
    assert client.get(f"{sheet.url}/calculate").status_code == 200


# ------------------------------------------------------------------------------------------------ counts
def test_a_shelf_is_calculated_counted_and_its_difference_posted(app, client, goods):
    with at_work(app) as world:
        world.receive(world.item("NUT", unit_cost="1"), 5, 1, on="2025-01-06", at="BLUE")
    sheet = Sheet(app, client, JournalType.PHYSICAL_INVENTORY)

    client.send(f"{sheet.url}/calculate", {"key": "c", "day": "2025-01-31", "document_no": "PH-1", "location": "BLUE"})
    bolt, nut = sheet.lines()
    saved = client.send(
        f"{sheet.url}/lines/{bolt.line_no}", {"version": str(bolt.version), "qty_counted": "8"}, htmx=True
    )
    paper = client.get(f"{sheet.url}/counting-sheet.pdf")
    preview = sheet.act("preview")
    posted = sheet.act("post")

    assert (bolt.qty_calculated, nut.qty_calculated) == (10, 5)
    assert "−2" in text_of(saved)
    assert paper.mimetype == "application/pdf"
    assert "2 go out" in text_of(preview)
    assert posted.headers["HX-Redirect"] == sheet.url
    assert sheet.count(PhysicalInventoryLedgerEntry) == 2
    assert sheet.count(ItemLedgerEntry, ItemLedgerEntry.entry_type == EntryType.NEGATIVE_ADJMT) == 1
    assert sheet.books_are_right()


def test_a_gs1_code_finds_the_line_of_a_count_and_says_how_many_of_its_unit(app, client, goods):
    with at_work(app) as world:
        session = world.session
        bolt = session.scalars(select(Item).where(Item.no == "BOLT")).one()
        box = session.scalars(select(UnitOfMeasure).where(UnitOfMeasure.code == "BOX")).one().id
        save_item_unit(session, bolt, box, {"qty_per_unit_of_measure": 6})
        values = {"reference_type": "bar_code", "reference_no": "4006381333931", "unit_of_measure_id": box}
        save_reference(session, bolt, values)
        session.commit()
    sheet = Sheet(app, client, JournalType.PHYSICAL_INVENTORY)
    client.send(f"{sheet.url}/calculate", {"key": "c", "day": "2025-01-31", "document_no": "PH-1"})

    scanned = client.get(f"{sheet.url}?q=(02)04006381333931(37)2").text
    plain = client.get(f"{sheet.url}?q=4006381333931").text

    assert 'data-dirty="yes"' in scanned
    assert re.search(r'name="qty_counted"[^>]*value="12"[^>]*autofocus', scanned)
    assert "data-dirty" not in plain
    assert sheet.lines()[0].qty_counted == 10  # nothing is written by looking


def test_a_count_that_makes_no_sense_or_came_too_late_is_said_at_the_line(app, client, goods):
    sheet = Sheet(app, client, JournalType.PHYSICAL_INVENTORY)
    client.send(f"{sheet.url}/calculate", {"key": "c", "day": "2025-01-31", "document_no": "PH-1"})
    (line,) = sheet.lines()
    url = f"{sheet.url}/lines/{line.line_no}"

    nonsense = client.send(url, {"version": "1", "qty_counted": "many"}, htmx=True)
    empty = client.send(url, {"version": "1", "qty_counted": ""}, htmx=True)
    client.send(url, {"version": "1", "qty_counted": "9"}, htmx=True)
    late = client.send(url, {"version": "1", "qty_counted": "7"}, htmx=True)

    assert (nonsense.status_code, empty.status_code, late.status_code) == (422, 422, 409)
    assert "Somebody counted 9 here meanwhile" in late.text
    assert sheet.lines()[0].qty_counted == 9


def test_what_is_found_may_have_another_cost(app, client, goods):
    sheet = Sheet(app, client, JournalType.PHYSICAL_INVENTORY)
    client.send(f"{sheet.url}/calculate", {"key": "c", "day": "2025-01-31", "document_no": "PH-1"})
    url, line = f"{sheet.url}/lines/{sheet.lines()[0].line_no}", sheet.lines()[0]
    had = line.qty_calculated

    less = client.send(url, {"version": "1", "qty_counted": str(had - 1), "unit_amount": "7.5", "wide": "1"}, htmx=True)
    more = client.send(url, {"version": "1", "qty_counted": str(had + 2), "unit_amount": "7.5"}, htmx=True)
    sheet.act("post")

    assert (less.status_code, more.status_code) == (422, 200)
    assert "Only what is found more than expected" in less.text
    assert 'value="7.5"' in less.text
    assert "Unit amount" in client.get(f"{sheet.url}?wide=1").text
    with app.app_context():
        entry = db.session.scalars(select(ValueEntry).order_by(ValueEntry.id.desc())).first()
        assert (entry.valued_quantity, entry.cost_amount_actual) == (2, 15)


def test_the_clerk_counts_and_the_bookkeeper_posts(app, client, login, goods):
    sheet = Sheet(app, client, JournalType.PHYSICAL_INVENTORY)
    login(client, "clerk")
    client.send(f"{sheet.url}/calculate", {"key": "c", "day": "2025-01-31", "document_no": "PH-1"})

    page, posted = client.get(sheet.url), sheet.act("post")

    assert "Post 1 line" not in page.text
    assert posted.status_code == 403
    assert len(sheet.lines()) == 1


def test_what_was_found_where_the_books_know_nothing_is_added(app, client, goods):
    sheet = Sheet(app, client, JournalType.PHYSICAL_INVENTORY)

    added = client.send(f"{sheet.url}/add-line", {"key": "a", "item": "BOLT", "location": "RED", "document_no": "PH-1"})
    nothing = client.send(f"{sheet.url}/add-line", {"key": "b", "item": "", "document_no": "PH-1"})

    again = client.send(f"{sheet.url}/add-line", {"key": "c", "item": "BOLT", "location": "RED", "document_no": "PH-1"})
    found = {"lot_no": "l7", "package_no": "p7", "expiration_date": "2027-05-31", "day": "2025-01-30"}
    lot = client.send(
        f"{sheet.url}/add-line", {"key": "d", "item": "BOLT", "location": "RED", "document_no": "PH-1"} | found
    )

    assert (added.status_code, nothing.status_code, again.status_code, lot.status_code) == (303, 422, 422, 303)
    assert "The journal has a line for this already" in again.text
    assert [(line.qty_calculated, line.qty_counted) for line in sheet.lines()] == [(0, 0), (0, 0)]
    line = sheet.lines()[1]
    assert (line.lot_no, line.package_no, str(line.expiration_date), str(line.posting_date)) == (
        "L7", "P7", "2027-05-31", "2025-01-30",
    )  # fmt: skip
    assert "P7" in client.get(sheet.url).text
    assert client.get(f"{sheet.url}/counting-sheet.pdf").status_code == 200


# ------------------------------------------------------------------------------------------------ all kinds
def test_each_kind_lists_its_own_batches_and_makes_new_ones(app, client, goods):
    for key in ("reclassification", "revaluation", "physical-inventory"):
        client.send(f"/journal/new?kind={key}", {"name": f"{key[:6]}", "description": "Mine"})

        listed = text_of(client.get(f"/journal/{key}"))

        assert key[:6].upper() in listed
        assert "RECLAS" not in text_of(client.get("/journal/"))


@pytest.mark.parametrize("kind", [JournalType.REVALUATION, JournalType.PHYSICAL_INVENTORY])
def test_a_worksheet_costs_the_same_queries_with_more_lines(app, client, goods, kind):
    sheet = Sheet(app, client, kind)
    data = {"day": "2025-01-31", "document_no": "X-1", "per": "item", "base": "current"}
    client.send(f"{sheet.url}/calculate", {"key": "1", **data})
    few = queries_of(app, client, sheet.url)
    with at_work(app) as world:
        for number in range(6):
            world.receive(world.item(f"MORE{number}"), 5, 2, on="2025-01-06", at="BLUE")
    client.send(f"{sheet.url}/calculate", {"key": "2", **data})

    many = queries_of(app, client, sheet.url)

    assert len(sheet.lines()) == 7
    assert len(many) == len(few)
