"""`flask verify`: silent on what posting wrote, loud about every figure that was changed behind its back."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core.unit_of_work import perform
from models.enums import CostingMethod, ItemType
from models.ledger_guard import create_guards, drop_guards
from posting.verify import verify


def traded(world):
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
    world.adjust(bolt, -2, at="BLUE")
    return bolt


def test_what_posting_wrote_proves_right(each_world):
    traded(each_world)

    assert verify(each_world.session) == []


@pytest.mark.parametrize(
    ("statement", "proof"),
    [
        ("UPDATE item_ledger_entry SET remaining_quantity = 100000, open = {yes} WHERE id = 2", "remaining quantity"),
        ("UPDATE item_ledger_entry SET document_no = 'X' WHERE id = 1", "digests"),
        ("UPDATE value_entry SET cost_amount_actual = cost_amount_actual + 1 WHERE id = 2", "item value"),
        ("UPDATE gl_entry SET amount = amount + 1 WHERE id = 1", "G/L transactions"),
        ("DELETE FROM gl_item_ledger_relation WHERE gl_entry_id = 1", "G/L relations"),
        ("UPDATE item_total SET quantity = quantity + 1 WHERE item_id = 1", "item total"),
        ("UPDATE item_balance SET quantity = quantity + 1 WHERE item_id = 1", "item balance"),
        ("UPDATE gl_balance SET debit = debit + 1", "G/L balance"),
        ("UPDATE ledger_counter SET last_no = 99 WHERE name = 'value_entry'", "numbers"),
        ("UPDATE register SET user_name = 'somebody else' WHERE id = 1", "digests"),
    ],
)
def test_a_figure_changed_behind_the_programs_back_is_found(each_world, statement, proof):
    traded(each_world)
    session = each_world.session
    yes = "true" if session.get_bind().dialect.name == "postgresql" else "1"

    def tamper(session):
        drop_guards(session.connection())
        session.execute(text(statement.format(yes=yes)))
        create_guards(session.connection())

    perform(session, tamper)

    assert proof in {finding.proof for finding in verify(session)}


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
def test_the_database_itself_refuses_to_change_posted_rows(each_world, statement):
    traded(each_world)

    with pytest.raises(DBAPIError) as refused:
        perform(each_world.session, lambda session: session.execute(text(statement)))

    assert "never changed or deleted" in str(refused.value)
    assert verify(each_world.session) == []
