"""What of open entries is kept for others: no line may take it (availability-and-reservation.md section 8)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.errors import PostingError
from core.rounding import ZERO
from core.sql import about_ids
from core.text import _, plain_quantity
from models import Reservation
from posting.facts import Facts, ItemFacts, StockKey
from posting.lines import PostingLine

_held = about_ids(
    lambda ids: (
        select(
            Reservation.supply_entry_id, Reservation.item_id, Reservation.variant_id, Reservation.location_id,
            func.sum(Reservation.quantity),
        )
        .where(Reservation.item_id.in_(ids), Reservation.supply_entry_id.is_not(None))
        .group_by(Reservation.supply_entry_id, Reservation.item_id, Reservation.variant_id, Reservation.location_id)
    )
)  # fmt: skip


def load_held(session: Session, facts: Facts, item_ids: Iterable[int]) -> dict[tuple[int, int, int], Decimal]:
    """Fill `facts.held` with what is reserved of each entry of the items; returns the sum of each place.

    A caller that fulfils reservations has taken them off before, so that what is left is kept for others.
    """
    places: dict[tuple[int, int, int], Decimal] = defaultdict(lambda: ZERO)
    for entry_id, item_id, variant_id, location_id, quantity in session.execute(*_held(session, item_ids)):
        facts.held[entry_id] = quantity
        places[item_id, variant_id, location_id] += quantity
    return places


def place_of(key: StockKey) -> tuple[int, int, int]:
    """The key without numbers: reservations are held by place."""
    return key.item_id, key.variant_id, key.location_id


def reserved_elsewhere(line: PostingLine, item: ItemFacts, missing: Decimal) -> PostingError:
    """Goods are there and kept for somebody else."""
    return PostingError(
        "reserved_elsewhere",
        _("%(missing)s %(unit)s of item %(no)s that this line needs are reserved for other documents.",
          missing=plain_quantity(missing), unit=item.base_unit_code, no=item.no),
        field="quantity",
        line=line.line_no,
        hint=_("Cancel a reservation, or take less."),
    )  # fmt: skip
