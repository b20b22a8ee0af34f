"""Availability by location, variant, unit of measure and lot (availability-and-reservation.md section 14)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, case, cast, func, literal, or_, select, type_coerce, union_all
from sqlalchemy.orm import Session

from core.rounding import PLACES, ZERO, from_scaled, round_to
from models import (
    ItemLedgerEntry,
    ItemUnitOfMeasure,
    ItemVariant,
    Location,
    TrackingBalance,
    UnitOfMeasure,
)
from services.availability.movements import EVERYWHERE, Place, movements, sources_at
from services.availability.quantities import Quantities, count_in, stock_by, sums
from services.reservations.blocked import lot_cards

#: lots on one page
LOTS_PER_PAGE = 100


@dataclass(frozen=True, slots=True)
class Row:
    """One location, variant or unit with its figures; `id` 0 is the blank one."""

    id: int
    code: str
    name: str
    figures: Quantities


def by_location(
    session: Session, item_id: int, until: dt.date | None = None, variant_id: int | None = None
) -> list[Row]:
    """Every location, the blank one too; locations goods travel through only where something is odd there."""
    place = Place(variant_id=variant_id)
    found: dict[int, Quantities] = stock_by(session, [item_id], place, "location_id", {})
    _count_by(session, item_id, place, until, "location_id", found, transfers=True)
    places = session.execute(
        select(Location.id, Location.code, Location.name)
        .where(Location.use_as_in_transit.is_(False), Location.deleted.is_(False))
        .order_by(Location.code)
    )
    return [Row(*row, found.get(row[0], Quantities())) for row in places.tuples()]


def by_variant(
    session: Session, item_id: int, until: dt.date | None = None, location_id: int | None = None
) -> list[Row]:
    """Every variant and what has none; their sum is the item's."""
    place = Place(location_id)
    found: dict[int, Quantities] = stock_by(session, [item_id], place, "variant_id", {})
    _count_by(session, item_id, place, until, "variant_id", found)
    variants = session.execute(
        select(ItemVariant.id, ItemVariant.code, ItemVariant.description)
        .where(or_(ItemVariant.item_id == item_id, ItemVariant.id == 0))
        .order_by(ItemVariant.code)
    )
    return [Row(*row, found.get(row[0], Quantities())) for row in variants.tuples()]


def _count_by(
    session: Session, item_id: int, place: Place, until: dt.date | None, key: str, found: dict[int, Quantities],
    *, transfers: bool | None = None,
) -> None:  # fmt: skip
    lines = movements(session, [item_id], place, until, planned=True, transfers=transfers)
    statement = select(lines.c[key].label("key"), *sums(lines)).group_by(lines.c[key])
    for row in session.execute(statement):
        count_in(found.setdefault(row.key, Quantities()), row)


def by_unit(session: Session, item_id: int, until: dt.date | None = None, place: Place = EVERYWHERE) -> list[Row]:
    """Every unit of the item with only what was entered in it, in that unit: no conversion of the total."""
    entry = ItemLedgerEntry
    statement = select(entry.unit_of_measure_code, func.sum(entry.quantity, type_=entry.quantity.type)).where(
        entry.item_id == item_id
    )
    if place.location_id is not None:
        statement = statement.where(entry.location_id == place.location_id)
    if place.variant_id is not None:
        statement = statement.where(entry.variant_id == place.variant_id)
    entered: dict[str, Decimal] = dict(session.execute(statement.group_by(entry.unit_of_measure_code)).tuples().all())
    lines = movements(session, [item_id], place, until, planned=True)
    open_in: dict[int, Quantities] = {}
    for row in session.execute(select(lines.c.unit_id, *sums(lines)).group_by(lines.c.unit_id)):
        count_in(open_in.setdefault(row.unit_id or 0, Quantities()), row)
    units = session.execute(
        select(UnitOfMeasure.id, UnitOfMeasure.code, UnitOfMeasure.description,
               ItemUnitOfMeasure.qty_per_unit_of_measure)
        .join(ItemUnitOfMeasure, ItemUnitOfMeasure.unit_of_measure_id == UnitOfMeasure.id)
        .where(ItemUnitOfMeasure.item_id == item_id)
        .order_by(ItemUnitOfMeasure.qty_per_unit_of_measure, UnitOfMeasure.code)
    )  # fmt: skip
    rows = []
    for unit_id, code, name, per in units.tuples():
        base = open_in.get(unit_id, Quantities())
        base.inventory = entered.get(code, ZERO)
        rows.append(Row(unit_id, code, name, _divided(base, per)))
    return rows


def _divided(base: Quantities, per: Decimal) -> Quantities:
    return Quantities(**{
        name: round_to(getattr(base, name) / (per or Decimal(1)), PLACES) for name in Quantities.__slots__
    })  # fmt: skip


@dataclass(frozen=True, slots=True)
class LotRow:
    """A lot in stock or named by an open document; what names no lot is in no row."""

    lot_no: str
    expiration_date: dt.date | None
    figures: Quantities
    blocked: bool
    quality: str

    @property
    def available(self) -> Decimal:
        """In hand + planned + scheduled - gross."""
        return self.figures.projected_available


def by_lot(
    session: Session,
    item_id: int,
    until: dt.date | None = None,
    place: Place = EVERYWHERE,
    *,
    limit: int = LOTS_PER_PAGE,
    offset: int = 0,
) -> list[LotRow]:
    """Lots by number, a page of them, added up by the database; expired and blocked ones are listed and say so."""
    balance = TrackingBalance
    at = [balance.item_id == item_id, balance.lot_no != "", balance.quantity != 0]
    if place.location_id is not None:
        at.append(balance.location_id == place.location_id)
    if place.variant_id is not None:
        at.append(balance.variant_id == place.variant_id)
    none: Any = literal(0, BigInteger)
    parts = [
        select(
            balance.lot_no.label("lot_no"), type_coerce(balance.quantity, BigInteger).label("hand"),
            none.label("asked"), none.label("coming"), balance.expiration_date.label("expires"),
        ).where(*at)
    ]  # fmt: skip
    lines = movements(session, [item_id], place, until, planned=True)
    for source in sources_at(place):
        if source.numbers is None:
            continue
        own = source.numbers().subquery()
        left = type_coerce(own.c.left, BigInteger)
        named = select(
            own.c.lot_no, none.label("hand"), _where(~lines.c.receipt, left).label("asked"),
            _where(lines.c.receipt, left).label("coming"), literal(None, balance.expiration_date.type).label("expires"),
        ).where(own.c.lot_no != "", own.c.left != 0)  # fmt: skip
        parts.append(named.join(lines, (lines.c.id == own.c.line_id) & (lines.c.kind == source.kind.value)))
    rows = union_all(*parts).subquery()
    statement = (
        select(
            rows.c.lot_no, cast(func.sum(rows.c.hand), BigInteger).label("hand"),
            cast(func.sum(rows.c.asked), BigInteger).label("asked"),
            cast(func.sum(rows.c.coming), BigInteger).label("coming"), func.min(rows.c.expires).label("expires"),
        )
        .group_by(rows.c.lot_no)
        .order_by(rows.c.lot_no)
        .limit(limit)
        .offset(offset)
    )  # fmt: skip
    found = session.execute(statement).all()
    cards = lot_cards(session, item_id, [row.lot_no for row in found])
    return [
        LotRow(
            row.lot_no, row.expires,
            Quantities(from_scaled(row.hand), from_scaled(row.asked), from_scaled(row.coming)),
            *cards.get(row.lot_no, (False, "")),
        )
        for row in found
    ]  # fmt: skip


def _where(condition: Any, quantity: Any) -> Any:
    return case((condition, quantity), else_=literal(0, BigInteger))
