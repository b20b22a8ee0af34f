"""Invoicing what was received or shipped before (posting-and-costing.md sections 7, 8.1, 10). Pure."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from core.errors import PostingError
from core.rounding import ZERO, round_amount
from core.text import _, plain_quantity
from models.enums import ValueEntryType
from posting.decision import Decision
from posting.draft import InvoiceUpdate, NewValueEntry
from posting.facts import ItemFacts, PostedEntry
from posting.lines import PostingLine
from posting.values import cost_at_posting, value_entries, value_row


def invoice(decision: Decision, line: PostingLine) -> None:
    """Post the value entries of an invoice; the expected cost of what it invoices is taken back.

    Raises PostingError `invoiced_too_much`.
    """
    facts = decision.facts
    posted = facts.posted[line.invoices_entry_id or 0]
    item = facts.items[line.item_id]
    open_quantity = posted.state.quantity - posted.state.invoiced_quantity
    if abs(line.quantity) > abs(open_quantity) or (line.quantity > 0) != (posted.state.quantity > 0):
        raise PostingError(
            "invoiced_too_much",
            _("Entry %(id)s has %(quantity)s left to invoice.",
              id=posted.state.id, quantity=plain_quantity(abs(open_quantity))),
            field="quantity", line=line.line_no, hint=_("Lower the quantity to invoice."),
        )  # fmt: skip
    cost = cost_at_posting(
        line, item, facts,
        standard_cost=decision.cards.standard_cost(line),
        applies_from=facts.named.get(line.applies_from_entry_id or 0),
        applies_to=facts.named.get(line.applies_to_entry_id or 0),
    )  # fmt: skip
    rows = list(
        value_entries(
            line, item, facts, cost,
            entry_id=posted.state.id, first_id=decision.draft.next_value_id(),
            valuation_date=_valuation_date(decision, line, posted), source_code=decision.context.source_code,
        )
    )  # fmt: skip
    first = rows[0]
    share = line.quantity / open_quantity
    last = line.quantity == open_quantity
    first.item_ledger_entry_quantity = ZERO
    first.cost_amount_expected = -expected_share(decision, posted, line.quantity, last=last)
    first.sales_amount_expected = -_part(decision, posted.sales_expected, share)
    first.purchase_amount_expected = -_part(decision, posted.purchase_expected, share)
    first.valued_by_average_cost = posted.valued_by_average
    posted.expected += first.cost_amount_expected
    posted.sales_expected += first.sales_amount_expected
    posted.purchase_expected += first.purchase_amount_expected
    for row in rows:
        carry_groups(row, posted)
        decision.add_value(row, line.line_no)
    _take_back_revaluation(decision, line, posted, share)
    mark_invoiced(decision, item, posted, line)
    posted.state.cost = cost.direct + cost.indirect + cost.variance
    decision.cards.after_posting(line, item, posted.state)


def _valuation_date(decision: Decision, line: PostingLine, posted: PostedEntry) -> dt.date:
    """That of the entry; one before the earliest date that set-up allows gives way to the posting date (section 6)."""
    earliest = decision.facts.earliest_valuation_date
    if earliest is not None and posted.valuation_date < earliest:
        return line.posting_date
    return posted.valuation_date


def expected_share(decision: Decision, posted: PostedEntry, quantity: Decimal, *, last: bool) -> Decimal:
    """Expected cost that an invoice of `quantity` takes back: its share of what was received, at last all of it."""
    if last:
        return posted.expected
    return _part(decision, posted.expected_posted, quantity / posted.state.quantity)


def _part(decision: Decision, amount: Decimal, share: Decimal) -> Decimal:
    return amount if share == 1 else round_amount(amount * share, decision.facts.amount_rounding)


def carry_groups(row: NewValueEntry, posted: PostedEntry) -> None:
    """Every later value entry of an entry has the posting groups of its first (section 2.2)."""
    row.inventory_posting_group_id = posted.inventory_posting_group_id
    row.gen_business_posting_group_id = posted.gen_business_posting_group_id
    row.gen_product_posting_group_id = posted.gen_product_posting_group_id
    row.dimension_set_id = posted.dimension_set_id


def _take_back_revaluation(decision: Decision, line: PostingLine, posted: PostedEntry, share: Decimal) -> None:
    """Expected stock that was revalued: the invoice takes back its share of that too (section 8.1).

    It is about the same part of the entry: what went out before the revaluation has no share in either.
    """
    for revaluation in posted.expected_revaluations:
        amount = _part(decision, revaluation.amount, share)
        if not amount:
            continue
        day = max(revaluation.day, _valuation_date(decision, line, posted))
        row = value_row(
            line, decision.facts.items[line.item_id], posted.state.id, decision.draft.next_value_id(), day,
            decision.context.source_code, ValueEntryType.REVALUATION,
        )  # fmt: skip
        row.applies_to_value_entry_id = revaluation.value_entry_id
        row.partial_revaluation = True
        row.valued_quantity = revaluation.quantity
        row.cost_amount_expected = -amount
        row.expected_cost = True
        carry_groups(row, posted)
        revaluation.amount -= amount
        decision.add_value(row, line.line_no)


def mark_invoiced(decision: Decision, item: ItemFacts, posted: PostedEntry, line: PostingLine) -> None:
    """The entry's invoiced quantity, and the work that costing has with it."""
    state = posted.state
    state.invoiced_quantity += line.quantity
    state.completely_invoiced = state.invoiced_quantity == state.quantity
    posted.last_invoice_date = max(posted.last_invoice_date or line.posting_date, line.posting_date)
    decision.draft.invoice_updates[state.id] = InvoiceUpdate(
        state.invoiced_quantity, state.completely_invoiced, posted.last_invoice_date
    )
    if not item.is_inventory:
        return
    balance = decision.draft.balance(item.id, state.key.variant_id, state.key.location_id)
    balance.invoiced_quantity += line.quantity
    decision.mark_changed(item, posted, _valuation_date(decision, line, posted))
