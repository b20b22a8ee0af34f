"""What the page of an inventory document shows."""

from __future__ import annotations

import zlib
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from core.rounding import PLACES, ZERO, round_to
from core.sql import ids_of
from models import InventoryDocument, InventoryDocumentLine, ItemBalance, PostedInventoryDocument
from models.enums import DocumentType
from services.inventory_documents.documents import not_found


def read_document(session: Session, kind: DocumentType, no: str) -> InventoryDocument:
    """The document with all that its page shows, not locked. Raises NotFound `inventory_document_not_found`."""
    line = selectinload(InventoryDocument.lines)
    found = session.scalar(
        select(InventoryDocument)
        .where(InventoryDocument.document_type == kind, InventoryDocument.no == no.strip().upper())
        .options(
            joinedload(InventoryDocument.location), joinedload(InventoryDocument.gen_business_posting_group),
            line.options(
                joinedload(InventoryDocumentLine.item), joinedload(InventoryDocumentLine.variant),
                joinedload(InventoryDocumentLine.unit_of_measure), joinedload(InventoryDocumentLine.bin),
                selectinload(InventoryDocumentLine.numbers),
            ),
        )
        .execution_options(populate_existing=True)
    )  # fmt: skip
    if found is None:
        raise not_found(no)
    return found


def stamp_of(line: InventoryDocumentLine) -> int:
    """A number that changes with anything a person may change on the line: a stale page is noticed."""
    parts = (
        line.item_id, line.variant_id, line.description, line.bin_id, line.unit_of_measure_id, line.quantity,
        line.unit_amount, line.amount, line.applies_to_entry_id, line.applies_from_entry_id, line.reason_code,
    )  # fmt: skip
    return zlib.crc32(repr([str(part) for part in parts]).encode())


def stock_of(session: Session, document: InventoryDocument) -> dict[int, Decimal]:
    """Line id -> what lies there of its item and variant, in the line's unit."""
    balances = session.execute(
        select(ItemBalance.item_id, ItemBalance.variant_id, ItemBalance.quantity).where(
            ItemBalance.item_id.in_(ids_of(session, {line.item_id for line in document.lines})),
            ItemBalance.location_id == document.location_id,
        )
    )
    lying = {(item, variant): quantity for item, variant, quantity in balances}
    return {
        line.id: round_to(
            lying.get((line.item_id, line.variant_id), ZERO) / (line.qty_per_unit_of_measure or Decimal(1)), PLACES
        )
        for line in document.lines
    }


def total_of(document: InventoryDocument) -> Decimal:
    """What the lines cost together; below zero where stock goes out."""
    return sum((line.amount for line in document.lines), ZERO)


def corrected_by(session: Session, document: InventoryDocument) -> PostedInventoryDocument | None:
    """The posted document that this one takes back."""
    return session.get(PostedInventoryDocument, document.corrects_id) if document.corrects_id is not None else None
