"""What runs of the cost adjustment changed, per item and per entry, and why (posting-and-costing.md section 14).

A run is a register with the source code of cost adjustment; one job may make several.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from core.errors import NotFound
from core.rounding import ZERO
from core.text import _
from models import Item, ItemApplicationEntry, ItemLedgerEntry, Register, ValueEntry
from models.base import ScaledDecimal
from models.enums import EntryType, ValueEntryType
from posting.adjust import SOURCE_CODE

#: Most links named in a reason; the entry's card has them all.
NAMED = 3


@dataclass(frozen=True, slots=True)
class RunSummary:
    """One register of cost adjustment: how much it wrote for how many items; amounts + = stock is worth more."""

    register_id: int
    created_at: dt.datetime
    user_name: str
    items: int
    value_entries: int
    change: Decimal


@dataclass(frozen=True, slots=True)
class ItemChange:
    """What a run changed on one item, in local currency: entries corrected, and where the amount went."""

    item_id: int
    item_no: str
    description: str
    entries: int
    #: change of the value of stock: what came in and what went out together
    stock: Decimal
    #: of that, change of the cost of what went out by sale (less is more cost of goods sold)
    sold: Decimal
    #: of that, roundings
    rounding: Decimal


@dataclass(frozen=True, slots=True)
class EntryChange:
    """One correction: the entry, its cost before and after this value entry, and why."""

    value_entry_id: int
    entry_type: ValueEntryType
    entry_id: int
    movement: EntryType
    quantity: Decimal
    moved_on: dt.date
    posting_date: dt.date
    document_no: str
    before: Decimal
    change: Decimal
    why: str
    sources: tuple[int, ...] = field(default=())

    @property
    def after(self) -> Decimal:
        """The entry's cost once it was corrected."""
        return self.before + self.change


def last_runs(session: Session, most: int = 5) -> list[RunSummary]:
    """The last runs that changed something, newest first (two queries)."""
    registers = session.scalars(
        select(Register).where(Register.source_code == SOURCE_CODE).order_by(Register.id.desc()).limit(most)
    ).all()
    return summaries(session, registers)


def summaries(session: Session, registers: Sequence[Register]) -> list[RunSummary]:
    """The runs with their figures (one query)."""
    cost = ValueEntry.cost_amount_actual + ValueEntry.cost_amount_expected
    rows = session.execute(
        select(
            ValueEntry.register_id,
            func.count(ValueEntry.item_id.distinct()),
            func.count(),
            func.sum(cost, type_=ScaledDecimal()),
        )
        .where(ValueEntry.register_id.in_([register.id for register in registers]))
        .group_by(ValueEntry.register_id)
    )
    found = {row[0]: row for row in rows}
    return [
        RunSummary(
            register.id,
            register.created_at,
            register.user_name,
            found[register.id][1] if register.id in found else 0,
            found[register.id][2] if register.id in found else 0,
            (found[register.id][3] or ZERO) if register.id in found else ZERO,
        )
        for register in registers
    ]


def get_run(session: Session, register_id: int) -> RunSummary:
    """The run. Raises NotFound `run_not_found` for registers of other postings."""
    register = session.get(Register, register_id)
    if register is None or register.source_code != SOURCE_CODE:
        raise NotFound("run_not_found", _("Register %(no)s is no run of the cost adjustment.", no=register_id))
    return summaries(session, [register])[0]


def items_of_run(session: Session, register_id: int, *, after: str = "", size: int = 50) -> list[ItemChange]:
    """What the run changed item by item, in order of item no., those past `after` (one query)."""
    cost = ValueEntry.cost_amount_actual + ValueEntry.cost_amount_expected
    amount = ScaledDecimal()
    sold = case((ValueEntry.item_ledger_entry_type == EntryType.SALE, cost))
    rounding = case((ValueEntry.entry_type == ValueEntryType.ROUNDING, cost))
    rows = session.execute(
        select(
            Item.id, Item.no, Item.description, func.count(ValueEntry.item_ledger_entry_id.distinct()),
            func.sum(cost, type_=amount), func.sum(sold, type_=amount), func.sum(rounding, type_=amount),
        )
        .join(Item, Item.id == ValueEntry.item_id)
        .where(ValueEntry.register_id == register_id, Item.no > after)
        .group_by(Item.id, Item.no, Item.description)
        .order_by(Item.no)
        .limit(size)
    )  # fmt: skip
    return [
        ItemChange(item_id, no, words, entries, stock or ZERO, sales or ZERO, rests or ZERO)
        for item_id, no, words, entries, stock, sales, rests in rows
    ]


def entries_of_run(
    session: Session, register_id: int, item_id: int, *, after: int = 0, size: int = 50
) -> list[EntryChange]:
    """What the run changed on the item's entries, in entry order, value entries past `after` (four queries)."""
    value, entry = ValueEntry, ItemLedgerEntry
    rows = session.execute(
        select(
            value.id, value.entry_type, value.cost_amount_actual + value.cost_amount_expected, value.posting_date,
            value.document_no, value.valued_by_average_cost, entry.id, entry.entry_type, entry.quantity,
            entry.posting_date,
        )
        .join(entry, entry.id == value.item_ledger_entry_id)
        .where(value.register_id == register_id, value.item_id == item_id, value.id > after)
        .order_by(value.id)
        .limit(size)
    ).all()  # fmt: skip
    entry_ids = {row[6] for row in rows}
    before = _costs_before(session, {row[0]: row[6] for row in rows})
    links = _sources(session, entry_ids)
    found = []
    for value_id, kind, change, day, document_no, by_average, entry_id, movement, quantity, moved_on in rows:
        sources = links.get(entry_id, ())
        found.append(
            EntryChange(
                value_id, kind, entry_id, movement, quantity, moved_on, day, document_no, before[value_id], change,
                _why(kind, quantity, movement, sources, by_average=by_average), sources,
            )
        )  # fmt: skip
    return found


def _costs_before(session: Session, values: dict[int, int]) -> dict[int, Decimal]:
    """Cost of the entry of each of these value entries by all value entries before it."""
    before = dict.fromkeys(values, ZERO)
    if not values:
        return before
    of_entry: dict[int, list[int]] = {}
    for value_id, entry_id in sorted(values.items()):
        of_entry.setdefault(entry_id, []).append(value_id)
    rows = session.execute(
        select(
            ValueEntry.item_ledger_entry_id,
            ValueEntry.id,
            ValueEntry.cost_amount_actual,
            ValueEntry.cost_amount_expected,
        )
        .where(ValueEntry.item_ledger_entry_id.in_(sorted(of_entry)), ValueEntry.id < max(values))
        .order_by(ValueEntry.id)
    )
    for entry_id, value_id, actual, expected in rows:
        for corrected in of_entry[entry_id]:
            if value_id < corrected:
                before[corrected] += actual + expected
    return before


def _sources(session: Session, entry_ids: Iterable[int]) -> dict[int, tuple[int, ...]]:
    """The entries that each of these takes its cost from: receipts of an issue, the issue of a return, a transfer's."""
    link = ItemApplicationEntry
    rows = session.execute(
        select(link.item_ledger_entry_id, link.inbound_entry_id, link.outbound_entry_id, link.transferred_from_entry_id)
        .where(link.item_ledger_entry_id.in_(sorted(entry_ids)), link.in_force)
        .order_by(link.id)
    )
    found: dict[int, list[int]] = {}
    for owner, inbound, outbound, transferred_from in rows:
        other = transferred_from or (outbound if inbound == owner else inbound)
        if other and other != owner and other not in found.setdefault(owner, []):
            found[owner].append(other)
    return {owner: tuple(others) for owner, others in found.items()}


def _why(
    kind: ValueEntryType, quantity: Decimal, movement: EntryType, sources: tuple[int, ...], *, by_average: bool
) -> str:
    named = ", ".join(str(number) for number in sources[:NAMED])
    if len(sources) > NAMED:
        named += _(" and %(count)s more", count=len(sources) - NAMED)
    if kind == ValueEntryType.ROUNDING:
        return _("used up: cents its issues left")
    if by_average and quantity < 0:
        return _("takes the average of its period")
    if quantity < 0 and sources:
        return _("takes the cost of entry %(named)s", named=named)
    if movement == EntryType.TRANSFER and sources:
        return _("moved on from entry %(named)s", named=named)
    if sources:
        return _("came back from entry %(named)s", named=named)
    return _("its own cost was distributed anew")
