"""Which lines of a sale take stock, and up to which day it is looked at (items.md section 20, stockout warning)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from models import TradeDocument, TradeLine
from models.enums import TradeLineType, TradeSide, TradeType
from services.planning.stockout import Taking
from services.reservations.sources import SourceKind
from services.trade.kinds import kind_of


def takings_of(document: TradeDocument, lines: Sequence[TradeLine], day: dt.date) -> list[Taking]:
    """The lines of what is sold, by their ids; `day` is today. Nothing of returns, purchases and drop shipments."""
    if document.side != TradeSide.SALES or kind_of(document).credit:
        return []
    order = document.type == TradeType.ORDER
    return [
        Taking(
            line.id, line.item_id or 0, line.variant_id, line.location_id, line.outstanding_qty_base,
            max(line.expected_date or day, day) if order else day, with_receipts=order,
            own=(SourceKind.TRADE, line.id),
        )
        for line in lines
        if line.type == TradeLineType.ITEM and not line.drop_shipment
    ]  # fmt: skip
