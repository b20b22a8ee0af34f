"""Availability by event: every demand and supply in the order of dates, with the balance after it (section 13)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import BigInteger, Select, cast, func, select, type_coerce
from sqlalchemy.orm import Session

from core.rounding import ZERO, from_scaled
from core.sql import ids_of
from models import Reservation
from services.availability.movements import EVERYWHERE, Place, movements
from services.availability.quantities import Quantities, stock
from services.reservations.sources import SOURCES, OpenLine, SourceKind

#: events on one page of a view
PER_PAGE = 100


class Which(StrEnum):
    """A column of the views: its events alone."""

    REQUIREMENT = "requirement"
    RECEIPT = "receipt"
    PLANNED = "planned"


@dataclass(frozen=True, slots=True)
class Event:
    """A demand or supply with the running balance after it; `reserved` has the sign of the quantity."""

    line: OpenLine
    reserved: Decimal
    projected: Decimal | None
    planned: bool


@dataclass(frozen=True, slots=True)
class EventPage:
    """Stock, then a page of the events."""

    stock: Quantities
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Window:
    """Which events a page shows: by day, by column, a page of them."""

    until: dt.date | None = None
    #: leaves out what is before a day, though the balance knows it
    since: dt.date | None = None
    #: one column's events; balances are not shown then
    which: Which | None = None
    planned: bool = False
    limit: int | None = None
    offset: int = 0


def by_event(session: Session, item_id: int, place: Place = EVERYWHERE, window: Window = Window()) -> EventPage:
    """Stock and the events by date, then kind.

    The database sorts and cuts the page and adds up what comes before it; at most seven statements whatever the number.
    """
    until, since, which, limit, offset = window.until, window.since, window.which, window.limit, window.offset
    lines = movements(session, [item_id], place, until, planned=window.planned, with_held=False)
    row = lines.c
    order = (row.day, row.rank, row.event, row.document_no, row.line_no, row.id)
    quantity = type_coerce(row.quantity, BigInteger).label("raw")
    wanted = select(*(row[name] for name in _COLUMNS), quantity).order_by(*order)
    found = stock(session, [item_id], place)[item_id]
    balance = found.inventory
    later = [] if since is None else [row.day >= since]
    if since is not None:
        balance += _sum(session, select(quantity).where(row.day < since))
    if which is not None:
        later.append(row.receipt == (which != Which.REQUIREMENT))
        if which != Which.REQUIREMENT:
            later.append(row.planned == (which == Which.PLANNED))
    wanted = wanted.where(*later)
    if limit is not None:
        wanted = wanted.limit(limit).offset(offset)
        if offset:
            balance += _sum(session, select(quantity).where(*later).order_by(*order).limit(offset))
    rows = session.execute(wanted).all()
    held = reserved_of(session, [(SourceKind(single.kind), single.id) for single in rows])
    events = []
    for single in rows:
        line = OpenLine(
            SourceKind(single.kind), single.id, single.item_id, single.variant_id, single.location_id, single.date,
            from_scaled(single.raw), single.reservable, single.rank, single.document_no, single.line_no,
            single.document_id, single.event, single.receipt, single.unit_id, single.per_unit,
        )  # fmt: skip
        balance += line.quantity
        kept = held.get((line.kind, line.id), ZERO)
        shown = balance if which is None else None
        events.append(Event(line, -kept if line.demand else kept, shown, single.planned))
    return EventPage(found, tuple(events))


_COLUMNS = (
    "kind", "id", "item_id", "variant_id", "location_id", "date", "reservable", "rank", "document_no", "line_no",
    "document_id", "event", "receipt", "unit_id", "per_unit", "planned",
)  # fmt: skip


def _sum(session: Session, statement: Select[tuple[int]]) -> Decimal:
    """What the quantities of a statement add up to."""
    rows = statement.subquery()
    return from_scaled(session.scalar(select(cast(func.sum(rows.c.raw), BigInteger))) or 0)


def reserved_of(
    session: Session, lines: Iterable[tuple[SourceKind, int]], *, demands: bool = False
) -> dict[tuple[SourceKind, int], Decimal]:
    """What is reserved for or from each of these lines, unsigned; one statement for each column that names them.

    `demands` when all of them are known to take: what is reserved from them is then not asked for.
    """
    found: dict[tuple[SourceKind, int], Decimal] = {}
    wanted: dict[SourceKind, list[int]] = {}
    for kind, line_id in lines:
        wanted.setdefault(kind, []).append(line_id)
    for kind, ids in wanted.items():
        for column in (SOURCES[kind].demand, None if demands else SOURCES[kind].supply):
            if column is None:
                continue
            total = func.sum(Reservation.quantity, type_=Reservation.quantity.type)
            rows = session.execute(select(column, total).where(column.in_(ids_of(session, ids))).group_by(column))
            for line_id, quantity in rows.tuples():
                found[kind, line_id] = found.get((kind, line_id), ZERO) + quantity
    return found
