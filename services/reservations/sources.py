"""One interface of supply and demand: what each kind of document brings or takes, and when (section 1).

A kind of document is a Source: a SELECT of its open lines, demand below zero and supply above, in base units, the two
columns of a reservation that name its lines, and the lots and serial numbers its lines name. Reservation, availability
and promising know documents only so: a new kind joins by an entry in SOURCES and its columns in `reservation`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, String, case, literal, select, type_coerce

from models import (
    InventoryDocument,
    InventoryDocumentLine,
    Item,
    PlanningAction,
    PlanningLine,
    Reservation,
    TradeDocument,
    TradeLine,
    TradeLineNumber,
    TransferLine,
    TransferLineNumber,
    TransferOrder,
)
from models.enums import DocumentType, ItemType, TradeSide, TradeType
from models.inventory_documents import InventoryDocumentNumber


class SourceKind(StrEnum):
    """Where a demand or a supply comes from."""

    TRADE = "trade"
    TRANSFER_OUT = "transfer_out"
    TRANSFER_IN = "transfer_in"
    INVENTORY_DOCUMENT = "inventory_document"
    #: a proposal: planned, not ordered; of a transfer, the side that would send
    PLANNING = "planning"
    PLANNING_OUT = "planning_out"


@dataclass(frozen=True, slots=True)
class OpenLine:
    """A line with what is open of it: `quantity` below zero for demand, above for supply, in base units."""

    kind: SourceKind
    id: int
    item_id: int
    variant_id: int
    location_id: int
    date: dt.date | None
    quantity: Decimal
    #: may be reserved: no drop shipment, no special order
    reservable: bool
    #: place in the order in which automatic reservation looks (section 4)
    rank: int
    document_no: str
    line_no: int
    document_id: int
    #: what kind of document it is: `sales_order`, `purchase_return_order`, `transfer_in` ...
    event: str
    #: counts as scheduled receipt, not as gross requirement, whatever its sign
    receipt: bool
    #: the unit it was entered in, and how many base units that is
    unit_id: int | None
    per_unit: Decimal

    @property
    def demand(self) -> bool:
        """True when it takes stock."""
        return self.quantity < 0


@dataclass(frozen=True, slots=True)
class Source:
    """Open lines of one kind of document."""

    kind: SourceKind
    statement: Callable[[], Select[Any]]
    #: column of `statement` to narrow by
    line_id: Any
    item_id: Any
    location_id: Any
    variant_id: Any
    date: Any
    demand: Any
    supply: Any
    #: line id, lot, serial and package no., what of it is still to move (unsigned), row id; None: lines name no numbers
    numbers: Callable[[], Select[Any]] | None = None
    #: proposals: planned receipts, no scheduled ones; what they need is a requirement like others (section 15)
    planned: bool = False
    #: moves goods between places: counts only where one place is looked at (section 11)
    between_places: bool = False


#: Documents that are demand or supply; quotes, invoices, credit memos are not (section 1).
_TYPES = (TradeType.ORDER, TradeType.RETURN_ORDER, TradeType.SERVICE_ORDER)
_incoming = ((TradeDocument.side == TradeSide.PURCHASE) & (TradeDocument.type == TradeType.ORDER)) | (
    (TradeDocument.side == TradeSide.SALES) & (TradeDocument.type == TradeType.RETURN_ORDER)
)
_trade_rank = case(
    ((TradeDocument.side == TradeSide.SALES) & (TradeDocument.type == TradeType.RETURN_ORDER), 1),
    (TradeDocument.side == TradeSide.SALES, 0),
    (TradeDocument.type == TradeType.ORDER, 2),
    else_=3,
)
_trade_event = case(
    (TradeDocument.type == TradeType.SERVICE_ORDER, literal("service_order")),
    else_=type_coerce(TradeDocument.side, String).concat("_").concat(type_coerce(TradeDocument.type, String)),
)


def _trade() -> Select[Any]:
    line = TradeLine
    return (
        select(
            literal(SourceKind.TRADE.value).label("kind"), line.id, line.item_id, line.variant_id, line.location_id,
            line.expected_date.label("date"),
            case((_incoming, line.outstanding_qty_base), else_=-line.outstanding_qty_base).label("quantity"),
            (~line.special_order).label("reservable"), _trade_rank.label("rank"),
            TradeDocument.no.label("document_no"), line.line_no, line.document_id, _trade_event.label("event"),
            case((_incoming, literal(True)), else_=literal(False)).label("receipt"),
            line.unit_of_measure_id.label("unit_id"), line.qty_per_unit_of_measure.label("per_unit"),
        )
        .join(TradeDocument, TradeDocument.id == line.document_id)
        .join(Item, Item.id == line.item_id)
        .where(
            TradeDocument.type.in_(_TYPES), line.outstanding_qty_base != 0, ~line.drop_shipment,
            Item.type == ItemType.INVENTORY,
        )
    )  # fmt: skip


def _transfer_out() -> Select[Any]:
    line = TransferLine
    return (
        select(
            literal(SourceKind.TRANSFER_OUT.value).label("kind"), line.id, line.item_id, line.variant_id,
            TransferOrder.from_location_id.label("location_id"), line.shipment_date.label("date"),
            (line.qty_shipped_base - line.quantity_base).label("quantity"), literal(True).label("reservable"),
            literal(9).label("rank"), TransferOrder.no.label("document_no"), line.line_no,
            line.order_id.label("document_id"), literal("transfer_out").label("event"),
            literal(False).label("receipt"), line.unit_of_measure_id.label("unit_id"),
            line.qty_per_unit_of_measure.label("per_unit"),
        )
        .join(TransferOrder, TransferOrder.id == line.order_id)
        .where(line.quantity_base > line.qty_shipped_base)
    )  # fmt: skip


def _transfer_in() -> Select[Any]:
    line = TransferLine
    return (
        select(
            literal(SourceKind.TRANSFER_IN.value).label("kind"), line.id, line.item_id, line.variant_id,
            TransferOrder.to_location_id.label("location_id"), line.receipt_date.label("date"),
            (line.quantity_base - line.qty_received_base).label("quantity"), literal(True).label("reservable"),
            literal(6).label("rank"), TransferOrder.no.label("document_no"), line.line_no,
            line.order_id.label("document_id"), literal("transfer_in").label("event"),
            literal(True).label("receipt"), line.unit_of_measure_id.label("unit_id"),
            line.qty_per_unit_of_measure.label("per_unit"),
        )
        .join(TransferOrder, TransferOrder.id == line.order_id)
        .where(line.quantity_base > line.qty_received_base)
    )  # fmt: skip


#: what a document takes back goes the other way
_adds = (InventoryDocument.document_type == DocumentType.INVENTORY_RECEIPT) != InventoryDocument.correction


def _inventory_document() -> Select[Any]:
    """Inventory receipts and shipments not yet posted, on their posting date (section 1).

    What takes a posted one back is tied to its entries, so nobody reserves for or from that.
    """
    line = InventoryDocumentLine
    return (
        select(
            literal(SourceKind.INVENTORY_DOCUMENT.value).label("kind"), line.id, line.item_id, line.variant_id,
            InventoryDocument.location_id.label("location_id"), InventoryDocument.posting_date.label("date"),
            case((_adds, line.quantity_base), else_=-line.quantity_base).label("quantity"),
            (~InventoryDocument.correction).label("reservable"), literal(8).label("rank"),
            InventoryDocument.no.label("document_no"), line.line_no, line.document_id,
            type_coerce(InventoryDocument.document_type, String).label("event"),
            case((_adds, literal(True)), else_=literal(False)).label("receipt"),
            line.unit_of_measure_id.label("unit_id"), line.qty_per_unit_of_measure.label("per_unit"),
        )
        .join(InventoryDocument, InventoryDocument.id == line.document_id)
        .where(line.quantity_base > 0)
    )  # fmt: skip


def _planning() -> Select[Any]:
    line = PlanningLine
    return (
        select(
            literal(SourceKind.PLANNING.value).label("kind"), line.id, line.item_id, line.variant_id,
            line.location_id, line.due_date.label("date"), line.quantity_base.label("quantity"),
            literal(False).label("reservable"), literal(10).label("rank"), literal("").label("document_no"),
            literal(0).label("line_no"), line.id.label("document_id"), literal("planning").label("event"),
            literal(True).label("receipt"), Item.base_unit_of_measure_id.label("unit_id"),
            literal(Decimal(1), line.quantity_base.type).label("per_unit"),
        )
        .join(Item, Item.id == line.item_id)
        .outerjoin(TradeLine, TradeLine.id == line.demand_line_id)
        .where(
            line.action == PlanningAction.NEW,  # messages are about orders, which count themselves
            TradeLine.drop_shipment.is_not(True),  # and these never come here
        )
    )  # fmt: skip


def _planning_out() -> Select[Any]:
    line = PlanningLine
    return (
        select(
            literal(SourceKind.PLANNING_OUT.value).label("kind"), line.id, line.item_id, line.variant_id,
            line.transfer_from_id.label("location_id"), line.order_date.label("date"),
            (-line.quantity_base).label("quantity"), literal(False).label("reservable"), literal(11).label("rank"),
            literal("").label("document_no"), literal(0).label("line_no"), line.id.label("document_id"),
            literal("planning_out").label("event"), literal(False).label("receipt"),
            Item.base_unit_of_measure_id.label("unit_id"),
            literal(Decimal(1), line.quantity_base.type).label("per_unit"),
        )
        .join(Item, Item.id == line.item_id)
        .where(line.action == PlanningAction.NEW, line.transfer_from_id.is_not(None))
    )  # fmt: skip


def _trade_numbers() -> Select[Any]:
    row = TradeLineNumber
    return select(
        row.line_id, row.lot_no, row.serial_no, row.package_no, (row.quantity - row.qty_handled).label("left"), row.id
    )


def _numbers_to_ship() -> Select[Any]:
    row = TransferLineNumber
    return select(
        row.line_id, row.lot_no, row.serial_no, row.package_no, (row.quantity - row.qty_shipped).label("left"), row.id
    )


def _numbers_to_receive() -> Select[Any]:
    row = TransferLineNumber
    return select(
        row.line_id, row.lot_no, row.serial_no, row.package_no, (row.quantity - row.qty_received).label("left"), row.id
    )


def _numbers_of_document() -> Select[Any]:
    row = InventoryDocumentNumber
    return select(row.line_id, row.lot_no, row.serial_no, row.package_no, row.quantity.label("left"), row.id)


SOURCES: dict[SourceKind, Source] = {
    SourceKind.TRADE: Source(
        SourceKind.TRADE, _trade, TradeLine.id, TradeLine.item_id, TradeLine.location_id, TradeLine.variant_id,
        TradeLine.expected_date, Reservation.demand_line_id, Reservation.supply_line_id, _trade_numbers,
    ),
    SourceKind.TRANSFER_OUT: Source(
        SourceKind.TRANSFER_OUT, _transfer_out, TransferLine.id, TransferLine.item_id,
        TransferOrder.from_location_id, TransferLine.variant_id, TransferLine.shipment_date,
        Reservation.demand_transfer_line_id, None, _numbers_to_ship, between_places=True,
    ),
    SourceKind.TRANSFER_IN: Source(
        SourceKind.TRANSFER_IN, _transfer_in, TransferLine.id, TransferLine.item_id, TransferOrder.to_location_id,
        TransferLine.variant_id, TransferLine.receipt_date, None, Reservation.supply_transfer_line_id,
        _numbers_to_receive, between_places=True,
    ),
    SourceKind.INVENTORY_DOCUMENT: Source(
        SourceKind.INVENTORY_DOCUMENT, _inventory_document, InventoryDocumentLine.id, InventoryDocumentLine.item_id,
        InventoryDocument.location_id, InventoryDocumentLine.variant_id, InventoryDocument.posting_date,
        Reservation.demand_inventory_line_id, Reservation.supply_inventory_line_id, _numbers_of_document,
    ),
    SourceKind.PLANNING: Source(
        SourceKind.PLANNING, _planning, PlanningLine.id, PlanningLine.item_id, PlanningLine.location_id,
        PlanningLine.variant_id, PlanningLine.due_date, None, Reservation.supply_planning_line_id, planned=True,
    ),
    SourceKind.PLANNING_OUT: Source(
        SourceKind.PLANNING_OUT, _planning_out, PlanningLine.id, PlanningLine.item_id, PlanningLine.transfer_from_id,
        PlanningLine.variant_id, PlanningLine.order_date, None, None, planned=True,
    ),
}  # fmt: skip
