"""What vendors and customers owe, on pages: found from a document no., paid, closed."""

from __future__ import annotations

import re

import pytest

from models.enums import TradeSide
from tests.builders import d
from tests.support.trade import TradeShop


@pytest.fixture
def shop(app, login):
    found = TradeShop(app)
    login(found.client, "owner")
    return found


def test_an_invoice_leads_to_its_customer_entry_and_vat_and_is_closed_by_a_payment(shop):
    with shop.trade() as trade:
        trade.item("LAMP", unit_cost=1, vat="STANDARD")
        row = {"item": trade.session.merge(shop.item(trade, "LAMP")), "quantity": 5, "unit_amount": 4}
        no = trade.post(trade.open("sales_order", row))["invoice_no"]
        owed = trade.owed(TradeSide.SALES)
    found = shop.client.get(f"/ledger/find?document_no={no}").text
    for address in ("/sales/entries?document_no=", "/ledger/vat?document_no="):
        assert f"{address}{no}" in found
    assert "20.00" in shop.client.get(f"/ledger/vat?document_no={no}").text

    url = re.search(r'href="(/sales/entries/\d+/pay)"', shop.client.get("/sales/entries?open=yes").text)[1]
    form = dict(
        re.findall(
            r'name="(amount|posting_date|document_no|account|key)"[^>]*value="([^"]*)"', shop.client.get(url).text
        )
    )
    assert d(form["amount"]) == owed
    assert f"{owed:.2f} open" in shop.client.get(f"/sales/posted/posted-invoices/{no}").text
    assert shop.client.send(url, form | {"amount": "0"}).status_code == 422
    assert shop.client.send(url, form | {"account": "NO-SUCH"}).status_code == 422
    part = owed / 2 + d("0.5")
    assert shop.client.send(url, form | {"amount": str(owed - part)}).status_code == 303
    assert shop.client.send(url, form | {"amount": str(owed - part)}).status_code == 303  # again: nothing

    with shop.trade() as trade:
        assert trade.owed(TradeSide.SALES) == part
    assert f'value="{part:.2f}"' in shop.client.get(url).text
    shop.post(shop.open("sales_order", ("BOLT", 4)), "handle", said={1: (2, None)})
    card = shop.client.get("/customers/CUST").text
    figures = dict(re.findall(r"<dt>([^<]+)</dt><dd><a[^>]*>([^<]*)</a>", card.partition('class="figures"')[2]))
    assert [figures[name] for name in ("Open orders", "To invoice")] == ["1", "1"]
    assert d(figures["Owes us"].replace("\u2009", "")) == part
    rest = dict(
        re.findall(
            r'name="(amount|posting_date|document_no|account|key)"[^>]*value="([^"]*)"', shop.client.get(url).text
        )
    )
    assert shop.client.send(url, rest).status_code == 303
    assert shop.client.get(url).status_code == 404  # closed
    applied = url.replace("/pay", "/applied")
    off = re.findall(r'action="([^"]+/off)"', shop.client.get(applied).text)
    assert len(off) == 2
    assert shop.client.send(off[0]).status_code == 303
    assert shop.client.send(off[0]).status_code == 422  # it is off already
    on = re.search(r'action="([^"]+/applied/\d+)"', shop.client.get(applied).text)[1]
    assert shop.client.send(on).status_code == 303
    assert shop.client.get("/sales/entries/999/applied").status_code == 404
    with shop.trade() as trade:
        trade.proven()


def test_who_may_not_touch_the_ledger_sees_entries_and_pays_nothing(shop, login):
    shop.post(shop.open("purchase_order", ("NUT", 4), vendor_invoice_no="R1"))
    url = re.search(r'href="(/purchase/entries/\d+/pay)"', shop.client.get("/purchase/entries").text)[1]
    login(shop.client, "buyer")

    page = shop.client.get("/purchase/entries").text
    assert "R1" in page
    assert shop.client.get("/purchase/entries?cols=document_no,amount").status_code == 200  # no day beside the number
    assert "/pay" not in page
    assert shop.client.get(url).status_code == 403
