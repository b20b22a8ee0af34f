"""Units of measure: list, new, change, delete."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from models import UnitOfMeasure, db
from tests.support.item_pages import ItemPages, error_beside, is_page, rows, words
from tests.support.queries import queries_of


@pytest.fixture
def shop(app, login):
    made = ItemPages(app)
    login(made.client, "owner")
    return made


def description(shop, code):
    with shop.app.app_context():
        return db.session.scalar(select(UnitOfMeasure.description).where(UnitOfMeasure.code == code))


def test_the_list_shows_every_unit_with_its_number_of_items(shop):
    shop.item("BOLT")

    page, fragment = shop.client.get("/units"), shop.client.fragment("/units")

    assert "PCS" in rows(page)
    assert "/items?unit=PCS" in page.text
    assert not is_page(fragment)
    assert fragment.text.lstrip().startswith('<section id="list"')


def test_a_unit_is_made_changed_and_deleted(shop):
    made = shop.client.send("/units/new", {"code": "crate", "description": "Crate", "symbol": "cr"})
    assert made.status_code == 303
    assert description(shop, "CRATE") == "Crate"
    assert shop.client.get("/units/CRATE").status_code == 200

    saved = shop.client.send("/units/CRATE", {"code": "CRATE", "description": "Big crate"})
    assert saved.status_code == 303
    assert description(shop, "CRATE") == "Big crate"

    assert shop.client.send("/units/CRATE/delete").status_code == 303
    assert description(shop, "CRATE") is None


@pytest.mark.parametrize(("code", "sentence"), [
    ("", "missing"), ("PCS", "There is a unit PCS already."), ("x" * 11, "At most 10"), ("😀", "letters, digits"),
    ("A\x00B", "letters, digits"),
])  # fmt: skip
def test_a_code_that_does_not_do_is_refused_beside_it_and_the_form_is_kept(shop, code, sentence):
    before = shop.count(UnitOfMeasure)
    data = {"code": code, "description": "kept words"}

    page, fragment = shop.client.send("/units/new", data), shop.client.send("/units/new", data, htmx=True)

    assert (page.status_code, fragment.status_code) == (422, 422)
    assert sentence in error_beside(page, "code")
    assert "kept words" in page.text
    assert fragment.text.lstrip().startswith('<form id="unit-form"')
    assert shop.count(UnitOfMeasure) == before


def test_a_unit_in_use_is_not_deleted_and_the_toast_names_the_item(shop):
    shop.item("BOLT")

    refused = shop.client.send("/units/PCS/delete", follow_redirects=True)

    assert "used by item BOLT" in words(refused)
    assert description(shop, "PCS") is not None


def test_who_may_only_look_sees_no_button_and_may_not_write(shop, login):
    login(shop.client, "viewer")

    page = shop.client.get("/units/PCS")

    assert page.status_code == 200
    assert "data-submit" not in page.text
    assert shop.client.send("/units/PCS", {"code": "PCS", "description": "hacked"}).status_code == 403
    assert shop.client.send("/units/PCS/delete").status_code == 403
    assert shop.client.get("/units/new").status_code == 403
    assert description(shop, "PCS") != "hacked"


@pytest.mark.parametrize("url", ["/units/NOPE", "/units/NOPE/more", "/units/%00"])
def test_a_unit_that_does_not_exist_is_not_found(shop, url):
    assert shop.client.get(url).status_code == 404


def test_without_a_log_in_nothing_is_shown(shop):
    assert shop.app.test_client().get("/units").status_code in {302, 303, 401}


def test_the_list_costs_the_same_with_twice_the_units(shop):
    def add(first, last):
        shop.do(lambda session: session.add_all(UnitOfMeasure(code=f"U{n}") for n in range(first, last)))

    add(0, 10)
    few = queries_of(shop.app, shop.client, "/units")
    add(10, 20)

    assert len(queries_of(shop.app, shop.client, "/units")) == len(few) <= 25
