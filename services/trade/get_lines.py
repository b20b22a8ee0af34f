"""Billing receipts and shipments of several orders on one invoice (documents.md section 10)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, contains_eager

from core.errors import DomainError, ValidationError
from core.rounding import ZERO, round_amount
from core.sql import ids_of
from core.text import _, plain_day
from models import PostedDocument, PostedLine, TradeDocument, TradeLine
from models.enums import TradeLineType, TradeSide
from services.attachments import follow_items
from services.trade import line_prices, line_values
from services.trade.documents import check_open, lock_document, note_change
from services.trade.facts import TradeFacts, facts_of
from services.trade.kinds import kind_of
from services.trade.line_kinds import NUMBERS
from services.trade.lines import STEP
from services.trade.parties import check_center

_COPIED = (
    "type", *NUMBERS, "variant_id", "description", "item_reference_no", "vendor_item_no",
    "unit_of_measure_id", "qty_per_unit_of_measure", "location_id", "bin_id", "unit_amount", "unit_cost",
    "line_discount_percent", "gen_product_posting_group_id", "vat_product_posting_group_id", "vat_percent",
    "expected_date", "requested_date", "promised_date", "planned_date", "drop_shipment", "return_reason_code",
    "gross_weight", "unit_volume", "dimension_set_id",
)  # fmt: skip
#: What only the line of the order knows.
_OF_ORDER = ("unit_amount", "unit_cost", "line_discount_percent", "indirect_cost_percent", "overhead_rate",
             "allow_line_discount", "allow_invoice_discount", "linked_line_id")  # fmt: skip


@dataclass(slots=True)
class Fetched:
    """Lines that were added, comments included, and why others were not."""

    lines: list[TradeLine] = field(default_factory=list)
    skipped: list[DomainError] = field(default_factory=list)


def offered_lines(session: Session, document: TradeDocument, *, limit: int = 500) -> list[PostedLine]:
    """Posted lines that this invoice or credit memo could bill, with their documents, oldest first."""
    owner = _owner(document)
    taken = select(TradeLine.posted_line_id).where(
        TradeLine.document_id == document.id, TradeLine.posted_line_id.is_not(None)
    )
    statement = (
        select(PostedLine)
        .join(PostedDocument, PostedDocument.id == PostedLine.document_id)
        .options(contains_eager(PostedLine.document))
        .where(
            PostedDocument.document_type == kind_of(document).handling_type,
            owner == document.bill_party_id,
            PostedDocument.currency_id.is_not_distinct_from(document.currency_id),
            PostedDocument.vat_business_posting_group_id == document.vat_business_posting_group_id,
            ~PostedLine.correction,
            PostedLine.type != TradeLineType.COMMENT,
            PostedLine.quantity != PostedLine.qty_invoiced,
            PostedLine.id.not_in(taken),
        )
        .order_by(PostedDocument.posting_date, PostedLine.id)
        .limit(limit)
    )
    return list(session.scalars(statement.execution_options(populate_existing=True)))


def _owner(document: TradeDocument) -> InstrumentedAttribute[int | None]:
    return (
        PostedDocument.pay_to_vendor_id if document.side == TradeSide.PURCHASE else PostedDocument.bill_to_customer_id
    )


def get_posted_lines(
    session: Session, document_id: int, posted_line_ids: Sequence[int], *, user_id: int | None = None
) -> Fetched:
    """Add lines to an invoice or credit memo that bill these posted receipt or shipment lines.

    Lines that do not fit are left out, each with its reason (`posted_line_other_party`, `posted_line_other_currency`,
    `posted_line_other_vat`, `posted_line_invoiced`, `posted_line_undone`, `posted_line_other_kind`,
    `posted_line_fetched`). Raises ValidationError `document_released`, `not_an_invoice`, or the first reason where
    nothing is left.
    """
    document = lock_document(session, document_id)
    check_center(session, document, user_id)
    if kind_of(document).staged:
        raise ValidationError("not_an_invoice", _("Receipts and shipments are fetched into invoices and credit memos."))
    check_open(document)
    posted = _load(session, posted_line_ids)
    order_lines = _order_lines(session, posted)
    facts = facts_of(session, posted, document=document)
    last = session.scalar(select(func.max(TradeLine.line_no)).where(TradeLine.document_id == document_id)) or 0
    taken = set(session.scalars(select(TradeLine.posted_line_id).where(TradeLine.document_id == document_id)))
    result = Fetched()
    titled: int | None = None
    for row in posted:
        refusal = _refusal(document, row, taken)
        if refusal is not None:
            result.skipped.append(refusal)
            continue
        if row.document_id != titled:
            last += STEP
            result.lines.append(_title(document, row, last))
            titled = row.document_id
        last += STEP
        result.lines.append(_line(document, row, order_lines.get(row.order_line_id or 0), last, facts))
    if not result.lines and result.skipped:
        raise result.skipped[0]
    session.add_all(result.lines)
    note_change(document, user_id)
    session.flush()
    follow_items(session, document, result.lines)
    return result


def _load(session: Session, ids: Sequence[int]) -> list[PostedLine]:
    found = session.scalars(
        select(PostedLine)
        .join(PostedDocument, PostedDocument.id == PostedLine.document_id)
        .options(contains_eager(PostedLine.document))
        .where(PostedLine.id.in_(ids_of(session, ids)))
        .order_by(PostedDocument.posting_date, PostedLine.document_id, PostedLine.line_no)
        .execution_options(populate_existing=True)
    )
    return list(found)


def _order_lines(session: Session, posted: Sequence[PostedLine]) -> dict[int, TradeLine]:
    ids = {row.order_line_id for row in posted if row.order_line_id is not None}
    found = session.scalars(select(TradeLine).where(TradeLine.id.in_(ids_of(session, ids))))
    return {line.id: line for line in found}


def _refusal(document: TradeDocument, row: PostedLine, taken: set[int | None]) -> DomainError | None:
    """The first reason why the line cannot be billed here."""
    source = row.document
    name = f"{source.no}, {row.line_no}"
    owner = source.pay_to_vendor_id if document.side == TradeSide.PURCHASE else source.bill_to_customer_id
    money = source.currency_code or _("local currency")
    reasons = (
        (source.document_type != kind_of(document).handling_type, "posted_line_other_kind",
         _("%(name)s is nothing that this document bills.", name=name)),
        (owner != document.bill_party_id, "posted_line_other_party",
         _("%(name)s is billed to somebody else.", name=name)),
        (source.currency_id != document.currency_id, "posted_line_other_currency",
         _("%(name)s is in %(money)s; this document is in another currency.", name=name, money=money)),
        (source.vat_business_posting_group_id != document.vat_business_posting_group_id, "posted_line_other_vat",
         _("%(name)s follows other VAT rules than this document.", name=name)),
        (row.correction, "posted_line_undone", _("%(name)s was undone.", name=name)),
        (not row.qty_not_invoiced, "posted_line_invoiced", _("%(name)s is invoiced already.", name=name)),
        (row.id in taken, "posted_line_fetched", _("%(name)s is on this document already.", name=name)),
    )  # fmt: skip
    return next((ValidationError(code, words, line=row.line_no) for stands, code, words in reasons if stands), None)


def _title(document: TradeDocument, row: PostedLine, line_no: int) -> TradeLine:
    """The comment line that names the receipt or shipment."""
    line = TradeLine(document_id=document.id, line_no=line_no, version=1, type=TradeLineType.COMMENT)
    line_values.start(line)
    words = {
        "purchase_receipt": _("Receipt %(no)s of %(day)s:"),
        "purchase_return_shipment": _("Return shipment %(no)s of %(day)s:"),
        "sales_return_receipt": _("Return receipt %(no)s of %(day)s:"),
    }.get(row.document.document_type.value, _("Shipment %(no)s of %(day)s:"))
    line.description = (words % {"no": row.document.no, "day": plain_day(row.document.posting_date)})[:100]
    return line


def _line(
    document: TradeDocument, row: PostedLine, order_line: TradeLine | None, line_no: int, facts: TradeFacts
) -> TradeLine:
    """A line that bills what of `row` is not billed yet, at the prices of its order."""
    line = TradeLine(document_id=document.id, line_no=line_no, version=1, posted_line_id=row.id)
    line_values.start(line)
    for name in _COPIED:
        setattr(line, name, getattr(row, name))
    if order_line is not None:
        for name in _OF_ORDER:
            setattr(line, name, getattr(order_line, name))
    quantity = row.qty_not_invoiced
    line.quantity = line.qty_handled = quantity
    line.quantity_base = line.qty_handled_base = _base(row, quantity)
    line.qty_to_invoice = quantity
    line_prices.settle_amounts(document, line, {"unit_cost": line.unit_cost}, facts)
    if order_line is not None and order_line.quantity:
        share = order_line.invoice_discount_amount * quantity / order_line.quantity
        line.invoice_discount_amount = round_amount(share, facts.amount_rounding)
        line_prices.settle_unit_cost(document, line, {"unit_cost": line.unit_cost}, facts) if line.item_id else None
    return line


def _base(row: PostedLine, quantity: Decimal) -> Decimal:
    if quantity == row.quantity:
        return row.quantity_base
    return round_amount(row.quantity_base * quantity / row.quantity, Decimal("0.00001")) if row.quantity else ZERO
