"""Read what there is of the numbers on the lines, and their information cards: two statements for all lines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.sql import ids_of, texts_of
from models import ItemLedgerEntry, Location, NumberCard, NumberTotal
from models.enums import EntryType
from models.tracking import NumberKind
from posting.facts import Facts
from posting.lines import PostingLine, arriving
from posting.tracking_rules import NumberKey, numbers_of

_ILE = ItemLedgerEntry


def load_numbers(session: Session, facts: Facts, lines: Sequence[PostingLine]) -> None:
    """Fill `facts` with stock, dates and cards of the numbers that the lines carry or give."""
    item_ids, numbers = set(), set()
    for line in lines:
        item = facts.items.get(line.item_id)
        if item is None or item.tracking is None:
            continue
        item_ids.add(line.item_id)
        numbers |= {key.number for key in numbers_of(line)}
        if line.entry_type == EntryType.TRANSFER:
            numbers |= {key.number for key in numbers_of(arriving(line, line.quantity, None))}
    numbers.discard("")
    if not numbers:
        return
    total = NumberTotal
    rows = session.execute(
        select(total.item_id, total.variant_id, total.kind, total.number, total.quantity, total.expiration_date).where(
            total.number.in_(texts_of(session, numbers)), total.item_id.in_(ids_of(session, item_ids))
        )
    )
    for *key, quantity, expiration in rows:
        number = NumberKey(*key)
        facts.numbers_in_stock[number], facts.number_dates[number] = quantity, expiration
    coming = {line.serial_no if line.inbound else line.new_serial_no for line in lines}
    there = {key.number for key, quantity in facts.numbers_in_stock.items()
             if key.kind == NumberKind.SERIAL and quantity > 0 and key.number in coming}  # fmt: skip
    facts.serials_there |= where_they_lie(session, item_ids, there)
    card = NumberCard
    cards = session.execute(
        select(card.item_id, card.variant_id, card.kind, card.number, card.blocked, card.block_reason).where(
            card.number.in_(texts_of(session, numbers)), card.item_id.in_(ids_of(session, item_ids))
        )
    )
    for *key, blocked, reason in cards:
        facts.number_cards[NumberKey(*key)] = reason if blocked else None


def where_they_lie(
    session: Session, item_ids: Collection[int], serials: Collection[str]
) -> dict[NumberKey, tuple[str, dt.date, str]]:
    """Serial number -> location code, since when and by which document it is in stock there; no statement for none."""
    if not serials:
        return {}
    rows = session.execute(
        select(_ILE.item_id, _ILE.variant_id, _ILE.serial_no, Location.code, _ILE.posting_date, _ILE.document_no)
        .join(Location, Location.id == _ILE.location_id)
        .where(_ILE.serial_no.in_(texts_of(session, serials)), _ILE.serial_no != "",
               _ILE.item_id.in_(ids_of(session, item_ids)), _ILE.open, _ILE.positive)
    )  # fmt: skip
    return {
        NumberKey(item_id, variant_id, NumberKind.SERIAL, serial): (place, day, document_no)
        for item_id, variant_id, serial, place, day, document_no in rows
    }
