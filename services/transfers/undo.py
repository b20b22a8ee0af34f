"""Undoing a transfer shipment that has not arrived (documents.md sections 13, 19)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from core.errors import PostingError
from core.rounding import ZERO
from core.text import _
from models import ItemLedgerEntry, PostedTransfer, PostedTransferLine, TransferLine, TransferOrder
from models.enums import DocumentType, EntryType, OrderType
from posting.lines import PostingLine
from posting.post import post_lines
from services.poster import Poster
from services.reservations.undoing import check_transfer_not_reserved
from services.transfers.orders import get_order, touch
from services.transfers.post import transfer_context

_entry = ItemLedgerEntry


def newest_shipment_line(session: Session, order_no: str, order_line_no: int) -> PostedTransferLine:
    """The last posted shipment line of an order line, undone or not. Raises PostingError `nothing_to_undo`."""
    found = session.scalar(
        select(PostedTransferLine)
        .join(PostedTransfer, PostedTransfer.id == PostedTransferLine.document_id)
        .where(
            PostedTransfer.order_no == order_no,
            PostedTransfer.document_type != DocumentType.TRANSFER_RECEIPT,
            PostedTransferLine.order_line_no == order_line_no,
            PostedTransferLine.quantity_base > 0,
        )
        .order_by(PostedTransferLine.correction, PostedTransferLine.id.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise PostingError("nothing_to_undo", _("Nothing of this line was shipped."))
    return found


def undo_shipment(session: Session, line: PostedTransferLine, poster: Poster) -> int:
    """Bring the goods of a posted shipment line back where they left, on the original date; the register's id.

    The posted line gets its opposite beside it and both are marked as corrections; the order line can be shipped again.
    Raises PostingError `already_undone`, `transfer_received`, `direct_transfer_no_undo`, `undo_reserved`,
    and what posting refuses.
    """
    document = session.get_one(PostedTransfer, line.document_id)
    order, order_line = _check(session, document, line)
    check_transfer_not_reserved(session, order_line.id, line.line_no)
    legs = _arrived(session, document, line)
    line_no = _free_line_no(session, line)
    lines = [_way_back(leg, document, line, order.no, line_no) for leg in legs]
    register_id = post_lines(session, lines, transfer_context(poster, document.no))
    _correct(session, line, line_no)
    numbers: dict[tuple[str, str, str], Decimal] = {}
    for leg in legs:
        key = (leg.lot_no, leg.serial_no, leg.package_no)
        numbers[key] = numbers.get(key, ZERO) + leg.quantity
    _give_back(order_line, line, numbers)
    touch(session, order)
    return register_id


def _arrived(session: Session, document: PostedTransfer, line: PostedTransferLine) -> Sequence[Row[Any]]:
    """What the shipment brought into transit."""
    return session.execute(
        select(
            _entry.id, _entry.quantity, _entry.location_id, _entry.posting_date, _entry.lot_no, _entry.serial_no,
            _entry.package_no, _entry.expiration_date, _entry.unit_of_measure_code, _entry.qty_per_unit_of_measure,
            _entry.dimension_set_id,
        )
        .where(
            _entry.document_no == document.no,
            _entry.document_type == document.document_type,
            _entry.document_line_no == line.line_no,
            _entry.positive.is_(True),
            _entry.correction.is_(False),
        )
        .order_by(_entry.id)
    ).all()  # fmt: skip


def _way_back(
    leg: Row[Any], document: PostedTransfer, line: PostedTransferLine, order_no: str, line_no: int
) -> PostingLine:
    """From transit to where it left, on the day it left."""
    return PostingLine(
        line_no=line.line_no,
        entry_type=EntryType.TRANSFER,
        item_id=line.item_id,
        variant_id=line.variant_id,
        quantity=-leg.quantity,
        posting_date=leg.posting_date,
        document_type=document.document_type,
        document_no=document.no,
        document_line_no=line_no,
        description=line.description,
        location_id=leg.location_id,
        new_location_id=document.from_location_id,
        new_bin_id=line.from_bin_id,
        lot_no=leg.lot_no,
        serial_no=leg.serial_no,
        package_no=leg.package_no,
        expiration_date=leg.expiration_date,
        unit_of_measure_code=leg.unit_of_measure_code,
        qty_per_unit_of_measure=leg.qty_per_unit_of_measure,
        applies_to_entry_id=leg.id,
        correction=True,
        order_type=OrderType.TRANSFER,
        order_no=order_no,
        order_line_no=line.order_line_no,
        dimension_set_id=leg.dimension_set_id,
    )


def _check(session: Session, document: PostedTransfer, line: PostedTransferLine) -> tuple[TransferOrder, TransferLine]:
    if document.document_type == DocumentType.DIRECT_TRANSFER or document.in_transit_location_id is None:
        raise PostingError(
            "direct_transfer_no_undo", _("A direct transfer cannot be undone."), hint=_("Make a transfer back.")
        )
    if line.correction:
        raise PostingError("already_undone", _("This shipment is undone already."))
    received = PostingError(
        "transfer_received", _("Goods of this line were received; its shipments cannot be undone any more."),
        line=line.line_no, hint=_("Make a transfer back."),
    )  # fmt: skip
    there = session.scalar(select(TransferOrder.id).where(TransferOrder.no == document.order_no))
    if there is None:
        raise received
    order = get_order(session, document.order_no)
    order_line = next((found for found in order.lines if found.id == line.transfer_line_id), None)
    if order_line is None or order_line.qty_received_base:
        raise received
    return order, order_line


def _free_line_no(session: Session, line: PostedTransferLine) -> int:
    """A number between the line and the next one, so that the correction stands right behind it."""
    following = session.scalar(
        select(func.min(PostedTransferLine.line_no)).where(
            PostedTransferLine.document_id == line.document_id, PostedTransferLine.line_no > line.line_no
        )
    )
    return line.line_no + (10_000 if following is None else max((following - line.line_no) // 2, 1))


def _correct(session: Session, line: PostedTransferLine, line_no: int) -> None:
    copied = (
        "document_id", "transfer_line_id", "order_line_no", "item_id", "variant_id", "description",
        "unit_of_measure_code", "qty_per_unit_of_measure", "shipment_date", "receipt_date", "from_bin_id", "to_bin_id",
    )  # fmt: skip
    line.correction = True
    session.add(
        PostedTransferLine(
            **{name: getattr(line, name) for name in copied},
            line_no=line_no,
            quantity=-line.quantity,
            quantity_base=-line.quantity_base,
            correction=True,
        )
    )


def _give_back(
    order_line: TransferLine, line: PostedTransferLine, numbers: dict[tuple[str, str, str], Decimal]
) -> None:
    order_line.qty_shipped -= line.quantity
    order_line.qty_shipped_base -= line.quantity_base
    order_line.qty_to_ship = order_line.outstanding
    order_line.qty_to_receive = order_line.in_transit
    for number in order_line.numbers:
        number.qty_shipped -= numbers.get((number.lot_no, number.serial_no, number.package_no), ZERO)
