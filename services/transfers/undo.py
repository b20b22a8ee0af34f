"""Undoing a transfer shipment that has not arrived, or a transfer receipt (documents.md sections 13, 19, 23)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from core.errors import PostingError
from core.rounding import ZERO
from core.sql import ids_of
from core.text import _, plain_quantity
from models import ItemLedgerEntry, PostedTransfer, PostedTransferLine, TransferLine, TransferOrder
from models.enums import DocumentType, EntryType, OrderType
from posting.lines import PostingLine
from posting.post import post_lines
from services.poster import Poster
from services.reservations.undoing import check_not_reserved, check_transfer_not_reserved
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


def undo_posted_line(session: Session, line: PostedTransferLine, poster: Poster) -> int:
    """Take back a posted transfer line, whichever it is of; the register's id. Raises as the two below."""
    document = session.get_one(PostedTransfer, line.document_id)
    work = undo_receipt if document.document_type == DocumentType.TRANSFER_RECEIPT else undo_shipment
    return work(session, line, poster)


def undo_shipment(session: Session, line: PostedTransferLine, poster: Poster) -> int:
    """Bring the goods of a posted shipment line back where they left, on the original date; the register's id.

    The posted line gets its opposite beside it and both are marked as corrections; the order line can be shipped again.
    Raises PostingError `already_undone`, `transfer_received`, `direct_transfer_no_undo`, `undo_reserved`,
    and what posting refuses.
    """
    document = session.get_one(PostedTransfer, line.document_id)
    order, order_line = _check(session, document, line)
    if order_line.qty_received_base:
        raise _received(line)
    check_transfer_not_reserved(session, order_line.id, line.line_no)
    legs = _arrived(session, document, line)
    line_no = _free_line_no(session, line)
    lines = [
        _way_back(leg, document, line, line_no, entry_id=entry_id, quantity=quantity, place=document.from_location_id,
                  bins=(None, line.from_bin_id))
        for leg in legs
        for entry_id, quantity in _on_the_way(session, document, line, leg)
    ]  # fmt: skip
    register_id = post_lines(session, lines, transfer_context(poster, document.no))
    _correct(session, line, line_no)
    _count_back(order_line, line, legs, "qty_shipped")
    touch(session, order)
    return register_id


def undo_receipt(session: Session, line: PostedTransferLine, poster: Poster) -> int:
    """Bring the goods of a posted receipt line back on their way, on the original date; the register's id (section 23).

    The order line can be received again. Raises PostingError `already_undone`, `direct_transfer_no_undo`,
    `undo_order_gone`, `undo_reserved`, `undo_applied` where something of it left again, and what posting refuses.
    """
    document = session.get_one(PostedTransfer, line.document_id)
    order, order_line = _check(session, document, line)
    legs = _arrived(session, document, line)
    entries = session.scalars(select(_entry).where(_entry.id.in_(ids_of(session, [leg.id for leg in legs])))).all()
    check_not_reserved(session, entries, line.line_no)
    used = sum((leg.quantity - leg.remaining_quantity for leg in legs), ZERO)
    if used:
        raise PostingError(
            "undo_applied", _("%(used)s of what line %(line)s brought left again; it cannot be undone.",
                              used=plain_quantity(used), line=line.line_no),
            line=line.line_no, hint=_("Send the rest back instead."),
        )  # fmt: skip
    line_no = _free_line_no(session, line)
    lines = [
        _way_back(leg, document, line, line_no, entry_id=leg.id, quantity=leg.quantity,
                  place=document.in_transit_location_id or 0, bins=(line.to_bin_id, None))
        for leg in legs
    ]  # fmt: skip
    register_id = post_lines(session, lines, transfer_context(poster, document.no))
    _correct(session, line, line_no)
    _count_back(order_line, line, legs, "qty_received")
    touch(session, order)
    return register_id


def _count_back(order_line: TransferLine, line: PostedTransferLine, legs: Sequence[Row[Any]], done: str) -> None:
    """The order line and its numbers are open again by what the line moved; `done` is what counted it."""
    for name, moved in ((done, line.quantity), (f"{done}_base", line.quantity_base)):
        setattr(order_line, name, getattr(order_line, name) - moved)
    _propose(order_line)
    numbers = _by_number(legs)
    for number in order_line.numbers:
        moved = numbers.get((number.lot_no, number.serial_no, number.package_no), ZERO)
        setattr(number, done, getattr(number, done) - moved)


def _arrived(session: Session, document: PostedTransfer, line: PostedTransferLine) -> Sequence[Row[Any]]:
    """What the line brought where it went."""
    return session.execute(
        select(
            _entry.id, _entry.quantity, _entry.remaining_quantity, _entry.location_id, _entry.posting_date,
            _entry.lot_no, _entry.serial_no, _entry.package_no, _entry.expiration_date,
            _entry.unit_of_measure_code, _entry.qty_per_unit_of_measure, _entry.dimension_set_id,
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


def _on_the_way(
    session: Session, document: PostedTransfer, line: PostedTransferLine, leg: Row[Any]
) -> list[tuple[int | None, Decimal]]:
    """What of a shipment is in transit, by entry: its own, what an undone receipt of its line put back there, else any.

    Receiving takes what lies longest in transit: the goods of two orders may have changed places.
    """
    found: list[tuple[int | None, Decimal]] = [(leg.id, leg.remaining_quantity)] if leg.remaining_quantity else []
    left = leg.quantity - leg.remaining_quantity
    if not left:
        return found
    back = session.execute(
        select(_entry.id, _entry.remaining_quantity)
        .where(
            _entry.item_id == line.item_id, _entry.variant_id == line.variant_id,
            _entry.location_id == leg.location_id, _entry.open, _entry.positive, _entry.correction,
            _entry.order_no == document.order_no, _entry.order_line_no == line.order_line_no,
            _entry.lot_no == leg.lot_no, _entry.serial_no == leg.serial_no, _entry.package_no == leg.package_no,
        )
        .order_by(_entry.id)
    )  # fmt: skip
    for entry_id, free in back.tuples():
        part = min(free, left)
        if part > 0:
            found.append((entry_id, part))
            left -= part
    return [*found, (None, left)] if left else found


def _way_back(
    leg: Row[Any], document: PostedTransfer, line: PostedTransferLine, line_no: int, *, entry_id: int | None,
    quantity: Decimal, place: int, bins: tuple[int | None, int | None],
) -> PostingLine:  # fmt: skip
    """From where it arrived to `place`, on the day it moved, at the cost of the entry."""
    return PostingLine(
        line_no=line.line_no,
        entry_type=EntryType.TRANSFER,
        item_id=line.item_id,
        variant_id=line.variant_id,
        quantity=-quantity,
        posting_date=leg.posting_date,
        document_type=document.document_type,
        document_no=document.no,
        document_line_no=line_no,
        description=line.description,
        location_id=leg.location_id,
        bin_id=bins[0],
        new_location_id=place,
        new_bin_id=bins[1],
        lot_no=leg.lot_no,
        serial_no=leg.serial_no,
        package_no=leg.package_no,
        expiration_date=leg.expiration_date,
        unit_of_measure_code=leg.unit_of_measure_code,
        qty_per_unit_of_measure=leg.qty_per_unit_of_measure,
        applies_to_entry_id=entry_id,
        correction=True,
        order_type=OrderType.TRANSFER,
        order_no=document.order_no,
        order_line_no=line.order_line_no,
        dimension_set_id=leg.dimension_set_id,
    )


def _check(session: Session, document: PostedTransfer, line: PostedTransferLine) -> tuple[TransferOrder, TransferLine]:
    if document.document_type == DocumentType.DIRECT_TRANSFER or document.in_transit_location_id is None:
        raise PostingError(
            "direct_transfer_no_undo", _("A direct transfer cannot be undone."), hint=_("Make a transfer back.")
        )
    if line.correction:
        raise PostingError("already_undone", _("This line is undone already."))
    received = document.document_type == DocumentType.TRANSFER_RECEIPT
    gone = PostingError(
        "undo_order_gone", _("Order %(no)s is finished; there is nothing to give back to.", no=document.order_no),
        line=line.line_no, hint=_("Send the goods back instead."),
    ) if received else _received(line)  # fmt: skip
    there = session.scalar(select(TransferOrder.id).where(TransferOrder.no == document.order_no))
    if there is None:
        raise gone
    order = get_order(session, document.order_no)
    order_line = next((found for found in order.lines if found.id == line.transfer_line_id), None)
    if order_line is None:
        raise gone
    return order, order_line


def _received(line: PostedTransferLine) -> PostingError:
    return PostingError(
        "transfer_received", _("Goods of this line were received; its shipments cannot be undone any more."),
        line=line.line_no, hint=_("Undo the receipt first, or send the goods back."),
    )  # fmt: skip


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


def _propose(order_line: TransferLine) -> None:
    order_line.qty_to_ship = order_line.outstanding
    order_line.qty_to_receive = order_line.in_transit


def _by_number(legs: Sequence[Row[Any]]) -> dict[tuple[str, str, str], Decimal]:
    found: dict[tuple[str, str, str], Decimal] = {}
    for leg in legs:
        key = (leg.lot_no, leg.serial_no, leg.package_no)
        found[key] = found.get(key, ZERO) + leg.quantity
    return found
