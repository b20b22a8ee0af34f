"""Every small list is created, edited and deleted the same way, and refuses the same dirt."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import func, select

from core.errors import NotFound, ValidationError
from models import (
    AccountingPeriod,
    GenProductPostingGroup,
    InventoryPostingGroup,
    Item,
    JournalTemplate,
)
from services.accounts import create_account
from services.small_lists import LISTS, create_row, create_year, delete_period, delete_row, edit_row, get_list, get_row
from tests.services.item_shop import ItemShop


def minimum(session, kind):
    """What a row of this list must have besides its code."""
    if kind.kind == "service-costs":
        return {"gl_account_id": create_account(session, "4711", {"name": "Travel", "direct_posting": True}).id}
    if kind.kind in ("item-charges", "resources"):
        group = create_row(session, get_list("gen-product-groups"), "CHARGES", {})
        return {"gen_product_posting_group_id": group.id}
    return {"lot_specific": True} if kind.kind == "tracking-codes" else {}


@pytest.fixture(params=list(LISTS))
def kind(request):
    return get_list(request.param)


def test_a_row_is_created_renamed_and_deleted(session, kind):
    row = create_row(session, kind, " new ", minimum(session, kind))
    assert get_row(session, kind, "new") is row

    edit_row(session, kind, row, {kind.key: "other", kind.editable[0]: "What it means"})
    assert getattr(get_row(session, kind, "OTHER"), kind.editable[0]) == "What it means"

    delete_row(session, kind, row)
    with pytest.raises(NotFound):
        get_row(session, kind, "OTHER")


def test_a_code_that_exists_or_cannot_be_typed_is_refused(session, kind):
    values = minimum(session, kind)
    create_row(session, kind, "NEW", values)

    for code, reason in (
        ("new", "already_exists"),
        ("", "field_required"),
        ("X" * 300, "text_too_long"),
        ("A\x00", "text_control_characters"),
    ):
        with pytest.raises(ValidationError) as refused:
            create_row(session, kind, code, values)
        assert (refused.value.code, refused.value.field) == (reason, kind.key)
    assert session.scalar(select(func.count()).select_from(kind.model).where(kind.model.id != 0)) == 1


def test_the_blank_row_is_hidden(session):
    with pytest.raises(NotFound):
        get_row(session, get_list("gen-business-groups"), "")
    with pytest.raises(NotFound):
        get_list("colours")


def test_a_group_of_an_item_stays(session):  # PST-2
    kind = get_list("inventory-groups")
    group = create_row(session, kind, "RESALE", {})
    session.add(Item(no="BOLT", description="Bolt", inventory_posting_group_id=group.id))
    session.flush()

    with pytest.raises(ValidationError) as refused:
        delete_row(session, kind, group)

    assert (refused.value.code, "1 item." in refused.value.message or "1 item" in refused.value.message) == (
        "in_use",
        True,
    )
    assert session.scalar(select(func.count()).select_from(InventoryPostingGroup)) == 1


def test_a_code_that_is_written_on_records_keeps_its_name(session):
    kind = get_list("reason-codes")
    reason = create_row(session, kind, "DAMAGE", {})
    session.add(JournalTemplate(name="ITEM", reason_code="DAMAGE"))
    session.flush()

    for change in (
        lambda: delete_row(session, kind, reason),
        lambda: edit_row(session, kind, reason, {"code": "BROKEN"}),
    ):
        with pytest.raises(ValidationError) as refused:
            change()
        assert refused.value.code == "in_use"
    assert reason.code == "DAMAGE"


def test_a_party_group_takes_posting_accounts_only(session):
    kind = get_list("vendor-groups")
    heading = create_account(session, "5000", {"name": "Liabilities", "account_type": "heading"})
    payables = create_account(session, "5410", {"name": "Payables"})

    with pytest.raises(ValidationError) as refused:
        create_row(session, kind, "DOMESTIC", {"payables_account_id": heading.id})
    assert (refused.value.code, refused.value.field) == ("account_not_postable", "payables_account_id")

    assert (
        create_row(session, kind, "DOMESTIC", {"payables_account_id": payables.id}).payables_account_id == payables.id
    )


@pytest.mark.parametrize(
    ("values", "code", "field"),
    [
        ({}, "conflicting_setup", "lot_specific"),
        ({"lot_needed": "sales_out purchases"}, "movement_unknown", "lot_needed"),
        ({"lot_specific": True, "warranty_calculation": "two years"}, "invalid_formula", "warranty_calculation"),
    ],
)
def test_a_tracking_code_that_contradicts_itself_is_refused(session, values, code, field):
    with pytest.raises(ValidationError) as refused:
        create_row(session, get_list("tracking-codes"), "LOT", values)

    assert (refused.value.code, refused.value.field) == (code, field)


def test_a_formula_and_a_reference_are_checked(session):
    with pytest.raises(ValidationError) as refused:
        create_row(session, get_list("payment-terms"), "30D", {"due_date_calculation": "a month"})
    assert refused.value.field == "due_date_calculation"
    with pytest.raises(ValidationError) as refused:
        create_row(session, get_list("gen-product-groups"), "RETAIL", {"default_vat_product_posting_group_id": 99})
    assert refused.value.code == "not_found"
    assert session.scalar(select(func.count()).select_from(GenProductPostingGroup)) == 0


def test_a_fiscal_year_has_a_period_a_month_and_leaves_those_that_exist(session):
    create_year(session, dt.date(2026, 1, 1), months=2)

    made = create_year(session, dt.date(2026, 1, 1))

    assert len(made) == 10
    first = session.scalar(select(AccountingPeriod).order_by(AccountingPeriod.starting_date))
    assert (first.name, first.new_fiscal_year) == ("January", True)


@pytest.mark.parametrize(
    ("day", "months", "code"),
    [
        (dt.date(2026, 1, 2), 12, "not_first_of_month"),
        (dt.date(2026, 1, 1), 0, "range_too_long"),
        (dt.date(2026, 1, 1), 99, "range_too_long"),
        (dt.date(9999, 6, 1), 12, "date_invalid"),
    ],
)
def test_a_senseless_year_is_refused(session, day, months, code):
    with pytest.raises(ValidationError) as refused:
        create_year(session, day, months=months)

    assert refused.value.code == code
    assert session.scalar(select(func.count()).select_from(AccountingPeriod)) == 0


def test_only_the_last_open_period_goes(session):
    first, last = create_year(session, dt.date(2026, 1, 1), months=2)

    with pytest.raises(ValidationError) as refused:
        delete_period(session, first)
    assert refused.value.code == "not_the_last"
    last.closed = True
    with pytest.raises(ValidationError) as refused:
        delete_period(session, last)
    assert refused.value.code == "period_closed"

    last.closed = False
    delete_period(session, last)
    assert session.scalar(select(func.count()).select_from(AccountingPeriod)) == 1


@pytest.mark.parametrize("first", [{"drop_shipment": True}, {"special_order": True}])
def test_txt_1_a_purchasing_code_is_not_both(session, first):
    codes = get_list("purchasing-codes")
    with pytest.raises(ValidationError) as refused:
        create_row(session, codes, "BOTH", {"drop_shipment": True, "special_order": True})
    assert refused.value.code == "conflicting_setup"

    row = create_row(session, codes, "ONE", first)
    with pytest.raises(ValidationError) as refused:
        edit_row(session, codes, row, {"drop_shipment": True, "special_order": True})
    assert (refused.value.code, row.drop_shipment and row.special_order) == ("conflicting_setup", False)


def test_a_discount_group_keeps_its_code_while_an_item_names_it(session):
    groups = get_list("item-discount-groups")
    row = create_row(session, groups, "SEATS", {})
    shop = ItemShop(session)
    shop.item(item_discount_group="SEATS")

    for change in (
        lambda: edit_row(session, groups, row, {"code": "CHAIRS"}),
        lambda: delete_row(session, groups, row),
    ):
        with pytest.raises(ValidationError) as refused:
            change()
        assert refused.value.code == "in_use"
