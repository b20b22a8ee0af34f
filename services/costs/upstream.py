"""Where the cost of an entry comes from, read level by level: entries, links and value entries before it.

Bounded: so many levels, so many entries; what lies beyond is left out and said to be.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.rounding import to_scaled
from costing.entries import Link, Node, Partial
from models import ItemApplicationEntry, ItemLedgerEntry, ValueEntry
from models.enums import DocumentType, EntryType, ValueEntryType, VarianceType

#: Levels of transfers and returns that are followed back, and most entries read on the way.
MOST_LEVELS = 6
MOST_ENTRIES = 300
#: Most links of one entry that are followed.
MOST_LINKS = 100


@dataclass(frozen=True, slots=True)
class Value:
    """A value entry with what its sentence needs."""

    id: int
    entry_id: int
    entry_type: ValueEntryType
    variance_type: VarianceType
    item_charge_no: str
    document_type: DocumentType
    document_no: str
    posting_date: dt.date
    valuation_date: dt.date
    valued_quantity: Decimal
    amount: Decimal
    expected: Decimal
    non_inventoriable: Decimal
    cost_per_unit: Decimal
    adjustment: bool
    by_average: bool
    partial: bool
    register_id: int
    source_code: str
    #: the value entry that it corrects or takes back
    applies_to: int | None

    @property
    def cost(self) -> Decimal:
        """Actual and expected together."""
        return self.amount + self.expected


@dataclass(frozen=True, slots=True)
class Entry:
    """An item ledger entry on the way."""

    id: int
    item_id: int
    entry_type: EntryType
    posting_date: dt.date
    document_no: str
    quantity: Decimal
    remaining: Decimal
    variant_id: int
    location_id: int
    correction: bool
    completely_invoiced: bool


@dataclass(slots=True)
class Upstream:
    """What was read: entries and their value entries by entry no., cost links by the entry that takes."""

    entries: dict[int, Entry] = field(default_factory=dict)
    values: dict[int, list[Value]] = field(default_factory=dict)
    nodes: dict[int, Node] = field(default_factory=dict)
    #: there is more than was read
    cut: bool = False


def read_upstream(session: Session, entry_id: int) -> Upstream:
    """The entry and all that its cost comes from; a fixed number of queries for each level."""
    result = Upstream()
    rows: list[Any] = []
    known, frontier = {entry_id}, {entry_id}
    for _level in range(MOST_LEVELS):
        found = _incoming(session, frontier)
        if len(found) > MOST_LINKS * len(frontier):
            result.cut = True
        rows += found
        givers = {giver for row in found for giver in (_giver(row),) if giver} - known
        if len(known) + len(givers) > MOST_ENTRIES:
            givers, result.cut = set(sorted(givers)[: MOST_ENTRIES - len(known)]), True
        movers = {row.outbound for row in found if row.transferred_from and row.outbound} - known
        known |= givers | movers
        frontier = givers
        if not frontier:
            break
    else:
        result.cut = True
    _read_entries(session, result, known)
    _read_values(session, result, known)
    _connect(result, rows)
    return result


def _incoming(session: Session, entry_ids: Iterable[int]) -> Sequence[Any]:
    """Rows along which cost comes to these entries: what issues consumed, what returns and in-legs take over."""
    link, wanted = ItemApplicationEntry, sorted(entry_ids)
    columns = (
        link.inbound_entry_id.label("inbound"), link.outbound_entry_id.label("outbound"),
        link.transferred_from_entry_id.label("transferred_from"), link.quantity.label("quantity"),
    )  # fmt: skip
    base = select(*columns).where(link.in_force, link.cost_application)
    most = MOST_LINKS * len(wanted)
    # In the order of the index that finds them: in the order of the links the whole table might be read.
    consumed = session.execute(
        base.where(link.outbound_entry_id.in_(wanted), link.quantity < 0)
        .order_by(link.outbound_entry_id, link.inbound_entry_id)
        .limit(most)
    ).all()
    received = session.execute(
        base.where(
            link.inbound_entry_id.in_(wanted),
            link.quantity > 0,
            (link.outbound_entry_id != 0) | link.transferred_from_entry_id.is_not(None),
        )
        .order_by(link.inbound_entry_id, link.outbound_entry_id)
        .limit(most)
    ).all()
    return [*consumed, *received]


def _giver(row: Any) -> int:
    if row.quantity < 0:
        return int(row.inbound)
    return int(row.transferred_from or row.outbound)


def _read_entries(session: Session, result: Upstream, entry_ids: set[int]) -> None:
    entry = ItemLedgerEntry
    rows = session.execute(
        select(
            entry.id, entry.item_id, entry.entry_type, entry.posting_date, entry.document_no, entry.quantity,
            entry.remaining_quantity, entry.variant_id, entry.location_id, entry.correction, entry.completely_invoiced,
        ).where(entry.id.in_(sorted(entry_ids)))
    )  # fmt: skip
    for row in rows:
        found = Entry(*row)
        result.entries[found.id] = found
        result.nodes[found.id] = Node(
            found.id, found.item_id, found.variant_id, found.location_id, found.entry_type, to_scaled(found.quantity),
            to_scaled(found.remaining), found.posting_date, found.correction, found.completely_invoiced,
        )  # fmt: skip


def _read_values(session: Session, result: Upstream, entry_ids: set[int]) -> None:
    value = ValueEntry
    rows = session.execute(
        select(
            value.id, value.item_ledger_entry_id, value.entry_type, value.variance_type, value.item_charge_no,
            value.document_type, value.document_no, value.posting_date, value.valuation_date, value.valued_quantity,
            value.cost_amount_actual, value.cost_amount_expected, value.cost_amount_non_inventoriable,
            value.cost_per_unit, value.adjustment, value.valued_by_average_cost, value.partial_revaluation,
            value.register_id, value.source_code, value.applies_to_value_entry_id,
        )
        .where(value.item_ledger_entry_id.in_(sorted(entry_ids)), value.inventoriable)
        .order_by(value.id)
    )  # fmt: skip
    for row in rows:
        found = Value(*row)
        result.values.setdefault(found.entry_id, []).append(found)
        if found.entry_id in result.nodes:
            _add(result.nodes[found.entry_id], found)


def _add(node: Node, value: Value) -> None:
    """The node's cost by element, as cost adjustment keeps it."""
    amount = to_scaled(value.cost)
    node.first_value_id = node.first_value_id or value.id
    if value.entry_type == ValueEntryType.ROUNDING:
        node.rounding += amount
    elif value.entry_type == ValueEntryType.REVALUATION:
        if value.partial:
            quantity = to_scaled(value.valued_quantity)
            node.partials.append(Partial(value.id, amount, quantity, value.valuation_date, value.applies_to or 0))
        else:
            node.direct += amount
            node.own += amount
    else:
        node.valuation_date = value.valuation_date
        if value.entry_type == ValueEntryType.INDIRECT_COST:
            node.indirect += amount
        elif value.entry_type == ValueEntryType.VARIANCE:
            node.variance += amount
        else:
            node.direct += amount
            if value.item_charge_no:
                node.own += amount
            else:
                node.by_average = node.by_average or value.by_average


def _connect(result: Upstream, rows: Iterable[Any]) -> None:
    nodes = result.nodes
    for row in rows:
        giver = nodes.get(_giver(row))
        taker = nodes.get(row.outbound if row.quantity < 0 else row.inbound)
        if giver is None or taker is None:
            result.cut = True
            continue
        consumption = row.quantity < 0
        mover = taker
        if not consumption and row.transferred_from:
            mover = nodes.get(row.outbound) or taker
        taker.incoming.append(Link(giver, taker, abs(to_scaled(row.quantity)), consumption, mover))
