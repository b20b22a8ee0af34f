"""What can be reserved for a demand: free stock, and free supply on order (availability-and-reservation.md 2 and 4)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.errors import ValidationError
from core.rounding import ZERO
from core.text import _
from models import Item, ItemLedgerEntry, Reservation
from models.enums import CostingMethod
from services.reservations.bins import limit, numbers_waiting
from services.reservations.blocked import blocked_numbers
from services.reservations.sources import SOURCES, OpenLine, SourceKind

#: a demand without a date waits for ever
FAR = dt.date(9999, 12, 31)
#: what stock is called among the kinds of supply
STOCK = "stock"


@dataclass(frozen=True, slots=True)
class LineRef:
    """A line of a document as demand or supply."""

    kind: SourceKind
    id: int


@dataclass(frozen=True, slots=True)
class EntryRef:
    """An item ledger entry as supply."""

    id: int


def find_line(session: Session, ref: LineRef) -> OpenLine | None:
    """The line, None when nothing of it is open or it is neither demand nor supply."""
    source = SOURCES[ref.kind]
    row = session.execute(source.statement().where(source.line_id == ref.id)).first()
    return OpenLine(SourceKind(row[0]), *row[1:]) if row is not None else None


def get_line(session: Session, ref: LineRef) -> OpenLine:
    """The line. Raises ValidationError `not_reservable`."""
    found = find_line(session, ref)
    if found is None or not found.reservable:
        raise ValidationError(
            "not_reservable",
            _("This line can neither be reserved for nor from: nothing of it is open, or it is of no such kind."),
            hint=_("Choose an open line of an order."),
        )
    return found


def reserved_quantity(session: Session, kind: SourceKind, line_id: int, *, demand: bool) -> Decimal:
    """What is reserved for (demand) or from a line, in base units."""
    column = SOURCES[kind].demand if demand else SOURCES[kind].supply
    return session.scalar(select(func.sum(Reservation.quantity)).where(column == line_id)) or ZERO


@dataclass(slots=True)
class Offer:
    """A supply with what is free of it, in base units."""

    free: Decimal
    entry_id: int | None = None
    line: OpenLine | None = None
    lot_no: str = ""
    serial_no: str = ""
    package_no: str = ""


#: lot, serial, package no.
Numbers = tuple[str, str, str]


def wanted_numbers(session: Session, demand: OpenLine, wanted: Decimal) -> list[tuple[Numbers | None, Decimal]]:
    """What of the demand names numbers, each with its share, and the rest without."""
    numbers = SOURCES[demand.kind].numbers
    if numbers is None:
        return [(None, wanted)]
    held = Reservation
    column = SOURCES[demand.kind].demand
    done = {
        (lot, serial, package): quantity
        for lot, serial, package, quantity in session.execute(
            select(held.lot_no, held.serial_no, held.package_no, func.sum(held.quantity))
            .where(column == demand.id, held.specific)
            .group_by(held.lot_no, held.serial_no, held.package_no)
        )
    }
    parts: list[tuple[Numbers | None, Decimal]] = []
    rows = numbers().subquery()
    own = select(rows).where(rows.c.line_id == demand.id).order_by(rows.c.id)
    for _line, lot, serial, package, quantity, _row in session.execute(own):
        part = min(quantity - done.get((lot, serial, package), ZERO), wanted)
        if part > 0:
            parts.append(((lot, serial, package), part))
            wanted -= part
    return [*parts, (None, wanted)] if wanted > 0 else parts


def stock_offers(
    session: Session, demand: OpenLine, item: Item, numbers: Numbers | None = None, entry_id: int | None = None
) -> list[Offer]:
    """Free stock of the demand's item, variant and place: oldest first, newest first for LIFO (section 4).

    Numbers that are blocked are not offered: they may not leave. What waits in outbound bins is left out; of which
    entry it is nobody knows, so the last offered ones give it (warehouse.md section 13).
    """
    waiting = numbers_waiting(session, demand.item_id, demand.variant_id, demand.location_id)
    entry = ItemLedgerEntry
    held = (
        select(func.coalesce(func.sum(Reservation.quantity), 0))
        .where(Reservation.supply_entry_id == entry.id)
        .scalar_subquery()
    )
    statement = select(
        entry.id, entry.remaining_quantity, held, entry.lot_no, entry.serial_no, entry.package_no
    ).where(
        entry.item_id == demand.item_id, entry.variant_id == demand.variant_id,
        entry.location_id == demand.location_id, entry.open, entry.positive,
    )  # fmt: skip
    if numbers is not None:
        for column, value in zip((entry.lot_no, entry.serial_no, entry.package_no), numbers, strict=True):
            statement = statement.where(column == value) if value else statement
    if entry_id is not None and not waiting:
        statement = statement.where(entry.id == entry_id)
    blocked = blocked_numbers(session, demand.item_id, demand.variant_id)
    newest = item.costing_method == CostingMethod.LIFO
    order = (entry.posting_date.desc(), entry.id.desc()) if newest else (entry.posting_date, entry.id)
    offers = []
    for found, remaining, taken, lot, serial, package in session.execute(statement.order_by(*order)):
        free = remaining - _decimal(taken)
        if free > 0 and not blocked.holds(lot, serial, package):
            offers.append(Offer(free, entry_id=found, lot_no=lot, serial_no=serial, package_no=package))
    if waiting:
        offers.sort(key=lambda offer: offer.entry_id != entry_id)
        limit(offers, waiting)
    return [offer for offer in offers if offer.free > 0 and entry_id in (None, offer.entry_id)]


def _decimal(value: Any) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(value or 0)


def line_offers(session: Session, demand: OpenLine, numbers: Numbers | None = None) -> list[Offer]:
    """Free supply on order that comes in time: by kind, then the latest first (section 4).

    With `numbers` only what lines name of them: a lot that is still on an order can be had from that order (section 6).
    """
    offers = []
    for source in SOURCES.values():
        if source.supply is None or source.planned:
            continue
        statement = source.statement().where(
            source.item_id == demand.item_id,
            source.variant_id == demand.variant_id,
            source.location_id == demand.location_id,
            source.date <= (demand.date or FAR),
        )
        lines = [OpenLine(SourceKind(row[0]), *row[1:]) for row in session.execute(statement)]
        lines = [line for line in lines if line.quantity > 0 and line.reservable]
        offers += [offer for offer in offers_of(session, source.kind, lines, numbers) if offer.free > 0]
    return sorted(offers, key=_preference)


def offers_of(
    session: Session, kind: SourceKind, lines: Sequence[OpenLine], numbers: Numbers | None = None
) -> list[Offer]:
    """What is free of each supply line, of the numbers where they are given; two or three statements."""
    ids = [line.id for line in lines]
    taken = _reserved_of(session, kind, ids)
    if numbers is None:
        return [Offer(line.quantity - taken.get(line.id, ZERO), line=line) for line in lines]
    named = _named_on(session, kind, ids, numbers)
    specific = _reserved_of(session, kind, ids, numbers)
    found = []
    for line in lines:
        of_numbers = named.get(line.id, ZERO) - specific.get(line.id, ZERO)
        free = min(of_numbers, line.quantity - taken.get(line.id, ZERO))
        found.append(Offer(free, None, line, *numbers))
    return found


def _named_on(session: Session, kind: SourceKind, ids: list[int], numbers: Numbers) -> dict[int, Decimal]:
    """How much of the numbers each line names and has still to move."""
    of_source = SOURCES[kind].numbers
    if of_source is None or not ids:
        return {}
    rows = of_source().subquery()
    statement = select(rows.c.line_id, func.sum(rows.c.left, type_=rows.c.left.type)).where(rows.c.line_id.in_(ids))
    for column, value in zip((rows.c.lot_no, rows.c.serial_no, rows.c.package_no), numbers, strict=True):
        statement = statement.where(column == value) if value else statement
    return dict(session.execute(statement.group_by(rows.c.line_id)).tuples().all())


def _preference(offer: Offer) -> tuple[int, int, int]:
    line = offer.line
    if line is None:
        return (0, 0, 0)
    return line.rank, -(line.date or FAR).toordinal(), line.id


def _reserved_of(
    session: Session, kind: SourceKind, ids: list[int], numbers: Numbers | None = None
) -> dict[int, Decimal]:
    column = SOURCES[kind].supply
    if not ids:
        return {}
    statement = select(column, func.sum(Reservation.quantity)).where(column.in_(ids))
    if numbers is not None:
        row = Reservation
        statement = statement.where(row.specific, row.lot_no == numbers[0], row.serial_no == numbers[1],
                                    row.package_no == numbers[2])  # fmt: skip
    return dict(session.execute(statement.group_by(column)).tuples().all())
