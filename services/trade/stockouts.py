"""Which lines of a sale take stock, and up to which day it is looked at (availability-and-reservation.md 16)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from models import TradeDocument, TradeLine
from models.enums import TradeLineType, TradeSide, TradeType
from services.planning.stockout import Taking
from services.reservations.sources import SourceKind
from services.trade.kinds import kind_of


def takings_of(document: TradeDocument, lines: Sequence[TradeLine], day: dt.date) -> list[Taking]:
    """The lines of what is sold, by their ids; `day` is today.

    Nothing of returns and purchases, nor of drop shipments and special orders; nobody is told of quotes.
    """
    if document.side != TradeSide.SALES or kind_of(document).credit:
        return []
    order = document.type in (TradeType.ORDER, TradeType.SERVICE_ORDER)
    return [
        Taking(
            line.id, line.item_id or 0, line.variant_id, line.location_id, line.outstanding_qty_base,
            max(line.expected_date or day, day) if order else day, with_receipts=order,
            own=(SourceKind.TRADE, line.id) if order else None, noticed=document.type != TradeType.QUOTE,
        )
        for line in lines
        if line.type == TradeLineType.ITEM and not line.drop_shipment and not line.special_order
    ]  # fmt: skip
