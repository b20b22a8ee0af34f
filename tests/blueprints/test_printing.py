"""Paper from other pages: labels, the item list as filtered, posted registers."""

from __future__ import annotations

import re

import pytest

from services.reports import labels, papers
from tests.support.item_pages import ItemPages
from tests.support.pdfs import pages_of, text_of
from tests.support.shop import at_work


@pytest.fixture
def shop(app):
    """Three items: one with a bar code number, one without, one that Code 128 cannot hold."""
    with at_work(app) as world:
        return {
            "lamp": world.item("LAMP", description="Lamp", gtin="4006381333931", unit_price="12.50", shelf_no="A-7").id,
            "bolt": world.item("BOLT", description="Bolt").id,
            "cup": world.item("TASSE-Ü", description="Cup").id,
        }


@pytest.fixture
def sale(app):
    """Ten received at 7.77, four of them sold; the register of the sale."""
    with at_work(app) as world:
        bolt = world.item("BOLT", description="Bolt")
        world.receive(bolt, 10, "7.77", on="2025-01-10", at="BLUE", document_no="REC1")
        return world.sell(bolt, 4, "9.00", on="2025-01-12", at="BLUE", document_no="SHIP1").register_id


def address(ids, kind="", **values):
    query = {"sent": "1", "sheet": "l7159", "code": "ean", "copies": "1", "start": "1"} | values
    parts = [f"ids={number}" for number in ids] + [f"{name}={value}" for name, value in query.items()]
    return f"/print/labels{kind}?{'&'.join(parts)}"


def test_the_card_and_ticked_rows_lead_to_the_labels(client, login, shop):
    login(client, "clerk")

    assert f"/print/labels?ids={shop['lamp']}" in client.get("/items/LAMP").text
    assert "/print/labels/choose" in client.get("/items").text
    answer = client.send("/print/labels/choose", {"ids": [str(shop["lamp"]), str(shop["bolt"]), "x", "-1"]})

    assert answer.status_code == 303
    page = client.get(answer.location)
    assert "LAMP" in page.text
    assert "BOLT" in page.text
    assert "2 labels" in page.text


@pytest.mark.parametrize("code", ["ean", "code128", "qr"])
def test_labels_come_on_each_sheet_with_each_code(client, login, shop, code):
    login(client, "clerk")

    for sheet in labels.SHEETS:
        answer = client.get(address(shop.values(), ".pdf", code=code, sheet=sheet, with_price="y", with_shelf="y"))

        assert answer.status_code == 200
        assert answer.mimetype == "application/pdf"
        words = text_of(answer.data)
        assert all(word in words for word in ("LAMP", "Bolt", "TASSE-Ü", "12.50"))
        assert ("4006381333931" in words) == (code == "ean")


def test_copies_and_the_first_position_fill_sheets(client, login, shop):
    login(client, "clerk")

    last = address([shop["lamp"]], ".pdf", start="24", copies="2")
    page = client.get(address([shop["lamp"]], start="24", copies="2")).text

    assert [text.count("LAMP") for text in pages_of(client.get(last).data)] == [1, 1]
    assert "2 labels" in page
    assert "2 sheets" in page
    assert page.count("is-printed") == 1


def test_an_item_is_added_and_left_out(client, login, shop):
    login(client, "clerk")

    page = client.get(address([shop["lamp"]], add="BOLT")).text

    assert "2 labels" in page
    without = re.search(r'href="([^"]+)" aria-label="Leave out LAMP"', page).group(1).replace("&amp;", "&")
    left = client.get(without).text
    assert "Leave out BOLT" in left
    assert "Leave out LAMP" not in left


NONSENSE = (
    {"sheet": "a0"},
    {"code": "aztec"},
    {"copies": ""},
    {"copies": "0"},
    {"copies": "-1"},
    {"copies": "1e30"},
    {"copies": "NaN"},
    {"copies": "501"},
    {"copies": "1.5"},
    {"start": "0"},
    {"start": "25"},
    {"start": "Infinity"},
    {"add": "NOTHING"},
    {"add": "%00"},
)


@pytest.mark.parametrize("kind", ["", ".pdf"])
def test_nonsense_is_refused_and_the_form_stays(client, login, shop, kind):
    login(client, "clerk")

    for values in NONSENSE:
        answer = client.get(address([shop["lamp"]], kind, **values))

        assert answer.status_code == 422, values
        assert "LAMP" in answer.text
        assert "field-error" in answer.text


def test_nothing_to_print_is_a_sentence(client, login, shop):
    login(client, "clerk")

    nothing, gone = client.get(address([], ".pdf")), client.get(address([999999], ".pdf"))

    assert (nothing.status_code, gone.status_code) == (422, 422)
    assert "at least one item" in nothing.text
    assert "any more" in gone.text


def test_too_many_labels_are_refused(client, login, shop, monkeypatch):
    monkeypatch.setattr(labels, "MOST_LABELS", 5)
    login(client, "clerk")

    answer = client.get(address(shop.values(), ".pdf", copies="2"))

    assert answer.status_code == 422
    assert "at most 5" in answer.text


def test_the_item_list_prints_as_it_is_filtered(client, login, shop):
    login(client, "viewer")

    everything, lamp = client.get("/print/items.pdf"), client.get("/print/items.pdf?q=lamp&cols=no,description,gtin")

    assert all(word in text_of(everything.data) for word in ("LAMP", "Bolt", "Cup"))
    words = text_of(lamp.data)
    assert "4006381333931" in words
    assert "Bolt" not in words
    assert "“lamp”" in words


def test_costs_stay_off_the_paper_of_those_who_may_not_see_them(client, login, sale):
    login(client, "viewer")
    assert "7.77" not in text_of(client.get("/print/items.pdf?cols=no,unit_cost,value").data)
    assert "7.77" not in text_of(client.get(f"/print/register/{sale}.pdf").data)

    login(client, "owner")
    assert "7.77" in text_of(client.get(f"/print/register/{sale}.pdf").data)


def test_a_damaged_filter_prints_nothing(client, login, shop):
    login(client, "viewer")

    for query in ("stock=nonsense", "category=NONE", "sheet=a0", "attr=1=x"):
        assert client.get(f"/print/items.pdf?{query}").status_code == 422


def test_a_list_too_long_for_paper_is_refused(client, login, shop, monkeypatch):
    monkeypatch.setattr(papers, "MOST_ROWS", 2)
    login(client, "viewer")

    answer = client.get("/print/items.pdf")

    assert answer.status_code == 422
    assert "Narrow the list" in answer.text


def test_every_list_prints(client, login, sale):
    login(client, "owner")

    for path in ("/vendors", "/customers", "/locations", "/accounts", "/ledger/items", "/ledger/gl"):
        answer = client.get(f"{path}?export=pdf")

        assert answer.status_code == 200
        assert pages_of(answer.data)


def test_a_posted_register_prints_every_ledger_with_its_digest(client, login, sale):
    login(client, "bookkeeper")

    answer = client.get(f"/print/register/{sale}.pdf")

    words = text_of(answer.data)
    assert answer.status_code == 200
    for part in ("SHIP1", "BOLT", "BLUE", "−4", "Value entries", "Applications", "General ledger entries", "Digest"):
        assert part in words
    assert f"/print/register/{sale}.pdf" in client.get(f"/ledger/registers/{sale}").text


def test_a_register_that_is_not_there_is_not_found(client, login, shop):
    login(client, "owner")

    assert client.get("/print/register/99.pdf").status_code == 404
    assert client.get("/print/register/99999999999999999999.pdf").status_code == 404


def test_strangers_print_nothing(client, shop):
    for path in ("/print/items.pdf", "/print/labels", "/print/labels.pdf?ids=1", "/print/register/1.pdf"):
        assert client.get(path).status_code == 303


def test_an_item_and_a_catalogue_leave_as_pdf(app, login):
    shop = ItemPages(app)
    login(shop.client, "owner")
    shop.category("METAL")
    bolt = shop.item("BOLT")
    shop.put("BOLT", "METAL")

    card = shop.client.get("/print/items/BOLT.pdf")
    whole = shop.client.get("/print/catalogue.pdf?sent=1&with_prices=y&category_id=METAL&sheet=a4")
    ticked = shop.client.send("/print/catalogue/choose", {"ids": [str(bolt)]})
    refused = shop.client.get("/print/catalogue.pdf?sent=1&category_id=NOPE&sheet=a4")

    assert "BOLT" in text_of(card.data)
    assert "METAL" in text_of(whole.data).upper()
    assert f"ids={bolt}" in ticked.headers["Location"]
    assert refused.status_code == 422
    assert "There is no category" in refused.text
    assert shop.client.get("/print/catalogue").status_code == 200
    assert "/print/items/BOLT.pdf" in shop.client.get("/items/BOLT").text
    assert shop.client.get("/print/items/NOPE.pdf").status_code == 404
