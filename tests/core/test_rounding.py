"""Rounding half away from zero, whatever scale the precision is written with."""

from __future__ import annotations

from decimal import Decimal

import pytest

from core.rounding import from_scaled, round_to, to_scaled


@pytest.mark.parametrize(
    ("value", "precision", "expected"),
    [
        ("3.335", "0.01", "3.34"),
        ("-3.335", "0.01", "-3.34"),
        ("3.33333", "0.01000", "3.33"),
        ("3.334", "0.05", "3.35"),
        ("2.5", "1", "3"),
        ("1.000005", "0.00001", "1.00001"),
    ],
)
def test_ties_go_away_from_zero_at_any_precision(value, precision, expected):
    assert round_to(Decimal(value), Decimal(precision)) == Decimal(expected)


def test_a_precision_read_from_the_database_rounds_like_the_one_written_there():
    precision = from_scaled(to_scaled(Decimal("0.01")))

    assert round_to(Decimal("3.33333"), precision) == Decimal("3.33")
