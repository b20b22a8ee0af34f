"""Posting inventory receipts and shipments: one register, one posted document (posting-and-costing.md section 18)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import PostingError
from core.rounding import ZERO, round_amount
from core.text import _
from models import (
    InventoryDocument,
    InventoryDocumentLine,
    InventorySetup,
    ItemUnitOfMeasure,
    PostedInventoryDocument,
    PostedInventoryDocumentLine,
    UnitOfMeasure,
)
from models.enums import DocumentType
from models.inventory_documents import InventoryDocumentNumber
from posting.lines import PostingLine
from posting.post import post_lines
from posting.prepare import lock_items
from posting.preview import Preview, preview_register
from services.documents.journal_defaults import load_facts
from services.documents.journals import posting_line_of
from services.inventory_documents.documents import release, series_of
from services.inventory_documents.lines import journal_line
from services.numbers import next_no
from services.poster import Poster
from services.reservations.posting import arrived, fulfil
from services.reservations.sources import SourceKind

SOURCE_CODES = {DocumentType.INVENTORY_RECEIPT: "INVTRCPT", DocumentType.INVENTORY_SHIPMENT: "INVTSHPT"}


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the document with what posting takes for it: several where it goes under several numbers."""

    line: InventoryDocumentLine
    unit_code: str
    posting: tuple[PostingLine, ...]


def post_document(
    session: Session, document: InventoryDocument, poster: Poster, *, on: dt.date | None = None
) -> PostedInventoryDocument:
    """Post all lines that have a quantity; the document is gone and the posted one remains.

    An open document is released by it. `on` becomes its posting date. What is reserved for it is used up, what is
    reserved from it holds the new entries (availability-and-reservation.md section 8). Raises what release and posting
    refuse, PostingError `reserved_not_in_stock`, `reserved_and_applied`, `reserve_always_short`.
    """
    if on is not None:
        document.posting_date = on
    release(session, document)
    lock_items(session, {line.item_id for line in document.lines})
    no = next_no(session, series_of(session, document.document_type, posted=True), document.posting_date)
    lines = _lines(session, document, no)
    context = poster.context(SOURCE_CODES[document.document_type], document_no=no)
    line_ids = {single.line.line_no: single.line.id for single in lines}
    moves = [posting for single in lines for posting in single.posting]
    reserved = fulfil(session, SourceKind.INVENTORY_DOCUMENT, line_ids, moves)
    register_id = post_lines(session, reserved, context)
    arrived(session, SourceKind.INVENTORY_DOCUMENT, line_ids, register_id, "document_line_no")
    with_comment = session.get_one(InventorySetup, 1).copy_comments_to_inventory_document
    posted = _posted(document, no, register_id, poster, lines, with_comment=with_comment)
    session.add(posted)
    session.delete(document)
    session.flush()
    return posted


def preview_document(session: Session, document: InventoryDocument, poster: Poster) -> Preview:
    """The rows that posting would make. Call inside `core.unit_of_work.rehearse`. Raises as `post_document`."""
    return preview_register(session, post_document(session, document, poster).register_id)


def _lines(session: Session, document: InventoryDocument, no: str) -> list[_Line]:
    filled = [line for line in document.lines if line.quantity]
    items = {line.item_id for line in filled}
    facts = load_facts(session, items)
    units = dict(session.execute(select(UnitOfMeasure.id, UnitOfMeasure.code)).tuples().all())
    steps = {
        (row.item_id, row.unit_of_measure_id): row.rounding_precision
        for row in session.execute(
            select(
                ItemUnitOfMeasure.item_id, ItemUnitOfMeasure.unit_of_measure_id, ItemUnitOfMeasure.rounding_precision
            ).where(ItemUnitOfMeasure.item_id.in_(items))
        )
    }
    found = []
    for line in filled:
        item, unit_code = facts.items[line.item_id].item, units.get(line.unit_of_measure_id or 0, "")
        step = steps.get((item.id, item.base_unit_of_measure_id)) or ZERO
        row = journal_line(document, line, document_no=no)
        whole = posting_line_of(row, item, unit_code, step, facts, facts.amount_rounding)
        whole = replace(
            whole, document_type=document.document_type, document_line_no=line.line_no, correction=document.correction
        )
        found.append(_Line(line, unit_code, tuple(_by_number(whole, line.numbers, facts.amount_rounding))))
    return found


def _by_number(
    whole: PostingLine, numbers: Sequence[InventoryDocumentNumber], rounding: Decimal
) -> Iterator[PostingLine]:
    """The line once for each number, amounts by quantity; what is left has no number and takes the remainder."""
    left, amount, cost = whole.quantity, whole.amount, whole.cost_amount
    sign = 1 if whole.quantity > 0 else -1
    for number in numbers:
        share = sign * number.quantity / whole.quantity
        last = sign * number.quantity == left
        part_amount = amount if last else round_amount(whole.amount * share, rounding)
        part_cost = cost
        if cost is not None and whole.cost_amount is not None and not last:
            part_cost = round_amount(whole.cost_amount * share, rounding)
        left -= sign * number.quantity
        amount -= part_amount
        cost = None if cost is None or part_cost is None else cost - part_cost
        yield replace(
            whole, quantity=sign * number.quantity, amount=part_amount, cost_amount=part_cost, lot_no=number.lot_no,
            serial_no=number.serial_no, package_no=number.package_no, expiration_date=number.expiration_date,
        )  # fmt: skip
    if left or not numbers:
        yield replace(whole, quantity=left, amount=amount, cost_amount=cost)


def _posted(
    document: InventoryDocument,
    no: str,
    register_id: int,
    poster: Poster,
    lines: Sequence[_Line],
    *,
    with_comment: bool,
) -> PostedInventoryDocument:
    copied = (
        "document_type", "location_id", "posting_date", "document_date", "gen_business_posting_group_id",
        "external_document_no", "description", "correction", "dimension_set_id", "corrects_id",
    )  # fmt: skip
    return PostedInventoryDocument(
        **{name: getattr(document, name) for name in copied}, no=no, source_no=document.no, register_id=register_id,
        user_name=poster.user_name, comment=document.comment if with_comment else "",
        lines=[_posted_line(document, single) for single in lines],
    )  # fmt: skip


def _posted_line(document: InventoryDocument, single: _Line) -> PostedInventoryDocumentLine:
    line, sign = single.line, -1 if document.correction else 1
    copied = (
        "line_no", "item_id", "variant_id", "description", "bin_id", "qty_per_unit_of_measure", "unit_amount",
        "unit_cost", "amount", "reason_code",
    )  # fmt: skip
    base = sum((abs(posting.quantity) for posting in single.posting), ZERO)
    if not base:
        raise PostingError(
            "quantity_rounds_to_zero", _("Nothing is left of this quantity in base units: enter more."),
            field="quantity", line=line.line_no,
        )  # fmt: skip
    return PostedInventoryDocumentLine(
        **{name: getattr(line, name) for name in copied}, quantity=sign * line.quantity, quantity_base=sign * base,
        unit_of_measure_code=single.unit_code,
    )  # fmt: skip
