"""What posting does to reservations: used up by what ships, moved to the entry by what arrives (section 8)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import PostingError
from core.rounding import ZERO
from core.sql import ids_of
from core.text import _, plain_quantity
from models import (
    InventoryDocument,
    InventoryDocumentLine,
    Item,
    ItemLedgerEntry,
    Reservation,
    TransferLine,
)
from models.enums import ReservePolicy
from posting.lines import Line, PostingLine
from services.reservations.keep import release_from
from services.reservations.late_binding import make_room_for_lines
from services.reservations.offers import LineRef, find_line
from services.reservations.pairs import pairs_of, split
from services.reservations.sources import SOURCES, SourceKind


def fulfil(
    session: Session,
    kind: SourceKind,
    line_ids: Mapping[int, int],
    lines: Sequence[Line],
    *,
    only_reserved: Collection[int] | None = None,
) -> list[Line]:
    """The lines to post, the outbound ones with the entries reserved for them; those pairs are used up.

    `line_ids` are document lines by line no. A line's own pairs go first: stock with numbers, other stock, then pairs
    with orders, and reaching one of those is refused. `only_reserved` are document lines that ship nothing else; None:
    they are looked for. Call with the items locked, right before posting.

    Raises PostingError `reserved_not_in_stock`, `reserved_and_applied`, `reserve_always_short`.
    """
    column = SOURCES[kind].demand
    ids = [line_ids[line.line_no] for line in lines if _ships(line) and line.line_no in line_ids]
    pairs: dict[int, list[Reservation]] = defaultdict(list)
    for pair in pairs_of(session, column.in_(ids_of(session, ids))) if ids else ():
        pairs[getattr(pair, column.key)].append(pair)
    always = _always(session, kind, ids) if only_reserved is None else only_reserved
    made: list[Line] = []
    for line in lines:
        own = pairs.get(line_ids.get(line.line_no, 0), []) if _ships(line) else []
        used: tuple[tuple[int, Decimal], ...] = ()
        if own and isinstance(line, PostingLine):
            if line.applies_to_entry_id:
                raise _applied(line)
            used = _use(session, line, own)
            made.append(replace(line, reserved=used))
        else:
            made.append(line)
        if _ships(line) and isinstance(line, PostingLine) and line_ids.get(line.line_no, 0) in always:
            _check_covered(line, sum((quantity for _entry, quantity in used), ZERO))
    session.flush()
    _release_replaced(session, kind, line_ids, made, pairs)
    make_room_for_lines(session, made)
    return made


def _release_replaced(
    session: Session, kind: SourceKind, line_ids: Mapping[int, int], lines: Sequence[Line],
    pairs: Mapping[int, list[Reservation]],
) -> None:  # fmt: skip
    """Any lot may leave for a pair that names none (section 6): what left instead of the lot that was held frees it.

    Without this a line that is shipped whole would hold what it never took.
    """
    shipped: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for line in lines:
        if _ships(line) and isinstance(line, PostingLine) and (line.lot_no or line.serial_no or line.package_no):
            shipped[line_ids.get(line.line_no, 0)] -= line.quantity
    kept = [line_id for line_id in shipped if pairs.get(line_id)]
    if not kept:
        return
    source = SOURCES[kind]
    rows = session.execute(source.statement().where(source.line_id.in_(ids_of(session, kept))))
    still_open = {row[1]: abs(row.quantity) for row in rows}
    for line_id in kept:
        left = still_open.get(line_id, ZERO) - shipped[line_id]
        excess = sum((pair.quantity for pair in pairs[line_id]), ZERO) - left
        order = sorted(pairs[line_id], key=lambda pair: (pair.specific, pair.supply_entry_id is None, -pair.id))
        release_from(session, order, excess)


def _always(session: Session, kind: SourceKind, line_ids: Sequence[int]) -> set[int]:
    """Lines of transfers and inventory documents that ship only what is reserved, as their item says (section 3)."""
    if not line_ids:
        return set()
    if kind == SourceKind.TRANSFER_OUT:
        statement = (
            select(TransferLine.id)
            .join(Item, Item.id == TransferLine.item_id)
            .where(
                TransferLine.id.in_(ids_of(session, line_ids)), Item.reserve == ReservePolicy.ALWAYS,
                TransferLine.applies_to_entry_id.is_(None),
            )
        )  # fmt: skip
    elif kind == SourceKind.INVENTORY_DOCUMENT:
        statement = (
            select(InventoryDocumentLine.id)
            .join(Item, Item.id == InventoryDocumentLine.item_id)
            .join(InventoryDocument, InventoryDocument.id == InventoryDocumentLine.document_id)
            .where(
                InventoryDocumentLine.id.in_(line_ids), Item.reserve == ReservePolicy.ALWAYS,
                InventoryDocumentLine.applies_to_entry_id.is_(None), ~InventoryDocument.correction,
            )
        )  # fmt: skip
    else:
        return set()
    return set(session.scalars(statement))


def _check_covered(line: PostingLine, reserved: Decimal) -> None:
    """Raises PostingError `reserve_always_short`."""
    if -line.quantity <= reserved:
        return
    raise PostingError(
        "reserve_always_short",
        _("Line %(line)s must be reserved to ship: %(reserved)s of %(quantity)s are.",
          line=line.line_no, reserved=plain_quantity(reserved), quantity=plain_quantity(-line.quantity)),
        field="quantity", line=line.line_no, hint=_("Ship what is reserved, or reserve the rest first."),
    )  # fmt: skip


def _ships(line: Line) -> bool:
    return (
        isinstance(line, PostingLine)
        and line.quantity < 0
        and line.invoices_entry_id is None
        and line.undoes_entry_id is None
    )


def _applied(line: PostingLine) -> PostingError:
    """Two answers to where the goods come from, even when they name the same entry."""
    return PostingError(
        "reserved_and_applied",
        _("Line %(line)s is reserved and names an entry to apply to besides.", line=line.line_no),
        field="applies_to_entry_id", line=line.line_no,
        hint=_("Cancel its reservation, or clear the entry to apply to."),
    )  # fmt: skip


def _use(session: Session, line: PostingLine, own: list[Reservation]) -> tuple[tuple[int, Decimal], ...]:
    left = -line.quantity
    used: list[tuple[int, Decimal]] = []
    for pair in sorted(own, key=lambda pair: (pair.supply_entry_id is None, not pair.specific, pair.id)):
        if not left:
            break
        if not _fits(line, pair):
            continue
        part = min(pair.quantity, left)
        if pair.supply_entry_id is None:
            raise PostingError(
                "reserved_not_in_stock",
                _("%(quantity)s of line %(line)s are reserved from an order that has not arrived.",
                  quantity=plain_quantity(part), line=line.line_no),
                field="quantity", line=line.line_no,
                hint=_("Ship less, receive the order first, or cancel the reservation."),
            )  # fmt: skip
        used.append((pair.supply_entry_id, part))
        left -= part
        if part == pair.quantity:
            own.remove(pair)
            session.delete(pair)
        else:
            pair.quantity -= part
    return tuple(used)


def _fits(line: PostingLine, pair: Reservation) -> bool:
    """A pair with stock gives only the numbers that leave."""
    wanted = ((line.lot_no, pair.lot_no), (line.serial_no, pair.serial_no), (line.package_no, pair.package_no))
    return pair.supply_entry_id is None or all(not leaves or leaves == held for leaves, held in wanted)


def arrived(session: Session, kind: SourceKind, line_ids: Mapping[int, int], register_id: int, place: str) -> None:
    """Pairs with lines that were received now hold the new stock entries; a part splits the pair.

    `place` is the column of the entry that has the line no.: `document_line_no`, or `order_line_no` of a transfer.
    """
    column = SOURCES[kind].supply
    pairs: dict[int, list[Reservation]] = defaultdict(list)
    for pair in pairs_of(session, column.in_(list(line_ids.values()))) if line_ids else ():
        pairs[getattr(pair, column.key)].append(pair)
    if not pairs:
        return
    entry = ItemLedgerEntry
    rows = session.execute(
        select(entry, getattr(entry, place))
        .where(entry.register_id == register_id, entry.positive, entry.open)
        .order_by(entry.id)
    ).all()
    for received, line_no in rows:
        free = received.remaining_quantity
        waiting = pairs.get(line_ids.get(line_no, 0), [])
        # What asks for these very numbers comes first; other numbers do not answer it.
        for pair in sorted(waiting, key=lambda pair: (not pair.specific, pair.id)):
            if not free:
                break
            if pair.location_id != received.location_id or (pair.specific and not _same_numbers(pair, received)):
                continue
            part = min(pair.quantity, free)
            free -= part
            if part < pair.quantity:
                pair = split(pair, part)
            else:
                waiting.remove(pair)
            setattr(pair, column.key, None)
            pair.supply_entry_id, pair.expected_receipt_date = received.id, None
            pair.lot_no, pair.serial_no, pair.package_no = received.lot_no, received.serial_no, received.package_no
            session.add(pair)
    session.flush()
    _release_unmet(session, kind, pairs)


def _same_numbers(pair: Reservation, entry: ItemLedgerEntry) -> bool:
    asked = ((pair.lot_no, entry.lot_no), (pair.serial_no, entry.serial_no), (pair.package_no, entry.package_no))
    return all(not wanted or wanted == there for wanted, there in asked)


def _release_unmet(session: Session, kind: SourceKind, pairs: Mapping[int, list[Reservation]]) -> None:
    """Pairs that wait for numbers which came with others: the order has nothing left to keep for them."""
    for line_id, waiting in pairs.items():
        if not any(pair.specific for pair in waiting):
            continue
        line = find_line(session, LineRef(kind, line_id))
        left = line.quantity if line is not None else Decimal(0)
        excess = sum((pair.quantity for pair in waiting), ZERO) - left
        if excess > 0:
            release_from(session, sorted(waiting, key=lambda pair: (not pair.specific, -pair.id)), excess)
