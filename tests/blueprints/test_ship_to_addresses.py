"""Delivery addresses of a customer, kept on the card and chosen on an order (documents.md section 2)."""

from __future__ import annotations

import re

import pytest

from services.parties import CUSTOMER, get_party
from services.ship_to_addresses import save_address
from services.trade.headers import change_header
from tests.support.trade import TradeShop

PLACES = "/customers/CUST/delivery-addresses"


@pytest.fixture
def shop(app, login):
    found = TradeShop(app)
    login(found.client, "owner")
    return found


def header_of(shop, url):
    page = shop.client.get(f"{url}/header").text
    fields = dict(re.findall(r'name="([^"]+)"[^>]*? value="([^"]*)"', page))
    return {name: value for name, value in fields.items() if name not in {"csrf_token", "answer"}}


def test_an_address_by_code_brings_place_agent_and_time_to_the_order(shop):
    agent = shop.client.send("/setup/shipping-agents/new", {"code": "VAN", "name": "Van"}).headers["Location"]
    shop.client.send(f"{agent}/services", {"code": "DAY", "shipping_time": "2D"})
    said = {"code": "north", "name": "North depot", "address": "Quay 1", "city": "Hull", "location_id": "BLUE",
            "shipping_agent_code": "VAN", "shipping_service_code": "DAY"}  # fmt: skip
    assert shop.client.send(PLACES, said).status_code == 303
    for wrong, words in (
        ({"code": "NORTH"}, "exists already"),
        ({"code": "X", "shipping_agent_code": "VAN", "shipping_service_code": "MOON"}, "does not offer"),
        ({"code": "X", "email": "nobody"}, "no e-mail address"),
    ):
        refused = shop.client.send(PLACES, said | wrong)
        assert (refused.status_code, words in refused.text, "Quay 1" in refused.text) == (422, True, True)

    url = shop.client.send("/sales/orders/new", {"party": "CUST"}).headers["Location"]
    before = header_of(shop, url)
    saved = shop.client.send(f"{url}/header", before | {"ship_to_code": "NORTH"})
    assert saved.status_code == 303
    after = header_of(shop, url)
    assert [after[name] for name in ("ship_to_name", "ship_to_city", "location_id", "shipping_agent_code")] == [
        "North depot", "Hull", "BLUE", "VAN",
    ]  # fmt: skip

    # typed over, it stays typed; back to the card's own
    shop.client.send(f"{url}/header", after | {"ship_to_code": "NORTH", "ship_to_name": "Gate 2"})
    assert header_of(shop, url)["ship_to_name"] == "Gate 2"
    shop.client.send(f"{url}/header", header_of(shop, url) | {"ship_to_code": ""})
    assert header_of(shop, url)["ship_to_name"] == before["ship_to_name"]

    row = re.search(rf'href="({PLACES}/\d+)"', shop.client.get(PLACES).text)[1]
    fields = {name: value for name, value in re.findall(r'name="([^"]+)"[^>]*? value="([^"]*)"',
                                                        shop.client.get(row).text) if name != "csrf_token"}  # fmt: skip
    assert shop.client.send(row, fields | {"city": "Leeds"}).status_code == 303
    assert "Leeds" in shop.client.get(PLACES).text
    assert shop.client.send(f"{row}/delete").status_code == 303
    assert "There are none yet" in shop.client.get(PLACES).text
    assert "ship_to_code" not in shop.client.get(f"{url}/header").text  # nothing to choose


def test_another_customer_s_address_is_refused_and_a_place_keeps_the_typed_address(shop):
    with shop.trade() as trade:
        other = get_party(trade.session, CUSTOMER, "CUST2")
        save_address(trade.session, other, None, {"code": "SOUTH", "name": "South"})
        trade.session.commit()
        order = trade.open("sales_order", ship_to_name="Site office")
        trade.refused("ship_to_unknown", lambda: change_header(trade.session, order.id, {"ship_to_code": "SOUTH"}))
        trade.session.rollback()
        changed = change_header(trade.session, order.id, {"location_id": trade.world.location_id("BLUE")})
        assert changed.ship_to_name == "Site office"
