"""Stockout warnings: a line that takes more than there will be is told so, and may still be kept (items.md section 20).

The quantity is measured against stock, receipts and requirements up to the shipment date for sales orders, and
against today's stock less today's requirements for other lines.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.rounding import ZERO
from core.sql import ids_of
from models import Item, TradeSetup
from models.enums import DefaultNoYes, ItemType
from services.availability.on_date import Outlook, outlooks
from services.availability.promise import earliest_date
from services.reservations.sources import OpenLine, SourceKind


@dataclass(frozen=True, slots=True)
class Taking:
    """A line that takes stock; the quantity is what is still open of it, in base units and above zero."""

    key: Hashable
    item_id: int
    variant_id: int
    location_id: int
    quantity: Decimal
    until: dt.date
    #: what comes until then counts (sales orders)
    with_receipts: bool = False
    #: the line itself where it is one of the open lines that requirements are made of
    own: tuple[SourceKind, int] | None = None


@dataclass(frozen=True, slots=True)
class Shortage:
    """What is missing for a line, in base units; `available` is what there would be for it."""

    wanted: Decimal
    available: Decimal
    missing: Decimal
    #: the first day on which all of it is there; None where nothing that is on order makes it so
    earliest: dt.date | None
    #: whoever sees the line is told of it
    told: bool = True


def shortages(
    session: Session, takings: Iterable[Taking], *, today: dt.date, also: Collection[Hashable] = ()
) -> dict[Hashable, Shortage]:
    """The lines that take too much, by key; a fixed number of statements for any number of lines.

    `also` are keys of lines that are looked at though their item asks for no warning; those are not told.
    """
    taking = [single for single in takings if single.quantity > 0]
    warned = _warned(session, {single.item_id for single in taking})
    taking = [
        single for single in taking if single.item_id in warned and (warned[single.item_id] or single.key in also)
    ]  # fmt: skip
    found = outlooks(
        session, {(single.item_id, single.variant_id, single.location_id) for single in taking}, dt.date.max
    )  # fmt: skip
    short: dict[Hashable, Shortage] = {}
    for single in taking:
        outlook = found[single.item_id, single.variant_id, single.location_id]
        available = _available(outlook, single)
        if available < single.quantity:
            changes = [(line.date or dt.date.min, line.quantity) for line in outlook.lines if not _is_own(line, single)]
            first = earliest_date(single.quantity, outlook.inventory, changes, today)
            short[single.key] = Shortage(
                single.quantity, available, single.quantity - available, first, told=warned[single.item_id]
            )  # fmt: skip
    return short


def _available(outlook: Outlook, taking: Taking) -> Decimal:
    """What there is for the line: stock, and what others ask for and (with receipts) bring up to its day."""
    return outlook.inventory + sum(
        (
            line.quantity
            for line in outlook.lines
            if (taking.with_receipts or line.demand)
            and (line.date is None or line.date <= taking.until)
            and not _is_own(line, taking)
        ),
        ZERO,
    )


def _is_own(line: OpenLine, taking: Taking) -> bool:
    return taking.own == (line.kind, line.id)


def _warned(session: Session, item_ids: set[int]) -> dict[int, bool]:
    """Items with stock -> whether the card asks for the warning: Yes, or Default where the set-up of sales says so."""
    if not item_ids:
        return {}
    rows = session.execute(
        select(Item.id, Item.stockout_warning, TradeSetup.stockout_warning)
        .outerjoin(TradeSetup, TradeSetup.id == 1)
        .where(Item.id.in_(ids_of(session, item_ids)), Item.type == ItemType.INVENTORY)
    )
    return {
        item_id: wanted == DefaultNoYes.YES or (wanted == DefaultNoYes.DEFAULT and usual is not False)
        for item_id, wanted, usual in rows.tuples()
    }
