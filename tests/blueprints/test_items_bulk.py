"""The pages of a bulk edit: choose fields, grid, preview, apply, undo."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from models import BulkEdit, Item, VatProductPostingGroup, db
from tests.support.item_pages import ItemPages, is_page, words

URL = "/items/bulk/edit"


@pytest.fixture
def shop(app, login):
    made = ItemPages(app)
    login(made.client, "owner")
    with app.app_context():
        vat = db.session.scalar(select(VatProductPostingGroup.id).where(VatProductPostingGroup.code != "").limit(1))
    made.ids = {no: made.item(no, vat_product_posting_group_id=vat) for no in ("NUT", "BOLT")}
    made.colour = made.attribute("Colour", "option", "Red", "Blue")
    return made


def cells(shop, **columns):
    """The form of a grid: every item's cell of a column, as it was seen and as it is to be."""
    data = {"ids": [str(number) for number in shop.ids.values()], "fields": list(columns)}
    for field, (seen, text) in columns.items():
        for number in shop.ids.values():
            data |= {f"s-{number}-{field}": seen, f"c-{number}-{field}": text}
    return data


def prices(shop):
    with shop.app.app_context():
        return dict(db.session.execute(select(Item.no, Item.unit_price)).tuples().all())


def test_fields_are_chosen_then_come_as_columns_with_what_stands_there(shop):
    ids = [str(number) for number in shop.ids.values()]
    shop.give("NUT", "Colour", "Red")
    fields = shop.client.send(URL, {"ids": ids})
    grid = shop.client.send(f"{URL}/grid", {"ids": ids, "fields": ["unit_price", f"attribute:{shop.colour}"]})

    assert (fields.status_code, grid.status_code) == (200, 200)
    assert "Edit 2 items" in words(fields)
    assert "Colour" in words(fields)
    assert re.search(rf'name="c-{shop.ids["NUT"]}-attribute:{shop.colour}" value="Red"', grid.text)
    assert is_page(grid)


def test_a_value_is_filled_down_without_javascript_too(shop):
    data = cells(shop, unit_price=("0", "1")) | {"fill": "unit_price", "all-unit_price": "4.5"}

    grid = shop.client.send(f"{URL}/grid?action=fill", data)

    assert grid.text.count('value="4.5"') == 3, "both items and the field for all"
    assert prices(shop) == {"NUT": 0, "BOLT": 0}


def test_the_preview_says_what_changes_and_writes_nothing_then_it_is_applied_and_undone(shop):
    data = cells(shop, unit_price=("0", "7"))

    preview = shop.client.send(f"{URL}/preview", data)
    assert "2 items change." in words(preview)
    assert prices(shop) == {"NUT": 0, "BOLT": 0}
    assert shop.count(BulkEdit) == 0

    applied = shop.client.send(f"{URL}/apply", data | {"action": "all"})
    assert applied.headers["Location"].endswith(f"{URL}/last")
    assert prices(shop) == {"NUT": 7, "BOLT": 7}
    last = shop.client.get(f"{URL}/last")
    assert "2 changes." in words(last)

    assert shop.client.send(f"{URL}/undo", {}).status_code == 303
    assert prices(shop) == {"NUT": 0, "BOLT": 0}
    assert "no bulk edit of yours left" in words(shop.client.get(f"{URL}/last"))


def test_what_is_refused_is_told_item_by_item_with_its_code(shop):
    shop.receive("NUT", "3")
    data = cells(shop, costing_method=("fifo", "average"))

    preview = shop.client.send(f"{URL}/preview", data)
    refused = shop.client.send(f"{URL}/apply", data | {"action": "all"})

    assert "1 item is refused" in words(preview)
    assert "ledger_entries_exist" in preview.text
    assert "Apply only the good ones" in words(preview)
    assert refused.status_code == 422
    assert shop.field("BOLT", "costing_method") == "fifo", "all or nothing"

    shop.client.send(f"{URL}/apply", data | {"action": "good"})

    assert (shop.field("NUT", "costing_method"), shop.field("BOLT", "costing_method")) == ("fifo", "average")


def test_no_ticks_no_fields_or_too_many_of_them_are_said(shop):
    ids = [str(number) for number in shop.ids.values()]

    assert shop.client.send(URL, {}).status_code == 303
    assert "Tick at least one field" in words(shop.client.send(f"{URL}/grid", {"ids": ids}))
    many = shop.client.send(URL, {"ids": ids}).text
    names = re.findall(r'name="fields" value="([^"]+)"', many)[:13]
    page = shop.client.send(f"{URL}/grid", {"ids": ids, "fields": names})
    assert page.status_code == 422
    assert "At most 12 fields" in words(page)


def test_somebody_else_neither_edits_nor_undoes(shop, login):
    shop.client.send(f"{URL}/apply", cells(shop, unit_price=("0", "7")) | {"action": "all"})

    login(shop.client, "viewer")

    assert shop.client.send(f"{URL}/preview", cells(shop, unit_price=("7", "8"))).status_code == 403
    assert shop.client.send(f"{URL}/undo", {}).status_code == 403
    assert prices(shop) == {"NUT": 7, "BOLT": 7}
