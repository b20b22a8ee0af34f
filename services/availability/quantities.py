"""What is there, coming and asked for, by date (availability-and-reservation.md sections 11 to 14)."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from core.rounding import ZERO
from core.sql import ids_of
from models import ItemBalance, Reservation
from services.reservations.sources import SOURCES, OpenLine, Source, SourceKind


@dataclass(frozen=True, slots=True)
class Place:
    """Where one looks; None means all. Transfers count only where a location is named (section 11)."""

    location_id: int | None = None
    variant_id: int | None = None


@dataclass(slots=True)
class Quantities:
    """One item's figures at a date, in base units."""

    inventory: Decimal = ZERO
    gross_requirement: Decimal = ZERO
    scheduled_receipt: Decimal = ZERO
    reserved_on_stock: Decimal = ZERO

    @property
    def projected_available(self) -> Decimal:
        """Inventory + scheduled receipt - gross requirement; below zero where demand exceeds supply."""
        return self.inventory + self.scheduled_receipt - self.gross_requirement

    @property
    def available_inventory(self) -> Decimal:
        """What nobody holds."""
        return self.inventory - self.reserved_on_stock


@dataclass(frozen=True, slots=True)
class Event:
    """A demand or supply with the running balance after it; `reserved` has the sign of the quantity."""

    line: OpenLine
    reserved: Decimal
    projected: Decimal


def _sources(place: Place) -> Iterator[Source]:
    for source in SOURCES.values():
        if source.kind == SourceKind.TRADE or place.location_id is not None:
            yield source


def _at(statement: Select[Any], source: Source, place: Place) -> Select[Any]:
    if place.location_id is not None:
        statement = statement.where(source.location_id == place.location_id)
    if place.variant_id is not None:
        statement = statement.where(source.variant_id == place.variant_id)
    return statement


def open_lines(
    session: Session, item_ids: Sequence[int], place: Place = Place(), until: dt.date | None = None
) -> list[OpenLine]:
    """Every open demand and supply of the items, by date, dateless ones first; a statement for each source."""
    found = []
    for source in _sources(place):
        statement = _at(source.statement(), source, place).where(source.item_id.in_(ids_of(session, item_ids)))
        if until is not None:
            statement = statement.where((source.date <= until) | source.date.is_(None))
        found += [OpenLine(SourceKind(row[0]), *row[1:]) for row in session.execute(statement)]
    return sorted(found, key=lambda line: (line.date or dt.date.min, line.kind.value, line.id))


def stock(session: Session, item_ids: Iterable[int], place: Place) -> dict[int, Quantities]:
    """Inventory and what of it is reserved, not limited by date."""
    ids = list(item_ids)
    found = {item_id: Quantities() for item_id in ids}
    for model, column, name in (
        (ItemBalance, ItemBalance.quantity, "inventory"),
        (Reservation, Reservation.quantity, "reserved_on_stock"),
    ):
        statement = select(model.item_id, func.sum(column)).where(model.item_id.in_(ids_of(session, ids)))
        if model is Reservation:
            statement = statement.where(Reservation.supply_entry_id.is_not(None))
        if place.location_id is not None:
            statement = statement.where(model.location_id == place.location_id)
        if place.variant_id is not None:
            statement = statement.where(model.variant_id == place.variant_id)
        for item_id, quantity in session.execute(statement.group_by(model.item_id)):
            setattr(found[item_id], name, quantity)
    return found


def availability(session: Session, item_id: int, place: Place, on: dt.date) -> Quantities:
    """The item's figures with all that is dated up to `on`; overdue lines count as well (section 11)."""
    found = stock(session, [item_id], place)[item_id]
    for line in open_lines(session, [item_id], place, on):
        _count(found, line)
    return found


def _count(found: Quantities, line: OpenLine) -> None:
    """A return order taken back, or a negative order line, lowers its own column."""
    supply = line.kind == SourceKind.TRANSFER_IN or (line.kind == SourceKind.TRADE and line.rank in (1, 2))
    if supply:
        found.scheduled_receipt += line.quantity
    else:
        found.gross_requirement -= line.quantity


def by_period(
    session: Session, item_ids: Sequence[int], place: Place, starts: Sequence[dt.date], end: dt.date
) -> dict[int, list[Quantities]]:
    """For each item the net changes of each period and, as `inventory`, the balance carried into it (section 12).

    `starts` are the first days of periods, ascending; the last one ends with `end`. What is overdue counts in the
    first period.
    """
    figures = stock(session, item_ids, place)
    rows = {item_id: [Quantities() for _start in starts] for item_id in item_ids}
    for line in open_lines(session, item_ids, place, end):
        day = line.date or dt.date.min
        place_in_row = max(bisect_right(starts, day) - 1, 0)
        _count(rows[line.item_id][place_in_row], line)
    for item_id, periods in rows.items():
        balance = figures[item_id].inventory
        for period in periods:
            period.inventory, period.reserved_on_stock = balance, figures[item_id].reserved_on_stock
            balance = period.projected_available
    return rows


def by_event(session: Session, item_id: int, place: Place) -> tuple[Decimal, list[Event]]:
    """Stock, then every demand and supply in the order of dates with the balance after it (section 13)."""
    balance = start = stock(session, [item_id], place)[item_id].inventory
    reserved = reserved_by_line(session, item_id)
    events = []
    for line in open_lines(session, [item_id], place):
        balance += line.quantity
        held = reserved.get((line.kind, line.id), ZERO)
        events.append(Event(line, -held if line.demand else held, balance))
    return start, events


def reserved_by_line(session: Session, item_id: int) -> dict[tuple[SourceKind, int], Decimal]:
    """What is reserved for or from each line of an item."""
    found: dict[tuple[SourceKind, int], Decimal] = defaultdict(lambda: ZERO)
    for source in SOURCES.values():
        for column in (source.demand, source.supply):
            if column is not None:
                rows = session.execute(
                    select(column, func.sum(Reservation.quantity))
                    .where(Reservation.item_id == item_id, column.is_not(None))
                    .group_by(column)
                )
                for line_id, quantity in rows:
                    found[source.kind, line_id] += quantity
    return found
