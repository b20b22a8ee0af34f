"""How an item stands at each of its places, for its card: one statement, from the kept positions."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from core.rounding import ZERO
from models import ItemBalance, ItemVariant, Location, StockkeepingUnit, StockPosition
from services.items.stock_state import StockState


@dataclass(frozen=True, slots=True)
class PlaceOfItem:
    """One location and variant; `unit_id` of the stockkeeping unit there, None where the item's values hold."""

    location: str
    variant: str
    unit_id: int | None
    inventory: Decimal
    receipts: Decimal
    requirements: Decimal
    next_receipt: dt.date | None
    state: StockState
    suggested: Decimal

    @property
    def projected(self) -> Decimal:
        """Inventory + receipts - requirements."""
        return self.inventory + self.receipts - self.requirements


def places_of(session: Session, item_id: int, most: int = 200) -> list[PlaceOfItem]:
    """The places of an item by location and variant, at most so many; of an item without signs, where it lies."""
    position, unit = StockPosition, StockkeepingUnit
    rows = session.execute(
        select(
            Location.code, ItemVariant.code, unit.id, position.inventory, position.scheduled_receipts,
            position.gross_requirements, position.next_receipt_date, position.state, position.suggested_quantity,
        )
        .select_from(position)
        .join(Location, Location.id == position.location_id)
        .join(ItemVariant, ItemVariant.id == position.variant_id)
        .outerjoin(
            unit,
            and_(
                unit.item_id == position.item_id, unit.location_id == position.location_id,
                unit.variant_id == position.variant_id,
            ),
        )
        .where(position.item_id == item_id)
        .order_by(Location.code, ItemVariant.code)
        .limit(most)
    )  # fmt: skip
    kept = [
        PlaceOfItem(row[0], row[1], row[2], row[3], row[4], row[5], row[6], StockState.of_rank(row[7]), row[8])
        for row in rows
    ]
    return kept or _where_it_lies(session, item_id, most)


def _where_it_lies(session: Session, item_id: int, most: int) -> list[PlaceOfItem]:
    balance = ItemBalance
    rows = session.execute(
        select(Location.code, ItemVariant.code, balance.quantity)
        .select_from(balance)
        .join(Location, Location.id == balance.location_id)
        .join(ItemVariant, ItemVariant.id == balance.variant_id)
        .where(balance.item_id == item_id, balance.quantity != 0, Location.use_as_in_transit.is_(False))
        .order_by(Location.code, ItemVariant.code)
        .limit(most)
    )
    return [
        PlaceOfItem(place, variant, None, quantity, ZERO, ZERO, None, StockState.OK, ZERO)
        for place, variant, quantity in rows
    ]
