"""The two posting set-ups, their suggestions, and the check before go-live (items.md section 16, PST-1 to PST-4)."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select

from core.errors import NotFound, ValidationError
from models import (
    Customer,
    CustomerPostingGroup,
    GenBusinessPostingGroup,
    GeneralPostingSetup,
    GenProductPostingGroup,
    GlAccount,
    InventoryPostingGroup,
    InventoryPostingSetup,
    InventorySetup,
    Item,
)
from services.accounts import create_account
from services.locations import create_location
from services.posting_setup import (
    GENERAL,
    INVENTORY,
    copy_row,
    delete_row,
    fill_row,
    find_row,
    get_keys,
    get_setup,
    save_row,
    suggest,
)
from services.seed.defaults import CompanyAnswers, create_company
from services.setup_checks import missing_setup


@pytest.fixture
def company(session) -> None:
    create_company(session, CompanyAnswers(name="Test company"))
    product = session.scalar(select(GenProductPostingGroup.id).order_by(GenProductPostingGroup.id))
    stock = session.scalar(select(InventoryPostingGroup.id).order_by(InventoryPostingGroup.id))
    session.add(
        Item(no="BOLT", description="Bolt", gen_product_posting_group_id=product, inventory_posting_group_id=stock)
    )
    session.flush()


def _group(session) -> InventoryPostingGroup:
    item = session.scalar(select(Item))
    return session.get(InventoryPostingGroup, item.inventory_posting_group_id)


def test_a_new_company_lacks_nothing(session, company):
    assert missing_setup(session) == []


def test_a_new_location_is_named_with_its_group_and_complete_after_the_suggestion(session, company):  # PST-1
    blue = create_location(session, "BLUE", {"name": "Blue"})
    group = _group(session)

    gap, *others = missing_setup(session)
    assert (gap.area, gap.row_code, gap.column_code, others) == ("inventory_posting", "BLUE", group.code, [])
    assert "inventory_account_id" in gap.fields

    assert fill_row(session, INVENTORY, blue.id, [group.id]) == 1
    assert missing_setup(session) == []
    elsewhere = find_row(session, INVENTORY, 0, group.id)
    assert find_row(session, INVENTORY, blue.id, group.id).inventory_account_id == elsewhere.inventory_account_id


def test_the_suggestion_is_what_is_most_used_for_the_same_group(session, company):
    group = _group(session)
    session.execute(delete(InventoryPostingSetup))
    places = [create_location(session, code, {"name": code}) for code in ("A", "B", "C", "D")]
    rare, usual = (create_account(session, no, {"name": no}) for no in ("X1", "X2"))
    for place, account in zip(places, (rare, usual, usual), strict=False):
        save_row(session, INVENTORY, place.id, group.id, {"inventory_account_id": account.id})

    assert suggest(session, INVENTORY, places[3].id, group.id) == {"inventory_account_id": usual.id}

    usual.blocked = True
    assert suggest(session, INVENTORY, places[3].id, group.id) == {"inventory_account_id": rare.id}


def test_a_suggestion_leaves_what_is_filled(session, company):
    group = _group(session)

    assert "inventory_account_id" not in suggest(session, INVENTORY, 0, group.id)


@pytest.mark.parametrize("kind", ["heading", "blocked"])
def test_an_account_that_takes_no_entries_is_refused(session, company, kind):
    values = {"account_type": "heading"} if kind == "heading" else {"blocked": True}
    account = create_account(session, "X1", {"name": "No entries", **values})

    with pytest.raises(ValidationError) as refused:
        save_row(session, INVENTORY, 0, _group(session).id, {"inventory_account_id": account.id})

    assert (refused.value.code, refused.value.field) == ("account_not_postable", "inventory_account_id")


def test_an_account_that_was_blocked_later_counts_as_missing_and_may_stay(session, company):
    row = find_row(session, INVENTORY, 0, _group(session).id)
    session.get(GlAccount, row.inventory_account_id).blocked = True
    session.flush()

    assert any("inventory_account_id" in gap.fields for gap in missing_setup(session))
    save_row(
        session, INVENTORY, 0, row.inventory_posting_group_id,
        {"inventory_account_id": row.inventory_account_id, "description": "kept"},
    )  # fmt: skip
    assert row.description == "kept"


def test_a_group_of_a_customer_needs_cost_of_goods_sold(session, company):
    group = GenBusinessPostingGroup(code="MOON")
    session.add(group)
    session.flush()
    session.add(Customer(no="C1", name="Customer", gen_business_posting_group_id=group.id))
    session.flush()

    gaps = missing_setup(session)

    assert [(gap.area, gap.row_code, gap.fields) for gap in gaps] == [("general_posting", "MOON", ("cogs_account_id",))]


def test_expected_cost_asks_for_interim_accounts(session, company):
    session.get(InventorySetup, 1).expected_cost_posting_to_gl = True
    for row in session.scalars(select(InventoryPostingSetup)):
        row.inventory_interim_account_id = None
    for row in session.scalars(select(GeneralPostingSetup)):
        row.cogs_interim_account_id = None
    session.flush()

    fields = {field for gap in missing_setup(session) for field in gap.fields}

    assert fields == {"inventory_interim_account_id", "cogs_interim_account_id"}


def test_a_customer_group_in_use_needs_its_account(session, company):
    group = CustomerPostingGroup(code="MOON")
    session.add(group)
    session.flush()
    assert missing_setup(session) == []

    session.add(Customer(no="C1", name="Customer", customer_posting_group_id=group.id))
    session.flush()

    assert [gap.area for gap in missing_setup(session)] == ["customer_posting_group"]


def test_a_row_is_copied_and_deleted(session, company):
    blue = create_location(session, "BLUE", {"name": "Blue"})
    group = _group(session)
    source = find_row(session, INVENTORY, 0, group.id)

    copy = copy_row(session, INVENTORY, source, blue.id, group.id)
    assert copy.inventory_account_id == source.inventory_account_id

    delete_row(session, INVENTORY, copy)
    assert find_row(session, INVENTORY, blue.id, group.id) is None


def test_keys_and_set_ups_that_do_not_exist_are_not_found(session, company):
    row, column = get_keys(session, GENERAL, "", session.scalar(select(GenProductPostingGroup.code)))
    assert (row.id, column.id > 0) == (0, True)
    with pytest.raises(NotFound):
        get_keys(session, INVENTORY, "NOWHERE", "NOTHING")
    with pytest.raises(NotFound):
        get_setup("vat")


def test_an_empty_database_lacks_everything_and_says_so(session):
    assert {gap.area for gap in missing_setup(session)} == {
        "company", "general_ledger", "accounts", "accounting_periods", "inventory",
    }  # fmt: skip
