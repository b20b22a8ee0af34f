"""What the card says is on order, under way and held (items.md section 1, Stock figures); on both engines."""

import re

import pytest

from core.unit_of_work import perform
from services.items.card import load_card
from services.items.stock_figures import StockFigures
from services.poster import Poster
from services.reservations.keep import LineRef, reserve
from services.reservations.sources import SourceKind
from services.transfers.lines import add_line, edit_line
from services.transfers.orders import create_order, get_order
from services.transfers.post import post_order
from tests.builders import d, day
from tests.support.people import log_in_as
from tests.support.trade import TradeShop

ON = day("2025-03-10")


@pytest.fixture
def bolt(each_trade):
    item = each_trade.item("BOLT", unit_cost="2", unit_price="5")
    each_trade.world.receive(item, 20, 2, at="BLUE")
    return item


def test_orders_transfers_and_reservations_are_counted_for_this_item_only(each_trade, bolt):
    world, session = each_trade.world, each_trade.session
    blue, red = world.location_id("BLUE"), world.location_id("RED")
    road = world.location("ROAD", use_as_in_transit=True)
    for item in (bolt, each_trade.item("NUT")):
        each_trade.open("purchase_order", {"item": item, "quantity": 7}, location_id=blue)
    order = each_trade.open("sales_order", {"item": bolt, "quantity": 3}, location_id=blue)
    each_trade.open("sales_quote", {"item": bolt, "quantity": 50}, location_id=blue)

    def transfer(session):
        places = {"from_location_id": blue, "to_location_id": red, "in_transit_location_id": road.id}
        made = create_order(session, places, on=ON)
        add_line(session, made, {"item_id": bolt.id, "quantity": d(6)}, [])
        edit_line(session, made, made.lines[0], {"qty_to_ship": d(4)})
        return made.no

    no = perform(session, transfer)
    perform(session, lambda s: post_order(s, get_order(s, no), Poster(user_name="t"), ship=True, receive=False, on=ON))
    perform(session, lambda s: reserve(s, LineRef(SourceKind.TRADE, each_trade.line(order).id), None, d(2)))

    card = load_card(session, "BOLT", ON)
    assert card.stock == StockFigures(d(7), d(3), d(2), d(4), d(2))
    assert (card.quantity, card.available) == (20, 18)


def test_the_card_shows_what_is_on_order_and_what_the_policy_uses(app):
    shop = TradeShop(app)
    log_in_as(app, shop.client, "owner")
    shop.open("purchase_order", ("BOLT", 7))

    card = " ".join(shop.client.get("/items/BOLT").text.split())

    assert '<dt>On purchase orders</dt><dd><a href="/items/BOLT/timeline?kind=document">7</a></dd>' in card
    assert re.search(r'<dt>Net invoiced quantity</dt><dd><a href="[^"]+">50</a></dd>', card)
    assert re.search(r'<dt>Cost posted to G/L</dt><dd><a href="[^"]+">100.00</a></dd>', card)
    assert "<h2>Planning</h2>" in card
    assert "<dt>Reorder point</dt>" not in card  # it is not planned


def test_the_card_says_each_way_in_which_the_item_is_blocked(app):
    shop = TradeShop(app)
    log_in_as(app, shop.client, "owner")
    with shop.trade() as trade:
        item = shop.item(trade, "NUT")
        item.service_blocked = item.production_blocked = item.inventory_value_zero = True
        trade.session.commit()

    card = shop.client.get("/items/NUT").text

    for word in ("Service blocked", "Production blocked", "Inventory value zero"):
        assert word in card
