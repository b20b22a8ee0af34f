"""Reordering policies: example 18 of availability-and-reservation.md and the formulas above it, without a database."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from models import PlanningAction, PlanningWarning
from models.enums import ReorderingPolicy, ReplenishmentSystem
from services.planning.balance import Demand, Situation, Supply, plan
from services.planning.parameters import Parameters, default_overflow
from services.promising.replenish import Source
from services.trade.calendars import WorkDays
from tests.builders import d, day

FIXED, MAXIMUM, ORDER, LOT = (
    ReorderingPolicy.FIXED_REORDER_QUANTITY, ReorderingPolicy.MAXIMUM_QUANTITY, ReorderingPolicy.ORDER,
    ReorderingPolicy.LOT_FOR_LOT,
)  # fmt: skip
START, END = day("2026-03-02"), day("2026-04-30")
SALES = (("2026-03-03", 15), ("2026-03-05", 10), ("2026-03-12", 20))


def march(number: int) -> dt.date:
    return dt.date(2026, 3, number)


def situation(parameters: Parameters, stock: Any = 0, lead: str = "7D", **more: Any) -> Situation:
    return Situation(
        parameters, Source(ReplenishmentSystem.PURCHASE, lead, more.pop("handling", ""), parameters.safety_lead_time),
        START, END, d(stock), **more,
    )  # fmt: skip


def sales(*rows: tuple[str, Any]) -> tuple[Demand, ...]:
    return tuple(Demand(day(date), d(quantity), document_no="S1") for date, quantity in rows)


def quantities(found: Any) -> list[tuple[Any, ...]]:
    return [(row.action.value, row.quantity, row.due.day) for row in found]


@pytest.mark.parametrize(
    ("policy", "projected", "values", "ordered"),
    [
        (FIXED, 45, {"reorder_quantity": 40}, 40),
        (FIXED, 5, {"reorder_quantity": 20}, 60),  # 40 leaves 45
        (FIXED, 5, {"reorder_quantity": 15}, 60),  # 45 only equals the point
        (FIXED, 50, {"reorder_quantity": 20}, 20),  # exactly at the point
        (FIXED, 51, {"reorder_quantity": 20}, None),
        (MAXIMUM, 45, {"maximum_inventory": 100}, 55),
        (MAXIMUM, 45, {"maximum_inventory": 100, "order_multiple": 25}, 75),
    ],
)
def test_the_point_policies_order_what_the_table_says(policy, projected, values, ordered):
    parameters = Parameters(policy, d(50), **{name: d(value) for name, value in values.items()})

    found = plan(situation(parameters, projected))

    # forward: ordered when the point is crossed, due one lead time later
    assert [(row.quantity, row.order_date, row.due) for row in found] == (
        [(ordered, START, march(9))] if ordered else []
    )


def test_maximum_fills_up_after_a_sale_and_reduces_the_order_when_the_sale_is_cut():
    parameters = Parameters(
        MAXIMUM,
        d(50),
        maximum_inventory=d(100),
        overflow_level=default_overflow(MAXIMUM, d(50), d(0), d(100), d(0), d(0)),
    )
    first = plan(situation(parameters, 90, demands=sales(("2026-03-04", 65))))
    assert quantities(first) == [("new", 75, 11)]
    assert first[0].reason == "Projected 25 on 4 Mar 2026, reorder point 50."

    order = Supply(march(11), d(75), document_no="P1", trade_line_id=1, changeable=True)
    assert plan(situation(parameters, 90, demands=sales(("2026-03-04", 65)), supplies=[order])) == []
    (cut,) = plan(situation(parameters, 90, demands=sales(("2026-03-04", 45)), supplies=[order]))
    assert (cut.action, cut.quantity, cut.supply) == (PlanningAction.CHANGE_QUANTITY, 55, order)
    held = Supply(march(11), d(75), d(10), "P1", 1)  # a reserved purchase is left alone
    assert plan(situation(parameters, 90, demands=sales(("2026-03-04", 45)), supplies=[held])) == []


@pytest.mark.parametrize(
    ("modifiers", "expected"),
    [
        ({}, [15, 20]), ({"minimum_order": d(25), "order_multiple": d(10)}, [30, 30]),
        ({"maximum_order": d(10)}, [10, 5, 10, 10]),
    ],
)  # fmt: skip
def test_lot_for_lot_gathers_a_week_and_restores_safety_stock(modifiers, expected):
    parameters = Parameters(LOT, safety_stock=d(10), include_inventory=True, lot_accumulation_period="1W", **modifiers)

    found = plan(situation(parameters, 20, "", demands=sales(*SALES)))

    assert [row.quantity for row in found] == expected
    assert {row.due for row in found} == {march(3), march(12)}


def test_order_makes_one_order_for_each_demand_and_none_for_what_is_reserved():
    rows = [
        Demand(march(9), d(7), trade_line_id=1),
        Demand(march(11), d(7), trade_line_id=2),
        Demand(march(12), d(4), d(4)),
    ]

    found = plan(situation(Parameters(ORDER), demands=rows))

    assert [(row.quantity, row.due, row.demand.trade_line_id) for row in found] == [(7, march(9), 1), (7, march(11), 2)]


def test_large_reservations_do_not_lower_what_the_point_looks_at():
    parameters = Parameters(FIXED, d(20), d(30))
    assert plan(situation(parameters, 60, reserved_stock=d(50))) == []


def test_backward_dates_and_what_had_to_be_ordered_before_the_start():
    parameters = Parameters(ORDER, safety_lead_time="2D")
    (line,) = plan(situation(parameters, handling="1D", demands=sales(("2026-03-20", 5))))
    assert (line.order_date, line.warning) == (march(10), None)
    (late,) = plan(situation(parameters, handling="1D", demands=sales(("2026-03-05", 5))))
    assert (late.order_date, late.warning) == (START, PlanningWarning.ATTENTION)


def test_lead_times_count_the_working_days_of_the_vendor_and_end_where_both_work():
    """7 working days from Monday 2 Mar end on Wednesday 11 Mar, a day of handling on Thursday; and back."""
    week, home = WorkDays(frozenset(range(5))), WorkDays(frozenset(range(6)))
    source = Source(ReplenishmentSystem.PURCHASE, "1W", "1D", counting=week, place=home)
    assert source.due(march(2)) == march(11 + 1)
    assert source.order_date(march(12)) == march(2)
    assert source.order_date(march(16)) == march(5)  # arrives on Saturday, handled by Monday; Friday is the first back


def test_below_nothing_an_emergency_of_exactly_what_is_missing_before_the_order_by_the_point():
    parameters = Parameters(FIXED, d(10), d(20), safety_stock=d(5), minimum_order=d(15))
    found = plan(situation(parameters, 3, demands=sales(("2026-03-02", 10))))
    assert [(row.quantity, row.due, row.warning) for row in found] == [
        (7, START, PlanningWarning.EMERGENCY), (20, march(9), PlanningWarning.EXCEPTION)
    ]  # fmt: skip


def test_a_supply_within_the_lead_time_that_lifts_above_the_point_is_enough_a_later_one_is_not():
    parameters = Parameters(FIXED, d(10), d(20))
    assert plan(situation(parameters, 5, supplies=[Supply(march(9), d(6))])) == []
    assert quantities(plan(situation(parameters, 5, supplies=[Supply(march(10), d(6))]))) == [("new", 20, 9)]


def test_the_point_is_looked_at_at_the_end_of_each_time_bucket():
    parameters = Parameters(FIXED, d(10), d(20), time_bucket="1W")
    (line,) = plan(situation(parameters, 15, "3D", demands=sales(("2026-03-10", 5))))
    assert (line.order_date, line.due) == (march(15), march(18))


def test_what_is_late_is_moved_as_far_as_it_may_be_and_what_nobody_needs_is_cancelled():
    order = Supply(march(16), d(12), document_no="T1", transfer_line_id=3, changeable=True)
    demands = sales(("2026-03-12", 12))
    parameters = Parameters(LOT, include_inventory=True, rescheduling_period="1W")
    assert quantities(plan(situation(parameters, demands=demands, supplies=[order]))) == [("reschedule", 12, 12)]
    near = Parameters(LOT, include_inventory=True, rescheduling_period="2D")
    assert quantities(plan(situation(near, demands=demands, supplies=[order]))) == [("new", 12, 12), ("cancel", 0, 16)]
    assert quantities(plan(situation(parameters, supplies=[order]))) == [("cancel", 0, 16)]
    dampened = Parameters(LOT, include_inventory=True, dampener_quantity=d(3))
    assert plan(situation(dampened, demands=sales(("2026-03-16", 10)), supplies=[order])) == []


@pytest.mark.parametrize(
    ("rescheduling", "dampener", "moved"),
    [
        ("2W", "", [("reschedule", 12, 12), ("reschedule", 5, 16)]), ("2W", "5D", [("reschedule", 5, 16)]),
        ("1W", "", [("cancel", 0, 4), ("reschedule_and_change", 17, 12)]), ("", "", []),
    ],
)  # fmt: skip
def test_what_comes_too_early_is_moved_to_the_day_it_is_needed(rescheduling, dampener, moved):
    """12 on 7 Mar for a demand of 12 Mar (5 days), 5 on 4 Mar for one of 16 Mar (12 days); stock 0."""
    orders = [Supply(march(7), d(12), document_no="P1", trade_line_id=1, changeable=True),
              Supply(march(4), d(5), document_no="P2", trade_line_id=2, changeable=True)]  # fmt: skip
    demands = sales(("2026-03-12", 12), ("2026-03-16", 5))
    parameters = Parameters(
        LOT, include_inventory=True, rescheduling_period=rescheduling, dampener_period=dampener,
        lot_accumulation_period="1W",
    )  # fmt: skip

    found = plan(situation(parameters, demands=demands, supplies=orders))

    assert quantities(found) == moved


def test_an_order_that_is_moved_and_changed_is_told_so_once():
    """20 on 16 Mar, or on 7 Mar, for 12 on 12 Mar: one message, from what stands on the order."""
    parameters = Parameters(LOT, include_inventory=True, rescheduling_period="1W")
    for comes in (16, 7):
        order = Supply(march(comes), d(20), document_no="P1", trade_line_id=1, changeable=True)
        (found,) = plan(situation(parameters, demands=sales(("2026-03-12", 12)), supplies=[order]))
        assert (found.action, found.quantity, found.due) == (PlanningAction.RESCHEDULE_AND_CHANGE, 12, march(12))
        assert found.supply == order


@pytest.mark.parametrize(
    ("accumulation", "values", "told"),
    [
        ("1W", {}, [("change_quantity", 22, 9)]),  # 15 Mar lies in the week of the order
        ("5D", {}, [("change_quantity", 15, 9), ("new", 7, 15)]),
        ("", {}, [("change_quantity", 15, 9), ("new", 7, 15)]),  # the same day at least
        ("1W", {"order_multiple": 10}, [("change_quantity", 30, 9)]),
        ("1W", {"maximum_order": 20}, [("change_quantity", 20, 9), ("new", 2, 15)]),
        ("1W", {"maximum_order": 10}, [("new", 10, 9), ("new", 2, 9)]),  # it holds all an order may
        ("1W", {"safety_stock": 3}, [("new", 3, 2), ("change_quantity", 22, 9)]),
    ],
)
def test_a_need_in_the_accumulation_period_of_an_order_raises_it(accumulation, values, told):
    """10 on 9 Mar; asked for are 15 on that day and 7 on 15 Mar."""
    order = Supply(march(9), d(10), document_no="P1", trade_line_id=1, changeable=True)
    demands = sales(("2026-03-09", 15), ("2026-03-15", 7))
    given = {name: d(value) for name, value in values.items()}
    parameters = Parameters(LOT, include_inventory=True, lot_accumulation_period=accumulation, **given)
    found = plan(situation(parameters, demands=demands, supplies=[order]))
    assert quantities(found) == told
    assert all(row.supply == order for row in found if row.action is not PlanningAction.NEW)
    held = replace(order, changeable=False)
    assert {row.action for row in plan(situation(parameters, demands=demands, supplies=[held]))} == {PlanningAction.NEW}


def test_policy_order_moves_what_nobody_holds_to_the_day_it_is_needed():
    """7 on 16 Mar for 9 Mar is late; 7 on 3 Mar for 11 Mar is early, not within a dampener of ten days."""
    late = Supply(march(16), d(7), document_no="P1", trade_line_id=1, changeable=True)
    early = Supply(march(3), d(7), document_no="P2", trade_line_id=2, changeable=True)
    (found,) = plan(situation(Parameters(ORDER), demands=sales(("2026-03-09", 7)), supplies=[late]))
    assert (found.action, found.due, found.supply) == (PlanningAction.RESCHEDULE, march(9), late)
    demands = sales(("2026-03-11", 7))
    assert quantities(plan(situation(Parameters(ORDER), demands=demands, supplies=[early]))) == [("reschedule", 7, 11)]
    assert plan(situation(Parameters(ORDER, dampener_period="10D"), demands=demands, supplies=[early])) == []
    held = Supply(march(16), d(7), d(7), "P3", 3)
    assert quantities(plan(situation(Parameters(ORDER), demands=demands, supplies=[held]))) == [("new", 7, 11)]


def test_a_place_without_policy_is_never_planned():
    assert plan(situation(Parameters(), demands=sales(*SALES))) == []
