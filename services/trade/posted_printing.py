"""Posted purchase and sales documents as papers (documents.md section 21)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.rounding import ZERO
from core.text import _
from models import (
    InventorySetup,
    PostedDocument,
    PostedLine,
    TradeLine,
)
from models.enums import DocumentType, TradeLineType, TradeSide, TradeType
from services.reports.business_papers import (
    BusinessPaper,
    PaperLine,
    address_lines,
    bars,
    columns,
    facts_of,
    vat_split,
    without_empty,
)
from services.reports.figures import Figures
from services.tracking.posted import paper_notes
from services.trade.paper_parts import currency_code, gtins_of, party_address, ship_to_address, terms_text, your_no
from services.trade.posted_page import PostedRow, posted_rows

_POSTED_NAMES = {
    DocumentType.PURCHASE_RECEIPT: lambda: _("Receipt note"),
    DocumentType.PURCHASE_RETURN_SHIPMENT: lambda: _("Return shipment"),
    DocumentType.PURCHASE_INVOICE: lambda: _("Purchase invoice"),
    DocumentType.PURCHASE_CREDIT_MEMO: lambda: _("Purchase credit memo"),
    DocumentType.SALES_SHIPMENT: lambda: _("Packing slip"),
    DocumentType.SALES_RETURN_RECEIPT: lambda: _("Return receipt"),
    DocumentType.SALES_INVOICE: lambda: _("Invoice"),
    DocumentType.SALES_CREDIT_MEMO: lambda: _("Credit memo"),
    DocumentType.SERVICE_SHIPMENT: lambda: _("Service shipment"),
    DocumentType.SERVICE_INVOICE: lambda: _("Invoice"),
    DocumentType.SERVICE_CREDIT_MEMO: lambda: _("Credit memo"),
}


def posted_name(document: PostedDocument) -> str:
    """What the posted paper is called."""
    return _POSTED_NAMES[document.document_type]()


_BILLS = frozenset({
    DocumentType.PURCHASE_INVOICE, DocumentType.PURCHASE_CREDIT_MEMO, DocumentType.SALES_INVOICE,
    DocumentType.SALES_CREDIT_MEMO, DocumentType.SERVICE_INVOICE, DocumentType.SERVICE_CREDIT_MEMO,
})  # fmt: skip


def posted_paper(session: Session, document: PostedDocument, *, locale: str = "en") -> BusinessPaper:
    """The paper of a posted document, its lines loaded."""
    rows, figures = posted_rows(session, document), Figures(locale)
    make = _bill if document.document_type in _BILLS else _note
    return replace(make(session, document, rows, figures), center_id=document.responsibility_center_id)


def _bill(session: Session, document: PostedDocument, rows: Sequence[PostedRow], figures: Figures) -> BusinessPaper:
    purchase = document.side == TradeSide.PURCHASE
    heads = (
        (_("Item"), "code"), (_("Description"), "text"), (_("Quantity"), "quantity"), (_("Unit"), "text"),
        (_("Unit cost") if purchase else _("Price"), "unit_cost"), (_("Disc. %"), "quantity"), (_("VAT %"), "quantity"),
        (_("Amount"), "amount"),
    )  # fmt: skip
    credit = document.document_type in _CREDITS
    lines, split = [], []
    for row in rows:
        line = row.line
        if line.type == TradeLineType.COMMENT:
            lines.append(PaperLine((), text=line.description))
            continue
        before = line.amount if document.prices_including_vat else line.amount + line.invoice_discount_amount
        cells = (row.no, line.description, line.quantity, row.unit, line.unit_amount,
                 line.line_discount_percent or None, line.vat_percent or None, before)  # fmt: skip
        notes = paper_notes(row.entries, figures.quantity) + your_no(line)
        lines.append(PaperLine(cells, notes, amount=before))
        split.append((line.vat_percent, line.amount, line.vat_amount))
    bill_to = address_lines(
        document.bill_to_name, document.bill_to_address, document.bill_to_address_2,
        f"{document.bill_to_post_code} {document.bill_to_city}", document.bill_to_country_code,
    )  # fmt: skip
    facts = _bill_facts(session, document, figures, credit=credit)
    made = BusinessPaper(
        posted_name(document), document.no, bill_to or party_address(document), facts_of(facts), columns(*heads),
        tuple(lines), ship_to=ship_to_address(session, document),
        ship_to_word=_("Returned to") if credit and document.side == TradeSide.SALES else _("Delivered to"),
        totals=_totals(session, document, split), closing=_closing(document, figures),
    )  # fmt: skip
    return without_empty(made, _("Disc. %"))


def _totals(
    session: Session, document: PostedDocument, split: Sequence[tuple[Decimal, Decimal, Decimal]]
) -> tuple[tuple[str, Decimal, bool], ...]:
    """What stands below the lines; `split` is VAT percent, amount and VAT of each."""
    totals: list[tuple[str, Decimal, bool]] = []
    discount = ZERO if document.prices_including_vat else document.invoice_discount_amount
    if discount:
        totals.append((_("Sum of the lines"), document.amount + discount, False))
        totals.append((_("Invoice discount"), -discount, False))
    totals.append((_("Total without VAT"), document.amount, False))
    totals += vat_split(split)
    money = currency_code(session, document)
    totals.append((_("Total %(currency)s", currency=money).strip(), document.amount_including_vat, True))
    return tuple(totals)


def _bill_facts(session: Session, document: PostedDocument, figures: Figures, *, credit: bool) -> list[tuple[str, str]]:
    return [
        (_("Date"), figures.day(document.document_date)),
        (_("Posting date"), figures.day(document.posting_date)),
        (_("Due"), "" if credit else figures.day(document.due_date)),
        (_("Payment terms"), "" if credit else terms_text(session, document.payment_terms_id)),
        (_ordered_as(document), document.order_no),
        (_moved_as(document, credit=credit), _handled_by(session, document)),
        (_("Your order no."), document.external_document_no),
        (_("Your reference"), document.your_reference),
        (_("Invoice credited"), _corrected(session, document)),
        (_("Customer no.") if document.side == TradeSide.SALES else _("Vendor no."), document.party_no),
    ]


def _closing(document: PostedDocument, figures: Figures) -> tuple[str, ...]:
    """Until when to pay, and what may be deducted."""
    closing = []
    if document.discount_date is not None and document.side == TradeSide.SALES:
        closing.append(
            _("Who pays until %(day)s may deduct %(percent)s %%.", day=figures.day(document.discount_date),
              percent=figures.quantity(document.discount_percent))
        )  # fmt: skip
    if document.document_type == DocumentType.SALES_INVOICE:
        closing.append(
            _("Please pay %(amount)s by %(day)s and name %(no)s.",
              amount=f"{figures.amount(document.amount_including_vat)} {document.currency_code}".strip(),
              day=figures.day(document.due_date), no=document.no)
        )  # fmt: skip
    return tuple(closing)


_CREDITS = frozenset({
    DocumentType.PURCHASE_CREDIT_MEMO, DocumentType.SALES_CREDIT_MEMO, DocumentType.SERVICE_CREDIT_MEMO,
})  # fmt: skip


def _ordered_as(document: PostedDocument) -> str:
    """What the document was that was posted."""
    kinds = {TradeType.RETURN_ORDER: _("Return order"), TradeType.CREDIT_MEMO: _("Entered as"),
             TradeType.INVOICE: _("Entered as")}  # fmt: skip
    return kinds.get(document.order_type, _("Order"))


def _moved_as(document: PostedDocument, *, credit: bool) -> str:
    """What the papers of the goods that are billed are called."""
    if document.side == TradeSide.SALES:
        return _("Return receipts") if credit else _("Shipments")
    return _("Return shipments") if credit else _("Receipts")


def _handled_by(session: Session, document: PostedDocument) -> str:
    """Numbers of the shipments or receipts an invoice bills, the first few."""
    ids = {line.handling_line_id for line in document.lines if line.handling_line_id}
    if not ids:
        return ""
    nos = session.scalars(
        select(PostedDocument.no)
        .join(PostedLine, PostedLine.document_id == PostedDocument.id)
        .where(PostedLine.id.in_(ids))
        .group_by(PostedDocument.no)
        .order_by(PostedDocument.no)
        .limit(6)
    )
    return ", ".join(nos)


def _corrected(session: Session, document: PostedDocument) -> str:
    if document.corrects_document_id is None or document.cancelled_by_id is not None:
        return ""
    other = session.get(PostedDocument, document.corrects_document_id)
    return other.no if other is not None else ""


def _note(session: Session, document: PostedDocument, rows: Sequence[PostedRow], figures: Figures) -> BusinessPaper:
    """A receipt, a shipment, a return: goods with their lots, no prices."""
    heads = ((_("Item"), "code"), (_("Description"), "text"), (_("Quantity"), "quantity"), (_("Unit"), "text"),
             (_("Still to come"), "quantity"))  # fmt: skip
    outbound = document.document_type in (DocumentType.SALES_SHIPMENT, DocumentType.PURCHASE_RETURN_SHIPMENT)
    trade_nos = gtins_of(session, [row.line.item_id for row in rows])
    left = _outstanding(session, [row.line.order_line_id for row in rows])
    lines = []
    weight = ZERO
    for row in rows:
        line = row.line
        if line.type == TradeLineType.COMMENT:
            lines.append(PaperLine((), text=line.description))
            continue
        if line.type != TradeLineType.ITEM:
            continue
        notes = [_("Variant %(code)s", code=row.variant)] if row.variant else []
        notes += paper_notes(row.entries, figures.quantity)
        notes += your_no(line)
        cells = (row.no, line.description, line.quantity, row.unit, left.get(line.order_line_id or 0) or None)
        weight += line.gross_weight * line.quantity
        lines.append(PaperLine(cells, notes, bars(row.no, trade_nos.get(line.item_id or 0, ""))))
    facts = [
        (_("Date"), figures.day(document.posting_date)),
        (_("Order"), document.order_no),
        (_("Your order no."), document.external_document_no or document.vendor_order_no),
        (_("Their delivery note"), document.vendor_shipment_no),
        (_("Shipping agent"), document.shipping_agent_code),
        (_("Package tracking no."), document.package_tracking_no),
        (_("Weight"), f"{figures.quantity(weight)} {_weight_unit(session)}".strip() if weight else ""),
        (_("Purchaser") if document.side == TradeSide.PURCHASE else _("Salesperson"), document.agent),
        (_("Pay to") if document.side == TradeSide.PURCHASE else _("Invoice to"), _other_payer(document)),
    ]
    ship_to = ship_to_address(session, document)
    addressee = ship_to if outbound and ship_to and document.side == TradeSide.SALES else party_address(document)
    made = BusinessPaper(
        posted_name(document), document.no, addressee, facts_of(facts), columns(*heads), tuple(lines),
        ship_to=party_address(document) if addressee != party_address(document) else ship_to,
        ship_to_word=_("Ordered by") if addressee != party_address(document) else _("Delivered to"), signed=outbound,
    )  # fmt: skip
    return without_empty(made, _("Still to come"))


def _other_payer(document: PostedDocument) -> str:
    """Who gets or sends the bill, where that is not whom the goods are about."""
    if (document.bill_to_name or document.name) == document.name:
        return ""
    return ", ".join(part for part in (document.bill_to_name, document.bill_to_city) if part)


def _weight_unit(session: Session) -> str:
    setup = session.get(InventorySetup, 1)
    return setup.weight_unit if setup is not None else ""


def _outstanding(session: Session, line_ids: Sequence[int | None]) -> dict[int, Decimal]:
    wanted = {line_id for line_id in line_ids if line_id}
    if not wanted:
        return {}
    found = session.execute(select(TradeLine.id, TradeLine.outstanding_qty).where(TradeLine.id.in_(wanted)))
    return dict(found.tuples().all())
