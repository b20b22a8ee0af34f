"""Taking back a posted receipt, shipment, return receipt or return shipment (documents.md section 13)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session, selectinload

from core.errors import NotFound, PostingError
from core.rounding import ZERO
from core.sql import ids_of
from core.text import _
from models import (
    Item,
    ItemApplicationEntry,
    ItemLedgerEntry,
    PostedDocument,
    PostedLine,
    PostedLineEntry,
    TradeDocument,
    TradeLine,
    ValueEntry,
)
from models.enums import CostingMethod, DocumentType, TradeLineType
from posting.lines import PostingLine
from posting.post import post_lines
from services.poster import Poster
from services.reservations.undoing import check_not_reserved
from services.trade import quantities
from services.trade.documents import lock_document, note_change
from services.trade.facts import load_facts
from services.trade.line_values import default_quantity
from services.trade.papers import link_entries
from services.trade.parties import check_center

UNDOABLE = frozenset({
    DocumentType.PURCHASE_RECEIPT, DocumentType.PURCHASE_RETURN_SHIPMENT, DocumentType.SALES_SHIPMENT,
    DocumentType.SALES_RETURN_RECEIPT, DocumentType.SERVICE_SHIPMENT,
})  # fmt: skip


def undo_posted_line(session: Session, posted_line_id: int, poster: Poster) -> dict[str, Any]:
    """Take one posted line back: an opposite line beside it, opposite entries on its own posting date.

    The quantity, and lots and serial numbers, return to the line of the order; with the shipment of a drop shipment its
    receipt is undone too. Returns `register_id` (None for a line
    that moved no goods) and the new `entries`.

    Raises NotFound `posted_line_not_found`; PostingError `undo_not_possible`, `undo_already`, `undo_invoiced`,
    `undo_drop_shipment`, `undo_order_gone`, `undo_specific`, `undo_reserved`, and of the posting package
    `undo_applied`, `undo_charged`, `undo_revalued`, `serial_in_stock`, `posting_date_not_allowed`,
    `inventory_period_closed`.
    """
    line, document = _locked(session, posted_line_id)
    _check(line, document)
    if line.drop_shipment and document.document_type != DocumentType.SALES_SHIPMENT:
        raise _refuse(line, "undo_drop_shipment", _("Line %(line)s of %(no)s went straight to the customer.",
                      line=line.line_no, no=document.no),
                      _("Undo the shipment of the sales order: the receipt is undone with it."))  # fmt: skip
    shipped = [entry.id for entry, _item in _entries(session, [line.id])] if line.drop_shipment else []
    received = _received_with(session, shipped) if shipped else []
    result = _undo(session, line, document, poster)
    came_back = dict(zip(shipped, result["entries"], strict=bool(shipped)))
    for receipt_id, taken in received:
        receipt, receipt_document = _locked(session, receipt_id)
        _check(receipt, receipt_document)
        back = {inbound: came_back[outbound] for inbound, outbound in taken.items()}
        _undo(session, receipt, receipt_document, poster, back=back)
    return result


def _received_with(session: Session, shipped: Sequence[int]) -> list[tuple[int, dict[int, int]]]:
    """The posted receipt lines that a drop shipment came in by, each with its entries and what took them."""
    link, taken = PostedLineEntry, ItemApplicationEntry
    rows = session.execute(
        select(link.posted_line_id, taken.inbound_entry_id, taken.outbound_entry_id)
        .join(taken, taken.inbound_entry_id == link.item_ledger_entry_id)
        .where(taken.outbound_entry_id.in_(ids_of(session, shipped)), taken.quantity < 0)
        .order_by(taken.outbound_entry_id)
    )
    found: dict[int, dict[int, int]] = {}
    for receipt_line, inbound, outbound in rows.tuples():
        found.setdefault(receipt_line, {})[inbound] = outbound
    return list(found.items())


def _undo(
    session: Session,
    line: PostedLine,
    document: PostedDocument,
    poster: Poster,
    *,
    back: Mapping[int, int] | None = None,
) -> dict[str, Any]:
    """One posted line taken back; `back` says from which entries what was drop-shipped goes back to the vendor."""
    order_line, order = _order(session, line, poster)
    entries = _entries(session, [line.id])
    check_not_reserved(session, [entry for entry, _item in entries], line.line_no)
    register_id: int | None = None
    new_entries: list[int] = []
    new_line_no = _free_line_no(session, line)
    if entries:
        register_id = _post(session, line, document, entries, new_line_no, poster, back=back or {})
    opposite = _insert_opposite(session, line, new_line_no)
    if register_id is not None:
        made = link_entries(session, register_id, document.document_type, {new_line_no: opposite})
        new_entries = made[new_line_no]
    session.execute(
        update(PostedLine).where(PostedLine.id == line.id).values(correction=True, qty_invoiced=line.quantity)
    )
    _give_back(session, order, order_line, line, [entry for entry, _item in entries])
    note_change(order, poster.user_id)
    session.flush()
    session.expire(line)
    return {"register_id": register_id, "entries": new_entries}


def _locked(session: Session, posted_line_id: int) -> tuple[PostedLine, PostedDocument]:
    line = session.scalar(
        select(PostedLine)
        .where(PostedLine.id == posted_line_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if line is None:
        raise NotFound("posted_line_not_found", _("There is no such posted line."))
    return line, session.get_one(PostedDocument, line.document_id)


def _check(line: PostedLine, document: PostedDocument) -> None:
    if document.document_type not in UNDOABLE:
        raise _refuse(line, "undo_not_possible", _("Only receipts and shipments can be undone."),
                      _("Cancel the invoice, or post a credit memo."))  # fmt: skip
    if line.correction or not line.quantity:
        raise _refuse(line, "undo_already", _("Line %(line)s of %(no)s is undone already.", line=line.line_no,
                      no=document.no), "")  # fmt: skip
    if line.qty_invoiced:
        words = _("Line %(line)s of %(no)s is invoiced; it cannot be undone.")
        if document.document_type == DocumentType.SERVICE_SHIPMENT:
            words = _("Line %(line)s of %(no)s is invoiced or used up; it cannot be undone.")
        raise _refuse(line, "undo_invoiced", words % {"line": line.line_no, "no": document.no},
                      _("Post a return or a credit memo instead."))  # fmt: skip


def _refuse(line: PostedLine, code: str, message: str, hint: str) -> PostingError:
    return PostingError(code, message, line=line.line_no, hint=hint or None)


def _order(session: Session, line: PostedLine, poster: Poster) -> tuple[TradeLine, TradeDocument]:
    """The order's line, read after the order is held: somebody may be posting it."""
    document_id = session.scalar(select(TradeLine.document_id).where(TradeLine.id == (line.order_line_id or 0)))
    if document_id is None:
        raise _refuse(line, "undo_order_gone", _("The order of this line is gone; there is nothing to give back to."),
                      _("Post a return instead."))  # fmt: skip
    document = lock_document(session, document_id)
    check_center(session, document, poster.user_id)
    order_line = session.scalars(
        select(TradeLine)
        .where(TradeLine.id == line.order_line_id)
        .options(selectinload(TradeLine.numbers))
        .execution_options(populate_existing=True)
    ).one()
    return order_line, document


def _entries(session: Session, posted_line_ids: Sequence[int]) -> list[tuple[ItemLedgerEntry, Item]]:
    rows = session.execute(
        select(ItemLedgerEntry, Item)
        .join(PostedLineEntry, PostedLineEntry.item_ledger_entry_id == ItemLedgerEntry.id)
        .join(Item, Item.id == ItemLedgerEntry.item_id)
        .where(PostedLineEntry.posted_line_id.in_(ids_of(session, posted_line_ids)))
        .order_by(ItemLedgerEntry.id)
        .execution_options(populate_existing=True)
    )
    return [(row[0], row[1]) for row in rows]


def _post(
    session: Session,
    line: PostedLine,
    document: PostedDocument,
    entries: Sequence[tuple[ItemLedgerEntry, Item]],
    line_no: int,
    poster: Poster,
    *,
    back: Mapping[int, int],
) -> int:
    for entry, item in entries:
        if item.costing_method == CostingMethod.SPECIFIC and not entry.serial_no:
            raise _refuse(line, "undo_specific", _("Item %(no)s is valued piece by piece; without a serial number it "
                          "cannot be undone.", no=item.no), _("Post a return instead."))  # fmt: skip
    costs = _expected_costs(session, back)
    lines = [
        PostingLine(
            line_no=line.line_no,
            entry_type=entry.entry_type,
            item_id=entry.item_id,
            quantity=-entry.quantity,
            posting_date=entry.posting_date,
            document_date=entry.document_date,
            document_type=document.document_type,
            document_no=document.no,
            document_line_no=line_no,
            external_document_no=entry.external_document_no,
            description=line.description,
            variant_id=entry.variant_id,
            location_id=entry.location_id,
            bin_id=entry.bin_id,
            invoiced=False,
            unit_of_measure_code=entry.unit_of_measure_code,
            qty_per_unit_of_measure=entry.qty_per_unit_of_measure,
            lot_no=entry.lot_no,
            serial_no=entry.serial_no,
            package_no=entry.package_no,
            expiration_date=entry.expiration_date if entry.quantity < 0 else None,
            warranty_date=entry.warranty_date,
            gen_business_posting_group_id=document.gen_business_posting_group_id,
            source_type=entry.source_type,
            source_no=entry.source_no,
            order_type=entry.order_type,
            order_no=entry.order_no,
            order_line_no=entry.order_line_no,
            correction=True,
            drop_shipment=entry.drop_shipment,
            dimension_set_id=entry.dimension_set_id,
            # a receipt that was shipped on is used up for good: what the customer gave back goes to the vendor
            undoes_entry_id=None if entry.id in back else entry.id,
            applies_to_entry_id=back.get(entry.id),
            unit_cost=line.unit_cost / line.qty_per_unit_of_measure if entry.id in back else ZERO,
            cost_amount=costs.get(entry.id),
        )
        for entry, _item in entries
    ]
    context = poster.context("UNDO", document_no=document.no)
    return post_lines(session, lines, context)


def _expected_costs(session: Session, entry_ids: Iterable[int]) -> dict[int, Decimal]:
    """What entries that are not billed were expected to cost, above zero."""
    ids = list(entry_ids)
    if not ids:
        return {}
    rows = session.execute(
        select(ValueEntry.item_ledger_entry_id, func.sum(ValueEntry.cost_amount_expected))
        .where(ValueEntry.item_ledger_entry_id.in_(ids_of(session, ids)))
        .group_by(ValueEntry.item_ledger_entry_id)
    )
    return {entry_id: abs(expected) for entry_id, expected in rows.tuples()}


def _free_line_no(session: Session, line: PostedLine) -> int:
    """A number right after the line's."""
    following = session.scalar(
        select(func.min(PostedLine.line_no)).where(
            PostedLine.document_id == line.document_id, PostedLine.line_no > line.line_no
        )
    )
    return line.line_no + (5_000 if following is None else max((following - line.line_no) // 2, 1))


def _insert_opposite(session: Session, line: PostedLine, line_no: int) -> int:
    values = {column.name: getattr(line, column.name) for column in PostedLine.__table__.columns if column.name != "id"}
    values |= {
        "line_no": line_no,
        "quantity": -line.quantity,
        "quantity_base": -line.quantity_base,
        "qty_invoiced": -line.quantity,
        "correction": True,
    }
    return session.scalars(insert(PostedLine).returning(PostedLine.id), [values]).one()


def _give_back(
    session: Session,
    document: TradeDocument,
    order_line: TradeLine,
    line: PostedLine,
    entries: Sequence[ItemLedgerEntry],
) -> None:
    """The order line can be posted again, with the same lots and serial numbers."""
    order_line.qty_handled -= line.quantity
    order_line.qty_handled_base -= line.quantity_base
    by_number: dict[tuple[str, str, str], Decimal] = {}
    for entry in entries:
        key = (entry.lot_no, entry.serial_no, entry.package_no)
        by_number[key] = by_number.get(key, ZERO) + abs(entry.quantity)
    for row in order_line.numbers:
        back = by_number.get((row.lot_no, row.serial_no, row.package_no), ZERO)
        row.qty_handled -= min(back, row.qty_handled)
    quantities.set_outstanding(order_line)
    if order_line.type != TradeLineType.COMMENT:
        facts = load_facts(session, [order_line.item_id])
        quantities.propose(order_line, default_quantity(document, facts))
