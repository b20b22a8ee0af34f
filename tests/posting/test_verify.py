"""`flask verify`: silent on what posting wrote, loud about every figure that was changed behind its back."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core.unit_of_work import perform
from models.enums import CostingMethod, ItemType
from posting.verify import verify
from tests.support.ledgers import kept_world, proofs_that_fail


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def traded(request, tmp_path_factory):
    with kept_world(request, tmp_path_factory.mktemp("ledger")) as world:
        bolt = world.item(unit_cost=3)
        nail = world.item("NAIL", CostingMethod.AVERAGE)
        service = world.item("HOUR", type=ItemType.SERVICE)
        world.sell(bolt, 4, at="BLUE")
        world.post(
            world.line(bolt, "purchase", 10, 5, at="BLUE"),
            world.line(nail, "positive_adjmt", 7, 2, at="RED"),
            world.line(nail, "sale", 3, at="RED"),
            world.line(service, "sale", 1, 80),
        )
        world.set(expected_cost_posting_to_gl=True)
        world.adjust(bolt, -2, at="BLUE")
        world.post(world.line(nail, "purchase", 5, 4, at="RED", invoiced=False))
        world.set(automatic_cost_posting=False)
        world.adjust(nail, 1, 2, at="RED")
        yield world


def test_what_posting_wrote_proves_right(traded):
    assert verify(traded.session) == []


INTERIM = "(SELECT MAX(id) FROM gl_entry WHERE amount > 0)"
DAMAGE = [
    ("UPDATE item_ledger_entry SET remaining_quantity = 100000, open = {yes} WHERE id = 2", "remaining quantity"),
    ("UPDATE item_ledger_entry SET document_no = 'X' WHERE id = 1", "digests"),
    ("UPDATE item_ledger_entry SET shipped_qty_not_returned = 0 WHERE id = 1", "returned quantity"),
    ("UPDATE value_entry SET cost_amount_actual = cost_amount_actual + 1 WHERE id = 2", "item value"),
    ("UPDATE gl_entry SET amount = amount + 1 WHERE id = 1", "G/L transactions"),
    ("DELETE FROM gl_item_ledger_relation WHERE gl_entry_id = 1", "G/L relations"),
    # both sides of a pair turned round: in balance, and on the wrong side of the inventory account
    ("UPDATE gl_entry SET amount = -amount WHERE id IN (1, 2)", "inventory accounts"),
    (f"UPDATE gl_entry SET amount = -amount WHERE id IN ({INTERIM}, {INTERIM} + 1)", "inventory accounts"),
    ("DELETE FROM gl_item_ledger_relation WHERE gl_entry_id <= 2", "inventory accounts without value"),
    ("DELETE FROM gl_item_ledger_relation WHERE gl_entry_id <= 2", "posted without G/L"),
    ("UPDATE value_entry SET cost_posted_to_gl = 0 WHERE id = 1", "cost posted to G/L"),
    ("DELETE FROM post_value_entry_to_gl", "G/L queue"),
    ("UPDATE value_entry SET expected_cost_posted_to_gl = 0 WHERE cost_amount_expected <> 0", "G/L queue"),
    ("UPDATE post_value_entry_to_gl SET value_entry_id = 1", "G/L queue too long"),
    ("UPDATE item_total SET quantity = quantity + 1 WHERE item_id = 1", "item total"),
    ("UPDATE item_balance SET quantity = quantity + 1 WHERE item_id = 1", "item balance"),
    ("UPDATE gl_balance SET debit = debit + 1", "G/L balance"),
    ("UPDATE ledger_counter SET last_no = 99 WHERE name = 'value_entry'", "numbers"),
    ("UPDATE register SET user_name = 'somebody else' WHERE id = 1", "digests"),
]


@pytest.mark.parametrize(("statement", "proof"), DAMAGE)
def test_a_figure_changed_behind_the_programs_back_is_found(traded, statement, proof):
    assert proof in proofs_that_fail(traded.session, statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE item_ledger_entry SET quantity = 1 WHERE id = 1",
        "UPDATE value_entry SET cost_amount_actual = 1",
        "DELETE FROM gl_entry",
        "DELETE FROM register WHERE id = 1",
        "UPDATE item_application_entry SET quantity = 0",
        "DELETE FROM item_application_entry",
    ],
)
def test_the_database_itself_refuses_to_change_posted_rows(traded, statement):
    with pytest.raises(DBAPIError) as refused:
        perform(traded.session, lambda session: session.execute(text(statement)))

    assert "never changed or deleted" in str(refused.value)
