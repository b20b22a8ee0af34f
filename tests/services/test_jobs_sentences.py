"""What the user reads about a job that was refused."""

from __future__ import annotations

from core.errors import ErrorList, PostingError
from services.jobs import sentence_of


def test_one_reason_for_many_lines_is_said_once_with_its_way_out():
    errors = [PostingError("closed", "The period is closed.", hint="Reopen it.") for _line in range(1000)]
    errors += [PostingError("blocked", f"Item {number} is blocked.") for number in range(6)]

    said = sentence_of(ErrorList(errors), "abc")

    assert said.count("The period is closed. Reopen it.") == 1
    assert said.endswith("Item 3 is blocked. And 2 more.")
