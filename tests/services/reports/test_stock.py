"""Quantity and value on any day equal the entries posted up to it, from whichever side they are read."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from services.reports.inventory import (
    ByLocationParameters,
    MonthsParameters,
    by_location,
    months,
)
from services.reports.registry import get_report
from services.reports.stock import stock_on
from services.reports.valuation import ValuationParameters, valuation


@pytest.fixture
def trade(each_world):
    """10 at 2.00 in January, 4 of them sold in March, 6 at 3.00 in another place in June."""
    world = each_world
    bolt = world.item("BOLT")
    world.receive(bolt, 10, "2.00", on="2025-01-10", at="BLUE")
    world.sell(bolt, 4, "5.00", on="2025-03-12", at="BLUE")
    world.receive(bolt, 6, "3.00", on="2025-06-20", at="RED")
    return world


def sums(world, day):
    stock = stock_on(world.session, dt.date.fromisoformat(day))
    return world.session.execute(select(func.sum(stock.c.quantity), func.sum(stock.c.actual))).one()


@pytest.mark.parametrize(
    ("day", "quantity", "value"),
    [
        ("2025-01-09", None, None),  # before anything
        ("2025-01-10", 10, 20),  # the day itself counts; read up to it
        ("2025-03-11", 10, 20),
        ("2025-03-12", 6, 12),
        ("2025-06-19", 6, 12),  # today less what followed
        ("2025-06-20", 12, 30),
        ("2030-01-01", 12, 30),
    ],
)
def test_stock_on_a_day_is_what_was_posted_up_to_it(trade, day, quantity, value):
    found = sums(trade, day)

    assert tuple(found) == (quantity, value)


def test_valuation_of_a_day_and_a_location(trade):
    outcome = valuation(trade.session, ValuationParameters(), dt.date(2025, 3, 31))

    assert [(row.values[0], row.values[3], row.values[5], row.values[7]) for row in outcome.rows] == [
        ("BOLT", 6, Decimal("2.00"), 12)
    ]
    assert outcome.totals[7] == 12

    red = trade.location("RED").id
    assert valuation(trade.session, ValuationParameters(location_id=red), dt.date(2025, 3, 31)).rows == ()
    [row] = valuation(trade.session, ValuationParameters(location_id=red), dt.date(2025, 12, 31)).rows
    assert row.values[7] == 18


def test_by_location_adds_up_to_the_valuation_of_the_same_day(trade):
    for day in (dt.date(2025, 2, 1), dt.date(2025, 4, 1), dt.date(2025, 7, 1)):
        places = by_location(trade.session, ByLocationParameters(), day)
        items = valuation(trade.session, ValuationParameters(), day)

        assert places.totals[5] == items.totals[7]


def test_cost_by_month_has_a_column_for_each_account_and_adds_up(trade):
    outcome = months(trade.session, MonthsParameters(months=6), dt.date(2025, 6, 30))

    assert [row.values[0] for row in outcome.rows] == [f"2025-{month:02}" for month in range(1, 7)]
    march = outcome.rows[2].values
    assert 8 in march[1:-1]  # 4 sold at 2.00
    assert all(row.values[-1] == sum(row.values[1:-1]) for row in outcome.rows)
    assert {column.opens for column in outcome.columns[1:-1]} == {"gl"}


def test_the_list_of_what_to_order_tells_how_things_stand_now(trade):
    assert not get_report("items-to-order").dated
    assert get_report("inventory-valuation").dated
