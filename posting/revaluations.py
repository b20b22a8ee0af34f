"""Revaluation of an inbound entry (posting-and-costing.md section 11). Pure."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from core.errors import PostingError
from core.rounding import round_unit_cost
from core.text import _
from models.enums import CostingMethod, DocumentType, SourceType, ValueEntryType
from posting.decision import Decision
from posting.draft import NewValueEntry
from posting.facts import ExpectedRevaluation, PostedEntry
from posting.lines import RevaluationLine


def revalue(decision: Decision, line: RevaluationLine) -> None:
    """Post the revaluation; it counts from the later of its date and the entry's.

    Raises PostingError `revaluation_inbound_only`, `revaluation_not_invoiced`, `valuation_date_not_allowed`.
    """
    facts = decision.facts
    posted = facts.posted[line.entry_id]
    state = posted.state
    item = facts.items[state.key.item_id]
    if state.quantity < 0:
        raise PostingError(
            "revaluation_inbound_only", _("Entry %(id)s went out; only what came in is revalued.", id=state.id),
            field="entry", line=line.line_no, hint=_("Choose an inbound entry."),
        )  # fmt: skip
    if not state.completely_invoiced and item.costing_method != CostingMethod.STANDARD:
        raise PostingError(
            "revaluation_not_invoiced", _("Entry %(id)s is not completely invoiced.", id=state.id),
            field="entry", line=line.line_no, hint=_("Invoice it first, then revalue it."),
        )  # fmt: skip
    day = max(line.posting_date, posted.valuation_date)
    valued = line.valued_quantity if line.partial else state.quantity
    decision.add_value(_row(decision, line, posted, day, valued), line.line_no)
    posted.revalued = True
    if line.expected_amount:
        found = ExpectedRevaluation(decision.draft.value_entries[-1].id, line.expected_amount, valued, day)
        posted.expected_revaluations.append(found)
    if state.remaining != state.quantity:
        decision.draft.to_adjust.add((item.id, state.id))
    decision.note_cost_point(item, state.key.variant_id, state.key.location_id, day)


def _row(
    decision: Decision, line: RevaluationLine, posted: PostedEntry, day: dt.date, valued: Decimal
) -> NewValueEntry:
    facts, state = decision.facts, posted.state
    return NewValueEntry(
        id=decision.draft.next_value_id(),
        item_ledger_entry_id=state.id,
        item_ledger_entry_type=state.entry_type,
        entry_type=ValueEntryType.REVALUATION,
        item_id=state.key.item_id,
        variant_id=state.key.variant_id,
        location_id=state.key.location_id,
        posting_date=line.posting_date,
        valuation_date=day,
        document_date=line.posting_date,
        document_type=DocumentType.NONE,
        document_no=line.document_no,
        document_line_no=0,
        external_document_no=line.external_document_no,
        description=line.description,
        source_type=SourceType.NONE,
        source_no="",
        valued_quantity=valued,
        cost_per_unit=round_unit_cost((line.amount + line.expected_amount) / valued, facts.unit_amount_rounding),
        cost_amount_actual=line.amount,
        cost_amount_expected=line.expected_amount,
        expected_cost=bool(line.expected_amount) and not line.amount,
        partial_revaluation=line.partial,
        inventory_posting_group_id=posted.inventory_posting_group_id,
        gen_business_posting_group_id=posted.gen_business_posting_group_id,
        gen_product_posting_group_id=posted.gen_product_posting_group_id,
        source_code=decision.context.source_code,
        reason_code=line.reason_code,
        dimension_set_id=posted.dimension_set_id if line.dimension_set_id is None else line.dimension_set_id,
    )
