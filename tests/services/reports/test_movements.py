"""Opening, increases, decreases and closing add up, at one place and everywhere, on both databases."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from core.errors import ValidationError
from services.reports.movements import MovementParameters, movements
from services.reports.registry import Window
from tests.builders import d

START, END = dt.date(2025, 2, 1), dt.date(2025, 2, 28)


@pytest.fixture
def trade(each_world):
    """January: 10 at 10 came. February: 5 at 12 came, 4 went, 3 were moved BLUE to RED, 1 was lost. March: 2 went."""
    world = each_world
    bolt = world.item("BOLT")
    world.receive(bolt, 10, 10, on="2025-01-10", at="BLUE")
    world.receive(bolt, 5, 12, on="2025-02-03", at="BLUE")
    world.sell(bolt, 4, 20, on="2025-02-10", at="BLUE")
    there = world.location_id("RED")
    line = world.line(bolt, "transfer", 3, on="2025-02-12", at="BLUE", new_location_id=there)
    world.post(replace(line, quantity=-line.quantity, amount=d(0), unit_amount=d(0)))
    world.adjust(bolt, -1, on="2025-02-20", at="BLUE")
    world.sell(bolt, 2, 20, on="2025-03-02", at="RED")
    world.adjust_cost()
    return world


def figures(world, **more):
    outcome = movements(world.session, MovementParameters(start=START, **more), END)
    assert outcome.totals[2:] == outcome.rows[0].values[2:]
    return outcome.rows[0].values[2:]


def test_everywhere_a_transfer_is_neither_increase_nor_decrease(trade):
    # 4 sold, 1 lost at 10 each
    assert figures(trade) == (10, 100, 5, 60, 5, 50, 10, 110, 10)


def test_at_a_place_what_comes_from_elsewhere_is_an_increase(trade):
    assert figures(trade, location_id=trade.location_id("RED"))[2:8] == (3, 30, 0, 0, 3, 30)
    assert figures(trade, location_id=trade.location_id("BLUE"))[2:8] == (5, 60, 8, 80, 7, 80)


def test_a_window_is_a_part_and_the_totals_are_those_of_all(trade):
    trade.receive(trade.item("NUT"), 1, 7, on="2025-02-05", at="BLUE")

    outcome = movements(trade.session, MovementParameters(start=START), END, Window(1, 1))

    assert [row.subject.no for row in outcome.rows] == ["NUT"]
    assert (outcome.count, outcome.totals[9]) == (2, 117)


def test_days_the_wrong_way_round_are_refused(trade):
    with pytest.raises(ValidationError) as refused:
        movements(trade.session, MovementParameters(start=END), START)

    assert refused.value.code == "days_reversed"
