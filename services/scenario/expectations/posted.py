"""`posted_nothing`: whether the step before left every ledger as it was."""

from __future__ import annotations

from collections.abc import Iterator

from services.scenario.play import Difference, Play
from services.scenario.registry import expectation
from services.scenario.shapes import flag


@expectation("posted_nothing", flag)
def posted_nothing(play: Play, wanted: bool) -> Iterator[Difference]:
    """No ledger row of any kind since the previous step."""
    now = play.ledger_rows()
    added = {name: count - play.rows_before.get(name, 0) for name, count in now.items()}
    grown = {name: count for name, count in added.items() if count}
    if bool(grown) is wanted:
        yield Difference(0, "posted_nothing", wanted, grown or True)
