"""What is reserved of the lines of a document, as links under their rows that open the reservation drawer."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from flask import url_for
from sqlalchemy.orm import Session

from blueprints import formats
from blueprints.trade_kinds import PageKind
from core.rounding import ZERO
from core.text import _
from models import InventoryDocument, InventoryDocumentLine, TradeDocument, TradeLine, TransferLine, TransferOrder
from models.enums import TradeType
from services.inventory_documents.documents import takes_out
from services.reservations.drawer import Held, held_by_lines
from services.reservations.sources import SourceKind

if TYPE_CHECKING:
    from blueprints.inventory_document_kinds import DocumentKind

#: documents whose lines are demand or supply
_KINDS = frozenset({TradeType.ORDER, TradeType.RETURN_ORDER})
_NOTHING = Held(ZERO, ZERO)


def of_trade(
    session: Session, kind: PageKind, document: TradeDocument, rows: Sequence[Any], lines: Sequence[TradeLine]
) -> None:
    """Give each open item line its link; one statement for all lines and either end."""
    if document.type not in _KINDS:
        return
    goods = [line.id for line in lines if _is_open(line)]
    held = held_by_lines(session, SourceKind.TRADE, goods)
    for row, line in zip(rows, lines, strict=True):
        if _is_open(line):
            url = kind.url("reserve", no=document.no, line_no=line.line_no)
            words = _words(
                held.get(line.id, _NOTHING), line.qty_per_unit_of_measure or 1, abs(line.outstanding_qty_base),
                demand=not kind.kind.inbound,
            )  # fmt: skip
            row.reserves, row.held = ((words, url),), line.id in held


def _is_open(line: TradeLine) -> bool:
    straight = line.drop_shipment or line.special_order  # bought for one sale: never reserved (documents.md 16)
    return line.item_id is not None and bool(line.outstanding_qty) and not straight


def _words(held: Held, per: Decimal | int, open_base: Decimal, *, demand: bool) -> str:
    """In the line's unit of `per` base units; from stock: none, part or all of what is open (section 5)."""
    if not held.quantity:
        return _("Reserve") if demand else _("Reserve for somebody")
    quantity = formats.quantity(held.quantity / per)
    if not demand:
        return _("%(quantity)s are spoken for", quantity=quantity)
    if not held.from_stock:
        return _("%(quantity)s reserved, none from stock", quantity=quantity)
    if held.from_stock == open_base:
        return _("%(quantity)s reserved, all from stock", quantity=quantity)
    return _("%(quantity)s reserved, %(stock)s from stock", quantity=quantity,
             stock=formats.quantity(held.from_stock / per))  # fmt: skip


def of_inventory_document(
    session: Session,
    kind: DocumentKind,
    document: InventoryDocument,
    rows: Sequence[Any],
    lines: Sequence[InventoryDocumentLine],
) -> None:
    """What a shipment takes, what a receipt brings; nobody reserves what takes a posted document back."""
    if document.correction:
        return
    held = held_by_lines(session, SourceKind.INVENTORY_DOCUMENT, [line.id for line in lines if line.quantity_base])
    for row, line in zip(rows, lines, strict=True):
        if line.quantity_base:
            words = _words(
                held.get(line.id, _NOTHING), line.qty_per_unit_of_measure or 1, line.quantity_base,
                demand=takes_out(document),
            )  # fmt: skip
            row.reserves = ((words, kind.url("inventory_line", no=document.no, line_no=line.line_no)),)
            row.held = line.id in held


def of_transfer(session: Session, order: TransferOrder, rows: Sequence[Any], lines: Sequence[TransferLine]) -> None:
    """Either side of each line: what it takes along, and what it brings."""
    ids = [line.id for line in lines]
    leaving = held_by_lines(session, SourceKind.TRANSFER_OUT, ids)
    coming = held_by_lines(session, SourceKind.TRANSFER_IN, ids)
    for row, line in zip(rows, lines, strict=True):
        links = []
        per = line.qty_per_unit_of_measure or 1
        if line.outstanding_base:
            quantity = leaving.get(line.id, _NOTHING).quantity
            words = _("%(quantity)s reserved", quantity=formats.quantity(quantity / per)) if quantity else _("Reserve")
            links.append((words, url_for("transfers.transfer_line", no=order.no, line_no=line.line_no)))
        if line.quantity_base > line.qty_received_base:
            quantity = coming.get(line.id, _NOTHING).quantity
            words = (
                _("%(quantity)s are spoken for where they arrive", quantity=formats.quantity(quantity / per))
                if quantity
                else _("Reserve for somebody")
            )
            links.append((words, url_for("transfers.transfer_line", no=order.no, line_no=line.line_no, end="in")))
        row.reserves, row.held = tuple(links), line.id in leaving or line.id in coming
