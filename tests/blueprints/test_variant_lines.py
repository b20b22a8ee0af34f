"""Quantities of variants typed into a grid become lines of purchase, sales and transfer orders (items.md 23)."""

from __future__ import annotations

import pytest

from core.errors import ValidationError
from core.unit_of_work import perform
from models import ItemVariant
from services import attributes
from services.items.variant_grid import variant_grid
from services.transfers import page
from services.transfers.lines import add_lines
from services.transfers.orders import get_order
from tests.builders import d
from tests.support.queries import counted
from tests.support.trade import TradeShop

SIZES, COLOURS = ("S", "M", "L"), ("Red", "Blue")


@pytest.fixture
def shop(app, login):
    """SHIRT in three sizes and two colours, but no blue L, and one variant without colour; 4 red M at BLUE."""
    found = TradeShop(app)
    found.ids = {}
    with found.trade() as trade:
        shirt = trade.item("SHIRT", unit_cost="2", unit_price="5")
        size, colour = (
            perform(
                trade.session, lambda s, name=name: attributes.create_attribute(s, {"name": name, "type": "option"})
            )
            for name in ("Size", "Colour")
        )
        for attribute, values in ((size, SIZES), (colour, COLOURS)):
            for value in values:
                perform(trade.session, lambda s, a=attribute, v=value: attributes.add_value(s, a, v))
        pairs = [(one, other) for one in SIZES for other in COLOURS if (one, other) != ("L", "Blue")]
        for one, other in (*pairs, ("S", "")):
            variant = trade.world.variant(shirt, f"{one}{other[:1]}".upper(), description=f"{one} {other}".strip())
            found.ids[variant.code] = variant.id
            for attribute, value in ((size, one), (colour, other)):
                if value:
                    perform(
                        trade.session,
                        lambda s, a=attribute, v=value, variant=variant: attributes.assign_value(
                            s, shirt.id, a, v, variant_id=variant.id
                        ),
                    )
        trade.world.receive(shirt, 4, 2, at="BLUE", variant_id=found.ids["MR"])
        trade.world.location("EAST")
    login(found.client, "owner")
    return found


def typed(shop, **quantities):
    return {f"variant_{shop.ids[code]}": quantity for code, quantity in quantities.items()}


@pytest.mark.parametrize(("kind", "address"), [("sales_order", "sales/orders"), ("purchase_quote", "purchase/quotes")])
def test_every_field_that_is_filled_becomes_a_line(shop, kind, address):
    no = shop.open(kind, ("BOLT", 1), released=False)
    url = f"/{address}/{no}/variants?item=SHIRT"

    grid = shop.client.get(url)
    made = shop.client.send(url, typed(shop, SR="2", MB="1.5", LR="0", S="3"))

    assert grid.status_code == 200
    assert "Colour: Red · Size: M" in shop.client.get("/items/SHIRT").text
    assert "Size / Colour" in grid.text
    assert grid.text.count('name="variant_') == 6
    assert "no such variant" in grid.text  # a blue L
    assert '<small class="text-secondary">4</small>' in grid.text  # what lies there
    assert made.status_code == 303
    assert [(line.variant_id, line.quantity) for line in shop.lines(no)[1:]] == [
        (shop.ids["SR"], 2), (shop.ids["MB"], d("1.5")), (shop.ids["S"], 3),
    ]  # fmt: skip


def test_a_field_that_cannot_be_kept_says_so_and_nothing_is_added(shop):
    no = shop.open("sales_order", ("BOLT", 1), released=False)
    url = f"/sales/orders/{no}/variants"
    with shop.trade() as trade:
        perform(trade.session, lambda s: s.get_one(ItemVariant, shop.ids["MR"]).__setattr__("sales_blocked", True))

    letters = shop.client.send(f"{url}?item=SHIRT", typed(shop, SR="two", SB="1"))
    nothing = shop.client.send(f"{url}?item=SHIRT", {})
    blocked = shop.client.send(f"{url}?item=SHIRT", typed(shop, MR="2"))
    plain = shop.client.get(f"{url}?item=BOLT")
    unknown = shop.client.get(f"{url}?item=NOPE")

    assert [answer.status_code for answer in (letters, nothing, blocked, plain, unknown)] == [422] * 5
    assert 'value="two"' in letters.text
    assert 'value="1"' in letters.text
    assert "has no variants" in plain.text
    assert f'name="variant_{shop.ids["MR"]}"' not in blocked.text
    assert len(shop.lines(no)) == 1
    shop.client.send(f"/sales/orders/{no}/release")
    released = shop.client.send(f"{url}?item=SHIRT", typed(shop, SB="1"))
    assert (released.status_code, len(shop.lines(no))) == (422, 1)


def test_a_transfer_order_takes_the_grid_too(shop):
    url = shop.client.send("/transfers/new", {"from_location_id": "BLUE", "to_location_id": "EAST"}).headers["Location"]

    made = shop.client.send(f"{url}/variants?item=SHIRT", typed(shop, MR="4", SB="1"))

    assert made.status_code == 303
    with shop.trade() as trade:
        lines = page.read_order(trade.session, url.rsplit("/", 1)[1]).lines
        assert [(line.variant.code, line.quantity) for line in lines] == [("SB", 1), ("MR", 4)]


def test_lines_of_a_transfer_are_added_in_the_same_statements_for_one_and_for_six(shop):
    url = shop.client.send("/transfers/new", {"from_location_id": "BLUE", "to_location_id": "EAST"}).headers["Location"]
    no, costs = url.rsplit("/", 1)[1], []
    with shop.trade() as trade:
        shirt = shop.item(trade, "SHIRT").id
        for wanted in (list(shop.ids.values())[:1], list(shop.ids.values())):
            trade.session.expunge_all()
            values = [{"item_id": shirt, "variant_id": variant, "quantity": d(2)} for variant in wanted]
            with counted(shop.app) as statements:
                added = perform(trade.session, lambda s, v=values: add_lines(s, get_order(s, no), v))
            costs.append([text for text in statements if not text.startswith("INSERT")])
            assert [line.variant_id for line in added] == wanted
        bolt = {"item_id": shop.item(trade, "BOLT").id, "quantity": d(1)}
        values = [bolt, bolt | {"variant_id": shop.ids["MR"]}]
        with pytest.raises(ValidationError) as refused:
            perform(trade.session, lambda s: add_lines(s, get_order(s, no), values))
        assert (refused.value.code, refused.value.line) == ("variant_unknown", 2)
        assert len(page.read_order(trade.session, no).lines) == 7
    assert len(costs[1]) <= len(costs[0]) + 2, costs  # two read what lies on the order already


def test_one_attribute_gives_one_column_and_the_grid_takes_few_statements(shop):
    with shop.trade() as trade:
        item = shop.item(trade, "SHIRT")
        with counted(shop.app) as statements:
            grid = variant_grid(trade.session, item)
        assert len(statements) == 3
        assert (grid.down, grid.across, [variant.code for variant in grid.rest]) == ("Size", "Colour", ["S"])
        nut = shop.item(trade, "NUT")
        plain = trade.world.variant(nut, "X")
        assert variant_grid(trade.session, nut).variants == [plain]
