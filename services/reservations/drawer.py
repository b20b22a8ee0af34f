"""What reserving on one line has to show: what it wants and holds, and what could be had (sections 5 and 6)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.rounding import ZERO
from models import Item, ItemLedgerEntry, Reservation
from models.enums import ItemType, ReservePolicy
from services.reservations.offers import (
    FAR,
    STOCK,
    LineRef,
    Numbers,
    Offer,
    find_line,
    line_offers,
    stock_offers,
    wanted_numbers,
)
from services.reservations.overview import Pair, pairs_with_ends
from services.reservations.sources import SOURCES, OpenLine, SourceKind

#: cards on one drawer; whoever needs more narrows by a lot or reserves automatically
MOST = 30


@dataclass(frozen=True, slots=True)
class SupplyCard:
    """A supply that the line could have; `key` is what a button says: `e12` an entry, `trade:5` a line."""

    key: str
    event: str
    document_no: str
    date: dt.date | None
    free: Decimal
    numbers: str


@dataclass(frozen=True, slots=True)
class DemandCard:
    """A demand that this supply could serve; `open` is what it still needs."""

    key: str
    line: OpenLine
    open: Decimal


@dataclass(frozen=True, slots=True)
class TypeRow:
    """Of one kind of supply: free for the line, and held by it."""

    event: str
    free: Decimal
    held: Decimal


@dataclass(frozen=True, slots=True)
class Drawer:
    """One line with its pairs; quantities in base units, `wanted` and `held` unsigned."""

    line: OpenLine
    wanted: Decimal
    held: Decimal
    from_stock: Decimal
    pairs: tuple[Pair, ...]
    supplies: tuple[SupplyCard, ...] = ()
    demands: tuple[DemandCard, ...] = ()
    types: tuple[TypeRow, ...] = ()
    #: numbers that the line asks for: only supply with these is shown
    numbers: tuple[str, ...] = ()
    #: of the item's stock here, what reservations hold that name no numbers
    nonspecific: Decimal = ZERO
    never: bool = False
    #: the line names lots or serial numbers: those are held, or any
    names: bool = False

    @property
    def open(self) -> Decimal:
        """What is not reserved yet."""
        return self.wanted - self.held


def drawer_of(session: Session, ref: LineRef, *, specific: bool = True) -> Drawer | None:
    """The line as it is now; None where nothing of it is open. Not `specific`: supply with any numbers is shown."""
    line = find_line(session, ref)
    if line is None:
        return None
    source = SOURCES[ref.kind]
    column = source.demand if line.demand else source.supply
    pairs = tuple(pairs_with_ends(session, column == ref.id)) if column is not None else ()
    held = sum((pair.quantity for pair in pairs), ZERO)
    from_stock = sum((pair.quantity for pair in pairs if pair.supply_entry_id is not None), ZERO)
    wanted = abs(line.quantity)
    item = session.get_one(Item, line.item_id)
    never = item.type != ItemType.INVENTORY or item.reserve == ReservePolicy.NEVER or not line.reservable
    base = Drawer(line, wanted, held, from_stock, pairs, never=never)
    if never:
        return base
    return _demand_side(session, base, item, specific=specific) if line.demand else _supply_side(session, base)


def _demand_side(session: Session, base: Drawer, item: Item, *, specific: bool) -> Drawer:
    line = base.line
    asked = [numbers for numbers, _part in wanted_numbers(session, line, base.wanted) if numbers is not None]
    names = bool(asked)
    asked = asked if specific else []
    offers: list[Offer] = []
    looked_for: list[Numbers | None] = [*asked] if asked else [None]
    for numbers in looked_for:
        offers += stock_offers(session, line, item, numbers)
        offers += line_offers(session, line, numbers)
    named = [offer.entry_id for offer in offers[:MOST] if offer.entry_id is not None]
    entry = ItemLedgerEntry
    rows = session.execute(select(entry.id, entry.posting_date, entry.document_no).where(entry.id.in_(named)))
    entries = {entry_id: (day, no) for entry_id, day, no in rows.tuples()}
    cards = []
    for offer in offers[:MOST]:
        numbers_shown = " ".join(filter(None, (offer.lot_no, offer.serial_no, offer.package_no)))
        if offer.line is not None:
            key, event = f"{offer.line.kind.value}:{offer.line.id}", offer.line.event
            day, no = offer.line.date, offer.line.document_no
        else:
            key, event = f"e{offer.entry_id}", STOCK
            day, no = entries.get(offer.entry_id or 0, (None, ""))
        cards.append(SupplyCard(key, event, no, day, offer.free, numbers_shown))
    nonspecific = ZERO
    if names:
        row = Reservation
        nonspecific = session.scalar(
            select(func.sum(row.quantity)).where(
                row.item_id == line.item_id, row.variant_id == line.variant_id, row.location_id == line.location_id,
                row.supply_entry_id.is_not(None), ~row.specific,
            )
        ) or ZERO  # fmt: skip
    return Drawer(
        base.line, base.wanted, base.held, base.from_stock, base.pairs, tuple(cards), (),
        tuple(_types(offers, base.pairs)), tuple(" ".join(filter(None, numbers)) for numbers in asked), nonspecific,
        names=names,
    )  # fmt: skip


def _types(offers: Iterable[Offer], pairs: Iterable[Pair]) -> list[TypeRow]:
    free: dict[str, Decimal] = {}
    held: dict[str, Decimal] = {}
    for offer in offers:
        event = offer.line.event if offer.line is not None else STOCK
        free[event] = free.get(event, ZERO) + offer.free
    for pair in pairs:
        held[pair.supply.event] = held.get(pair.supply.event, ZERO) + pair.quantity
    return [
        TypeRow(event, free.get(event, ZERO), held.get(event, ZERO)) for event in dict.fromkeys((*free, *held))
    ]  # fmt: skip


def _supply_side(session: Session, base: Drawer) -> Drawer:
    """Demands of the same item at the same place that are not earlier and not fully reserved."""
    line, found = base.line, []
    for source in SOURCES.values():
        if source.demand is None:
            continue
        statement = source.statement().where(
            source.item_id == line.item_id, source.variant_id == line.variant_id,
            source.location_id == line.location_id,
            (source.date >= (line.date or FAR)) | source.date.is_(None),
        )  # fmt: skip
        rows = [OpenLine(SourceKind(row[0]), *row[1:]) for row in session.execute(statement)]
        rows = [row for row in rows if row.demand and row.reservable]
        taken = dict(
            session.execute(
                select(source.demand, func.sum(Reservation.quantity))
                .where(source.demand.in_([row.id for row in rows]))
                .group_by(source.demand)
            ).tuples().all()
        )  # fmt: skip
        for row in rows:
            left = -row.quantity - taken.get(row.id, ZERO)
            if left > 0:
                found.append(DemandCard(f"{row.kind.value}:{row.id}", row, left))
    found.sort(key=lambda card: (card.line.date or FAR, card.line.document_no, card.line.line_no))
    return Drawer(
        base.line, base.wanted, base.held, base.from_stock, base.pairs, (), tuple(found[:MOST])
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Held:
    """What is reserved of a line in base units, and of that from stock."""

    quantity: Decimal
    from_stock: Decimal


def held_by_lines(session: Session, kind: SourceKind, line_ids: Iterable[int]) -> dict[int, Held]:
    """Line -> what is reserved for or from it; one or two statements whatever their number."""
    ids = list(line_ids)
    found: dict[int, Held] = {}
    if not ids:
        return found
    for column in (SOURCES[kind].demand, SOURCES[kind].supply):
        if column is None:
            continue
        row = Reservation
        total = func.sum(row.quantity, type_=row.quantity.type)
        lying = func.sum(row.quantity, type_=row.quantity.type).filter(row.supply_entry_id.is_not(None))
        for line_id, quantity, stock in session.execute(
            select(column, total, lying).where(column.in_(ids)).group_by(column)
        ).tuples():
            found[line_id] = Held(quantity, stock or ZERO)
    return found
