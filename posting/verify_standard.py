"""Proof of standard costs (posting-and-costing.md section 22, invariant I12): what was invoiced is worth the standard.

The ledger does not keep the standard of the day, so it is proved from when the cards last changed on: item and
stockkeeping unit as they are now are what was in force then. Items without a trail of their changes prove nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import BigInteger, Row, String, func, select, text
from sqlalchemy.orm import Session

from core.rounding import to_scaled
from core.sql import scaled
from models import AuditEntry, GeneralLedgerSetup, Item, Register, StockkeepingUnit, ValueEntry
from models.base import UtcDateTime
from models.enums import CostingMethod, ValueEntryType

_SCALE = 100_000
_BEGINNING = dt.datetime.min.replace(tzinfo=dt.UTC)
#: A posting that was under way while a card was changed may bear a later time than the change.
_UNDER_WAY = dt.timedelta(hours=1)

#: Invoices of inbound entries that are valued at standard: not what came back at its own cost, not what was undone.
_INVOICED = text("""
    SELECT v.item_id, v.variant_id, v.location_id, v.item_ledger_entry_id AS entry_id, v.document_no, r.created_at,
        SUM(v.invoiced_quantity) AS quantity, SUM(v.cost_amount_actual) AS cost,
        COUNT(CASE WHEN v.invoiced_quantity <> 0 THEN 1 END) AS invoices
    FROM value_entry v
    JOIN item ON item.id = v.item_id AND item.costing_method = 'standard' AND item.inventory_value_zero = :no
    JOIN item_ledger_entry e ON e.id = v.item_ledger_entry_id AND e.positive = :yes AND e.correction = :no
    JOIN register r ON r.id = v.register_id
    WHERE v.inventoriable = :yes AND v.item_ledger_entry_type IN ('purchase', 'positive_adjmt')
        AND v.entry_type IN ('direct_cost', 'indirect_cost', 'variance') AND v.adjustment = :no
        AND NOT EXISTS (SELECT 1 FROM item_application_entry a WHERE a.inbound_entry_id = e.id
            AND a.item_ledger_entry_id = e.id AND a.quantity > 0 AND a.outbound_entry_id <> 0)
        AND NOT EXISTS (SELECT 1 FROM item_application_entry a JOIN item_ledger_entry o ON o.id = a.outbound_entry_id
            AND o.correction = :yes WHERE a.inbound_entry_id = e.id AND a.quantity < 0)
    GROUP BY v.item_id, v.variant_id, v.location_id, v.item_ledger_entry_id, v.document_no, v.document_line_no,
        v.register_id, r.created_at
    HAVING SUM(v.invoiced_quantity) <> 0
    ORDER BY v.register_id, v.item_ledger_entry_id
""").columns(
    item_id=BigInteger, variant_id=BigInteger, location_id=BigInteger, entry_id=BigInteger, document_no=String,
    created_at=UtcDateTime, quantity=BigInteger, cost=BigInteger, invoices=BigInteger,
)  # fmt: skip


def standard_costs(session: Session) -> Iterator[str]:
    """I12: direct cost, overhead and variance of an invoice come to its quantity at standard cost."""
    cards = _cards(session)
    if not cards:
        return
    setup = session.get(GeneralLedgerSetup, 1)
    unit = to_scaled(setup.amount_rounding) if setup is not None else 1
    units = _stockkeeping_units(session)
    options = {"yield_per": 1_000}
    for row in session.execute(_INVOICED, {"yes": True, "no": False}, execution_options=options):
        standard, since = cards.get(row.item_id, (0, None))
        if since is None or row.created_at < since + _UNDER_WAY:
            continue
        standard = units.get((row.item_id, row.variant_id, row.location_id), standard)
        wanted, cost = int(row.quantity) * standard, int(row.cost)
        # Each invoice is rounded on its own.
        if abs(cost * _SCALE - wanted) * 2 > _SCALE * unit * row.invoices:
            yield (
                f"item ledger entry {row.entry_id}: {row.document_no} comes to {cost}, "
                f"{row.quantity} at the standard cost of {standard} to {wanted // _SCALE}"
            )


def _cards(session: Session) -> dict[int, tuple[int, dt.datetime]]:
    """Of each standard item: its standard cost (scaled) and when one of its cards last changed."""
    rows = session.execute(
        select(Item.id, scaled(Item.standard_cost, "standard")).where(Item.costing_method == CostingMethod.STANDARD)
    )
    changes = _card_changes(session)
    known = {item_id for item_id, _changed in changes}
    found = {item_id: (standard, _BEGINNING) for item_id, standard in rows if item_id in known}
    for item_id, changed in (*changes, *_revaluations(session)):
        if item_id in found:
            standard, since = found[item_id]
            found[item_id] = standard, max(since, changed)
    return found


def _card_changes(session: Session) -> Sequence[Row[Any]]:
    entry = AuditEntry
    of_item = (entry.table_name == "item") & ((entry.field == "standard_cost") | (entry.action == "created"))
    return session.execute(
        select(entry.item_id, func.max(entry.created_at))
        .where(of_item | (entry.table_name == "stockkeeping_unit"))
        .group_by(entry.item_id)
    ).all()


def _revaluations(session: Session) -> Sequence[Row[Any]]:
    """A revaluation may write the new cost to the card."""
    value = ValueEntry
    return session.execute(
        select(value.item_id, func.max(Register.created_at))
        .join(Register, Register.id == value.register_id)
        .where(value.entry_type == ValueEntryType.REVALUATION)
        .group_by(value.item_id)
    ).all()


def _stockkeeping_units(session: Session) -> dict[tuple[int, int, int], int]:
    unit = StockkeepingUnit
    rows = session.execute(
        select(unit.item_id, unit.variant_id, unit.location_id, scaled(unit.standard_cost, "standard"))
        .join(Item, Item.id == unit.item_id)
        .where(Item.costing_method == CostingMethod.STANDARD)
    )
    return {(item_id, variant, location): standard for item_id, variant, location, standard in rows}
