"""Order planning: demands that are short, and what is ordered for them (availability-and-reservation.md section 20)."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from core.unit_of_work import perform
from models import PlanningLine, TradeDocument, TradeLine, TransferLine, db
from models.enums import ReplenishmentSystem
from services.planning import demands
from services.planning.carry_out import carry_out
from services.planning.demands import Choice, put_on_worksheet, short_demands
from services.reservations.worksheet import Filter
from tests.builders import d, day
from tests.support.queries import queries_of
from tests.support.trade import TradeShop

START = day("2026-03-02")


def test_the_earlier_demand_gets_what_is_there_and_more_is_sent_or_bought_for_the_other(each_trade):
    """10 at EAST and 4 at WEST; a purchase of 5 on 20 Mar: 8 on 6 Mar are there, 7 on 9 Mar are short of 5."""
    trade, world = each_trade, each_trade.world
    east, west = world.location("EAST"), world.location("WEST")
    world.location("ROAD", use_as_in_transit=True)
    item = trade.item("K", reserve="never")
    world.receive(item, 10, 1, at="EAST", on="2026-03-01")
    world.receive(item, 4, 1, at="WEST", on="2026-03-01")

    def order(kind, quantity, on):
        row = {"item": item, "quantity": quantity, "expected_date": on}
        return trade.open(kind, row, on="2026-03-01", location_id=east.id)

    order("sales_order", 8, "2026-03-06")
    late = order("sales_order", 7, "2026-03-09")
    order("purchase_order", 5, "2026-03-20")

    (found,) = short_demands(trade.session, Filter(), today=START).demands
    assert (found.row.document_no, found.row.needed, found.available, found.missing) == (late.no, 7, 2, 5)
    assert (found.earliest, found.elsewhere) == (day("2026-03-20"), ((west.id, "WEST", d(4)),))
    assert not found.substitutes

    chosen = {found.row.key: Choice(transfer_from_id=west.id)}
    perform(trade.session, lambda s: put_on_worksheet(s, Filter(), chosen, today=START) and None)
    (line,) = trade.session.scalars(select(PlanningLine)).all()
    assert (line.replenishment_system, line.transfer_from_id) == (ReplenishmentSystem.TRANSFER, west.id)
    assert (line.quantity_base, line.due_date) == (5, day("2026-03-09"))
    assert short_demands(trade.session, Filter(), today=START).demands == []  # the proposal brings it
    perform(trade.session, lambda s: carry_out(s, on=START) and None)
    assert trade.session.scalars(select(TransferLine.quantity)).all() == [5]


@pytest.fixture
def shop(app, login):
    found = TradeShop(app)
    login(found.client, "owner")
    return found


def test_the_page_ticks_what_is_missing_and_reserves_what_is_bought(shop):
    order = shop.open("sales_order", ("BOLT", 60), expected_date=None)
    asked = len(queries_of(shop.app, shop.client, "/requisition/demands"))
    for _number in range(3):
        shop.open("sales_order", ("NUT", 2), expected_date=None)
    assert len(queries_of(shop.app, shop.client, "/requisition/demands")) == asked
    page = shop.client.get("/requisition/demands?item=BOLT").text
    assert order in page
    key = re.search(r'name="take" value="([^"]+)"', page)[1]
    form = {"key": re.search(r'name="key"[^>]*value="([0-9a-f]+)"', page)[1], "item": "BOLT"}

    refused = shop.client.send("/requisition/demands", form)
    assert (refused.status_code, "Tick the demands" in refused.text) == (422, True)
    taken = {**form, "take": key, "reserve": key, f"from {key}": ""}
    assert shop.client.send("/requisition/demands", taken).status_code == 303
    with shop.app.app_context():
        line = db.session.scalars(select(PlanningLine)).one()
        assert (line.quantity_base, line.order_for_line_id is not None) == (10, True)
    assert order not in shop.client.get("/requisition/demands?item=BOLT").text


def test_all_demands_are_looked_at_page_by_page_and_an_item_is_never_cut(shop, monkeypatch):
    for no in ("BOLT", "BOLT", "BOLT", "NUT"):
        shop.open("sales_order", (no, 60), expected_date=None)
    monkeypatch.setattr(demands, "MOST", 2)
    monkeypatch.setattr(demands, "READINGS", 1)
    first = shop.client.get("/requisition/demands").text
    assert (first.count('name="take"'), "Items up to BOLT" in first, "/requisition/demands?after=BOLT" in first) == (
        3, True, True,
    )  # fmt: skip
    last = shop.client.get("/requisition/demands?after=BOLT").text
    assert (last.count('name="take"'), "Items after BOLT" in last) == (1, True)
    assert "None of these items is short." in shop.client.get("/requisition/demands?after=NUT").text


def test_the_page_fetches_sales_lines_that_wait_for_a_purchase(shop):
    assert "No sales line waits" in shop.client.get("/requisition/sales-lines").text
    with shop.trade() as trade:
        row = {"item": shop.item(trade, "BOLT"), "quantity": 5, "unit_amount": 9, "drop_shipment": True}
        line_id = trade.line(trade.open("sales_order", row)).id
    assert f'value="{line_id}"' in shop.client.get("/requisition/sales-lines").text

    refused = shop.client.send("/requisition/sales-lines", {"key": "k1"})
    assert (refused.status_code, "Tick the sales lines" in refused.text) == (422, True)
    assert shop.client.send("/requisition/sales-lines", {"line": [line_id], "key": "k2"}).status_code == 303
    worksheet = shop.client.get("/requisition").text
    assert ("the vendor delivers to" in worksheet, "as sold" in worksheet) == (True, True)
    assert f'value="{line_id}"' not in shop.client.get("/requisition/sales-lines").text
    row_id = re.search(r'name="line" value="(\d+)"', worksheet)[1]
    sent = {"line": [row_id], "accept": [row_id], f"due-{row_id}": "2026-03-09", f"vendor-{row_id}": "VEND"}
    assert shop.client.send("/requisition", sent | {"do": "carry-out", "key": "k3"}).status_code == 303
    with shop.app.app_context():
        assert db.session.get_one(TradeLine, line_id).linked_line_id is not None


def test_a_sales_order_makes_purchase_orders_of_what_is_missing_and_invoices_of_all(shop):
    """50 in stock: of 60 only 10 are proposed; the full quantity on an invoice."""
    order = shop.open("sales_order", ("BOLT", 60), ("NUT", 4))
    url = f"/sales/orders/{order}/buy"
    page = shop.client.get(url).text
    bolt, nut = re.findall(r'name="line" value="(\d+)"', page)
    assert re.findall(r'name="quantity-\d+" value="([^"]+)"', page)[0] == "10"
    sent = {"what": "order", "line": [bolt, nut], f"quantity-{bolt}": "10", f"quantity-{nut}": "many",
            f"vendor-{bolt}": "VEND"}  # fmt: skip

    refused = shop.client.send(url, sent | {"key": "k1"})
    assert (refused.status_code, 'value="many"' in refused.text) == (422, True)
    refused = shop.client.send(url, sent | {f"quantity-{nut}": "4", "key": "k2"})
    assert (refused.status_code, "Choose a vendor." in refused.text) == (422, True)
    assert "Tick the lines" in shop.client.send(url, {"what": "order", "key": "k3"}).text
    both = {**sent, f"quantity-{nut}": "4", f"vendor-{nut}": "VEND2"}
    assert shop.client.send(url, both | {"key": "k4"}).status_code == 303
    assert shop.client.send(url, both | {"what": "invoice", f"vendor-{nut}": "VEND", "key": "k5"}).status_code == 303
    assert shop.client.get("/sales/invoices/NONE/buy").status_code == 404
    with shop.app.app_context():
        bought = select(TradeDocument.type, TradeLine.quantity).join(TradeLine).where(TradeDocument.side == "purchase")
        assert sorted(db.session.execute(bought).tuples()) == [
            ("invoice", 4),
            ("invoice", 10),
            ("order", 4),
            ("order", 10),
        ]
