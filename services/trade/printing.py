"""Open purchase and sales documents as papers (documents.md section 21)."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from sqlalchemy import update
from sqlalchemy.orm import Session

from core.errors import NotFound
from core.text import _
from models import (
    TradeDocument,
    TradeLine,
)
from models.enums import TradeLineType, TradeSide, TradeType
from services.reports.business_papers import (
    BusinessPaper,
    PaperLine,
    bars,
    columns,
    facts_of,
    without_empty,
)
from services.reports.figures import Figures
from services.trade import page as pages
from services.trade.archive import archive_as_set_up
from services.trade.kinds import kind_of
from services.trade.paper_parts import currency_code, gtins_of, party_address, ship_to_address, terms_text, your_no
from services.trade.parties import get_bill_party
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
        notes += your_no(line)
        rows.append(PaperLine(cells, notes, amount=line.line_amount))
    sums = pages.totals_of(session, document)
    totals: list[tuple[str, Decimal, bool]] = []
    if sums.invoice_discount:
        totals += [(_("Sum of the lines"), sums.lines, False), (_("Invoice discount"), -sums.invoice_discount, False)]
    totals += [(_("Total without VAT"), sums.base, False), (_("VAT"), sums.vat, False)]
    totals.append((_("Total %(currency)s", currency=currency_code(session, document)).strip(), sums.total, True))
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
        (_("Payment terms"), terms_text(session, document.payment_terms_id)),
        (_("Due"), day(document.due_date) if not staged else ""),
        (_("Pay to") if purchase else _("Invoice to"), _other_payer(session, document)),
        (_("Shipping agent"), document.shipping_agent_code),
        (_("Purchaser") if purchase else _("Salesperson"), document.agent),
    ]
    made = BusinessPaper(
        paper_name(document, PaperKind.DOCUMENT), document.no, party_address(document), facts_of(facts),
        columns(*heads), tuple(rows), ship_to=ship_to_address(session, document), ship_to_word=_("Deliver to"),
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
    trade_nos = gtins_of(session, [line.item_id for line in lines])
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
        paper_name(document, paper), document.no, party_address(document), facts_of(facts), columns(*heads),
        tuple(rows), ship_to=ship_to_address(session, document), ship_to_word=_("Deliver to"), tick=True,
    )  # fmt: skip


def _number(line: TradeLine) -> str:
    if line.item is not None:
        return line.item.no
    if line.item_charge is not None:
        return line.item_charge.no
    if line.resource is not None:
        return line.resource.no
    return line.service_cost.code if line.service_cost is not None else ""


def _unit(line: TradeLine) -> str:
    return line.unit_of_measure.code if line.unit_of_measure is not None else ""
