"""The running balances, kept in the same transaction as the entries they sum (DESIGN section 4)."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy.orm import Session

from models import db
from posting.bulk import execute_many, raw, upsert_sums
from posting.draft import BalanceDelta, Draft


def write_balances(session: Session, draft: Draft) -> None:
    """Add the draft's changes; rows are touched in key order, so that rival postings cannot deadlock."""
    tables = db.metadata.tables
    for row in draft.value_entries:
        if row.inventoriable:
            draft.balance(row.item_id, row.variant_id, row.location_id).cost_posted_to_gl += row.cost_posted_to_gl
    totals: dict[int, BalanceDelta] = defaultdict(BalanceDelta)
    for (item_id, _variant, _location), delta in draft.balances.items():
        total = totals[item_id]
        total.quantity += delta.quantity
        total.invoiced_quantity += delta.invoiced_quantity
        total.cost_amount_actual += delta.cost_amount_actual
        total.cost_amount_expected += delta.cost_amount_expected
        total.cost_posted_to_gl += delta.cost_posted_to_gl
        total.entries += delta.entries
    upsert_sums(
        session, tables["item_total"], ["item_id"],
        ["quantity", "invoiced_quantity", "cost_amount_actual", "cost_amount_expected", "cost_posted_to_gl",
         "entry_count"],
        [
            (item_id, raw(t.quantity), raw(t.invoiced_quantity), raw(t.cost_amount_actual),
             raw(t.cost_amount_expected), raw(t.cost_posted_to_gl), t.entries)
            for item_id, t in sorted(totals.items())
        ],
    )  # fmt: skip
    upsert_sums(
        session, tables["item_balance"], ["item_id", "variant_id", "location_id"],
        ["quantity", "invoiced_quantity", "cost_amount_actual", "cost_amount_expected"],
        [
            (*key, raw(d.quantity), raw(d.invoiced_quantity), raw(d.cost_amount_actual), raw(d.cost_amount_expected))
            for key, d in sorted(draft.balances.items())
        ],
    )  # fmt: skip
    upsert_sums(
        session, tables["tracking_balance"],
        ["item_id", "variant_id", "location_id", "lot_no", "serial_no", "package_no"], ["quantity"],
        [(*key, raw(d.quantity), raw(d.expiration_date)) for key, d in sorted(draft.tracking.items())],
        extra=["expiration_date"],
    )  # fmt: skip
    upsert_sums(
        session, tables["gl_balance"], ["account_id", "month"], ["debit", "credit"],
        [(*key, raw(debit), raw(credit)) for key, (debit, credit) in sorted(draft.gl_balances.items())],
    )  # fmt: skip
    _bins(session, draft)


def _bins(session: Session, draft: Draft) -> None:
    """Bin contents; the first bin of an item at a location is its default and fixed bin (warehouse.md section 4)."""
    for (bin_id, item_id, variant_id, location_id), quantity in sorted(draft.bins.items()):
        execute_many(
            session,
            "INSERT INTO bin_content (bin_id, item_id, variant_id, location_id, quantity, default_bin, fixed_bin)"
            " SELECT ?, ?, ?, ?, 0, NOT EXISTS (SELECT 1 FROM bin_content b WHERE b.location_id = ? AND b.item_id = ?"
            " AND b.variant_id = ? AND b.default_bin), NOT EXISTS (SELECT 1 FROM bin_content b WHERE b.location_id = ?"
            " AND b.item_id = ? AND b.variant_id = ? AND b.default_bin)"
            " WHERE NOT EXISTS (SELECT 1 FROM bin_content b WHERE b.bin_id = ? AND b.item_id = ? AND b.variant_id = ?)",
            0,
            [(bin_id, item_id, variant_id, location_id, location_id, item_id, variant_id, location_id, item_id,
              variant_id, bin_id, item_id, variant_id)],
        )  # fmt: skip
        execute_many(
            session,
            "UPDATE bin_content SET quantity = quantity + ? WHERE bin_id = ? AND item_id = ? AND variant_id = ?",
            0,
            [(raw(quantity), bin_id, item_id, variant_id)],
        )
        execute_many(
            session,
            "DELETE FROM bin_content WHERE bin_id = ? AND item_id = ? AND variant_id = ?"
            " AND quantity = 0 AND NOT fixed_bin",
            0,
            [(bin_id, item_id, variant_id)],
        )
