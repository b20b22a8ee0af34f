"""Pages of counts: made, counted as a form and by a device, finished, posted once."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from models import CountingPeriod, ItemLedgerEntry, PhysicalInventoryOrder
from posting.verify import verify
from tests.support.queries import queries_of
from tests.support.trade import TradeShop


@pytest.fixture
def shop(app, login):
    found = TradeShop(app)
    login(found.client, "owner")
    return found


@pytest.fixture
def count(shop):
    """The address of a count of BLUE with a recording."""
    made = shop.client.send(
        "/counts/new", {"location_id": "BLUE", "posting_date": "2026-03-02", "description": "Spring", "blind": "y"}
    )
    url = made.headers["Location"]
    asked = {"which": "all", "person": "Carl", "allow_unlisted": "y"}
    assert shop.client.send(f"{url}/recordings/new", asked).status_code == 303
    return url


def send(shop, url, *entries):
    """What a device sends, and the answer."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', shop.client.get(url).text)[1]
    answer = shop.client.post(f"{url}/entries", json={"entries": list(entries)}, headers={"X-CSRFToken": token})
    return answer.status_code, answer.get_json()


def test_a_count_is_made_counted_and_posted_once(shop, count):
    walk = f"{count}/recordings/1"
    assert ">50<" not in shop.client.get(walk).text  # blind: what the books expect is not said
    wrong = shop.client.send(walk, {"key": "one", "q-10000": "many", "was-10000": ""})
    assert wrong.status_code == 422
    assert "is not a number" in wrong.text
    assert 'value="many"' in wrong.text
    assert shop.client.send(walk, {"key": "one", "q-10000": "47", "was-10000": ""}).status_code == 303
    assert shop.client.send(f"{walk}/finish", {}).headers["Location"] == count
    assert shop.client.send(f"{count}/finish", {}).status_code == 303
    dialog = shop.client.get(f"{count}/post").text
    assert "3 go out" in dialog
    form = {
        "key": re.search(r'name="key"[^>]*value="([0-9a-f]+)"', dialog)[1],
        "version": re.search(r'name="version" value="(\d+)"', dialog)[1],
    }
    assert shop.client.send(f"{count}/post", form).status_code == 303
    assert shop.client.send(f"{count}/post", form).status_code == 303  # a double click
    assert shop.client.send(f"{count}/post", form | {"key": "another"}).status_code == 409

    with shop.trade() as trade:
        order = trade.session.scalars(select(PhysicalInventoryOrder)).one()
        entries = trade.session.scalars(
            select(ItemLedgerEntry).where(ItemLedgerEntry.document_no == order.posted_no)
        ).all()
        assert [entry.quantity for entry in entries] == [-3]
        assert verify(trade.session) == []


def test_what_a_device_sends_twice_counts_once(shop, count):
    walk = f"{count}/recordings/1"
    scan = {"key": "a", "code": "4006381333931", "added": True, "at": "2026-03-02T10:00:00Z"}
    assert send(shop, walk, scan)[1]["lines"] == {
        "10000": {"quantity": "1", "counted": True, "by": "Owner", "what": "Bolt", "find": "Bolt"}
    }
    status, said = send(
        shop, walk, scan, {"key": "b", "line": 10000, "quantity": "12"}, {"key": "c", "code": "who knows"},
        {"key": "d", "line": 10000, "quantity": "-1"}, {"key": "e"},
    )  # fmt: skip
    assert (status, said["keys"], sorted(said["refused"])) == (200, ["a", "b"], ["c", "d", "e"])
    assert said["lines"]["10000"]["quantity"] == "12"
    assert (said["counted"], said["total"]) == (1, 1)

    shop.client.send(f"{walk}/finish", {})
    status, said = send(shop, walk, {"key": "f", "line": 10000, "quantity": "1"})
    assert status == 422
    assert "finished" in said["message"]


def test_a_figure_typed_over_somebody_elses_is_asked_about_once(shop, count, login):
    walk = f"{count}/recordings/1"
    assert send(shop, walk, {"key": "a", "line": 10000, "quantity": "7", "seen": ""})[1]["keys"] == ["a"]
    login(shop.client, "clerk")
    more = {"key": "b", "line": 10000, "quantity": "1", "added": True}
    assert send(shop, walk, more, more | {"key": "c", "quantity": "-3"})[1]["lines"]["10000"]["quantity"] == "5"
    login(shop.client, "owner")
    said = send(shop, walk, {"key": "d", "line": 10000, "quantity": "4", "seen": "7"})[1]
    assert "counted 5 meanwhile, you 4" in said["refused"]["d"]["message"]
    assert said["lines"]["10000"]["quantity"] == "5"
    form = {"key": "one", "q-10000": "4", "was-10000": "7"}
    page = shop.client.send(walk, form)
    assert page.status_code == 422
    assert 'value="4"' in page.text  # kept, beside what was counted meanwhile
    assert shop.client.send(walk, form | {"key": "two", "was-10000": "5"}).status_code == 303
    less = send(shop, walk, {"key": "e", "line": 10000, "quantity": "-5", "added": True})[1]
    assert "less than nothing" in less["refused"]["e"]["message"]


def test_who_counts_blind_does_not_see_what_is_expected(shop, count, login):
    walk = f"{count}/recordings/1"
    assert "Expected" in shop.client.get(count).text
    login(shop.client, "clerk")
    pages = [shop.client.get(url).text for url in (count, f"{count}?differing=1", f"{count}/lines/10000", walk)]
    assert "BOLT" in pages[1]
    assert not [page for page in pages if "xpected<" in page or "expected 50" in page or ">50<" in page]
    login(shop.client, "owner")
    shop.client.send(f"{count}/header", {"posting_date": "2026-03-02"})
    login(shop.client, "clerk")
    assert "expected 50" in shop.client.get(walk).text
    assert "Expected" in shop.client.get(count).text


def test_goods_that_are_not_listed_get_a_line(shop, count):
    walk = f"{count}/recordings/1"
    assert shop.client.send(f"{walk}/found", {"item": "NOTHING", "location": "BLUE"}).status_code == 422
    added = shop.client.send(f"{walk}/found", {"item": "NUT", "location": "BLUE"})
    assert added.headers["Location"] == f"{walk}?q=NUT"  # the line, wherever it stands
    assert shop.client.send(f"{walk}/found", {"item": "NUT", "location": "BLUE"}).status_code == 422
    assert "not listed" in shop.client.get(walk).text
    remove = re.search(r'formaction="([^"]+/lines/20000/remove)"', shop.client.get(walk).text)[1]
    assert shop.client.send(remove, {}).status_code == 303
    assert "not listed" not in shop.client.get(walk).text
    shop.client.send(f"{walk}/found", {"item": "NUT", "location": "BLUE"})
    shop.client.send(f"{walk}/finish", {"rest_is_zero": "1"})
    page = shop.client.get(f"{count}?differing=1").text
    assert "BOLT" in page
    assert "NUT" not in page.split('id="count-lines"')[1]


def test_the_pages_cost_the_same_with_more_lines(shop, count, app):
    walk = f"{count}/recordings/1"
    before = [len(queries_of(app, shop.client, url)) for url in ("/counts", count, walk)]
    with shop.trade() as trade:
        for number in range(12):
            trade.world.receive(trade.item(f"N{number}", unit_cost="2"), 3, 2, at="BLUE")
    shop.client.send(f"{count}/calculate", {})
    assert shop.client.send(f"{walk}/finish", {"rest_is_zero": "1"}).status_code == 303
    shop.client.send(f"{count}/finish", {})  # one toast for all lines nobody counted, with the way out
    told = shop.client.get(count).text
    assert told.count("Nobody counted") == 1
    assert "11 more lines likewise. Make a recording" in told
    shop.client.send(f"{count}/recordings/new", {"which": "rest"})
    after = [len(queries_of(app, shop.client, url)) for url in ("/counts", count, f"{count}/recordings/2")]
    assert after == before


def test_what_is_due_becomes_a_count(shop):
    assert "Nothing is due" in shop.client.get("/counts/due").text
    with shop.trade() as trade:
        trade.session.add(CountingPeriod(code="MONTHLY", counts_per_year=12))
        trade.session.flush()
        period = trade.session.scalars(select(CountingPeriod.id)).one()
        shop.item(trade, "BOLT").counting_period_id = period
        trade.session.commit()
    assert "BOLT" in shop.client.get("/counts/due").text
    made = shop.client.send("/counts/due", {"location_id": "BLUE", "posting_date": "2026-03-02"})
    assert "BOLT" in shop.client.get(made.headers["Location"]).text
