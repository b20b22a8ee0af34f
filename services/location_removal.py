"""Deleting a location: what stands against it, what stays for entries and documents (items.md section 14)."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.errors import DomainError, ValidationError
from core.text import _
from models import (
    Bin,
    BinContent,
    InventoryPostingSetup,
    ItemBalance,
    Location,
    LocationBin,
    PhysicalInventoryOrder,
    StockPosition,
    TransferRoute,
    User,
    WarehouseEmployee,
    Zone,
)
from models.enums import CountStatus
from services.dimensions import remove_defaults
from services.location_rules import filled_bins, has_open_entries
from services.usage import check_unused, find_uses
from services.values import raise_all

#: What was posted: it keeps naming the location, and never stands against deleting it.
_POSTED = frozenset({
    "item_ledger_entry", "warehouse_entry", "posted_document", "posted_line", "posted_transfer",
    "posted_inventory_document",
})  # fmt: skip
#: Count orders stay after posting; only open ones are work that waits.
_COUNTS = frozenset({
    "physical_inventory_order", "physical_inventory_order_line", "physical_inventory_recording_line",
})  # fmt: skip
#: Worked out anew from what there is.
_DERIVED = frozenset({"stock_position", "user"})


def delete_location(session: Session, location: Location) -> None:
    """Remove a location with its routes, employees, zones, bins, contents and dimensions.

    Closed entries and posted documents keep naming it: the row stays for them as `deleted`, found and offered nowhere.
    Raises ValidationError `in_use` (stockkeeping units, open documents, journal lines, cards that name it),
    `open_entries`, `bins_not_empty`.
    """
    raise_all(_goods(session, location))
    check_unused(session, location, location.code, beside=_POSTED | _COUNTS | _DERIVED)
    _check_counts(session, location)
    posted = bool(find_uses(session, location, beside=_DERIVED))
    _remove_parts(session, location)
    if posted:
        location.deleted = True
    else:
        _remove_accounts_and_bins(session, location)
        session.delete(location)
    session.flush()


def _goods(session: Session, location: Location) -> list[DomainError]:
    code = location.code
    if has_open_entries(session, location):
        return [
            ValidationError(
                "open_entries",
                _("%(code)s holds stock. Move or post it out before you delete the location.", code=code),
            )
        ]
    if filled_bins(session, location):
        return [ValidationError("bins_not_empty", _("Bins of %(code)s hold goods. Empty them first.", code=code))]
    return []


def _check_counts(session: Session, location: Location) -> None:
    order = PhysicalInventoryOrder
    waiting = select(order.no).where(order.location_id == location.id, order.status != CountStatus.POSTED).limit(1)
    no = session.scalar(waiting)
    if no is not None:
        raise ValidationError(
            "in_use",
            _("Count %(no)s at %(code)s is not posted. Post or delete it first.", no=no, code=location.code),
        )


def _remove_parts(session: Session, location: Location) -> None:
    remove_defaults(session, location)
    here = location.id
    for model in (LocationBin, BinContent, Zone, WarehouseEmployee):
        for record in session.scalars(select(model).where(model.location_id == here)):
            session.delete(record)
    ends = (TransferRoute.from_location_id == here) | (TransferRoute.to_location_id == here)
    for route in session.scalars(select(TransferRoute).where(ends)):
        session.delete(route)
    session.execute(delete(StockPosition).where(StockPosition.location_id == here))
    for user in session.scalars(select(User).where(User.location_id == here)):
        user.location_id = None
    session.flush()


def _remove_accounts_and_bins(session: Session, location: Location) -> None:
    """Of a location with entries they stay: entries lie in its bins, and what is still adjusted needs its accounts."""
    for model in (InventoryPostingSetup, Bin):
        for record in session.scalars(select(model).where(model.location_id == location.id)):
            session.delete(record)
    session.execute(delete(ItemBalance).where(ItemBalance.location_id == location.id))
    session.flush()
