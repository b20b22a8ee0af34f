"""`flask verify` on costs: silent after adjustment, loud about each invariant that was broken behind its back."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import text

from models.enums import CostingMethod
from posting.lines import ChargeLine
from posting.verify import verify
from services.inventory_periods import add_period, close_period
from tests.builders import d, day
from tests.support.ledgers import kept_world, proofs_that_fail


def charge(world, entry, amount, on):
    world.post(ChargeLine(line_no=1, entry_id=entry.id, item_charge_no="FREIGHT", amount=d(amount),
                          posting_date=day(on), document_no="F1"))  # fmt: skip


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def traded(request, tmp_path_factory):
    """Receipts 1 to 3 of 10.00, sold one by one (4 to 6); transfer 8, 9; return 11; average to 14; then standard."""
    with kept_world(request, tmp_path_factory.mktemp("ledger")) as world:
        bolt = world.item()
        world.receive(bolt, 3, d("3.33333"), amount=d(10), on="2025-01-02")
        for _each in range(3):
            world.sell(bolt, 1, on="2025-01-03")
        moved = world.item("MOVED", unit_cost=4)
        world.receive(moved, 6, 4, at="BLUE", on="2025-01-04")
        line = world.line(moved, "transfer", 2, at="BLUE", new_location_id=world.location_id("RED"), on="2025-01-05")
        world.post(replace(line, quantity=-line.quantity, amount=d(0)))
        sale = world.sell(moved, 3, at="BLUE", on="2025-01-06")
        world._post_one(world.line(moved, "sale", -1, at="BLUE", on="2025-01-07", applies_from_entry_id=sale.id))
        mean = world.item("MEAN", CostingMethod.AVERAGE)
        world.receive(mean, 2, 5, on="2025-01-08")
        world.receive(mean, 1, 8, on="2025-01-08")
        world.sell(mean, 3, on="2025-01-08")
        fixed = world.item("FIXED", CostingMethod.STANDARD, standard_cost=7)
        charge(world, world.receive(fixed, 2, 6, on="2025-01-09"), 3, "2025-01-10")
        world.adjust(fixed, 1, on="2025-01-10")
        world.adjust_cost()
        yield world


def test_what_is_adjusted_proves_right(traded):
    assert verify(traded.session) == []


#: value entries made dearer by a cent, and the proof that tells
DEARER = {
    "used up": "entry_type = 'rounding'",
    "empty stock": "item_ledger_entry_id = 4",
    "transfer legs": "item_ledger_entry_type = 'transfer' AND valued_quantity > 0",
    "returns": "item_ledger_entry_type = 'sale' AND valued_quantity > 0",
    "empty average": "valued_by_average_cost = {yes}",
    "standard cost": "item_charge_no <> ''",
    "adjusted again": "item_ledger_entry_type = 'sale' AND valued_quantity < 0",
}
#: the sale that something came back from takes from just that
CIRCLE = """
    UPDATE item_application_entry SET inbound_entry_id = (
        SELECT MAX(id) FROM item_ledger_entry WHERE entry_type = 'sale' AND positive = {yes})
    WHERE quantity < 0 AND outbound_entry_id = (
        SELECT MAX(a.outbound_entry_id) FROM item_application_entry a
        JOIN item_ledger_entry r ON r.id = a.inbound_entry_id AND r.entry_type = 'sale' AND r.positive = {yes})
"""
DEAR = "UPDATE value_entry SET cost_amount_actual = cost_amount_actual + 1000 WHERE "
#: Stock worth something while nothing is there shows on the balances, as a fault of posting would.
BALANCES = """
    UPDATE item_balance SET cost_amount_actual = (SELECT SUM(v.cost_amount_actual) FROM value_entry v
        WHERE v.item_id = item_balance.item_id AND v.variant_id = item_balance.variant_id
        AND v.location_id = item_balance.location_id)
"""


@pytest.mark.parametrize(
    ("statement", "proof"), [*((DEAR + rows, proof) for proof, rows in DEARER.items()), (CIRCLE, "circles")]
)
def test_a_cost_changed_behind_the_programs_back_is_found(traded, statement, proof):
    assert proof in proofs_that_fail(traded.session, statement, BALANCES)


#: the cards were made when the tests began; of what was invoiced soon after, nobody can tell
LONG_AGO = "UPDATE audit_entry SET created_at = '2020-01-01 00:00:00.000000'"


@pytest.mark.parametrize("wrong", ["entry_type = 'variance' AND item_charge_no = ''", "entry_type = 'direct_cost'"])
def test_what_was_not_invoiced_at_standard_is_found(traded, wrong):
    assert proofs_that_fail(traded.session, LONG_AGO) == set()
    damage = f"{DEAR} {wrong} AND item_id = (SELECT id FROM item WHERE no = 'FIXED')"
    assert "standard at invoicing" in proofs_that_fail(traded.session, LONG_AGO, damage)


def test_what_is_posted_into_a_closed_period_is_found(traded):
    end = dt.date(2025, 1, 31)

    def close(session):
        add_period(session, end)
        close_period(session, end)

    assert proofs_that_fail(traded.session, close) == set()
    tampering = text("UPDATE inventory_period_log SET last_register_id = 1")
    assert proofs_that_fail(traded.session, close, lambda session: session.execute(tampering)) == {"closed periods"}
