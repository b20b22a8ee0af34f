"""Making and cancelling reservations: automatic, of one supply, of numbers (availability-and-reservation.md 2 to 5)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import utcnow
from core.errors import NotFound, ValidationError
from core.rounding import ZERO
from core.text import _, plain_quantity
from models import InventoryDocumentLine, Item, ItemLedgerEntry, Location, Reservation, TradeLine, TransferLine
from models.enums import ItemType, ReservePolicy
from posting.prepare import lock_items
from services.reservations.blocked import blocked_numbers
from services.reservations.late_binding import Wanted, make_room
from services.reservations.offers import (
    FAR,
    STOCK,
    EntryRef,
    LineRef,
    Numbers,
    Offer,
    find_line,
    get_line,
    line_offers,
    offers_of,
    reserved_quantity,
    stock_offers,
    wanted_numbers,
)
from services.reservations.pairs import pairs_of
from services.reservations.sources import SOURCES, OpenLine, SourceKind

__all__ = [
    "EntryRef", "LineRef", "cancel", "conditions_of", "find_line", "get_line", "lower", "release_from", "reserve",
    "reserved_either_end", "reserved_quantity",
]  # fmt: skip


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
    among: Collection[str] | None = None,
    specific: bool = True,
    user_name: str = "",
) -> Decimal:
    """Reserve `quantity` base units (all that is open where left out) for a demand; returns how much was reserved.

    Without `supply` it looks for one: stock first, then what comes in time, the latest first (section 4), and takes
    what there is; `among` narrows that to kinds of supply (`stock`, `purchase_order` ...). A named supply gives all
    that is asked or the whole is refused, except that a quantity left out means what both ends have. What a line names
    of lots and serials is held by these numbers, unless not `specific`: then any will do (section 6).

    Raises ValidationError `not_reservable`, `reserve_never`, `reservation_mismatch`, `reservation_date_conflict`,
    `reservation_exceeds_outstanding`, `reserved_elsewhere`, `line_applied`, `number_blocked`.
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
        done = _reserve_automatically(session, demand, item, wanted, user_name, among, specific=specific)
        if specific and not done and quantity is not None and among is None:
            _refuse_held_numbers(session, demand, wanted)
        return done
    numbers = _named_by_both(session, demand, supply, wanted) if specific else None
    if numbers is not None and isinstance(supply, EntryRef):
        make_room(session, Wanted(demand.item_id, demand.variant_id, demand.location_id, *numbers), wanted)
    offered = _offered(session, demand, item, supply, numbers)
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
    asked = wanted_numbers(session, demand, wanted)
    if any(numbers is None for numbers, _part in asked):
        return None
    if isinstance(supply, EntryRef):
        entry = session.get(ItemLedgerEntry, supply.id)
        if entry is None:
            return None
        there = (entry.lot_no, entry.serial_no, entry.package_no)
        for numbers, _part in asked:
            if numbers is not None and all(not want or want == have for want, have in zip(numbers, there, strict=True)):
                return numbers
        raise _other_numbers(demand, _("entry %(entry)s", entry=supply.id))
    line = get_line(session, supply)
    for numbers, _part in asked:
        if offers_of(session, line.kind, [line], numbers)[0].free > 0:
            return numbers
    raise _other_numbers(demand, line.document_no)


def _other_numbers(demand: OpenLine, supply: str) -> ValidationError:
    return ValidationError(
        "reservation_mismatch",
        _("Line %(line)s of %(no)s asks for other lot or serial numbers than %(supply)s has to give.",
          line=demand.line_no, no=demand.document_no, supply=supply),
        line=demand.line_no, hint=_("Choose a supply with the numbers of the line."),
    )  # fmt: skip


def _reserve_automatically(
    session: Session,
    demand: OpenLine,
    item: Item,
    wanted: Decimal,
    user_name: str,
    among: Collection[str] | None,
    *,
    specific: bool,
) -> Decimal:
    if wanted <= 0:
        return ZERO
    done = ZERO
    for numbers, part in wanted_numbers(session, demand, wanted) if specific else [(None, wanted)]:
        taken = ZERO
        if among is None or STOCK in among:
            if numbers is not None:
                make_room(session, Wanted(demand.item_id, demand.variant_id, demand.location_id, *numbers), part)
            offers = stock_offers(session, demand, item, numbers)
            taken = _take(session, demand, offers, part, user_name, numbers=numbers)
        if taken < part and among != {STOCK}:
            lines = [
                offer
                for offer in line_offers(session, demand, numbers)
                if among is None or (offer.line is not None and offer.line.event in among)
            ]
            taken += _take(session, demand, lines, part - taken, user_name, numbers=numbers)
        done += taken
    return done


def _refuse_held_numbers(session: Session, demand: OpenLine, wanted: Decimal) -> None:
    """Numbers asked for by name that lie there, all of them held by others who cannot move (section 6).

    Raises ValidationError `reserved_elsewhere`.
    """
    entry = ItemLedgerEntry
    for numbers, _part in wanted_numbers(session, demand, wanted):
        if numbers is None:
            continue
        named = [
            column == value
            for column, value in zip((entry.lot_no, entry.serial_no, entry.package_no), numbers, strict=True) if value
        ]  # fmt: skip
        held = session.scalar(
            select(Reservation.id)
            .join(entry, entry.id == Reservation.supply_entry_id)
            .where(
                entry.item_id == demand.item_id, entry.variant_id == demand.variant_id,
                entry.location_id == demand.location_id, *named,
            )
            .limit(1)
        )  # fmt: skip
        if held is not None:
            raise ValidationError(
                "reserved_elsewhere",
                _("%(number)s cannot be fully reserved for line %(line)s: it is held for other documents, and no other "
                  "stock is free for them.", number=" ".join(filter(None, numbers)), line=demand.line_no),
                field="quantity", line=demand.line_no, hint=_("Reserve less, or cancel another reservation."),
            )  # fmt: skip


def _offered(
    session: Session, demand: OpenLine, item: Item, supply: LineRef | EntryRef, numbers: Numbers | None
) -> list[Offer]:
    """The named supply, checked (section 2)."""
    if isinstance(supply, EntryRef):
        entry = session.get(ItemLedgerEntry, supply.id, populate_existing=True)
        if entry is None:
            raise NotFound("entry_not_found", _("There is no entry %(id)s.", id=supply.id))
        _check_same(session, demand, entry.item_id, entry.variant_id, entry.location_id)
        if blocked_numbers(session, entry.item_id, entry.variant_id).holds(
            entry.lot_no, entry.serial_no, entry.package_no
        ):
            raise ValidationError(
                "number_blocked",
                _("%(number)s of item %(no)s is blocked and may not leave; it is not reserved.",
                  number=entry.lot_no or entry.serial_no or entry.package_no, no=item.no),
                line=demand.line_no, hint=_("Choose other stock, or take the block away."),
            )  # fmt: skip
        return stock_offers(session, demand, item, entry_id=supply.id)
    line = get_line(session, supply)
    if line.quantity <= 0:
        raise ValidationError("not_reservable", _("This line takes goods; nothing can be reserved from it."))
    _check_same(session, demand, line.item_id, line.variant_id, line.location_id)
    if (line.date or FAR) > (demand.date or FAR):
        raise ValidationError(
            "reservation_date_conflict",
            _("%(supply)s comes on %(comes)s; line %(line)s of %(no)s needs it on %(needs)s.",
              supply=line.document_no, comes=line.date, line=demand.line_no, no=demand.document_no,
              needs=demand.date),
            line=demand.line_no, hint=_("Move one of the dates, or reserve from another supply."),
        )  # fmt: skip
    offer = offers_of(session, line.kind, [line], numbers)[0]
    return [offer] if offer.free > 0 else []


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


#: where lines without a policy of their own say which entry they take from
_APPLIES_TO: dict[SourceKind, Any] = {
    SourceKind.TRANSFER_OUT: TransferLine.applies_to_entry_id,
    SourceKind.INVENTORY_DOCUMENT: InventoryDocumentLine.applies_to_entry_id,
}


def _check_policy(session: Session, demand: OpenLine, item: Item) -> None:
    policy, applied = item.reserve, None
    if demand.kind == SourceKind.TRADE:
        policy, applied = session.execute(
            select(TradeLine.reserve, TradeLine.applies_to_entry_id).where(TradeLine.id == demand.id)
        ).one()
    elif (applies_to := _APPLIES_TO.get(demand.kind)) is not None:
        applied = session.scalar(select(applies_to).where(SOURCES[demand.kind].line_id == demand.id))
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
            shipment_date=demand.date or FAR, specific=numbers is not None, lot_no=offer.lot_no,
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
    conditions = conditions_of(demand, supply)
    pairs = pairs_of(session, *conditions) if conditions else []
    if pairs:  # once the items are ours nobody ships from the pairs, but somebody may have until then
        lock_items(session, {pair.item_id for pair in pairs})
        pairs = pairs_of(session, *conditions)
    there = sum((pair.quantity for pair in pairs), ZERO)
    if not pairs or (quantity is not None and not 0 < quantity <= there):
        raise ValidationError(
            "nothing_reserved", _("Only %(there)s are reserved here.", there=plain_quantity(there)), field="quantity",
            hint=_("Cancel at most that."),
        )  # fmt: skip
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
    item_id = session.scalar(select(Reservation.item_id).where(Reservation.id == reservation_id))
    lock_items(session, [item_id] if item_id is not None else [])
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
