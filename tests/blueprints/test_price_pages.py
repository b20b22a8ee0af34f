"""Pages of agreed prices: lists with their lines, status, copy; why a line has its price; invoice discounts."""

import pytest
from sqlalchemy import select

from models import InvoiceDiscount, PriceList, PriceListLine, TradeLine
from models.enums import PriceListStatus
from tests.builders import d
from tests.support.queries import queries_of
from tests.support.trade import TradeShop


@pytest.fixture
def shop(app, login):
    found = TradeShop(app)
    login(found.client, "owner")
    return found


def one(shop, model, *conditions):
    with shop.trade() as trade:
        return trade.session.scalars(select(model).where(*conditions)).one()


@pytest.mark.parametrize(("side", "whose"), [("sales", {"customer_id": "CUST"}), ("purchase", {"vendor_id": "VEND"})])
def test_a_list_is_made_filled_activated_and_its_prices_are_used(shop, side, whose):
    base = f"/{side}/prices"

    made = shop.client.send(f"{base}/new", {"code": "spring", "description": "Spring", "defines": "both", **whose})
    line = shop.client.send(f"{base}/SPRING/lines", {
        "item_id": "BOLT", "minimum_quantity": "5", "unit_amount": "3.25", "discount_percent": "4",
        "allow_line_discount": "y", "allow_invoice_discount": "y",
    })  # fmt: skip
    refused = shop.client.send(f"{base}/SPRING/lines", {
        "item_id": "BOLT", "minimum_quantity": "7", "discount_percent": "",
    })  # fmt: skip
    active = shop.client.send(f"{base}/SPRING/status", {"status": "active"})

    assert (made.status_code, line.status_code, refused.status_code, active.status_code) == (303, 303, 422, 303)
    assert "Enter a price or a discount." in refused.text
    assert one(shop, PriceList).status == PriceListStatus.ACTIVE
    card = shop.client.get(f"{base}/SPRING").text
    assert "3.25" in card
    assert ">Activate<" not in card
    for url in (base, f"{base}/lines"):
        page = shop.client.get(url).text
        assert "SPRING" in page
    kind = f"{side}_order"
    no = shop.open(kind, released=False)
    shop.client.send(f"/{side}/orders/{no}/lines", {"item": "BOLT", "quantity": "6"})
    assert one(shop, TradeLine).unit_amount == d("3.25")
    why = shop.client.get(f"/{side}/orders/{no}/lines/10000/price").text
    assert "gives price and discount" in why


def test_a_copy_is_dearer_and_an_active_list_is_not_changed(shop):
    shop.client.send("/sales/prices/new", {"code": "A", "defines": "both"})
    shop.client.send("/sales/prices/A/status", {"status": "active"})
    assert "A has no lines" in shop.client.get("/sales/prices/A").text  # the toast: an empty list stays a draft
    assert one(shop, PriceList).status == PriceListStatus.DRAFT
    shop.client.send("/sales/prices/A/lines", {"item_id": "BOLT", "unit_amount": "10"})
    shop.client.send("/sales/prices/A/status", {"status": "active"})

    assert shop.client.send("/sales/prices/A/copy", {"code": "B", "percent": "10"}).status_code == 303
    refused = shop.client.send("/sales/prices/A", {"code": "A", "description": "New words", "defines": "both"})

    assert (refused.status_code, "A is active" in refused.text, "New words" in refused.text) == (422, True, True)
    with shop.trade() as trade:
        prices = trade.session.scalars(select(PriceListLine.unit_amount).order_by(PriceListLine.id)).all()
    assert prices == [10, 11]


def test_the_pages_of_a_list_ask_the_same_number_of_times_for_more_lines(app, shop):
    shop.client.send("/sales/prices/new", {"code": "A", "defines": "both"})
    counts = []
    for lines in (2, 4):
        for place in range(lines):
            shop.client.send("/sales/prices/A/lines", {
                "item_id": "BOLT", "unit_amount": "10", "minimum_quantity": str(10 * lines + place),
            })  # fmt: skip
        counts.append(len(queries_of(app, shop.client, "/sales/prices/A")))

    assert counts[0] == counts[1]


def test_steps_of_an_invoice_discount_and_the_discount_of_a_document(shop):
    made = shop.client.send("/sales/invoice-discounts/new", {
        "code": "CUST", "minimum_amount": "10", "discount_percent": "5", "service_charge": "",
    })  # fmt: skip
    again = shop.client.send("/sales/invoice-discounts/new", {
        "code": "CUST", "minimum_amount": "10", "discount_percent": "6",
    })  # fmt: skip
    no = shop.open("sales_order", ("BOLT", 5), released=False)  # 5 x 4.00

    by_code = shop.client.send(f"/sales/orders/{no}/invoice-discount", {"by_code": "1"})
    discount = one(shop, TradeLine).invoice_discount_amount
    typed = shop.client.send(f"/sales/orders/{no}/invoice-discount", {"amount": "3"})
    too_much = shop.client.send(f"/sales/orders/{no}/invoice-discount", {"amount": "21"})

    assert (made.status_code, again.status_code) == (303, 422)
    assert (by_code.status_code, discount) == (303, 1)
    assert (typed.status_code, one(shop, TradeLine).invoice_discount_amount) == (303, 3)
    assert (too_much.status_code, "between 0 and the sum of the lines" in too_much.text) == (422, True)
    row = one(shop, InvoiceDiscount)
    assert shop.client.get(f"/sales/invoice-discounts/{row.id}").status_code == 200
    assert shop.client.get(f"/purchase/invoice-discounts/{row.id}").status_code == 404
    assert shop.client.send(f"/sales/invoice-discounts/{row.id}/delete", {}).status_code == 303
