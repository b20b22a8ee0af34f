"""Purchase and sales documents as papers (documents.md section 21): open ones and posted ones."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.errors import NotFound
from core.rounding import ZERO
from core.text import _
from models import (
    Currency,
    GeneralLedgerSetup,
    InventorySetup,
    Item,
    Location,
    PaymentTerms,
    PostedDocument,
    PostedLine,
    TradeDocument,
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
from services.trade import page as pages
from services.trade.archive import archive_as_set_up
from services.trade.kinds import kind_of
from services.trade.parties import get_bill_party
from services.trade.posted_page import PostedRow, posted_rows
from services.trade.shelves import shelves_of


class PaperKind(enum.StrEnum):
    """What is made of an open document."""

    DOCUMENT = "document"
    PICK_LIST = "pick-list"
    RECEIVING_LIST = "receiving-list"


def paper_kinds(document: TradeDocument) -> list[PaperKind]:
    """The papers that make sense for an open document."""
    kind = kind_of(document)
    if not kind.staged or not kind.posts:
        return [PaperKind.DOCUMENT]
    return [PaperKind.DOCUMENT, PaperKind.RECEIVING_LIST if kind.inbound else PaperKind.PICK_LIST]


def paper_name(document: TradeDocument, paper: PaperKind) -> str:
    """What the paper is called."""
    if paper == PaperKind.PICK_LIST:
        return _("Pick list")
    if paper == PaperKind.RECEIVING_LIST:
        return _("Receiving list")
    return {
        (TradeSide.PURCHASE, TradeType.QUOTE): _("Request for quotation"),
        (TradeSide.PURCHASE, TradeType.ORDER): _("Purchase order"),
        (TradeSide.PURCHASE, TradeType.INVOICE): _("Purchase invoice (draft)"),
        (TradeSide.PURCHASE, TradeType.RETURN_ORDER): _("Return order"),
        (TradeSide.PURCHASE, TradeType.CREDIT_MEMO): _("Purchase credit memo (draft)"),
        (TradeSide.SALES, TradeType.QUOTE): _("Quote"),
        (TradeSide.SALES, TradeType.ORDER): _("Order confirmation"),
        (TradeSide.SALES, TradeType.INVOICE): _("Invoice (draft)"),
        (TradeSide.SALES, TradeType.RETURN_ORDER): _("Return order"),
        (TradeSide.SALES, TradeType.CREDIT_MEMO): _("Credit memo (draft)"),
        (TradeSide.SALES, TradeType.SERVICE_ORDER): _("Service order"),
    }[document.side, document.type]


def count_printing(session: Session, document_id: int, *, user_id: int | None = None) -> None:
    """A purchase or sales document was printed once more; a version of it is kept where set-up says so."""
    document = session.get(TradeDocument, document_id)
    if document is not None:
        archive_as_set_up(session, document, reason=_("printed"), user_id=user_id)
    session.execute(
        update(TradeDocument)
        .where(TradeDocument.id == document_id)
        .values(times_printed=TradeDocument.times_printed + 1)
        .execution_options(synchronize_session=False)
    )


def open_paper(session: Session, document: TradeDocument, paper: PaperKind, *, locale: str = "en") -> BusinessPaper:
    """The paper of an open document, its header loaded. NotFound `paper_not_found` where it makes no sense."""
    if paper not in paper_kinds(document):
        raise NotFound("paper_not_found", _("There is no such paper of this document."))
    lines = pages.all_lines(session, document.id)
    if paper == PaperKind.DOCUMENT:
        made = _priced(session, document, lines, Figures(locale))
    else:
        made = _unpriced(session, document, lines, paper, Figures(locale))
    return replace(made, center_id=document.responsibility_center_id)


def _party_address(document: TradeDocument | PostedDocument) -> tuple[str, ...]:
    return address_lines(
        document.name, document.contact, document.address, document.address_2,
        f"{document.post_code} {document.city}", document.country_code,
    )  # fmt: skip


def _ship_to(session: Session, document: TradeDocument | PostedDocument) -> tuple[str, ...]:
    """Where the goods go; a purchase comes to our place."""
    typed = address_lines(
        document.ship_to_name, document.ship_to_contact, document.ship_to_address, document.ship_to_address_2,
        f"{document.ship_to_post_code} {document.ship_to_city}", document.ship_to_country_code,
    )  # fmt: skip
    if typed or document.side == TradeSide.SALES:
        return typed
    place = session.get(Location, document.location_id) if document.location_id else None
    if place is None:
        return ()
    return address_lines(place.name, place.address, place.address_2, f"{place.post_code} {place.city}",
                         place.country_code)  # fmt: skip


def _terms(session: Session, terms_id: int | None) -> str:
    terms = session.get(PaymentTerms, terms_id) if terms_id else None
    return (terms.description or terms.code) if terms is not None else ""


def _other_payer(session: Session, document: TradeDocument) -> str:
    """Who gets or sends the bill, where that is not whom the goods are about."""
    if document.bill_party_id in (None, document.party_id):
        return ""
    party = get_bill_party(session, document)
    return f"{party.name}, {party.city}" if party.city else str(party.name)


def _priced(session: Session, document: TradeDocument, lines: Sequence[TradeLine], figures: Figures) -> BusinessPaper:
    purchase, staged = document.side == TradeSide.PURCHASE, kind_of(document).staged
    heads: list[tuple[str, str]] = [
        (_("Item"), "code"), (_("Description"), "text"), (_("Quantity"), "quantity"), (_("Unit"), "text"),
        (_("Unit cost") if purchase else _("Price"), "unit_cost"), (_("Disc. %"), "quantity"), (_("VAT %"), "quantity"),
        (_("Amount"), "amount"),
    ]  # fmt: skip
    if staged and document.type != TradeType.QUOTE:
        heads.append((_("Receipt") if purchase else _("Shipment"), "day"))
    rows = []
    for line in lines:
        if line.type == TradeLineType.COMMENT:
            rows.append(PaperLine((), text=line.description))
            continue
        cells: tuple[object, ...] = (
            _number(line), line.description, line.quantity, _unit(line), line.unit_amount,
            line.line_discount_percent or None, line.vat_percent or None, line.line_amount,
        )  # fmt: skip
        if staged and document.type != TradeType.QUOTE:
            cells = (*cells, line.expected_date)
        notes = [_("Variant %(code)s", code=line.variant.code)] if line.variant_id else []
        notes += _your_no(line)
        rows.append(PaperLine(cells, notes, amount=line.line_amount))
    sums = pages.totals_of(session, document)
    totals: list[tuple[str, Decimal, bool]] = []
    if sums.invoice_discount:
        totals += [(_("Sum of the lines"), sums.lines, False), (_("Invoice discount"), -sums.invoice_discount, False)]
    totals += [(_("Total without VAT"), sums.base, False), (_("VAT"), sums.vat, False)]
    totals.append((_("Total %(currency)s", currency=_currency(session, document)).strip(), sums.total, True))
    day = figures.day
    facts = [
        (_("Date"), day(document.document_date)),
        (_("Order date"), day(document.order_date) if staged else ""),
        (_("Valid to"), day(document.valid_to)),
        (_("Requested"), day(document.requested_date)),
        (_("Promised"), day(document.promised_date)),
        (_("Expected receipt") if purchase else _("Shipment date"), day(document.expected_date) if staged else ""),
        (_("Your order no."), document.vendor_order_no if purchase else document.external_document_no),
        (_("Your reference"), document.your_reference),
        (_("Payment terms"), _terms(session, document.payment_terms_id)),
        (_("Due"), day(document.due_date) if not staged else ""),
        (_("Pay to") if purchase else _("Invoice to"), _other_payer(session, document)),
        (_("Shipping agent"), document.shipping_agent_code),
        (_("Purchaser") if purchase else _("Salesperson"), document.agent),
    ]
    made = BusinessPaper(
        paper_name(document, PaperKind.DOCUMENT), document.no, _party_address(document), facts_of(facts),
        columns(*heads), tuple(rows), ship_to=_ship_to(session, document), ship_to_word=_("Deliver to"),
        totals=tuple(totals),
    )  # fmt: skip
    return without_empty(made, _("Disc. %"))


def _unpriced(
    session: Session, document: TradeDocument, lines: Sequence[TradeLine], paper: PaperKind, figures: Figures
) -> BusinessPaper:
    """What is left to ship or to receive; no prices."""
    ships = paper == PaperKind.PICK_LIST
    heads = (
        (_("Item"), "code"), (_("Description"), "text"), (_("Location"), "code"), (_("Bin"), "code"),
        (_("Ordered"), "quantity"), (_("Shipped") if ships else _("Received"), "quantity"),
        (_("To ship") if ships else _("To receive"), "quantity"), (_("Unit"), "text"),
    )  # fmt: skip
    trade_nos = _gtins(session, [line.item_id for line in lines])
    shelves = shelves_of(session, lines)
    rows = []
    for line in lines:
        if line.type != TradeLineType.ITEM or not line.outstanding_qty:
            continue
        notes = [_("Variant %(code)s", code=line.variant.code)] if line.variant_id else []
        notes += [
            " ".join(part for part in (number.lot_no, number.serial_no, figures.quantity(number.quantity)) if part)
            for number in line.numbers
        ]
        cells = (
            _number(line), line.description, line.location.code,
            line.bin.code if line.bin else shelves.get(line.id, ""),
            line.quantity, line.qty_handled, line.qty_to_handle, _unit(line),
        )  # fmt: skip
        rows.append(PaperLine(cells, notes, bars(_number(line), trade_nos.get(line.item_id or 0, ""))))
    days = [line.expected_date for line in lines if line.outstanding_qty and line.expected_date]
    facts = [
        (_("Date"), figures.day(document.document_date)),
        (
            _("Shipment date") if ships else _("Expected receipt"),
            figures.day(min(days, default=document.expected_date)),
        ),
        (_("Shipping agent"), document.shipping_agent_code),
        (_("Their order no."), document.external_document_no or document.vendor_order_no),
    ]
    return BusinessPaper(
        paper_name(document, paper), document.no, _party_address(document), facts_of(facts), columns(*heads),
        tuple(rows), ship_to=_ship_to(session, document), ship_to_word=_("Deliver to"), tick=True,
    )  # fmt: skip


def _your_no(line: TradeLine | PostedLine) -> list[str]:
    """The party's own number for the item: its reference, else a vendor's number of catalogue or card."""
    number = line.item_reference_no or line.vendor_item_no
    return [_("Your no. %(no)s", no=number)] if number else []


def _number(line: TradeLine) -> str:
    if line.item is not None:
        return line.item.no
    return line.item_charge.no if line.item_charge is not None else ""


def _unit(line: TradeLine) -> str:
    return line.unit_of_measure.code if line.unit_of_measure is not None else ""


def _gtins(session: Session, item_ids: Sequence[int | None]) -> dict[int, str]:
    wanted = {item_id for item_id in item_ids if item_id}
    return dict(session.execute(select(Item.id, Item.gtin).where(Item.id.in_(wanted))).tuples().all()) if wanted else {}


def _currency(session: Session, document: TradeDocument | PostedDocument) -> str:
    """The code of the document's currency; that of the company where it names none."""
    currency = session.get(Currency, document.currency_id) if document.currency_id is not None else None
    if currency is not None:
        return currency.code
    setup = session.get(GeneralLedgerSetup, 1)
    return str(getattr(setup, "currency_code", "") or "")


# ------------------------------------------------------------------------------------------------ posted
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
    rows, figures = posted_rows(session, document.lines), Figures(locale)
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
        cells = (row.no, line.description, line.quantity, row.unit, line.unit_amount,
                 line.line_discount_percent or None, line.vat_percent or None, line.amount)  # fmt: skip
        notes = _your_no(line)
        lines.append(PaperLine(cells, notes, amount=line.amount))
        split.append((line.vat_percent, line.amount, line.vat_amount))
    totals: list[tuple[str, Decimal, bool]] = [(_("Total without VAT"), document.amount, False)]
    totals += vat_split(split)
    money = _currency(session, document)
    totals.append((_("Total %(currency)s", currency=money).strip(), document.amount_including_vat, True))
    facts = [
        (_("Date"), figures.day(document.document_date)),
        (_("Posting date"), figures.day(document.posting_date)),
        (_("Due"), "" if credit else figures.day(document.due_date)),
        (_("Payment terms"), "" if credit else _terms(session, document.payment_terms_id)),
        (_ordered_as(document), document.order_no),
        (_moved_as(document, credit=credit), _handled_by(session, document)),
        (_("Your order no."), document.external_document_no),
        (_("Your reference"), document.your_reference),
        (_("Invoice credited"), _corrected(session, document)),
        (_("Customer no.") if document.side == TradeSide.SALES else _("Vendor no."), document.party_no),
    ]
    bill_to = address_lines(
        document.bill_to_name, document.bill_to_address, document.bill_to_address_2,
        f"{document.bill_to_post_code} {document.bill_to_city}", document.bill_to_country_code,
    )  # fmt: skip
    closing = []
    if document.document_type == DocumentType.SALES_INVOICE:
        closing.append(
            _("Please pay %(amount)s by %(day)s and name %(no)s.",
              amount=f"{figures.amount(document.amount_including_vat)} {document.currency_code}".strip(),
              day=figures.day(document.due_date), no=document.no)
        )  # fmt: skip
    made = BusinessPaper(
        posted_name(document), document.no, bill_to or _party_address(document), facts_of(facts), columns(*heads),
        tuple(lines), ship_to=_ship_to(session, document),
        ship_to_word=_("Returned to") if credit and document.side == TradeSide.SALES else _("Delivered to"),
        totals=tuple(totals), closing=tuple(closing),
    )  # fmt: skip
    return without_empty(made, _("Disc. %"))


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
    trade_nos = _gtins(session, [row.line.item_id for row in rows])
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
        notes += [
            _("Lot %(lot)s", lot=lot) * bool(lot)
            + " "
            + _("Serial %(serial)s", serial=serial) * bool(serial)
            + f": {figures.quantity(quantity)}"
            for lot, serial, quantity in row.numbers
        ]
        notes += _your_no(line)
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
    ]
    ship_to = _ship_to(session, document)
    addressee = ship_to if outbound and ship_to and document.side == TradeSide.SALES else _party_address(document)
    made = BusinessPaper(
        posted_name(document), document.no, addressee, facts_of(facts), columns(*heads), tuple(lines),
        ship_to=_party_address(document) if addressee != _party_address(document) else ship_to,
        ship_to_word=_("Ordered by") if addressee != _party_address(document) else _("Delivered to"), signed=outbound,
    )  # fmt: skip
    return without_empty(made, _("Still to come"))


def _weight_unit(session: Session) -> str:
    setup = session.get(InventorySetup, 1)
    return setup.weight_unit if setup is not None else ""


def _outstanding(session: Session, line_ids: Sequence[int | None]) -> dict[int, Decimal]:
    wanted = {line_id for line_id in line_ids if line_id}
    if not wanted:
        return {}
    found = session.execute(select(TradeLine.id, TradeLine.outstanding_qty).where(TradeLine.id.in_(wanted)))
    return dict(found.tuples().all())
