"""The category tree: create, edit, move, delete, and what a category brings to its items."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from models import CategoryAttributeMapping, ItemCategory, db
from tests.support.item_pages import ItemPages, error_beside, is_page, words
from tests.support.queries import queries_of


@pytest.fixture
def shop(app, login):
    """FURNITURE > CHAIRS > STOOLS, and LAMPS; STOOL-1 is a stool."""
    made = ItemPages(app)
    login(made.client, "owner")
    made.category("FURNITURE")
    made.category("CHAIRS", "FURNITURE")
    made.category("STOOLS", "CHAIRS")
    made.category("LAMPS")
    made.item("STOOL-1")
    made.put("STOOL-1", "STOOLS")
    made.attribute("Colour", "option", "Red", "Blue")
    made.attribute("Legs", "integer")
    return made


def parent_of(shop, code):
    with shop.app.app_context():
        parent_id = db.session.scalar(select(ItemCategory.parent_id).where(ItemCategory.code == code))
        return db.session.scalar(select(ItemCategory.code).where(ItemCategory.id == parent_id)) if parent_id else None


def codes(response):
    return re.findall(r'class="tree-cell.*?<a class="code[^"]*" href="[^"]*">([^<]*)</a>', response.text)


def test_the_tree_is_a_page_and_a_fragment_in_order_with_counts(shop):
    page, fragment = shop.client.get("/categories"), shop.client.fragment("/categories")

    assert codes(page) == ["FURNITURE", "CHAIRS", "STOOLS", "LAMPS"]
    assert 'href="/items?category=FURNITURE">1</a>' in page.text
    assert not is_page(fragment)
    assert fragment.text.lstrip().startswith('<section id="tree"')


def test_a_search_shows_hits_below_their_parents(shop):
    found = shop.client.fragment("/categories?q=stool")

    assert codes(found) == ["FURNITURE", "CHAIRS", "STOOLS"]
    assert found.text.count("is-faint") == 2
    assert "Nothing matches" in words(shop.client.get("/categories?q=%00%25zz"))


def test_a_category_is_made_below_another(shop):
    form = shop.client.get("/categories/new?below=LAMPS")
    made = shop.client.send("/categories/new", {"code": "desk", "description": "Desk lamps", "parent_id": "LAMPS"})

    assert 'value="LAMPS"' in form.text
    assert made.headers["Location"].endswith("/categories/DESK")
    assert parent_of(shop, "DESK") == "LAMPS"


@pytest.mark.parametrize(("data", "field", "sentence"), [
    ({"code": ""}, "code", "missing"),
    ({"code": "lamps"}, "code", "There is a category LAMPS already."),
    ({"code": "x" * 21}, "code", "At most 20"),
    ({"code": "NEW1", "parent_id": "NOPE"}, "parent_id", "There is no category"),
])  # fmt: skip
def test_what_does_not_do_is_refused_beside_its_field(shop, data, field, sentence):
    data = {"description": "kept words"} | data

    page, fragment = shop.client.send("/categories/new", data), shop.client.send("/categories/new", data, htmx=True)

    assert (page.status_code, fragment.status_code) == (422, 422)
    assert sentence in error_beside(page, field)
    assert "kept words" in page.text
    assert fragment.text.lstrip().startswith('<form id="category-form"')
    assert shop.count(ItemCategory) == 4


def test_a_new_code_is_followed_by_its_items(shop):
    saved = shop.client.send("/categories/STOOLS/edit", {"code": "SEATS", "description": "Seats"})

    assert saved.status_code == 303
    assert "STOOL-1" in shop.client.get("/items?category=SEATS").text


def test_a_category_moves_with_all_below_it_and_its_items_follow(shop):
    shop.bring("FURNITURE", "Colour", "Red")
    assert shop.values_of("STOOL-1") == {"Colour": "Red"}

    moved = shop.client.send("/categories/CHAIRS/move", {"parent_id": "LAMPS"})

    assert moved.status_code == 303
    assert (parent_of(shop, "CHAIRS"), parent_of(shop, "STOOLS")) == ("LAMPS", "CHAIRS")
    assert shop.values_of("STOOL-1") == {}


def test_on_request_items_keep_what_the_old_place_brought(shop):
    shop.bring("FURNITURE", "Colour", "Red")

    shop.client.send("/categories/CHAIRS/move", {"parent_id": "", "keep_attributes": "y"})

    assert parent_of(shop, "CHAIRS") is None
    assert shop.values_of("STOOL-1") == {"Colour": "Red"}


def test_a_category_does_not_move_below_itself(shop):
    refused = shop.client.send("/categories/FURNITURE/move", {"parent_id": "STOOLS"})

    assert refused.status_code == 422
    assert "because STOOLS lies under it" in error_beside(refused, "parent_id")
    assert parent_of(shop, "FURNITURE") is None


def test_deleting_asks_first_and_says_what_the_items_lose(shop):
    shop.bring("FURNITURE", "Colour", "Red")

    asked = shop.client.get("/categories/STOOLS/delete")
    assert "1 item is in this category" in words(asked)
    assert "It brings: Colour." in words(asked)
    assert shop.count(ItemCategory) == 4

    assert shop.client.send("/categories/STOOLS/delete").status_code == 303
    assert shop.count(ItemCategory) == 3
    assert shop.field("STOOL-1", "category_id") is None
    assert shop.values_of("STOOL-1") == {}


def test_a_category_with_others_below_it_is_not_deleted(shop):
    refused = shop.client.send("/categories/CHAIRS/delete")

    assert refused.status_code == 422
    assert "has categories below it" in words(refused)
    assert shop.count(ItemCategory) == 4


def test_the_card_shows_where_it_stands_and_what_it_brings(shop):
    shop.bring("FURNITURE", "Colour", "Red")

    page = shop.client.get("/categories/CHAIRS")

    text = words(page)
    assert "Furniture" in text
    assert "STOOLS" in text
    assert re.search(r"Colour Red FURNITURE", text)
    assert '/items?category=CHAIRS"' in page.text


def test_an_attribute_is_added_and_its_items_get_the_default(shop):
    asked = shop.client.fragment("/categories/CHAIRS/attributes?edit=new")
    added = shop.client.send(
        "/categories/CHAIRS/attributes", {"edit": "new", "attribute_id": "Legs", "default": "4"}, htmx=True
    )

    assert 'name="attribute_id"' in asked.text
    assert not is_page(asked)
    assert added.status_code == 200
    assert added.text.lstrip().startswith('<div id="category-attributes"')
    assert shop.values_of("STOOL-1") == {"Legs": "4"}


def test_without_javascript_adding_leads_back_to_the_card(shop):
    page = shop.client.get("/categories/CHAIRS/attributes?edit=new")
    added = shop.client.send("/categories/CHAIRS/attributes", {"edit": "new", "attribute_id": "Legs", "default": "3"})

    assert is_page(page)
    assert added.status_code == 303
    assert added.headers["Location"].endswith("/categories/CHAIRS#attributes")


@pytest.mark.parametrize(("attribute", "default", "field", "sentence"), [
    ("", "4", "attribute_id", "missing"),
    ("Nope", "4", "attribute_id", "There is no attribute"),
    ("Legs", "four", "default", "number"),
    ("Colour", "", "default", "Fill this in"),
    ("Colour", "Purple", "default", "not one of the values"),
])  # fmt: skip
def test_an_attribute_that_does_not_do_is_refused_beside_its_field(shop, attribute, default, field, sentence):
    data = {"edit": "new", "attribute_id": attribute, "default": default}

    refused = shop.client.send("/categories/CHAIRS/attributes", data, htmx=True)

    assert refused.status_code == 422
    assert sentence in error_beside(refused, field)
    assert shop.count(CategoryAttributeMapping) == 0
    assert shop.values_of("STOOL-1") == {}


def test_what_a_parent_brings_already_is_refused_below(shop):
    shop.bring("FURNITURE", "Colour", "Red")

    refused = shop.client.send(
        "/categories/STOOLS/attributes", {"edit": "new", "attribute_id": "Colour", "default": "Blue"}, htmx=True
    )

    assert refused.status_code == 422
    assert "STOOLS has the attribute Colour already." in error_beside(refused, "attribute_id")


def test_another_default_counts_from_now_on_and_removing_takes_it_off_the_items(shop):
    shop.bring("CHAIRS", "Colour", "Red")
    colour = shop.id_of("Colour")

    changed = shop.client.send("/categories/CHAIRS/attributes", {"edit": str(colour), "default": "Blue"}, htmx=True)
    assert changed.status_code == 200
    assert "Blue" in words(changed)
    assert shop.values_of("STOOL-1") == {"Colour": "Red"}

    assert shop.client.send("/categories/CHAIRS/attributes/delete", {"key": str(colour)}).status_code == 303
    assert shop.values_of("STOOL-1") == {}


def test_an_inherited_attribute_is_changed_where_it_comes_from(shop):
    shop.bring("FURNITURE", "Colour", "Red")
    colour = shop.id_of("Colour")

    refused = shop.client.send("/categories/STOOLS/attributes", {"edit": str(colour), "default": "Blue"}, htmx=True)

    assert refused.status_code == 422
    assert "comes from FURNITURE" in words(refused)


def test_who_may_only_look_changes_nothing(shop, login):
    login(shop.client, "viewer")

    page = shop.client.get("/categories/CHAIRS")

    assert page.status_code == 200
    assert "Add an attribute" not in page.text
    assert "/categories/CHAIRS/edit" not in page.text
    assert "/categories/new" not in shop.client.get("/categories").text
    for url in ("/categories/new", "/categories/CHAIRS/edit", "/categories/CHAIRS/move", "/categories/STOOLS/delete",
                "/categories/CHAIRS/attributes", "/categories/CHAIRS/attributes/delete"):  # fmt: skip
        assert shop.client.send(url, {"code": "X", "parent_id": ""}).status_code == 403
    assert shop.client.get("/categories/CHAIRS/attributes?edit=new").status_code == 403
    assert shop.count(ItemCategory) == 4


@pytest.mark.parametrize("url", [
    "/categories/NOPE", "/categories/NOPE/edit", "/categories/NOPE/move", "/categories/NOPE/delete",
    "/categories/NOPE/attributes", "/categories/CHAIRS/attributes?edit=999", "/categories?page=0", "/categories?page=x",
    "/categories/new?below=NOPE",
])  # fmt: skip
def test_what_does_not_exist_is_not_found(shop, url):
    assert shop.client.get(url).status_code == 404


def test_tree_and_card_cost_the_same_with_twice_the_categories(shop):
    urls = ("/categories", "/categories/FURNITURE")
    shop.bring("FURNITURE", "Colour", "Red")
    few = [len(queries_of(shop.app, shop.client, url)) for url in urls]
    for n in range(8):
        shop.category(f"MORE{n}", "FURNITURE")
    shop.bring("FURNITURE", "Legs", "4")

    assert [len(queries_of(shop.app, shop.client, url)) for url in urls] == few
    assert max(few) <= 25


def test_where_a_category_goes_is_asked_with_what_its_items_lose_and_gain(shop):
    shop.attribute("Watts", "integer")
    shop.bring("CHAIRS", "Legs", "3")
    shop.bring("LAMPS", "Watts", "60")

    sheet = shop.client.fragment("/categories/STOOLS/move?below=LAMPS")
    nowhere = shop.client.fragment("/categories/STOOLS/move?below=")

    assert not is_page(sheet)
    assert "1 item comes along." in words(sheet)
    assert "Lost with the old place: Legs." in words(sheet)
    assert "Brought by the new place: Watts." in words(sheet)
    assert 'value="LAMPS"' in sheet.text
    assert "Lost with the old place: Legs." in words(nowhere)
    assert parent_of(shop, "STOOLS") == "CHAIRS", "asking moves nothing"


def test_before_an_attribute_goes_it_says_how_many_items_lose_it(shop):
    shop.bring("CHAIRS", "Legs", "3")
    url = f"/categories/CHAIRS/attributes?remove={shop.id_of('Legs')}"

    page, fragment = shop.client.get(url), shop.client.fragment(url)

    assert is_page(page)
    assert "1 item in it or below loses its value." in words(fragment)
    assert shop.values_of("STOOL-1") == {"Legs": "3"}


def test_a_child_gets_a_default_of_its_own_on_its_card(shop):
    shop.bring("FURNITURE", "Legs", "4")
    url, key = "/categories/STOOLS/attributes", str(shop.id_of("Legs"))

    form = shop.client.fragment(f"{url}?edit={key}")
    saved = shop.client.send(url, {"edit": key, "own": "y", "default": "3", "mandatory": "y"}, htmx=True)

    assert "Legs comes from FURNITURE" in words(form)
    assert 'name="own"' in form.text
    assert "mandatory" in words(saved)
    assert "3 mandatory this category" in words(saved)
    assert shop.values_of("STOOL-1") == {"Legs": "4"}


def test_the_order_is_calculated_anew_on_request(shop):
    def mess(session):
        session.scalars(select(ItemCategory).where(ItemCategory.code == "LAMPS")).one().presentation_order = 1

    shop.do(mess)
    assert codes(shop.client.get("/categories"))[0] == "LAMPS"

    shop.client.send("/categories/recalculate", {})

    assert codes(shop.client.get("/categories")) == ["FURNITURE", "CHAIRS", "STOOLS", "LAMPS"]


def test_the_tree_has_parents_in_bold_and_the_attributes_each_brings(shop):
    shop.bring("CHAIRS", "Legs", "3")
    shop.bring("CHAIRS", "Colour", "Red")

    page = shop.client.get("/categories")

    assert 'class="code is-parent" href="/categories/CHAIRS"' in page.text
    assert 'class="code" href="/categories/LAMPS"' in page.text
    assert "Colour, Legs" in words(page)
