"""Planning parameters as planning takes them, and the quantities that follow (items.md section 20)."""

from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import ValidationError
from models.enums import BlankOverflowLevel, MissingSku, ReorderingPolicy
from services.planning import parameters
from services.planning.parameters import (
    Defaults,
    Parameters,
    at_place,
    corrections,
    effective,
    order_quantities,
    ordered,
    suggested_quantity,
    unused_fields,
)

NO_OVERFLOW = Defaults(overflow=BlankOverflowLevel.USE_CARD_VALUES_ONLY)
FORMULAS = ("safety_lead_time", "time_bucket", "lot_accumulation_period", "rescheduling_period", "dampener_period")


def card(policy, **values):
    """A card with these planning values, everything else blank."""
    blank = {name: "" if name in FORMULAS else Decimal(0) for name in parameters.USED_BY} | {"include_inventory": False}
    given_values = {
        name: Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value
        for name, value in values.items()
    }
    return SimpleNamespace(reordering_policy=policy, **(blank | given_values))


def codes(record, defaults=NO_OVERFLOW):
    return [single.code for single in corrections(record, defaults)]


def test_pln_1_each_policy_greys_what_it_does_not_use():
    def greyed(policy, *, included=True):
        return unused_fields(ReorderingPolicy(policy), include_inventory=included)

    fixed = greyed("fixed_reorder_quantity")
    assert "maximum_inventory" in fixed
    assert not fixed & {"reorder_point", "reorder_quantity", "safety_stock_quantity", "time_bucket", "overflow_level"}
    assert set(parameters.USED_BY) - greyed("order") == {"safety_lead_time", "dampener_period"}
    assert "reorder_quantity" in greyed("maximum_quantity")
    assert "safety_stock_quantity" not in greyed("lot_for_lot")
    assert "safety_stock_quantity" in greyed("lot_for_lot", included=False)
    assert greyed("none") == frozenset(parameters.USED_BY)


def test_pln_2_safety_stock_above_the_reorder_point_is_said_and_counts():
    record = card("fixed_reorder_quantity", safety_stock_quantity=20, reorder_point=10, reorder_quantity=5)

    assert codes(record) == ["reorder_point_raised"]
    assert effective(record, NO_OVERFLOW).reorder_point == 20


@pytest.mark.parametrize(
    ("values", "code", "field", "becomes"),
    [
        ({"minimum_order_quantity": 9, "maximum_order_quantity": 4}, "maximum_order_raised", "maximum_order", 9),
        ({"overflow_level": 20, "reorder_point": 10, "reorder_quantity": 15}, "overflow_raised", "overflow_level", 25),
    ],
)
def test_what_is_corrected_silently_is_said_on_the_card(values, code, field, becomes):
    record = card("fixed_reorder_quantity", **({"reorder_quantity": 5} | values))

    assert code in codes(record)
    assert getattr(effective(record, NO_OVERFLOW), field) == becomes


def test_a_maximum_below_the_reorder_point_does_not_count():
    record = card("maximum_quantity", reorder_point=10, maximum_inventory=8)

    assert codes(record) == ["maximum_ignored"]
    assert effective(record, NO_OVERFLOW).maximum_inventory == 0


def test_a_dampener_longer_than_the_lot_accumulation_is_shortened_and_blanks_fall_to_the_set_up():
    record = card("lot_for_lot", lot_accumulation_period="1W", include_inventory=True)
    defaults = Defaults(safety_lead_time="2D", dampener_period="1M")

    assert codes(record, defaults) == ["dampener_shortened"]
    assert effective(record, defaults).dampener_period == "1W"
    assert effective(record, defaults).safety_lead_time == "2D"
    assert effective(card("order"), defaults).dampener_period == "1M"
    assert effective(card("order", dampener_period="3D"), defaults).dampener_period == "3D"


def test_values_outside_the_policy_and_negative_ones_count_as_nothing():
    every = {
        "reorder_point": 10, "reorder_quantity": 20, "maximum_inventory": 90, "safety_stock_quantity": 5,
        "order_multiple": -3,
    }  # fmt: skip

    assert effective(card("order", **every), Defaults()) == Parameters(policy=ReorderingPolicy.ORDER)
    assert effective(card("none", **every), Defaults()) == Parameters()
    assert effective(card("fixed_reorder_quantity", **every), NO_OVERFLOW).order_multiple == 0
    assert effective(card("lot_for_lot", **every), NO_OVERFLOW).safety_stock == 0
    assert effective(card("lot_for_lot", include_inventory=True, **every), NO_OVERFLOW).safety_stock == 5


@pytest.mark.parametrize(
    ("policy", "values", "level"),
    [
        ("maximum_quantity", {"maximum_inventory": 100, "minimum_order_quantity": 30}, 130),
        ("fixed_reorder_quantity", {"reorder_point": 12, "reorder_quantity": 40}, 52),
        ("fixed_reorder_quantity", {"reorder_point": 12, "reorder_quantity": 40, "minimum_order_quantity": 50}, 62),
        ("fixed_reorder_quantity", {"reorder_point": 12, "reorder_quantity": 40, "order_multiple": 10}, 60),
        ("fixed_reorder_quantity", {"reorder_point": 12}, 0),  # nothing says what an order brings stock to
        ("order", {"reorder_point": 12}, 0),
    ],
)
def test_the_overflow_level_where_it_is_blank(policy, values, level):
    assert effective(card(policy, **values), Defaults()).overflow_level == level
    assert effective(card(policy, **values), NO_OVERFLOW).overflow_level == 0


def test_pln_3_fixed_orders_its_quantity_raised_to_the_minimum_and_up_to_the_multiple():
    # inventory 30 + receipts 0 - sales 15 = 15; less safety 5: available 10 < 12
    def suggested(**values):
        base = {"safety_stock_quantity": 5, "reorder_point": 12, "reorder_quantity": 40}
        return suggested_quantity(Decimal(15), effective(card("fixed_reorder_quantity", **base, **values), Defaults()))

    assert suggested() == 40
    assert suggested(minimum_order_quantity=50) == 50
    assert suggested(minimum_order_quantity=50, order_multiple=12) == 60


def test_pln_4_maximum_fills_up_to_the_maximum_else_orders_what_is_missing():
    base = {"safety_stock_quantity": 5, "reorder_point": 12}
    filled = effective(card("maximum_quantity", maximum_inventory=100, **base), Defaults())
    ignored = effective(card("maximum_quantity", maximum_inventory=8, **base), Defaults())

    assert suggested_quantity(Decimal(15), filled) == 85
    assert suggested_quantity(Decimal(15), ignored) == 2  # 12 - 10


def test_need_larger_than_the_reorder_quantity_and_policies_without_a_point():
    fixed = effective(card("fixed_reorder_quantity", reorder_point=50, reorder_quantity=10), Defaults())
    lot = effective(card("lot_for_lot", include_inventory=True, reorder_point=50, safety_stock_quantity=5), Defaults())

    assert suggested_quantity(Decimal(-20), fixed) == 70
    assert suggested_quantity(Decimal(3), lot) == 2  # the reorder point counts as 0, the safety stock does not
    assert suggested_quantity(Decimal(5), lot) == 0
    assert suggested_quantity(Decimal(-4), Parameters()) == 4


def test_at_the_point_planning_orders_and_the_report_does_not():
    fixed = effective(card("fixed_reorder_quantity", reorder_point=10, reorder_quantity=30), Defaults())

    assert suggested_quantity(Decimal(10), fixed) == 0
    assert suggested_quantity(Decimal(10), fixed, at_point=True) == 30
    assert suggested_quantity(Decimal(11), fixed, at_point=True) == 0
    assert suggested_quantity(Decimal(0), Parameters(policy=ReorderingPolicy.ORDER), at_point=True) == 0


def test_the_rest_over_the_maximum_order_is_proposed_as_further_orders():
    rules = Parameters(minimum_order=Decimal(4), maximum_order=Decimal(10), order_multiple=Decimal(4))

    assert order_quantities(Decimal(25), rules) == [12, 12, 4]  # 10 -> 12, 10 -> 12, 1 -> 4
    assert order_quantities(Decimal(25), Parameters(maximum_order=Decimal(10))) == [10, 10, 5]
    assert order_quantities(Decimal(0), rules) == []
    with pytest.raises(ValidationError) as refused:
        order_quantities(Decimal(10_000), Parameters(maximum_order=Decimal(1)))
    assert refused.value.code == "too_many_orders"


@given(
    quantity=st.decimals(0, 500, places=2),
    least=st.integers(0, 20),
    most=st.integers(0, 40),
    multiple=st.integers(0, 9),
)
def test_orders_cover_the_need_and_keep_to_minimum_and_multiple(quantity, least, most, multiple):
    rules = effective(
        card("lot_for_lot", include_inventory=True, minimum_order_quantity=least, maximum_order_quantity=most,
             order_multiple=multiple),
        Defaults(),
    )  # fmt: skip
    orders = order_quantities(quantity, rules)

    assert sum(orders) == ordered(quantity, rules) >= quantity
    assert all(single >= least and (not multiple or single % multiple == 0) for single in orders)
    assert sum(orders[:-1]) < quantity or not orders


def test_pln_7_a_stockkeeping_unit_counts_as_a_whole_and_else_the_rule_of_the_location():
    item = card("fixed_reorder_quantity", reorder_point=10, reorder_quantity=5, safety_stock_quantity=3)
    unit = card("maximum_quantity", reorder_point=4, maximum_inventory=9)

    own = at_place(item, unit, MissingSku.ITEM_CARD, NO_OVERFLOW)
    assert (own.policy, own.reorder_point, own.safety_stock) == (ReorderingPolicy.MAXIMUM_QUANTITY, 4, 0)
    assert at_place(item, None, MissingSku.ITEM_CARD, NO_OVERFLOW).reorder_point == 10
    assert at_place(item, None, MissingSku.DO_NOT_PLAN, NO_OVERFLOW).policy is ReorderingPolicy.NONE
    minimal = at_place(item, None, MissingSku.MINIMAL, NO_OVERFLOW)
    assert (minimal.policy, minimal.reorder_point) == (ReorderingPolicy.LOT_FOR_LOT, 0)
