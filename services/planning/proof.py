"""Proof of the kept stock positions for `flask verify`: worked out again from balances and open lines."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.rounding import ZERO
from core.sql import ids_of
from core.text import _
from models import Item, ItemTotal, StockPosition
from posting.verify import SHOWN, Finding
from services.planning.positions import Place, Position, compute, load_rules

PROOF = "stock positions"
_CHUNK = 2000


def check_positions(session: Session) -> list[Finding]:
    """Positions and signs that differ from what they should be; nothing, ever. At most SHOWN of them are told."""
    messages = list(_differences(session))
    found = [Finding(PROOF, message) for message in messages[:SHOWN]]
    more = len(messages) - len(found)
    return [*found, Finding(PROOF, f"... and {more} more")] if more else found


def _differences(session: Session) -> Iterator[str]:
    numbers = dict(session.execute(select(Item.id, Item.no).order_by(Item.id)).tuples().all())
    ids = list(numbers)
    for start in range(0, len(ids), _CHUNK):
        chunk = ids[start : start + _CHUNK]
        right = compute(session, load_rules(session, chunk))
        kept = _kept(session, chunk)
        for place in sorted(right.keys() | kept.keys()):
            if _figures(right.get(place)) != kept.get(place):
                yield _("item %(no)s: what is kept at a place is not what lies, comes and is asked for there",
                        no=numbers[place[0]])  # fmt: skip
        yield from _totals(session, chunk, right, numbers)


def _figures(position: Position | None) -> tuple[object, ...] | None:
    if position is None:
        return None
    return (
        position.inventory, position.receipts, position.requirements, position.next_receipt, position.state.rank,
        position.suggested,
    )  # fmt: skip


def _kept(session: Session, ids: list[int]) -> dict[Place, tuple[object, ...]]:
    kept = StockPosition
    rows = session.execute(
        select(
            kept.item_id, kept.variant_id, kept.location_id, kept.inventory, kept.scheduled_receipts,
            kept.gross_requirements, kept.next_receipt_date, kept.state, kept.suggested_quantity,
        ).where(kept.item_id.in_(ids_of(session, ids)))
    )  # fmt: skip
    return {(row[0], row[1], row[2]): tuple(row[3:]) for row in rows}


def _totals(session: Session, ids: list[int], right: dict[Place, Position], numbers: dict[int, str]) -> Iterator[str]:
    worst = dict.fromkeys(ids, 0)
    suggested = dict.fromkeys(ids, ZERO)
    for (item_id, _variant, _location), position in right.items():
        worst[item_id] = max(worst[item_id], position.state.rank)
        suggested[item_id] += position.suggested
    total = ItemTotal
    rows = session.execute(
        select(total.item_id, total.stock_state, total.suggested_quantity).where(
            total.item_id.in_(ids_of(session, ids))
        )
    )
    for item_id, state, quantity in rows:
        if (state, quantity) != (worst[item_id], suggested[item_id]):
            yield _("item %(no)s: its sign is not that of its worst place", no=numbers[item_id])
