"""Goods that an item charge can be put on, as a person picks them: lines here, posted lines, transfer receipts."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from models import (
    Item,
    ItemChargeAssignment,
    ItemLedgerEntry,
    PostedDocument,
    PostedLine,
    PostedTransfer,
    TradeLine,
)
from models.enums import DocumentType, TradeLineType
from services.trade.charges import CHARGEABLE, undone_transfer

#: Lines of one posted document offered at most.
MOST = 500


@dataclass(frozen=True)
class ChargeTarget:
    """One line of goods: `key` says what it is (l-, p-, e- and an id)."""

    key: str
    document_no: str
    item_no: str
    description: str
    quantity: Decimal
    posted: bool = False


@dataclass(frozen=True)
class Assigned:
    """What of a charge a target has."""

    key: str
    quantity: Decimal
    amount: Decimal


def targets_on(session: Session, document_id: int) -> list[ChargeTarget]:
    """The item lines of the document itself."""
    lines = session.scalars(
        select(TradeLine)
        .where(TradeLine.document_id == document_id, TradeLine.type == TradeLineType.ITEM)
        .options(joinedload(TradeLine.item))
        .order_by(TradeLine.line_no)
    )
    return [
        ChargeTarget(f"l-{line.id}", "", line.item.no if line.item else "", line.description, line.quantity)
        for line in lines
    ]


def posted_targets(session: Session, document_no: str) -> list[ChargeTarget]:
    """The lines of goods of posted documents with this number, and what a transfer receipt brought in."""
    rows = session.execute(
        select(PostedLine, PostedDocument.no)
        .join(PostedDocument, PostedDocument.id == PostedLine.document_id)
        .where(
            PostedDocument.no == document_no, PostedDocument.document_type.in_(CHARGEABLE), ~PostedLine.correction,
            PostedLine.type == TradeLineType.ITEM,
        )
        .options(joinedload(PostedLine.item))
        .order_by(PostedLine.id)
        .limit(MOST)
    ).tuples()  # fmt: skip
    found = [
        ChargeTarget(f"p-{line.id}", no, line.item.no if line.item else "", line.description, line.quantity, True)
        for line, no in rows
    ]
    moved = select(PostedTransfer.no).where(
        PostedTransfer.no == document_no, PostedTransfer.document_type == DocumentType.TRANSFER_RECEIPT
    )
    entries = session.execute(
        select(ItemLedgerEntry, Item.no, Item.description)
        .join(Item, Item.id == ItemLedgerEntry.item_id)
        .where(
            ItemLedgerEntry.document_no.in_(moved), ItemLedgerEntry.quantity > 0,
            ItemLedgerEntry.document_type == DocumentType.TRANSFER_RECEIPT, ~undone_transfer(),
        )
        .order_by(ItemLedgerEntry.id)
        .limit(MOST)
    ).tuples()  # fmt: skip
    found += [
        ChargeTarget(f"e-{entry.id}", document_no, no, description, entry.quantity, True)
        for entry, no, description in entries
    ]
    return found


def assigned_to(session: Session, line_id: int) -> dict[str, Assigned]:
    """What of the charge is assigned so far, by the target's key."""
    found = {}
    for row in session.scalars(select(ItemChargeAssignment).where(ItemChargeAssignment.line_id == line_id)):
        if row.target_line_id is not None:
            key = f"l-{row.target_line_id}"
        elif row.target_posted_line_id is not None:
            key = f"p-{row.target_posted_line_id}"
        else:
            key = f"e-{row.target_entry_id}"
        found[key] = Assigned(key, row.qty_to_assign + row.qty_assigned, row.amount_to_assign)
    return found
