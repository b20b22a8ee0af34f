"""Two people (or tabs) edit one record: the second is told what the first changed, and overwrites nothing unknown."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from models import VatProductPostingGroup, db
from tests.support.item_pages import ItemPages
from tests.support.pages import Page


@pytest.fixture
def pages(app, login):
    shop = ItemPages(app)
    login(shop.client)
    with app.app_context():
        shop.vat_group = db.session.scalars(select(VatProductPostingGroup.id)).first()
    return shop


def form_of(client, address: str) -> dict[str, str]:
    """What the form at an address would send, unchanged."""
    forms = Page(client.get(address).text, address).forms
    own = next(form for form in forms if "seen" in form.names)
    return {name: values[0] for name, values in own.data().items() if values[0] is not None}


@pytest.fixture(params=["item", "category", "attribute", "unit"])
def edited(request, pages):
    """(client, address of the form, field): one record of every kind that had no such check."""
    pages.item("BOLT", vat_product_posting_group_id=pages.vat_group)
    pages.category("TOOLS")
    attribute = pages.attribute("Colour", "option", "red")
    return pages.client, *{
        "item": ("/items/BOLT/edit", "description"),
        "category": ("/categories/TOOLS/edit", "description"),
        "attribute": (f"/attributes/{attribute}/edit", "name"),
        "unit": ("/units/PCS", "description"),
    }[request.param]


def test_the_second_is_told_and_may_insist(edited):
    client, address, field = edited
    form = form_of(client, address)

    first = client.send(address, form | {field: "Of the first"})
    second = client.send(address, form | {field: "Of the second"})

    assert first.status_code == 303
    assert second.status_code == 409
    assert "This was changed while you had it open." in second.text
    assert "Of the first" in second.text
    assert "Of the second" in second.text

    insisting = {control.name: control.value for control in Page(second.text).controls if control.name == "seen"}
    assert client.send(address, form | insisting | {field: "Of the second"}).status_code == 303


def test_the_same_form_twice_is_no_conflict_with_oneself(edited):
    client, address, field = edited

    assert client.send(address, form_of(client, address) | {field: "Once"}).status_code == 303
    assert client.send(address, form_of(client, address) | {field: "Twice"}).status_code == 303


def test_a_posting_meanwhile_is_no_matter_of_the_card(pages):
    pages.item("BOLT", vat_product_posting_group_id=pages.vat_group)
    form = form_of(pages.client, "/items/BOLT/edit")

    pages.receive("BOLT", "5", "3.20")

    answer = pages.client.send("/items/BOLT/edit", form | {"description": "Renamed"})
    assert answer.status_code != 409
