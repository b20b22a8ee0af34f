"""Tracing and recall on the pages, on both databases."""

from __future__ import annotations

import pytest

from models import NumberCard, db
from models.enums import SourceType
from tests.support.journals import text_of
from tests.support.shop import at_work


@pytest.fixture
def app(make_app, database_url):
    """On both engines: each test of this file runs twice."""
    return make_app(database_url)


@pytest.fixture
def owner(client, login):
    login(client, "owner")
    return client


@pytest.fixture
def lot(app):
    """20 of lot M7 bought, 8 sold to C1."""
    with at_work(app) as world:
        code = world.tracking_code("LOTS", lot_specific=True)
        milk = world.item("MILK", item_tracking_code_id=code.id)
        world.post(world.line(milk, "purchase", 20, 1, at="BLUE", lot_no="M7", document_no="REC-1"))
        sold = {"source_type": SourceType.CUSTOMER, "source_no": "C1", "document_no": "SHIP-1"}
        world.post(world.line(milk, "sale", 8, at="BLUE", lot_no="M7", **sold))
    return "M7"


def test_a_number_is_traced_to_its_customer_and_back_to_its_receipt(owner, lot):
    forward = owner.get(f"/tracing/?number={lot.lower()}")
    backward = owner.get(f"/tracing/?number={lot}&direction=backward")

    assert (forward.status_code, "2 entries" in text_of(forward), "SHIP-1" in forward.text) == (200, True, True)
    assert forward.text.index("REC-1") < forward.text.index("SHIP-1")
    rows = backward.text[backward.text.index("<tbody>") :]
    assert rows.index("SHIP-1") < rows.index("REC-1")


def test_an_unknown_number_is_told_beside_the_field(owner, lot):
    page = owner.get("/tracing/?number=NOPE")

    assert page.status_code == 422
    assert "No entry carries NOPE." in text_of(page)


def test_a_recall_says_who_has_it_and_goes_on_paper_and_into_a_spreadsheet(owner, lot):
    page = owner.get(f"/tracing/recall?number={lot}")
    scanned = owner.get(f"/tracing/recall?number=(10){lot.lower()}(17)280131")
    files = [owner.get(f"/tracing/recall.{kind}?number={lot}") for kind in ("pdf", "xlsx")]

    assert "8 still there" in text_of(page)
    assert f"Recall of {lot}" in text_of(scanned)
    assert "8 still there" in text_of(scanned)
    assert [file.status_code for file in files] == [200, 200]
    assert [file.data[:4] for file in files] == [b"%PDF", b"PK\x03\x04"]


def test_blocking_from_the_recall_needs_a_reason_and_stops_the_next_posting(app, owner, lot):
    address = f"/tracing/recall/block?number={lot}"

    without = owner.send(address, {"reason": ""})
    done = owner.send(address, {"reason": "Glass found"})

    assert (without.status_code, done.status_code) == (422, 303)
    assert "Blocked" in text_of(owner.get(done.location))
    with app.app_context():
        card = db.session.query(NumberCard).one()
        assert (card.number, card.blocked, card.block_reason) == ("M7", True, "Glass found")


def test_a_document_or_a_customer_is_traced_and_a_row_leads_the_other_way(owner, lot):
    shipped = owner.get("/tracing/?document=ship-1&direction=backward")
    recalled = owner.get("/tracing/recall?document=REC-1")

    assert [name in shipped.text for name in ("REC-1", "Later rows", "?entry=1")] == [True, False, True]
    assert "8 still there" in text_of(recalled)
    assert owner.get("/tracing/?entry=0").status_code == 422
