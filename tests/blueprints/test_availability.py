"""Availability and reservation through the pages: what is shown opens, one tap reserves, one tap cancels."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from sqlalchemy import select, update

from core.unit_of_work import perform
from models import Item, Reservation, db
from models.enums import OrderTrackingPolicy
from services.trade.line_numbers import Number
from services.trade.lines import change_line
from tests.builders import d
from tests.support.people import log_in_as
from tests.support.queries import queries_of
from tests.support.trade import TradeShop


@pytest.fixture
def shop(app):
    shop = TradeShop(app)
    log_in_as(app, shop.client, "owner")
    return shop


def _held(shop) -> list[int]:
    with shop.app.app_context():
        return [int(quantity) for quantity in db.session.scalars(select(Reservation.quantity).order_by(Reservation.id))]


def _press(shop, url: str, do: str, **values: str):
    return shop.client.send(url, {"do": do} | values, htmx=True)


def test_every_view_shows_the_item_and_opens_its_documents(shop):
    order = shop.open("sales_order", ("BOLT", 60), released=False)
    shop.open("purchase_order", ("BOLT", 20))

    page = shop.client.get("/items/BOLT/availability")
    assert page.status_code == 200
    assert f'href="/sales/orders/{order}"' in page.text
    assert "timeline-out" in page.text
    for view in ("period", "location", "variant", "unit", "lot", "tracking"):
        answer = shop.client.get(f"/items/BOLT/availability?view={view}&location=BLUE", headers={"HX-Request": "true"})
        assert answer.status_code == 200
        assert answer.text.lstrip().startswith('<div id="availability">')
    with shop.trade() as trade:
        trade.change(shop.item(trade, "BOLT"), order_tracking_policy=OrderTrackingPolicy.TRACKING_AND_ACTION)
    tracked = shop.client.get("/items/BOLT/availability?view=tracking&location=BLUE").text
    assert "Change quantity" in tracked
    assert f'href="/sales/orders/{order}"' in tracked
    period = shop.client.get("/items/BOLT/availability?view=period").text
    drilled = shop.client.get(re.search(r'href="([^"]*which=requirement[^"]*)"', period).group(1).replace("&amp;", "&"))
    assert f'href="/sales/orders/{order}"' in drilled.text
    assert (
        shop.client.get("/items/BOLT/availability?view=x&page=-1&until=never&location=%00&for=a:b").status_code == 200
    )


def test_a_page_asks_the_same_number_of_statements_whatever_is_on_order(shop):
    counts = []
    for quantity in (1, 9):
        shop.open("sales_order", *[("BOLT", quantity)] * quantity)
        shop.client.get("/items/BOLT/availability")
        counts.append(len(queries_of(shop.app, shop.client, "/items/BOLT/availability")))
    assert counts[0] == counts[1] <= 25


def test_one_tap_reserves_and_one_tap_cancels(shop):
    order = shop.open("sales_order", ("BOLT", 60), released=False)
    url = f"/sales/orders/{order}/lines/10000/reserve"
    drawer = shop.client.get(url).text
    take = re.search(r'value="(take e\d+)"', drawer).group(1)

    assert _press(shop, url, take, quantity="51").status_code == 422
    assert _held(shop) == []
    answer = _press(shop, url, take, quantity="12")
    assert answer.status_code == 200
    assert "reservations-changed" in answer.headers["HX-Trigger"]
    assert _held(shop) == [12]
    assert "12 reserved, 12 from stock" in shop.client.get(f"/sales/orders/{order}").text
    assert "Where the stock is spoken for" in shop.client.get("/items/BOLT").text
    listed = shop.client.get("/reservations?item=BOLT&from_stock=yes").text
    assert f'href="/sales/orders/{order}"' in listed

    pair = re.search(r'value="cancel (\d+)"', answer.text).group(1)
    assert _press(shop, url, f"lower {pair}", quantity="13").status_code == 422
    assert _press(shop, url, f"lower {pair}", quantity="5").status_code == 200
    assert _press(shop, url, "cancel 999").status_code == 422
    assert _held(shop) == [5]
    assert _press(shop, url, f"cancel {pair}", quantity="x").status_code == 200
    assert _held(shop) == []
    assert "10 could not be" in _press(shop, url, "auto").text
    plain = shop.client.send(url, {"do": "cancel_kind stock"})
    assert (plain.status_code, plain.headers["Location"]) == (303, f"/sales/orders/{order}")
    assert "1 reservation cancelled." in shop.client.get(f"/sales/orders/{order}").text
    assert _held(shop) == []


def test_lines_of_inventory_documents_are_reserved_for_and_from_and_say_what_is_short(shop):
    urls = {}
    for slug, quantity in (("receipts", 9), ("shipments", 60)):
        made = shop.client.send(f"/inventory-documents/{slug}/new", {"location_id": "BLUE"})
        urls[slug] = made.headers["Location"]
        line = {"item": "BOLT", "quantity": str(quantity)}
        assert shop.client.send(f"{urls[slug]}/lines", line, htmx=True).status_code == 200
    shipment = shop.client.get(urls["shipments"]).text
    assert "1 short." in shipment
    assert "Free at other locations" in shop.client.get(f"{urls['shipments']}/lines/10000/shortage").text
    assert _press(shop, f"{urls['shipments']}/lines/10000/reserve", "auto").status_code == 200
    assert _held(shop) == [50, 9]
    assert "59 reserved, 50 from stock" in shop.client.get(urls["shipments"]).text
    assert "9 are spoken for" in shop.client.get(urls["receipts"]).text
    assert urls["receipts"] in shop.client.get("/reservations?from_stock=no").text
    assert urls["shipments"] in shop.client.get("/reservations/worksheet?type=inventory_shipment").text


def test_a_purchase_serves_whom_one_chooses(shop):
    sale = shop.open("sales_order", ("NUT", 8), released=False, expected_date=None)
    buy = shop.open("purchase_order", ("NUT", 6), released=False)
    url = f"/purchase/orders/{buy}/lines/10000/reserve"
    drawer = shop.client.get(url).text
    serve = re.search(r'value="(serve trade:\d+)"', drawer).group(1)
    assert sale in drawer

    assert _press(shop, url, serve, quantity="6").status_code == 200
    assert _held(shop) == [6]
    assert "6 are spoken for" in shop.client.get(f"/purchase/orders/{buy}").text
    with shop.app.app_context():  # its day passed without it
        db.session.execute(update(Reservation).values(expected_receipt_date=dt.date(2020, 1, 2)))
        db.session.commit()
    told = re.search(r'href="(/reservations\?expected_to=[^"]+)"', shop.client.get("/").text)[1]
    assert sale in shop.client.get(told).text
    assert _press(shop, url, "cancel_all").status_code == 200
    assert _held(shop) == []


def test_a_whole_order_is_reserved_and_stock_alone_must_suffice(shop):
    order = shop.open("sales_order", ("BOLT", 30), ("BOLT", 30), released=False)
    refused = shop.client.send(f"/sales/orders/{order}/reserve-all", {"among": "stock"})
    assert (refused.status_code, _held(shop)) == (422, [])
    with shop.trade() as trade:
        trade.edit(shop.document(trade, order), 2, qty_to_handle=12)
    for _again in range(2):  # what is to ship is held already the second time
        shop.client.send(f"/sales/orders/{order}/reserve-all", {"among": "stock"})
        assert _held(shop) == [30, 12]
    shop.client.send(f"/sales/orders/{order}/reserve-all", {})
    assert _held(shop) == [30, 12, 8]

    with shop.app.app_context():
        ids = list(db.session.scalars(select(Reservation.id)))
    log_in_as(shop.app, shop.client, "viewer")
    assert shop.client.send("/reservations/cancel", {"ids": ids}).status_code == 403
    log_in_as(shop.app, shop.client, "owner")
    assert shop.client.send("/reservations/cancel", {"ids": ids}).status_code in (200, 303)
    assert _held(shop) == []


def test_a_date_or_a_place_seen_there_is_put_on_the_line(shop):
    order = shop.open("sales_order", ("BOLT", 5), released=False)
    key = f"sales:orders:{order}:10000"
    shop.open("purchase_order", ("BOLT", 20), expected_date=None)
    assert "Take this location" in shop.client.get(f"/items/BOLT/availability?view=location&for={key}").text
    shop.client.send(f"/sales/orders/{order}/lines/10000/take", {"location": "RED"})
    shop.client.send(f"/sales/orders/{order}/lines/10000/take", {"date": "2025-04-01"})
    assert shop.client.send(f"/sales/orders/{order}/lines/10000/take", {"date": "soon"}).status_code in (200, 303)
    line = shop.lines(order)[0]
    with shop.trade() as trade:
        red = trade.world.location_id("RED")
        assert shop.item(trade, "BOLT").id == trade.session.scalar(select(Item.id).where(Item.no == "BOLT"))
    assert (line.location_id, line.expected_date.isoformat()) == (red, "2025-04-01")


def test_dates_are_promised_by_one_button(shop):
    order = shop.open("sales_order", ("NUT", 5), released=False)
    shop.client.send("/setup/availability", {"check_period": "x", "look_ahead": "", "promise_offset": "1D"})
    assert shop.client.send("/setup/availability", {"check_period": "1X"}).status_code == 422
    shop.client.send(
        "/setup/availability",
        {"check_period": "1W", "check_bucket": "week", "look_ahead": "3M", "promise_offset": "1D"},
    )
    shown = shop.client.get(f"/sales/orders/{order}/promise?mode=capable")
    assert (shown.status_code, "to be ordered on" in shown.text) == (200, True)
    assert shop.client.get(f"/purchase/orders/{order}/promise").status_code == 404
    before = shop.lines(order)[0].expected_date
    shop.client.send(f"/sales/orders/{order}/promise", {"mode": "capable"})
    assert shop.lines(order)[0].expected_date != before
    assert _held(shop) == [5]
    # Looked at again, what was proposed for the order itself is not taken for supply, and still stands.
    again = shop.client.get(f"/sales/orders/{order}/promise?mode=available").text
    assert "not until" in again
    assert _held(shop) == [5]


def listed_with_stock(shop) -> str:
    """Numbers of the orders that hold stock."""
    return shop.client.get("/reservations?from_stock=yes").text


def test_many_lines_are_reserved_at_once(shop):
    orders = [shop.open("sales_order", ("BOLT", quantity), released=False) for quantity in (30, 25, 15)]
    page = shop.client.get("/reservations/worksheet?policy=equally&item=BOLT&location=BLUE").text
    fields = dict(re.findall(r'name="((?:qty|free) [^"]+)"[^>]*value="([^"]*)"', page))
    assert sorted(int(value) for name, value in fields.items() if name.startswith("qty")) == [15, 17, 18]
    assert _held(shop) == []
    first = next(name for name in fields if name.startswith("qty"))

    assert shop.client.send("/reservations/worksheet", fields | {first: "31"}).status_code == 422
    assert shop.client.send("/reservations/worksheet", fields | {first: "much"}).status_code == 422
    over = {name: "20" if name.startswith("qty") and value != "15" else value for name, value in fields.items()}
    assert shop.client.send("/reservations/worksheet", over).status_code == 422
    assert _held(shop) == []
    # Somebody else takes 40 meanwhile: the worksheet gets what is left.
    _press(shop, f"/sales/orders/{shop.open('sales_order', ('BOLT', 40))}/lines/10000/reserve", "auto")
    assert shop.client.send("/reservations/worksheet", fields).status_code in (200, 303)
    assert sum(_held(shop)) == 50
    listed = lambda query: [no in shop.client.get(f"/reservations/worksheet?{query}").text for no in orders]
    assert listed("stock=no") == [no not in listed_with_stock(shop) for no in orders]
    assert listed("since=2199-01-01") == listed("item=BOLT&variant=NONE") == [False] * 3


def test_a_line_with_lots_asks_whether_exactly_these_are_held(shop):
    """7 are named of L1, which has 5; any lot holds all 7, and L1 alone ships what is there of it."""
    with shop.trade() as trade:
        code = trade.world.tracking_code("BATCH", lot_specific=True)
        item = trade.item("MILK", item_tracking_code_id=code.id)
        for lot, quantity in (("L1", 5), ("L2", 10)):
            trade.world.receive(item, quantity, 1, at="BLUE", lot_no=lot)
        row = {"item": item, "quantity": 7, "unit_amount": 5, "location_id": trade.world.location_id("BLUE")}
        order = trade.open("sales_order", row)
        numbers = [Number(lot_no="L1", serial_no="", package_no="", quantity=d(7))]
        perform(trade.session, lambda s: change_line(s, order.id, 10000, {}, numbers=numbers) and None)
        url = f"/sales/orders/{order.no}/lines/10000/reserve"

    asked = shop.client.get(url).text
    assert ("Reserve exactly these?" in asked, "L2" in asked) == (True, False)
    assert "L2" in shop.client.get(f"{url}?lots=any").text
    assert "5 reserved; 2 could not be." in _press(shop, url, "auto").text
    _press(shop, url, "cancel_all")
    assert "7 reserved." in _press(shop, url, "auto", lots="any").text
    with shop.app.app_context():
        held = select(Reservation.lot_no, Reservation.quantity, Reservation.specific).order_by(Reservation.id)
        assert list(db.session.execute(held).tuples()) == [("L1", 5, False), ("L2", 2, False)]
