"""What a posting changes on rows that exist: the short list of MUTABLE_COLUMNS, and the work lists of costing."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.clock import utcnow
from core.sql import ids_of
from models import ItemApplicationEntry, ItemLedgerEntry
from posting.bulk import delete_rows, raw, update_rows, upsert_rows
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
    update_rows(session, "item_ledger_entry", ["remaining_quantity", "open", "shipped_qty_not_returned"], ["id"], rows)
    fixed = [(target, entry_id) for entry_id, target in sorted(draft.applies_to.items())]
    update_rows(session, "item_ledger_entry", ["applies_to_entry_id"], ["id"], fixed)


def _invoices(session: Session, draft: Draft) -> None:
    rows = [
        (raw(new.invoiced_quantity), new.completely_invoiced, raw(new.last_invoice_date), entry_id)
        for entry_id, new in sorted(draft.invoice_updates.items())
    ]
    update_rows(
        session, "item_ledger_entry", ["invoiced_quantity", "completely_invoiced", "last_invoice_date"], ["id"], rows
    )


def follow_invoices(session: Session, draft: Draft) -> None:
    """What a transfer brought elsewhere is invoiced with its source, however far it went (section 4)."""
    done = [entry_id for entry_id, new in draft.invoice_updates.items() if new.completely_invoiced]
    while done:
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
    by = (False, raw(utcnow()), session.info.get("user_id"))
    rows = [(*by, link_id) for link_id in sorted(draft.unapplied)]
    rows += [(True, None, None, link_id) for link_id in sorted(draft.reapplied)]
    update_rows(session, "item_application_entry", ["in_force", "unapplied_at", "unapplied_by_id"], ["id"], rows)


def _values(session: Session, draft: Draft) -> None:
    dates = [(raw(day), entry) for entry, day in sorted(draft.valuation_dates.items()) if entry < NEW]
    update_rows(session, "value_entry", ["valuation_date"], ["item_ledger_entry_id"], dates)
    follow = [(raw(day), entry, raw(day)) for entry, day in sorted(draft.earliest_dates.items()) if entry < NEW]
    update_rows(session, "value_entry", ["valuation_date"], ["item_ledger_entry_id"], follow, earlier="valuation_date")
    restored = [(raw(day), average, value) for value, (day, average) in sorted(draft.restored_values.items())]
    update_rows(session, "value_entry", ["valuation_date", "valued_by_average_cost"], ["id"], restored)
    posted = [(raw(actual), raw(expected), value) for value, (actual, expected) in sorted(draft.posted_to_gl.items())]
    update_rows(session, "value_entry", ["cost_posted_to_gl", "expected_cost_posted_to_gl"], ["id"], posted)
    delete_rows(
        session, "post_value_entry_to_gl", ["value_entry_id"], [(value,) for value in sorted(draft.posted_to_gl)]
    )
    by_average = [(valued, entry) for entry, valued in sorted(draft.valued_by_average.items())]
    update_rows(session, "value_entry", ["valued_by_average_cost"], ["item_ledger_entry_id"], by_average)


def _work_lists(session: Session, draft: Draft) -> None:
    points = sorted(draft.cost_points)
    scope = ["item_id", "variant_id", "location_id"]
    upsert_rows(
        session, "cost_point", [*scope, "period_end", "adjusted"],
        [(item, variant, location, raw(day), False) for item, variant, location, day in points],
        "ON CONFLICT (item_id, variant_id, location_id, period_end) DO UPDATE SET adjusted = excluded.adjusted",
    )  # fmt: skip
    first: dict[tuple[int, int, int], str] = {}
    for item, variant, location, day in points:
        first.setdefault((item, variant, location), raw(day))
    # What comes later in the same scope may change with it (section 9.2).
    later = [(False, *place, day) for place, day in sorted(first.items())]
    update_rows(session, "cost_point", ["adjusted"], scope, later, later="period_end", only="cost_point.adjusted")
    to_adjust = sorted(draft.to_adjust)
    upsert_rows(session, "cost_to_adjust", ["item_id", "item_ledger_entry_id"], to_adjust, "ON CONFLICT DO NOTHING")
    queue = [(entry.id, entry.item_id, raw(entry.posting_date)) for entry in draft.gl_queue]
    upsert_rows(session, "post_value_entry_to_gl", ["value_entry_id", "item_id", "posting_date"], queue)
    touched = {point[0] for point in points} | {item for item, _entry in draft.to_adjust}
    update_rows(
        session, "item", ["cost_is_adjusted"], ["id"], [(False, item) for item in sorted(touched)],
        only="item.cost_is_adjusted",
    )  # fmt: skip
