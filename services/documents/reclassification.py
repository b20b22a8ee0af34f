"""Moving stock between places, lots and dates without an order (posting-and-costing.md section 4)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from models import BLANK_ID, Item, UnitOfMeasure
from models.enums import EntryType
from posting.lines import PostingLine
from posting.post import post_lines
from services.documents.journal_defaults import load_facts
from services.poster import Poster

SOURCE_CODE = "RECLASSJNL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where goods lie and under which numbers. At the new place None means: as before."""

    location_id: int = BLANK_ID
    bin_id: int | None = None
    lot_no: str | None = None
    serial_no: str | None = None
    package_no: str | None = None
    expiration_date: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One line of a reclassification; `quantity` (> 0) in base units."""

    item_id: int
    quantity: Decimal
    source: Spot
    target: Spot
    variant_id: int = BLANK_ID
    applies_to_entry_id: int | None = None


def reclassify(session: Session, moves: list[Move], *, day: dt.date, document_no: str, poster: Poster) -> int:
    """Post the moves as one register; returns its id. Raises as `posting.post.post_lines`."""
    facts = load_facts(session, {move.item_id for move in moves})
    lines = []
    for number, move in enumerate(moves, 1):
        item = session.get_one(Item, move.item_id)
        unit = session.get(UnitOfMeasure, item.base_unit_of_measure_id or 0)
        lines.append(
            PostingLine(
                line_no=number * 10_000,
                entry_type=EntryType.TRANSFER,
                item_id=move.item_id,
                variant_id=move.variant_id,
                quantity=-move.quantity,
                posting_date=day,
                document_no=document_no,
                location_id=move.source.location_id,
                bin_id=move.source.bin_id,
                lot_no=move.source.lot_no or "",
                serial_no=move.source.serial_no or "",
                package_no=move.source.package_no or "",
                unit_cost=facts.items[move.item_id].unit_cost(move.source.location_id, move.variant_id),
                unit_of_measure_code=unit.code if unit is not None else "",
                applies_to_entry_id=move.applies_to_entry_id,
                new_location_id=move.target.location_id,
                new_bin_id=move.target.bin_id,
                new_lot_no=move.target.lot_no,
                new_serial_no=move.target.serial_no,
                new_package_no=move.target.package_no,
                new_expiration_date=move.target.expiration_date,
            )
        )
    context = poster.context(SOURCE_CODE, document_no=document_no)
    return post_lines(session, lines, context)
