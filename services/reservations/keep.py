"""Making and cancelling reservations: automatic, of one supply, of numbers (availability-and-reservation.md 2 to 5)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.clock import utcnow
from core.errors import NotFound, ValidationError
from core.rounding import ZERO
from core.text import _, plain_quantity
from models import Item, ItemLedgerEntry, Location, Reservation, TradeLine, TradeLineNumber, TransferLineNumber
from models.enums import CostingMethod, ItemType, ReservePolicy
from posting.prepare import lock_items
from services.reservations.late_binding import Wanted, make_room
from services.reservations.pairs import pairs_of
from services.reservations.sources import SOURCES, OpenLine, SourceKind

_FAR = dt.date(9999, 12, 31)


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


def reserved_either_end(session: Session, kind: SourceKind, line_id: int) -> Decimal:
    """What is reserved for or from a line, whichever it is, in base units."""
    source = SOURCES[kind]
    return sum(
        (
            reserved_quantity(session, kind, line_id, demand=demand)
            for column, demand in ((source.demand, True), (source.supply, False))
            if column is not None
        ),
        ZERO,
    )


def reserve(
    session: Session,
    demand_ref: LineRef,
    supply: LineRef | EntryRef | None = None,
    quantity: Decimal | None = None,
    *,
    user_name: str = "",
) -> Decimal:
    """Reserve `quantity` base units (all that is open where left out) for a demand; returns how much was reserved.

    Without `supply` it looks for one: stock first, then what comes in time, the latest first (section 4), and takes
    what there is. A named supply gives all that is asked or the whole is refused, except that a quantity left out
    means what both ends have.

    Raises ValidationError `not_reservable`, `reserve_never`, `reservation_mismatch`, `reservation_date_conflict`,
    `reservation_exceeds_outstanding`, `reserved_elsewhere`, `line_applied`.
    """
    demand = get_line(session, demand_ref)
    lock_items(session, [demand.item_id])
    demand = get_line(session, demand_ref)
    if not demand.demand:
        raise ValidationError("not_reservable", _("This line brings goods; it needs none."))
    item = session.get_one(Item, demand.item_id)
    _check_policy(session, demand, item)
    open_quantity = -demand.quantity - reserved_quantity(session, demand.kind, demand.id, demand=True)
    if quantity is not None and (quantity <= 0 or quantity > open_quantity):
        raise ValidationError(
            "reservation_exceeds_outstanding",
            _("Only %(open)s of line %(line)s of %(no)s are not reserved yet.",
              open=plain_quantity(open_quantity), line=demand.line_no, no=demand.document_no),
            field="quantity", line=demand.line_no,
        )  # fmt: skip
    wanted = open_quantity if quantity is None else quantity
    if supply is None:
        return _reserve_automatically(session, demand, item, wanted, user_name)
    numbers = _named_by_both(session, demand, supply, wanted)
    if numbers is not None:
        make_room(session, Wanted(demand.item_id, demand.variant_id, demand.location_id, *numbers), wanted)
    offered = _offered(session, demand, item, supply)
    if not offered or (quantity is not None and offered[0].free < quantity):
        free = offered[0].free if offered else ZERO
        raise ValidationError(
            "reserved_elsewhere",
            _("Only %(free)s of this supply are free; the rest is reserved for other documents.",
              free=plain_quantity(free)),
            field="quantity", line=demand.line_no, hint=_("Reserve less, or cancel another reservation."),
        )  # fmt: skip
    return _take(session, demand, offered[:1], wanted, user_name, numbers=numbers)


def _named_by_both(session: Session, demand: OpenLine, supply: LineRef | EntryRef, wanted: Decimal) -> Numbers | None:
    """Numbers that the demand asks for and the entry carries; None where the demand asks for none (section 4).

    Raises ValidationError `reservation_mismatch` where the demand asks for others.
    """
    if not isinstance(supply, EntryRef):
        return None
    asked = _wanted_numbers(session, demand, wanted)
    entry = session.get(ItemLedgerEntry, supply.id)
    if entry is None or any(numbers is None for numbers, _part in asked):
        return None
    there = (entry.lot_no, entry.serial_no, entry.package_no)
    for numbers, _part in asked:
        if numbers is not None and all(not want or want == have for want, have in zip(numbers, there, strict=True)):
            return numbers
    raise ValidationError(
        "reservation_mismatch",
        _("Line %(line)s of %(no)s asks for other lot or serial numbers than entry %(entry)s carries.",
          line=demand.line_no, no=demand.document_no, entry=supply.id),
        line=demand.line_no, hint=_("Choose a supply with the numbers of the line."),
    )  # fmt: skip


@dataclass(slots=True)
class Offer:
    """A supply with what is free of it, in base units."""

    free: Decimal
    entry_id: int | None = None
    line: OpenLine | None = None
    lot_no: str = ""
    serial_no: str = ""
    package_no: str = ""


def _reserve_automatically(session: Session, demand: OpenLine, item: Item, wanted: Decimal, user_name: str) -> Decimal:
    if wanted <= 0:
        return ZERO
    done = ZERO
    for numbers, part in _wanted_numbers(session, demand, wanted):
        if numbers is not None:
            make_room(session, Wanted(demand.item_id, demand.variant_id, demand.location_id, *numbers), part)
        taken = _take(session, demand, stock_offers(session, demand, item, numbers), part, user_name, numbers=numbers)
        if taken < part and numbers is None:
            taken += _take(session, demand, line_offers(session, demand), part - taken, user_name)
        done += taken
    return done


Numbers = tuple[str, str, str]


def _wanted_numbers(session: Session, demand: OpenLine, wanted: Decimal) -> list[tuple[Numbers | None, Decimal]]:
    """What of the demand names numbers, each with its share, and the rest without."""
    if demand.kind == SourceKind.TRADE:
        row = TradeLineNumber
        left = row.quantity - row.qty_handled
    else:
        row, left = TransferLineNumber, TransferLineNumber.quantity - TransferLineNumber.qty_shipped
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
    for lot, serial, package, quantity in session.execute(
        select(row.lot_no, row.serial_no, row.package_no, left).where(row.line_id == demand.id).order_by(row.id)
    ):
        part = min(quantity - done.get((lot, serial, package), ZERO), wanted)
        if part > 0:
            parts.append(((lot, serial, package), part))
            wanted -= part
    return [*parts, (None, wanted)] if wanted > 0 else parts


def stock_offers(
    session: Session, demand: OpenLine, item: Item, numbers: Numbers | None = None, entry_id: int | None = None
) -> list[Offer]:
    """Free stock of the demand's item, variant and place: oldest first, newest first for LIFO (section 4)."""
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
    if entry_id is not None:
        statement = statement.where(entry.id == entry_id)
    newest = item.costing_method == CostingMethod.LIFO
    order = (entry.posting_date.desc(), entry.id.desc()) if newest else (entry.posting_date, entry.id)
    offers = []
    for found, remaining, taken, lot, serial, package in session.execute(statement.order_by(*order)):
        free = remaining - _decimal(taken)
        if free > 0:
            offers.append(Offer(free, entry_id=found, lot_no=lot, serial_no=serial, package_no=package))
    return offers


def _decimal(value: Any) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(value or 0)


def line_offers(session: Session, demand: OpenLine) -> list[Offer]:
    """Free supply on order that comes in time: by kind, then the latest first (section 4)."""
    offers = []
    for kind, source in SOURCES.items():
        if source.supply is None:
            continue
        statement = source.statement().where(
            source.item_id == demand.item_id,
            source.variant_id == demand.variant_id,
            source.location_id == demand.location_id,
            source.date <= (demand.date or _FAR),
        )
        lines = [OpenLine(SourceKind(row[0]), *row[1:]) for row in session.execute(statement)]
        lines = [line for line in lines if line.quantity > 0 and line.reservable]
        taken = _reserved_of(session, kind, [line.id for line in lines])
        offers += [
            Offer(line.quantity - taken.get(line.id, ZERO), line=line)
            for line in lines
            if line.quantity > taken.get(line.id, ZERO)
        ]
    return sorted(offers, key=_preference)


def _preference(offer: Offer) -> tuple[int, int, int]:
    line = offer.line
    if line is None:
        return (0, 0, 0)
    return line.rank, -(line.date or _FAR).toordinal(), line.id


def _reserved_of(session: Session, kind: SourceKind, ids: list[int]) -> dict[int, Decimal]:
    column = SOURCES[kind].supply
    if not ids:
        return {}
    rows = session.execute(select(column, func.sum(Reservation.quantity)).where(column.in_(ids)).group_by(column))
    return dict(rows.tuples().all())


def _offered(session: Session, demand: OpenLine, item: Item, supply: LineRef | EntryRef) -> list[Offer]:
    """The named supply, checked (section 2)."""
    if isinstance(supply, EntryRef):
        entry = session.get(ItemLedgerEntry, supply.id, populate_existing=True)
        if entry is None:
            raise NotFound("entry_not_found", _("There is no entry %(id)s.", id=supply.id))
        _check_same(session, demand, entry.item_id, entry.variant_id, entry.location_id)
        return stock_offers(session, demand, item, entry_id=supply.id)
    line = get_line(session, supply)
    if line.quantity <= 0:
        raise ValidationError("not_reservable", _("This line takes goods; nothing can be reserved from it."))
    _check_same(session, demand, line.item_id, line.variant_id, line.location_id)
    if (line.date or _FAR) > (demand.date or _FAR):
        raise ValidationError(
            "reservation_date_conflict",
            _("%(supply)s comes on %(comes)s; line %(line)s of %(no)s needs it on %(needs)s.",
              supply=line.document_no, comes=line.date, line=demand.line_no, no=demand.document_no,
              needs=demand.date),
            line=demand.line_no, hint=_("Move one of the dates, or reserve from another supply."),
        )  # fmt: skip
    free = line.quantity - reserved_quantity(session, line.kind, line.id, demand=False)
    return [Offer(free, line=line)] if free > 0 else []


def _check_same(session: Session, demand: OpenLine, item_id: int, variant_id: int, location_id: int) -> None:
    if (demand.item_id, demand.variant_id, demand.location_id) == (item_id, variant_id, location_id):
        return
    place = session.get_one(Location, demand.location_id).code
    raise ValidationError(
        "reservation_mismatch",
        _("Item, variant and location of supply and demand must be the same; line %(line)s of %(no)s is at %(place)s.",
          line=demand.line_no, no=demand.document_no, place=place or _("the blank location")),
        line=demand.line_no, hint=_("Choose a supply of the same item, variant and location."),
    )  # fmt: skip


def _check_policy(session: Session, demand: OpenLine, item: Item) -> None:
    policy, applied = item.reserve, None
    if demand.kind == SourceKind.TRADE:
        policy, applied = session.execute(
            select(TradeLine.reserve, TradeLine.applies_to_entry_id).where(TradeLine.id == demand.id)
        ).one()
    if item.type != ItemType.INVENTORY or ReservePolicy.NEVER in (policy, item.reserve):
        raise ValidationError(
            "reserve_never", _("Item %(no)s on this line is never reserved.", no=item.no), line=demand.line_no,
            hint=_("Change the reserve policy of the line or of the item."),
        )  # fmt: skip
    if applied is not None:
        raise ValidationError(
            "line_applied", _("Line %(line)s names an entry to apply to; it cannot be reserved as well.",
                              line=demand.line_no),
            line=demand.line_no, hint=_("Empty the applies-to entry first."),
        )  # fmt: skip


def _take(
    session: Session,
    demand: OpenLine,
    offers: Iterable[Offer],
    wanted: Decimal,
    user_name: str,
    *,
    numbers: Numbers | None = None,
) -> Decimal:
    """Pairs for `wanted`, from the offers in their order; returns how much was found."""
    done = ZERO
    for offer in offers:
        part = min(offer.free, wanted - done)
        if part <= 0:
            break
        pair = Reservation(
            item_id=demand.item_id, variant_id=demand.variant_id, location_id=demand.location_id, quantity=part,
            shipment_date=demand.date or _FAR, specific=numbers is not None, lot_no=offer.lot_no,
            serial_no=offer.serial_no, package_no=offer.package_no, created_at=utcnow(), created_by=user_name,
        )  # fmt: skip
        setattr(pair, SOURCES[demand.kind].demand.key, demand.id)
        if offer.line is not None:
            setattr(pair, SOURCES[offer.line.kind].supply.key, offer.line.id)
            pair.expected_receipt_date = offer.line.date
        else:
            pair.supply_entry_id = offer.entry_id
        session.add(pair)
        done += part
    session.flush()
    return done


def conditions_of(demand: LineRef | None, supply: LineRef | EntryRef | None) -> list[Any]:
    """What narrows reservations to a demand, a supply, or both."""
    found = []
    if demand is not None:
        found.append(SOURCES[demand.kind].demand == demand.id)
    if isinstance(supply, EntryRef):
        found.append(Reservation.supply_entry_id == supply.id)
    elif supply is not None:
        found.append(SOURCES[supply.kind].supply == supply.id)
    return found


def cancel(
    session: Session,
    demand: LineRef | None = None,
    supply: LineRef | EntryRef | None = None,
    quantity: Decimal | None = None,
) -> Decimal:
    """Cancel reservations of a demand, a supply, or between both; `quantity` base units of them, or all.

    Returns how much was cancelled. Raises ValidationError `nothing_reserved`.
    """
    pairs = pairs_of(session, *conditions_of(demand, supply)) if demand is not None or supply is not None else []
    there = sum((pair.quantity for pair in pairs), ZERO)
    if not pairs or (quantity is not None and not 0 < quantity <= there):
        raise ValidationError(
            "nothing_reserved", _("Only %(there)s are reserved here.", there=plain_quantity(there)), field="quantity",
            hint=_("Cancel at most that."),
        )  # fmt: skip
    lock_items(session, {pair.item_id for pair in pairs})
    wanted = there if quantity is None else quantity
    release_from(session, reversed(pairs), wanted)
    return wanted


def release_from(session: Session, pairs: Iterable[Reservation], wanted: Decimal) -> None:
    """Lower or delete pairs, in the order given, until `wanted` is free."""
    for pair in pairs:
        part = min(pair.quantity, wanted)
        if part <= 0:
            break
        wanted -= part
        if part == pair.quantity:
            session.delete(pair)
        else:
            pair.quantity -= part
    session.flush()


def lower(session: Session, reservation_id: int, quantity: Decimal) -> None:
    """Lower one pair to `quantity` (section 5). Raises NotFound `reservation_not_found`; ValidationError
    `reservation_raised`, `quantity_required`.
    """
    pair = session.get(Reservation, reservation_id, populate_existing=True)
    if pair is None:
        raise NotFound("reservation_not_found", _("This reservation is not there any more."))
    if quantity <= 0:
        raise ValidationError("quantity_required", _("A reservation is cancelled, not set to zero."), field="quantity")
    if quantity > pair.quantity:
        raise ValidationError(
            "reservation_raised",
            _("A reservation of %(old)s can only be lowered.", old=plain_quantity(pair.quantity)), field="quantity",
            hint=_("Reserve the rest anew."),
        )  # fmt: skip
    pair.quantity = quantity
    session.flush()
