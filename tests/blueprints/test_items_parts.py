"""What hangs on an item, edited in place on its card: units, variants, references, attribute values, picture."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image
from sqlalchemy import select

from models import (
    ItemAttributeMapping,
    ItemPicture,
    ItemReference,
    ItemUnitOfMeasure,
    ItemVariant,
    db,
)
from tests.support.item_pages import ItemPages, error_beside, is_page, words


@pytest.fixture
def shop(app, login):
    made = ItemPages(app)
    login(made.client, "owner")
    made.item("BOLT")
    made.attribute("Colour", "option", "Red", "Blue")
    return made


def row_of(shop, model, **values):
    with shop.app.app_context():
        return db.session.scalars(select(model).filter_by(**values)).one_or_none()


def send(shop, part, htmx=True, **data):
    return shop.client.send(f"/items/BOLT/{part}", {"edit": "new"} | data, htmx=htmx)


def box(**values):
    return {"unit_of_measure_id": "BOX", "qty_per_unit_of_measure": "6"} | values


def code(shop, **values):
    return {
        "reference_no": "4006381333931", "reference_type": "bar_code", "variant_id": "0",
        "unit_of_measure_id": str(shop.id_of("PCS")),
    } | values  # fmt: skip


@pytest.fixture
def boxes(shop):
    """The company counts in boxes too."""
    shop.client.send("/units/new", {"code": "BOX", "description": "Box"})


# ------------------------------------------------------------------------------------------------ all four
@pytest.mark.parametrize("part", ["units", "variants", "references", "attributes"])
def test_each_part_is_a_fragment_on_the_card_and_a_page_without_a_script(shop, part):
    for url in (f"/items/BOLT/{part}", f"/items/BOLT/{part}?edit=new"):
        page, fragment = shop.client.get(url), shop.client.fragment(url)

        assert (page.status_code, fragment.status_code) == (200, 200)
        assert is_page(page)
        assert not is_page(fragment)
        assert re.search(rf'^\s*<div id="item-{part}"', fragment.text)
        assert ("part-form" in fragment.text) == ("edit=new" in url)


# ------------------------------------------------------------------------------------------------ units
def test_a_unit_is_added_changed_and_removed(shop, boxes):
    added = send(shop, "units", **box())
    assert added.status_code == 200, words(added)
    assert "BOX" in words(added)
    assert row_of(shop, ItemUnitOfMeasure, unit_of_measure_id=shop.id_of("BOX")).qty_per_unit_of_measure == 6

    changed = send(shop, "units", edit="BOX", qty_per_unit_of_measure="12", length="10", width="2", height="3")
    assert changed.status_code == 200, words(changed)
    assert row_of(shop, ItemUnitOfMeasure, unit_of_measure_id=shop.id_of("BOX")).cubage == 60

    removed = shop.client.send("/items/BOLT/units/delete", {"key": "BOX"})
    assert removed.headers["Location"].endswith("/items/BOLT#units")
    assert shop.count(ItemUnitOfMeasure) == 1


@pytest.mark.parametrize(("field", "value", "sentence"), [
    ("unit_of_measure_id", "", "missing"),
    ("unit_of_measure_id", "NOPE", "There is no unit"),
    ("qty_per_unit_of_measure", "0", "more than 0"),
    ("qty_per_unit_of_measure", "six", "not a number"),
    ("qty_per_unit_of_measure", "-6", "negative"),
    ("qty_per_unit_of_measure", "Infinity", "not a number"),
    ("rounding_precision", "2", "At most 1"),
])  # fmt: skip
def test_a_unit_that_does_not_do_is_refused_beside_its_field(shop, boxes, field, value, sentence):
    for htmx in (True, False):
        refused = send(shop, "units", htmx, **box(**{field: value}))

        assert refused.status_code == 422
        assert sentence in error_beside(refused, field)
        assert is_page(refused) is not htmx
    assert shop.count(ItemUnitOfMeasure) == 1


def test_the_base_unit_stays(shop):
    refused = shop.client.send("/items/BOLT/units/delete", {"key": "PCS"}, follow_redirects=True)

    assert "base unit" in words(refused)
    assert shop.count(ItemUnitOfMeasure) == 1


# ------------------------------------------------------------------------------------------------ variants
def test_a_variant_is_added_changed_blocked_and_removed(shop):
    assert send(shop, "variants", code="red", description="Red one").status_code == 200
    assert row_of(shop, ItemVariant, code="RED").description == "Red one"

    changed = send(shop, "variants", edit="RED", code="RED", description="Crimson", blocked="y",
                   block_change_reason="Wrong red")  # fmt: skip
    assert "Blocked" in words(changed)
    assert row_of(shop, ItemVariant, code="RED").blocked is True

    shop.client.send("/items/BOLT/variants/delete", {"key": "RED"})
    assert row_of(shop, ItemVariant, code="RED") is None


@pytest.mark.parametrize(
    ("value", "sentence"), [("", "missing"), ("RED", "already"), ("x" * 11, "At most 10"), ("😀", "letters")]
)
def test_a_variant_that_does_not_do_is_refused_beside_its_field(shop, value, sentence):
    send(shop, "variants", code="RED")
    before = shop.count(ItemVariant)

    refused = send(shop, "variants", code=value, description="kept words")

    assert refused.status_code == 422
    assert sentence in error_beside(refused, "code")
    assert "kept words" in refused.text
    assert shop.count(ItemVariant) == before


def test_a_variant_with_entries_is_kept_and_its_stock_opens_them(shop):
    send(shop, "variants", code="RED")
    with shop.app.app_context():
        variant = db.session.scalars(select(ItemVariant).where(ItemVariant.code == "RED")).one()
        world = shop._world()
        from models import Item

        world.receive(db.session.scalars(select(Item)).one(), "3", at="BLUE", variant_id=variant.id)

    page = shop.client.get("/items/BOLT")
    shop.client.send("/items/BOLT/variants/delete", {"key": "RED"})

    assert 'href="/ledger/items?item=BOLT&amp;variant=RED">3</a>' in page.text
    assert row_of(shop, ItemVariant, code="RED") is not None


def test_variants_take_over_the_attributes_of_the_item(shop):
    shop.give("BOLT", "Colour", "Red")
    send(shop, "variants", code="A")

    answer = shop.client.send("/items/BOLT/variants/attributes")

    assert answer.status_code == 303
    assert shop.count(ItemAttributeMapping) == 2


# ------------------------------------------------------------------------------------------------ references
def test_a_bar_code_is_added_finds_the_item_and_is_removed(shop):
    added = send(shop, "references", **code(shop))
    assert added.status_code == 200, words(added)
    assert "4006381333931" in words(added)
    assert "BOLT" in words(shop.client.get("/items?q=4006381333931"))

    shop.client.send("/items/BOLT/references/delete", {"key": str(row_of(shop, ItemReference).id)})
    assert shop.count(ItemReference) == 0
    assert "Nothing matches" in words(shop.client.get("/items?q=4006381333931"))


def test_a_wrong_check_digit_is_kept_but_not_silently(shop):
    added = send(shop, "references", **code(shop, reference_no="4006381333932"))

    assert added.status_code == 200, words(added)
    assert "check digit" in words(added)
    assert shop.count(ItemReference) == 1


@pytest.mark.parametrize(("field", "value", "sentence"), [
    ("reference_no", "", "missing"),
    ("reference_no", "x" * 51, "At most 50"),
    ("reference_type", "secret", ""),
    ("unit_of_measure_id", "999", ""),
    ("variant_id", "999", ""),
    ("starting_date", "2025-02-30", "no day"),
    ("starting_date", "soon", "not a date"),
])  # fmt: skip
def test_a_reference_that_does_not_do_is_refused_beside_its_field(shop, field, value, sentence):
    refused = send(shop, "references", **code(shop, description="kept words", **{field: value}))

    assert refused.status_code == 422
    assert error_beside(refused, field)
    assert sentence in error_beside(refused, field)
    assert "kept words" in refused.text
    assert shop.count(ItemReference) == 0


def test_the_same_reference_twice_is_refused(shop):
    send(shop, "references", **code(shop))

    refused = send(shop, "references", **code(shop))

    assert refused.status_code == 422
    assert "already" in words(refused)
    assert shop.count(ItemReference) == 1


def test_a_reference_of_another_item_is_not_changed_through_this_one(shop):
    shop.item("NUT")
    send(shop, "references", **code(shop))
    key = str(row_of(shop, ItemReference).id)

    assert shop.client.get(f"/items/NUT/references?edit={key}").status_code == 404
    assert shop.client.send("/items/NUT/references/delete", {"key": key}).status_code == 404
    assert shop.count(ItemReference) == 1


# ------------------------------------------------------------------------------------------------ attribute values
def test_a_value_is_given_changed_and_taken_away(shop):
    colour = str(shop.id_of("Colour"))

    assert send(shop, "attributes", attribute_id="Colour", value="red").status_code == 200
    assert shop.values_of("BOLT") == {"Colour": "Red"}

    offered = shop.client.fragment(f"/items/BOLT/attributes?edit={colour}")
    assert '<option value="Blue">' in offered.text
    assert send(shop, "attributes", edit=colour, value="Blue").status_code == 200
    assert shop.values_of("BOLT") == {"Colour": "Blue"}

    shop.client.send("/items/BOLT/attributes/delete", {"key": colour})
    assert shop.values_of("BOLT") == {}


@pytest.mark.parametrize(("attribute", "value", "field", "sentence"), [
    ("Colour", "Purple", "value", "not one of the values of Colour"),
    ("Colour", "", "value", "missing"),
    ("", "Red", "attribute_id", "missing"),
    ("Nope", "Red", "attribute_id", "There is no attribute"),
    ("Width", "wide", "value", "number"),
])  # fmt: skip
def test_a_value_that_does_not_do_is_refused_beside_its_field(shop, attribute, value, field, sentence):
    shop.attribute("Width", "decimal")

    refused = send(shop, "attributes", attribute_id=attribute, value=value)

    assert refused.status_code == 422
    assert sentence in error_beside(refused, field)
    assert shop.values_of("BOLT") == {}


def test_a_second_value_for_an_attribute_is_refused_beside_it(shop):
    shop.give("BOLT", "Colour", "Red")

    refused = send(shop, "attributes", attribute_id="Colour", value="Blue")

    assert refused.status_code == 422
    assert "has a value for Colour already" in error_beside(refused, "attribute_id")
    assert shop.values_of("BOLT") == {"Colour": "Red"}


# ------------------------------------------------------------------------------------------------ picture
def picture(colour="red", size=(900, 600), kind="PNG"):
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, kind)
    return file.getvalue()


def upload(shop, data, name="bolt.png", htmx=True):
    with io.BytesIO(data) as file:
        return shop.client.send(
            "/items/BOLT/picture", {"picture": (file, name)}, htmx=htmx, content_type="multipart/form-data"
        )


def test_a_picture_is_shown_small_in_lists_large_on_the_card_and_deleted(shop):
    stored = upload(shop, picture())

    assert stored.status_code == 200
    assert stored.text.lstrip().startswith('<div id="pictures"')
    digest = row_of(shop, ItemPicture).digest
    assert f"/items/pictures/{digest}/small" in shop.client.get("/items").text
    large, small = (shop.client.get(f"/items/pictures/{digest}/{size}") for size in ("large", "small"))
    assert (large.mimetype, small.mimetype) == ("image/jpeg", "image/jpeg")
    assert len(small.data) < len(large.data)
    assert "immutable" in small.headers["Cache-Control"]
    again = shop.client.get(f"/items/pictures/{digest}/small", headers={"If-None-Match": small.headers["ETag"]})
    assert again.status_code == 304

    assert shop.client.send("/items/BOLT/picture/delete").status_code == 303
    assert shop.count(ItemPicture) == 0
    assert "No picture" in words(shop.client.get("/items/BOLT"))


@pytest.mark.parametrize(("data", "name"), [
    (b"", "bolt.png"), (b"no picture at all", "bolt.png"), (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "bolt.svg"),
    (picture()[:200], "cut.png"),
])  # fmt: skip
def test_a_file_that_is_no_picture_is_refused_with_a_sentence_beside_it(shop, data, name):
    for htmx in (True, False):
        refused = upload(shop, data, name, htmx)

        assert refused.status_code == 422
        assert "field-error" in refused.text
        assert is_page(refused) is not htmx
    assert shop.count(ItemPicture) == 0


def test_no_file_at_all_is_said(shop):
    refused = shop.client.send("/items/BOLT/picture", htmx=True)

    assert refused.status_code == 422
    assert "Choose a picture first." in words(refused)
