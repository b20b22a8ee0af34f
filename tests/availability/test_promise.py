"""Examples 13 and 15 of the reference: what can be promised, and by when."""

from __future__ import annotations

import pytest

from services.availability.promise import available_to_promise, earliest_date
from tests.builders import d, day

CHANGES = [
    (day("2026-03-06"), d(25)), (day("2026-03-08"), d(-15)), (day("2026-03-12"), d(30)), (day("2026-03-20"), d(-5)),
]  # fmt: skip


@pytest.mark.parametrize(("need", "found"), [(10, "2026-03-02"), (30, "2026-03-06"), (40, "2026-03-12"), (60, None)])
def test_earliest_date_walks_to_the_first_surplus_that_suffices(need, found):
    expected = day(found) if found else None
    assert earliest_date(d(need), d(10), CHANGES, day("2026-03-02")) == expected


def test_what_is_there_must_last_until_the_next_receipt():
    changes = [(day("2026-03-04"), d(-8)), (day("2026-03-10"), d(20))]
    assert earliest_date(d(5), d(10), changes, day("2026-03-02")) == day("2026-03-10")


def test_the_search_ends_with_the_look_ahead():
    assert earliest_date(d(40), d(10), CHANGES, day("2026-03-02"), day("2026-03-11")) is None


def test_atp_leaves_out_what_is_later_and_what_is_reserved():
    changes = [
        (day("2026-03-03"), d(-15)), (day("2026-03-05"), d(30)), (day("2026-03-09"), d(-55)),
        (day("2026-03-12"), d(100)),
    ]  # fmt: skip
    assert available_to_promise(d(40), changes, day("2026-03-06")) == d(55)
