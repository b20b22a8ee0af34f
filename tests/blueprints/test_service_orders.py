"""Service orders on pages: opened, consumed, billed; none on the vendors' side (documents.md section 17)."""

import re

import pytest
from sqlalchemy import select

from models import ItemLedgerEntry, TradeLine
from models.enums import EntryType
from tests.support.trade import TradeShop


@pytest.fixture
def shop(app, login):
    found = TradeShop(app)
    login(found.client, "owner")
    return found


def test_a_service_order_is_shipped_and_consumed_then_billed(shop):
    bought = shop.open("purchase_order", ("BOLT", 10))
    shop.post(bought)
    made = shop.client.send("/sales/service-orders/new", {"party": "CUST"})
    no = made.headers["Location"].rsplit("/", 1)[1]
    url = f"/sales/service-orders/{no}"
    shop.client.send(f"{url}/lines", {"item": "BOLT", "quantity": "3"})

    sheet = shop.client.get(f"{url}/lines/10000").text
    assert 'name="qty_to_consume"' in sheet
    refused = shop.client.send(f"{url}/lines/10000", {"version": "1", "qty_to_consume": "4"})
    assert refused.status_code == 422
    assert shop.client.send(f"{url}/lines/10000", {"version": "1", "qty_to_consume": "2"}).status_code == 303
    dialog = shop.client.get(f"{url}/post").text
    assert "Ship and consume" in dialog
    posted = shop.client.send(f"{url}/post", {
        "key": "k1", "version": _version(dialog), "what": "consume", "posting_date": "2025-03-12",
    })  # fmt: skip
    assert posted.status_code == 303, posted.text

    with shop.trade() as trade:
        line = trade.session.scalars(select(TradeLine)).one()
        assert (line.qty_consumed, line.qty_handled, line.most_to_invoice) == (2, 2, 1)
        entry = trade.session.scalars(select(ItemLedgerEntry).order_by(ItemLedgerEntry.id.desc())).first()
        assert (entry.entry_type, entry.quantity, entry.order_no) == (EntryType.NEGATIVE_ADJMT, -2, no)
    assert no in shop.client.get("/sales/service-orders").text
    shipments = shop.client.get("/sales/posted/service-shipments").text
    assert "Service shipment" in shipments or no in shipments
    dialog = shop.client.get(f"{url}/post").text
    both = shop.client.send(f"{url}/post", {
        "key": "k2", "version": _version(dialog), "what": "both", "posting_date": "2025-03-13",
    })  # fmt: skip
    assert "/sales/posted/service-invoices/" in both.headers["Location"]
    assert shop.client.get(both.headers["Location"]).status_code == 200


def test_vendors_have_no_service_orders(shop):
    assert shop.client.get("/purchase/service-orders/new").status_code == 404
    assert shop.client.get("/purchase/service-orders").status_code == 404


def _version(dialog):
    return re.search(r'name="version"[^>]*value="(\d+)"', dialog).group(1)
