"""Many items changed at once: what is refused, what is applied, and undo (items.md section 23), on both engines."""

from decimal import Decimal

import pytest
from sqlalchemy import func, select

from core.errors import DomainError, NotFound, errors_of
from models import AuditEntry, BulkEdit, Item, Permission, User
from services import attributes, bulk_edits, categories, items
from services.bulk_edits import RowEdit, carry_out, fields_for, read_grid, undo_last
from services.items.card import item_attributes
from tests.services.item_shop import ItemShop

ALL = frozenset(Permission)


@pytest.fixture
def shop(each_session):
    made = ItemShop(each_session)
    made.user = User(email="a@b.example", fs_uniquifier="x")
    each_session.add(made.user)
    each_session.flush()
    made.colour = attributes.create_attribute(each_session, {"name": "Colour", "type": "option"})
    for value in ("Red", "Blue"):
        attributes.add_value(each_session, made.colour, value)
    categories.create_category(each_session, "HOME")
    return made


def chosen(session, *names):
    by_name = {single.name: single for single in fields_for(session, ALL)}
    return [by_name[name] for name in names]


def grid(session, ids, *names):
    return {row.no: dict(row.cells) for row in read_grid(session, ids, chosen(session, *names))}


def test_the_grid_shows_fields_references_and_attributes_as_they_are_typed(each_session, shop):
    one = shop.item("ONE", unit_price=Decimal("2.5"))
    colour = f"attribute:{shop.colour.id}"
    attributes.assign_value(each_session, one.id, shop.colour, "Red")

    found = grid(each_session, [one.id], "unit_price", "base_unit_of_measure", "blocked", "category", colour)

    assert found == {
        "ONE": {"unit_price": "2.5", "base_unit_of_measure": "PCS", "blocked": "no", "category": "", colour: "Red"}
    }


def test_all_or_nothing_unless_only_the_good_ones_are_wanted(each_session, shop):
    one, two = shop.item("ONE"), shop.item("TWO")
    shop.entry(two)
    fields = chosen(each_session, "costing_method", "unit_price")
    edits = [RowEdit(item.id, {"costing_method": "average", "unit_price": "7"}) for item in (one, two)]

    with pytest.raises(DomainError) as refused, each_session.begin_nested():
        carry_out(each_session, edits, fields, only_good=False, user_id=shop.user.id)
    each_session.refresh(one)

    assert [error.code for error in errors_of(refused.value)] == ["ledger_entries_exist"]
    assert "TWO" in refused.value.message
    assert one.unit_price == 0

    outcome = carry_out(each_session, edits, fields, only_good=True, user_id=shop.user.id)

    assert [row.no for row in outcome.good] == ["ONE"]
    assert [(row.no, row.refusals[0][0]) for row in outcome.refused] == [("TWO", "ledger_entries_exist")]
    each_session.expire_all()
    assert (one.unit_price, two.unit_price) == (7, 0)


def test_each_cell_is_refused_as_on_the_card(each_session, shop):
    item = shop.item("ONE")
    colour = f"attribute:{shop.colour.id}"
    fields = chosen(each_session, "description", "category", "unit_price", "lead_time", colour)
    cases = {
        "description": ("", "field_required"),
        "category": ("NOWHERE", "not_found"),
        "unit_price": ("dear", "not_a_number"),
        "lead_time": ("soon", "invalid_formula"),
        colour: ("Purple", "unknown_value"),
    }

    for name, (text, code) in cases.items():
        outcome = carry_out(
            each_session, [RowEdit(item.id, {name: text})], fields, only_good=True, user_id=shop.user.id
        )
        assert [found for found, _message in outcome.rows[0].refusals] == [code], name

    assert each_session.scalar(select(func.count()).select_from(BulkEdit)) == 0


def test_a_cell_somebody_changed_meanwhile_is_left_alone(each_session, shop):
    item = shop.item("ONE", unit_price=Decimal(5))
    fields = chosen(each_session, "unit_price")

    outcome = carry_out(
        each_session, [RowEdit(item.id, {"unit_price": "7"}, {"unit_price": "4"})], fields, only_good=True,
        user_id=shop.user.id,
    )  # fmt: skip

    assert outcome.rows[0].refusals[0][0] == "changed_meanwhile"
    assert item.unit_price == 5


def test_undo_puts_everything_back_and_the_trail_has_both_ways(each_session, shop):
    one, two = shop.item("ONE", unit_price=Decimal(1)), shop.item("TWO", unit_price=Decimal(2))
    colour = f"attribute:{shop.colour.id}"
    attributes.assign_value(each_session, one.id, shop.colour, "Red")
    names = ("unit_price", "category", colour)
    before = grid(each_session, [one.id, two.id], *names)
    edits = [RowEdit(item.id, {"unit_price": "9", "category": "HOME", colour: "Blue"}) for item in (one, two)]
    carry_out(each_session, edits, chosen(each_session, *names), only_good=False, user_id=shop.user.id)
    assert {row["unit_price"] for row in grid(each_session, [one.id, two.id], *names).values()} == {"9"}

    outcome = undo_last(each_session, shop.user.id, ALL)

    assert outcome.refused == []
    assert grid(each_session, [one.id, two.id], *names) == before
    assert {row.name: row.value for row in item_attributes(each_session, one)} == {"Colour": "Red"}
    trail = each_session.execute(
        select(AuditEntry.before, AuditEntry.after)
        .where(AuditEntry.item_id == one.id, AuditEntry.field == "unit_price")
        .order_by(AuditEntry.id)
    )
    assert [tuple(map(float, row)) for row in trail] == [(1, 9), (9, 1)]
    with pytest.raises(NotFound) as nothing:
        undo_last(each_session, shop.user.id, ALL)
    assert nothing.value.code == "nothing_to_undo"


def test_undo_leaves_what_somebody_changed_since(each_session, shop):
    one, two = shop.item("ONE", unit_price=Decimal(1)), shop.item("TWO", unit_price=Decimal(2))
    edits = [RowEdit(item.id, {"unit_price": "9"}) for item in (one, two)]
    carry_out(each_session, edits, chosen(each_session, "unit_price"), only_good=False, user_id=shop.user.id)
    items.update_item(each_session, one, {"unit_price": 10})

    outcome = undo_last(each_session, shop.user.id, ALL)

    assert [(row.no, row.refusals[0][0]) for row in outcome.refused] == [("ONE", "changed_meanwhile")]
    assert (one.unit_price, two.unit_price) == (10, 2)


def test_without_the_right_costs_and_blocking_are_no_columns(each_session, shop):
    names = {single.name for single in fields_for(each_session, {Permission.ITEMS_EDIT})}

    assert "unit_price" in names
    assert not names & {"unit_cost", "costing_method", "blocked", "inventory_posting_group", "profit_percent"}
    outcome = carry_out(
        each_session, [RowEdit(shop.item("ONE").id, {"unit_cost": "3"})], fields_for(each_session, set()),
        only_good=True, user_id=None,
    )  # fmt: skip
    assert outcome.rows[0].refusals[0][0] == "unknown_field"


def test_more_items_than_a_grid_holds_are_refused(each_session, shop):
    edits = [RowEdit(number, {}) for number in range(bulk_edits.MOST_ITEMS + 1)]

    with pytest.raises(DomainError) as refused:
        carry_out(each_session, edits, [], only_good=True, user_id=None)

    assert refused.value.code == "too_many_items"
    assert each_session.scalar(select(func.count()).select_from(Item)) == 0
