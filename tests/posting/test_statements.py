"""A posting of many lines runs as many SQL statements as one of few (DESIGN: set-based, whatever the size)."""

from __future__ import annotations

from collections import Counter

import pytest

from core.unit_of_work import perform
from models.enums import CostingMethod
from posting.lines import PostingContext
from posting.post import post_lines
from tests.builders import World
from tests.support.driver_counts import counted_session


@pytest.mark.parametrize(
    "method", [CostingMethod.FIFO, CostingMethod.LIFO, CostingMethod.AVERAGE, CostingMethod.STANDARD]
)
def test_the_number_of_statements_does_not_grow_with_the_lines(database_url, method):
    with counted_session(database_url) as (session, statements):
        world = World(session)
        items = [world.item(f"ITEM{number}", method, standard_cost=2, unit_cost=2) for number in range(40)]
        world.post(*(world.line(item, "purchase", 50, 2, on="2025-01-02") for item in items))

        few = statements_of(world, statements, items[:3])
        many = statements_of(world, statements, items)

    assert many == few


def test_lots_in_bins_cost_the_same_too(database_url):
    with counted_session(database_url) as (session, statements):
        world = World(session)
        code = world.tracking_code("BATCH", lot_specific=True)
        place = world.location("BINS", bin_mandatory=True)
        bins = [bin_at(world, place.id, f"B{number}") for number in range(20)]
        items = [world.item(f"ITEM{number}", item_tracking_code_id=code.id) for number in range(20)]

        counts = []
        for some in (items[:1], items[1:3], items[3:]):  # the first reads the set-up
            lines = [
                world.line(item, "purchase", 5, 1, at="BINS", lot_no="L1", bin_id=bin_id)
                for item, bin_id in zip(some, bins[items.index(some[0]) :], strict=False)
            ]
            statements.clear()
            perform(session, lambda s, lines=lines: post_lines(s, lines, PostingContext(source_code="ITEMJNL")))
            counts.append(Counter(statements))

    assert counts[2] == counts[1]


def statements_of(world: World, statements: list[str], items: list) -> Counter[str]:
    """What a receipt (whose price changes the cards) and a sale of each item run."""
    lines = [line for item in items for line in (world.line(item, "purchase", 10, 3), world.line(item, "sale", 4))]
    statements.clear()
    perform(world.session, lambda session: post_lines(session, lines, PostingContext(source_code="ITEMJNL")))
    return Counter(statements)


def bin_at(world: World, location_id: int, code: str) -> int:
    from models import Bin

    def work(session):
        made = Bin(location_id=location_id, code=code)
        session.add(made)
        session.flush()
        return made.id

    return perform(world.session, work)
