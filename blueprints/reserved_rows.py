"""What is reserved of the lines of a document, as links under their rows that open the reservation drawer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from blueprints import formats
from blueprints.trade_kinds import PageKind
from core.rounding import ZERO
from core.text import _
from models import TradeDocument, TradeLine, TransferLine, TransferOrder
from models.enums import TradeType
from services.reservations.drawer import Held, held_by_lines
from services.reservations.sources import SourceKind

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
            row.reserves = ((_words(held.get(line.id, _NOTHING), line, demand=not kind.kind.inbound), url),)


def _is_open(line: TradeLine) -> bool:
    return line.item_id is not None and bool(line.outstanding_qty) and not line.drop_shipment


def _words(held: Held, line: TradeLine, *, demand: bool) -> str:
    """In the line's unit; from stock: none, part or all of it (section 5)."""
    per = line.qty_per_unit_of_measure or 1
    if not held.quantity:
        return _("Reserve") if demand else _("Reserve for somebody")
    quantity = formats.quantity(held.quantity / per)
    if not demand:
        return _("%(quantity)s are spoken for", quantity=quantity)
    if not held.from_stock:
        return _("%(quantity)s reserved, none from stock", quantity=quantity)
    if held.from_stock == abs(line.outstanding_qty_base):
        return _("%(quantity)s reserved, all from stock", quantity=quantity)
    return _("%(quantity)s reserved, %(stock)s from stock", quantity=quantity,
             stock=formats.quantity(held.from_stock / per))  # fmt: skip


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
        row.reserves = tuple(links)
