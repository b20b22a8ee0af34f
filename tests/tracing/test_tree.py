"""The tree of a trace without a database: order, what stands above already, where a branch ends."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.enums import DocumentType, EntryType, SourceType
from services.tracing.tree import DEEPEST, TracedEntry, grow
from tests.builders import d, day


def entry(number: int, quantity: int = 1, *, lot: str = "A", specific: bool = True) -> TracedEntry:
    return TracedEntry(
        number, 1, "MILK", "Milk", "PCS", 0, "", lot, "", "", 1, "MAIN", False, EntryType.PURCHASE,
        DocumentType.NONE, "DOC",
        day("2025-01-01"), SourceType.NONE, "", d(quantity), d(0), specific,
    )  # fmt: skip


def told(rows):
    return [(row.level, row.entry.id, row.again) for row in rows]


def test_a_branch_is_read_to_its_end_before_the_next():
    links = {1: [(2, d(4)), (5, d(6))], 2: [(3, d(4))], 3: [(4, d(4))]}

    rows = grow({n: entry(n) for n in range(1, 6)}, links, [1])

    assert told(rows) == [(0, 1, False), (1, 2, False), (2, 3, False), (3, 4, False), (1, 5, False)]
    assert [(row.parent_id, row.quantity) for row in rows][1] == (1, d(4))


def test_an_entry_met_again_is_marked_and_its_branch_not_repeated():
    links = {1: [(3, d(1))], 2: [(3, d(1))], 3: [(4, d(2))]}

    rows = grow({n: entry(n) for n in range(1, 5)}, links, [1, 2])

    assert told(rows) == [(0, 1, False), (1, 3, False), (2, 4, False), (0, 2, False), (1, 3, True)]


def test_a_start_that_was_met_already_does_not_start_again():
    rows = grow({1: entry(1), 2: entry(2)}, {1: [(2, d(1))]}, [1, 2])

    assert told(rows) == [(0, 1, False), (1, 2, False)]


@pytest.mark.parametrize("last", [replace(entry(2), lot_no=""), replace(entry(2), specific=False)])
def test_a_branch_ends_where_no_specific_number_goes_on(last):
    rows = grow({1: entry(1), 2: last, 3: entry(3)}, {1: [(2, d(1))], 2: [(3, d(1))]}, [1])

    assert told(rows) == [(0, 1, False), (1, 2, False)]


def test_a_branch_too_deep_is_cut_and_says_so():
    chain = DEEPEST + 20
    rows = grow({n: entry(n) for n in range(chain)}, {n: [(n + 1, d(1))] for n in range(chain - 1)}, [0])

    assert len(rows) == DEEPEST
    assert [row.cut for row in rows[-2:]] == [False, True]
