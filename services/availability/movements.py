"""Every open demand and supply as one SQL table of which all views are projections (sections 11 to 14)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Date, Subquery, func, literal, select, type_coerce, union_all
from sqlalchemy.orm import Session

from core.sql import ids_of
from models import Reservation
from services.reservations.sources import SOURCES, Source

#: what has no date is overdue: it counts from the start
NO_DATE = dt.date.min


@dataclass(frozen=True, slots=True)
class Place:
    """Where one looks; None means all. Transfers count only where a location is named (section 11)."""

    location_id: int | None = None
    variant_id: int | None = None


EVERYWHERE = Place()


def sources_at(place: Place, *, planned: bool = False, transfers: bool | None = None) -> Iterator[Source]:
    """The sources that count there; `transfers` says it where each location is looked at by itself."""
    between = place.location_id is not None if transfers is None else transfers
    for source in SOURCES.values():
        if (between or not source.between_places) and (planned or not source.planned):
            yield source


def movements(
    session: Session,
    item_ids: Iterable[int],
    place: Place = EVERYWHERE,
    until: dt.date | None = None,
    *,
    planned: bool = False,
    transfers: bool | None = None,
    with_held: bool = True,
) -> Subquery:
    """Open lines of the items up to a day, with the columns of OpenLine and `day`, `planned`, `held`.

    `quantity` and `held` are the database's integers (x 100,000); `held` is what is reserved of the line, unsigned, 0
    where nobody asks (`with_held`); `day` is the date, the first day of the calendar where there is none.
    """
    among = ids_of(session, item_ids)
    parts = []
    for source in sources_at(place, planned=planned, transfers=transfers):
        held: Any = literal(0, BigInteger)
        for column in (source.demand, source.supply):
            if column is not None and with_held:
                pairs = select(func.sum(type_coerce(Reservation.quantity, BigInteger))).where(column == source.line_id)
                held = held + func.coalesce(pairs.correlate_except(Reservation).scalar_subquery(), 0)
        statement = source.statement().where(source.item_id.in_(among))
        if place.location_id is not None:
            statement = statement.where(source.location_id == place.location_id)
        if place.variant_id is not None:
            statement = statement.where(source.variant_id == place.variant_id)
        if until is not None:
            statement = statement.where((source.date <= until) | source.date.is_(None))
        parts.append(
            statement.add_columns(
                func.coalesce(source.date, literal(NO_DATE, Date)).label("day"),
                literal(source.planned).label("planned"),
                held.label("held"),
            )
        )
    return union_all(*parts).subquery("movements")
