"""Cost adjustment by journal postings: worked examples without documents (posting-and-costing.md section 20)."""

from __future__ import annotations

import pytest

from models import Item
from models.enums import AverageCostCalcType, AverageCostPeriod, CostingMethod
from posting.verify import verify
from tests.builders import d


def check(world):
    """A second adjustment does nothing, and the ledgers agree."""
    assert world.adjust_cost().written == 0
    assert verify(world.session) == []


def card(world, item):
    return world.session.get_one(Item, item.id, populate_existing=True)


def test_lifo_sales_take_the_cost_of_the_receipts_they_were_applied_to(each_world):
    world = each_world
    bolt = world.item(method=CostingMethod.LIFO)
    for on, unit in (("2025-03-03", 8), ("2025-03-10", 9), ("2025-03-10", 10)):
        world.receive(bolt, 5, unit, on=on)
    first = world.sell(bolt, 7, on="2025-03-11")
    world.receive(bolt, 5, 7, on="2025-03-06")
    second = world.sell(bolt, 4, on="2025-03-13")

    world.adjust_cost()

    assert (world.cost(first), world.cost(second)) == (-68, -34)
    assert card(world, bolt).unit_cost == d("7.55556")
    check(world)


@pytest.mark.parametrize(
    ("period", "costs"),
    [(AverageCostPeriod.DAY, ("-16", "-42", "-39")), (AverageCostPeriod.MONTH, ("-22.67", "-45.33", "-34"))],
)
def test_average_of_the_day_and_of_the_month(each_world, period, costs):
    world = each_world
    world.set(average_cost_calc_type=AverageCostCalcType.ITEM, average_cost_period=period)
    bolt = world.item(method=CostingMethod.AVERAGE)
    world.receive(bolt, 10, 4, on="2025-05-02")
    sales = [world.sell(bolt, 4, on="2025-05-05")]
    world.receive(bolt, 10, 6, on="2025-05-09")
    sales.append(world.sell(bolt, 8, on="2025-05-12"))
    world.receive(bolt, 4, 9, on="2025-05-20")
    sales.append(world.sell(bolt, 6, on="2025-05-25"))

    world.adjust_cost()

    assert [world.cost(sale) for sale in sales] == [d(cost) for cost in costs]
    check(world)


def test_a_back_dated_receipt_changes_the_average_from_its_day_on(each_world):
    world = each_world
    world.set(average_cost_calc_type=AverageCostCalcType.ITEM, average_cost_period=AverageCostPeriod.DAY)
    bolt = world.item(method=CostingMethod.AVERAGE)
    world.receive(bolt, 10, 4, on="2025-05-02")
    sales = [world.sell(bolt, 4, on="2025-05-05")]
    world.receive(bolt, 10, 6, on="2025-05-09")
    sales.append(world.sell(bolt, 8, on="2025-05-12"))
    world.receive(bolt, 4, 9, on="2025-05-20")
    sales.append(world.sell(bolt, 6, on="2025-05-25"))
    world.adjust_cost()

    world.receive(bolt, 5, "5.2", on="2025-05-03")
    world.adjust_cost()

    assert [world.cost(sale) for sale in sales] == [d("-17.6"), d("-41.3"), d("-36.39")]
    assert world.values(bolt)[-4:] == [
        ("direct_cost", 26), ("direct_cost", d("-1.6")), ("direct_cost", d("0.7")), ("direct_cost", d("2.61")),
    ]  # fmt: skip
    check(world)


@pytest.mark.parametrize(("fixed", "costs"), [(True, (-1000, -156)), (False, ("-402.67", -604))])
def test_a_fixed_application_leaves_the_average_with_its_own_cost(each_world, fixed, costs):
    world = each_world
    world.set(average_cost_calc_type=AverageCostCalcType.ITEM)
    bolt = world.item(method=CostingMethod.AVERAGE)
    world.receive(bolt, 4, 25)
    wrong = world.receive(bolt, 4, 250)
    back = world.adjust(bolt, -4, applies_to_entry_id=wrong.id if fixed else None)
    world.receive(bolt, 4, 27)
    sale = world.sell(bolt, 6)

    world.adjust_cost()

    assert (world.cost(back), world.cost(sale)) == (d(costs[0]), d(costs[1]))
    check(world)


@pytest.mark.parametrize("method", [CostingMethod.FIFO, CostingMethod.AVERAGE])
def test_a_negative_sale_takes_the_cost_of_the_receipt_that_closes_it(each_world, method):
    world = each_world
    bolt = world.item(method=method, unit_cost=20)
    sale = world.sell(bolt, 5, on="2025-06-10")
    world.receive(bolt, 8, 22, on="2025-06-15")

    world.adjust_cost()

    assert world.cost(sale) == -110
    check(world)


def test_what_no_receipt_covers_keeps_the_posted_cost(each_world):
    world = each_world
    bolt = world.item(unit_cost="10.5")
    world.receive(bolt, 5, 10, on="2025-06-10")
    world.session.get_one(Item, bolt.id)
    sale = world.sell(bolt, 8, "30", on="2025-06-11", unit_cost=d("10.5"))

    world.adjust_cost()

    assert world.cost(sale) == d("-81.5")
    check(world)


def test_what_rounding_leaves_on_a_used_up_receipt_becomes_a_rounding_entry(each_world):
    world = each_world
    bolt = world.item()
    receipt = world.receive(bolt, 3, d("3.33333"), amount=d(10))
    sales = [world.sell(bolt, 1) for _ in range(3)]

    world.adjust_cost()

    assert [world.cost(sale) for sale in sales] == [d("-3.33")] * 3
    assert world.cost(receipt) == d("9.99")
    assert world.values(bolt)[-1] == ("rounding", d("-0.01"))
    check(world)


def test_average_carries_rounding_through_the_outbound_entries(each_world):
    world = each_world
    bolt = world.item(method=CostingMethod.AVERAGE)
    world.receive(bolt, 3, d("3.33333"), amount=d(10))
    sales = [world.sell(bolt, 1) for _ in range(3)]

    world.adjust_cost()

    assert [world.cost(sale) for sale in sales] == [d("-3.33"), d("-3.34"), d("-3.33")]
    check(world)


def test_a_return_follows_the_cost_of_the_sale_it_came_from(each_world):
    world = each_world
    bolt = world.item(unit_cost=40)
    sale = world.sell(bolt, 4, on="2025-06-10")
    back = world._post_one(world.line(bolt, "sale", -1, on="2025-06-11", applies_from_entry_id=sale.id))
    world.receive(bolt, 10, 50, on="2025-06-12")

    world.adjust_cost()

    assert (world.cost(sale), world.cost(back)) == (-200, 50)
    check(world)


def test_a_return_and_a_sale_of_one_period_share_the_average(each_world):
    world = each_world
    world.set(average_cost_calc_type=AverageCostCalcType.ITEM)
    bolt = world.item(method=CostingMethod.AVERAGE)
    world.receive(bolt, 2, 10)
    world.receive(bolt, 2, 12)
    first = world.sell(bolt, 1)
    back = world._post_one(world.line(bolt, "sale", -1, applies_from_entry_id=first.id))
    second = world.sell(bolt, 2)

    world.adjust_cost()

    assert [world.cost(entry) for entry in (first, back, second)] == [-11, 11, -22]
    check(world)
