"""Where open documents and journals name a lot, serial or package number (tracking.md sections 12 and 13)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.rounding import round_quantity
from models import (
    InventoryDocument,
    InventoryDocumentLine,
    Item,
    ItemJournalLine,
    JournalBatch,
    TradeDocument,
    TradeLine,
    TradeLineNumber,
    TransferLine,
    TransferLineNumber,
    TransferOrder,
)
from models.inventory_documents import InventoryDocumentNumber
from services.tracing.affected import key_among, mine
from services.tracing.cards import NumberKey


@dataclass(frozen=True, slots=True)
class OpenUse:
    """A line of an open document that names it; `kind` as in services.trade.kinds, or transfer, inventory, journal."""

    kind: str
    side: str
    document_no: str
    line_no: int
    item_no: str
    number: str
    quantity: Decimal
    #: of a journal line
    batch_id: int | None = None


def open_uses_of(session: Session, key: NumberKey, item_no: str) -> list[OpenUse]:
    """Where open documents name one number."""
    return open_uses(session, {key: item_no})


def open_uses(session: Session, numbers: dict[NumberKey, str]) -> list[OpenUse]:
    """Lines of unposted documents and journals that name one of the numbers (number -> item no.), the open part of it.

    Four statements, whatever their number.
    """
    number, line = TradeLineNumber, TradeLine
    left = number.quantity - number.qty_handled
    uses = [
        OpenUse(row.type.value, row.side.value, row.no, row.line_no, row.item_no, key.number, row.left)
        for row in session.execute(
            select(
                TradeDocument.type, TradeDocument.side, TradeDocument.no, line.line_no, line.item_id, line.variant_id,
                Item.no.label("item_no"), number.lot_no, number.serial_no, number.package_no, left.label("left"),
            )
            .join(line, line.id == number.line_id)
            .join(TradeDocument, TradeDocument.id == line.document_id)
            .join(Item, Item.id == line.item_id)
            .where(mine(session, number, numbers), left > 0)
            .order_by(TradeDocument.no, line.line_no)
        )
        if (key := key_among(row, numbers)) is not None
    ]  # fmt: skip
    moving, order_line = TransferLineNumber, TransferLine
    left = moving.quantity - moving.qty_received
    uses += [
        OpenUse("transfer", "", row.no, row.line_no, row.item_no, key.number, row.left)
        for row in session.execute(
            select(
                TransferOrder.no, order_line.line_no, order_line.item_id, order_line.variant_id,
                Item.no.label("item_no"), moving.lot_no, moving.serial_no, moving.package_no, left.label("left"),
            )
            .join(order_line, order_line.id == moving.line_id)
            .join(TransferOrder, TransferOrder.id == order_line.order_id)
            .join(Item, Item.id == order_line.item_id)
            .where(mine(session, moving, numbers), left > 0)
            .order_by(TransferOrder.no, order_line.line_no)
        )
        if (key := key_among(row, numbers)) is not None
    ]  # fmt: skip
    return uses + _in_inventory_documents(session, numbers) + _in_journals(session, numbers)


def _in_inventory_documents(session: Session, numbers: dict[NumberKey, str]) -> list[OpenUse]:
    number, line, document = InventoryDocumentNumber, InventoryDocumentLine, InventoryDocument
    rows = session.execute(
        select(
            document.no, line.line_no, line.item_id, line.variant_id, number.lot_no, number.serial_no,
            number.package_no, number.quantity,
        )
        .join(line, line.id == number.line_id)
        .join(document, document.id == line.document_id)
        .where(mine(session, number, numbers))
        .order_by(document.no, line.line_no)
    )  # fmt: skip
    return [
        OpenUse("inventory", "", row.no, row.line_no, numbers[key], key.number, row.quantity)
        for row in rows
        if (key := key_among(row, numbers)) is not None
    ]


def _in_journals(session: Session, numbers: dict[NumberKey, str]) -> list[OpenUse]:
    line = ItemJournalLine
    rows = session.execute(
        select(
            JournalBatch.name, line.batch_id, line.line_no, line.item_id, line.variant_id, line.lot_no, line.serial_no,
            line.package_no, line.quantity, line.qty_per_unit_of_measure,
        )
        .join(JournalBatch, JournalBatch.id == line.batch_id)
        .where(mine(session, line, numbers), line.quantity != 0)
        .order_by(JournalBatch.name, line.line_no)
    )  # fmt: skip
    return [
        OpenUse(
            "journal", "", row.name, row.line_no, numbers[key], key.number,
            round_quantity(abs(row.quantity) * row.qty_per_unit_of_measure), row.batch_id,
        )
        for row in rows
        if (key := key_among(row, numbers)) is not None
    ]  # fmt: skip
