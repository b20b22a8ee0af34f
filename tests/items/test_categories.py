"""Acceptance checks of item categories (items.md sections 9 and 23), on both engines."""

import pytest
from sqlalchemy import func, select

from core.errors import ValidationError
from models import AuditEntry, Item, ItemCategory
from services import attributes, categories, category_attributes, items
from services.attribute_filters import category_condition
from services.items.card import item_attributes
from services.items.variants import save_variant
from tests.services.item_shop import ItemShop


@pytest.fixture
def shop(each_session):
    return ItemShop(each_session)


def chain(session, *codes):
    """Each below the one before; returned by code."""
    made, parent = {}, None
    for code in codes:
        parent = made[code] = categories.create_category(session, code, parent_id=parent.id if parent else None)
    return made


def attribute(session, name, kind="option", *values):
    made = attributes.create_attribute(session, {"name": name, "type": kind})
    for value in values:
        attributes.add_value(session, made, value)
    return made


def values_of(session, item):
    return {row.name: row.value for row in item_attributes(session, item) if row.value}


def test_cat_1_an_item_in_the_lowest_of_three_levels_gets_the_attributes_of_all(each_session, shop):
    tree = chain(each_session, "HOME", "CHAIRS", "STOOLS")
    for code, name, value in (("HOME", "Room", "Kitchen"), ("CHAIRS", "Seats", "1"), ("STOOLS", "Legs", "3")):
        kind = "text" if name == "Room" else "integer"
        category_attributes.add_attribute(each_session, tree[code], attribute(each_session, name, kind), value)

    stool = shop.item("STOOL", category_id=tree["STOOLS"].id)

    assert values_of(each_session, stool) == {"Room": "Kitchen", "Seats": "1", "Legs": "3"}


def test_cat_2_no_category_lies_under_itself_or_what_is_below_it(each_session, shop):
    tree = chain(each_session, "HOME", "CHAIRS", "STOOLS")

    for parent in ("HOME", "CHAIRS", "STOOLS"):
        with pytest.raises(ValidationError) as refused:
            categories.move_category(each_session, tree["HOME"], tree[parent].id)
        assert (refused.value.code, refused.value.field) == ("cycle", "parent_id")

    assert [(node.code, node.level) for node in categories.tree(each_session)] == [
        ("HOME", 0), ("CHAIRS", 1), ("STOOLS", 2)
    ]  # fmt: skip


def test_cat_3_an_attribute_added_above_reaches_items_that_lack_it_and_leaves_others_alone(each_session, shop):
    tree = chain(each_session, "HOME", "CHAIRS", "STOOLS")
    colour = attribute(each_session, "Colour", "option", "Red", "Black")
    plain, red = (shop.item(no, category_id=tree["STOOLS"].id) for no in ("PLAIN", "RED"))
    attributes.assign_value(each_session, red.id, colour, "Red")

    category_attributes.add_attribute(each_session, tree["HOME"], colour, "Black")

    assert values_of(each_session, plain) == {"Colour": "Black"}
    assert values_of(each_session, red) == {"Colour": "Red"}


def test_cat_4_another_default_is_for_items_assigned_from_now_on(each_session, shop):
    tree = chain(each_session, "HOME")
    colour = attribute(each_session, "Colour", "option", "Black", "Blue")
    category_attributes.add_attribute(each_session, tree["HOME"], colour, "Black")
    old = shop.item("OLD", category_id=tree["HOME"].id)

    category_attributes.change_default(each_session, tree["HOME"], colour, "Blue")

    assert values_of(each_session, old) == {"Colour": "Black"}
    assert values_of(each_session, shop.item("NEW", category_id=tree["HOME"].id)) == {"Colour": "Blue"}


def test_cat_5_a_code_between_two_siblings_takes_the_middle_of_the_gap(each_session, shop):
    chain(each_session, "A")
    chain(each_session, "C")
    before = dict(each_session.execute(select(ItemCategory.code, ItemCategory.presentation_order)).tuples().all())

    chain(each_session, "B")

    after = dict(each_session.execute(select(ItemCategory.code, ItemCategory.presentation_order)).tuples().all())
    assert before == {"A": 10000, "C": 20000}
    assert after == before | {"B": 15000}


def test_cat_5_recalculating_numbers_the_tree_in_steps(each_session, shop):
    tree = chain(each_session, "A", "A1")
    chain(each_session, "B")
    tree["A"].presentation_order = 7
    each_session.flush()

    categories.recalculate(each_session)

    orders = each_session.execute(
        select(ItemCategory.code, ItemCategory.presentation_order).order_by(ItemCategory.presentation_order)
    )
    assert orders.tuples().all() == [("A", 10000), ("A1", 20000), ("B", 30000)]


def test_cat_6_declining_the_question_keeps_the_attributes_of_the_old_category(each_session, shop):
    old, new = chain(each_session, "OLD")["OLD"], chain(each_session, "NEW")["NEW"]
    legs, watts = attribute(each_session, "Legs", "integer"), attribute(each_session, "Watts", "integer")
    category_attributes.add_attribute(each_session, old, legs, "4")
    category_attributes.add_attribute(each_session, new, watts, "60")
    kept, dropped = (shop.item(no, category_id=old.id) for no in ("KEPT", "DROPPED"))

    items.update_item(each_session, kept, {"category_id": new.id}, keep_attributes=True)
    items.update_item(each_session, dropped, {"category_id": new.id})

    assert values_of(each_session, kept) == {"Legs": "4", "Watts": "60"}
    assert values_of(each_session, dropped) == {"Watts": "60"}


def test_cat_7_a_filter_on_a_parent_finds_items_of_children(each_session, shop):
    tree = chain(each_session, "HOME", "CHAIRS")
    for no, code in (("HOUSE", "HOME"), ("CHAIR", "CHAIRS")):
        shop.item(no, category_id=tree[code].id)
    shop.item("OTHER")

    def found(code):
        condition = category_condition(each_session, tree[code].id)
        return each_session.scalars(select(Item.no).where(condition).order_by(Item.no)).all()

    assert found("HOME") == ["CHAIR", "HOUSE"]
    assert found("CHAIRS") == ["CHAIR"]


def test_cat_refusals_leave_the_tree_as_it_was(each_session, shop):
    tree = chain(each_session, "HOME", "CHAIRS")
    colour = attribute(each_session, "Colour", "option", "Red")
    with pytest.raises(ValidationError) as no_value:
        category_attributes.add_attribute(each_session, tree["HOME"], colour, "")
    category_attributes.add_attribute(each_session, tree["HOME"], colour, "Red")

    def code_of(work):
        with pytest.raises(ValidationError) as refused:
            work()
        return refused.value.code

    assert no_value.value.code == "value_required"
    assert code_of(lambda: categories.delete_category(each_session, tree["HOME"])) == "has_children"
    for code in ("HOME", "CHAIRS"):
        add = lambda code=code: category_attributes.add_attribute(each_session, tree[code], colour, "Red")
        assert code_of(add) == "duplicate"
    assert code_of(lambda: category_attributes.remove_attribute(each_session, tree["CHAIRS"], colour)) == (
        "inherited_attribute"
    )
    assert len(categories.tree(each_session)) == 2


def test_a_moved_parent_changes_the_attributes_of_all_items_below(each_session, shop):
    home, work = chain(each_session, "HOME", "CHAIRS"), chain(each_session, "WORK")
    category_attributes.add_attribute(each_session, home["HOME"], attribute(each_session, "Room", "text"), "Kitchen")
    category_attributes.add_attribute(each_session, work["WORK"], attribute(each_session, "Desk", "text"), "Oak")
    chair = shop.item("CHAIR", category_id=home["CHAIRS"].id)

    categories.move_category(each_session, home["CHAIRS"], work["WORK"].id)

    assert values_of(each_session, chair) == {"Desk": "Oak"}


def test_a_child_has_a_default_of_its_own_and_new_items_get_it(each_session, shop):
    tree = chain(each_session, "HOME", "CHAIRS", "STOOLS")
    colour = attribute(each_session, "Colour", "option", "Black", "Blue")
    category_attributes.add_attribute(each_session, tree["HOME"], colour, "Black")
    old = shop.item("OLD", category_id=tree["STOOLS"].id)

    category_attributes.override_default(each_session, tree["CHAIRS"], colour, "Blue")

    new = shop.item("NEW", category_id=tree["STOOLS"].id)
    above = shop.item("ABOVE", category_id=tree["HOME"].id)
    assert [values_of(each_session, item)["Colour"] for item in (old, new, above)] == ["Black", "Blue", "Black"]
    with pytest.raises(ValidationError) as refused:
        category_attributes.override_default(each_session, tree["CHAIRS"], colour, "Black")
    assert refused.value.code == "duplicate"

    category_attributes.remove_attribute(each_session, tree["CHAIRS"], colour)

    assert values_of(each_session, new) == {"Colour": "Blue"}, "the parent still brings it: nothing is lost"
    assert values_of(each_session, shop.item("LATER", category_id=tree["STOOLS"].id)) == {"Colour": "Black"}


def test_a_mandatory_value_is_changed_but_not_taken_away(each_session, shop):
    tree = chain(each_session, "HOME", "CHAIRS")
    legs = attribute(each_session, "Legs", "integer")
    category_attributes.add_attribute(each_session, tree["HOME"], legs, "4", mandatory=True)
    chair = shop.item("CHAIR", category_id=tree["CHAIRS"].id)

    with pytest.raises(ValidationError) as refused:
        attributes.remove_value(each_session, chair.id, legs.id)
    attributes.assign_value(each_session, chair.id, legs, "3", replace=True)

    assert refused.value.code == "attribute_required"
    assert values_of(each_session, chair) == {"Legs": "3"}

    category_attributes.change_default(each_session, tree["HOME"], legs, "4", mandatory=False)
    attributes.remove_value(each_session, chair.id, legs.id)

    assert values_of(each_session, chair) == {}


def test_an_item_that_lacks_a_mandatory_value_is_told_so(each_session, shop):
    tree = chain(each_session, "HOME")
    category_attributes.add_attribute(
        each_session, tree["HOME"], attribute(each_session, "Legs", "integer"), mandatory=True
    )
    chair = shop.item("CHAIR", category_id=tree["HOME"].id)

    assert [notice.code for notice in items.warnings_of(each_session, chair)] == ["attribute_missing"]

    attributes.assign_value(each_session, chair.id, attributes.get_attribute(each_session, "Legs"), "4")

    assert items.warnings_of(each_session, chair) == []


def test_what_categories_do_to_items_stands_in_the_items_history(each_session, shop):
    tree = chain(each_session, "HOME", "CHAIRS")
    colour = attribute(each_session, "Colour", "option", "Black", "Red")
    chair = shop.item("CHAIR", category_id=tree["CHAIRS"].id)
    save_variant(each_session, chair, {"code": "V"})

    category_attributes.add_attribute(each_session, tree["HOME"], colour, "Black")
    attributes.assign_value(each_session, chair.id, colour, "Red", replace=True)
    category_attributes.remove_attribute(each_session, tree["HOME"], colour)

    notes = each_session.execute(
        select(AuditEntry.table_name, AuditEntry.record_id, AuditEntry.before, AuditEntry.after)
        .where(AuditEntry.item_id == chair.id, AuditEntry.field == "attribute:Colour")
        .order_by(AuditEntry.id)
    ).tuples()
    assert notes.all() == [
        ("item", chair.id, "", "Black"), ("item", chair.id, "Black", "Red"), ("item", chair.id, "Red", ""),
    ]  # fmt: skip
    assert each_session.scalar(select(func.count()).where(AuditEntry.table_name == "item_attribute_mapping")) == 0
