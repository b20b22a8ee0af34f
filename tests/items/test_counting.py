"""When the next count of an item is due (posting-and-costing.md section 17.3)."""

import datetime as dt

import pytest

from services.items.counting import CountWindow, next_window, window_of


def day(text):
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("counts", "on", "starts", "ends"),
    [
        (1, "2025-03-14", "2025-01-01", "2025-12-31"),
        (2, "2025-07-01", "2025-07-01", "2025-12-31"),
        (3, "2025-04-30", "2025-01-01", "2025-04-30"),
        (4, "2025-05-31", "2025-04-01", "2025-06-30"),
        (6, "2024-02-29", "2024-01-01", "2024-02-29"),
        (12, "2025-02-10", "2025-02-01", "2025-02-28"),
        (24, "2025-02-15", "2025-02-01", "2025-02-15"),
        (24, "2024-02-16", "2024-02-16", "2024-02-29"),
        # 365 / 5 = 73 days each
        (5, "2025-03-14", "2025-01-01", "2025-03-14"),
        (5, "2025-03-15", "2025-03-15", "2025-05-26"),
        (5, "2025-12-31", "2025-10-20", "2025-12-31"),
    ],
)
def test_a_year_is_cut_into_slices(counts, on, starts, ends):
    assert window_of(counts, day(on)) == CountWindow(day(starts), day(ends))


def test_a_count_moves_the_window_on_and_what_was_never_counted_is_due_now():
    never = next_window(4, None, day("2025-05-05"))
    counted = next_window(4, day("2025-05-05"), day("2025-05-06"))

    assert (never.starts, never.is_due(day("2025-05-05"))) == (day("2025-04-01"), True)
    assert (counted.starts, counted.is_due(day("2025-05-06"))) == (day("2025-07-01"), False)
    assert next_window(12, day("2025-12-20"), day("2025-12-21")).starts == day("2026-01-01")
