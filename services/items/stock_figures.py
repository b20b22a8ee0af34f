"""What the item card says of stock besides what lies there: on order, under way, held (items.md section 1, calc)."""

from __future__ import annotations

from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from core.rounding import ZERO
from models import Item, Reservation, TradeDocument, TradeLine, TransferLine
from models.enums import TradeSide, TradeType


@dataclass(frozen=True, slots=True)
class StockFigures:
    """Of one item at all places together, in base units."""

    on_purchase_orders: Decimal
    on_sales_orders: Decimal
    #: on transfer orders and not shipped yet; it leaves one place and reaches another
    on_transfer_orders: Decimal
    in_transit: Decimal
    #: of what lies there, for a document
    reserved: Decimal


def _on_orders(side: TradeSide) -> Select[Any]:
    return (
        select(func.sum(TradeLine.outstanding_qty_base))
        .join(TradeDocument, TradeDocument.id == TradeLine.document_id)
        .where(TradeLine.item_id == Item.id, TradeDocument.side == side, TradeDocument.type == TradeType.ORDER)
    )


def _transferred(quantity: Any) -> Select[Any]:
    return select(func.sum(quantity)).where(TransferLine.item_id == Item.id)


def figure_columns() -> list[ColumnElement[Any]]:
    """The figures as columns of a statement over Item, so that the card asks for them with everything else."""
    statements = {
        "on_purchase_orders": _on_orders(TradeSide.PURCHASE),
        "on_sales_orders": _on_orders(TradeSide.SALES),
        "on_transfer_orders": _transferred(TransferLine.quantity_base - TransferLine.qty_shipped_base),
        "in_transit": _transferred(TransferLine.qty_shipped_base - TransferLine.qty_received_base),
        "reserved": select(func.sum(Reservation.quantity)).where(
            Reservation.item_id == Item.id, Reservation.supply_entry_id.is_not(None)
        ),
    }
    return [statement.correlate(Item).scalar_subquery().label(name) for name, statement in statements.items()]


def figures_of(row: Any) -> StockFigures:
    """The figures in a row with `figure_columns`."""
    found = {field.name: getattr(row, field.name) for field in fields(StockFigures)}
    return StockFigures(**{name: figure if figure is not None else ZERO for name, figure in found.items()})
