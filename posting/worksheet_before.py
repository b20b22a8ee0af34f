"""How the entries of an open application worksheet stood before, and the way back to it (section 3.4).

The item is locked for postings while its worksheet is open: whatever changed on its applications since was done in
the worksheet. Written as the changes are made, so that a worksheet survives a crash.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Select, and_, delete, select
from sqlalchemy.orm import Session

from core.sql import ids_of
from models import (
    ApplicationWorksheet,
    ApplicationWorksheetEntry,
    ApplicationWorksheetLink,
    ApplicationWorksheetValue,
    ItemApplicationEntry,
    ItemLedgerEntry,
    ValueEntry,
)
from posting.bulk import raw, upsert_rows
from posting.decision import Decision
from posting.draft import Draft, EntryUpdate
from posting.facts import NEW
from posting.lines import PostingContext
from posting.prepare import lock_items, prepare_values
from posting.write import write

_link = ItemApplicationEntry
_STATE = ["remaining_quantity", "shipped_qty_not_returned", "applies_to_entry_id"]
_ONCE = "ON CONFLICT DO NOTHING"


def note_before(session: Session, draft: Draft, item_ids: Iterable[int]) -> None:
    """Write down how everything stands that `draft` is about to change, where the item's worksheet is open.

    What was written down before stays as it is: the state at the opening is the one to come back to.
    """
    sheet = ApplicationWorksheet
    opened = dict(
        session.execute(
            select(sheet.item_id, sheet.last_application_id).where(sheet.item_id.in_(ids_of(session, item_ids)))
        )
        .tuples()
        .all()
    )
    if not opened:
        return
    changed = {
        entry_id
        for part in (draft.entry_updates, draft.applies_to, draft.valuation_dates, draft.earliest_dates,
                     draft.valued_by_average)
        for entry_id in part
        if entry_id < NEW
    }  # fmt: skip
    ids = ids_of(session, changed)
    entry, value = ItemLedgerEntry, ValueEntry
    entries = session.execute(
        select(entry.id, entry.item_id, *(getattr(entry, name) for name in _STATE)).where(entry.id.in_(ids))
    )
    upsert_rows(
        session, "application_worksheet_entry", ["item_ledger_entry_id", "item_id", *_STATE],
        [tuple(raw(cell) for cell in row) for row in entries if row.item_id in opened], _ONCE,
    )  # fmt: skip
    values = session.execute(
        select(value.id, value.item_id, value.valuation_date, value.valued_by_average_cost).where(
            value.item_ledger_entry_id.in_(ids)
        )
    )
    upsert_rows(
        session, "application_worksheet_value",
        ["value_entry_id", "item_id", "valuation_date", "valued_by_average_cost"],
        [tuple(raw(cell) for cell in row) for row in values if row.item_id in opened], _ONCE,
    )  # fmt: skip
    links = session.execute(
        select(_link.id, entry.item_id)
        .join(entry, entry.id == _link.item_ledger_entry_id)
        .where(_link.id.in_(ids_of(session, [number for number in draft.unapplied if number < NEW])))
    )
    upsert_rows(
        session, "application_worksheet_link", ["application_entry_id", "item_id"],
        [(number, item_id) for number, item_id in links if number <= opened.get(item_id, 0)], _ONCE,
    )  # fmt: skip


def restore(session: Session, item_ids: Iterable[int], context: PostingContext) -> int | None:
    """Put applications, quantities and dates of these items back as they were when their worksheets were opened.

    Applications made since are taken out of force, those removed are in force again. Returns the register's id, None
    when nothing was changed. The worksheets stay open; the caller ends them.
    """
    wanted = sorted(set(item_ids))
    lock_items(session, wanted)
    facts = prepare_values(session, wanted, context)
    decision = Decision(facts, context)
    _restore_entries(session, decision, wanted)
    _restore_values(session, decision, wanted)
    draft = decision.draft
    for numbers, links in ((draft.reapplied, _removed), (draft.unapplied, _made_since)):
        for link_id, owner_id, item_id in session.execute(links(session, wanted)):
            numbers.append(link_id)
            draft.to_adjust.add((item_id, owner_id))
    if not draft.entry_updates and not draft.reapplied and not draft.unapplied:
        return None
    decision.finish()
    draft.line_count = len(draft.entry_updates)
    return write(session, draft, context)


def _restore_entries(session: Session, decision: Decision, item_ids: list[int]) -> None:
    before, draft = ApplicationWorksheetEntry, decision.draft
    for row in session.scalars(select(before).where(before.item_id.in_(ids_of(session, item_ids)))):
        draft.entry_updates[row.item_ledger_entry_id] = EntryUpdate(
            row.remaining_quantity, row.shipped_qty_not_returned
        )
        draft.applies_to[row.item_ledger_entry_id] = row.applies_to_entry_id
        draft.to_adjust.add((row.item_id, row.item_ledger_entry_id))


def _restore_values(session: Session, decision: Decision, item_ids: list[int]) -> None:
    before, value = ApplicationWorksheetValue, ValueEntry
    rows = session.execute(
        select(
            value.id, value.item_id, value.variant_id, value.location_id, value.valuation_date,
            value.valued_by_average_cost, before.valuation_date, before.valued_by_average_cost,
        )
        .join(before, before.value_entry_id == value.id)
        .where(before.item_id.in_(ids_of(session, item_ids)))
        .order_by(value.id)
    )  # fmt: skip
    for value_id, item_id, variant_id, location_id, day, by_average, old_day, was_by_average in rows:
        item = decision.facts.items[item_id]
        for each in {day, old_day}:
            decision.note_cost_point(item, variant_id, location_id, each)
        if (day, by_average) != (old_day, was_by_average):
            decision.draft.restored_values[value_id] = (old_day, was_by_average)


def _made_since(session: Session, item_ids: list[int]) -> Select[tuple[int, int, int]]:
    """Applications in force that were made in the worksheets, with owner and item: those newer than the opening."""
    sheet, owner = ApplicationWorksheet, ItemLedgerEntry
    return (
        select(_link.id, owner.id, owner.item_id)
        .join(owner, owner.id == _link.item_ledger_entry_id)
        .join(sheet, and_(sheet.item_id == owner.item_id, _link.id > sheet.last_application_id))
        .where(_link.in_force, sheet.item_id.in_(ids_of(session, item_ids)))
        .order_by(_link.id)
    )


def _removed(session: Session, item_ids: list[int]) -> Select[tuple[int, int, int]]:
    """Applications that were in force at the opening and are not any more, with owner and item."""
    removed, owner = ApplicationWorksheetLink, ItemLedgerEntry
    return (
        select(_link.id, owner.id, owner.item_id)
        .join(removed, removed.application_entry_id == _link.id)
        .join(owner, owner.id == _link.item_ledger_entry_id)
        .where(removed.item_id.in_(ids_of(session, item_ids)))
        .order_by(_link.id)
    )


def close_sheets(session: Session, item_ids: Iterable[int]) -> None:
    """The items may be posted again."""
    session.execute(delete(ApplicationWorksheet).where(ApplicationWorksheet.item_id.in_(ids_of(session, item_ids))))
