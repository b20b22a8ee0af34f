"""Reservations with both ends in words: for lists, drawers, and "where is my stock spoken for" (sections 2 and 5)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, String, case, func, literal, select, type_coerce
from sqlalchemy.orm import Session, aliased

from models import (
    InventoryDocument,
    InventoryDocumentLine,
    ItemLedgerEntry,
    ItemVariant,
    Location,
    Reservation,
    TradeDocument,
    TradeLine,
    TransferLine,
    TransferOrder,
)

_demand_line, _demand_document = aliased(TradeLine), aliased(TradeDocument)
_demand_move, _demand_order = aliased(TransferLine), aliased(TransferOrder)
_demand_adjust, _demand_paper = aliased(InventoryDocumentLine), aliased(InventoryDocument)
_supply_line, _supply_document = aliased(TradeLine), aliased(TradeDocument)
_supply_move, _supply_order = aliased(TransferLine), aliased(TransferOrder)

_supply_adjust, _supply_paper = aliased(InventoryDocumentLine), aliased(InventoryDocument)


def _event(document: Any, move: str, otherwise: str, moves: Any, paper: Any) -> ColumnElement[str]:
    side, type_ = type_coerce(document.side, String), type_coerce(document.type, String)
    return case(
        (type_ == "service_order", literal("service_order")),
        (document.id.is_not(None), side.concat("_").concat(type_)),
        (moves.is_not(None), literal(move)),
        (paper.id.is_not(None), type_coerce(paper.document_type, String)),
        else_=literal(otherwise),
    )


#: columns of a pair's two ends, by name
ENDS: dict[str, ColumnElement[Any]] = {
    "demand_event": _event(_demand_document, "transfer_out", "", Reservation.demand_transfer_line_id, _demand_paper),
    "demand_no": func.coalesce(_demand_document.no, _demand_order.no, _demand_paper.no, ""),
    "demand_line_no": func.coalesce(_demand_line.line_no, _demand_move.line_no, _demand_adjust.line_no),
    "demand_name": func.coalesce(_demand_document.name, ""),
    "supply_event": case(
        (Reservation.supply_entry_id.is_not(None), literal("stock")),
        else_=_event(_supply_document, "transfer_in", "planning", Reservation.supply_transfer_line_id, _supply_paper),
    ),
    "supply_no": func.coalesce(
        _supply_document.no, _supply_order.no, _supply_paper.no, ItemLedgerEntry.document_no, ""
    ),
    "supply_line_no": func.coalesce(_supply_line.line_no, _supply_move.line_no, _supply_adjust.line_no),
    "supply_name": func.coalesce(_supply_document.name, ""),
}


def joined(statement: Select[Any]) -> Select[Any]:
    """A SELECT from Reservation with everything that ENDS needs, place and variant too."""
    return (
        statement.join(Location, Location.id == Reservation.location_id)
        .join(ItemVariant, ItemVariant.id == Reservation.variant_id)
        .outerjoin(_demand_line, _demand_line.id == Reservation.demand_line_id)
        .outerjoin(_demand_document, _demand_document.id == _demand_line.document_id)
        .outerjoin(_demand_move, _demand_move.id == Reservation.demand_transfer_line_id)
        .outerjoin(_demand_order, _demand_order.id == _demand_move.order_id)
        .outerjoin(_demand_adjust, _demand_adjust.id == Reservation.demand_inventory_line_id)
        .outerjoin(_demand_paper, _demand_paper.id == _demand_adjust.document_id)
        .outerjoin(_supply_line, _supply_line.id == Reservation.supply_line_id)
        .outerjoin(_supply_document, _supply_document.id == _supply_line.document_id)
        .outerjoin(_supply_move, _supply_move.id == Reservation.supply_transfer_line_id)
        .outerjoin(_supply_order, _supply_order.id == _supply_move.order_id)
        .outerjoin(_supply_adjust, _supply_adjust.id == Reservation.supply_inventory_line_id)
        .outerjoin(_supply_paper, _supply_paper.id == _supply_adjust.document_id)
        .outerjoin(ItemLedgerEntry, ItemLedgerEntry.id == Reservation.supply_entry_id)
    )


def of_document(no: str) -> ColumnElement[bool]:
    """Pairs that hold for or from a document of this number; narrowed by the documents' own indexes."""
    lines = select(TradeLine.id).join(TradeDocument, TradeDocument.id == TradeLine.document_id)
    moves = select(TransferLine.id).join(TransferOrder, TransferOrder.id == TransferLine.order_id)
    papers = select(InventoryDocumentLine.id).join(
        InventoryDocument, InventoryDocument.id == InventoryDocumentLine.document_id
    )
    trade, transfer = lines.where(TradeDocument.no == no), moves.where(TransferOrder.no == no)
    paper = papers.where(InventoryDocument.no == no)
    return (
        Reservation.demand_line_id.in_(trade)
        | Reservation.supply_line_id.in_(trade)
        | Reservation.demand_transfer_line_id.in_(transfer)
        | Reservation.supply_transfer_line_id.in_(transfer)
        | Reservation.demand_inventory_line_id.in_(paper)
        | Reservation.supply_inventory_line_id.in_(paper)
    )


@dataclass(frozen=True, slots=True)
class End:
    """One end of a pair: its kind of document (`stock` for an entry), number and line, whose it is."""

    event: str
    document_no: str
    line_no: int | None
    name: str


@dataclass(frozen=True, slots=True)
class Pair:
    """A reservation; quantity in base units."""

    id: int
    quantity: Decimal
    location: str
    variant: str
    demand: End
    supply: End
    shipment_date: dt.date
    expected_receipt_date: dt.date | None
    supply_entry_id: int | None
    numbers: str
    specific: bool


def pairs_with_ends(session: Session, *conditions: Any, limit: int | None = None) -> list[Pair]:
    """Pairs in the order of their shipment dates; one statement."""
    row = Reservation
    statement = joined(
        select(
            row.id, row.quantity, Location.code, ItemVariant.code, row.shipment_date, row.expected_receipt_date,
            row.supply_entry_id, row.lot_no, row.serial_no, row.package_no, row.specific,
            *(column.label(name) for name, column in ENDS.items()),
        ).select_from(row)
    ).where(*conditions).order_by(row.shipment_date, row.id)  # fmt: skip
    if limit is not None:
        statement = statement.limit(limit)
    return [
        Pair(
            found[0], found[1], found[2], found[3],
            End(found.demand_event, found.demand_no, found.demand_line_no, found.demand_name),
            End(found.supply_event, found.supply_no, found.supply_line_no, found.supply_name),
            found[4], found[5], found[6], " ".join(filter(None, found[7:10])), found[10],
        )
        for found in session.execute(statement)
    ]  # fmt: skip


def spoken_for(session: Session, item_id: int, limit: int = 10) -> list[Pair]:
    """Who keeps the item's stock, by when they want it."""
    return pairs_with_ends(
        session, Reservation.item_id == item_id, Reservation.supply_entry_id.is_not(None), limit=limit
    )
