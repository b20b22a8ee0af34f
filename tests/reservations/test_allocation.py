"""Example 8 of availability-and-reservation.md: free stock shared by each policy."""

from __future__ import annotations

import pytest

from services.reservations.allocation import Need, Policy, allocate
from tests.builders import d


@pytest.mark.parametrize(
    ("policy", "free", "needs", "given"),
    [
        (Policy.BASIC, 50, [(30, 0), (25, 0), (15, 0)], [0, 0, 0]),
        (Policy.BASIC, 70, [(30, 0), (25, 0), (15, 0)], [30, 25, 15]),
        (Policy.EQUALLY, 50, [(30, 0), (25, 0), (15, 0)], [18, 17, 15]),
        (Policy.EQUALLY, 12, [(10, 0), (7, 0)], [6, 6]),
        (Policy.EQUALLY, 0, [(10, 0), (7, 0)], [0, 0]),
        (Policy.PRIORITY, 50, [(30, 9), (25, 5), (15, 5)], [30, 0, 0]),
        (Policy.PRIORITY, 70, [(30, 9), (25, 5), (15, 5)], [30, 25, 15]),
    ],
)
def test_what_is_free_is_shared_by_the_policy(policy, free, needs, given):
    wanted = [Need(str(number), d(need), priority) for number, (need, priority) in enumerate(needs)]
    found = allocate(policy, d(free), wanted)
    assert [found[need.key] for need in wanted] == given
