"""The entries and numbers of posted lines: what moved, or what a bill is about (tracking.md sections 2 and 5)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from core.text import _, ngettext
from models import (
    Item,
    ItemLedgerEntry,
    ItemVariant,
    PostedDocument,
    PostedInventoryDocument,
    PostedInventoryDocumentLine,
    PostedLine,
    PostedLineEntry,
    PostedTransfer,
    PostedTransferLine,
    ValueEntry,
)
from models.base import ScaledDecimal
from models.enums import DocumentType, ValueEntryType

_ILE, _VE = ItemLedgerEntry, ValueEntry
#: posted documents that bill what others moved
_BILLS = (
    DocumentType.PURCHASE_INVOICE, DocumentType.PURCHASE_CREDIT_MEMO, DocumentType.SALES_INVOICE,
    DocumentType.SALES_CREDIT_MEMO, DocumentType.SERVICE_INVOICE, DocumentType.SERVICE_CREDIT_MEMO,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PostedEntry:
    """An entry with the numbers it carries, if any; the quantity in base units, without sign."""

    entry_id: int
    item_no: str
    variant_code: str
    lot_no: str
    serial_no: str
    package_no: str
    quantity: Decimal
    expiration_date: dt.date | None

    @property
    def numbers(self) -> list[tuple[str, str]]:
        """(kind, number) of each it carries."""
        found = (("lot", self.lot_no), ("serial", self.serial_no), ("package", self.package_no))
        return [(kind, number) for kind, number in found if number]


def entries_of(document: PostedDocument | PostedTransfer | PostedInventoryDocument) -> Select[Any]:
    """`line_id`, `entry_id`, `quantity` (base units, the ledger's sign) of all lines of a posted document.

    A bill's entries are those it billed, by what it billed of each; a transfer's those that arrived.
    """
    if isinstance(document, PostedTransfer):
        return _by_line_no(PostedTransferLine, document).where(_ILE.positive)
    if isinstance(document, PostedInventoryDocument):
        return _by_line_no(PostedInventoryDocumentLine, document)
    if document.document_type in _BILLS:
        return (
            select(PostedLine.id.label("line_id"), _VE.item_ledger_entry_id.label("entry_id"),
                   func.sum(_VE.invoiced_quantity, type_=ScaledDecimal()).label("quantity"))
            .join(_VE, and_(_VE.document_line_no == PostedLine.line_no, _VE.document_no == document.no,
                            _VE.document_type == document.document_type))
            .where(PostedLine.document_id == document.id, _VE.item_charge_no == "", ~_VE.adjustment,
                   _VE.entry_type == ValueEntryType.DIRECT_COST, _VE.invoiced_quantity != 0)
            .group_by(PostedLine.id, _VE.item_ledger_entry_id)
        )  # fmt: skip
    return (
        select(PostedLine.id.label("line_id"), _ILE.id.label("entry_id"), _ILE.quantity.label("quantity"))
        .join(PostedLineEntry, PostedLineEntry.posted_line_id == PostedLine.id)
        .join(_ILE, _ILE.id == PostedLineEntry.item_ledger_entry_id)
        .where(PostedLine.document_id == document.id)
    )


def _by_line_no(line: Any, document: PostedTransfer | PostedInventoryDocument) -> Select[Any]:
    """Of a document whose entries name its lines by their number."""
    return (
        select(line.id.label("line_id"), _ILE.id.label("entry_id"), _ILE.quantity.label("quantity"))
        .join(_ILE, _ILE.document_line_no == line.line_no)
        .where(line.document_id == document.id, _ILE.document_no == document.no,
               _ILE.document_type == document.document_type)
    )  # fmt: skip


def posted_entries(
    session: Session, document: PostedDocument | PostedTransfer | PostedInventoryDocument
) -> dict[int, list[PostedEntry]]:
    """Line id -> its entries, oldest first, with the numbers they carry; one statement."""
    found = entries_of(document).subquery()
    rows = session.execute(
        select(found.c.line_id, _ILE.id, Item.no, ItemVariant.code, _ILE.lot_no, _ILE.serial_no, _ILE.package_no,
               found.c.quantity, _ILE.expiration_date)
        .join(_ILE, _ILE.id == found.c.entry_id)
        .join(Item, Item.id == _ILE.item_id)
        .join(ItemVariant, ItemVariant.id == _ILE.variant_id)
        .order_by(_ILE.id)
    )  # fmt: skip
    result: dict[int, list[PostedEntry]] = {}
    for line_id, entry_id, no, variant, lot, serial, package, quantity, expires in rows:
        entry = PostedEntry(entry_id, no, variant, lot, serial, package, abs(quantity), expires)
        result.setdefault(line_id, []).append(entry)
    return result


def paper_notes(entries: Iterable[PostedEntry], quantity: Callable[[Decimal], str]) -> list[str]:
    """For paper: a row for each lot and package with its quantity, its serial numbers behind it.

    `quantity` writes a figure in the paper's language.
    """
    groups: dict[tuple[str, str], list[PostedEntry]] = {}
    for entry in entries:
        if entry.numbers:
            groups.setdefault((entry.lot_no, entry.package_no), []).append(entry)
    notes = []
    for (lot, package), found in groups.items():
        words = [_("Lot %(lot)s", lot=lot)] if lot else []
        words += [_("Package %(package)s", package=package)] if package else []
        serials = [entry.serial_no for entry in found if entry.serial_no]
        if serials:
            words.append(ngettext("Serial no. %(nos)s", "Serial nos. %(nos)s", len(serials), nos=", ".join(serials)))
        together = sum((entry.quantity for entry in found), Decimal(0))
        notes.append(", ".join(words) + f": {quantity(together)}")
    return notes
