"""Which documents wait for whom: the work views of document lists and the figures of the role centre."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from core.rounding import ZERO
from models import TradeDocument, TradeLine, TransferLine, TransferOrder
from models.enums import DocumentStatus, TradeSide, TradeType

#: Past this a figure says "more than".
CAP = 1000


class Work(enum.StrEnum):
    """A view of a document list."""

    DUE = "due"
    OVERDUE = "overdue"
    PARTLY = "partly"
    TO_INVOICE = "to_invoice"
    OPEN = "open"


def work_condition(work: Work, on: dt.date) -> ColumnElement[bool]:
    """Documents of the view on the day `on`.

    DUE: something is to be received or shipped until today; OVERDUE: since before today; PARTLY: something moved and
    something is left; TO_INVOICE: something moved is not billed; OPEN: not released yet.
    """
    if work == Work.OPEN:
        return TradeDocument.status == DocumentStatus.OPEN
    left = TradeLine.outstanding_qty_base != ZERO
    if work == Work.DUE:
        return _has_line(left, TradeLine.expected_date <= on)
    if work == Work.OVERDUE:
        return _has_line(left, TradeLine.expected_date < on)
    if work == Work.TO_INVOICE:
        return _has_line(TradeLine.qty_handled != TradeLine.qty_invoiced)
    return _is_partly()


def _is_partly() -> ColumnElement[bool]:
    return and_(has_moved(), has_left())


def has_moved() -> ColumnElement[bool]:
    """Something of the document was received or shipped."""
    return _has_line(TradeLine.qty_handled != ZERO)


def has_left() -> ColumnElement[bool]:
    """Something of the document is to be received or shipped still."""
    return _has_line(TradeLine.outstanding_qty_base != ZERO)


def _has_line(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(TradeLine.document_id == TradeDocument.id, *conditions)


def progress(session: Session, document_id: int) -> tuple[bool, bool]:
    """Whether something of the document moved, and whether something is left (both: `Work.PARTLY`)."""
    found = session.execute(select(has_moved(), has_left()).where(TradeDocument.id == document_id)).one_or_none()
    return (bool(found[0]), bool(found[1])) if found is not None else (False, False)


def count_work(
    session: Session, side: TradeSide, types: Collection[TradeType], work: Work, on: dt.date,
    centers: Collection[int] | None = None, location_id: int | None = None,
) -> int:  # fmt: skip
    """How many documents of these kinds stand in the view, counted up to CAP + 1; of these responsibility centres only
    where `centers` names some, of one location only where it is given.
    """
    statement = select(TradeDocument.id).where(
        TradeDocument.side == side, TradeDocument.type.in_(types), work_condition(work, on)
    )
    if centers is not None:
        statement = statement.where(TradeDocument.responsibility_center_id.in_(centers))
    if location_id is not None:
        statement = statement.where(TradeDocument.location_id == location_id)
    return session.scalar(select(func.count()).select_from(statement.limit(CAP + 1).subquery())) or 0


class TransferWork(enum.StrEnum):
    """A view of the list of transfer orders."""

    TO_SHIP = "to_ship"
    TO_RECEIVE = "to_receive"
    OVERDUE = "overdue"
    OPEN = "open"


def transfer_condition(work: TransferWork, on: dt.date) -> ColumnElement[bool]:
    """Transfer orders of the view on the day `on`: to ship until today, on their way, late, not released."""
    if work == TransferWork.OPEN:
        return TransferOrder.status == DocumentStatus.OPEN
    unshipped = TransferLine.quantity_base > TransferLine.qty_shipped_base
    on_its_way = TransferLine.qty_shipped_base > TransferLine.qty_received_base
    if work == TransferWork.TO_SHIP:
        return _has_transfer(unshipped, TransferLine.shipment_date <= on)
    if work == TransferWork.TO_RECEIVE:
        return _has_transfer(on_its_way)
    return _has_transfer(
        or_(and_(unshipped, TransferLine.shipment_date < on), and_(on_its_way, TransferLine.receipt_date < on))
    )


def transfer_progress() -> dict[str, ColumnElement[bool]]:
    """Of a transfer order: whether something was shipped, whether something is to be shipped, whether some arrived."""
    return {
        "shipped": _has_transfer(TransferLine.qty_shipped_base != ZERO),
        "unshipped": _has_transfer(TransferLine.qty_shipped_base < TransferLine.quantity_base),
        "received": _has_transfer(TransferLine.qty_received_base != ZERO),
    }


def _has_transfer(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(TransferLine.order_id == TransferOrder.id, *conditions)


def count_transfers(session: Session, work: TransferWork, on: dt.date, *, location_id: int | None = None) -> int:
    """How many transfer orders stand in the view, counted up to CAP + 1; where a location is given, those that are to
    arrive there (TO_RECEIVE) or to leave there.
    """
    statement = select(TransferOrder.id).where(transfer_condition(work, on))
    if location_id is not None:
        end = TransferOrder.to_location_id if work == TransferWork.TO_RECEIVE else TransferOrder.from_location_id
        statement = statement.where(end == location_id)
    return session.scalar(select(func.count()).select_from(statement.limit(CAP + 1).subquery())) or 0
