"""The category tree and what it brings to items (items.md section 9)."""

import pytest
from sqlalchemy import select, update

from core.errors import ValidationError
from models import Item, ItemAttributeMapping, ItemAttributeValue, ItemCategory
from posting.verify import verify
from services import attributes, categories, category_attributes, items
from tests.services.item_shop import ItemShop


@pytest.fixture
def shop(session):
    return ItemShop(session)


@pytest.fixture
def make(session):
    """`make("GOODS", "FOOD", "FRUIT")`: each under the one before; the last is returned."""

    def chain(*codes):
        parent = None
        for code in codes:
            found = session.scalar(select(ItemCategory).where(ItemCategory.code == code))
            parent = found or categories.create_category(session, code, parent_id=parent.id if parent else None)
        return parent

    return chain


def drawn(session) -> list[str]:
    return ["  " * node.level + node.code for node in categories.tree(session)]


def values_of(session, item) -> dict[int, str]:
    statement = (
        select(ItemAttributeMapping.attribute_id, ItemAttributeValue.value)
        .join(ItemAttributeValue, ItemAttributeValue.id == ItemAttributeMapping.value_id)
        .where(ItemAttributeMapping.item_id == item.id)
    )
    return dict(session.execute(statement).all())


def test_siblings_stand_by_code_under_their_parent(session, make):
    make("GOODS", "FOOD", "FRUIT")
    make("GOODS", "DRINK")
    make("ABOVE")
    make("GOODS", "FOOD", "BREAD")

    assert drawn(session) == ["ABOVE", "GOODS", "  DRINK", "  FOOD", "    BREAD", "    FRUIT"]


def test_a_new_code_between_two_siblings_renumbers_nobody(session, make):
    first, last = make("A"), make("C")
    before = (first.presentation_order, last.presentation_order)

    between = make("B")

    assert (first.presentation_order, last.presentation_order) == before
    assert before[0] < between.presentation_order < before[1]


def test_where_there_is_no_room_left_the_tree_is_numbered_anew(session, make):
    make("A")
    make("Z")
    for number in range(30, 0, -1):  # always right behind A
        make(f"A{number:02}")

    assert drawn(session) == ["A", *(f"A{number:02}" for number in range(1, 31)), "Z"]


def test_a_category_never_lies_under_itself(session, make):
    bottom = make("TOP", "MIDDLE", "BOTTOM")
    top = make("TOP")

    with pytest.raises(ValidationError) as under_itself:
        categories.move_category(session, top, top.id)
    with pytest.raises(ValidationError) as under_grandchild:
        categories.move_category(session, top, bottom.id)

    assert (under_itself.value.code, under_grandchild.value.code) == ("cycle", "cycle")
    assert drawn(session) == ["TOP", "  MIDDLE", "    BOTTOM"]


def test_moving_takes_the_subtree_along(session, make):
    make("A", "B", "C")
    make("Z")

    categories.move_category(session, make("A", "B"), make("Z").id)

    assert drawn(session) == ["A", "Z", "  B", "    C"]
    assert not make("A").has_children


def test_a_new_code_finds_its_place(session, make):
    make("A")
    make("B", "BB")

    categories.update_category(session, make("A"), {"code": "c", "description": "Cheese"})

    assert drawn(session) == ["B", "  BB", "C"]


@pytest.mark.parametrize(("code", "refusal"), [("a", "duplicate"), ("", "field_required"), ("X" * 21, "text_too_long")])
def test_codes_are_checked(session, make, code, refusal):
    make("A")

    with pytest.raises(ValidationError) as refused:
        categories.create_category(session, code)

    assert (refused.value.code, refused.value.field) == (refusal, "code")
    assert drawn(session) == ["A"]


def test_with_children_a_category_stays(session, make):
    make("A", "B")

    with pytest.raises(ValidationError) as refused:
        categories.delete_category(session, make("A"))

    assert refused.value.code == "has_children"
    assert drawn(session) == ["A", "  B"]


def test_deleting_a_category_leaves_its_items_without_one(session, shop, make):
    make("A")
    leaf = make("A", "B")
    colour = attributes.create_attribute(session, {"name": "Colour"})
    category_attributes.add_attribute(session, leaf, colour, "Black")
    item = shop.item(category_id=leaf.id)

    categories.delete_category(session, leaf)

    assert session.get(Item, item.id).category_id is None
    assert values_of(session, item) == {}
    assert not make("A").has_children


def test_an_item_in_the_lowest_category_gets_the_attributes_of_all_above(session, shop, make):
    bottom = make("TOP", "MIDDLE", "BOTTOM")
    wanted = {}
    for level in ("TOP", "MIDDLE", "BOTTOM"):
        attribute = attributes.create_attribute(session, {"name": f"of {level}"})
        category_attributes.add_attribute(session, make(level), attribute, level.lower())
        wanted[attribute.id] = level.lower()

    assert values_of(session, shop.item(category_id=bottom.id)) == wanted


def test_an_attribute_added_to_a_parent_reaches_items_below_that_lack_it(session, shop, make):
    bottom = make("TOP", "MIDDLE", "BOTTOM")
    colour = attributes.create_attribute(session, {"name": "Colour"})
    plain, red = shop.item(category_id=bottom.id), shop.item(category_id=bottom.id)
    attributes.assign_value(session, red.id, colour, "Red")

    category_attributes.add_attribute(session, make("TOP"), colour, "Black")

    assert values_of(session, plain) == {colour.id: "Black"}
    assert values_of(session, red) == {colour.id: "Red"}


def test_another_default_is_for_new_items_only(session, shop, make):
    top = make("TOP")
    colour = attributes.create_attribute(session, {"name": "Colour"})
    category_attributes.add_attribute(session, top, colour, "Black")
    old = shop.item(category_id=top.id)

    category_attributes.change_default(session, top, colour, "Blue")

    assert values_of(session, old) == {colour.id: "Black"}
    assert values_of(session, shop.item(category_id=top.id)) == {colour.id: "Blue"}


def test_inherited_attributes_are_changed_where_they_come_from(session, make):
    child = make("TOP", "CHILD")
    colour = attributes.create_attribute(session, {"name": "Colour"})
    category_attributes.add_attribute(session, make("TOP"), colour, "Black")

    refusals = []
    for attempt in (
        lambda: category_attributes.change_default(session, child, colour, "Blue"),
        lambda: category_attributes.remove_attribute(session, child, colour),
        lambda: category_attributes.add_attribute(session, child, colour, "Blue"),
    ):
        with pytest.raises(ValidationError) as refused:
            attempt()
        refusals.append(refused.value.code)

    assert refusals == ["inherited_attribute", "inherited_attribute", "duplicate"]
    [row] = category_attributes.effective(session, child.id).values()
    assert (row.value, row.from_code) == ("Black", "TOP")


def test_an_option_needs_a_default(session, make):
    size = attributes.create_attribute(session, {"name": "Size", "type": "option"})

    with pytest.raises(ValidationError) as refused:
        category_attributes.add_attribute(session, make("TOP"), size)

    assert refused.value.code == "value_required"
    assert category_attributes.effective(session, make("TOP").id) == {}


def test_removing_an_attribute_takes_it_off_the_items_below(session, shop, make):
    bottom = make("TOP", "BOTTOM")
    colour = attributes.create_attribute(session, {"name": "Colour"})
    category_attributes.add_attribute(session, make("TOP"), colour, "Black")
    item, stranger = shop.item(category_id=bottom.id), shop.item()
    attributes.assign_value(session, stranger.id, colour, "Black")
    assert category_attributes.items_with(session, make("TOP").id, colour.id) == 1

    category_attributes.remove_attribute(session, make("TOP"), colour)

    assert values_of(session, item) == {}
    assert values_of(session, stranger) == {colour.id: "Black"}


def test_a_moved_category_changes_what_its_items_have(session, shop, make):
    moved = make("OLD", "MOVED", "LEAF")
    material, colour, shared = (
        attributes.create_attribute(session, {"name": name}) for name in ("Material", "Colour", "Shared")
    )
    for top, attribute in (("OLD", material), ("NEW", colour), ("OLD", shared), ("NEW", shared)):
        category_attributes.add_attribute(session, make(top), attribute, top.lower())
    item, kept = shop.item(category_id=moved.id), shop.item(category_id=moved.id)
    attributes.assign_value(session, kept.id, colour, "own")

    categories.move_category(session, make("MOVED"), make("NEW").id)

    assert values_of(session, item) == {colour.id: "new", shared.id: "old"}
    assert values_of(session, kept) == {colour.id: "own", shared.id: "old"}


def test_declining_keeps_what_came_from_the_old_parent(session, shop, make):
    leaf = make("OLD", "LEAF")
    material = attributes.create_attribute(session, {"name": "Material"})
    category_attributes.add_attribute(session, make("OLD"), material, "wood")
    item = shop.item(category_id=leaf.id)

    categories.move_category(session, leaf, None, drop_old_attributes=False)
    items.update_item(session, item, {"category_id": None}, keep_attributes=True)

    assert values_of(session, item) == {material.id: "wood"}


def test_the_tree_counts_items_of_a_category_and_of_all_below(session, shop, make):
    shop.item(category_id=make("TOP", "LEAF").id)
    shop.item(category_id=make("TOP", "LEAF").id)
    shop.item(category_id=make("TOP").id)

    assert [(node.code, node.items, node.items_below) for node in categories.tree(session)] == [
        ("TOP", 1, 3),
        ("LEAF", 2, 2),
    ]


def test_the_number_of_items_follows_whatever_happens_to_them(each_session):
    session, shop = each_session, ItemShop(each_session)
    first, second = (categories.create_category(session, code) for code in ("FIRST", "SECOND"))
    kept, moved, gone = (shop.item(category_id=first.id) for _number in range(3))
    stray = shop.item()
    session.flush()

    session.execute(update(Item).where(Item.id == moved.id).values(category_id=second.id))
    session.execute(update(Item).where(Item.id == stray.id).values(category_id=second.id))
    session.execute(update(Item).where(Item.id == kept.id).values(description="the same place"))
    session.execute(update(Item).where(Item.id == gone.id).values(category_id=None))

    assert {node.code: node.items for node in categories.tree(session)} == {"FIRST": 1, "SECOND": 2}
    assert verify(session) == []
