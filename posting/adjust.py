"""Adjust the cost of items: costing computes, this writes value entries, G/L entries, balances and cards.

One call is one transaction's worth of items; calling it again finds nothing to do (posting-and-costing.md
sections 14, 22).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from core.rounding import from_scaled, round_unit_cost
from core.sql import ids_of
from costing.adjust import Adjustment, compute
from costing.card import card_costs, sku_costs
from costing.entries import Delta
from costing.read import read_graphs
from costing.setup import CostingSetup, read_setup
from models import CostPoint, CostToAdjust, Item, StockkeepingUnit, ValueEntry
from models.enums import ValueEntryType, VarianceType
from posting.draft import Draft, NewValueEntry
from posting.facts import Facts
from posting.gl import post_to_gl
from posting.lines import PostingContext
from posting.prepare import lock_items, prepare_values
from posting.refusals import adjustment_date_refused
from posting.write import write

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
    draft = Draft()
    if any(result.roundings or result.corrections for result in results):
        _fill(session, draft, results, setup, prepare_values(session, wanted, context), context)
    register_id = write(session, draft, context) if draft.value_entries else None
    _finish(session, wanted, setup)
    return Outcome(
        register_id,
        items=len(graphs),
        touched=sum(result.touched for result in results),
        written=len(draft.value_entries),
        without_average=tuple(entry for result in results for entry in result.without_average),
    )


def _fill(
    session: Session,
    draft: Draft,
    results: Sequence[Adjustment],
    setup: CostingSetup,
    facts: Facts,
    context: PostingContext,
) -> None:
    deltas = [delta for result in results for delta in (*result.roundings, *result.corrections)]
    originals = _read_originals(session, {delta.original_id for delta in deltas})
    for delta in deltas:
        entry = _value_entry(draft.next_value_id(), delta, originals[delta.original_id], setup, facts, context)
        draft.value_entries.append(entry)
        balance = draft.balance(entry.item_id, entry.variant_id, entry.location_id)
        balance.cost_amount_actual += entry.cost_amount_actual
        balance.cost_amount_expected += entry.cost_amount_expected
    _check_dates({entry.posting_date for entry in draft.value_entries}, facts)
    post_to_gl(draft, facts, ((entry, None) for entry in draft.value_entries))
    draft.line_count = len(deltas)


#: copied from the original as they are (section 14.4)
_COPIED = (
    "item_ledger_entry_id", "item_ledger_entry_type", "item_charge_no", "item_id", "variant_id", "location_id",
    "document_date", "document_type", "document_no", "document_line_no", "external_document_no", "description",
    "source_type", "source_no", "inventory_posting_group_id", "gen_business_posting_group_id",
    "gen_product_posting_group_id", "reason_code", "dimension_set_id",
)  # fmt: skip


def _read_originals(session: Session, value_ids: set[int]) -> dict[int, ValueEntry]:
    columns = [getattr(ValueEntry, name) for name in (*_COPIED, *_MORE)]
    rows = session.execute(select(ValueEntry.id, *columns).where(ValueEntry.id.in_(ids_of(session, value_ids))))
    return {row.id: row for row in rows}  # type: ignore[misc]


_MORE = ("posting_date", "valuation_date", "valued_quantity", "valued_by_average_cost", "variance_type", "entry_type")


def _value_entry(
    value_id: int, delta: Delta, original: ValueEntry, setup: CostingSetup, facts: Facts, context: PostingContext
) -> NewValueEntry:
    amount = from_scaled(delta.actual or delta.expected)
    rounding = delta.entry_type == ValueEntryType.ROUNDING
    variance = VarianceType.NONE
    if delta.entry_type == ValueEntryType.VARIANCE:
        variance = original.variance_type or VarianceType.PURCHASE
    return NewValueEntry(
        id=value_id,
        **{name: getattr(original, name) for name in _COPIED},
        entry_type=delta.entry_type,
        variance_type=variance,
        posting_date=setup.posting_date(original.posting_date),
        valuation_date=original.valuation_date,
        valued_quantity=original.valued_quantity,
        cost_per_unit=round_unit_cost(amount / original.valued_quantity, facts.unit_amount_rounding),
        cost_amount_actual=from_scaled(delta.actual),
        cost_amount_expected=from_scaled(delta.expected),
        expected_cost=bool(delta.expected),
        adjustment=True,
        applies_to_value_entry_id=delta.original_id,
        valued_by_average_cost=False if rounding else original.valued_by_average_cost,
        source_code=context.source_code,
    )


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
    session.execute(delete(CostToAdjust).where(CostToAdjust.item_id.in_(ids)))
    session.execute(
        update(CostPoint)
        .where(CostPoint.item_id.in_(ids), CostPoint.adjusted.is_(False))
        .values(adjusted=True)
        .execution_options(synchronize_session=False)
    )
    costs = card_costs(session, item_ids, setup)
    for item_id, cost in sorted(costs.items()):
        session.execute(
            update(Item)
            .where(Item.id == item_id)
            .values(unit_cost=from_scaled(cost))
            .execution_options(synchronize_session=False)
        )
    for sku_id, cost in sorted(sku_costs(session, item_ids, setup).items()):
        session.execute(
            update(StockkeepingUnit)
            .where(StockkeepingUnit.id == sku_id)
            .values(unit_cost=from_scaled(cost))
            .execution_options(synchronize_session=False)
        )
    session.execute(
        update(Item)
        .where(Item.id.in_(ids))
        .values(cost_is_adjusted=True, allow_online_adjustment=True)
        .execution_options(synchronize_session=False)
    )
