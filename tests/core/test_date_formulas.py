"""Date formulas: terms, ends of periods, and the way back."""

from __future__ import annotations

import datetime as dt

import pytest

from core.date_formulas import add_formula, subtract_formula

DAY = dt.date(2026, 1, 31)  # a Saturday


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("", "2026-01-31"), ("2D", "2026-02-02"), ("1W", "2026-02-07"), ("1M", "2026-02-28"), ("1Q", "2026-04-30"),
        ("1Y", "2027-01-31"), ("-1M", "2025-12-31"), ("CM", "2026-01-31"), ("-CM", "2026-01-01"), ("CW", "2026-02-01"),
        ("-CW", "2026-01-26"), ("CQ", "2026-03-31"), ("-CY", "2026-01-01"), ("CM+10D", "2026-02-10"),
        ("1m - 1d", "2026-02-27"),
    ],
)  # fmt: skip
def test_a_formula_leads_to_a_day(formula, expected):
    assert add_formula(DAY, formula).isoformat() == expected


def test_the_way_back_undoes_the_way_there():
    assert subtract_formula(add_formula(DAY, "1D+2W"), "1D+2W") == DAY


@pytest.mark.parametrize("formula", ["D", "2", "2DX", "1H"])
def test_what_is_no_formula_is_refused(formula):
    with pytest.raises(ValueError, match="no date formula"):
        add_formula(DAY, formula)
