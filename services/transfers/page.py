"""What the pages of transfer orders and posted transfers show."""

from __future__ import annotations

import zlib
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from core.errors import NotFound
from core.rounding import PLACES, ZERO, round_to
from core.sql import ids_of
from core.text import _
from models import (
    ItemBalance,
    PostedTransfer,
    PostedTransferLine,
    TransferLine,
    TransferOrder,
)
from models.enums import DocumentStatus, DocumentType


def read_order(session: Session, no: str) -> TransferOrder:
    """The order with all that its page shows, not locked. Raises NotFound `transfer_order_not_found`."""
    found = session.scalar(
        select(TransferOrder)
        .where(TransferOrder.no == no.strip().upper())
        .options(
            joinedload(TransferOrder.from_location), joinedload(TransferOrder.to_location),
            joinedload(TransferOrder.in_transit_location),
            joinedload(TransferOrder.shipping_agent), joinedload(TransferOrder.shipping_agent_service),
            selectinload(TransferOrder.lines).options(
                joinedload(TransferLine.item), joinedload(TransferLine.variant),
                joinedload(TransferLine.unit_of_measure), joinedload(TransferLine.from_bin),
                joinedload(TransferLine.to_bin), selectinload(TransferLine.numbers),
            ),
        )
        .execution_options(populate_existing=True)
    )  # fmt: skip
    if found is None:
        raise NotFound("transfer_order_not_found", _("There is no transfer order %(no)s any more.", no=no))
    return found


def line_of(order: TransferOrder, line_no: int) -> TransferLine:
    """The line of a loaded order. Raises NotFound `document_line_not_found`."""
    found = next((line for line in order.lines if line.line_no == line_no), None)
    if found is None:
        raise NotFound("document_line_not_found", _("There is no such line in the transfer order."), line=line_no)
    return found


def stamp_of(line: TransferLine) -> int:
    """A number that changes with anything a person may change on the line: a stale page is noticed."""
    parts = (
        line.item_id, line.variant_id, line.description, line.unit_of_measure_id, line.quantity, line.qty_to_ship,
        line.qty_to_receive, line.qty_shipped, line.qty_received, line.shipment_date, line.receipt_date,
        line.from_bin_id, line.to_bin_id,
    )  # fmt: skip
    return zlib.crc32(repr([str(part) for part in parts]).encode())


def stock_at_origin(session: Session, order: TransferOrder) -> dict[int, Decimal]:
    """Line id -> what nobody else has ordered of its item where the goods leave, in the line's unit.

    What lies there less what other released transfers still take from there.
    """
    items = {line.item_id for line in order.lines}
    if not items:
        return {}
    among, lying = ids_of(session, items), _lying(session, order)
    leaving = session.execute(
        select(
            TransferLine.item_id, TransferLine.variant_id,
            func.sum(TransferLine.quantity_base - TransferLine.qty_shipped_base, type_=TransferLine.quantity_base.type),
        )
        .join(TransferOrder, TransferOrder.id == TransferLine.order_id)
        .where(
            TransferLine.item_id.in_(among), TransferOrder.id != order.id,
            TransferOrder.from_location_id == order.from_location_id, TransferOrder.status == DocumentStatus.RELEASED,
        )
        .group_by(TransferLine.item_id, TransferLine.variant_id)
    )  # fmt: skip
    taken = {(item, variant): quantity or ZERO for item, variant, quantity in leaving}
    return _in_units(order, {key: lying.get(key, ZERO) - taken.get(key, ZERO) for key in lying.keys() | taken.keys()})


def lying_at_origin(session: Session, order: TransferOrder) -> dict[int, Decimal]:
    """Line id -> what lies of its item where the goods leave, whoever ordered it, in the line's unit."""
    return _in_units(order, _lying(session, order))


def _lying(session: Session, order: TransferOrder) -> dict[tuple[int, int], Decimal]:
    balances = session.execute(
        select(ItemBalance.item_id, ItemBalance.variant_id, ItemBalance.quantity).where(
            ItemBalance.item_id.in_(ids_of(session, {line.item_id for line in order.lines})),
            ItemBalance.location_id == order.from_location_id,
        )
    )
    return {(item, variant): quantity for item, variant, quantity in balances}


def _in_units(order: TransferOrder, found: dict[tuple[int, int], Decimal]) -> dict[int, Decimal]:
    """Base quantities of item and variant as each line's unit says them."""
    return {
        line.id: round_to(
            found.get((line.item_id, line.variant_id), ZERO) / (line.qty_per_unit_of_measure or Decimal(1)), PLACES
        )
        for line in order.lines
    }


def posted_of(session: Session, order_no: str) -> list[PostedTransfer]:
    """What an order left behind, newest first; also after it is gone."""
    statement = select(PostedTransfer).where(PostedTransfer.order_no == order_no).order_by(PostedTransfer.id.desc())
    return list(session.scalars(statement.limit(50)))


def find_posted(session: Session, document_type: DocumentType, no: str) -> PostedTransfer:
    """A posted transfer with its lines. Raises NotFound `posted_document_not_found`."""
    found = session.scalar(
        select(PostedTransfer)
        .where(PostedTransfer.document_type == document_type, PostedTransfer.no == no.strip().upper())
        .options(
            joinedload(PostedTransfer.from_location), joinedload(PostedTransfer.to_location),
            joinedload(PostedTransfer.in_transit_location),
            selectinload(PostedTransfer.lines).joinedload(PostedTransferLine.item),
        )
        .execution_options(populate_existing=True)
    )  # fmt: skip
    if found is None:
        raise NotFound("posted_document_not_found", _("There is no posted transfer %(no)s.", no=no))
    return found
