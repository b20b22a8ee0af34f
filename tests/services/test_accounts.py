"""The chart of accounts: balances from what posting keeps, and what entries forbid."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from sqlalchemy import insert, select

from core.errors import NotFound, ValidationError
from models import GlAccount, GlBalance, GlEntry, Register, VendorPostingGroup
from services.accounts import (
    balances,
    check_postable,
    create_account,
    delete_account,
    edit_account,
    get_account,
    in_ranges,
    net_changes,
    totaling_ranges,
)


def _account(session, no, **values) -> GlAccount:
    return create_account(session, no, {"name": f"Account {no}", **values})


def _entry(session, account) -> None:
    """One posted entry; the ledger's own tests say how it comes about."""
    ranges = {column.key: 1 for column in Register.__table__.columns if column.key.startswith(("from_", "to_"))}
    session.execute(
        insert(Register).values(
            id=1,
            created_at=dt.datetime(2025, 1, 1, tzinfo=dt.UTC),
            source_code="X",
            previous_digest="",
            digest="",
            **ranges,
        )
    )
    session.execute(
        insert(GlEntry).values(
            id=1,
            register_id=1,
            transaction_no=1,
            account_id=account.id,
            posting_date=dt.date(2025, 1, 1),
            document_date=dt.date(2025, 1, 1),
            document_no="D1",
            amount=Decimal(1),
            source_code="X",
        )
    )


def _change(session, account, month, debit="0", credit="0") -> None:
    session.add(GlBalance(account_id=account.id, month=month, debit=Decimal(debit), credit=Decimal(credit)))
    session.flush()


def test_an_account_with_entries_stays_and_stays_a_posting_account(session):
    cash = _account(session, "2910")
    _entry(session, cash)

    with pytest.raises(ValidationError) as refused:
        delete_account(session, cash)
    assert refused.value.code == "has_entries"
    with pytest.raises(ValidationError) as refused:
        edit_account(session, cash, {"account_type": "heading"})
    assert (refused.value.code, refused.value.field) == ("has_entries", "account_type")
    assert get_account(session, "2910").account_type == "posting"


def test_an_account_in_the_set_up_stays(session):
    payables = _account(session, "5410")
    session.add(VendorPostingGroup(code="DOMESTIC", payables_account_id=payables.id))
    session.flush()

    with pytest.raises(ValidationError) as refused:
        delete_account(session, payables)

    assert refused.value.code == "in_use"
    assert "1 vendor posting group" in refused.value.message


def test_an_account_nobody_uses_goes(session):
    cash = _account(session, "2910")

    delete_account(session, cash)

    with pytest.raises(NotFound):
        get_account(session, "2910")


def test_totals_sum_their_ranges(session):
    stock, interim, sales = _account(session, "2110"), _account(session, "2120"), _account(session, "6110")
    total = _account(session, "2999", account_type="total", totaling="2000..2998|6110")
    head = _account(session, "2000", account_type="heading")
    _change(session, stock, 202501, "100", "30")
    _change(session, stock, 202502, "5")
    _change(session, interim, 202501, "7")
    _change(session, sales, 202501, "0", "40")

    found = balances(session, [stock, interim, sales, total, head])

    # 100 - 30 + 5 = 75; 75 + 7 - 40 = 42; a heading sums nothing
    assert found == {stock.id: Decimal(75), interim.id: Decimal(7), sales.id: Decimal(-40), total.id: Decimal(42)}
    assert [(change.month, change.net) for change in net_changes(session, stock)] == [
        (202502, Decimal(5)),
        (202501, Decimal(70)),
    ]


@pytest.mark.parametrize("totaling", ["", "..", "1000..", "2000..1000", "1000..2000..3000", "1000|", "|"])
def test_a_range_that_sums_nothing_is_refused(session, totaling):
    with pytest.raises(ValidationError) as refused:
        _account(session, "2999", account_type="total", totaling=totaling)

    assert refused.value.field == "totaling"
    assert session.scalar(select(GlAccount.id)) is None


def test_ranges_are_compared_as_the_chart_is_sorted():
    ranges = totaling_ranges("1000..1999 | 25")

    assert [no for no in ("0999", "1000", "15", "1999", "2000", "25") if in_ranges(no, ranges)] == [
        "1000",
        "15",
        "1999",
        "25",
    ]


def test_only_posting_accounts_that_are_open_take_entries(session):
    good, head = _account(session, "1"), _account(session, "2", account_type="heading")
    blocked = _account(session, "3", blocked=True)

    check_postable(session, {"a_account_id": good.id, "b_account_id": None})
    for bad in (head.id, blocked.id, 999):
        with pytest.raises(ValidationError) as refused:
            check_postable(session, {"a_account_id": good.id, "b_account_id": bad})
        assert refused.value.field == "b_account_id"


def test_a_number_that_exists_is_refused(session):
    _account(session, "2110")

    with pytest.raises(ValidationError) as refused:
        _account(session, "2110")

    assert (refused.value.code, refused.value.field) == ("already_exists", "no")
