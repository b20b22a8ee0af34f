"""Filtering items by attributes and category finds exactly what a walk over all items finds (items.md section 10)."""

import random
from decimal import Decimal

import pytest
from sqlalchemy import insert, select

from core.errors import ValidationError
from models import Item, ItemAttributeMapping, ItemCategory, UnitOfMeasure
from services import attributes, categories
from services.attribute_filters import AttributeFilter, Match, category_condition, counts_among, item_conditions
from services.items.save import fill_defaults
from tests.support.ledgers import kept_session

COLOURS = ("Red", "Blue", "Green", "Black")


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def stock(request, tmp_path_factory):
    """2,200 items with colour, width and material, some without; and the same as plain dictionaries."""
    with kept_session(request, tmp_path_factory.mktemp("stock")) as session:
        yield filled(session)


def filled(session):
    dice = random.Random(11)
    unit = UnitOfMeasure(code="PCS")
    session.add(unit)
    session.flush()
    colour = attributes.create_attribute(session, {"name": "Colour", "type": "option"})
    width = attributes.create_attribute(session, {"name": "Width", "type": "integer", "unit_of_measure": "cm"})
    material = attributes.create_attribute(session, {"name": "Material"})
    since = attributes.create_attribute(session, {"name": "Since", "type": "date"})
    values = {
        (attribute.id, text): attributes.add_value(session, attribute, text).id
        for attribute, texts in (
            (colour, COLOURS), (width, range(60, 101, 2)), (material, ("Oak wood", "pine wood", "Steel", "50% wool")),
            (since, ("2024-01-31", "2024-02-01", "2025-06-30")),
        )
        for text in map(str, texts)
    }  # fmt: skip
    top = categories.create_category(session, "TOP")
    leaf = categories.create_category(session, "LEAF", parent_id=top.id)
    other = categories.create_category(session, "OTHER")
    plain: dict[str, dict[str, str | None]] = {}
    blank = Item(no="", description="x")
    fill_defaults(blank)
    defaults = {column.key: getattr(blank, column.key) for column in Item.__table__.columns if column.key != "id"}
    items = []
    for number in range(2200):
        category = dice.choice((top, leaf, other, None))
        items.append(defaults | {"no": f"I{number:04}", "category_id": category.id if category else None})
        plain[items[-1]["no"]] = {"category": category.code if category else None}
    session.execute(insert(Item.__table__), items)
    ids = dict(session.execute(select(Item.no, Item.id)).all())
    rows = []
    for no, facts in plain.items():
        for attribute in (colour, width, material, since):
            if dice.random() < 0.15:
                continue
            text = dice.choice([text for key, text in values if key == attribute.id])
            facts[attribute.name] = text
            rows.append({"item_id": ids[no], "variant_id": 0, "attribute_id": attribute.id,
                         "value_id": values[attribute.id, text], "inherited": False})  # fmt: skip
    session.execute(insert(ItemAttributeMapping.__table__), rows)
    return session, plain, {"colour": colour, "width": width, "material": material, "since": since}


def found(session, *conditions) -> list[str]:
    return list(session.scalars(select(Item.no).where(*conditions).order_by(Item.no)))


def expected(plain, test) -> list[str]:
    return sorted(no for no, facts in plain.items() if test(facts))


def test_rows_combine_with_and_values_in_a_row_with_or_as_a_walk_over_all_items_does(stock):
    session, plain, by = stock
    rows = [
        AttributeFilter(by["width"].id, Match.BETWEEN, low="80"),
        AttributeFilter(by["colour"].id, values=("red", "Blue")),
        AttributeFilter(by["material"].id, Match.CONTAINS, values=("WOOD",)),
    ]
    top = session.scalar(select(ItemCategory.id).where(ItemCategory.code == "TOP"))

    narrow = found(session, *item_conditions(session, rows), category_condition(session, top))

    assert narrow == expected(
        plain,
        lambda facts: (
            int(facts.get("Width", 0)) >= 80
            and facts.get("Colour") in ("Red", "Blue")
            and "wood" in facts.get("Material", "").lower()
            and facts["category"] in ("TOP", "LEAF")
        ),
    )
    assert narrow


@pytest.mark.parametrize(
    ("attribute", "row", "test"),
    [
        ("width", {"low": "70", "high": "72"}, lambda f: f.get("Width") in ("70", "72")),
        ("width", {"low": "70", "high": "74", "low_open": True, "high_open": True}, lambda f: f.get("Width") == "72"),
        ("width", {"high": "61.5"}, lambda f: f.get("Width") == "60"),
        ("since", {"low": "2024-02-01"}, lambda f: f.get("Since", "") >= "2024-02-01"),
        ("since", {"high": "2024-02-01", "high_open": True}, lambda f: f.get("Since") == "2024-01-31"),
    ],
)
def test_numbers_and_dates_are_compared_as_such(stock, attribute, row, test):
    session, plain, by = stock

    conditions = item_conditions(session, [AttributeFilter(by[attribute].id, Match.BETWEEN, **row)])

    assert found(session, *conditions) == expected(plain, test) != []


@pytest.mark.parametrize(
    ("match", "values", "exact", "test"),
    [
        (Match.STARTS_WITH, ("pine",), False, lambda m: m == "pine wood"),
        (Match.ENDS_WITH, ("WOOD",), False, lambda m: m.endswith("wood")),
        (Match.CONTAINS, ("0%",), False, lambda m: m == "50% wool"),
        (Match.CONTAINS, ("steel", "wool"), False, lambda m: m in ("Steel", "50% wool")),
        (Match.IS, ("OAK WOOD",), False, lambda m: m == "Oak wood"),
        (Match.IS, ("OAK WOOD",), True, lambda m: False),
        (Match.IS, ("Oak wood",), True, lambda m: m == "Oak wood"),
        (Match.CONTAINS, ("unobtainium",), False, lambda m: False),
    ],
)
def test_texts_are_matched_as_asked(stock, match, values, exact, test):
    session, plain, by = stock

    row = AttributeFilter(by["material"].id, match, values=values, exact_case=exact)

    assert found(session, *item_conditions(session, [row])) == expected(plain, lambda f: test(f.get("Material", "")))


def test_counts_beside_values_are_those_of_the_filtered_items(stock):
    session, plain, by = stock
    steel = item_conditions(session, [AttributeFilter(by["material"].id, values=("Steel",))])
    ids = list(session.scalars(select(Item.id).where(*steel)))

    counts = counts_among(session, [by["colour"].id], ids)

    assert counts == {
        (by["colour"].id, colour): len(
            expected(plain, lambda f, c=colour: f.get("Colour") == c and f.get("Material") == "Steel")
        )
        for colour in COLOURS
    }


def test_nonsense_is_refused(stock):
    session, _plain, by = stock
    width = by["width"].id

    refusals = []
    for rows in (
        [AttributeFilter(width, values=("wide",))],
        [AttributeFilter(width, values=("1",)), AttributeFilter(width, values=("2",))],
        [AttributeFilter(by["colour"].id, Match.BETWEEN, low="1")],
        [AttributeFilter(99999, values=("1",))],
        [AttributeFilter(width, Match.BETWEEN, low=str(Decimal("1e30")))],
    ):
        with pytest.raises(ValidationError) as refused:
            item_conditions(session, rows)
        refusals.append(refused.value.code)

    assert refusals == ["type_mismatch", "duplicate", "type_mismatch", "not_found", "type_mismatch"]
