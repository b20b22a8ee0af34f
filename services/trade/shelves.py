"""On which shelf a line's goods lie: the stockkeeping unit's where there is one, else the item's (items.md 13)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.sql import ids_of
from models import StockkeepingUnit, TradeLine


def shelves_of(session: Session, lines: Sequence[TradeLine]) -> dict[int, str]:
    """Line id -> shelf no., "" where none is known; a stockkeeping unit counts as a whole. One statement."""
    items = {line.item_id for line in lines if line.item_id is not None}
    if not items:
        return {}
    unit = StockkeepingUnit
    rows = session.execute(
        select(unit.item_id, unit.variant_id, unit.location_id, unit.shelf_no).where(
            unit.item_id.in_(ids_of(session, items))
        )
    )
    own = {(row[0], row[1], row[2]): row[3] for row in rows}
    return {
        line.id: own.get(
            (line.item_id or 0, line.variant_id, line.location_id), line.item.shelf_no if line.item is not None else ""
        )
        for line in lines
    }
