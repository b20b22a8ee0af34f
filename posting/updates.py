"""What a posting changes on rows that exist: the short list of MUTABLE_COLUMNS, and the work lists of costing."""

from __future__ import annotations

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from core.clock import utcnow
from core.sql import ids_of
from models import Item, ItemApplicationEntry, ItemLedgerEntry, PostValueEntryToGl, ValueEntry
from posting.bulk import execute_many, raw
from posting.draft import Draft
from posting.facts import NEW


def write_updates(session: Session, draft: Draft) -> None:
    """Remaining quantities, unapplied links, valuation dates, cost points and the lists of what costing has to do."""
    _entries(session, draft)
    _invoices(session, draft)
    _links(session, draft)
    _values(session, draft)
    _work_lists(session, draft)


def _entries(session: Session, draft: Draft) -> None:
    rows = [
        (raw(new.remaining_quantity), bool(new.remaining_quantity), raw(new.shipped_qty_not_returned), entry_id)
        for entry_id, new in sorted(draft.entry_updates.items())
    ]
    execute_many(
        session,
        "UPDATE item_ledger_entry SET remaining_quantity = ?, open = ?, shipped_qty_not_returned = ? WHERE id = ?",
        4,
        rows,
    )


def _invoices(session: Session, draft: Draft) -> None:
    rows = [
        (raw(new.invoiced_quantity), new.completely_invoiced, raw(new.last_invoice_date), entry_id)
        for entry_id, new in sorted(draft.invoice_updates.items())
    ]
    execute_many(
        session,
        "UPDATE item_ledger_entry SET invoiced_quantity = ?, completely_invoiced = ?, last_invoice_date = ?"
        " WHERE id = ?",
        4,
        rows,
    )
    done = [entry_id for entry_id, new in draft.invoice_updates.items() if new.completely_invoiced]
    while done:
        # What a transfer brought elsewhere is invoiced with its source, however far it went (section 4).
        legs = select(ItemApplicationEntry.inbound_entry_id).where(
            ItemApplicationEntry.transferred_from_entry_id.in_(ids_of(session, done)), ItemApplicationEntry.in_force
        )
        done = list(session.scalars(legs))
        if done:
            session.execute(
                update(ItemLedgerEntry)
                .where(ItemLedgerEntry.id.in_(ids_of(session, done)))
                .values(completely_invoiced=True)
                .execution_options(synchronize_session=False)
            )


def _links(session: Session, draft: Draft) -> None:
    if draft.unapplied:
        session.execute(
            update(ItemApplicationEntry)
            .where(ItemApplicationEntry.id.in_(ids_of(session, draft.unapplied)))
            .values(in_force=False, unapplied_at=utcnow(), unapplied_by_id=session.info.get("user_id"))
            .execution_options(synchronize_session=False)
        )


def _values(session: Session, draft: Draft) -> None:
    dates = [(raw(day), entry) for entry, day in sorted(draft.valuation_dates.items()) if entry < NEW]
    execute_many(session, "UPDATE value_entry SET valuation_date = ? WHERE item_ledger_entry_id = ?", 2, dates)
    posted = [(raw(actual), raw(expected), value) for value, (actual, expected) in sorted(draft.posted_to_gl.items())]
    execute_many(
        session, "UPDATE value_entry SET cost_posted_to_gl = ?, expected_cost_posted_to_gl = ? WHERE id = ?", 3, posted
    )
    if posted:
        session.execute(
            delete(PostValueEntryToGl).where(PostValueEntryToGl.value_entry_id.in_(ids_of(session, draft.posted_to_gl)))
        )
    for entry_id, by_average in draft.valued_by_average.items():
        session.execute(
            update(ValueEntry)
            .where(ValueEntry.item_ledger_entry_id == entry_id)
            .values(valued_by_average_cost=by_average)
            .execution_options(synchronize_session=False)
        )


def _work_lists(session: Session, draft: Draft) -> None:
    points = sorted(draft.cost_points)
    execute_many(
        session,
        "INSERT INTO cost_point (item_id, variant_id, location_id, period_end, adjusted) VALUES ({})"
        " ON CONFLICT (item_id, variant_id, location_id, period_end) DO UPDATE SET adjusted = excluded.adjusted",
        5,
        [(item, variant, location, raw(day), False) for item, variant, location, day in points],
    )
    first: dict[tuple[int, int, int], str] = {}
    for item, variant, location, day in points:
        first.setdefault((item, variant, location), raw(day))
    # What comes later in the same scope may change with it (section 9.2).
    execute_many(
        session,
        "UPDATE cost_point SET adjusted = ? WHERE item_id = ? AND variant_id = ? AND location_id = ?"
        " AND period_end > ? AND adjusted = ?",
        6,
        [(False, *scope, day, True) for scope, day in sorted(first.items())],
    )
    execute_many(
        session,
        "INSERT INTO cost_to_adjust (item_id, item_ledger_entry_id) VALUES ({}) ON CONFLICT DO NOTHING",
        2,
        sorted(draft.to_adjust),
    )
    execute_many(
        session,
        "INSERT INTO post_value_entry_to_gl (value_entry_id, item_id, posting_date) VALUES ({})",
        3,
        [(entry.id, entry.item_id, raw(entry.posting_date)) for entry in draft.gl_queue],
    )
    touched = {point[0] for point in points} | {item for item, _entry in draft.to_adjust}
    if touched:
        session.execute(
            update(Item)
            .where(Item.id.in_(ids_of(session, touched)), Item.cost_is_adjusted)
            .values(cost_is_adjusted=False)
            .execution_options(synchronize_session=False)
        )
