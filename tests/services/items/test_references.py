"""References, bar codes and what is said about them (items.md section 7)."""

import datetime as dt

import pytest

from core.errors import DomainError, ValidationError, errors_of
from models import Customer
from services import items
from services.items import references, variants
from tests.services.item_shop import ItemShop


@pytest.fixture
def shop(session):
    return ItemShop(session)


@pytest.mark.parametrize(
    ("digits", "last"), [("400638133393", 1), ("9638507", 4), ("03600029145", 2), ("0001234560001", 2)]
)
def test_check_digits_are_those_of_gs1(digits, last):
    assert references.check_digit(digits) == last
    assert references.has_right_check_digit(f"{digits}{last}")
    assert not references.has_right_check_digit(f"{digits}{(last + 1) % 10}")


def test_a_bar_code_is_kept_in_the_base_unit_unless_another_is_named(shop, session):
    item = shop.item()

    reference = references.save_reference(
        session, item, {"reference_type": "bar_code", "reference_no": "4006381333931"}
    )

    assert (reference.unit_of_measure_id, reference.variant_id) == (shop.piece.id, 0)


@pytest.mark.parametrize(
    ("values", "code", "field"),
    [
        ({"reference_type_no": "C1"}, "type_required", "reference_type_no"),
        ({"reference_type": "customer"}, "field_required", "reference_type_no"),
        ({"reference_type": "customer", "reference_type_no": "NOBODY"}, "not_found", "reference_type_no"),
        ({"starting_date": dt.date(2025, 2, 2), "ending_date": dt.date(2025, 2, 1)}, "date_order", "ending_date"),
        ({"reference_no": ""}, "field_required", "reference_no"),
        ({"reference_no": "🛒"}, "invalid_characters", "reference_no"),
        ({"reference_no": "9" * 300}, "text_too_long", "reference_no"),
    ],
)
def test_what_makes_no_sense_is_refused(shop, session, values, code, field):
    item = shop.item()

    with pytest.raises(DomainError) as refused:
        references.save_reference(session, item, {"reference_no": "X1"} | values)

    assert (code, field) in {(error.code, error.field) for error in errors_of(refused.value)}
    assert references.list_references(session, item.id) == []


def test_a_unit_or_variant_of_another_item_is_refused(shop, session):
    item, other = shop.item(), shop.item()
    foreign = variants.save_variant(session, other, {"code": "RED"})

    for values, code in (
        ({"unit_of_measure_id": shop.box.id}, "unknown_unit"),
        ({"variant_id": foreign.id}, "not_found"),
    ):
        with pytest.raises(ValidationError) as refused:
            references.save_reference(session, item, {"reference_no": "X1", **values})
        assert refused.value.code == code


def test_the_same_reference_twice_is_refused_but_two_items_may_share_a_number(shop, session):
    item, other = shop.item(), shop.item()
    references.save_reference(session, item, {"reference_no": "X1"})

    with pytest.raises(ValidationError) as refused:
        references.save_reference(session, item, {"reference_no": "x1"})
    references.save_reference(session, other, {"reference_no": "X1"})

    assert refused.value.code == "duplicate"


def test_a_customer_s_own_number_names_the_customer(shop, session):
    session.add(Customer(no="C1", name="Hansen"))
    session.flush()

    reference = references.save_reference(
        session, shop.item(), {"reference_type": "customer", "reference_type_no": "c1", "reference_no": "H-77"}
    )

    assert reference.reference_type_no == "C1"


def test_a_wrong_check_digit_and_a_repeated_gtin_are_said_but_not_refused(shop, session):
    first = shop.item("A", gtin="4006381333931")
    second = shop.item("B", gtin="4006381333931")
    wrong = shop.item("C", gtin="4006381333932")

    assert [(notice.code, "A" in notice.message) for notice in items.warnings_of(session, second)] == [
        ("gtin_repeated", True)
    ]
    assert [notice.code for notice in items.warnings_of(session, wrong)] == ["check_digit"]
    assert [notice.code for notice in items.warnings_of(session, first)] == ["gtin_repeated"]


def test_a_variant_code_is_unique_for_its_item_and_stays_where_it_is_used(shop, session):
    item, other = shop.item(), shop.item()
    red = variants.save_variant(session, item, {"code": "red", "description": "Red"})
    variants.save_variant(session, other, {"code": "RED"})
    shop.entry(item, variant_id=red.id)

    with pytest.raises(ValidationError) as duplicate:
        variants.save_variant(session, item, {"code": "RED"})
    with pytest.raises(ValidationError) as used:
        variants.delete_variant(session, red)

    assert (duplicate.value.code, used.value.code) == ("duplicate", "in_use")
    variants.save_variant(session, item, {"code": "CRIMSON"}, red)
    assert [variant.code for variant in variants.list_variants(session, item.id)] == ["CRIMSON"]
