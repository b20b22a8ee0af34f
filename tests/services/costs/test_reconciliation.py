"""Inventory ledger against general ledger: every difference has its causes, and they add up to it."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import func, select

from core.rounding import ZERO
from core.unit_of_work import perform
from models import GlAccount, GlEntry, InventoryPostingSetup, ValueEntry
from posting.inventory_to_gl import post_inventory_to_gl
from posting.lines import GlLine, PostingContext
from posting.post import post_lines
from services.costs.reconciliation import Span, of_account, reconcile
from services.seed.defaults import ACCOUNT_ROLES
from tests.builders import CONTEXT, d, day


def row(found, role):
    return next(single for single in found.rows if single.no == ACCOUNT_ROLES[role])


def check(found):
    """The four causes are the difference."""
    for single in found.rows:
        causes = single.not_posted + single.expected_not_posted + single.by_hand + single.other
        assert causes == single.difference, single.no


def trade(world):
    bolt = world.item()
    world.receive(bolt, 10, 10, on="2025-01-05", at="BLUE")
    world.sell(bolt, 4, on="2025-01-20", at="BLUE")
    return bolt


def test_posted_at_once_the_books_agree(each_world):
    trade(each_world)

    found = reconcile(each_world.session, Span())

    assert row(found, "inventory").subledger == row(found, "inventory").ledger == 60
    assert all(not single.difference for single in found.rows)
    check(found)


def test_what_waits_for_the_general_ledger_is_the_difference(each_world):
    world = each_world
    world.set(automatic_cost_posting=False)
    trade(world)

    before = reconcile(world.session, Span())
    perform(world.session, lambda s: post_inventory_to_gl(s, PostingContext(source_code="X"), per_posting_group=False))
    after = reconcile(world.session, Span())

    assert row(before, "inventory").not_posted == row(before, "inventory").difference == 60
    assert row(before, "cogs").not_posted == 40
    other = world.item("NUT")
    world.receive(other, 1, 7, on="2025-01-06", at="RED")
    for narrow in (Span(item_id=other.id), Span(location_id=world.location_id("RED"))):
        part = reconcile(world.session, narrow)
        assert (row(part, "inventory").subledger, row(part, "inventory").ledger) == (7, 0)
        assert row(part, "inventory").not_posted == 7
        check(part)
    assert all(not single.difference for single in after.rows)
    check(before)
    check(after)


def test_expected_cost_that_is_not_posted_and_entries_by_hand_are_told_apart(each_world):
    world = each_world
    bolt = trade(world)
    world.post(world.line(bolt, "purchase", 5, 10, on="2025-02-01", at="BLUE", invoiced=False, cost_amount=d(50)))
    inventory = world.session.scalar(select(GlAccount.id).where(GlAccount.no == ACCOUNT_ROLES["inventory"]))
    other = world.session.scalar(select(GlAccount.id).where(GlAccount.no == ACCOUNT_ROLES["inventory_adjustment"]))
    lines = [
        GlLine(account_id=account, amount=d(amount), posting_date=day("2025-02-02"), document_no="HAND")
        for account, amount in ((inventory, 7), (other, -7))
    ]
    perform(world.session, lambda s: post_lines(s, [], CONTEXT, gl_lines=lines))

    found = reconcile(world.session, Span())

    assert row(found, "inventory").by_hand == row(found, "inventory").difference == -7
    assert row(found, "inventory_interim").expected_not_posted == 50
    check(found)


def test_a_changed_set_up_is_the_cause_that_is_left(each_world):
    world = each_world
    trade(world)
    other = world.session.scalar(select(GlAccount.id).where(GlAccount.no == ACCOUNT_ROLES["inventory_interim"]))

    def change(session):
        for setup in session.scalars(select(InventoryPostingSetup)):
            setup.inventory_account_id = other

    perform(world.session, change)

    found = reconcile(world.session, Span())

    assert row(found, "inventory_interim").other == row(found, "inventory_interim").difference == 60
    check(found)


def test_days_limit_both_sides(each_world):
    trade(each_world)

    found = reconcile(each_world.session, Span(dt.date(2025, 1, 10), dt.date(2025, 1, 31)))

    assert row(found, "inventory").subledger == row(found, "inventory").ledger == -40
    check(found)


def test_the_entries_of_an_account_are_those_that_make_its_figure(each_world):
    world = each_world
    world.set(expected_cost_posting_to_gl=True)
    bolt = trade(world)
    world.adjust(bolt, -2, on="2025-01-25", at="BLUE")
    world.adjust(bolt, 3, 8, on="2025-01-26", at="BLUE")
    world.post(world.line(bolt, "purchase", 5, 10, on="2025-02-01", at="BLUE", invoiced=False, cost_amount=d(50)))
    world.adjust_cost()

    for account_id, no in world.session.execute(select(GlAccount.id, GlAccount.no)).all():
        count = world.session.scalar(select(func.count()).select_from(GlEntry).where(GlEntry.account_id == account_id))
        entries = world.session.scalars(select(ValueEntry).where(of_account(world.session, account_id))).all()
        assert len(entries) == count, no
    inventory = world.session.scalar(select(GlAccount.id).where(GlAccount.no == ACCOUNT_ROLES["inventory"]))
    worth = world.session.scalars(select(ValueEntry.cost_amount_actual).where(of_account(world.session, inventory)))
    assert sum(worth, ZERO) == row(reconcile(world.session, Span()), "inventory").subledger
