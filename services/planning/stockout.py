"""Stockout warnings: a line that takes more than there will be is told so, and may still be kept
(availability-and-reservation.md section 16, items.md section 20).

Orders and transfers are measured against what can be promised at their date, with the look-ahead of the set-up; other
lines against today's free stock less what is asked for by then, receipts left out. One table of supply and demand,
that of every view, is what both are read from.
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
from services.availability.events import reserved_of
from services.availability.on_date import outlooks
from services.availability.promise import earliest_date, look_ahead_of, reaches
from services.availability.set_up import get_setup
from services.reservations.sources import SourceKind


@dataclass(frozen=True, slots=True)
class Taking:
    """A line that takes stock; the quantity is what is still open of it, in base units and above zero."""

    key: Hashable
    item_id: int
    variant_id: int
    location_id: int
    quantity: Decimal
    until: dt.date
    #: what comes until then counts, and what need soon after will take (orders and transfers)
    with_receipts: bool = False
    #: the line itself where it is one of the open lines that requirements are made of, not later than `until`
    own: tuple[SourceKind, int] | None = None
    #: False: nobody is told, it is looked at for the sake of `also` alone (quotes)
    noticed: bool = True


@dataclass(frozen=True, slots=True)
class Shortage:
    """What is missing for a line, in base units; `available` is what there would be for it, its reservations too."""

    wanted: Decimal
    available: Decimal
    missing: Decimal
    #: the first day on which all of it is there; None where nothing that is on order makes it so
    earliest: dt.date | None
    #: free at other locations
    elsewhere: Decimal = ZERO
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
    told = {single.key: single.noticed and warned.get(single.item_id, False) for single in taking}
    taking = [single for single in taking if single.item_id in warned and (told[single.key] or single.key in also)]
    if not taking:
        return {}
    found = outlooks(session, {(single.item_id, single.variant_id, single.location_id) for single in taking})
    held = reserved_of(session, [single.own for single in taking if single.own is not None], demands=True)
    setup = get_setup(session)
    short: dict[Hashable, Shortage] = {}
    for single in taking:
        if single.own is not None and held.get(single.own, ZERO) >= single.quantity:
            continue  # all of it is held for the line: nobody takes that away
        outlook = found[single.item_id, single.variant_id, single.location_id]
        # An open line stands among the demands of its day, with what is reserved for it: no need against itself.
        own = single.quantity if single.own is not None else ZERO
        if single.with_receipts:
            available = outlook.promise(single.until, look_ahead_of(setup)) + own
        else:
            available = outlook.without_receipts(single.until) + own
        if available < single.quantity:
            prospect = outlook.prospect
            first = earliest_date(
                single.quantity, prospect.free + own, [*prospect.changes, *prospect.proposals], single.until,
                reaches(single.until, setup.look_ahead) if setup.look_ahead else None, setup.check_bucket,
            )  # fmt: skip
            short[single.key] = Shortage(
                single.quantity, available, single.quantity - available, first, outlook.elsewhere, told[single.key]
            )  # fmt: skip
    return short


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
