"""Pages of inventory receipts and shipments: lines in place, previewed, posted once, taken back, printed."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select

from models import InventoryDocument, ItemLedgerEntry, PostedInventoryDocument
from tests.support.pdfs import text_of
from tests.support.queries import queries_of
from tests.support.trade import TradeShop

ROOT = "/inventory-documents"


@pytest.fixture
def shop(app, login):
    found = TradeShop(app)
    login(found.client, "owner")
    return found


def opened(shop, slug, *rows):
    """A document at BLUE with lines of (item, quantity, unit amount); its address."""
    made = shop.client.send(f"{ROOT}/{slug}/new", {"location_id": "BLUE", "description": "Found behind the shelf"})
    url = made.headers["Location"]
    for item, quantity, *amount in rows:
        line = {"item": item, "quantity": str(quantity)} | ({"unit_amount": str(amount[0])} if amount else {})
        answer = shop.client.send(f"{url}/lines", line, htmx=True)
        assert answer.status_code == 200
    return url


def post(shop, url, action="post"):
    """Press Post, or Preview, in the dialog; the answer and what was sent."""
    html = shop.client.get(f"{url}/post").text
    form = {
        "key": re.search(r'name="key"[^>]*value="([0-9a-f]+)"', html)[1],
        "version": re.search(r'name="version" value="(\d+)"', html)[1],
        "posting_date": re.search(r'name="posting_date"[^>]*value="([^"]+)"', html)[1],
    }
    return shop.client.send(f"{url}/{action}", form), form


def counts(shop):
    """(open documents, posted documents, item ledger entries)."""
    with shop.trade() as trade:
        return tuple(
            trade.session.scalar(select(func.count()).select_from(table))
            for table in (InventoryDocument, PostedInventoryDocument, ItemLedgerEntry)
        )


def test_a_receipt_is_previewed_posted_once_and_taken_back_with_a_button(shop):
    url = opened(shop, "receipts", ("BOLT", 4, 3))
    before = counts(shop)

    previewed, _form = post(shop, url, "preview")
    assert previewed.status_code == 200
    assert counts(shop) == before

    posted, form = post(shop, url)
    again = shop.client.send(f"{url}/post", form)
    place = posted.headers["Location"]
    page = shop.client.get(place).text
    assert (again.status_code, again.headers["Location"]) == (303, place)  # the key: posted once
    assert counts(shop) == (0, 1, before[2] + 1)
    assert "Found behind the shelf" in page
    assert "12.00" in page

    undone = shop.client.send(f"{place}/undo")
    assert undone.status_code == 303
    assert "Taken back by" in shop.client.get(place).text
    assert shop.client.send(f"{place}/undo").status_code == 422
    assert counts(shop) == (0, 2, before[2] + 2)


def test_a_refused_posting_says_why_at_the_line_and_posts_nothing(shop):
    url = opened(shop, "shipments", ("NUT", 2))
    before = counts(shop)

    refused, _form = post(shop, url)

    assert refused.status_code == 422
    assert "Nothing was posted." in refused.text
    assert counts(shop) == before


def test_a_line_is_changed_in_place_and_a_stale_one_is_refused(shop):
    url = opened(shop, "receipts", ("BOLT", 4, 3))
    version = re.search(r'name="version" value="(\d+)"', shop.client.get(f"{url}/lines/10000").text)[1]

    saved = shop.client.send(f"{url}/lines/10000", {"version": version, "quantity": "6"}, htmx=True)
    stale = shop.client.send(f"{url}/lines/10000", {"version": version, "quantity": "9"}, htmx=True)
    wrong = shop.client.send(f"{url}/lines", {"item": "BOLT", "quantity": "-1"}, htmx=True)

    assert [answer.status_code for answer in (saved, stale, wrong)] == [200, 409, 422]
    assert "18.00" in saved.text
    assert 'value="9"' in stale.text
    kept = {"version": version, "quantity": "4", "description": "mine", "shown": '{"quantity": "4"}'}
    assert 'value="6"' in shop.client.send(f"{url}/lines/10000", kept, htmx=True).text


def test_a_correction_is_opened_changed_and_a_copy_waits(shop):
    url = opened(shop, "shipments", ("BOLT", 5))
    posted, _form = post(shop, url)
    place = posted.headers["Location"]

    copied = shop.client.send(f"{place}/copy")
    opposite = shop.client.send(f"{place}/correct")
    page = shop.client.get(opposite.headers["Location"]).text

    assert (copied.status_code, opposite.status_code) == (303, 303)
    assert "Takes back" in page
    assert "at the cost of entry" in page
    assert "Will be taken back by" in shop.client.get(place).text
    assert counts(shop)[:2] == (2, 1)


def test_a_released_document_is_read_only_until_it_is_reopened(shop):
    url = opened(shop, "receipts", ("BOLT", 4, 3))

    shop.client.send(f"{url}/release")
    held = shop.client.send(f"{url}/lines", {"item": "NUT", "quantity": "1"}, htmx=True)
    shop.client.send(f"{url}/reopen")
    taken = shop.client.send(f"{url}/lines", {"item": "NUT", "quantity": "1"}, htmx=True)
    gone = shop.client.send(f"{url}/delete")

    assert [answer.status_code for answer in (held, taken, gone)] == [422, 200, 303]
    assert counts(shop)[0] == 0


def test_both_papers_name_items_and_the_lists_find_the_numbers(shop):
    url = opened(shop, "receipts", ("BOLT", 4, 3))
    draft = text_of(shop.client.get(f"{url}/paper.pdf").data)
    posted, _form = post(shop, url)
    place = posted.headers["Location"]
    number = place.rsplit("/", 1)[1]

    paper = text_of(shop.client.get(f"{place}/paper.pdf").data)
    assert "BOLT" in draft
    assert number in paper
    assert number in shop.client.get(f"{ROOT}/posted?type=inventory_receipt").text
    assert place in shop.client.get(f"/ledger/find?document_no={number}").text


def test_lots_are_entered_on_the_page_of_numbers_and_stand_on_the_posted_document(shop):
    with shop.trade() as trade:
        code = trade.world.tracking_code("LOTS", lot_specific=True)
        trade.item("PAINT", unit_cost="2", item_tracking_code_id=code.id)
    url = opened(shop, "receipts", ("PAINT", 4, 3))
    sheet = shop.client.get(f"{url}/lines/10000").text
    numbers = re.search(r'href="(/tracking/inventory/\d+)"', sheet)[1]

    kept = shop.client.send(f"{numbers}/lot", {"lot_no": "L1", "quantity": "3"})
    rest = shop.client.send(f"{numbers}/lot", {"lot_no": "L2"})
    posted, _form = post(shop, url)

    assert (kept.status_code, rest.status_code, posted.status_code) == (200, 200, 303)
    page = shop.client.get(posted.headers["Location"]).text
    assert re.findall(r">(L\d)</a>: (\d)", page) == [("L1", "3"), ("L2", "1")]
    line = re.search(r'href="(/posted-lines/inventory/\d+)">4</a>', page)[1]
    assert re.findall(r'href="/ledger/items/(\d+)"', shop.client.get(line).text) == ["2", "3"]


def test_a_page_asks_as_often_for_two_lines_as_for_twelve(shop):
    short = opened(shop, "shipments", *[("BOLT", 1)] * 2)
    long = opened(shop, "shipments", *[("BOLT", 1)] * 12)

    assert len(queries_of(shop.app, shop.client, long)) == len(queries_of(shop.app, shop.client, short))
