"""Reading the ledgers for pages: figures of the rows shown, an entry with all that hangs on it, entries of a document.

Every query is bounded by the page or by a limit, so that a ledger of millions costs what a small one does.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, func, literal, select
from sqlalchemy.orm import Session, aliased, joinedload

from core.errors import NotFound
from core.rounding import ZERO
from core.text import _
from models import (
    GlAccount,
    GlEntry,
    GlItemLedgerRelation,
    Item,
    ItemApplicationEntry,
    ItemLedgerEntry,
    PartyLedgerEntry,
    PhysicalInventoryLedgerEntry,
    Register,
    ValueEntry,
    VatEntry,
    WarehouseEntry,
)
from models.enums import TradeSide

#: Most rows a card lists; the list behind it shows all.
SHOWN = 100
#: Counting stops here.
COUNT_CAP = 10_000
#: A register with more entries than this is not summed while somebody waits.
SUMMED = 20_000


@dataclass(frozen=True)
class Money:
    """Sums of an item ledger entry's value entries, in local currency, + = into stock."""

    cost_actual: Decimal = ZERO
    cost_expected: Decimal = ZERO
    cost_non_inventoriable: Decimal = ZERO
    sales: Decimal = ZERO
    purchases: Decimal = ZERO

    @property
    def cost(self) -> Decimal:
        """Actual and expected cost together."""
        return self.cost_actual + self.cost_expected


NO_MONEY = Money()


def money_of(session: Session, entry_ids: Iterable[int]) -> dict[int, Money]:
    """Cost and amounts of these item ledger entries: one grouped query over their own value entries."""
    wanted = sorted(set(entry_ids))
    if not wanted:
        return {}
    entry_id = ValueEntry.item_ledger_entry_id
    rows = session.execute(select(entry_id, *_sums()).where(entry_id.in_(wanted)).group_by(entry_id))
    return {row[0]: Money(*(value or ZERO for value in row[1:])) for row in rows}


def _sums() -> tuple[ColumnElement[Decimal], ...]:
    return (
        func.sum(ValueEntry.cost_amount_actual),
        func.sum(ValueEntry.cost_amount_expected),
        func.sum(ValueEntry.cost_amount_non_inventoriable),
        func.sum(ValueEntry.sales_amount_actual + ValueEntry.sales_amount_expected),
        func.sum(ValueEntry.purchase_amount_actual + ValueEntry.purchase_amount_expected),
    )


@dataclass(frozen=True)
class Link:
    """An application seen from one of its ends: the row, and the entry at the other end (None for the own row)."""

    application: ItemApplicationEntry
    other_id: int
    other: Row[Any] | None


@dataclass(frozen=True)
class EntryCard:
    """An item ledger entry with its money and what hangs on it; lists hold at most SHOWN rows."""

    entry: ItemLedgerEntry
    money: Money
    values: Sequence[ValueEntry]
    #: what gave this entry its quantity or cost
    sources: list[Link]
    #: what took from it
    uses: list[Link]
    gl: Sequence[Row[Any]]
    more: bool


def get_entry(session: Session, entry_id: int) -> EntryCard:
    """The entry no. `entry_id`. Raises NotFound `entry_not_found`. Seven queries, whatever hangs on it."""
    entry = session.scalar(
        select(ItemLedgerEntry)
        .where(ItemLedgerEntry.id == entry_id)
        .options(
            joinedload(ItemLedgerEntry.item).joinedload(Item.base_unit_of_measure),
            joinedload(ItemLedgerEntry.variant),
            joinedload(ItemLedgerEntry.location),
            joinedload(ItemLedgerEntry.bin),
            joinedload(ItemLedgerEntry.register),
        )
    )
    if entry is None:
        raise NotFound("entry_not_found", _("There is no item ledger entry no. %(no)s.", no=entry_id))
    values = session.scalars(
        select(ValueEntry).where(ValueEntry.item_ledger_entry_id == entry_id).order_by(ValueEntry.id).limit(SHOWN + 1)
    ).all()
    links = _links(session, entry)
    gl = gl_of_entry(session, entry_id)
    sources = [link for link in links if _is_source(link.application, entry_id)]
    uses = [link for link in links if not _is_source(link.application, entry_id)]
    return EntryCard(
        entry,
        money_of(session, [entry_id]).get(entry_id, NO_MONEY),
        values[:SHOWN],
        sources[:SHOWN],
        uses[:SHOWN],
        gl[:SHOWN],
        more=max(len(values), len(sources), len(uses), len(gl)) > SHOWN,
    )


def _is_source(row: ItemApplicationEntry, entry_id: int) -> bool:
    """True for rows made for the entry itself: its own row, what it consumed, where its cost comes from."""
    return row.item_ledger_entry_id == entry_id


def _links(session: Session, entry: ItemLedgerEntry) -> list[Link]:
    rows: dict[int, ItemApplicationEntry] = {}
    # One indexed look-up an end: an OR over three columns would not use the indexes on both engines.
    for column in (
        ItemApplicationEntry.item_ledger_entry_id,
        ItemApplicationEntry.inbound_entry_id,
        ItemApplicationEntry.outbound_entry_id,
    ):
        found = select(ItemApplicationEntry).where(column == entry.id).order_by(ItemApplicationEntry.id)
        rows |= {row.id: row for row in session.scalars(found.limit(SHOWN + 1))}
    others = {row_id: _other_end(row, entry.id) for row_id, row in rows.items()}
    wanted = sorted({other for other in others.values() if other})
    entries = {
        row.id: row
        for row in session.execute(
            select(
                ItemLedgerEntry.id,
                ItemLedgerEntry.entry_type,
                ItemLedgerEntry.posting_date,
                ItemLedgerEntry.document_no,
                ItemLedgerEntry.quantity,
                ItemLedgerEntry.remaining_quantity,
            ).where(ItemLedgerEntry.id.in_(wanted))
        )
    }
    return [Link(rows[row_id], others[row_id], entries.get(others[row_id])) for row_id in sorted(rows)]


def _other_end(row: ItemApplicationEntry, entry_id: int) -> int:
    return row.outbound_entry_id if row.inbound_entry_id == entry_id else row.inbound_entry_id


def gl_of_entry(session: Session, entry_id: int) -> Sequence[Row[Any]]:
    """The general ledger entries that an item ledger entry's value entries made, through the relation."""
    return session.execute(
        select(
            GlEntry.id,
            GlEntry.posting_date,
            GlEntry.document_no,
            GlEntry.amount,
            GlAccount.no.label("account_no"),
            GlAccount.name.label("account_name"),
            GlItemLedgerRelation.value_entry_id,
        )
        .select_from(ValueEntry)
        .join(GlItemLedgerRelation, GlItemLedgerRelation.value_entry_id == ValueEntry.id)
        .join(GlEntry, GlEntry.id == GlItemLedgerRelation.gl_entry_id)
        .join(GlAccount, GlAccount.id == GlEntry.account_id)
        .where(ValueEntry.item_ledger_entry_id == entry_id)
        .order_by(GlEntry.id)
        .limit(SHOWN + 1)
    ).all()


@dataclass(frozen=True)
class LedgerCount:
    """How many entries of one ledger; `ledger` is the word of the list page's address."""

    ledger: str
    count: int
    first: int = 0
    last: int = 0


#: ledger word -> the columns of the register that hold its range
RANGES = {
    "items": ("from_item_ledger_entry_id", "to_item_ledger_entry_id"),
    "values": ("from_value_entry_id", "to_value_entry_id"),
    "applications": ("from_application_entry_id", "to_application_entry_id"),
    "gl": ("from_gl_entry_id", "to_gl_entry_id"),
    "warehouse": ("from_warehouse_entry_id", "to_warehouse_entry_id"),
    "counts": ("from_physical_inventory_entry_id", "to_physical_inventory_entry_id"),
}


@dataclass(frozen=True)
class AccountTotal:
    """Debit and credit of one account in a register."""

    account_no: str
    account_name: str
    debit: Decimal
    credit: Decimal


@dataclass(frozen=True)
class RegisterCard:
    """A register as a document: which ledgers it wrote, its movements, what they come to."""

    register: Register
    counts: list[LedgerCount]
    #: None where there is too much to sum at once
    money: Money | None
    accounts: list[AccountTotal]


def get_register(session: Session, register_id: int) -> RegisterCard:
    """The register no. `register_id`. Raises NotFound `register_not_found`."""
    register = session.get(Register, register_id)
    if register is None:
        raise NotFound("register_not_found", _("There is no register no. %(no)s.", no=register_id))
    counts = counts_of(register)
    size = max((count.count for count in counts), default=0)
    if size > SUMMED:
        return RegisterCard(register, counts, None, [])
    sums = session.execute(select(*_sums()).where(ValueEntry.register_id == register_id)).one()
    money = Money(*(value or ZERO for value in sums))
    return RegisterCard(register, counts, money, _account_totals(session, register_id))


def counts_of(register: Any) -> list[LedgerCount]:
    """Entries that a register (or a row with its ranges) wrote, ledger by ledger, empty ones left out."""
    found = []
    for ledger, (first, last) in RANGES.items():
        low, high = getattr(register, first), getattr(register, last)
        if high >= low:
            found.append(LedgerCount(ledger, high - low + 1, low, high))
    return found


def _account_totals(session: Session, register_id: int) -> list[AccountTotal]:
    debit = func.sum(case((GlEntry.amount > 0, GlEntry.amount), else_=literal(ZERO, GlEntry.amount.type)))
    credit = func.sum(case((GlEntry.amount < 0, -GlEntry.amount), else_=literal(ZERO, GlEntry.amount.type)))
    rows = session.execute(
        select(GlAccount.no, GlAccount.name, debit, credit)
        .join(GlAccount, GlAccount.id == GlEntry.account_id)
        .where(GlEntry.register_id == register_id)
        .group_by(GlAccount.no, GlAccount.name)
        .order_by(GlAccount.no)
    )
    return [AccountTotal(no, name, debits or ZERO, credits_ or ZERO) for no, name, debits, credits_ in rows]


def movements_of(session: Session, register_id: int, *, after: int = 0, size: int = 50) -> Sequence[ItemLedgerEntry]:
    """Item ledger entries of a register in entry order, those past entry no. `after`, with item, place and variant."""
    return session.scalars(
        select(ItemLedgerEntry)
        .where(ItemLedgerEntry.register_id == register_id, ItemLedgerEntry.id > after)
        .order_by(ItemLedgerEntry.id)
        .limit(size)
        .options(
            joinedload(ItemLedgerEntry.item).load_only(Item.id, Item.no, Item.description),
            joinedload(ItemLedgerEntry.variant),
            joinedload(ItemLedgerEntry.location),
        )
    ).all()


def find_document(session: Session, document_no: str, posting_date: dt.date | None = None) -> list[LedgerCount]:
    """In which ledgers a document no. (on a day) stands, and how often; counting stops at COUNT_CAP."""
    found = []
    for ledger, model in (("items", ItemLedgerEntry), ("values", ValueEntry), ("gl", GlEntry)):
        conditions = [model.document_no == document_no]
        if posting_date is not None:
            conditions.append(model.posting_date == posting_date)
        found.append(LedgerCount(ledger, _capped(session, model, *conditions)))
    # Bin movements and applications are found through the item ledger entries, which are indexed by document.
    owner = aliased(ItemLedgerEntry)
    of_document = [owner.document_no == document_no]
    if posting_date is not None:
        of_document.append(owner.posting_date == posting_date)
    owned = ItemApplicationEntry.item_ledger_entry_id.in_(select(owner.id).where(*of_document))
    found.append(LedgerCount("applications", _capped(session, ItemApplicationEntry, owned)))
    registers = select(owner.register_id).where(*of_document).distinct()
    for ledger, other in (("warehouse", WarehouseEntry), ("counts", PhysicalInventoryLedgerEntry)):
        condition = and_(other.register_id.in_(registers), other.document_no == document_no)
        found.append(LedgerCount(ledger, _capped(session, other, condition)))
    for side in TradeSide:
        condition = and_(PartyLedgerEntry.document_no == document_no, PartyLedgerEntry.side == side)
        if posting_date is not None:
            condition = and_(condition, PartyLedgerEntry.posting_date == posting_date)
        found.append(LedgerCount(f"party_{side}", _capped(session, PartyLedgerEntry, condition)))
    condition = VatEntry.document_no == document_no
    if posting_date is not None:
        condition = and_(condition, VatEntry.posting_date == posting_date)
    found.append(LedgerCount("vat", _capped(session, VatEntry, condition)))
    return [count for count in found if count.count]


def _capped(session: Session, model: Any, *conditions: ColumnElement[bool]) -> int:
    some = select(literal(1)).select_from(model).where(*conditions).limit(COUNT_CAP + 1).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0
