"""The set-up that postings keep in memory: read again after every change, by whatever way, and after none else."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import text

from core.unit_of_work import perform, rehearse
from models import AccountingPeriod, GeneralLedgerSetup, GlAccount, InventoryPeriod, SetupVersion, db
from models.setup_guard import VERSIONED
from posting.setup import company_setup


def version(session) -> str:
    return session.get_one(SetupVersion, 1, populate_existing=True).version


def test_unchanged_it_is_read_once(each_world):
    session = each_world.session
    first = perform(session, company_setup)

    assert perform(session, company_setup) is first


def test_a_change_is_seen_by_the_next_posting(each_world):
    session = each_world.session
    perform(session, company_setup)
    day = dt.date(2026, 3, 1)

    perform(session, lambda s: setattr(s.get_one(GeneralLedgerSetup, 1), "allow_posting_from", day))

    assert perform(session, company_setup).allow_posting_from == day


def test_what_was_rolled_back_is_not_kept(each_world):
    session = each_world.session
    before = perform(session, company_setup).allow_posting_from

    def change(s):
        s.get_one(GeneralLedgerSetup, 1).allow_posting_from = dt.date(2031, 1, 1)
        return company_setup(s).allow_posting_from

    assert rehearse(session, change) == dt.date(2031, 1, 1)
    assert perform(session, company_setup).allow_posting_from == before


def test_rows_that_come_and_go_change_the_version(each_world):
    session = each_world.session
    seen = [version(session)]
    period = AccountingPeriod(starting_date=dt.date(2040, 1, 1), name="January", new_fiscal_year=True)
    perform(session, lambda s: s.add(period))
    seen.append(version(session))
    perform(session, lambda s: s.delete(s.get_one(AccountingPeriod, period.id)))
    seen.append(version(session))
    account = perform(session, lambda s: s.query(GlAccount).first().id)
    perform(session, lambda s: setattr(s.get_one(GlAccount, account), "blocked", True))
    seen.append(version(session))

    assert len(set(seen)) == 4
    assert perform(session, company_setup).accounts[account].blocked


@pytest.mark.parametrize("table", VERSIONED)
def test_plain_sql_changes_the_version_too(each_world, table):
    session = each_world.session
    if table == "inventory_period":  # every other table has rows
        perform(session, lambda s: s.add(InventoryPeriod(ending_date=dt.date(2026, 1, 31), name="January")))
    before = version(session)
    column = db.metadata.tables[table].primary_key.columns[0].name

    perform(session, lambda s: s.execute(text(f"UPDATE {table} SET {column} = {column}")))

    assert version(session) != before
