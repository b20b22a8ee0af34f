"""Posting item journal lines: applications, costs, negative stock (posting-and-costing.md sections 1 to 3, 7)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from core.errors import PostingError
from models import ItemLedgerEntry, Register
from models.enums import CostingMethod


def test_fifo_takes_the_oldest_receipts_first(each_world):
    world = each_world
    bolt = world.item()
    world.receive(bolt, 10, 10, on="2025-01-05")
    world.receive(bolt, 10, 12, on="2025-01-12")

    world.sell(bolt, 15, on="2025-01-20")

    assert world.ledger(bolt) == [("2025-01-05", 10, 0), ("2025-01-12", 10, 5), ("2025-01-20", -15, 0)]
    assert world.applications(bolt) == [(1, 3, -10), (2, 3, -5)]
    assert world.values(bolt) == [("direct_cost", 100), ("direct_cost", 120), ("direct_cost", -150)]
    assert world.gl() == {"inventory": 70, "direct_cost_applied": -220, "cogs": 150}


def test_lifo_takes_the_newest_receipt_and_of_one_day_the_higher_entry_no(each_world):
    world = each_world
    bolt = world.item(method=CostingMethod.LIFO)
    for on, unit in (("2025-03-03", 8), ("2025-03-10", 9), ("2025-03-10", 10)):
        world.receive(bolt, 5, unit, on=on)

    world.sell(bolt, 7, on="2025-03-11")
    world.receive(bolt, 5, 7, on="2025-03-06")
    world.sell(bolt, 4, on="2025-03-13")

    assert world.applications(bolt) == [(3, 4, -5), (2, 4, -2), (2, 6, -3), (5, 6, -1)]


def test_a_later_receipt_closes_a_negative_sale_and_moves_its_valuation_date(each_world):
    world = each_world
    bolt = world.item(unit_cost=20)
    sale = world.sell(bolt, 5, on="2025-06-10")

    world.receive(bolt, 8, 22, on="2025-06-15")

    assert world.ledger(bolt) == [("2025-06-10", -5, 0), ("2025-06-15", 8, 3)]
    assert world.applications(bolt) == [(2, 1, -5)]
    assert [str(v.valuation_date) for v in values_of(world, sale)] == ["2025-06-15"]


def test_an_issue_beyond_inventory_is_refused_and_posts_nothing(each_world):
    world = each_world
    bolt = world.item(prevent_negative=True)
    world.receive(bolt, 4, on="2025-01-10")

    with pytest.raises(PostingError) as refused:
        world.sell(bolt, 6, on="2025-01-11")

    assert refused.value.code == "negative_inventory"
    assert world.ledger(bolt) == [("2025-01-10", 4, 4)]
    assert world.session.query(Register).count() == 1


def test_lines_of_one_batch_see_each_other(each_world):
    world = each_world
    bolt = world.item(prevent_negative=True)

    world.post(world.line(bolt, "purchase", 3, 5), world.line(bolt, "sale", 2), world.line(bolt, "sale", 1))

    assert [row[2] for row in world.ledger(bolt)] == [0, 0, 0]
    assert world.applications(bolt) == [(1, 2, -2), (1, 3, -1)]


def test_standard_cost_posts_variance_and_overhead(each_world):
    world = each_world
    bolt = world.item(method=CostingMethod.STANDARD, standard_cost=50, unit_cost=50)

    world.receive(bolt, 10, 47, overhead_rate=Decimal(1))
    world.sell(bolt, 4)

    assert world.values(bolt) == [
        ("direct_cost", 470), ("indirect_cost", 10), ("variance", 20), ("direct_cost", -200),
    ]  # fmt: skip
    assert world.gl() == {
        "inventory": 300, "direct_cost_applied": -470, "overhead_applied": -10, "purchase_variance": -20, "cogs": 200,
    }  # fmt: skip


def test_a_fixed_application_displaces_automatic_ones_oldest_outbound_first(each_world):
    world = each_world
    bolt = world.item()
    first = world.receive(bolt, 4, 10, on="2025-01-01")
    world.receive(bolt, 4, 20, on="2025-01-02")
    world.sell(bolt, 3, on="2025-01-03")

    world.adjust(bolt, -2, on="2025-01-04", applies_to_entry_id=first.id)

    # The sale of 3 left the first receipt, the adjustment took 2 of it, the sale came back for the other 2 and 1 more.
    assert world.applications(bolt) == [(1, 4, -2), (1, 3, -2), (2, 3, -1)]
    assert world.ledger(bolt) == [
        ("2025-01-01", 4, 0), ("2025-01-02", 4, 3), ("2025-01-03", -3, 0), ("2025-01-04", -2, 0),
    ]  # fmt: skip


def test_a_return_takes_its_cost_from_the_sale_and_may_not_exceed_it(each_world):
    world = each_world
    bolt = world.item()
    world.receive(bolt, 10, 50)
    sale = world.sell(bolt, 4)

    back = world.sell(bolt, -1, applies_from_entry_id=sale.id)

    assert back.quantity == 1
    assert world.values(bolt)[-1] == ("direct_cost", 50)
    assert world.session.get(ItemLedgerEntry, sale.id, populate_existing=True).shipped_qty_not_returned == -3
    with pytest.raises(PostingError) as refused:
        world.sell(bolt, -4, applies_from_entry_id=sale.id)
    assert refused.value.code == "quantity_exceeds_shipped"


def test_serial_numbers_leave_from_their_own_receipt(each_world):
    world = each_world
    code = world.tracking_code("SN", serial_specific=True)
    bolt = world.item(method=CostingMethod.SPECIFIC, item_tracking_code_id=code.id)
    for number, unit in (("A1", 300), ("A2", 320), ("A3", 310)):
        world.receive(bolt, 1, unit, serial_no=number)

    world.sell(bolt, 1, serial_no="A2")

    assert world.applications(bolt) == [(2, 4, -1)]
    for kind, number, refused_code in (("sale", "A9", "tracking_not_in_stock"), ("purchase", "A1", "serial_in_stock")):
        with pytest.raises(PostingError) as refused:
            world.post(world.line(bolt, kind, 1, 1, serial_no=number))
        assert refused.value.code == refused_code


def test_all_faulty_lines_are_named_at_once(world):
    bolt = world.item(prevent_negative=True)
    nail = world.item("NAIL", blocked=True)

    with pytest.raises(PostingError.__mro__[1]) as refused:
        world.post(world.line(bolt, "sale", 1), world.line(nail, "purchase", 1), world.line(bolt, "purchase", 0))

    codes = [error.code for error in refused.value.errors]
    assert codes == ["negative_inventory", "item_blocked", "quantity_required"]


def values_of(world, entry):
    from models import ValueEntry

    return world.session.query(ValueEntry).filter_by(item_ledger_entry_id=entry.id).all()
