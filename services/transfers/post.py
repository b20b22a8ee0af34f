"""Posting transfer orders: ship, receive, or transfer directly (documents.md section 19)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import PostingError
from core.rounding import ZERO, round_quantity
from core.text import _, plain_quantity
from models import (
    BLANK_ID,
    InventorySetup,
    Location,
    PostedTransfer,
    PostedTransferLine,
    TransferLine,
    TransferOrder,
    UnitOfMeasure,
)
from models.enums import DirectTransferPosting, DocumentType, ShippingAdvice
from posting.lines import Line, PostingContext
from posting.post import post_lines
from posting.prepare import lock_items
from posting.preview import Preview, preview_register
from services.numbers import next_no
from services.poster import Poster
from services.reservations.posting import arrived, fulfil
from services.reservations.sources import SourceKind
from services.transfers.orders import direct_posting, release, touch
from services.transfers.posting_lines import (
    Leg,
    Part,
    base_quantity,
    middle,
    note_received,
    note_shipped,
    parts_to_receive,
    parts_to_ship,
    posting_lines,
)

SOURCE_CODE = "TRANSFER"
_NOS = {
    DocumentType.TRANSFER_SHIPMENT: "transfer_shipment_nos_id",
    DocumentType.TRANSFER_RECEIPT: "transfer_receipt_nos_id",
    DocumentType.DIRECT_TRANSFER: "direct_transfer_nos_id",
}


@dataclass(slots=True)
class Posted:
    """What a posting left: registers, posted documents; `finished` when the order is gone with it."""

    registers: list[int] = field(default_factory=list)
    documents: list[PostedTransfer] = field(default_factory=list)
    finished: bool = False


def post_order(
    session: Session, order: TransferOrder, poster: Poster, *, ship: bool, receive: bool, on: dt.date | None = None
) -> Posted:
    """Ship and receive what the lines say (qty to ship, qty to receive); a direct transfer does both at once.

    An open order is released by it. `on` becomes the order's posting date. Raises PostingError `nothing_to_post`,
    `shipping_advice_complete`, `direct_transfer_partial`, and what release and posting refuse.
    """
    if on is not None:
        order.posting_date = on
    release(session, order)
    posted = Posted()
    if order.direct_transfer:
        _post_directly(session, order, poster, posted)
    else:
        if ship:
            _ship(session, order, poster, posted)
        if receive:
            for line in order.lines if ship else ():
                line.qty_to_receive = line.in_transit
            _receive(session, order, poster, posted)
    if not posted.registers:
        raise PostingError(
            "nothing_to_post", _("There is nothing to post."), hint=_("Enter how much is shipped or received.")
        )
    posted.finished = all(line.quantity_base == line.qty_received_base for line in order.lines)
    if posted.finished:
        session.delete(order)
        session.flush()
    else:
        touch(session, order)
    return posted


def preview_order(session: Session, order: TransferOrder, poster: Poster, *, ship: bool, receive: bool) -> Preview:
    """The rows that posting would make. Call inside `core.unit_of_work.rehearse`. Raises as `post_order`."""
    return preview_register(session, post_order(session, order, poster, ship=ship, receive=receive).registers[-1])


def _post_directly(session: Session, order: TransferOrder, poster: Poster, posted: Posted) -> None:
    for line in order.lines:
        if line.quantity and line.qty_to_ship not in (line.quantity, line.outstanding):
            _refuse_partial(line)
    if direct_posting(session, order) == DirectTransferPosting.DIRECT_TRANSFER:
        _transfer_at_once(session, order, poster, posted)
        return
    _ship(session, order, poster, posted)
    for line in order.lines:
        line.qty_to_receive = line.in_transit
    _receive(session, order, poster, posted)


def _transfer_at_once(session: Session, order: TransferOrder, poster: Poster, posted: Posted) -> None:
    """Two entries and one document; the whole of every line."""
    target = session.get_one(Location, order.to_location_id)
    if target.require_receive:
        raise PostingError(
            "inbound_handling",
            _("%(code)s receives through warehouse documents; nothing can be transferred to it directly.",
              code=target.code), hint=_("Use an in-transit location."),
        )  # fmt: skip
    parts: list[Part] = []
    for line in order.lines:
        if line.qty_to_ship != line.quantity:
            _refuse_partial(line)
        parts += parts_to_ship(line, line.quantity_base)
    leg = _leg(
        session, order, DocumentType.DIRECT_TRANSFER, order.from_location_id, order.to_location_id,
        lambda line: (line.from_bin_id, line.to_bin_id),
    )  # fmt: skip
    _post(session, order, parts, leg, poster, posted, fixed=True)
    note_shipped(parts)
    note_received(parts)
    for line in order.lines:
        line.qty_shipped = line.qty_received = line.quantity
        line.qty_shipped_base = line.qty_received_base = line.quantity_base
        line.qty_to_ship = line.qty_to_receive = line.outstanding


def _refuse_partial(line: TransferLine) -> None:
    raise PostingError(
        "direct_transfer_partial", _("A direct transfer moves the whole line at once."), field="qty_to_ship",
        line=line.line_no, hint=_("Ship %(quantity)s, or lower the quantity.",
                                  quantity=plain_quantity(line.quantity)),
    )  # fmt: skip


def _ship(session: Session, order: TransferOrder, poster: Poster, posted: Posted) -> None:
    parts: list[Part] = []
    bases: dict[int, tuple[TransferLine, Decimal]] = {}
    for line in order.lines:
        if order.shipping_advice == ShippingAdvice.COMPLETE and line.qty_to_ship != line.outstanding:
            raise PostingError(
                "shipping_advice_complete", _("The order is to leave as a whole."), field="qty_to_ship",
                line=line.line_no, hint=_("Ship all that is outstanding, or allow parts on the order."),
            )  # fmt: skip
        if line.qty_to_ship:
            base = base_quantity(line, line.qty_to_ship, line.outstanding, line.outstanding_base)
            bases[line.id] = (line, base)
            parts += parts_to_ship(line, base)
    if not parts:
        return
    leg = _leg(
        session, order, DocumentType.TRANSFER_SHIPMENT, order.from_location_id, middle(order),
        lambda line: (line.from_bin_id, None),
    )  # fmt: skip
    document = _post(session, order, parts, leg, poster, posted, fixed=True)
    order.last_shipment_no = document.no
    note_shipped(parts)
    for line, base in bases.values():
        line.qty_shipped += line.qty_to_ship
        line.qty_shipped_base += base
        line.qty_to_ship = line.outstanding
        line.qty_to_receive = line.in_transit


def _receive(session: Session, order: TransferOrder, poster: Poster, posted: Posted) -> None:
    parts: list[Part] = []
    bases: dict[int, tuple[TransferLine, Decimal]] = {}
    for line in order.lines:
        if line.qty_to_receive:
            base = base_quantity(line, line.qty_to_receive, line.in_transit, line.in_transit_base)
            bases[line.id] = (line, base)
            parts += parts_to_receive(line, base)
    if not parts:
        return
    leg = _leg(
        session, order, DocumentType.TRANSFER_RECEIPT, middle(order), order.to_location_id,
        lambda line: (None, line.to_bin_id),
    )  # fmt: skip
    document = _post(session, order, parts, leg, poster, posted, fixed=False)
    order.last_receipt_no = document.no
    note_received(parts)
    for line, base in bases.values():
        line.qty_received += line.qty_to_receive
        line.qty_received_base += base
        line.qty_to_receive = line.in_transit


def _leg(
    session: Session,
    order: TransferOrder,
    kind: DocumentType,
    source: int,
    target: int,
    bins: Callable[[TransferLine], tuple[int | None, int | None]],
) -> Leg:
    series = getattr(session.get_one(InventorySetup, 1), _NOS[kind])
    return Leg(
        document_type=kind,
        document_no=next_no(session, series, order.posting_date),
        from_location_id=source,
        to_location_id=target,
        posting_date=order.posting_date,
        bins=bins,
    )


def _post(
    session: Session,
    order: TransferOrder,
    parts: Sequence[Part],
    leg: Leg,
    poster: Poster,
    posted: Posted,
    *,
    fixed: bool,
) -> PostedTransfer:
    context = transfer_context(poster, leg.document_no)
    line_ids = {line.line_no: line.id for line in order.lines}
    lock_items(session, {part.line.item_id for part in parts})
    made: Sequence[Line] = posting_lines(session, order, parts, leg, fixed=fixed)
    if fixed:
        made = fulfil(session, SourceKind.TRANSFER_OUT, line_ids, made)
    register_id = post_lines(session, made, context)
    arrived(session, SourceKind.TRANSFER_IN, line_ids, register_id, "order_line_no")
    document = PostedTransfer(
        document_type=leg.document_type,
        no=leg.document_no,
        order_no=order.no,
        register_id=register_id,
        posting_date=leg.posting_date,
        from_location_id=order.from_location_id,
        to_location_id=order.to_location_id,
        in_transit_location_id=order.in_transit_location_id,
        shipment_date=order.shipment_date,
        receipt_date=order.receipt_date,
        external_document_no=order.external_document_no,
        user_name=poster.user_name,
        dimension_set_id=order.dimension_set_id,
        lines=_document_lines(session, parts),
    )
    session.add(document)
    session.flush()
    posted.registers.append(register_id)
    posted.documents.append(document)
    return document


def _document_lines(session: Session, parts: Sequence[Part]) -> list[PostedTransferLine]:
    units = dict(session.execute(select(UnitOfMeasure.id, UnitOfMeasure.code)).tuples().all())
    found: dict[int, PostedTransferLine] = {}
    for part in parts:
        line = part.line
        row = found.get(line.id)
        if row is None:
            row = found[line.id] = PostedTransferLine(
                line_no=line.line_no,
                transfer_line_id=line.id,
                order_line_no=line.line_no,
                item_id=line.item_id,
                variant_id=line.variant_id or BLANK_ID,
                description=line.description,
                unit_of_measure_code=units.get(line.unit_of_measure_id or 0, ""),
                qty_per_unit_of_measure=line.qty_per_unit_of_measure,
                quantity=ZERO,
                quantity_base=ZERO,
                shipment_date=line.shipment_date,
                receipt_date=line.receipt_date,
                from_bin_id=line.from_bin_id,
                to_bin_id=line.to_bin_id,
                correction=False,
            )
        row.quantity_base += part.quantity_base
        row.quantity = round_quantity(row.quantity_base / line.qty_per_unit_of_measure)
    return list(found.values())


def transfer_context(poster: Poster, document_no: str) -> PostingContext:
    """Who posts, for all postings of transfer orders."""
    return poster.context(SOURCE_CODE, document_no=document_no)
