"""Saved views of a list: one's own, or shared with a role."""

from __future__ import annotations

import pytest

from models import SavedView
from tests.support.item_pages import ItemPages, words

METAL = {"name": "Metal goods", "query": "category=METAL&after=xyz", "back": "/items"}


@pytest.fixture
def shop(app):
    made = ItemPages(app)
    made.category("METAL")
    made.item("BOLT")
    return made


def test_a_view_is_seen_by_the_role_it_is_shared_with_and_nobody_else(shop, login):
    login(shop.client, "owner")
    saved = shop.client.send("/views/items", METAL | {"role": "clerk"})
    assert saved.status_code == 303
    assert "shared with Clerk" in words(shop.client.get("/items"))

    login(shop.client, "clerk")
    page = shop.client.get("/items")
    assert 'href="/items?category=METAL"' in page.text, "paging is no part of a view"
    assert "Delete the view Metal goods" not in page.text

    login(shop.client, "seller")
    assert "Metal goods" not in shop.client.get("/items").text


def test_a_role_one_does_not_have_is_refused_and_not_offered(shop, login):
    login(shop.client, "clerk")

    page = shop.client.get("/items")
    refused = shop.client.send("/views/items", METAL | {"role": "owner"})

    assert "Everybody who is Clerk" in page.text
    assert "Everybody who is Owner" not in page.text
    assert refused.status_code == 403
    assert shop.count(SavedView) == 0
    assert shop.client.send("/views/items", METAL | {"role": "clerk"}).status_code == 303


def test_shared_views_are_cleared_away_by_their_maker_or_an_owner_only(shop, login):
    login(shop.client, "clerk")
    shop.client.send("/views/items", METAL | {"role": "clerk"})

    login(shop.client, "seller")
    assert shop.client.send("/views/1/delete", {"back": "/items"}).status_code == 403
    assert shop.count(SavedView) == 1

    login(shop.client, "owner")
    assert shop.client.send("/views/1/delete", {"back": "/items"}).status_code == 303
    assert shop.count(SavedView) == 0
