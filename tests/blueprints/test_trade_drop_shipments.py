"""Pages: a purchasing code on the line of a sales order, and the line fetched into a purchase order."""

import pytest
from sqlalchemy import select

from models import TradeLine
from tests.support.trade import TradeShop


@pytest.fixture
def shop(app, login):
    found = TradeShop(app)
    login(found.client, "owner")
    return found


def test_a_sales_line_gets_a_purchasing_code_and_is_ordered_from_the_vendor(shop):
    sale = shop.open("sales_order", ("BOLT", 5), released=False)
    buying = shop.open("purchase_order", released=False)
    url = f"/purchase/orders/{buying}/sales-lines"

    assert "No sales line waits" in shop.client.get(url).text
    sheet = shop.client.get(f"/sales/orders/{sale}/lines/10000").text
    assert 'name="purchasing_code"' in sheet
    assert '<option value="DROP">' in sheet  # which there are stands under the field
    saved = shop.client.send(f"/sales/orders/{sale}/lines/10000", {"version": "1", "purchasing_code": "DROP"})
    assert saved.status_code == 303, saved.text
    assert "straight to the customer" in shop.client.get(url).text
    assert shop.client.send(url).status_code == 422
    with shop.trade() as trade:
        line_id = trade.session.scalars(select(TradeLine.id)).one()
    assert shop.client.send(url, {"line": str(line_id)}).status_code == 303

    with shop.trade() as trade:
        linked = trade.session.scalars(select(TradeLine).order_by(TradeLine.id)).all()
        assert [line.linked_line_id for line in linked] == [linked[1].id, linked[0].id]
    assert shop.client.get(f"/sales/orders/{sale}/sales-lines").status_code == 404


@pytest.mark.parametrize(("code", "offered"), [("SPECIAL", False), ("", True)])
def test_only_goods_that_are_not_bought_for_one_sale_are_reserved(shop, code, offered):
    sale = shop.open("sales_order", ("BOLT", 5), released=False)
    url = f"/sales/orders/{sale}"
    assert shop.client.send(f"{url}/lines/10000", {"version": "1", "purchasing_code": code}).status_code == 303

    assert (f"{url}/lines/10000/reserve" in shop.client.get(url).text) is offered
