"""Numbers of posted lines: on the page of the document, all of them on the page of the line (tracking.md 2, 5)."""

from __future__ import annotations

import html
import re

import pytest
from sqlalchemy import select

from core.unit_of_work import perform
from models import PostedTransfer
from services.trade.line_numbers import Number
from services.transfers.lines import Number as TransferNumber
from services.transfers.lines import add_line
from services.transfers.orders import create_order
from services.transfers.post import post_order
from tests.builders import d, day
from tests.support.pdfs import text_of
from tests.support.trade import TradeShop

SERIALS = [f"S{place:02}" for place in range(1, 15)]


@pytest.fixture
def shop(app, login):
    """PUMP has serial numbers in lots and packages, MILK lots."""
    found = TradeShop(app)
    with found.trade() as trade:
        piece = trade.world.tracking_code("SN", serial_specific=True, lot_specific=True, package_specific=True)
        trade.item("PUMP", unit_cost=1, item_tracking_code_id=piece.id)
        trade.item("MILK", unit_cost=1, item_tracking_code_id=trade.world.tracking_code("L", lot_specific=True).id)
    login(found.client, "owner")
    return found


def numbers_on(answer):
    """The texts of the numbers on a page."""
    rows = re.findall(r'class="posted-number">(.*?)</div>', answer.text, re.DOTALL)
    return [" ".join(html.unescape(re.sub(r"<[^>]+>", "", row)).split()) for row in rows]


def test_a_receipt_and_its_invoice_name_their_numbers_with_cards_and_a_page_of_all(shop):
    with shop.trade() as trade:
        row = {"item": shop.item(trade, "PUMP"), "quantity": 14, "unit_amount": 4}
        pumps = [Number(serial_no=no, lot_no="L1", package_no="P1", quantity=d(1)) for no in SERIALS]
        order = trade.open("purchase_order", row, numbers=[pumps], location_id=trade.world.location_id("BLUE"))
        trade.post(order, "handle")
        trade.post(order, "invoice", said={1: (0, 13)})
    (_kind, receipt), (_kind, invoice) = shop.posted()

    moved = shop.client.get(f"/purchase/posted/receipts/{receipt}")
    billed = shop.client.get(f"/purchase/posted/posted-invoices/{invoice}")
    every = html.unescape(re.search(r'href="(/posted-lines/purchase/\d+)">All 14 numbers', moved.text)[1])
    page, found = shop.client.get(every), shop.client.get(f"{every}?q=s14")
    file = shop.client.get(f"{every}?export=csv")

    assert numbers_on(moved) == [f"L1 / {no} / P1" for no in SERIALS[:12]]
    assert 'href="/numbers/card?kind=serial&amp;item=PUMP&amp;number=S01"' in moved.text
    assert re.search(r'href="/posted-lines/purchase/\d+">All 13 numbers', billed.text)
    assert [no in found.text for no in ("S01", "S14")] == [False, True]
    assert f'href="/purchase/posted/receipts/{receipt}"' in page.text
    assert [no in file.text for no in SERIALS] == [True] * 14
    assert shop.client.get(every.replace("purchase", "sales")).status_code == 404
    for paper in (f"receipts/{receipt}", f"posted-invoices/{invoice}"):
        text = " ".join(text_of(shop.client.get(f"/purchase/posted/{paper}/paper.pdf").data).split())
        assert "Lot L1, Package P1, Serial nos. S01, S02," in text


def test_a_transfer_names_the_lots_of_each_line_beside_it(shop):
    with shop.trade() as trade:
        world, milk = trade.world, shop.item(trade, "MILK")
        world.post(*(world.line(milk, "purchase", 9, 1, at="BLUE", lot_no=no) for no in ("A", "B")))
        ends = {"from_location_id": world.location_id("BLUE"), "to_location_id": world.location_id("RED"),
                "in_transit_location_id": world.location("ROAD", use_as_in_transit=True).id}  # fmt: skip

        def ship(session):
            order = create_order(session, ends, on=day("2025-03-10"))
            for lot, quantity in (("A", d(2)), ("B", d(3))):
                number = TransferNumber(lot_no=lot, quantity=quantity)
                add_line(session, order, {"item_id": milk.id, "quantity": quantity}, [number])
            post_order(session, order, trade.poster, ship=True, receive=False, on=day("2025-03-10"))
            return session.scalars(select(PostedTransfer.no)).one()

        no = perform(trade.session, ship)

    page = shop.client.get(f"/transfers/posted/shipments/{no}")
    rows = re.findall(r"<tr>.*?</tr>", page.text, re.DOTALL)

    assert [re.findall(r'class="posted-number"><a [^>]*>(\w)</a>: (\d)', row) for row in rows[1:]] == [
        [("A", "2")], [("B", "3")]
    ]  # fmt: skip
