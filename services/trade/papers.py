"""Posted documents as rows: copies of header and lines as they were (documents.md section 5)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.rounding import ZERO
from models import ItemLedgerEntry, PostedDocument, PostedLine, Register, TradeLine
from models.enums import DocumentType, TradeLineType
from posting.bulk import insert_rows, raw
from services.trade.line_kinds import NUMBERS
from services.trade.money import external_no
from services.trade.plan import LinePlan
from services.trade.posting_facts import PostingFacts

_HEADER = (
    "vendor_id", "customer_id", "pay_to_vendor_id", "bill_to_customer_id", "name", "address", "address_2", "post_code",
    "city", "country_code", "contact", "ship_to_name", "ship_to_address", "ship_to_address_2", "ship_to_post_code",
    "ship_to_city", "ship_to_country_code", "ship_to_contact", "location_id", "responsibility_center_id", "order_date",
    "expected_date", "requested_date", "promised_date", "shipping_agent_code", "shipping_service_code",
    "package_tracking_no", "external_document_no", "vendor_order_no", "vendor_shipment_no", "your_reference",
    "payment_terms_id", "currency_id", "prices_including_vat", "gen_business_posting_group_id",
    "vat_business_posting_group_id", "agent", "reason_code", "dimension_set_id", "document_date", "quote_no",
)  # fmt: skip
_LINE = (
    "line_no", "type", *NUMBERS, "variant_id", "description", "item_reference_no", "vendor_item_no",
    "unit_of_measure_id", "qty_per_unit_of_measure", "location_id", "bin_id", "unit_amount", "unit_cost",
    "line_discount_percent", "gen_product_posting_group_id", "vat_product_posting_group_id", "expected_date",
    "requested_date", "promised_date", "planned_date", "drop_shipment", "return_reason_code", "gross_weight",
    "unit_volume", "dimension_set_id", "applies_to_entry_id", "applies_from_entry_id",
)  # fmt: skip
_BILL_TO = ("no", "name", "address", "address_2", "post_code", "city", "country_code")


def new_document(facts: PostingFacts, document_type: DocumentType, no: str, register_id: int, user_name: str,
                 posting_date: dt.date) -> PostedDocument:  # fmt: skip
    """The header of a posted document as a copy of the open one."""
    document = facts.document
    posted = PostedDocument(
        document_type=document_type,
        side=document.side,
        no=no,
        register_id=register_id,
        user_name=user_name,
        order_no=document.no,
        order_type=document.type,
        party_no=facts.party.no,
        posting_date=posting_date,
        corrects_document_id=None,
        currency_code=facts.trade.exchange.code,
        exchange_amount=facts.trade.exchange.amount,
        exchange_local_amount=facts.trade.exchange.local_amount,
        **{name: getattr(document, name) for name in _HEADER},
    )
    for name in _BILL_TO:
        setattr(posted, f"bill_to_{name}", getattr(facts.bill_party, name))
    return posted


def write_handling(
    session: Session, facts: PostingFacts, plans: Sequence[LinePlan], posted: PostedDocument, *, gone: bool
) -> dict[int, int]:
    """The receipt or shipment with its lines; returns document line id -> posted line id. `gone`: as `_line_row`."""
    session.add(posted)
    session.flush()
    moved = {plan.line.id: plan for plan in plans if plan.handle}
    rows = []
    for line in _in_order(facts.lines, moved, remarks=_takes_remarks(facts)):
        plan = moved.get(line.id)
        row = _line_row(line, posted, facts.document.no, gone=gone)
        if plan is not None:
            row |= {"quantity": plan.handle, "quantity_base": plan.handle_base.copy_sign(plan.handle),
                    "qty_invoiced": plan.new_invoice + plan.consume}  # fmt: skip
        rows.append(row)
    return _insert(session, posted, rows, facts.lines)


def write_bill(
    session: Session,
    facts: PostingFacts,
    plans: Sequence[LinePlan],
    posted: PostedDocument,
    due_date: dt.date | None,
    handling_lines: Mapping[int, int],
    *,
    gone: bool,
) -> dict[int, int]:
    """The invoice or credit memo with its lines; `gone`: as `_line_row`.

    Returns document line id -> posted line id, where there are no `handling_lines`, which go before them.
    """
    billed = {plan.line.id: plan for plan in plans if plan.invoice}
    posted.due_date, posted.discount_date = due_date, facts.discount_date
    posted.discount_percent = facts.terms.discount_percent if facts.terms is not None else ZERO
    posted.external_document_no = external_no(facts) or posted.external_document_no
    posted.amount = sum((plan.taxed.base for plan in billed.values()), ZERO)
    posted.vat_amount = sum((plan.taxed.vat for plan in billed.values()), ZERO)
    posted.invoice_discount_amount = sum((plan.amounts.invoice_discount for plan in billed.values()), ZERO)
    posted.local_amount = sum((plan.local_taxed.base for plan in billed.values()), ZERO)
    posted.local_vat_amount = sum((plan.local_taxed.vat for plan in billed.values()), ZERO)
    session.add(posted)
    session.flush()
    rows = []
    for line in _in_order(facts.lines, billed):
        plan = billed.get(line.id)
        row = _line_row(line, posted, facts.document.no, gone=gone)
        if plan is not None:
            one = plan.billed[0][0].id if len(plan.billed) == 1 and not plan.new_invoice else None
            row |= {
                "quantity": plan.invoice,
                "quantity_base": plan.invoice_base.copy_sign(plan.invoice),
                "handling_line_id": one or (None if plan.billed else handling_lines.get(line.id)),
                "line_discount_amount": plan.amounts.line_discount,
                "invoice_discount_amount": plan.amounts.invoice_discount,
                "amount": plan.taxed.base,
                "vat_amount": plan.taxed.vat,
            }
        rows.append(row)
    return _insert(session, posted, rows, () if handling_lines else facts.lines)


def _in_order(lines: Iterable[TradeLine], wanted: Mapping[int, LinePlan], *, remarks: bool = True) -> list[TradeLine]:
    """The lines that take part and, with `remarks`, the comments between them; a text of a line goes with its line."""
    return [
        line for line in lines
        if line.id in wanted
        or (line.type == TradeLineType.COMMENT
            and (remarks if line.attached_to_line_id is None else line.attached_to_line_id in wanted))
    ]  # fmt: skip


def _takes_remarks(facts: PostingFacts) -> bool:
    """Whether comments of the document go along onto what was received or shipped (items.md section 0)."""
    setup = facts.trade.inventory
    return setup.copy_comments_to_receipt if facts.kind.inbound else setup.copy_comments_to_shipment


def _line_row(line: TradeLine, posted: PostedDocument, order_no: str, *, gone: bool) -> dict[str, object]:
    """`gone`: the document will be removed; a reference to its line would be taken off again, row by row."""
    return {
        "document_id": posted.id,
        "order_line_id": None if gone else line.id,
        "order_no": order_no,
        "order_line_no": line.line_no,
        "handling_line_id": None,
        "quantity": ZERO,
        "quantity_base": ZERO,
        "qty_invoiced": ZERO,
        "line_discount_amount": ZERO,
        "invoice_discount_amount": ZERO,
        "amount": ZERO,
        "vat_amount": ZERO,
        "vat_percent": line.vat_percent,
        "correction": False,
        **{name: getattr(line, name) for name in _LINE},
    }


def _insert(
    session: Session, posted: PostedDocument, rows: list[dict[str, object]], lines: Iterable[TradeLine]
) -> dict[int, int]:
    """Returns line id -> posted line id for the document lines that are asked about."""
    if not rows:
        return {}
    columns = list(rows[0])
    insert_rows(session, "posted_line", columns, [tuple(raw(row[name]) for name in columns) for row in rows])
    if not lines:
        return {}
    made = session.execute(
        select(PostedLine.order_line_no, PostedLine.id).where(PostedLine.document_id == posted.id)
    ).tuples()
    posted_ids = dict(made.all())
    return {line.id: posted_ids[line.line_no] for line in lines if line.line_no in posted_ids}


def link_entries(
    session: Session, register_id: int, document_type: DocumentType, posted_lines: Mapping[int, int]
) -> dict[int, list[int]]:
    """Tie the register's entries of this document to its posted lines (line no. -> posted line id).

    Returns line no. -> entries.
    """
    rows = session.execute(
        select(ItemLedgerEntry.id, ItemLedgerEntry.document_line_no)
        .join(
            Register,
            ItemLedgerEntry.id.between(Register.from_item_ledger_entry_id, Register.to_item_ledger_entry_id),
        )
        .where(
            Register.id == register_id,
            ItemLedgerEntry.document_type == document_type,
        )
        .order_by(ItemLedgerEntry.id)
    ).all()
    entries: dict[int, list[int]] = defaultdict(list)
    for entry_id, line_no in rows:
        entries[line_no].append(entry_id)
    links = [
        (posted_lines[line_no], entry_id)
        for line_no, found in entries.items()
        for entry_id in found
        if line_no in posted_lines
    ]
    insert_rows(session, "posted_line_entry", ["posted_line_id", "item_ledger_entry_id"], links)
    return entries
