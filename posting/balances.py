"""The running balances, kept in the same transaction as the entries they sum (DESIGN section 4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from core.sql import ids_of
from models import BinContent, Location, db
from models.enums import DefaultBinSelection
from posting.bulk import delete_rows, raw, update_rows, upsert_rows, upsert_sums
from posting.draft import BalanceDelta, Draft

#: bin, item, variant
Key = tuple[int, int, int]


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
        session, tables["number_total"], ["item_id", "variant_id", "kind", "number"], ["quantity"],
        [
            (key.item_id, key.variant_id, key.kind.value, key.number, raw(d.quantity), raw(d.expiration_date),
             raw(d.warranty_date))
            for key, d in sorted(draft.numbers.items())
        ],
        extra=["expiration_date", "warranty_date"],
    )  # fmt: skip
    upsert_sums(
        session, tables["gl_balance"], ["account_id", "month"], ["debit", "credit"],
        [(*key, raw(debit), raw(credit)) for key, (debit, credit) in sorted(draft.gl_balances.items())],
    )  # fmt: skip


def write_bins(session: Session, draft: Draft) -> None:
    """Bin contents; the first bin of an item at a location is its default and fixed bin (warehouse.md section 4).

    Where the location keeps the last-used bin, each placement moves the default. One after the other in the order of
    the bins: one that runs empty makes room for the next to become the default.
    """
    changes = sorted(draft.bins.items())
    if not changes:
        return
    kept = {
        (row.bin_id, row.item_id, row.variant_id): row for row in _contents(session, {key[1] for key, _ in changes})
    }
    defaults = {(row.location_id, row.item_id, row.variant_id) for row in kept.values() if row.default_bin}
    new, changed, emptied = [], [], []
    for (bin_id, item_id, variant_id, location_id), quantity in changes:
        key, place = (bin_id, item_id, variant_id), (location_id, item_id, variant_id)
        row = kept.get(key)
        if row is None:
            first = place not in defaults
            if quantity or first:
                new.append((*key, location_id, raw(quantity), first, first))
                defaults.add(place)
        elif row.quantity + quantity or row.fixed_bin:
            changed.append((raw(row.quantity + quantity), *key))
        else:
            emptied.append(key)
            if row.default_bin:
                defaults.discard(place)
    names = ["bin_id", "item_id", "variant_id"]
    update_rows(session, "bin_content", ["quantity"], names, changed)
    delete_rows(session, "bin_content", names, emptied)
    upsert_rows(session, "bin_content", [*names, "location_id", "quantity", "default_bin", "fixed_bin"], new)
    update_rows(session, "bin_content", ["default_bin"], names, _moved_defaults(draft, kept, new, set(emptied)))


def _moved_defaults(
    draft: Draft, kept: dict[Key, Any], new: Sequence[tuple[Any, ...]], emptied: set[Key]
) -> list[tuple[bool, int, int, int]]:
    """Rows whose default flag changes because goods were put into another bin of a location that keeps the last one."""
    last_used = {row.location_id for row in kept.values() if row.selection == DefaultBinSelection.LAST_USED_BIN}
    if not last_used:
        return []
    placed = {
        (location_id, item_id, variant_id): bin_id
        for (bin_id, item_id, variant_id, location_id), quantity in draft.bins.items()
        if quantity > 0 and location_id in last_used
    }
    flags = {
        key: ((row.location_id, row.item_id, row.variant_id), bool(row.default_bin))
        for key, row in kept.items()
        if key not in emptied
    }
    for bin_id, item_id, variant_id, location_id, _quantity, first, _fixed in new:
        flags[bin_id, item_id, variant_id] = ((location_id, item_id, variant_id), first)
    return [
        (key[0] == placed[place], *key)
        for key, (place, default) in sorted(flags.items())
        if place in placed and default != (key[0] == placed[place])
    ]


def _contents(session: Session, item_ids: set[int]) -> Sequence[Row[Any]]:
    """Where the items lie; they are locked, so nobody changes it meanwhile."""
    content = BinContent
    return session.execute(
        select(
            content.bin_id, content.item_id, content.variant_id, content.location_id, content.quantity,
            content.default_bin, content.fixed_bin, Location.default_bin_selection.label("selection"),
        ).join(Location, Location.id == content.location_id).where(content.item_id.in_(ids_of(session, item_ids)))
    ).all()  # fmt: skip
