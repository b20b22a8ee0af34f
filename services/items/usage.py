"""Where an item is used: what forbids changes and deletion (items.md section 1, "What may not change")."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from models import (
    InventoryDocumentLine,
    ItemJournalLine,
    ItemLedgerEntry,
    PostedLine,
    StockkeepingUnit,
    TradeDocument,
    TradeLine,
    TradeLineNumber,
    TransferLine,
    TransferLineNumber,
    WarehouseEntry,
)
from models.enums import EntryType, TradeSide, TradeType

_ORDERS = (TradeType.ORDER, TradeType.RETURN_ORDER)
_OUTPUT = (EntryType.OUTPUT, EntryType.ASSEMBLY_OUTPUT)


@dataclass(frozen=True)
class Usage:
    """Facts about an item's history and its open work."""

    ledger_entries: bool = False
    open_entries: bool = False
    output_entries: bool = False
    warehouse_entries: bool = False
    journal_lines: bool = False
    stockkeeping_units: bool = False
    document_lines: bool = False
    #: lines of purchase orders and purchase return orders, whose cost is on its way
    purchase_lines: bool = False
    #: lots, serial or package numbers on lines that are not posted
    planned_numbers: bool = False

    @property
    def costs_fixed(self) -> bool:
        """The way of costing is fixed by entries, or by orders on which the goods are bought."""
        return self.ledger_entries or self.purchase_lines

    @property
    def any_history(self) -> bool:
        """Anything that would mix stock and non-stock history if the type changed."""
        return self.ledger_entries or self.warehouse_entries or self.journal_lines or self.document_lines


NOTHING = Usage()

#: Lines of documents that name an item: not posted yet, or kept as copies of what was posted.
_DOCUMENT_LINES = (TradeLine, TransferLine, InventoryDocumentLine)


def on_documents(
    item_id: int | None, *, variant_id: int | None = None, unit_id: int | None = None
) -> ColumnElement[bool]:
    """True where an open document names the item (and this variant, this unit), to be put into a statement."""
    found = []
    for line in _DOCUMENT_LINES:
        conditions = [line.item_id == item_id]
        if variant_id is not None:
            conditions.append(line.variant_id == variant_id)
        if unit_id is not None:
            conditions.append(line.unit_of_measure_id == unit_id)
        found.append(exists().where(*conditions))
    return or_(*found)


def usage_of(session: Session, item_id: int) -> Usage:
    """All facts in one statement."""
    entry = ItemLedgerEntry.item_id == item_id
    row = session.execute(
        select(
            exists().where(entry),
            exists().where(entry, ItemLedgerEntry.open),
            exists().where(entry, ItemLedgerEntry.entry_type.in_(_OUTPUT)),
            exists().where(WarehouseEntry.item_id == item_id),
            exists().where(ItemJournalLine.item_id == item_id),
            exists().where(StockkeepingUnit.item_id == item_id),
            or_(
                on_documents(item_id),
                exists().where(TradeLine.original_item_id == item_id),
                exists().where(PostedLine.item_id == item_id),
            ),
            exists().where(
                TradeLine.item_id == item_id,
                TradeLine.document_id == TradeDocument.id,
                TradeDocument.side == TradeSide.PURCHASE,
                TradeDocument.type.in_(_ORDERS),
            ),
            or_(
                exists().where(TradeLineNumber.line_id == TradeLine.id, TradeLine.item_id == item_id),
                exists().where(TransferLineNumber.line_id == TransferLine.id, TransferLine.item_id == item_id),
            ),
        )
    ).one()
    return Usage(*(bool(fact) for fact in row))


def bought_items(session: Session, item_ids: Collection[int]) -> set[int]:
    """Of these items those that stand on purchase orders or purchase return orders."""
    lines = select(TradeLine.item_id).join(TradeDocument, TradeDocument.id == TradeLine.document_id)
    return set(
        session.scalars(
            lines.where(
                TradeLine.item_id.in_(item_ids),
                TradeDocument.side == TradeSide.PURCHASE,
                TradeDocument.type.in_(_ORDERS),
            )
        )
    )


def items_at_work(session: Session, item_ids: Collection[int]) -> set[int]:
    """Of these items those on journal lines, open documents or warehouse entries: their type stays."""
    found: set[int] = set()
    for table in (*_DOCUMENT_LINES, ItemJournalLine, WarehouseEntry):
        found |= set(session.scalars(select(table.item_id).where(table.item_id.in_(item_ids)).distinct()))
    return found
