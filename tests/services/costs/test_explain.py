"""A cost explained: its parts add up to it to the cent, whatever the method and the way the goods took."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.errors import NotFound
from core.rounding import ZERO
from models.enums import CostingMethod
from posting.lines import ChargeLine, RevaluationLine
from services.costs.explain import PartKind, explain, flattened
from services.costs.graph import MOST_NODES, read_graph
from tests.builders import d, day


def charge(world, entry, amount, on):
    world.post(ChargeLine(line_no=1, entry_id=entry.id, item_charge_no="FREIGHT", amount=d(amount),
                          posting_date=day(on), document_no="F1"))  # fmt: skip


def move(world, item, quantity, source, target, *, on):
    there = world.location_id(target)
    line = world.line(item, "transfer", quantity, on=on, at=source, new_location_id=there)
    world.post(replace(line, quantity=-line.quantity, amount=d(0), unit_amount=d(0)))
    return world.entries(item)[-1]


def check(found):
    """Every level adds up to the one above it."""
    assert sum((part.amount for part in found.parts), ZERO) == found.cost
    for _level, part in flattened(found.parts):
        if part.parts:
            assert sum((inner.amount for inner in part.parts), ZERO) == part.amount
            moved = [inner.quantity for inner in part.parts if inner.kind in (PartKind.RECEIPT, PartKind.TRANSFER)]
            assert sum(moved, ZERO) in (ZERO, part.quantity)  # of a part of the goods, its part of the sources
    sign = -1 if found.outbound else 1
    assert sum((value.cost for value in found.history), ZERO) * sign == found.cost


def test_a_fifo_sale_is_the_sum_of_its_receipts_with_the_late_charge(each_world):
    world = each_world
    bolt = world.item()
    first = world.receive(bolt, 10, 10, on="2025-01-05")
    second = world.receive(bolt, 10, 12, on="2025-01-12")
    sale = world.sell(bolt, 15, on="2025-01-20")
    charge(world, first, 20, "2025-01-31")
    world.adjust_cost()

    found = explain(world.session, sale.id)

    # 10 at (100 + 20)/10 and 5 at 12
    assert found.cost == 180
    assert [(part.kind, part.entry.id, part.amount) for part in found.parts] == [
        (PartKind.RECEIPT, first.id, 120), (PartKind.RECEIPT, second.id, 60)]  # fmt: skip
    assert [(part.kind, part.amount) for part in found.parts[0].parts] == [
        (PartKind.DIRECT, 100), (PartKind.CHARGE, 20)]  # fmt: skip
    assert not found.waits
    assert found.first_posted + found.corrected == 180
    check(found)


def test_before_adjustment_the_difference_to_the_card_is_named_as_waiting(each_world):
    world = each_world
    bolt = world.item(unit_cost="9")
    world.receive(bolt, 10, 10, on="2025-01-05")
    world.receive(bolt, 10, 14, on="2025-01-06")
    sale = world.sell(bolt, 12, on="2025-01-20")

    found = explain(world.session, sale.id)

    assert found.waits
    assert {part.kind for part in found.parts} >= {PartKind.RECEIPT, PartKind.WAITING}
    check(found)


def test_cents_that_do_not_divide_stay_exact(each_world):
    world = each_world
    bolt = world.item()
    world.receive(bolt, 3, "3.33333", on="2025-01-05")  # 10.00 for three
    sales = [world.sell(bolt, 1, on=f"2025-01-1{n}") for n in range(3)]
    world.adjust_cost()

    for sale in sales:
        check(explain(world.session, sale.id))


@pytest.mark.parametrize("method", [CostingMethod.LIFO, CostingMethod.STANDARD, CostingMethod.FIFO])
def test_a_transferred_piece_leads_back_to_the_receipt_it_was_bought_with(each_world, method):
    world = each_world
    bolt = world.item(method=method, standard_cost="11", indirect_cost_percent="10")
    world.receive(bolt, 7, "9.99", on="2025-08-01", at="BLUE")
    world.receive(bolt, 6, 12, on="2025-08-03", at="BLUE")
    arrived = move(world, bolt, 5, "BLUE", "RED", on="2025-08-05")
    sale = world.sell(bolt, 3, on="2025-08-08", at="RED")
    world.adjust_cost()

    found = explain(world.session, sale.id)

    assert {part.kind for part in found.parts} == {PartKind.TRANSFER}
    assert found.parts[0].entry.id <= arrived.id
    assert PartKind.DIRECT in {part.kind for _level, part in flattened(found.parts)}
    check(found)
    check(explain(world.session, arrived.id))


def test_an_average_sale_names_what_the_average_is_made_of(each_world):
    world = each_world
    bolt = world.item(method=CostingMethod.AVERAGE)
    world.receive(bolt, 10, 10, on="2025-02-01")
    world.receive(bolt, 5, 16, on="2025-02-03")
    sale = world.sell(bolt, 4, on="2025-02-03")
    world.adjust_cost()

    found = explain(world.session, sale.id)

    # (100 + 80) / 15 = 12.00
    assert found.basis.average == 12
    assert found.cost == 48
    assert [part.kind for part in found.parts] == [PartKind.AVERAGE]
    assert {part.kind for part in found.parts[0].parts} == {PartKind.OPENING, PartKind.MOVEMENT}
    check(found)


def test_a_partial_revaluation_counts_only_for_what_went_out_after_it(each_world):
    world = each_world
    bolt = world.item()
    receipt = world.receive(bolt, 10, 10, on="2025-01-05")
    before = world.sell(bolt, 4, on="2025-01-10")
    world.post(RevaluationLine(line_no=1, entry_id=receipt.id, posting_date=day("2025-01-15"), document_no="R1",
                               amount=d(12), partial=True, valued_quantity=d(6)))  # fmt: skip
    after = world.sell(bolt, 3, on="2025-01-20")
    world.adjust_cost()

    first, second = explain(world.session, before.id), explain(world.session, after.id)

    assert (first.cost, second.cost) == (40, 36)  # 4 x 10; 3 x (10 + 12/6)
    assert PartKind.REVALUATION not in {part.kind for _level, part in flattened(first.parts)}
    assert PartKind.REVALUATION in {part.kind for _level, part in flattened(second.parts)}
    check(first)
    check(second)


def test_what_is_short_bears_the_card_and_says_so(each_world):
    world = each_world
    bolt = world.item(unit_cost="5")
    world.receive(bolt, 2, 10, on="2025-01-05")
    sale = world.sell(bolt, 6, on="2025-01-10")
    world.adjust_cost()

    found = explain(world.session, sale.id)

    assert PartKind.ESTIMATE in {part.kind for part in found.parts}
    check(found)


def test_an_unknown_entry_is_not_found(world):
    with pytest.raises(NotFound) as refused:
        explain(world.session, 99)

    assert refused.value.code == "entry_not_found"


def test_the_graph_shows_both_ways_and_counts_what_it_leaves_out(each_world):
    world = each_world
    bolt = world.item()
    receipt = world.receive(bolt, 50, 10, on="2025-01-05")
    sales = [world.sell(bolt, 1, on="2025-01-10") for _n in range(MOST_NODES + 3)]

    from_receipt = read_graph(world.session, receipt.id)
    from_sale = read_graph(world.session, sales[-1].id)

    assert len(from_receipt.nodes) == MOST_NODES + 1
    assert from_receipt.left_out == {1: 3}
    assert {node.level for node in from_sale.nodes.values()} == {0, -1}
    assert [(edge.source, edge.target, edge.quantity) for edge in from_sale.edges] == [(receipt.id, sales[-1].id, 1)]
