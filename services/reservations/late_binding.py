"""Late binding: a reservation that names no lot makes room for who needs exactly that lot (section 6)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.rounding import ZERO
from core.sql import ids_of
from models import Item, ItemLedgerEntry, ItemTrackingCode, Reservation
from posting.lines import Line, PostingLine
from posting.prepare import lock_items
from services.reservations.pairs import pairs_of, split


class Wanted(NamedTuple):
    """Numbers that are needed at a place; "" stands for any."""

    item_id: int
    variant_id: int
    location_id: int
    lot_no: str
    serial_no: str
    package_no: str

    def fits(self, entry: ItemLedgerEntry) -> bool:
        """True when the entry lies there under these numbers."""
        place = (entry.item_id, entry.variant_id, entry.location_id)
        pairs = ((self.lot_no, entry.lot_no), (self.serial_no, entry.serial_no), (self.package_no, entry.package_no))
        return place == self[:3] and all(not wanted or wanted == there for wanted, there in pairs)


def lock_and_make_room(session: Session, lines: Sequence[Line]) -> None:
    """Before journal lines are posted, whose items nobody has locked yet; nothing is read where none names numbers."""
    moving = [line for line in lines if isinstance(line, PostingLine)]
    if any(line.quantity < 0 and (line.lot_no or line.serial_no or line.package_no) for line in moving):
        lock_items(session, {line.item_id for line in moving})
        make_room_for_lines(session, lines)


def make_room_for_lines(session: Session, lines: Iterable[Line]) -> None:
    """Before outbound lines that name numbers are posted; what is reserved for a line itself needs no room."""
    needed: dict[Wanted, Decimal] = defaultdict(lambda: ZERO)
    for line in lines:
        if not isinstance(line, PostingLine) or line.quantity >= 0 or line.invoices_entry_id or line.undoes_entry_id:
            continue
        if line.lot_no or line.serial_no or line.package_no:
            own = sum((quantity for _entry, quantity in line.reserved), ZERO)
            key = Wanted(line.item_id, line.variant_id, line.location_id, line.lot_no, line.serial_no, line.package_no)
            needed[key] += -line.quantity - own
    movable = _movable_entries(session, {wanted.item_id for wanted in needed})
    for wanted, quantity in needed.items():
        # A thousand serial numbers that nobody holds cost one statement together.
        if any(wanted.fits(entry) for entry in movable.get(wanted[:3], ())):
            make_room(session, wanted, quantity)


def _movable_entries(session: Session, item_ids: set[int]) -> dict[tuple[int, int, int], list[ItemLedgerEntry]]:
    """Place -> the entries there on which pairs stand that may move to others."""
    found: dict[tuple[int, int, int], list[ItemLedgerEntry]] = defaultdict(list)
    if not item_ids:
        return found
    rows = session.scalars(
        select(ItemLedgerEntry)
        .join(Reservation, Reservation.supply_entry_id == ItemLedgerEntry.id)
        .where(Reservation.item_id.in_(ids_of(session, item_ids)), Reservation.specific.is_(False))
        .distinct()
    )
    for row in rows:
        found[row.item_id, row.variant_id, row.location_id].append(row)
    return found


def make_room(session: Session, wanted: Wanted, quantity: Decimal) -> None:
    """Move nonspecific pairs away from the wanted numbers until `quantity` is free there, as far as other stock goes.

    Specific pairs and pairs with orders never move. Whatever is still short, posting or reserving refuses.
    """
    entry = ItemLedgerEntry
    entries = list(
        session.scalars(
            select(entry)
            .where(
                entry.item_id == wanted.item_id, entry.variant_id == wanted.variant_id,
                entry.location_id == wanted.location_id, entry.open, entry.positive,
            )
            .order_by(entry.posting_date, entry.id)
            .execution_options(populate_existing=True)
        )
    )  # fmt: skip
    pairs = pairs_of(
        session, Reservation.item_id == wanted.item_id, Reservation.variant_id == wanted.variant_id,
        Reservation.location_id == wanted.location_id, Reservation.supply_entry_id.is_not(None),
    )  # fmt: skip
    free = {row.id: row.remaining_quantity for row in entries}
    for pair in pairs:
        free[pair.supply_entry_id or 0] = free.get(pair.supply_entry_id or 0, ZERO) - pair.quantity
    here = {row.id for row in entries if wanted.fits(row)}
    short = quantity - sum((free[entry_id] for entry_id in here), ZERO)
    others = [row for row in entries if row.id not in here and free[row.id] > 0]
    movable = [pair for pair in reversed(pairs) if pair.supply_entry_id in here and not pair.specific]
    if short <= 0 or min(_sum(pair.quantity for pair in movable), _sum(free[row.id] for row in others)) < short:
        return
    if not _is_specific(session, wanted.item_id):
        return
    for pair in movable:
        if short <= 0:
            break
        # A pair no larger than what is asked for moves as a whole where other stock goes so far (an order split over
        # two lots helps nobody); a larger one gives up only what is missing.
        left = min(pair.quantity if pair.quantity <= quantity else short, _sum(free[row.id] for row in others))
        short -= left
        for row in others:
            part = min(left, free[row.id])
            if part > 0:
                free[row.id] -= part
                left -= part
                _move(session, pair, row, part)
    session.flush()


def _is_specific(session: Session, item_id: int) -> bool:
    """True where the item's code makes exactly that lot or serial number leave; other numbers are only written down."""
    code = ItemTrackingCode
    statement = (
        select(code.id)
        .join(Item, Item.item_tracking_code_id == code.id)
        .where(Item.id == item_id, code.lot_specific | code.serial_specific | code.package_specific)
    )
    return session.scalar(statement) is not None


def _sum(quantities: Iterable[Decimal]) -> Decimal:
    return sum(quantities, ZERO)


def _move(session: Session, pair: Reservation, row: ItemLedgerEntry, quantity: Decimal) -> None:
    """`quantity` of the pair onto another entry."""
    if quantity < pair.quantity:
        moved = split(pair, quantity)
        session.add(moved)
    else:
        moved = pair
    moved.supply_entry_id = row.id
    moved.lot_no, moved.serial_no, moved.package_no = row.lot_no, row.serial_no, row.package_no
