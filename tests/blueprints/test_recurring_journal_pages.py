"""The recurring journal on pages: lines with their frequency, posted on the work date, waiting again."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from models import ItemJournalLine
from tests.support.trade import TradeShop


@pytest.fixture
def shop(app, login):
    found = TradeShop(app)
    login(found.client, "owner")
    return found


def test_a_recurring_line_is_typed_posted_and_waits_for_its_next_day(shop):
    made = shop.client.send("/journal/new?kind=recurring", {"name": "SCRAP"})
    assert made.status_code == 303, made.text[:3000]
    url = made.headers["Location"]
    line = {
        "item": "BOLT", "entry_type": "negative_adjmt", "quantity": "2", "location": "BLUE", "document_no": "R%3",
        "posting_date": "2025-01-31", "recurring_method": "fixed", "recurring_frequency": "1D+CM",
    }  # fmt: skip
    added = shop.client.send(f"{url}/lines", line, htmx=True)
    wrong = shop.client.send(f"{url}/lines", line | {"recurring_frequency": "-1M"}, htmx=True)
    page = shop.client.get(url).text
    form = {
        "key": re.search(r'name="key"[^>]*value="([0-9a-f]+)"', page)[1],
        "version": re.search(r'name="version" value="(\d+)"', page[page.index("/post"):])[1],
    }  # fmt: skip
    posted = shop.client.send(f"{url}/post", form)

    assert (added.status_code, wrong.status_code, posted.status_code) == (200, 422, 303)
    assert "leads to no later day" in wrong.text
    with shop.trade() as trade:
        (left,) = trade.session.scalars(select(ItemJournalLine)).all()
        assert (left.posting_date.isoformat(), left.quantity) == ("2025-02-28", 2)
    assert "SCRAP" in shop.client.get("/journal/recurring").text
