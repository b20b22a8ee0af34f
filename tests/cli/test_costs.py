"""`flask adjust-cost`: the nightly run."""

from __future__ import annotations

from posting.verify import verify
from services.cost_adjustment import waiting_items


def test_the_command_adjusts_what_waits_and_finds_nothing_the_second_time(app, world):
    bolt = world.item()
    world.receive(bolt, 2, 10, on="2025-01-05")
    world.receive(bolt, 2, 12, on="2025-01-06")
    sale = world.sell(bolt, 3, on="2025-01-07")
    runner = app.test_cli_runner()

    first, second = (runner.invoke(args=["adjust-cost"]) for _ in range(2))

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "1 items, 3 entries looked at, 1 value entries written." in first.output
    assert second.output.startswith("0 items")
    assert world.cost(sale) == -32
    assert waiting_items(world.session) == []
    assert verify(world.session) == []


def test_an_unknown_item_is_named_as_such(app, world):
    refused = app.test_cli_runner().invoke(args=["adjust-cost", "NONE"])

    assert refused.exit_code == 1
    assert "There is no item of one of these numbers." in refused.output
