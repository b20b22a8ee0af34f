"""The role centre: each role's tiles, and that a tile's figure is the length of the list it opens."""

from __future__ import annotations

import re

import pytest

from blueprints.today_tiles import MOST_TILES, OF_ROLE
from models import RoleName
from models.enums import ReorderingPolicy
from tests.support.shop import at_work


@pytest.fixture
def shop(app):
    """One item short, one to order, one with enough; all sold today or received."""
    with at_work(app) as world:
        short = world.item("SHORT")
        low = world.item("LOW", reordering_policy=ReorderingPolicy.FIXED_REORDER_QUANTITY, reorder_point="5")
        world.item("GONE", blocked=True)
        world.receive(low, 3, "2.00", on="2025-01-10", at="BLUE")
        world.sell(short, 4, "5.00", on="2025-01-12", at="BLUE")


def tiles_of(html):
    """label -> (figure, address) of the tiles."""
    found = re.findall(r'<a class="card tile[^"]*" href="([^"]+)">(.*?)</a>', html, re.DOTALL)
    tiles = {}
    for address, inside in found:
        label, value, _note = re.findall(r"<span[^>]*>(.*?)</span>", inside, re.DOTALL)
        tiles[re.sub(r"<[^>]+>", "", label).strip()] = (value.strip(), address.replace("&amp;", "&"))
    return tiles


@pytest.mark.parametrize("role", list(RoleName))
def test_each_role_has_its_tiles_and_every_tile_opens(client, login, shop, role):
    login(client, role.value)

    tiles = tiles_of(client.get("/").text)

    assert len(tiles) == min(len(OF_ROLE[role]), MOST_TILES)
    for figure, address in tiles.values():
        assert figure
        assert client.get(address).status_code == 200


@pytest.mark.parametrize("label", ["Items short", "To order", "Items", "Posted today"])
def test_a_tile_counts_what_its_list_shows(client, login, shop, label):
    login(client, "viewer")

    figure, address = tiles_of(client.get("/").text)[label]

    rows = client.get(address).text.count("data-row")
    assert int(figure) == rows > 0


def test_costs_and_accounts_stay_with_those_who_may_see_them(client, login, shop):
    login(client, "viewer")
    page, charts = client.get("/").text, client.fragment("/today/charts").text
    assert "Inventory value" not in page + charts
    assert "Cost of goods" not in page + charts

    login(client, "owner")
    assert "Inventory value" in client.get("/").text


def test_the_start_page_has_one_scan_field_that_is_seen(client, login, shop):
    """The other is hidden by the style sheet: in the bar on a phone, beside the greeting on a desk."""
    login(client, "clerk")

    page = client.get("/").text

    assert 'class="shell centre-page"' in page
    assert page.count("data-scan") == 2


def test_what_needs_attention_leads_to_where_it_is_put_right(client, login, shop):
    login(client, "owner")

    page = client.get("/").text

    assert "1 item is short" in page
    assert '/items?stock=negative"' in page
