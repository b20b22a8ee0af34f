"""Many variants at once, and what goes with a variant that is deleted (items.md sections 6 and 23)."""

import re

import pytest
from sqlalchemy import select

from core.errors import ErrorList, ValidationError
from core.unit_of_work import perform
from models import ItemAttributeMapping, ItemIdentifier, ItemReference, ItemVariant, ItemVendor, SearchEntry, db
from models.enums import AttributeType
from services import attributes
from services.items import identifiers, references, variant_matrix, variants
from services.items.variant_matrix import free_code
from tests.items.test_references import refer
from tests.support.item_pages import ItemPages
from tests.support.trading import Trade


@pytest.fixture
def trade(each_world):
    return Trade(each_world)


@pytest.fixture
def spans(trade):
    """Colour (Red, Blue) and Size (S, XL)."""

    def work(session):
        made = []
        for name, values in (("Colour", ("Red", "Blue")), ("Size", ("S", "XL"))):
            attribute = attributes.create_attribute(session, {"name": name, "type": AttributeType.OPTION})
            for value in values:
                attributes.add_value(session, attribute, value)
            made.append(attribute)
        return made

    return perform(trade.session, work)


def values_of(trade, variant):
    rows = trade.session.scalars(select(ItemAttributeMapping).where(ItemAttributeMapping.variant_id == variant.id))
    return sorted(row.value_id for row in rows)


def test_every_ticked_pair_becomes_a_variant_with_code_text_and_values(trade, spans):
    shirt = trade.item("SHIRT", description="Shirt")
    colour, size = spans
    grid = variant_matrix.build(trade.session, shirt, colour, size)
    red, blue = (value.id for value in grid.rows)
    small, large = (value.id for value in grid.columns)

    perform(
        trade.session,
        lambda s: variant_matrix.create(s, shirt, colour, size, {(red, large): "", (blue, small): "my-code"}),
    )
    again = variant_matrix.build(trade.session, shirt, colour, size)

    made = variants.list_variants(trade.session, shirt.id)
    assert grid.codes == {
        (red, small): "RED-S",
        (red, large): "RED-XL",
        (blue, small): "BLUE-S",
        (blue, large): "BLUE-XL",
    }
    assert [(variant.code, variant.description) for variant in made] == [
        ("MY-CODE", "Shirt, Blue, S"), ("RED-XL", "Shirt, Red, XL"),
    ]  # fmt: skip
    assert [values_of(trade, variant) for variant in made] == [[blue, small], [red, large]]
    assert {pair: variant.code for pair, variant in again.existing.items()} == {
        (red, large): "RED-XL", (blue, small): "MY-CODE",
    }  # fmt: skip
    assert (red, large) not in again.codes


def test_one_bad_code_and_nothing_is_made(trade, spans):
    shirt = trade.item("SHIRT")
    trade.world.variant(shirt, "TAKEN")
    colour, size = spans
    grid = variant_matrix.build(trade.session, shirt, colour, size)
    wanted = dict(zip(grid.codes, ("FINE", "TAKEN", "FAR-TOO-LONG-A-CODE", "ALSO"), strict=True))

    with pytest.raises(ErrorList) as refused:
        perform(trade.session, lambda s: variant_matrix.create(s, shirt, colour, size, wanted))

    assert [error.code for error in refused.value.errors] == ["duplicate", "text_too_long"]
    assert [variant.code for variant in variants.list_variants(trade.session, shirt.id)] == ["TAKEN"]


def test_attributes_without_options_or_twice_the_same_span_no_grid(trade, spans):
    shirt = trade.item("SHIRT")
    colour, _size = spans
    words = perform(
        trade.session, lambda s: attributes.create_attribute(s, {"name": "Note", "type": AttributeType.TEXT})
    )
    empty = perform(
        trade.session, lambda s: attributes.create_attribute(s, {"name": "Cut", "type": AttributeType.OPTION})
    )

    for first, second, code in (
        (words, None, "not_an_option"), (colour, colour, "same_attribute"), (colour, empty, "no_values"),
    ):  # fmt: skip
        with pytest.raises(ValidationError) as refused:
            variant_matrix.build(trade.session, shirt, first, second)
        assert refused.value.code == code


@pytest.mark.parametrize(
    ("words", "taken", "code"),
    [
        (["Red", "XL"], set(), "RED-XL"), (["Red", "XL"], {"RED-XL"}, "RED-XL2"),
        (["Extra large"], set(), "EXTRALARGE"),
        (["Mustard yellow", "Extra large"], set(), "MUSTA-EXTR"),
        (["Grün", "L"], set(), "GRUN-L"), (["++"], set(), "X"),
    ],
)  # fmt: skip
def test_codes_are_made_of_the_values_and_are_free(words, taken, code):
    assert free_code(words, taken) == code


def test_a_deleted_variant_takes_its_numbers_along_also_out_of_the_search(trade):
    bolt = trade.item("BOLT")
    red = trade.world.variant(bolt, "RED")
    refer(trade, bolt, "GONE-1", reference_type="vendor", reference_type_no="VEND", variant_id=red.id)
    refer(trade, bolt, "STAYS-1", reference_type="bar_code")
    perform(trade.session, lambda s: identifiers.save_identifier(s, bolt, {"code": "GONE-2", "variant_id": red.id}))

    def text():
        return trade.session.scalars(
            select(SearchEntry.text).where(SearchEntry.kind == "item", SearchEntry.record_id == bolt.id)
        ).one()

    before = text()
    perform(trade.session, lambda s: variants.delete_variant(s, s.get_one(ItemVariant, red.id)))

    assert ("gone-1" in before, "gone-2" in before) == (True, True)
    assert ("gone-1" in text(), "gone-2" in text(), "stays-1" in text()) == (False, False, True)
    assert [row.reference_no for row in references.list_references(trade.session, bolt.id)] == ["STAYS-1"]
    for model in (ItemVendor, ItemIdentifier):
        assert trade.session.scalars(select(model)).all() == []


def test_a_variant_on_a_document_line_stays_and_may_be_renamed_meanwhile(trade):
    bolt = trade.item("BOLT")
    red = trade.world.variant(bolt, "RED")
    refer(trade, bolt, "R-1", reference_type="bar_code", variant_id=red.id)
    order = trade.open("sales_order", {"item": bolt, "variant_id": red.id, "quantity": 1})

    with pytest.raises(ValidationError) as refused:
        perform(trade.session, lambda s: variants.delete_variant(s, s.get_one(ItemVariant, red.id)))
    perform(trade.session, lambda s: variants.save_variant(s, bolt, {"code": "ruby"}, s.get_one(ItemVariant, red.id)))

    assert refused.value.code == "in_use"
    assert variants.get_variant(trade.session, bolt, "RUBY").id == trade.line(order).variant_id
    assert trade.session.scalars(select(ItemReference.variant_id)).one() == red.id


@pytest.fixture
def shop(app, login):
    made = ItemPages(app)
    login(made.client, "owner")
    made.item("SHIRT")
    made.attribute("Colour", "option", "Red", "Blue")
    made.attribute("Size", "option", "S", "XL")
    return made


def test_the_page_shows_the_grid_and_makes_what_is_ticked(shop):
    address = "/variant-matrix/SHIRT?first=Colour&second=Size"
    grid = shop.client.get(address).text
    cells = dict(re.findall(r'name="code-([\d.]+)"[^>]*value="([^"]+)"', grid))
    chosen = [key for key, code in cells.items() if code in ("RED-S", "BLUE-XL")]

    made = shop.client.send(address, {"cell": chosen, **{f"code-{key}": cells[key] for key in chosen}})
    refused = shop.client.send(
        address,
        {"cell": [key for key in cells if cells[key] == "RED-XL"], **{f"code-{key}": "RED-S" for key in cells}},
    )  # fmt: skip

    assert sorted(cells.values()) == ["BLUE-S", "BLUE-XL", "RED-S", "RED-XL"]
    assert made.status_code == 303
    with shop.app.app_context():
        assert sorted(db.session.scalars(select(ItemVariant.code).where(ItemVariant.id != 0))) == ["BLUE-XL", "RED-S"]
    assert refused.status_code == 422
    assert "RED-S" in refused.text


def test_the_page_without_a_usable_attribute_says_why(shop):
    shop.attribute("Note", "text")

    assert shop.client.get("/variant-matrix/SHIRT").status_code == 200
    assert "no list of values" in shop.client.get("/variant-matrix/SHIRT?first=Note").text
    assert shop.client.get("/variant-matrix/SHIRT?first=Nothing").status_code == 422


def test_the_page_of_a_variant_gives_it_values_of_its_own(shop):
    shop.client.send("/items/SHIRT/attributes", {"edit": "new", "attribute_id": "Colour", "value": "Red"}, htmx=True)
    shop.client.send("/items/SHIRT/variants", {"edit": "new", "code": "A"}, htmx=True)
    with shop.app.app_context():
        variant_id = db.session.scalars(select(ItemVariant.id).where(ItemVariant.code == "A")).one()
        (colour_id,) = db.session.scalars(
            select(ItemAttributeMapping.attribute_id).where(ItemAttributeMapping.variant_id == variant_id)
        )
    url = f"/variants/{variant_id}"

    before = shop.client.get(url).text
    form = shop.client.get(f"{url}?edit={colour_id}").text
    saved = shop.client.send(url, {"edit": str(colour_id), "value": "Blue"}, htmx=True)
    refused = shop.client.send(url, {"edit": str(colour_id), "value": "Pink"}, htmx=True)
    shop.client.send(url, {"edit": "new", "attribute_id": "Size", "value": "XL"})
    twice = shop.client.send(url, {"edit": "new", "attribute_id": "Size", "value": "S"}, htmx=True)
    shop.client.send(f"{url}/delete-attribute", {"key": str(colour_id)})
    after = shop.client.get(url).text

    assert f'href="{url}"' in shop.client.get("/items/SHIRT").text
    assert "No, its own" not in before
    assert 'value="Red"' in form
    assert (saved.status_code, refused.status_code, twice.status_code) == (200, 422, 422)
    assert "No, its own" in saved.text
    assert (">Blue<" in after, ">XL<" in after) == (False, True)
    assert shop.client.get("/variants/0").status_code == 404
