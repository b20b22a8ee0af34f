"""Adjust the cost of items: costing computes, this writes value entries, G/L entries, balances and cards.

One call is one transaction's worth of items; calling it again finds nothing to do (posting-and-costing.md
sections 14, 22).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from core.sql import ids_of
from costing.adjust import compute
from costing.card import card_costs, sku_costs
from costing.entries import Delta
from costing.read import read_graphs
from costing.rows import day_of
from costing.setup import CostingSetup, read_setup
from models import CostPoint, CostToAdjust, Item
from posting.adjustment_rows import AdjustmentRows, read_originals
from posting.bulk import update_rows
from posting.facts import Facts
from posting.lines import PostingContext
from posting.prepare import lock_items, prepare_values
from posting.refusals import adjustment_date_refused

#: the reference product's name for postings of the adjustment
SOURCE_CODE = "INVTADJMT"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one call did. `register_id` is None when nothing had to be corrected."""

    register_id: int | None
    items: int
    touched: int
    written: int
    #: outbound entries whose period has nothing to average
    without_average: tuple[int, ...]


def adjust_items(session: Session, item_ids: Iterable[int], context: PostingContext) -> Outcome:
    """Adjust these items now, in the caller's transaction. Their rows stay locked until it ends.

    Raises PostingError `posting_date_not_allowed` when the user may not post on an adjustment's date,
    `posting_setup_missing` when a G/L account is missing.
    """
    wanted = sorted(set(item_ids))
    if not wanted:
        return Outcome(None, 0, 0, 0, ())
    lock_items(session, wanted)
    setup = read_setup(session)
    graphs = read_graphs(session, wanted, setup)
    results = [compute(graph, setup) for graph in graphs.values()]
    for graph in graphs.values():
        graph.release()
    deltas = [delta for result in results for delta in (*result.roundings, *result.corrections)]
    register_id = _write(session, deltas, wanted, setup, context) if deltas else None
    _finish(session, wanted, setup)
    return Outcome(
        register_id,
        items=len(graphs),
        touched=sum(result.touched for result in results),
        written=len(deltas),
        without_average=tuple(entry for result in results for entry in result.without_average),
    )


def _write(
    session: Session, deltas: Sequence[Delta], item_ids: Sequence[int], setup: CostingSetup, context: PostingContext
) -> int:
    facts = prepare_values(session, item_ids, context)
    originals = read_originals(session, {delta.original_id for delta in deltas})
    rows = AdjustmentRows(facts, setup, context)
    for delta in deltas:
        rows.add(delta, originals[delta.original_id])
    _check_dates({day_of(day) for day in rows.days}, facts)
    return rows.write(session)


def _check_dates(days: set[dt.date], facts: Facts) -> None:
    """The user's own range does not move the date but is obeyed (section 14.4)."""
    for day in sorted(days):
        early = facts.allow_posting_from is not None and day < facts.allow_posting_from
        late = facts.allow_posting_to is not None and day > facts.allow_posting_to
        if early or late:
            raise adjustment_date_refused(day, facts)


def _finish(session: Session, item_ids: Sequence[int], setup: CostingSetup) -> None:
    """Take the items off the work lists and bring their cards up to date."""
    ids = ids_of(session, item_ids)
    session.execute(
        delete(CostToAdjust).where(CostToAdjust.item_id.in_(ids)).execution_options(synchronize_session=False)
    )
    session.execute(
        update(CostPoint)
        .where(CostPoint.item_id.in_(ids), CostPoint.adjusted.is_(False))
        .values(adjusted=True)
        .execution_options(synchronize_session=False)
    )
    _set_costs(session, "item", card_costs(session, item_ids, setup))
    _set_costs(session, "stockkeeping_unit", sku_costs(session, item_ids, setup))
    session.execute(
        update(Item)
        .where(Item.id.in_(ids))
        .values(cost_is_adjusted=True, allow_online_adjustment=True)
        .execution_options(synchronize_session=False)
    )


def _set_costs(session: Session, table: str, costs: Mapping[int, int]) -> None:
    update_rows(session, table, ["unit_cost"], ["id"], [(cost, card_id) for card_id, cost in sorted(costs.items())])
