"""The application worksheet for pages: what an entry is applied to, what it could be applied to, changes and previews.

posting-and-costing.md section 3.4. Each change is a register; posting/worksheet.py decides whether it may be.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session, joinedload

from core.errors import NotFound, PostingError
from core.rounding import ZERO
from core.text import _
from models import (
    InventoryPeriod,
    Item,
    ItemApplicationEntry,
    ItemLedgerEntry,
    ValueEntry,
)
from models.base import ScaledDecimal
from models.enums import EntryType
from posting import worksheet
from posting.adjust import SOURCE_CODE as ADJUSTMENT
from posting.adjust import adjust_items
from posting.lines import PostingContext
from services.costs.worksheets import OpenSheet, close_unused, open_sheet, open_sheets
from services.poster import Poster

#: Most links and candidates of an entry that are shown.
SHOWN = 50


class Change(enum.StrEnum):
    """What may be done with an application."""

    REMOVE = "remove"
    APPLY = "apply"
    #: apply what is open by the rules of section 3.1
    AUTOMATIC = "automatic"


@dataclass(frozen=True, slots=True)
class Other:
    """An entry at the other end: applied to, or one it could be applied to."""

    entry_id: int
    entry_type: EntryType
    posting_date: dt.date
    document_no: str
    quantity: Decimal
    remaining: Decimal
    #: of the application; of a candidate what could be applied
    applied: Decimal
    fixed: bool = False
    is_return: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """The worksheet of one entry."""

    entry: ItemLedgerEntry
    applied: Sequence[Other]
    candidates: Sequence[Other]
    closed_to: dt.date | None
    more: bool
    #: who has the item's worksheet open, since when
    worksheet: OpenSheet | None = None


def read_sheet(session: Session, entry_id: int) -> Sheet:
    """The entry, its applications in force and what is open on the other side. Raises NotFound `entry_not_found`."""
    entry = session.scalar(
        select(ItemLedgerEntry)
        .where(ItemLedgerEntry.id == entry_id)
        .options(
            joinedload(ItemLedgerEntry.item).joinedload(Item.base_unit_of_measure),
            joinedload(ItemLedgerEntry.location),
            joinedload(ItemLedgerEntry.variant),
        )
    )
    if entry is None:
        raise NotFound("entry_not_found", _("There is no item ledger entry no. %(no)s.", no=entry_id))
    applied = _applied(session, entry)
    candidates = _candidates(session, entry) if entry.open else []
    closed = session.scalar(select(func.max(InventoryPeriod.ending_date)).where(InventoryPeriod.closed))
    more = max(len(applied), len(candidates)) > SHOWN
    found = open_sheets(session, item_id=entry.item_id)
    return Sheet(entry, applied[:SHOWN], candidates[:SHOWN], closed, more, found[0] if found else None)


def _applied(session: Session, entry: ItemLedgerEntry) -> list[Other]:
    link, other = ItemApplicationEntry, ItemLedgerEntry
    mine = link.inbound_entry_id if entry.positive else link.outbound_entry_id
    theirs = link.outbound_entry_id if entry.positive else link.inbound_entry_id
    quantity = func.sum(link.quantity, type_=ScaledDecimal())
    rows = session.execute(
        select(
            other.id, other.entry_type, other.posting_date, other.document_no, other.quantity, other.remaining_quantity,
            quantity, func.max(case((link.fixed, 1), else_=0)),
        )
        .join(other, other.id == theirs)
        .where(mine == entry.id, link.in_force, link.outbound_entry_id != 0)
        .group_by(
            other.id, other.entry_type, other.posting_date, other.document_no, other.quantity, other.remaining_quantity
        )
        .order_by(other.posting_date, other.id)
        .limit(SHOWN + 1)
    )  # fmt: skip
    return [
        Other(no, kind, day, document, whole, remaining, abs(applied), bool(fixed), applied > 0)
        for no, kind, day, document, whole, remaining, applied, fixed in rows
    ]


def _candidates(session: Session, entry: ItemLedgerEntry) -> list[Other]:
    other = ItemLedgerEntry
    rows = session.execute(
        select(
            other.id, other.entry_type, other.posting_date, other.document_no, other.quantity, other.remaining_quantity
        )
        .where(
            other.item_id == entry.item_id, other.variant_id == entry.variant_id,
            other.location_id == entry.location_id, other.open, other.positive.is_(not entry.positive),
        )
        .order_by(other.posting_date, other.id)
        .limit(SHOWN + 1)
    )  # fmt: skip
    return [
        Other(no, kind, day, document, whole, left, min(abs(left), abs(entry.remaining_quantity)))
        for no, kind, day, document, whole, left in rows
    ]


def change(
    session: Session,
    what: Change,
    entry_id: int,
    poster: Poster,
    *,
    other_id: int | None = None,
    quantity: Decimal | None = None,
) -> int | None:
    """Carry out a change in this person's worksheet; the register's id, None when there was nothing to apply.

    The first change of an item opens its worksheet: until that is finished or undone (services/costs/worksheets.py) the
    item is locked for postings and its cost is not adjusted. Raises as posting.worksheet, PostingError `entry_unknown`
    without an other end, ConflictError `application_worksheet_open` when somebody else is at it.
    """
    item_id, positive = _known(session, entry_id)
    open_sheet(session, item_id, poster)
    context = _context(poster, worksheet.SOURCE_CODE)
    if what == Change.AUTOMATIC:
        register_id = worksheet.reapply(session, [entry_id], context)
    else:
        if other_id is None:
            raise PostingError("entry_unknown", _("Name the other entry."), field="other")
        inbound, outbound = (entry_id, other_id) if positive else (other_id, entry_id)
        work = worksheet.unapply if what == Change.REMOVE else worksheet.apply
        register_id = work(session, worksheet.Pair(inbound, outbound, quantity), context)
    close_unused(session, item_id)
    return register_id


def _known(session: Session, entry_id: int) -> tuple[int, bool]:
    row = session.execute(
        select(ItemLedgerEntry.item_id, ItemLedgerEntry.positive).where(ItemLedgerEntry.id == entry_id)
    ).first()
    if row is None:
        raise NotFound("entry_not_found", _("There is no item ledger entry no. %(no)s.", no=entry_id))
    return row.item_id, row.positive


def _context(poster: Poster, source: str) -> PostingContext:
    return poster.context(source)


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change would do to an entry, once costs are adjusted."""

    entry_id: int
    entry_type: EntryType
    posting_date: dt.date
    remaining_before: Decimal
    remaining_after: Decimal
    cost_before: Decimal
    cost_after: Decimal


def preview(
    session: Session,
    what: Change,
    entry_id: int,
    poster: Poster,
    *,
    other_id: int | None = None,
    quantity: Decimal | None = None,
) -> list[Effect]:
    """The entries that a change would touch, and what follows for costs. Call inside `rehearse`. Raises as `change`."""
    item_id, _positive = _known(session, entry_id)
    first_value = session.scalar(select(func.max(ValueEntry.id))) or 0
    before = _states(session, _neighbours(session, [entry_id, *([other_id] if other_id else [])]))
    register_id = change(session, what, entry_id, poster, other_id=other_id, quantity=quantity)
    if register_id is not None:
        adjust_items(session, [item_id], _context(poster, ADJUSTMENT))
    corrected = set(
        session.scalars(
            select(ValueEntry.item_ledger_entry_id).where(ValueEntry.id > first_value, ValueEntry.item_id == item_id)
        )
    )
    after = _states(session, [*before, *corrected])
    written = _written(session, first_value, after)
    effects = []
    for no, (kind, day, remaining, cost) in sorted(after.items()):
        remaining_before = before[no][2] if no in before else remaining
        if remaining == remaining_before and no not in corrected:
            continue
        effects.append(Effect(no, kind, day, remaining_before, remaining, cost - written.get(no, ZERO), cost))
    return effects


def _neighbours(session: Session, entry_ids: Iterable[int]) -> list[int]:
    """The entries themselves and what they are applied to: some of these may be displaced."""
    link, wanted = ItemApplicationEntry, sorted(set(entry_ids))
    rows = session.execute(
        select(link.inbound_entry_id, link.outbound_entry_id)
        .where(link.in_force, or_(link.inbound_entry_id.in_(wanted), link.outbound_entry_id.in_(wanted)))
        .limit(1000)
    )
    return sorted({*wanted, *(end for row in rows for end in row)} - {0})


def _states(session: Session, entry_ids: Iterable[int]) -> dict[int, tuple[EntryType, dt.date, Decimal, Decimal]]:
    wanted = sorted(set(entry_ids))
    entry = ItemLedgerEntry
    costs = _costs(session, wanted, 0)
    rows = session.execute(
        select(entry.id, entry.entry_type, entry.posting_date, entry.remaining_quantity).where(entry.id.in_(wanted))
    )
    return {no: (kind, day, remaining, costs.get(no, ZERO)) for no, kind, day, remaining in rows}


def _written(session: Session, first_value: int, entry_ids: Iterable[int]) -> dict[int, Decimal]:
    """What value entries past `first_value` added to these entries."""
    return _costs(session, sorted(entry_ids), first_value)


def _costs(session: Session, wanted: Sequence[int], after: int) -> dict[int, Decimal]:
    cost = func.sum(ValueEntry.cost_amount_actual + ValueEntry.cost_amount_expected, type_=ScaledDecimal())
    rows = session.execute(
        select(ValueEntry.item_ledger_entry_id, cost)
        .where(ValueEntry.item_ledger_entry_id.in_(wanted), ValueEntry.id > after)
        .group_by(ValueEntry.item_ledger_entry_id)
    )
    return dict(rows.tuples().all())
