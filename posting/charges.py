"""Item charges: freight and the like on what was received (posting-and-costing.md sections 4, 7). Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from core.rounding import ZERO, round_amount, round_unit_cost
from models.enums import CostingMethod, EntryType, ValueEntryType, VarianceType
from posting.decision import Decision
from posting.draft import NewValueEntry
from posting.facts import PostedEntry
from posting.lines import ChargeLine
from posting.refusals import charged_too_early


def charge(decision: Decision, line: ChargeLine) -> None:
    """Post the charge on its entry, or on the entries of a line of this posting, by quantity, the remainder carried.

    On an inbound entry it raises the stock's value; on an outbound one it is cost of another kind, and a charge to a
    customer is revenue alone. Raises PostingError `valuation_date_not_allowed`.
    """
    if line.entry_id is not None:
        _post(decision, line, decision.facts.posted[line.entry_id], line.amount)
        return
    entries = decision.entries_of_line[line.charged_line_no or 0]
    posted = [decision.posted_of_new(entry) for entry in entries]
    shares = _spread(line.amount, [p.state.quantity for p in posted], decision.facts.amount_rounding)
    for entry, amount in zip(posted, shares, strict=True):
        _post(decision, line, entry, amount)


def _spread(amount: Decimal, quantities: Sequence[Decimal], rounding: Decimal) -> Iterator[Decimal]:
    total, carried = sum(quantities, ZERO), ZERO
    for quantity in quantities:
        exact = amount * quantity / total + carried
        share = round_amount(exact, rounding)
        carried = exact - share
        yield share


def _post(decision: Decision, line: ChargeLine, posted: PostedEntry, amount: Decimal) -> None:
    item = decision.facts.items[posted.state.key.item_id]
    earliest = decision.facts.earliest_valuation_date
    if earliest is not None and posted.valuation_date < earliest:
        raise charged_too_early(line, posted, earliest)
    entry = _row(decision, line, posted, ValueEntryType.DIRECT_COST, amount)
    if line.sales:
        entry.sales_amount_actual = amount
    elif not posted.state.quantity > 0 or not item.is_inventory:
        # Cost of what went out is below zero, as everywhere: profit is sales plus cost plus this.
        entry.cost_amount_non_inventoriable = amount if posted.state.quantity > 0 else -amount
        entry.purchase_amount_actual = amount
        entry.inventoriable = False
    else:
        entry.cost_amount_actual = entry.purchase_amount_actual = amount
    decision.add_value(entry, line.line_no)
    posted.charged = True
    if not entry.cost_amount_actual:
        return
    if item.costing_method == CostingMethod.STANDARD:
        # Stock stays at standard: what the charge adds is variance.
        variance = _row(decision, line, posted, ValueEntryType.VARIANCE, -amount)
        variance.item_ledger_entry_type = EntryType.PURCHASE
        variance.variance_type = VarianceType.PURCHASE
        variance.cost_amount_actual = -amount
        decision.add_value(variance, line.line_no)
    decision.mark_changed(item, posted)


def _row(
    decision: Decision, line: ChargeLine, posted: PostedEntry, kind: ValueEntryType, amount: Decimal
) -> NewValueEntry:
    state = posted.state
    business, product = line.gen_business_posting_group_id, line.gen_product_posting_group_id
    return NewValueEntry(
        id=decision.draft.next_value_id(),
        item_ledger_entry_id=state.id,
        # A purchase charge on a transfer or a sales return is a purchase for the general ledger (section 16.1); on a
        # shipment it is cost of the sale.
        item_ledger_entry_type=state.entry_type if line.sales or state.quantity < 0 else EntryType.PURCHASE,
        entry_type=kind,
        item_charge_no=line.item_charge_no,
        item_id=state.key.item_id,
        variant_id=state.key.variant_id,
        location_id=state.key.location_id,
        posting_date=line.posting_date,
        valuation_date=posted.valuation_date,
        document_date=line.document_date or line.posting_date,
        document_type=line.document_type,
        document_no=line.document_no,
        document_line_no=line.document_line_no,
        external_document_no=line.external_document_no,
        description=line.description,
        source_type=line.source_type,
        source_no=line.source_no,
        valued_quantity=state.quantity,
        cost_per_unit=round_unit_cost(amount / state.quantity, decision.facts.unit_amount_rounding),
        inventory_posting_group_id=posted.inventory_posting_group_id,
        gen_business_posting_group_id=posted.gen_business_posting_group_id if business is None else business,
        gen_product_posting_group_id=posted.gen_product_posting_group_id if product is None else product,
        source_code=decision.context.source_code,
        reason_code=line.reason_code,
        dimension_set_id=posted.dimension_set_id if line.dimension_set_id is None else line.dimension_set_id,
    )
