"""Two people at once, and orders of any length: nothing sold twice, as many statements for 40 lines as for 3."""

from __future__ import annotations

import threading
from collections import Counter

import pytest

from core.errors import DomainError
from core.unit_of_work import perform
from models import ItemTotal
from models.enums import DefaultNoYes
from posting.verify import verify
from services.trade import lines
from services.trade.documents import lines_of
from services.trade.get_lines import get_posted_lines
from services.trade.posting import Wish, post_document
from tests.builders import World, d
from tests.support.driver_counts import counted_session
from tests.support.posters import open_session
from tests.support.trading import Trade


def test_two_orders_for_the_last_five_pieces(database_url):
    with open_session(database_url) as session:
        trade = Trade(World(session))
        item = trade.item(prevent_negative_inventory=DefaultNoYes.YES, unit_cost=1)
        trade.buy(item, 5, 1)
        row = {"item": item, "quantity": 5, "unit_amount": 9}
        orders = [trade.open("sales_order", row).id for _number in range(2)]
        item_id, poster = item.id, trade.poster
    start, answers = threading.Barrier(2), []

    def post(document_id: int) -> None:
        with open_session(database_url) as mine:
            start.wait()
            try:
                wish = Wish(handle=True, invoice=True)
                perform(mine, lambda session: post_document(session, document_id, wish, poster))
                answers.append("posted")
            except DomainError as error:
                answers.append(error.code)

    rivals = [threading.Thread(target=post, args=(document_id,)) for document_id in orders]
    for rival in rivals:
        rival.start()
    for rival in rivals:
        rival.join()

    assert sorted(answers) == ["negative_inventory", "posted"]
    with open_session(database_url) as session:
        assert session.get_one(ItemTotal, item_id).quantity == 0
        assert verify(session) == []


def test_an_order_shipped_and_billed_at_the_same_moment_loses_neither(database_url):
    with open_session(database_url) as session:
        trade = Trade(World(session))
        item = trade.item(unit_cost=1)
        order = trade.open("sales_order", {"item": item, "quantity": 10, "unit_amount": 9})
        shipped = trade.posted_lines(trade.post(order, "handle", said={1: (4, 0)})["handling_id"])[0].id
        bill = trade.open("sales_invoice")
        perform(session, lambda inner: get_posted_lines(inner, bill.id, [shipped]))
        order_id, jobs, poster = order.id, [(order.id, False), (bill.id, True)], trade.poster
    start, failures = threading.Barrier(2), []

    def post(document_id: int, invoice: bool) -> None:
        with open_session(database_url) as mine:
            start.wait()
            try:
                wish = Wish(handle=not invoice, invoice=invoice)
                perform(mine, lambda session: post_document(session, document_id, wish, poster))
            except Exception as error:  # noqa: BLE001 - told by the assertion
                failures.append(error)

    rivals = [threading.Thread(target=post, args=job) for job in jobs]
    for rival in rivals:
        rival.start()
    for rival in rivals:
        rival.join()

    assert failures == []
    with open_session(database_url) as session:
        (line,) = lines_of(session, order_id)
        assert (line.qty_handled, line.qty_invoiced, line.outstanding_qty) == (10, 4, 0)
        assert verify(session) == []


@pytest.mark.parametrize("kind", ["purchase_order", "sales_order"])
def test_a_long_order_runs_as_many_statements_as_a_short_one(database_url, kind):
    with counted_session(database_url) as (session, statements):
        trade = Trade(World(session))
        items = [trade.item(f"ITEM{number}", unit_cost=2, vat="STANDARD") for number in range(20)]
        for item in items:
            trade.world.receive(item, 50, 2, on="2025-01-02")

        counts = []
        # Each batch meets its items for the first time, as far as prices on cards are concerned.
        for some in (items[:1], items[1:4], items[4:]):
            order = trade.open(kind, *({"item": item, "quantity": 3, "unit_amount": 5} for item in some))
            trade.post(order, "handle", said={1: (2, 0)})  # the first line in two steps
            statements.clear()
            trade_post(trade, order)
            counts.append(Counter(statements))

    assert sum(counts[2].values()) == sum(counts[1].values()), counts[2] - counts[1]


def trade_post(trade: Trade, order) -> None:
    wish = Wish(handle=True, invoice=True)
    perform(trade.session, lambda session: post_document(session, order.id, wish, trade.poster))


def test_adding_many_lines_asks_as_often_as_adding_few(database_url):
    with counted_session(database_url) as (session, statements):
        trade = Trade(World(session))
        items = [trade.item(f"ITEM{number}") for number in range(20)]
        blue = trade.world.location_id("BLUE")

        counts = []
        for some in (items[:1], items[1:4], items[4:]):
            order = trade.open("sales_order")
            rows = [{"item_id": item.id, "location_id": blue, "quantity": d(1)} for item in some]
            statements.clear()
            perform(session, lambda inner, o=order, r=rows: lines.add_lines(inner, o.id, r))
            # SQLite inserts row by row where it numbers them, inside the process.
            counts.append(sum(1 for statement in statements if not statement.startswith("INSERT INTO trade_line")))

    assert counts[2] == counts[1]


def test_two_people_adding_lines_get_line_numbers_of_their_own(database_url):
    with open_session(database_url) as session:
        trade = Trade(World(session))
        item = trade.item(unit_cost=1)
        order = trade.open("sales_order")
        item_id, document_id = item.id, order.id
    start, failures = threading.Barrier(2), []

    def add() -> None:
        with open_session(database_url) as mine:
            start.wait()
            try:
                for _number in range(3):
                    row = {"item_id": item_id, "quantity": d(1)}
                    perform(mine, lambda session, given=row: lines.add_lines(session, document_id, [given]))
            except Exception as error:  # noqa: BLE001 - told by the assertion
                failures.append(error)

    people = [threading.Thread(target=add) for _number in range(2)]
    for person in people:
        person.start()
    for person in people:
        person.join()

    assert failures == []
    with open_session(database_url) as session:
        assert [line.line_no for line in lines_of(session, document_id)] == [10_000 * n for n in range(1, 7)]
