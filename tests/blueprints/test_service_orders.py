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
    dialog = shop.client.get(f"{url}/post").text
    assert "Ship and consume" in dialog
    field = re.search(r'name="(consume-\d+)"', dialog)[1]
    said = {"key": "k1", "version": _version(dialog), "what": "consume", "posting_date": "2025-03-12"}
    for typed, sentence in (("", "Nothing stands to be consumed"), ("x", "is-invalid"), ("4", "3")):
        answer = shop.client.send(f"{url}/post", said | {field: typed})
        assert (answer.status_code, sentence in answer.text) == (422, True), typed
    assert "2 go out" in shop.client.send(f"{url}/preview", said | {field: "2"}).text
    posted = shop.client.send(f"{url}/post", said | {field: "2"})
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


def test_hours_and_travel_are_entered_on_a_service_order_and_hours_alone_on_a_sale(shop):
    client = shop.client
    card = {
        "no": "FITTER",
        "description": "Fitter's hour",
        "unit_price": "80",
        "gen_product_posting_group_id": "SERVICES",
    }
    assert client.send("/setup/lists/resources/new", card).status_code == 303
    travel = {"code": "TRAVEL", "description": "Kilometres", "unit_price": "0.50", "gl_account_id": "4410"}
    assert client.send("/setup/lists/service-costs/new", travel).status_code == 303
    assert "80.00" in client.get("/setup/lists/resources").text
    made = client.send("/sales/service-orders/new", {"party": "CUST"})
    url = made.headers["Location"]

    for kind, field, number in (("resource", "resource", "FITTER"), ("cost", "service_cost", "TRAVEL")):
        assert f'name="{field}"' in client.get(f"{url}/add?type={kind}").text
        missing = client.send(f"{url}/lines", {"type": kind, field: "", "quantity": "1"})
        assert (missing.status_code, "is missing." in missing.text) == (422, True)
        assert client.send(f"{url}/lines", {"type": kind, field: number, "quantity": "2"}).status_code == 303
    page = client.get(url).text
    assert "Resource FITTER" in page
    assert "Cost TRAVEL" in page
    assert ("160.00" in page, "Add a cost" in page) == (True, True)

    order = shop.open("sales_order", ("BOLT", 1), released=False)
    page = client.get(f"/sales/orders/{order}").text
    assert ("Add a resource" in page, "Add a cost" in page) == (True, False)
    refused = client.send(f"/sales/orders/{order}/lines", {"type": "cost", "service_cost": "TRAVEL", "quantity": "1"})
    assert (refused.status_code, "service orders only" in refused.text) == (422, True)
