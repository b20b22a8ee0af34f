"""What a register holds, as plain values: shown before posting (then rolled back) and on the register's page."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.rounding import ZERO
from models import (
    GlAccount,
    GlEntry,
    Item,
    ItemApplicationEntry,
    ItemLedgerEntry,
    ItemTotal,
    ItemVariant,
    Location,
    Register,
    ValueEntry,
)
from models.enums import EntryType, ValueEntryType, VarianceType

#: More rows of one ledger are counted, not shown.
LIMIT = 200


class EntryRow(NamedTuple):
    """An item ledger entry."""

    id: int
    posting_date: dt.date
    entry_type: EntryType
    document_no: str
    item_no: str
    item_description: str
    variant_code: str
    location_code: str
    lot_no: str
    serial_no: str
    quantity: Decimal
    remaining_quantity: Decimal
    open: bool


class ValueRow(NamedTuple):
    """A value entry."""

    id: int
    item_ledger_entry_id: int
    posting_date: dt.date
    valuation_date: dt.date
    entry_type: ValueEntryType
    variance_type: VarianceType
    document_no: str
    item_no: str
    valued_quantity: Decimal
    cost_amount_actual: Decimal
    cost_amount_expected: Decimal
    cost_amount_non_inventoriable: Decimal
    sales_amount_actual: Decimal


class ApplicationRow(NamedTuple):
    """An item application entry."""

    id: int
    item_ledger_entry_id: int
    inbound_entry_id: int
    outbound_entry_id: int
    quantity: Decimal
    posting_date: dt.date


class GlRow(NamedTuple):
    """A general ledger entry; one of debit and credit is zero."""

    id: int
    posting_date: dt.date
    document_no: str
    account_no: str
    account_name: str
    debit: Decimal
    credit: Decimal


class BalanceRow(NamedTuple):
    """An item's stock after the posting."""

    item_no: str
    item_description: str
    quantity: Decimal
    change: Decimal


@dataclass(frozen=True, slots=True)
class Preview:
    """The first rows of each ledger of one register, how many there are, and totals."""

    register_id: int
    line_count: int
    entries: list[EntryRow]
    entry_count: int
    values: list[ValueRow]
    value_count: int
    applications: list[ApplicationRow]
    application_count: int
    gl: list[GlRow]
    gl_count: int
    balances: list[BalanceRow]
    quantity_in: Decimal
    quantity_out: Decimal
    cost: Decimal
    debit: Decimal
    credit: Decimal


def preview_register(session: Session, register_id: int, limit: int = LIMIT) -> Preview:
    """Read back what the register `register_id` wrote, in this transaction. A fixed number of queries."""
    register = session.get_one(Register, register_id)
    inbound, outbound = _quantities(session, register)
    debit, credit = _debit_credit(session, register)
    cost = session.scalar(
        select(func.sum(ValueEntry.cost_amount_actual + ValueEntry.cost_amount_expected)).where(
            ValueEntry.register_id == register.id
        )
    )
    return Preview(
        register_id=register.id,
        line_count=register.line_count,
        entries=_entries(session, register, limit),
        entry_count=register.to_item_ledger_entry_id - register.from_item_ledger_entry_id + 1,
        values=_values(session, register, limit),
        value_count=register.to_value_entry_id - register.from_value_entry_id + 1,
        applications=_applications(session, register, limit),
        application_count=register.to_application_entry_id - register.from_application_entry_id + 1,
        gl=_gl(session, register, limit),
        gl_count=register.to_gl_entry_id - register.from_gl_entry_id + 1,
        balances=_balances(session, register, limit),
        quantity_in=inbound,
        quantity_out=outbound,
        cost=cost or ZERO,
        debit=debit,
        credit=credit,
    )


def _entries(session: Session, register: Register, limit: int) -> list[EntryRow]:
    entry = ItemLedgerEntry
    rows = session.execute(
        select(
            entry.id, entry.posting_date, entry.entry_type, entry.document_no, Item.no, Item.description,
            ItemVariant.code, Location.code, entry.lot_no, entry.serial_no, entry.quantity,
            entry.remaining_quantity, entry.open,
        )
        .join(Item, Item.id == entry.item_id)
        .join(ItemVariant, ItemVariant.id == entry.variant_id)
        .join(Location, Location.id == entry.location_id)
        .where(entry.register_id == register.id)
        .order_by(entry.id)
        .limit(limit)
    )  # fmt: skip
    return [EntryRow(*row) for row in rows]


def _values(session: Session, register: Register, limit: int) -> list[ValueRow]:
    value = ValueEntry
    rows = session.execute(
        select(
            value.id, value.item_ledger_entry_id, value.posting_date, value.valuation_date, value.entry_type,
            value.variance_type, value.document_no, Item.no, value.valued_quantity, value.cost_amount_actual,
            value.cost_amount_expected, value.cost_amount_non_inventoriable, value.sales_amount_actual,
        )
        .join(Item, Item.id == value.item_id)
        .where(value.register_id == register.id)
        .order_by(value.id)
        .limit(limit)
    )  # fmt: skip
    return [ValueRow(*row) for row in rows]


def _applications(session: Session, register: Register, limit: int) -> list[ApplicationRow]:
    link = ItemApplicationEntry
    rows = session.execute(
        select(
            link.id, link.item_ledger_entry_id, link.inbound_entry_id, link.outbound_entry_id, link.quantity,
            link.posting_date,
        )
        .where(link.register_id == register.id)
        .order_by(link.id)
        .limit(limit)
    )  # fmt: skip
    return [ApplicationRow(*row) for row in rows]


def _gl(session: Session, register: Register, limit: int) -> list[GlRow]:
    rows = session.execute(
        select(GlEntry.id, GlEntry.posting_date, GlEntry.document_no, GlAccount.no, GlAccount.name, GlEntry.amount)
        .join(GlAccount, GlAccount.id == GlEntry.account_id)
        .where(GlEntry.register_id == register.id)
        .order_by(GlEntry.id)
        .limit(limit)
    )
    return [
        GlRow(entry_id, day, document_no, no, name, max(amount, ZERO), max(-amount, ZERO))
        for entry_id, day, document_no, no, name, amount in rows
    ]


def _balances(session: Session, register: Register, limit: int) -> list[BalanceRow]:
    change = func.sum(ItemLedgerEntry.quantity)
    rows = session.execute(
        select(Item.no, Item.description, ItemTotal.quantity, change)
        .join(Item, Item.id == ItemLedgerEntry.item_id)
        .join(ItemTotal, ItemTotal.item_id == Item.id)
        .where(ItemLedgerEntry.register_id == register.id)
        .group_by(Item.no, Item.description, ItemTotal.quantity)
        .order_by(Item.no)
        .limit(limit)
    )
    return [BalanceRow(*row) for row in rows]


def _quantities(session: Session, register: Register) -> tuple[Decimal, Decimal]:
    rows = session.execute(
        select(ItemLedgerEntry.positive, func.sum(ItemLedgerEntry.quantity))
        .where(ItemLedgerEntry.register_id == register.id)
        .group_by(ItemLedgerEntry.positive)
    )
    sums = {bool(positive): quantity for positive, quantity in rows}
    return sums.get(True, ZERO), sums.get(False, ZERO)


def _debit_credit(session: Session, register: Register) -> tuple[Decimal, Decimal]:
    row = session.execute(
        select(
            func.sum(GlEntry.amount).filter(GlEntry.amount > 0), func.sum(GlEntry.amount).filter(GlEntry.amount < 0)
        ).where(GlEntry.register_id == register.id)
    ).one()
    return row[0] or ZERO, -(row[1] or ZERO)
