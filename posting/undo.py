"""Taking back a receipt or shipment that is not invoiced (posting-and-costing.md section 5). Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from core.errors import PostingError
from core.rounding import ZERO, round_unit_cost
from core.text import _
from models.enums import ValueEntryType
from posting.decision import Decision
from posting.facts import PostedEntry
from posting.invoices import carry_groups, mark_invoiced
from posting.lines import PostingLine
from posting.values import Cost, value_row


def undo(decision: Decision, line: PostingLine) -> None:
    """Post the opposite of an entry and invoice both with each other; in quantity and value nothing is left.

    Raises PostingError `undo_invoiced`, `undo_applied`, `undo_charged`, `undo_revalued`.
    """
    facts = decision.facts
    posted = facts.posted[line.undoes_entry_id or 0]
    refusal = next(_refusals(line, posted), None)
    if refusal is not None:
        raise refusal
    item = facts.items[line.item_id]
    expected = posted.expected
    line = replace(line, invoiced=False, correction=True)
    entry = decision.new_entry(line, item)
    entry.cost, entry.completely_invoiced = -expected, True
    if item.is_inventory:
        decision.numbers.check(line, item, entry)
        decision.apply(line, item, entry)
        decision.move_bins(line)
    decision.check_valuation(line, entry)
    decision.write_entry(line, item, entry)
    _settle(decision, line, posted, posted.state.id, posted.valuation_date, expected)
    decision.write_values(line, item, entry, Cost(-expected), by_average=False)
    _settle(decision, line, posted, entry.id, entry.valuation_date, -expected)
    written = decision.draft.item_ledger_entries[-1]
    written.invoiced_quantity, written.last_invoice_date = line.quantity, line.posting_date
    if item.is_inventory:
        decision.draft.balance(item.id, line.variant_id, line.location_id).invoiced_quantity += line.quantity
    mark_invoiced(decision, item, posted, replace(line, quantity=posted.state.quantity))
    decision.entries_of_line[line.line_no].append(entry)


def _refusals(line: PostingLine, posted: PostedEntry) -> Iterator[PostingError]:
    state = posted.state
    entry = state.id
    if state.invoiced_quantity:
        yield _refuse(
            line, "undo_invoiced", _("Entry %(id)s is invoiced; it cannot be undone.", id=entry),
            _("Post a return or a credit memo instead."),
        )  # fmt: skip
    untouched = (
        state.remaining == state.quantity if state.quantity > 0 else state.shipped_not_returned == state.quantity
    )
    if not untouched:
        yield _refuse(
            line, "undo_applied", _("Something was already taken from, or returned against, entry %(id)s.", id=entry),
            _("Undo that first."),
        )  # fmt: skip
    if posted.charged:
        yield _refuse(line, "undo_charged", _("Item charges are assigned to entry %(id)s.", id=entry),
                      _("Reverse the charge first."))  # fmt: skip
    if posted.revalued:
        yield _refuse(line, "undo_revalued", _("Entry %(id)s was revalued.", id=entry),
                      _("Post a return instead."))  # fmt: skip


def _refuse(line: PostingLine, code: str, message: str, hint: str) -> PostingError:
    return PostingError(code, message, line=line.line_no, hint=hint)


def _settle(
    decision: Decision,
    line: PostingLine,
    posted: PostedEntry,
    entry_id: int,
    valuation_date: dt.date,
    expected: Decimal,
) -> None:
    """Turn `expected` cost of an entry into actual: it and its correction then stand against each other."""
    undone = entry_id == posted.state.id
    quantity = posted.state.quantity if undone else line.quantity
    row = value_row(
        replace(line, quantity=quantity), decision.facts.items[line.item_id], entry_id, decision.draft.next_value_id(),
        valuation_date, decision.context.source_code, ValueEntryType.DIRECT_COST,
    )  # fmt: skip
    row.invoiced_quantity = quantity
    row.cost_amount_actual, row.cost_amount_expected = expected, -expected
    row.cost_per_unit = round_unit_cost(expected / quantity, decision.facts.unit_amount_rounding)
    carry_groups(row, posted)
    if undone:
        row.valued_by_average_cost = posted.valued_by_average
        row.sales_amount_expected, row.purchase_amount_expected = -posted.sales_expected, -posted.purchase_expected
        posted.expected = posted.sales_expected = posted.purchase_expected = ZERO
    decision.add_value(row, line.line_no)
