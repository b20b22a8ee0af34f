"""Many reservations at once: cancelled, or made for what many lines still need (section 9)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.rounding import ZERO
from core.sql import ids_of
from models import Reservation, TradeDocument, TradeLine
from posting.prepare import lock_items
from services.reservations.drawer import held_by_lines
from services.reservations.keep import reserve
from services.reservations.offers import STOCK, LineRef, find_line, reserved_quantity
from services.reservations.pairs import pairs_of
from services.reservations.sources import SourceKind
from services.units import to_base


def sides_of(session: Session, pair_ids: Collection[int]) -> set[str]:
    """Whose documents the pairs hold for: `sales`, `purchase`, `transfers`, `journal` (inventory documents)."""
    ids = ids_of(session, pair_ids)
    sides = session.scalars(
        select(TradeDocument.side)
        .join(TradeLine, TradeLine.document_id == TradeDocument.id)
        .join(Reservation, Reservation.demand_line_id == TradeLine.id)
        .where(Reservation.id.in_(ids))
        .distinct()
    )
    found = {side.value for side in sides}
    for area, column in (
        ("transfers", Reservation.demand_transfer_line_id), ("journal", Reservation.demand_inventory_line_id)
    ):  # fmt: skip
        held = select(Reservation.id).where(Reservation.id.in_(ids), column.is_not(None))
        if session.scalar(held.limit(1)) is not None:
            found.add(area)
    return found


def cancel_pairs(session: Session, pair_ids: Collection[int]) -> int:
    """Cancel these pairs; those that are gone already are nobody's loss. Returns how many were there."""
    wanted = Reservation.id.in_(ids_of(session, pair_ids))
    items = set(session.scalars(select(Reservation.item_id).where(wanted)))
    lock_items(session, items)
    pairs = pairs_of(session, wanted)
    for pair in pairs:
        session.delete(pair)
    session.flush()
    return len(pairs)


@dataclass(frozen=True, slots=True)
class Reserved:
    """What came of trying to reserve many lines, in base units."""

    lines: int
    quantity: Decimal
    missing: Decimal


def reserve_lines(
    session: Session,
    refs: Sequence[LineRef],
    *,
    among: Collection[str] | None = None,
    specific: bool = True,
    user_name: str = "",
) -> Reserved:
    """Reserve automatically for each line in its order what it still needs; what cannot be had is counted, not refused.

    Lines that are no demand are passed over; `specific` as in `reserve`. Raises ValidationError `reserve_never`,
    `line_applied`.
    """
    return _reserve(session, [(ref, None) for ref in refs], among, user_name, specific=specific)


def reserve_to_ship(session: Session, lines: Iterable[TradeLine], *, user_name: str = "") -> Reserved:
    """Reserve from stock what the lines are to ship and do not hold of it yet (section 5, "from stock only").

    Raises as `reserve_lines`.
    """
    wanted = [(LineRef(SourceKind.TRADE, line.id), _to_ship(line)) for line in lines if line.item_id is not None]
    held = held_by_lines(session, SourceKind.TRADE, [ref.id for ref, _quantity in wanted])
    short = [(ref, quantity - (held[ref.id].from_stock if ref.id in held else ZERO)) for ref, quantity in wanted]
    return _reserve(session, short, {STOCK}, user_name)


def _to_ship(line: TradeLine) -> Decimal:
    """What is to ship in base units, never more than is open: parts of a unit are rounded as posting rounds them."""
    if line.qty_to_handle == line.outstanding_qty:
        return abs(line.outstanding_qty_base)
    return min(to_base(line.qty_to_handle, line.qty_per_unit_of_measure), abs(line.outstanding_qty_base))


def _reserve(
    session: Session, wanted: Sequence[tuple[LineRef, Decimal | None]], among: Collection[str] | None, user_name: str,
    *, specific: bool = True,
) -> Reserved:  # fmt: skip
    """So much for each line, what it still needs where no quantity is said."""
    done, lines, missing = ZERO, 0, ZERO
    limits = dict(wanted)
    found = [(ref, line) for ref in limits if (line := find_line(session, ref)) is not None]
    demands = [(ref, line) for ref, line in found if line.demand and line.reservable]
    lock_items(session, {line.item_id for _ref, line in demands})
    for ref, line in demands:
        left = -line.quantity - reserved_quantity(session, ref.kind, ref.id, demand=True)
        limit = limits[ref]
        left = left if limit is None else min(left, limit)
        if left <= 0:
            continue
        quantity = None if limit is None else left
        taken = reserve(session, ref, None, quantity, among=among, specific=specific, user_name=user_name)
        done, missing = done + taken, missing + left - taken
        lines += 1 if taken else 0
    return Reserved(lines, done, missing)
