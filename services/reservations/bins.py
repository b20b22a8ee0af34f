"""Stock in bins from which goods only leave: it is promised to somebody already (warehouse.md section 13).

Available to reserve is what lies at the place, less what is reserved, less what waits in the bins for shipment, for
assembly and for adjustments. Which bins those are a location says.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.rounding import ZERO
from core.sql import ids_of
from models import BinContent, LocationBin, WarehouseEntry
from models.enums import BinPurpose

if TYPE_CHECKING:
    from services.reservations.offers import Numbers, Offer

OUTBOUND = (
    BinPurpose.SHIPMENT, BinPurpose.ADJUSTMENT, BinPurpose.TO_ASSEMBLY, BinPurpose.ASSEMBLE_TO_ORDER_SHIPMENT
)  # fmt: skip
_outbound_bins = select(LocationBin.bin_id).where(LocationBin.purpose.in_(OUTBOUND))


def waiting_to_leave(session: Session, item_ids: Iterable[int]) -> dict[tuple[int, int, int], Decimal]:
    """What of the items lies in outbound bins, by (item, variant, location); one statement."""
    row = BinContent
    found = session.execute(
        select(row.item_id, row.variant_id, row.location_id, func.sum(row.quantity, type_=row.quantity.type))
        .where(row.item_id.in_(ids_of(session, item_ids)), row.bin_id.in_(_outbound_bins), row.quantity != 0)
        .group_by(row.item_id, row.variant_id, row.location_id)
    )
    return {(item_id, variant_id, location_id): quantity for item_id, variant_id, location_id, quantity in found}


def numbers_waiting(session: Session, item_id: int, variant_id: int, location_id: int) -> dict[Numbers, Decimal]:
    """What lies in the outbound bins of one place by lot, serial and package no.; one statement where none does."""
    if (item_id, variant_id, location_id) not in waiting_to_leave(session, [item_id]):
        return {}
    entry = WarehouseEntry
    found = session.execute(
        select(
            entry.lot_no, entry.serial_no, entry.package_no, func.sum(entry.quantity, type_=entry.quantity.type)
        )
        .where(
            entry.item_id == item_id, entry.variant_id == variant_id, entry.location_id == location_id,
            entry.bin_id.in_(_outbound_bins),
        )
        .group_by(entry.lot_no, entry.serial_no, entry.package_no)
    )  # fmt: skip
    return {(lot, serial, package): quantity for lot, serial, package, quantity in found if quantity > 0}


def limit(offers: Iterable[Offer], waiting: dict[Numbers, Decimal]) -> None:
    """Take what waits to leave off the offers with its numbers, the last offered first. Pure."""
    left = dict(waiting)
    for offer in reversed(list(offers)):
        numbers = (offer.lot_no, offer.serial_no, offer.package_no)
        part = min(left.get(numbers, ZERO), offer.free)
        if part > 0:
            offer.free -= part
            left[numbers] -= part
