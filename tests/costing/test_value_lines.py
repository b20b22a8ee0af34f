"""Transfers, invoices, charges, revaluations and undos, as posted and as adjusted (posting-and-costing.md)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.errors import PostingError
from models.enums import AverageCostCalcType, CostingMethod
from posting.lines import ChargeLine, RevaluationLine
from posting.verify import verify
from tests.builders import d, day


def check(world):
    """A second adjustment does nothing, and the ledgers agree."""
    assert world.adjust_cost().written == 0
    assert verify(world.session) == []


def move(world, item, quantity, source, target, *, on, unit=None, **fields):
    there = world.location_id(target)
    line = world.line(item, "transfer", quantity, unit, on=on, at=source, new_location_id=there, **fields)
    world.post(replace(line, quantity=-line.quantity, amount=d(0), unit_amount=d(0)))
    return world.entries(item)


def charge(world, entry, amount, on):
    world.post(ChargeLine(line_no=1, entry_id=entry.id, item_charge_no="FREIGHT", amount=d(amount),
                          posting_date=day(on), document_no="F1"))  # fmt: skip


def costs(world, item):
    return [world.cost(entry) for entry in world.entries(item)]


def test_a_late_charge_raises_the_stock_and_what_was_sold_of_it(each_world):
    world = each_world
    bolt = world.item()
    first = world.receive(bolt, 10, 10, on="2025-01-05")
    world.receive(bolt, 10, 12, on="2025-01-12")
    sale = world.sell(bolt, 15, on="2025-01-20")
    charge(world, first, 20, "2025-01-31")

    world.adjust_cost()

    assert world.cost(sale) == -180
    assert world.gl() == {"inventory": 60, "direct_cost_applied": -240, "cogs": 180}
    check(world)


def test_a_transfer_keeps_the_layers_and_forwards_late_cost(each_world):
    world = each_world
    bolt = world.item()
    first = world.receive(bolt, 6, 10, on="2025-08-01", at="BLUE")
    world.receive(bolt, 6, 12, on="2025-08-03", at="BLUE")
    move(world, bolt, 8, "BLUE", "RED", on="2025-08-05")
    assert costs(world, bolt) == [60, 72, -84, 60, 24]
    world.sell(bolt, 7, on="2025-08-08", at="RED")
    charge(world, first, 18, "2025-08-20")

    world.adjust_cost()

    assert costs(world, bolt) == [78, 72, -102, 78, 24, -90]
    check(world)


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (AverageCostCalcType.ITEM, [100, -48, 48, 80, -36]),
        (AverageCostCalcType.ITEM_LOCATION_VARIANT, [100, -40, 40, 80, -40]),
    ],
)
def test_a_transfer_of_an_average_item_follows_the_scope(each_world, scope, expected):
    world = each_world
    world.set(average_cost_calc_type=scope)
    bolt = world.item(method=CostingMethod.AVERAGE)
    world.receive(bolt, 10, 10, at="BLUE")
    move(world, bolt, 4, "BLUE", "RED", on="2025-01-10")
    world.receive(bolt, 5, 16, at="RED")
    world.sell(bolt, 3, at="RED")

    world.adjust_cost()

    assert costs(world, bolt) == expected
    check(world)


def test_expected_cost_becomes_actual_by_invoices(each_world):
    world = each_world
    world.set(expected_cost_posting_to_gl=True)
    bolt = world.item(unit_cost="9.5")
    receipt = world.receive(bolt, 10, "9.5", on="2025-03-01", invoiced=False)
    sale = world._post_one(world.line(bolt, "sale", 5, 20, on="2025-03-05", unit_cost=d("9.5"), invoiced=False))

    world.post(world.line(bolt, "purchase", 4, 10, on="2025-03-10", invoices_entry_id=receipt.id))
    assert world.values(bolt)[-1] == ("direct_cost", 40)
    invoice = world.line(bolt, "sale", 5, 20, on="2025-03-15", unit_cost=d("9.5"), invoices_entry_id=sale.id)
    world.post(invoice)
    world.post(world.line(bolt, "purchase", 6, "10.2", on="2025-03-20", invoices_entry_id=receipt.id))
    world.adjust_cost()

    assert (world.cost(receipt), world.cost(sale)) == (d("101.2"), d("-50.6"))
    assert world.gl() == {"inventory": d("50.6"), "cogs": d("50.6"), "direct_cost_applied": d("-101.2")}
    check(world)


def test_more_cannot_be_invoiced_than_was_received(each_world):
    world = each_world
    bolt = world.item()
    receipt = world.receive(bolt, 3, 10, invoiced=False)

    with pytest.raises(PostingError) as refused:
        world.post(world.line(bolt, "purchase", 4, 10, invoices_entry_id=receipt.id))

    assert refused.value.code == "invoiced_too_much"


def test_a_partial_revaluation_reaches_just_what_was_in_stock(each_world):
    world = each_world
    bolt = world.item()
    receipt = world.receive(bolt, 10, 20, on="2025-09-01")
    sales = [world.sell(bolt, q, on=f"2025-09-{at}") for q, at in ((2, "02"), (1, "10"), (1, "20"))]
    world.post(RevaluationLine(line_no=1, entry_id=receipt.id, posting_date=day("2025-09-10"), document_no="R1",
                               amount=d(-14), partial=True, valued_quantity=d(7)))  # fmt: skip
    sales += [world.sell(bolt, 1, on=f"2025-09-{at}") for at in ("05", "10", "25")]

    world.adjust_cost()

    assert [world.cost(sale) for sale in sales] == [-40, -20, -18, -18, -18, -18]
    check(world)


def test_an_undone_receipt_leaves_nothing(each_world):
    world = each_world
    world.set(expected_cost_posting_to_gl=True)
    bolt = world.item()
    receipt = world.receive(bolt, 10, 5, invoiced=False)

    world.post(world.line(bolt, "purchase", -10, 5, undoes_entry_id=receipt.id))

    assert costs(world, bolt) == [50, -50]
    assert world.ledger(bolt) == [("2025-01-10", 10, 0), ("2025-01-10", -10, 0)]
    assert set(world.gl().values()) <= {0}
    check(world)


def test_an_undone_shipment_leaves_nothing(each_world):
    world = each_world
    bolt = world.item()
    world.receive(bolt, 10, 5)
    sale = world._post_one(world.line(bolt, "sale", 4, 9, invoiced=False))

    world.post(world.line(bolt, "sale", -4, 9, undoes_entry_id=sale.id))
    world.adjust_cost()

    assert costs(world, bolt) == [50, -20, 20]
    check(world)
    with pytest.raises(PostingError) as refused:
        world.post(world.line(bolt, "sale", -4, 9, undoes_entry_id=sale.id))
    assert refused.value.code == "undo_invoiced"
