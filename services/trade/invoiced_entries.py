"""What a posted invoice or credit memo billed: entries, and charges on entries (read from the value entries)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Item, ItemLedgerEntry, PostedDocument, ValueEntry
from models.enums import ValueEntryType


@dataclass(frozen=True, slots=True)
class Billed:
    """An entry and what of it was billed; ledger's sign, base units."""

    entry: ItemLedgerEntry
    item: Item
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Charged:
    """An entry and the amount of a charge that was put on it."""

    entry_id: int
    amount: Decimal


def billed_entries(session: Session, document: PostedDocument) -> dict[int, list[Billed]]:
    """Line no. of the posted document -> the entries it billed, oldest first."""
    value = ValueEntry
    quantity = func.sum(value.invoiced_quantity)
    rows = session.execute(
        select(value.document_line_no, value.item_ledger_entry_id, quantity)
        .where(
            value.document_no == document.no,
            value.document_type == document.document_type,
            value.item_charge_no == "",
            value.entry_type == ValueEntryType.DIRECT_COST,
            ~value.adjustment,
            value.invoiced_quantity != 0,
        )
        .group_by(value.document_line_no, value.item_ledger_entry_id)
        .order_by(value.item_ledger_entry_id)
    ).all()
    ids = {row[1] for row in rows}
    found = session.execute(
        select(ItemLedgerEntry, Item)
        .join(Item, Item.id == ItemLedgerEntry.item_id)
        .where(ItemLedgerEntry.id.in_(ids))
        .execution_options(populate_existing=True)
    )
    entries = {row[0].id: (row[0], row[1]) for row in found}
    result: dict[int, list[Billed]] = defaultdict(list)
    for line_no, entry_id, billed in rows:
        entry, item = entries[entry_id]
        result[line_no].append(Billed(entry, item, billed))
    return result


def charged_entries(session: Session, document: PostedDocument) -> dict[int, list[Charged]]:
    """Line no. of the posted document -> what its charge put on which entries."""
    value = ValueEntry
    amount = func.sum(value.purchase_amount_actual + value.sales_amount_actual)
    rows = session.execute(
        select(value.document_line_no, value.item_ledger_entry_id, amount)
        .where(
            value.document_no == document.no,
            value.document_type == document.document_type,
            value.item_charge_no != "",
            value.entry_type == ValueEntryType.DIRECT_COST,
            ~value.adjustment,
        )
        .group_by(value.document_line_no, value.item_ledger_entry_id)
        .order_by(value.item_ledger_entry_id)
    )
    result: dict[int, list[Charged]] = defaultdict(list)
    for line_no, entry_id, charged in rows:
        result[line_no].append(Charged(entry_id, charged))
    return result
