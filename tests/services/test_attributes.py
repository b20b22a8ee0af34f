"""Attributes, their shared values and what is refused (items.md section 10)."""

import datetime as dt
from decimal import Decimal

import pytest
from sqlalchemy import select

from core.errors import ValidationError
from models import ItemAttributeMapping, ItemAttributeValue
from models.enums import AttributeType
from services import attributes
from services.items import variants
from tests.services.item_shop import ItemShop


@pytest.fixture
def shop(session):
    return ItemShop(session)


@pytest.fixture
def make(session):
    def attribute(name="Colour", kind="text", **values):
        return attributes.create_attribute(session, {"name": name, "type": kind, **values})

    return attribute


def all_values(session) -> list[str]:
    return list(session.scalars(select(ItemAttributeValue.value).order_by(ItemAttributeValue.value)))


@pytest.mark.parametrize(
    ("kind", "text", "value", "number", "date"),
    [
        ("text", "  Red ", "Red", None, None),
        ("integer", "007", "7", Decimal(7), None),
        ("integer", "-0", "0", Decimal(0), None),
        ("decimal", "1.50", "1.5", Decimal("1.5"), None),
        ("decimal", "-12.00001", "-12.00001", Decimal("-12.00001"), None),
        ("decimal", "100", "100", Decimal(100), None),
        ("date", "2025-02-01", "2025-02-01", None, dt.date(2025, 2, 1)),
    ],
)
def test_values_are_read_into_one_spelling(kind, text, value, number, date):
    parsed = attributes.parse_value(AttributeType(kind), text)

    assert (parsed.value, parsed.number, parsed.date) == (value, number, date)


@pytest.mark.parametrize(
    ("kind", "text", "code"),
    [
        ("integer", "wide", "type_mismatch"),
        ("integer", "1.5", "type_mismatch"),
        ("decimal", "1e30", "type_mismatch"),
        ("decimal", "NaN", "type_mismatch"),
        ("decimal", "Infinity", "type_mismatch"),
        ("decimal", "0.0000001", "type_mismatch"),
        ("date", "2025-02-31", "type_mismatch"),
        ("text", " ", "field_required"),
        ("text", "x" * 251, "text_too_long"),
        ("text", "a\x00b", "text_control_characters"),
    ],
)
def test_what_does_not_fit_its_type_is_refused(kind, text, code):
    with pytest.raises(ValidationError) as refused:
        attributes.parse_value(AttributeType(kind), text)

    assert refused.value.code == code


def test_names_are_unique_whatever_their_case(session, make):
    make("Colour")

    with pytest.raises(ValidationError) as refused:
        make("COLOUR")

    assert (refused.value.code, refused.value.field) == ("duplicate", "name")


def test_two_spellings_of_one_number_are_one_value(session, shop, make):
    width = make("Width", "decimal", unit_of_measure="cm")
    for text in ("1.50", "1.5", "1.500"):
        attributes.assign_value(session, shop.item().id, width, text)

    assert all_values(session) == ["1.5"]
    assert attributes.show_value(width, "1.5") == "1.5 cm"


def test_an_item_has_one_value_for_each_attribute(session, shop, make):
    item, colour = shop.item(), make()
    attributes.assign_value(session, item.id, colour, "Red")

    with pytest.raises(ValidationError) as refused:
        attributes.assign_value(session, item.id, colour, "Blue")

    assert refused.value.code == "duplicate"
    assert all_values(session) == ["Red"]


def test_a_replaced_value_nobody_uses_any_more_vanishes(session, shop, make):
    item, colour = shop.item(), make()
    attributes.assign_value(session, item.id, colour, "A")

    attributes.assign_value(session, item.id, colour, "B", replace=True)

    assert all_values(session) == ["B"]


def test_options_are_chosen_and_stay_when_unused(session, shop, make):
    item, size = shop.item(), make("Size", "option")
    attributes.add_value(session, size, "Large")

    with pytest.raises(ValidationError) as refused:
        attributes.assign_value(session, item.id, size, "Huge")
    attributes.assign_value(session, item.id, size, "large")
    attributes.remove_value(session, item.id, size.id)

    assert refused.value.code == "unknown_value"
    assert all_values(session) == ["Large"]


def test_what_is_blocked_is_not_assigned_any_more_but_stays_where_it_is(session, shop, make):
    old, new, size = shop.item(), shop.item(), make("Size", "option")
    large = attributes.add_value(session, size, "Large")
    attributes.assign_value(session, old.id, size, "Large")
    attributes.update_value(session, size, large, blocked=True)

    with pytest.raises(ValidationError) as value_refused:
        attributes.assign_value(session, new.id, size, "Large")
    attributes.update_attribute(session, size, {"blocked": True})
    with pytest.raises(ValidationError) as attribute_refused:
        attributes.assign_value(session, new.id, size, "Large")

    assert (value_refused.value.code, attribute_refused.value.code) == ("attribute_blocked", "attribute_blocked")
    attributes.assign_value(session, old.id, size, "large", replace=True)  # sent back unchanged by a form
    assert attributes.uses_of(session, size.id) == 1


def test_the_type_changes_only_without_values(session, make):
    width = make("Width", "text")
    attributes.update_attribute(session, width, {"type": "decimal", "unit_of_measure": "cm"})
    attributes.add_value(session, width, "1.5")

    with pytest.raises(ValidationError) as refused:
        attributes.update_attribute(session, width, {"type": "integer"})

    assert (refused.value.code, refused.value.field) == ("in_use", "type")
    assert width.type is AttributeType.DECIMAL


def test_a_rename_may_throw_the_values_away(session, shop, make):
    item, colour = shop.item(), make()
    attributes.assign_value(session, item.id, colour, "Red")

    attributes.update_attribute(session, colour, {"name": "Farbe"}, keep_values=True)
    kept = all_values(session)
    attributes.update_attribute(session, colour, {"name": "Couleur"}, keep_values=False)

    assert (kept, all_values(session)) == (["Red"], [])
    assert session.scalars(select(ItemAttributeMapping)).all() == []


def test_deleting_an_attribute_takes_it_off_every_item(session, shop, make):
    item, colour = shop.item(), make()
    attributes.assign_value(session, item.id, colour, "Red")

    attributes.delete_attribute(session, colour)

    assert all_values(session) == []
    assert session.scalars(select(ItemAttributeMapping)).all() == []


def test_renaming_a_value_reaches_its_items_but_never_makes_two_of_one(session, shop, make):
    item, colour = shop.item(), make()
    attributes.assign_value(session, item.id, colour, "Red")
    attributes.add_value(session, colour, "Blue")
    red = session.scalars(select(ItemAttributeValue).where(ItemAttributeValue.value == "Red")).one()

    with pytest.raises(ValidationError) as refused:
        attributes.update_value(session, colour, red, text="BLUE")
    attributes.update_value(session, colour, red, text="Crimson")

    assert refused.value.code == "duplicate"
    assert all_values(session) == ["Blue", "Crimson"]


def test_variants_follow_the_item_until_they_have_a_value_of_their_own(session, shop, make):
    item, material = shop.item(), make("Material")
    attributes.assign_value(session, item.id, material, "oak")
    own, follower = (variants.save_variant(session, item, {"code": code}) for code in ("OWN", "FOLLOW"))
    attributes.assign_value(session, item.id, material, "pine", variant_id=own.id, replace=True)
    attributes.assign_value(session, item.id, material, "ash", replace=True)

    variants.update_variant_attributes(session, item.id)

    def held(variant):
        statement = (
            select(ItemAttributeValue.value)
            .join(ItemAttributeMapping, ItemAttributeMapping.value_id == ItemAttributeValue.id)
            .where(ItemAttributeMapping.variant_id == variant.id)
        )
        return session.scalar(statement)

    assert (held(own), held(follower)) == ("pine", "ash")
    attributes.remove_value(session, item.id, material.id)
    variants.update_variant_attributes(session, item.id)
    assert (held(own), held(follower)) == ("pine", None)
