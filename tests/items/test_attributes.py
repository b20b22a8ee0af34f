"""Acceptance checks of item attributes (items.md sections 10 and 23), on both engines and through the list."""

import pytest
from sqlalchemy import insert, select

from core.errors import ValidationError
from models import Item, ItemAttribute, ItemAttributeMapping, ItemAttributeValue
from services import attributes
from services.attribute_filters import AttributeFilter, Match, item_conditions
from services.items.card import item_attributes
from services.items.variants import save_variant
from tests.services.item_shop import ItemShop
from tests.support.item_pages import ItemPages, rows, words


@pytest.fixture
def shop(each_session):
    return ItemShop(each_session)


@pytest.fixture
def pages(app, login):
    made = ItemPages(app)
    login(made.client, "owner")
    return made


def attribute(session, name, kind="option", *values, **fields):
    made = attributes.create_attribute(session, {"name": name, "type": kind} | fields)
    for value in values:
        attributes.add_value(session, made, value)
    return made


def values_of(session, item):
    return {row.name: row.value for row in item_attributes(session, item) if row.value}


def test_att_1_width_and_two_colours_find_exactly_those_among_2200(each_session, shop):
    width, colour = attribute(each_session, "Width", "integer"), attribute(each_session, "Colour", "option")
    colours = ["Red", "Blue", "Green", "Black", "White"]
    value_ids = {text: attributes.add_value(each_session, colour, text).id for text in colours}
    widths = {number: attributes.value_for(each_session, width, str(number)).id for number in range(60, 100)}
    model = shop.item("MODEL")
    plain = {column.key: getattr(model, column.key) for column in Item.__table__.columns if column.key != "id"}
    each_session.execute(insert(Item.__table__), [plain | {"no": f"N{number:04}"} for number in range(2200)])
    ids = dict(each_session.execute(select(Item.no, Item.id)).tuples().all())
    facts = {f"N{number:04}": (60 + number % 40, colours[number % 7 % 5]) for number in range(2200)}
    each_session.execute(
        insert(ItemAttributeMapping.__table__),
        [
            {"item_id": ids[no], "variant_id": 0, "attribute_id": made.id, "value_id": value, "inherited": False}
            for no, (wide, shade) in facts.items()
            for made, value in ((width, widths[wide]), (colour, value_ids[shade]))
        ],
    )

    conditions = item_conditions(
        each_session,
        [
            AttributeFilter(width.id, Match.BETWEEN, low="80"),
            AttributeFilter(colour.id, Match.IS, values=("Red", "Blue")),
        ],
    )

    found = each_session.scalars(select(Item.no).where(*conditions).order_by(Item.no)).all()
    assert found == [no for no, (wide, shade) in sorted(facts.items()) if wide >= 80 and shade in ("Red", "Blue")]
    assert 0 < len(found) < 2200


@pytest.mark.parametrize(
    ("kind", "text"), [("integer", "two"), ("integer", "2.5"), ("decimal", "x"), ("date", "31.31.")]
)
def test_att_2_what_is_no_number_or_day_is_refused(each_session, shop, kind, text):
    made, item = attribute(each_session, "Size", kind), shop.item("BOLT")

    with pytest.raises(ValidationError) as refused:
        attributes.assign_value(each_session, item.id, made, text)

    assert refused.value.code == "type_mismatch"
    assert values_of(each_session, item) == {}
    assert attributes.has_values(each_session, made.id) is False


def test_att_3_the_type_changes_only_while_there_are_no_values(each_session, shop):
    made, item = attribute(each_session, "Size", "text"), shop.item("BOLT")
    attributes.update_attribute(each_session, made, {"type": "integer"})
    attributes.assign_value(each_session, item.id, made, "3")

    with pytest.raises(ValidationError) as refused:
        attributes.update_attribute(each_session, made, {"type": "text"})

    assert (refused.value.code, refused.value.field) == ("in_use", "type")
    attributes.remove_value(each_session, item.id, made.id)
    assert attributes.update_attribute(each_session, made, {"type": "date"}).type == "date"


def test_att_4_a_blocked_attribute_or_value_is_not_assigned_and_still_shown(each_session, shop):
    colour, item, other = attribute(each_session, "Colour", "option", "Red", "Blue"), shop.item("A"), shop.item("B")
    attributes.assign_value(each_session, item.id, colour, "Red")
    red = each_session.scalars(select(ItemAttributeValue).where(ItemAttributeValue.value == "Red")).one()

    attributes.update_value(each_session, colour, red, blocked=True)
    with pytest.raises(ValidationError) as blocked_value:
        attributes.assign_value(each_session, other.id, colour, "Red")
    attributes.update_attribute(each_session, colour, {"blocked": True})
    with pytest.raises(ValidationError) as blocked_attribute:
        attributes.assign_value(each_session, other.id, colour, "Blue")

    assert blocked_value.value.code == blocked_attribute.value.code == "attribute_blocked"
    assert values_of(each_session, item) == {"Colour": "Red"}


def test_att_4_a_blocked_attribute_is_not_offered_in_the_picker(pages):
    pages.attribute("Colour", "option", "Red", blocked=True)
    pages.attribute("Coat", "option", "Wax")

    offered = pages.client.get("/pick/attribute?q=Co").text

    assert "Coat" in offered
    assert "Colour" not in offered


def test_att_5_a_rename_that_discards_the_values_empties_the_items(each_session, shop):
    colour, item = attribute(each_session, "Colour", "option", "Red"), shop.item("A")
    attributes.assign_value(each_session, item.id, colour, "Red")

    with pytest.raises(ValidationError) as asked:
        attributes.update_attribute(each_session, colour, {"name": "Paint"}, confirmed=False)
    assert asked.value.code == "confirm_change"
    attributes.update_attribute(each_session, colour, {"name": "Paint"}, keep_values=True)
    assert values_of(each_session, item) == {"Paint": "Red"}

    attributes.update_attribute(each_session, colour, {"name": "Coat"}, keep_values=False)

    assert values_of(each_session, item) == {}
    assert attributes.has_values(each_session, colour.id) is False


def test_att_6_a_replaced_text_that_nobody_has_any_more_vanishes(each_session, shop):
    made, one, two = attribute(each_session, "Note", "text"), shop.item("ONE"), shop.item("TWO")
    for item, text in ((one, "A"), (two, "B")):
        attributes.assign_value(each_session, item.id, made, text)

    attributes.assign_value(each_session, one.id, made, "B", replace=True)

    assert each_session.scalars(select(ItemAttributeValue.value)).all() == ["B"]


def test_att_7_two_spellings_of_a_number_are_one_value(each_session, shop):
    made, one, two = attribute(each_session, "Width", "decimal", unit_of_measure="cm"), shop.item("A"), shop.item("B")

    attributes.assign_value(each_session, one.id, made, "1.50")
    attributes.assign_value(each_session, two.id, made, "1.5")

    assert each_session.scalars(select(ItemAttributeValue.value)).all() == ["1.5"]
    assert attributes.show_value(made, "1.5") == "1.5 cm"


# ---------------------------------------------------------------------------------------------- the list's filter


@pytest.fixture
def shelf(pages):
    """Six items with a width, a material and a day; URL parameters by attribute."""
    pages.ids = {
        "Width": pages.attribute("Width", "decimal", unit_of_measure="cm"),
        "Material": pages.attribute("Material", "text"),
        "Since": pages.attribute("Since", "date"),
        "Colour": pages.attribute("Colour", "option", "Red", "Blue"),
    }
    for number in range(1, 15):
        pages.item(f"N{number:02}")
        pages.give(f"N{number:02}", "Width", str(10 * number))
        pages.give(f"N{number:02}", "Material", f"Oak {number}" if number % 2 else f"{number} pine")
        pages.give(f"N{number:02}", "Since", f"2024-01-{number:02}")
        pages.give(f"N{number:02}", "Colour", "Red" if number < 4 else "Blue")
    return pages


@pytest.mark.parametrize(
    ("name", "parts", "numbers", "chip"),
    [
        ("Width", {"op": "eq", "min": "50"}, [5], "Width = 50 cm"),
        ("Width", {"op": "lt", "min": "30"}, [1, 2], "Width < 30 cm"),
        ("Width", {"op": "le", "min": "30"}, [1, 2, 3], "Width: up to 30 cm"),
        ("Width", {"op": "gt", "min": "120"}, [13, 14], "Width > 120 cm"),
        ("Width", {"op": "ge", "min": "130"}, [13, 14], "Width: from 130 cm"),
        ("Width", {"min": "40", "max": "60"}, [4, 5, 6], "Width: 40 – 60 cm"),
        ("Since", {"op": "gt", "min": "2024-01-12"}, [13, 14], "Since > 2024-01-12"),
        ("Since", {"op": "eq", "min": "2024-01-07"}, [7], "Since = 2024-01-07"),
        ("Material", {"has": "OAK 1"}, [1, 11, 13], "Material contains OAK 1"),
        ("Material", {"op": "starts", "has": "oak 1"}, [1, 11, 13], "Material starts with oak 1"),
        ("Material", {"op": "ends", "has": "4 PINE"}, [4, 14], "Material ends with 4 PINE"),
        ("Material", {"op": "is", "has": "Oak 1"}, [1], "Material is exactly Oak 1"),
        ("Material", {"op": "is", "has": "oak 1"}, [], "Material is exactly oak 1"),
    ],
)
def test_att_filter_each_operator_by_its_address(shelf, name, parts, numbers, chip):
    query = {f"a{shelf.ids[name]}_{part}": text for part, text in parts.items()}

    page = shelf.client.get("/items", query_string=query)

    found = rows(page)
    assert found == [f"N{number:02}" for number in numbers]
    assert chip in words(page).replace("&lt;", "<").replace("&gt;", ">")


def test_att_filter_rows_combine_with_and_and_clear_takes_all_away(shelf):
    ids = shelf.ids
    query = f"a{ids['Width']}_op=ge&a{ids['Width']}_min=30&attr={ids['Colour']}=Red&attr={ids['Colour']}=Blue"

    page = shelf.client.get(f"/items?{query}&a{ids['Since']}_op=lt&a{ids['Since']}_min=2024-01-05")

    assert rows(page) == ["N03", "N04"]
    assert "Clear all" in words(page)
    assert rows(shelf.client.get(f"/items?attr={ids['Colour']}=Purple")) == []


def test_att_filter_a_number_that_is_none_is_said_and_shows_nothing(shelf):
    page = shelf.client.get(f"/items?a{shelf.ids['Width']}_op=gt&a{shelf.ids['Width']}_min=wide")

    assert page.status_code == 422
    assert rows(page) == []


def test_att_filter_finds_an_item_through_its_variant_and_says_so(shelf):
    def work(session):
        item = session.scalars(select(Item).where(Item.no == "N10")).one()
        variant = save_variant(session, item, {"code": "RUBY"})
        colour = session.get(ItemAttribute, shelf.ids["Colour"])
        attributes.assign_value(session, item.id, colour, "Red", variant_id=variant.id, replace=True)

    shelf.do(work)

    page = shelf.client.get(f"/items?attr={shelf.ids['Colour']}=Red")

    assert rows(page) == ["N01", "N02", "N03", "N10"]
    assert words(page).count("by variant") == 1
    assert "by variant RUBY" in words(page)
    assert "by variant" not in words(shelf.client.get(f"/items?attr={shelf.ids['Colour']}=Blue"))


def test_att_facets_count_what_each_value_would_leave(shelf):
    ids = shelf.ids

    def counted(query):
        text = shelf.client.fragment(f"/items/facets?{query}").text
        return [part.split("</small>")[0].split(">")[-1] for part in text.split("<small")[1:]]

    assert counted("") == ["11", "3"], "Blue, Red"
    assert counted(f"a{ids['Width']}_op=le&a{ids['Width']}_min=50") == ["2", "3"]
    assert counted(f"attr={ids['Colour']}=Red") == ["11", "3"], "a ticked facet counts without its own ticks"


def test_attributes_are_columns_of_the_list_and_of_its_files(shelf):
    width = shelf.ids["Width"]

    page = shelf.client.get(f"/items?cols=no,attr{width}&q=N03")
    file = shelf.client.get(f"/items?cols=no,attr{width}&q=N03&export=csv")

    assert "Width (cm)" in words(page)
    assert ">30</td>" in page.text.replace("\n", "")
    assert file.text.splitlines()[1].endswith("30")


def test_items_without_a_mandatory_value_are_found(shelf):
    shelf.category("HOME")
    shelf.attribute("Legs", "integer")
    shelf.bring("HOME", "Legs")

    def demand(session):
        from models import CategoryAttributeMapping

        session.scalars(select(CategoryAttributeMapping)).one().mandatory = True

    shelf.do(demand)
    shelf.put("N01", "HOME")
    shelf.put("N02", "HOME")
    shelf.give("N02", "Legs", "4")

    assert rows(shelf.client.get("/items?incomplete=yes")) == ["N01"]
    assert len(rows(shelf.client.get("/items?incomplete=no"))) == 13
