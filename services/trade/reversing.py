"""Posted lines that a return may take back, with the link to the entry filled in (documents.md section 11)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select, true
from sqlalchemy.orm import Session, contains_eager

from core.errors import ValidationError
from core.rounding import ZERO, round_quantity
from core.sql import ids_of
from core.text import _, plain_quantity
from models import (
    ItemApplicationEntry,
    ItemLedgerEntry,
    PostedDocument,
    PostedLine,
    PostedLineEntry,
    TradeDocument,
    TradeLine,
    TradeLineNumber,
)
from models.enums import DocumentType, EntryType, TradeLineType, TradeSide
from services.trade import line_values, quantities
from services.trade.documents import check_open, lock_document, note_change
from services.trade.exchanging import converted, of_posted
from services.trade.facts import TradeFacts, load_facts
from services.trade.kinds import kind_of
from services.trade.lines import STEP
from services.trade.parties import check_center

_SOURCES = {
    TradeSide.SALES: (DocumentType.SALES_SHIPMENT, DocumentType.SALES_INVOICE),
    TradeSide.PURCHASE: (DocumentType.PURCHASE_RECEIPT, DocumentType.PURCHASE_INVOICE),
}
#: What took something back itself; it is taken back by a quantity below zero.
_RETURNS = {
    TradeSide.SALES: (DocumentType.SALES_RETURN_RECEIPT, DocumentType.SALES_CREDIT_MEMO),
    TradeSide.PURCHASE: (DocumentType.PURCHASE_RETURN_SHIPMENT, DocumentType.PURCHASE_CREDIT_MEMO),
}


@dataclass(frozen=True, slots=True)
class Reversible:
    """A posted line and what of it has not come back, in its own unit; its entries with theirs in base units."""

    line: PostedLine
    quantity: Decimal
    entries: tuple[tuple[ItemLedgerEntry, Decimal], ...]

    @property
    def returned(self) -> bool:
        """True for the line of a return: its goods go where they were before it."""
        return self.line.document.document_type in _RETURNS[self.line.document.side]


def lines_to_reverse(
    session: Session, document: TradeDocument, *, returns: bool = False, limit: int = 200
) -> list[Reversible]:
    """Posted lines of the document's party of which something can come back, newest first.

    Shipments and invoices (receipts and bills); with `returns`, and always for orders and invoices, return receipts,
    return shipments and credit memos. A memo that cancelled an invoice is not offered: it is cancelled itself.
    """
    returns = returns or not kind_of(document).credit
    owner = PostedDocument.vendor_id if document.side == TradeSide.PURCHASE else PostedDocument.customer_id
    rows = session.scalars(
        select(PostedLine)
        .join(PostedDocument, PostedDocument.id == PostedLine.document_id)
        .options(contains_eager(PostedLine.document))
        .where(
            owner == document.party_id,
            PostedDocument.document_type.in_((_RETURNS if returns else _SOURCES)[document.side]),
            PostedLine.type == TradeLineType.ITEM,
            PostedLine.quantity > 0,
            ~PostedLine.correction,
            PostedDocument.corrects_document_id.is_(None) if returns else true(),
            PostedLine.id.in_(select(PostedLineEntry.posted_line_id)),
        )
        .order_by(PostedDocument.posting_date.desc(), PostedLine.id.desc())
        .limit(limit)
    ).all()
    return [found for found in _reversible(session, rows, document.side) if found.quantity]


def _reversible(session: Session, rows: Sequence[PostedLine], side: TradeSide) -> list[Reversible]:
    linked = session.execute(
        select(PostedLineEntry.posted_line_id, ItemLedgerEntry)
        .join(ItemLedgerEntry, ItemLedgerEntry.id == PostedLineEntry.item_ledger_entry_id)
        .where(PostedLineEntry.posted_line_id.in_(ids_of(session, [row.id for row in rows])))
        .order_by(ItemLedgerEntry.id)
        .execution_options(populate_existing=True)
    ).all()
    inbound = [entry.id for _line, entry in linked if entry.positive]
    back = _sent_back(session, inbound, side) if inbound else {}
    entries: dict[int, list[tuple[ItemLedgerEntry, Decimal]]] = defaultdict(list)
    for line_id, entry in linked:
        left = entry.quantity - back.get(entry.id, ZERO) if entry.positive else abs(entry.shipped_qty_not_returned)
        if left > 0:
            entries[line_id].append((entry, left))
    result = []
    for row in rows:
        base = sum((left for _entry, left in entries[row.id]), ZERO)
        whole = base == abs(row.quantity_base)
        quantity = row.quantity if whole else round_quantity(base / row.qty_per_unit_of_measure)
        result.append(Reversible(row, quantity, tuple(entries[row.id])))
    return result


def _sent_back(session: Session, entry_ids: Sequence[int], side: TradeSide) -> dict[int, Decimal]:
    """What came in -> what lines of the same side that name it took from it."""
    link = ItemApplicationEntry
    rows = session.execute(
        select(link.inbound_entry_id, func.sum(link.quantity))
        .join(ItemLedgerEntry, ItemLedgerEntry.id == link.outbound_entry_id)
        .where(
            link.inbound_entry_id.in_(ids_of(session, entry_ids)),
            link.in_force,
            link.fixed,
            link.quantity < 0,
            ItemLedgerEntry.entry_type == (EntryType.PURCHASE if side == TradeSide.PURCHASE else EntryType.SALE),
        )
        .group_by(link.inbound_entry_id)
    )
    return {row[0]: -row[1] for row in rows}


def get_lines_to_reverse(
    session: Session,
    document_id: int,
    wanted: Mapping[int, Decimal | None],
    *,
    user_id: int | None = None,
) -> list[TradeLine]:
    """Add lines that take back posted lines: id -> quantity, None for all.

    Price and discount are those of the posted line; the link to the entry is filled. Returns are taken back by an order
    or invoice, or on another return by a quantity below zero. Raises ValidationError
    `document_released`, `not_a_return`, `quantity_exceeds_shipped`, `nothing_to_reverse`.
    """
    document = lock_document(session, document_id)
    check_center(session, document, user_id)
    check_open(document)
    rows = session.scalars(
        select(PostedLine)
        .join(PostedDocument, PostedDocument.id == PostedLine.document_id)
        .options(contains_eager(PostedLine.document))
        .where(PostedLine.id.in_(ids_of(session, wanted)), PostedLine.type == TradeLineType.ITEM)
        .order_by(PostedLine.id)
    ).all()
    returns = bool(rows) and all(row.document.document_type in _RETURNS[document.side] for row in rows)
    if not kind_of(document).credit and not (returns and kind_of(document).posts):
        raise ValidationError("not_a_return", _("%(no)s takes nothing back but returns.", no=document.no))
    facts = load_facts(session, [row.item_id for row in rows], document=document)
    last = session.scalar(select(func.max(TradeLine.line_no)).where(TradeLine.document_id == document_id)) or 0
    made: list[TradeLine] = []
    for found in _reversible(session, rows, document.side):
        quantity = found.quantity if wanted[found.line.id] is None else wanted[found.line.id]
        for line in _lines(document, found, quantity or ZERO, facts):
            line.line_no = last + (len(made) + 1) * STEP
            made.append(line)
    if not made:
        raise ValidationError("nothing_to_reverse", _("Nothing of these lines is left to come back."))
    session.add_all(made)
    note_change(document, user_id)
    session.flush()
    return made


def _lines(document: TradeDocument, found: Reversible, quantity: Decimal, facts: TradeFacts) -> list[TradeLine]:
    """One line; one for each entry where the goods came from several without numbers."""
    row = found.line
    if quantity > found.quantity:
        raise ValidationError(
            "quantity_exceeds_shipped",
            _("Only %(left)s of line %(line)s of %(no)s can come back.", left=plain_quantity(found.quantity),
              line=row.line_no, no=row.document.no),
            field="quantity", line=row.line_no,
        )  # fmt: skip
    left = quantity * row.qty_per_unit_of_measure if quantity != found.quantity else None
    parts: list[tuple[ItemLedgerEntry, Decimal]] = []
    for entry, free in found.entries:
        part = free if left is None else min(free, round_quantity(left))
        if part > 0:
            parts.append((entry, part))
        if left is not None:
            left -= part
    tracked = any(entry.lot_no or entry.serial_no or entry.package_no for entry, _part in parts)
    if tracked:
        line = _line(document, found, quantity, facts)
        line.numbers = [_number(entry, part) for entry, part in parts]
        return [line]
    lines = []
    for entry, part in parts:
        whole = quantity if len(parts) == 1 else round_quantity(part / row.qty_per_unit_of_measure)
        line = _line(document, found, whole, facts)
        _link(line, entry)
        lines.append(line)
    return lines


def _line(document: TradeDocument, found: Reversible, quantity: Decimal, facts: TradeFacts) -> TradeLine:
    row = found.line
    line = TradeLine(document_id=document.id, line_no=0, version=1)
    line_values.start(line)
    signed = quantity if found.returned != kind_of(document).credit else -quantity
    price = converted(row.unit_amount, of_posted(row.document), facts.exchange)
    given: dict[str, object] = {
        "item_id": row.item_id, "variant_id": row.variant_id, "unit_of_measure_id": row.unit_of_measure_id,
        "location_id": row.location_id, "quantity": signed, "unit_amount": price,
        "line_discount_percent": row.line_discount_percent, "description": row.description,
    }  # fmt: skip
    line_values.apply(document, line, given, facts, None)
    line.bin_id = row.bin_id
    default = line_values.default_quantity(document, facts)
    quantities.propose(line, default)
    return line


def _link(line: TradeLine | TradeLineNumber, entry: ItemLedgerEntry) -> None:
    """What came in is taken from, what left gives its cost."""
    if entry.positive:
        line.applies_to_entry_id = entry.id
    else:
        line.applies_from_entry_id = entry.id


def _number(entry: ItemLedgerEntry, quantity: Decimal) -> TradeLineNumber:
    row = TradeLineNumber(
        lot_no=entry.lot_no, serial_no=entry.serial_no, package_no=entry.package_no,
        expiration_date=entry.expiration_date, quantity=quantity, qty_handled=ZERO, qty_invoiced=ZERO,
    )  # fmt: skip
    _link(row, entry)
    return row
