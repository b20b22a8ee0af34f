"""What ever happened to an item, newest first: changes of its card, movements, posted documents (items.md section 23).

Each source is read by its own key, a page at a time, and the pages are merged: no offset grows, nothing is counted.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from models import (
    AuditEntry,
    Item,
    ItemLedgerEntry,
    ItemVariant,
    Location,
    PostedDocument,
    PostedLine,
    PostedTransfer,
    PostedTransferLine,
    Register,
    TradeDocument,
    TradeLine,
    TransferLine,
    TransferOrder,
)
from models.enums import DocumentType, TradeSide
from services import audit

PER_PAGE = 30
#: the kinds that may be asked for, and the sources that make each up
KINDS: Mapping[str, tuple[str, ...]] = {
    "change": ("change",), "movement": ("movement",), "document": ("document", "transfer"),
}  # fmt: skip
_CURSOR = re.compile(r"(?:[cmdt]\d{1,18}){1,4}", re.ASCII)
_LETTERS = {"change": "c", "movement": "m", "document": "d", "transfer": "t"}
_LATEST = 2**62


@dataclass(frozen=True)
class Event:
    """One thing that happened; which of the facts below are filled depends on `source`."""

    source: str
    id: int
    at: dt.datetime
    who: str
    #: of a change
    change: audit.Change | None = None
    #: of a movement or a document
    posting_date: dt.date | None = None
    document_type: DocumentType | None = None
    document_no: str = ""
    side: TradeSide | None = None
    quantity: Decimal = Decimal(0)
    unit: str = ""
    variant: str = ""
    location: str = ""
    #: of a movement: its kind
    entry_type: Any = None


@dataclass(frozen=True)
class Timeline:
    """One page; `older` is the cursor of the next one, "" at the end."""

    events: tuple[Event, ...]
    older: str


def timeline_of(
    session: Session, item: Item, *, kinds: Collection[str], cursor: str = "", costs: bool = True
) -> Timeline:
    """The events of these kinds beyond `cursor` (what the page before gave; nonsense starts at the newest).

    Without `costs` changes of costs are left out.

    At most two statements a source and those that resolve what changes refer to.
    """
    sources = [source for kind in KINDS if kind in kinds for source in KINDS[kind]]
    below = _places(cursor)
    readers = _SOURCES if costs else {**_SOURCES, "change": _changes_but_costs}
    queues = {source: readers[source](session, item.id, below.get(_LETTERS[source], _LATEST)) for source in sources}
    events: list[Event] = []
    last = {source: below.get(_LETTERS[source], _LATEST) for source in sources}
    while len(events) < PER_PAGE:
        heads = [(queue[0].at, source) for source, queue in queues.items() if queue]
        if not heads:
            break
        _at, source = max(heads)
        event = queues[source].pop(0)
        last[source] = event.id
        events.append(event)
    more = any(queues.values())
    older = (
        "".join(f"{_LETTERS[source]}{number}" for source, number in last.items() if number < _LATEST) if more else ""
    )
    return Timeline(tuple(events), older)


def open_documents_of(session: Session, item: Item, sides: Collection[TradeSide]) -> list[Any]:
    """Rows of (document, quantity, outstanding quantity) of documents that are not posted yet; at most 20."""
    return list(
        session.execute(
            select(TradeDocument, TradeLine.quantity, TradeLine.outstanding_qty_base)
            .join(TradeLine, TradeLine.document_id == TradeDocument.id)
            .where(TradeLine.item_id == item.id, TradeDocument.side.in_(list(sides)))
            .order_by(TradeLine.id.desc())
            .limit(20)
        )
    )


def open_transfers_of(session: Session, item: Item) -> list[Any]:
    """Rows of (order no., from, to, quantity) of transfer orders that are not received yet; at most 20."""
    source, target = aliased(Location), aliased(Location)
    return list(
        session.execute(
            select(TransferOrder.no, source.code, target.code, TransferLine.quantity)
            .join(TransferLine, TransferLine.order_id == TransferOrder.id)
            .join(source, source.id == TransferOrder.from_location_id)
            .join(target, target.id == TransferOrder.to_location_id)
            .where(TransferLine.item_id == item.id, TransferLine.quantity_base > TransferLine.qty_received_base)
            .order_by(TransferLine.id.desc())
            .limit(20)
        )
    )


def _places(cursor: str) -> dict[str, int]:
    if not _CURSOR.fullmatch(cursor):
        return {}
    return {letter: int(number) for letter, number in re.findall(r"([cmdt])(\d+)", cursor)}


def _changes_but_costs(session: Session, item_id: int, below: int) -> list[Event]:
    return _changes(session, item_id, below, hidden=audit.COST_FIELDS)


def _changes(session: Session, item_id: int, below: int, *, hidden: Sequence[str] = ()) -> list[Event]:
    entries = list(
        session.scalars(
            select(AuditEntry)
            .where(AuditEntry.item_id == item_id, AuditEntry.id < below, AuditEntry.field.not_in(hidden))
            .order_by(AuditEntry.id.desc())
            .limit(PER_PAGE + 1)
        )
    )
    return [
        Event("change", change.id, change.at, change.who, change=change) for change in audit.readable(session, entries)
    ]


def _movements(session: Session, item_id: int, below: int) -> list[Event]:
    entry = ItemLedgerEntry
    rows = session.execute(
        select(
            entry.id, Register.created_at, Register.user_name, entry.posting_date, entry.document_type,
            entry.document_no, entry.quantity, entry.entry_type, ItemVariant.code, Location.code,
        )
        .join(Register, Register.id == entry.register_id)
        .join(ItemVariant, ItemVariant.id == entry.variant_id)
        .join(Location, Location.id == entry.location_id)
        .where(entry.item_id == item_id, entry.id < below)
        .order_by(entry.id.desc())
        .limit(PER_PAGE + 1)
    )  # fmt: skip
    return [
        Event(
            "movement", number, at, who, posting_date=day, document_type=kind, document_no=no, quantity=quantity,
            entry_type=entry_type, variant=variant, location=location,
        )
        for number, at, who, day, kind, no, quantity, entry_type, variant, location in rows
    ]  # fmt: skip


def _documents(session: Session, item_id: int, below: int) -> list[Event]:
    rows = session.execute(
        select(
            PostedLine.id, Register.created_at, Register.user_name, PostedDocument.posting_date,
            PostedDocument.document_type, PostedDocument.no, PostedDocument.side, PostedLine.quantity,
            ItemVariant.code, Location.code,
        )
        .join(PostedDocument, PostedDocument.id == PostedLine.document_id)
        .join(Register, Register.id == PostedDocument.register_id)
        .join(ItemVariant, ItemVariant.id == PostedLine.variant_id)
        .join(Location, Location.id == PostedLine.location_id)
        .where(PostedLine.item_id == item_id, PostedLine.id < below)
        .order_by(PostedLine.id.desc())
        .limit(PER_PAGE + 1)
    )  # fmt: skip
    return [
        Event(
            "document", number, at, who, posting_date=day, document_type=kind, document_no=no, side=side,
            quantity=quantity, variant=variant, location=location,
        )
        for number, at, who, day, kind, no, side, quantity, variant, location in rows
    ]  # fmt: skip


def _transfers(session: Session, item_id: int, below: int) -> list[Event]:
    line = PostedTransferLine
    rows = session.execute(
        select(
            line.id, Register.created_at, Register.user_name, PostedTransfer.posting_date,
            PostedTransfer.document_type, PostedTransfer.no, line.quantity, line.unit_of_measure_code,
            ItemVariant.code,
        )
        .join(PostedTransfer, PostedTransfer.id == line.document_id)
        .join(Register, Register.id == PostedTransfer.register_id)
        .join(ItemVariant, ItemVariant.id == line.variant_id)
        .where(line.item_id == item_id, line.id < below)
        .order_by(line.id.desc())
        .limit(PER_PAGE + 1)
    )  # fmt: skip
    return [
        Event(
            "transfer", number, at, who, posting_date=day, document_type=kind, document_no=no, quantity=quantity,
            unit=unit, variant=variant,
        )
        for number, at, who, day, kind, no, quantity, unit, variant in rows
    ]  # fmt: skip


_SOURCES: Mapping[str, Callable[[Session, int, int], list[Event]]] = {
    "change": _changes, "movement": _movements, "document": _documents, "transfer": _transfers,
}  # fmt: skip


def kinds_allowed(*, ledger: bool, documents: bool) -> Sequence[str]:
    """The kinds somebody may see; changes of a card go with the card."""
    return [
        kind
        for kind in KINDS
        if kind == "change" or (kind == "movement" and ledger) or (kind == "document" and documents)
    ]
