"""Applications removed and made by hand, and what follows for dates and costs (posting-and-costing.md section 3.4)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import select

from core.errors import PostingError
from core.unit_of_work import perform
from models import InventoryPeriod, ItemApplicationEntry, ItemLedgerEntry, ValueEntry
from models.enums import AverageCostCalcType, CostingMethod
from posting.lines import PostingContext
from posting.verify import verify
from posting.worksheet import SOURCE_CODE, Pair, apply, reapply, unapply
from tests.builders import d, day

CONTEXT = PostingContext(source_code=SOURCE_CODE)


def remove(world, inbound, outbound, quantity=None):
    return perform(world.session, lambda s: unapply(s, Pair(inbound.id, outbound.id, quantity), CONTEXT))


def tie(world, inbound, outbound, quantity=None):
    return perform(world.session, lambda s: apply(s, Pair(inbound.id, outbound.id, quantity), CONTEXT))


def refused(work, *arguments):
    with pytest.raises(PostingError) as error:
        work(*arguments)
    return error.value.code


def valued_on(world, entry):
    return set(
        world.session.scalars(select(ValueEntry.valuation_date).where(ValueEntry.item_ledger_entry_id == entry.id))
    )


def check(world):
    assert world.adjust_cost().written == 0
    assert verify(world.session) == []


def test_a_sale_can_be_moved_from_one_receipt_to_another(each_world):
    world = each_world
    bolt = world.item(unit_cost=10)
    dear, cheap = world.receive(bolt, 5, 10, on="2025-03-01"), world.receive(bolt, 5, 4, on="2025-03-05")
    sale = world.sell(bolt, 5, on="2025-03-02")
    world.adjust_cost()
    assert world.cost(sale) == -50

    remove(world, dear, sale)

    assert [left for _day, _quantity, left in world.ledger(bolt)] == [5, 5, -5]
    world.adjust_cost()
    tie(world, cheap, sale)
    assert [left for _day, _quantity, left in world.ledger(bolt)] == [5, 0, 0]
    assert valued_on(world, sale) == {day("2025-03-05")}
    world.adjust_cost()
    assert world.cost(sale) == -20
    gone = world.session.scalars(select(ItemApplicationEntry).where(ItemApplicationEntry.in_force.is_(False))).one()
    assert (gone.inbound_entry_id, gone.outbound_entry_id, gone.unapplied_at is not None) == (dear.id, sale.id, True)
    check(world)


def test_a_part_can_be_freed(each_world):
    world = each_world
    bolt = world.item(unit_cost=10)
    receipt = world.receive(bolt, 5, 10)
    sale = world.sell(bolt, 5)

    remove(world, receipt, sale, d(2))

    assert [left for _day, _quantity, left in world.ledger(bolt)] == [2, -2]
    assert refused(remove, world, receipt, sale, d(4)) == "quantity_exceeds_applied"
    assert refused(tie, world, receipt, sale, d(3)) == "already_applied"
    tie(world, receipt, sale)
    world.adjust_cost()
    assert world.cost(sale) == -50
    check(world)


@pytest.mark.parametrize("scope", list(AverageCostCalcType))
def test_an_average_sale_takes_exact_cost_while_it_is_applied_by_hand(each_world, scope):
    world = each_world
    world.set(average_cost_calc_type=scope)
    bolt = world.item(method=CostingMethod.AVERAGE)
    first, second = world.receive(bolt, 4, 10), world.receive(bolt, 4, 20)
    sale = world.sell(bolt, 4)
    world.adjust_cost()
    assert world.cost(sale) == -60

    remove(world, first, sale)
    tie(world, second, sale)
    world.adjust_cost()
    assert world.cost(sale) == -80
    check(world)

    remove(world, second, sale)
    perform(world.session, lambda s: reapply(s, [sale.id], CONTEXT))
    world.adjust_cost()
    assert world.cost(sale) == -60
    assert world.session.get_one(ItemLedgerEntry, sale.id, populate_existing=True).applies_to_entry_id is None
    check(world)


def test_a_return_that_is_cut_off_keeps_its_cost(each_world):
    world = each_world
    bolt = world.item(unit_cost=10)
    world.receive(bolt, 5, 10)
    sale = world.sell(bolt, 4)
    back = world._post_one(world.line(bolt, "sale", -1, applies_from_entry_id=sale.id))

    remove(world, back, sale)

    again = world.session.get_one(ItemLedgerEntry, sale.id, populate_existing=True)
    assert again.shipped_qty_not_returned == -4
    world.adjust_cost()
    assert world.cost(back) == 10
    check(world)


def test_what_was_freed_finds_its_receipt_again(each_world):
    world = each_world
    bolt = world.item(unit_cost=10)
    receipt = world.receive(bolt, 5, 10)
    sales = [world.sell(bolt, 2), world.sell(bolt, 3)]
    for sale in sales:
        remove(world, receipt, sale)

    perform(world.session, lambda s: reapply(s, [receipt.id, *(sale.id for sale in sales)], CONTEXT))

    assert [left for _day, _quantity, left in world.ledger(bolt)] == [0, 0, 0]
    assert perform(world.session, lambda s: reapply(s, [receipt.id], CONTEXT)) is None
    world.adjust_cost()
    check(world)


def test_what_may_not_be_removed(each_world):
    world = each_world
    bolt = world.item()
    receipt = world.receive(bolt, 10, 5, invoiced=False, at="BLUE")
    world.post(world.line(bolt, "purchase", -10, 5, undoes_entry_id=receipt.id, at="BLUE"))
    undo = world.entries(bolt)[-1]
    assert refused(remove, world, receipt, undo) == "application_correction"
    stock = world.receive(bolt, 5, 5, at="BLUE")
    assert refused(remove, world, stock, undo) == "not_applied"
    line = world.line(bolt, "transfer", 2, at="BLUE", new_location_id=world.location_id("RED"))
    world.post(replace(line, quantity=-line.quantity, amount=d(0)))
    out_leg, in_leg = world.entries(bolt)[-2:]
    assert refused(remove, world, stock, out_leg) == "application_transfer"
    assert refused(remove, world, in_leg, out_leg) == "application_transfer"
    sale = world.sell(bolt, 1, at="BLUE")
    period = InventoryPeriod(ending_date=dt.date(2025, 1, 31), name="", closed=True)
    perform(world.session, lambda s: s.add(period))
    assert refused(remove, world, stock, sale) == "inventory_period_closed"
    assert verify(world.session) == []


def test_a_cost_may_not_go_round_in_a_circle(each_world):
    world = each_world
    bolt = world.item(unit_cost=10)
    receipt = world.receive(bolt, 5, 10)
    sale = world.sell(bolt, 5)
    back = world._post_one(world.line(bolt, "sale", -5, applies_from_entry_id=sale.id))
    remove(world, receipt, sale)

    assert refused(tie, world, back, sale) == "application_loop"
    assert refused(tie, world, receipt, back) == "application_direction"
    perform(world.session, lambda s: reapply(s, [back.id], CONTEXT))
    assert [left for _day, _quantity, left in world.ledger(bolt)] == [5, -5, 5]
    perform(world.session, lambda s: reapply(s, [sale.id], CONTEXT))
    assert [left for _day, _quantity, left in world.ledger(bolt)] == [0, 0, 5]
    world.adjust_cost()
    check(world)


def test_who_is_displaced_takes_nothing_that_came_from_itself(each_world):
    world = each_world
    bolt = world.item(unit_cost=10)
    receipt = world.receive(bolt, 5, 10)
    sale = world.sell(bolt, 5)
    world._post_one(world.line(bolt, "sale", -5, applies_from_entry_id=sale.id))

    world.adjust(bolt, -5, applies_to_entry_id=receipt.id)

    assert [left for _day, _quantity, left in world.ledger(bolt)] == [0, -5, 5, 0]
    world.adjust_cost()
    check(world)


def test_who_is_displaced_counts_from_the_day_of_its_new_receipt(each_world):
    world = each_world
    bolt = world.item(unit_cost=10)
    early = world.receive(bolt, 5, 10, on="2025-01-20")
    world.receive(bolt, 5, 7, on="2025-02-20")
    sale = world.sell(bolt, 5, on="2025-01-10")
    assert valued_on(world, sale) == {day("2025-01-20")}

    world.adjust(bolt, -5, on="2025-03-01", applies_to_entry_id=early.id)

    assert valued_on(world, sale) == {day("2025-02-20")}
    world.adjust_cost()
    assert world.cost(sale) == -35
    check(world)


def test_a_return_follows_the_day_of_the_sale_it_came_from(each_world):
    world = each_world
    bolt = world.item(unit_cost=10, method=CostingMethod.AVERAGE)
    sale = world.sell(bolt, 5, on="2025-01-10")
    back = world._post_one(world.line(bolt, "sale", -2, on="2025-01-11", applies_from_entry_id=sale.id))
    world.receive(bolt, 9, 8, on="2025-02-20")

    assert valued_on(world, sale) == valued_on(world, back) == {day("2025-02-20")}
    world.adjust_cost()
    assert (world.cost(sale), world.cost(back)) == (-40, 16)
    check(world)
