"""Attributes and their values: list, new, change, delete."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from models import ItemAttribute, ItemAttributeMapping, ItemAttributeValue, db
from tests.support.item_pages import ItemPages, error_beside, is_page, rows, words
from tests.support.queries import queries_of


@pytest.fixture
def shop(app, login):
    made = ItemPages(app)
    login(made.client, "owner")
    return made


@pytest.fixture
def colour(shop):
    shop.item("BOLT")
    made = shop.attribute("Colour", "option", "Red", "Blue")
    shop.give("BOLT", "Colour", "Red")
    return made


def value_id(shop, value):
    with shop.app.app_context():
        return db.session.scalar(select(ItemAttributeValue.id).where(ItemAttributeValue.value == value))


def name_of(shop, attribute_id):
    with shop.app.app_context():
        return db.session.scalar(select(ItemAttribute.name).where(ItemAttribute.id == attribute_id))


def test_the_list_is_a_page_and_a_fragment_and_filters_by_type(shop, colour):
    shop.attribute("Width", "decimal", unit_of_measure="cm")

    page, fragment = shop.client.get("/attributes"), shop.client.fragment("/attributes?type=option")

    assert rows(page) == ["Colour", "Width"]
    assert rows(fragment) == ["Colour"]
    assert not is_page(fragment)


def test_an_attribute_is_made_and_its_values_are_added(shop):
    made = shop.client.send("/attributes/new", {"name": "Width", "type": "decimal", "unit_of_measure": "cm"})
    assert made.status_code == 303
    url = made.headers["Location"]

    added = shop.client.send(f"{url}/values", {"value": "10.50"})
    again = shop.client.send(f"{url}/values", {"value": "10.5"})

    assert added.status_code == 303
    assert again.status_code == 422
    assert error_beside(again, "value") == "Width has the value 10.5 already."
    assert "10.5 cm" in words(shop.client.get(url))


@pytest.mark.parametrize(("data", "field", "sentence"), [
    ({"name": ""}, "name", "missing"),
    ({"name": "COLOUR"}, "name", "There is an attribute COLOUR already."),
    ({"name": "x" * 251}, "name", "At most 250"),
    ({"name": "Size", "type": "colour"}, "type", "Choose"),
])  # fmt: skip
def test_what_does_not_do_is_refused_beside_its_field(shop, colour, data, field, sentence):
    data = {"type": "text", "unit_of_measure": "kept"} | data

    page, fragment = shop.client.send("/attributes/new", data), shop.client.send("/attributes/new", data, htmx=True)

    assert (page.status_code, fragment.status_code) == (422, 422)
    assert sentence.lower() in error_beside(page, field).lower()
    assert 'value="kept"' in page.text
    assert not is_page(fragment)
    assert shop.count(ItemAttribute) == 1


def test_the_type_cannot_change_while_there_are_values(shop, colour):
    refused = shop.client.send(f"/attributes/{colour}/edit", {"name": "Colour", "type": "decimal", "keep_values": "y"})

    assert refused.status_code == 422
    assert "because it has values" in error_beside(refused, "type")


def test_a_new_name_of_one_in_use_is_asked_about_then_keeps_the_values_or_throws_them_away(shop, colour):
    url = f"/attributes/{colour}/edit"

    asked = shop.client.send(url, {"name": "Color", "type": "option", "keep_values": "y"}, htmx=True)
    assert asked.status_code == 422
    assert "1 items and variants have Colour" in error_beside(asked, "sure")
    assert 'value="Color"' in asked.text, "what was typed is kept"
    assert name_of(shop, colour) == "Colour"

    shop.client.send(url, {"name": "Color", "type": "option", "keep_values": "y", "sure": "y"})
    assert (name_of(shop, colour), shop.count(ItemAttributeValue)) == ("Color", 2)

    shop.client.send(url, {"name": "Paint", "type": "option", "sure": "y"})
    assert (name_of(shop, colour), shop.count(ItemAttributeValue)) == ("Paint", 0)


def test_another_unit_of_one_in_use_is_asked_about(shop):
    shop.item("BOLT")
    width = shop.attribute("Width", "decimal", unit_of_measure="cm")
    shop.give("BOLT", "Width", "12")
    data = {"name": "Width", "type": "decimal", "unit_of_measure": "mm", "keep_values": "y"}

    asked = shop.client.send(f"/attributes/{width}/edit", data)
    sure = shop.client.send(f"/attributes/{width}/edit", data | {"sure": "y"})

    assert "1 items and variants have Width" in error_beside(asked, "sure")
    assert sure.status_code == 303


def test_one_without_values_may_become_a_choice(shop):
    made = shop.attribute("Finish", "text")

    assert "Make it a choice" in words(shop.client.get(f"/attributes/{made}"))
    assert shop.client.send(f"/attributes/{made}/option").status_code == 303

    page = words(shop.client.get(f"/attributes/{made}"))
    assert "Make it a choice" not in page
    assert "add above what may be chosen" in page


def test_the_list_says_what_may_be_chosen(shop, colour):
    found = words(shop.client.get("/attributes"))

    assert "Blue, Red" in found or "Red, Blue" in found


def test_a_value_is_renamed_and_its_items_follow(shop, colour):
    url = f"/attributes/{colour}/values/{value_id(shop, 'Red')}"

    page, saved = shop.client.get(url), shop.client.send(url, {"value": "Crimson"})

    assert page.status_code == 200
    assert f"/items?attr={colour}%3DRed" in page.text
    assert saved.status_code == 303
    assert shop.values_of("BOLT") == {"Colour": "Crimson"}


def test_a_value_that_is_there_already_is_refused_and_nothing_changes(shop, colour):
    url = f"/attributes/{colour}/values/{value_id(shop, 'Red')}"

    refused = shop.client.send(url, {"value": "blue"}, htmx=True)

    assert refused.status_code == 422
    assert "has the value blue already" in error_beside(refused, "value")
    assert shop.values_of("BOLT") == {"Colour": "Red"}


def test_the_question_before_deleting_says_how_many_items_lose_it(shop, colour):
    assert "1 items and variants lose" in words(shop.client.get(f"/attributes/{colour}")) or (
        "1 items and variants lose" in shop.client.get(f"/attributes/{colour}").text
    )

    assert shop.client.send(f"/attributes/{colour}/values/{value_id(shop, 'Red')}/delete").status_code == 303
    assert shop.values_of("BOLT") == {}
    assert shop.client.send(f"/attributes/{colour}/delete").status_code == 303
    assert shop.count(ItemAttribute) == shop.count(ItemAttributeValue) == shop.count(ItemAttributeMapping) == 0


def test_the_values_are_searched_and_sorted_as_numbers(shop):
    width = shop.attribute("Width", "decimal", "9", "10", "100")

    assert rows(shop.client.get(f"/attributes/{width}")) == ["9", "10", "100"]
    assert rows(shop.client.fragment(f"/attributes/{width}?q=10")) == ["10", "100"]


def test_who_may_only_look_sees_the_values_and_changes_nothing(shop, colour, login):
    login(shop.client, "viewer")

    page = shop.client.get(f"/attributes/{colour}")

    assert "Red" in words(page)
    assert "add-value" not in page.text
    assert f"/values/{value_id(shop, 'Red')}" not in page.text
    for url in (f"/attributes/{colour}/values", f"/attributes/{colour}/edit", f"/attributes/{colour}/delete",
                f"/attributes/{colour}/values/{value_id(shop, 'Red')}", "/attributes/new"):  # fmt: skip
        assert shop.client.send(url, {"value": "Green", "name": "x", "type": "text"}).status_code == 403
    assert shop.count(ItemAttributeValue) == 2


@pytest.mark.parametrize("url", [
    "/attributes/999", "/attributes/99999999999999999999", "/attributes/x", "/attributes/{0}/values/999",
    "/attributes/999/values/1", "/attributes/999/edit",
])  # fmt: skip
def test_what_does_not_exist_is_not_found(shop, colour, url):
    assert shop.client.get(url.format(colour)).status_code == 404


def test_a_value_of_another_attribute_is_not_found_under_this_one(shop, colour):
    other = shop.attribute("Size", "option", "L")

    assert shop.client.get(f"/attributes/{other}/values/{value_id(shop, 'Red')}").status_code == 404
    assert shop.client.send(f"/attributes/{other}/values/{value_id(shop, 'Red')}/delete").status_code == 404
    assert shop.values_of("BOLT") == {"Colour": "Red"}


def test_list_and_values_cost_the_same_with_twice_the_rows(shop):
    width = shop.attribute("Width", "decimal", *(str(n) for n in range(10)))
    few = [len(queries_of(shop.app, shop.client, url)) for url in ("/attributes", f"/attributes/{width}")]
    for n in range(5):
        shop.attribute(f"More {n}", "text", "a", "b")
        shop.client.send(f"/attributes/{width}/values", {"value": str(100 + n)})

    assert [len(queries_of(shop.app, shop.client, url)) for url in ("/attributes", f"/attributes/{width}")] == few
    assert max(few) <= 25
