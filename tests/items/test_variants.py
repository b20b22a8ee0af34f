"""Acceptance checks of variants (items.md section 6), on both engines."""

from decimal import Decimal

import pytest
from sqlalchemy import func, select

from core.errors import DomainError, ValidationError, errors_of
from models import ItemAttributeMapping, ItemAttributeValue, ItemBalance
from models.enums import DefaultNoYes
from services import attributes
from services.items import references, variants
from tests.services.item_shop import ItemShop


def test_var_1_where_variants_are_mandatory_a_posting_names_one(each_world):
    with_variants = each_world.item("SHIRT", variant_mandatory=DefaultNoYes.YES)
    red = each_world.variant(with_variants, "RED")
    plain = each_world.item("BOLT", variant_mandatory=DefaultNoYes.YES)

    with pytest.raises(DomainError) as refused:
        each_world.receive(with_variants, 1)
    each_world.receive(with_variants, 1, variant_id=red.id)
    each_world.receive(plain, 1)

    assert [error.code for error in errors_of(refused.value)] == ["variant_required"]
    assert [len(each_world.entries(item)) for item in (with_variants, plain)] == [1, 1]


def test_var_1_the_set_up_decides_where_the_item_does_not(each_world):
    shirt = each_world.item("SHIRT")
    each_world.variant(shirt, "RED")
    each_world.receive(shirt, 1)
    each_world.set(variant_mandatory_if_exists=True)

    with pytest.raises(DomainError) as refused:
        each_world.receive(shirt, 1)

    assert [error.code for error in errors_of(refused.value)] == ["variant_required"]


def test_var_2_stock_is_kept_by_variant_and_summed_for_the_item(each_world):
    shirt = each_world.item("SHIRT")
    red, blue = each_world.variant(shirt, "RED"), each_world.variant(shirt, "BLUE")
    each_world.receive(shirt, 3, variant_id=red.id)
    each_world.receive(shirt, 2, variant_id=blue.id)

    rows = each_world.session.execute(
        select(ItemBalance.variant_id, func.sum(ItemBalance.quantity))
        .where(ItemBalance.item_id == shirt.id)
        .group_by(ItemBalance.variant_id)
    )
    stock = {variant_id: Decimal(quantity) for variant_id, quantity in rows}

    assert stock == {red.id: 3, blue.id: 2}
    assert sum(stock.values()) == 5


def test_var_3_a_variant_with_entries_stays(each_world):
    shirt = each_world.item("SHIRT")
    red, unused = each_world.variant(shirt, "RED"), each_world.variant(shirt, "UNUSED")
    each_world.receive(shirt, 1, variant_id=red.id)

    with pytest.raises(ValidationError) as refused:
        variants.delete_variant(each_world.session, red)
    variants.delete_variant(each_world.session, unused)

    assert refused.value.code == "in_use"
    assert [variant.code for variant in variants.list_variants(each_world.session, shirt.id)] == ["RED"]


def test_var_3_a_deleted_variant_takes_its_references_along(each_session):
    shop = ItemShop(each_session)
    item = shop.item()
    red = variants.save_variant(each_session, item, {"code": "RED"})
    references.save_reference(each_session, item, {"reference_no": "R-1", "variant_id": red.id})
    references.save_reference(each_session, item, {"reference_no": "X-1"})

    variants.delete_variant(each_session, red)
    each_session.expire_all()

    assert [row.reference_no for row in references.list_references(each_session, item.id)] == ["X-1"]


def held(session, variant):
    """The variant's attribute values."""
    return list(
        session.scalars(
            select(ItemAttributeValue.value)
            .join(ItemAttributeMapping, ItemAttributeMapping.value_id == ItemAttributeValue.id)
            .where(ItemAttributeMapping.variant_id == variant.id)
        )
    )


@pytest.fixture
def oak(each_session):
    """An item of oak; variant OWN is of pine, FOLLOW has what the item has."""
    item = ItemShop(each_session).item()
    material = attributes.create_attribute(each_session, {"name": "Material", "type": "text"})
    attributes.assign_value(each_session, item.id, material, "oak")
    own, follower = (variants.save_variant(each_session, item, {"code": code}) for code in ("OWN", "FOLLOW"))
    assert held(each_session, own) == held(each_session, follower) == ["oak"]
    attributes.assign_value(each_session, item.id, material, "pine", variant_id=own.id, replace=True)
    return item, material, own, follower


def test_var_4_a_variant_follows_the_item_until_it_has_its_own_value(each_session, oak):
    item, material, own, follower = oak
    attributes.assign_value(each_session, item.id, material, "ash", replace=True)

    variants.update_variant_attributes(each_session, item.id)

    assert (held(each_session, own), held(each_session, follower)) == (["pine"], ["ash"])


def test_var_5_an_attribute_the_item_loses_is_lost_by_those_who_inherited_it(each_session, oak):
    item, material, own, follower = oak
    attributes.remove_value(each_session, item.id, material.id)

    variants.update_variant_attributes(each_session, item.id)

    assert (held(each_session, own), held(each_session, follower)) == (["pine"], [])
