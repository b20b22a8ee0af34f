"""The ledgers to read: lists, cards, registers, entries of a document."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from models import ItemLedgerEntry, Register, db
from tests.builders import World
from tests.support.queries import queries_of

LISTS = ("items", "values", "applications", "gl", "warehouse", "registers")


@pytest.fixture
def trade(app):
    """Ten received, four sold of them; ids by name."""
    with app.app_context():
        world = World(db.session())
        bolt = world.item("BOLT", unit_cost="2", unit_price="5")
        receipt = world.receive(bolt, 10, "2.00", on="2025-01-10", at="BLUE", document_no="REC1")
        sale = world.sell(bolt, 4, "5.00", on="2025-01-12", at="BLUE", document_no="SHIP1")
        other = world.receive(world.item("NUT", unit_cost="1"), 7, "1.00", at="RED", document_no="REC2")
        return {"receipt": receipt.id, "sale": sale.id, "other": other.id, "register": sale.register_id}


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.get_data(as_text=True)))


@pytest.mark.parametrize("name", LISTS)
def test_each_ledger_is_a_page_a_fragment_and_a_file(client, login, trade, name):
    login(client, "owner")

    page, fragment = client.get(f"/ledger/{name}"), client.fragment(f"/ledger/{name}")
    file = client.get(f"/ledger/{name}?export=csv")

    assert (page.status_code, fragment.status_code, file.status_code) == (200, 200, 200)
    assert "<html" in page.text
    assert "<html" not in fragment.text
    assert len(file.text.splitlines()) >= (1 if name == "warehouse" else 4)


def test_rows_are_newest_first_and_lead_to_what_is_behind_them(client, login, trade):
    login(client, "owner")

    page = client.get("/ledger/items")

    order = [page.text.index(f"/ledger/items/{trade[name]}") for name in ("other", "sale", "receipt")]
    assert order == sorted(order)
    assert "/ledger/find?document_no=SHIP1&amp;posting_date=2025-01-12" in page.text
    assert f"/ledger/values?entry={trade['sale']}" in page.text
    assert "−8.00" in page.text


@pytest.mark.parametrize(
    ("query", "found", "hidden"),
    [
        ("item=BOLT", "SHIP1", "REC2"),
        ("location=RED", "REC2", "SHIP1"),
        ("type=sale", "SHIP1", "REC1"),
        ("open=no", "SHIP1", "REC1"),
        ("direction=yes", "REC1", "SHIP1"),
        ("document_no=rec1", "REC1", "SHIP1"),
        ("date_from=2025-01-11", "SHIP1", "REC1"),
        ("q=SHIP1", "SHIP1", "REC1"),
        ("q=bolt", "REC1", "REC2"),
        ("q=1", "REC1", "REC2"),
        ("register=2", "SHIP1", "REC1"),
    ],
)
def test_filters_and_search_narrow_the_entries(client, login, trade, query, found, hidden):
    login(client, "viewer")

    page = client.fragment(f"/ledger/items?{query}")

    assert page.status_code == 200
    assert found in page.text
    assert hidden not in page.text


@pytest.mark.parametrize(
    ("query", "sums"),
    [
        ("items?item=BOLT", ["6", "6", "12.00"]),  # 10 - 4 in stock, 20.00 - 8.00
        ("values?item=BOLT", ["12.00", "0.00", "12.00"]),  # cost, expected, posted to G/L
        ("gl?register=1", ["20.00", "20.00"]),
        ("items", []),  # pieces of different goods are not added up
    ],
)
def test_rows_that_belong_together_are_added_up(client, login, trade, query, sums):
    login(client, "owner")

    foot = re.search(r"<tfoot>.*?</tfoot>", client.get(f"/ledger/{query}").text, re.DOTALL)

    shown = re.findall(r'data-label="[^"]+">([^<]+)</td>', foot.group(0)) if foot else []
    assert shown == sums


@pytest.mark.parametrize(
    "query",
    ["register=x", "entry=99999999999999999999", "date_from=2025-02-31", "type=gift", "item=NOPE", "open=maybe"],
)
def test_a_filter_that_makes_no_sense_is_said_and_shows_nothing(client, login, trade, query):
    login(client, "viewer")

    page = client.get(f"/ledger/items?{query}")

    assert page.status_code == 422
    assert "REC1" not in page.text


@pytest.mark.parametrize("query", ["q=%00", "lot=" + "x" * 200, "serial=%F0%9F%98%80", "q=999999999999999999999"])
def test_dirt_in_the_address_finds_nothing_and_breaks_nothing(client, login, trade, query):
    login(client, "viewer")

    assert client.get(f"/ledger/items?{query}").status_code in (200, 422)


def test_costs_and_the_general_ledger_are_for_those_who_may_see_them(client, login, trade):
    login(client, "clerk")

    page = client.get(f"/ledger/items/{trade['sale']}")

    assert page.status_code == 200
    assert "Value entries" not in page.text
    assert "8.00" not in client.get("/ledger/items").text
    assert [client.get(f"/ledger/{name}").status_code for name in ("values", "applications", "gl")] == [403] * 3


def test_strangers_are_sent_to_the_log_in(client, trade):
    assert client.get("/ledger/items").status_code == 303


def test_the_card_of_an_entry_shows_where_it_comes_from_and_what_took_from_it(client, login, trade):
    login(client, "owner")

    receipt, sale = client.get(f"/ledger/items/{trade['receipt']}"), client.get(f"/ledger/items/{trade['sale']}")

    assert f'href="/ledger/items/{trade["receipt"]}"' in sale.text
    assert f'href="/ledger/items/{trade["sale"]}"' in receipt.text
    assert "Sales amount 20.00" in text_of(sale)
    assert "Cost (actual) −8.00" in text_of(sale)
    assert "/ledger/gl?account=" in sale.text
    assert f"/ledger/registers/{trade['register']}" in sale.text


def test_a_register_is_a_document_with_lines_totals_and_related_ledgers(client, login, trade):
    login(client, "owner")

    page = client.get(f"/ledger/registers/{trade['register']}")

    assert page.status_code == 200
    words = text_of(page)
    assert "Register 2" in words
    assert "BOLT" in words
    assert "1 item ledger entries" in words
    assert "2 G/L entries" in words
    assert f"/print/register/{trade['register']}.pdf" in page.text
    assert f"/ledger/gl?register={trade['register']}" in page.text


@pytest.mark.parametrize("url", ["/ledger/items/999", "/ledger/registers/999", "/ledger/items/99999999999999999999999"])
def test_what_does_not_exist_is_not_found(client, login, trade, url):
    login(client, "owner")

    assert client.get(url).status_code == 404


def test_find_counts_the_entries_of_a_document_in_each_ledger(client, login, trade):
    login(client, "owner")

    page = client.get("/ledger/find?document_no=SHIP1&posting_date=2025-01-12")
    nothing = client.get("/ledger/find?document_no=SHIP1&posting_date=2025-01-13")
    wrong = client.get("/ledger/find?document_no=SHIP1&posting_date=2025-02-31")

    words = text_of(page)
    assert "item ledger entries 1" in words
    assert "G/L entries 2" in words
    assert "/ledger/gl?document_no=SHIP1&amp;date_from=2025-01-12&amp;date_to=2025-01-12" in page.text
    assert "No entry has the document no. SHIP1" in nothing.text
    assert wrong.status_code == 422
    assert client.get("/ledger/find").status_code == 200


@pytest.mark.parametrize("name", ["items", "values", "gl"])
def test_days_put_the_entries_in_the_order_of_days_which_an_index_answers(app, client, login, trade, name):
    login(client, "owner")

    statements = queries_of(app, client, f"/ledger/{name}?date_from=2025-01-01&date_to=2025-01-31")

    (page,) = [statement for statement in statements if "AS row_id" in statement and "ORDER BY" in statement]
    assert "posting_date DESC" in page.split("ORDER BY")[1]


@pytest.mark.parametrize("name", ["items", "values", "gl"])
def test_a_search_asks_each_meaning_by_itself_and_reads_the_ledger_only_for_a_hit(app, client, login, trade, name):
    login(client, "owner")

    nothing = queries_of(app, client, f"/ledger/{name}?q=NOTHING")
    hit = client.fragment(f"/ledger/{name}?q=ship1")

    page = next(statement for statement in nothing if "ORDER BY" in statement and "AS row_id" in statement)
    assert " OR " not in page
    assert "SHIP1" in hit.text
    assert "REC1" not in hit.text


def test_the_number_of_queries_does_not_grow_with_the_entries(app, client, login, trade):
    login(client, "owner")
    urls = [f"/ledger/{name}" for name in LISTS] + [
        f"/ledger/items/{trade['receipt']}", f"/ledger/registers/{trade['register']}", "/ledger/find?document_no=SHIP1",
    ]  # fmt: skip
    client.get(urls[0])
    few = {url: len(queries_of(app, client, url)) for url in urls}
    with app.app_context():
        world = World.__new__(World)
        world.session, world._line_no = db.session(), 1000
        bolt = db.session.scalars(select(ItemLedgerEntry)).first().item_id
        card = type("Card", (), {"id": bolt})
        world.post(*[world.line(card, "sale", 1, 5, at="BLUE", document_no="SHIP1") for _ in range(6)])
        assert db.session.scalar(select(Register.id).order_by(Register.id.desc())) == 4

    many = {url: len(queries_of(app, client, url)) for url in urls}

    assert many == few
    assert max(many.values()) <= 25
