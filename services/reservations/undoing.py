"""What is reserved cannot be taken back under its holder (availability-and-reservation.md section 8)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from core.errors import PostingError
from core.rounding import ZERO
from core.text import _, plain_quantity
from models import ItemLedgerEntry, Reservation
from posting.prepare import lock_items
from services.reservations.overview import Pair, pairs_with_ends


def check_not_reserved(session: Session, entries: Sequence[ItemLedgerEntry], line_no: int) -> None:
    """Before what came in is taken back. Raises PostingError `undo_reserved` naming who holds it."""
    incoming = [entry for entry in entries if entry.positive]
    if incoming:
        lock_items(session, {entry.item_id for entry in incoming})
        _refuse(pairs_with_ends(session, Reservation.supply_entry_id.in_([entry.id for entry in incoming])), line_no)


def check_transfer_not_reserved(session: Session, transfer_line_id: int, line_no: int) -> None:
    """Before a transfer shipment is taken back: where it arrives, somebody may hold it. Raises `undo_reserved`."""
    _refuse(pairs_with_ends(session, Reservation.supply_transfer_line_id == transfer_line_id), line_no)


def _refuse(pairs: Sequence[Pair], line_no: int) -> None:
    if not pairs:
        return
    total = sum((pair.quantity for pair in pairs), ZERO)
    holders = ", ".join(list(dict.fromkeys(pair.demand.document_no for pair in pairs))[:3])
    raise PostingError(
        "undo_reserved",
        _("%(quantity)s of what line %(line)s brought are reserved for %(holders)s; it cannot be undone.",
          quantity=plain_quantity(total), line=line_no, holders=holders),
        line=line_no, hint=_("Cancel the reservation first."),
    )  # fmt: skip
