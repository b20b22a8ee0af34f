"""The physical inventory ledger entry of a counted line (posting-and-costing.md section 17.1). Pure."""

from __future__ import annotations

from models.enums import EntryType
from posting.draft import NewCountEntry
from posting.lines import CountLine


def count_entry(line: CountLine) -> NewCountEntry:
    """What was counted, whatever the difference; the difference itself is posted by a line of its own."""
    difference = line.qty_counted - line.qty_calculated
    return NewCountEntry(
        item_id=line.item_id,
        variant_id=line.variant_id,
        location_id=line.location_id,
        bin_id=line.bin_id,
        posting_date=line.posting_date,
        document_no=line.document_no,
        entry_type=EntryType.NEGATIVE_ADJMT if difference < 0 else EntryType.POSITIVE_ADJMT,
        quantity=abs(difference),
        qty_calculated=line.qty_calculated,
        qty_counted=line.qty_counted,
        last_item_ledger_entry_id=line.last_item_ledger_entry_id,
        unit_cost=line.unit_cost,
        dimension_set_id=line.dimension_set_id,
    )
