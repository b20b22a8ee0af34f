"""The fixtures that every other test stands on."""

import pytest
from sqlalchemy import inspect, text


def test_each_test_gets_a_migrated_database_with_its_blank_rows(each_session):
    tables = inspect(each_session.connection()).get_table_names()
    blank = each_session.execute(text("SELECT code FROM location WHERE id = 0")).scalar_one()

    assert "item_ledger_entry" in tables
    assert blank == ""


@pytest.mark.browser
def test_the_systems_chromium_opens_a_page(page):
    page.set_content("<title>Stock</title><h1>42 on hand</h1>")

    assert page.title() == "Stock"
    assert page.locator("h1").inner_text() == "42 on hand"
