"""Read the entries that invoices, charges, revaluations and undos are about, with what their value entries say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from core.rounding import ZERO
from core.sql import ids_of
from models import ItemLedgerEntry, ValueEntry
from models.base import ScaledDecimal
from models.enums import ValueEntryType
from posting.facts import EntryState, ExpectedRevaluation, Facts, PostedEntry
from posting.lines import ChargeLine, Line, RevaluationLine
from posting.open_entries import load_states

_value = ValueEntry


def posted_ids(lines: Sequence[Line]) -> set[int]:
    """Entries that value lines name."""
    found: set[int | None] = set()
    for line in lines:
        if isinstance(line, ChargeLine | RevaluationLine):
            found.add(line.entry_id)
        else:
            found |= {line.invoices_entry_id, line.undoes_entry_id}
    return {entry_id for entry_id in found if entry_id is not None}


def load_posted(session: Session, facts: Facts, entry_ids: set[int]) -> None:
    """Fill `facts.posted`; entries that do not exist are left out and refused by the checks."""
    if not entry_ids:
        return
    states: dict[int, EntryState] = {}
    load_states(session, entry_ids, states)
    firsts = session.execute(
        select(
            _value.item_ledger_entry_id, _value.inventory_posting_group_id, _value.gen_business_posting_group_id,
            _value.gen_product_posting_group_id, _value.dimension_set_id, _value.valuation_date,
            ItemLedgerEntry.last_invoice_date,
        )
        .join(ItemLedgerEntry, ItemLedgerEntry.id == _value.item_ledger_entry_id)
        .where(_value.item_ledger_entry_id.in_(ids_of(session, entry_ids)), _value.item_ledger_entry_quantity != 0)
    )  # fmt: skip
    for entry_id, inventory, business, product, dimensions, day, invoiced_on in firsts:
        facts.posted[entry_id] = PostedEntry(
            states[entry_id], inventory, business, product, dimensions, day, last_invoice_date=invoiced_on
        )
    _load_sums(session, facts)


def _load_sums(session: Session, facts: Facts) -> None:
    revaluation = _value.entry_type == ValueEntryType.REVALUATION
    charge = _value.item_charge_no != ""
    received = _value.expected_cost & ~_value.adjustment & ~revaluation

    def total(column: Any, condition: Any = None) -> Any:
        return func.sum(column if condition is None else case((condition, column), else_=0), type_=ScaledDecimal())

    rows = session.execute(
        select(
            _value.item_ledger_entry_id.label("id"),
            total(_value.cost_amount_expected, received).label("posted"),
            total(_value.cost_amount_expected, ~revaluation).label("expected"),
            total(_value.cost_amount_expected, revaluation & _value.partial_revaluation).label("revaluation"),
            total(_value.sales_amount_expected).label("sales"),
            total(_value.purchase_amount_expected).label("purchase"),
            total(_value.cost_amount_actual + _value.cost_amount_expected).label("cost"),
            func.max(case((_value.valued_by_average_cost, 1), else_=0)).label("by_average"),
            func.max(case((charge, 1), else_=0)).label("charged"),
            func.max(case((revaluation, 1), else_=0)).label("revalued"),
        )
        .where(_value.item_ledger_entry_id.in_(ids_of(session, facts.posted)))
        .group_by(_value.item_ledger_entry_id)
    ).all()
    for row in rows:
        entry = facts.posted[row.id]
        entry.expected_posted, entry.expected = row.posted or ZERO, row.expected or ZERO
        entry.sales_expected, entry.purchase_expected = row.sales or ZERO, row.purchase or ZERO
        entry.state.cost = row.cost or ZERO
        entry.valued_by_average = bool(row.by_average)
        entry.charged, entry.revalued = bool(row.charged), bool(row.revalued)
    _load_expected_revaluations(session, facts, [row.id for row in rows if row.revaluation])


def _load_expected_revaluations(session: Session, facts: Facts, entry_ids: Sequence[int]) -> None:
    """The revaluations of expected cost that invoices have not wholly taken back."""
    if not entry_ids:
        return
    original = func.coalesce(_value.applies_to_value_entry_id, _value.id)
    amount = func.sum(_value.cost_amount_expected, type_=ScaledDecimal())
    rows = session.execute(
        select(
            _value.item_ledger_entry_id, original, amount, func.max(_value.valued_quantity),
            func.max(_value.valuation_date),
        )
        .where(_value.item_ledger_entry_id.in_(ids_of(session, entry_ids)), _value.partial_revaluation)
        .group_by(_value.item_ledger_entry_id, original)
        .having(amount != 0)
        .order_by(original)
    )  # fmt: skip
    for entry_id, value_id, left, quantity, day in rows:
        facts.posted[entry_id].expected_revaluations.append(ExpectedRevaluation(value_id, left, quantity, day))
