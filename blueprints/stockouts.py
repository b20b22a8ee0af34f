"""Stockout warnings of the lines a page shows, in words; switched off by whoever does not want them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Hashable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from blueprints import formats
from blueprints.access import current_user, today
from core.rounding import ZERO
from core.text import _
from models import (
    InventoryDocument,
    InventoryDocumentLine,
    ItemJournalLine,
    TradeDocument,
    TradeLine,
    TransferLine,
    TransferOrder,
)
from models.enums import EntryType
from services.inventory_documents.documents import takes_out
from services.planning.stockout import Shortage, Taking, shortages
from services.reservations.sources import SourceKind
from services.trade.stockouts import takings_of

_TAKING = frozenset({EntryType.SALE, EntryType.NEGATIVE_ADJMT, EntryType.TRANSFER})


def of_trade(
    session: Session, document: TradeDocument, lines: Sequence[TradeLine], *, also: Collection[int] = ()
) -> dict[Hashable, Shortage]:
    """Line id -> what is missing, on what is sold; not for drop shipments.

    `also` are lines that are looked at though nobody wants to be warned of them.
    """
    day = today()
    return _found(session, takings_of(document, lines, day), day, also=also)


def of_transfer(session: Session, order: TransferOrder, lines: Sequence[TransferLine]) -> dict[Hashable, Shortage]:
    """Line id -> what is missing where the goods leave."""
    day = today()
    return _found(session, transfer_takings(order, lines, day), day)


def transfer_takings(order: TransferOrder, lines: Sequence[TransferLine], day: dt.date) -> list[Taking]:
    """What the lines take along on their shipment dates; `day` is today."""
    return [
        Taking(
            line.id, line.item_id, line.variant_id, order.from_location_id, line.outstanding_base,
            max(line.shipment_date or day, day), with_receipts=True, own=(SourceKind.TRANSFER_OUT, line.id),
        )
        for line in lines
    ]  # fmt: skip


def of_inventory_document(
    session: Session, document: InventoryDocument, lines: Sequence[InventoryDocumentLine]
) -> dict[Hashable, Shortage]:
    """Line id -> what is missing, on lines of a shipment; what takes a posted receipt back is not asked."""
    day = today()
    return _found(session, inventory_takings(document, lines, day), day)


def inventory_takings(
    document: InventoryDocument, lines: Sequence[InventoryDocumentLine], day: dt.date
) -> list[Taking]:  # fmt: skip
    """What the lines of a shipment take on its posting date; `day` is today."""
    if document.correction or not takes_out(document):
        return []
    return [
        Taking(
            line.id, line.item_id, line.variant_id, document.location_id, line.quantity_base,
            max(document.posting_date, day), with_receipts=True, own=(SourceKind.INVENTORY_DOCUMENT, line.id),
        )
        for line in lines
    ]  # fmt: skip


def of_journal(session: Session, lines: Sequence[ItemJournalLine]) -> dict[Hashable, Shortage]:
    """Line no. -> what is missing, on lines that take stock out."""
    day = today()
    return _found(session, journal_takings(lines, day), day)


def journal_takings(lines: Sequence[ItemJournalLine], day: dt.date) -> list[Taking]:
    """What the lines take out; `day` is today."""
    return [
        Taking(
            line.line_no, line.item_id, line.variant_id, line.location_id, line.quantity * line.qty_per_unit_of_measure,
            day,
        )
        for line in lines
        if line.entry_type in _TAKING
    ]  # fmt: skip


def _found(
    session: Session, takings: list[Taking], day: dt.date, *, also: Collection[Hashable] = ()
) -> dict[Hashable, Shortage]:
    if not current_user.stockout_warnings:
        takings = [taking for taking in takings if taking.key in also]
        found = shortages(session, takings, today=day, also=also)
        return {key: replace(shortage, told=False) for key, shortage in found.items()}
    return shortages(session, takings, today=day, also=also)


def words(shortage: Shortage) -> str:
    """How much is missing, and from when all of it is there."""
    there = formats.quantity(max(shortage.available, ZERO))
    wanted, missing = formats.quantity(shortage.wanted), formats.quantity(shortage.missing)
    sentence = _("Only %(there)s of %(wanted)s are there: %(missing)s short.", there=there, wanted=wanted,
                 missing=missing)  # fmt: skip
    if shortage.earliest is None:
        sentence += " " + _("Nothing on order brings the rest.")
    else:
        sentence += " " + _("All of it from %(day)s.", day=formats.day(shortage.earliest))
    if shortage.elsewhere > 0:
        sentence += " " + _("Free at other locations: %(quantity)s.", quantity=formats.quantity(shortage.elsewhere))
    return sentence


def warn(rows: Sequence[Any], found: dict[Hashable, Shortage], keys: Sequence[Hashable]) -> None:
    """Put the sentence under each row that is short; `keys` are those of `found`, in the order of the rows."""
    for row, key in zip(rows, keys, strict=True):
        if key in found and found[key].told:
            row.messages, row.short = [*row.messages, words(found[key])], True
            row.mark = row.mark if row.mark == "error" else "warning"
