"""What differs between the kinds of purchase and sales documents; everything else they share (documents.md section 1).

A kind says which way goods go, what posting leaves behind, and whether moving and billing are separate steps.
"""

from __future__ import annotations

from dataclasses import dataclass

from models import TradeDocument
from models.enums import DocumentType, EntryType, SourceType, TradeSide, TradeType
from services.parties import CUSTOMER, VENDOR, PartyKind


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of document."""

    side: TradeSide
    type: TradeType
    #: a positive quantity brings stock in
    inbound: bool
    #: goods and bill are posted apart, in parts; else at once, when the document is posted
    staged: bool
    #: money goes back: a return order or credit memo
    credit: bool
    handling_type: DocumentType
    invoice_type: DocumentType
    #: fields of the set-up: own numbers, numbers of posted documents
    series: str
    handling_series: str
    invoice_series: str
    #: switch of the set-up: a document posted at once leaves a receipt or shipment too
    handling_switch: str
    source_code: str

    @property
    def entry_type(self) -> EntryType:
        """Kind of the item ledger entries."""
        return EntryType.PURCHASE if self.side == TradeSide.PURCHASE else EntryType.SALE

    @property
    def source_type(self) -> SourceType:
        """Whose card stands behind the entries."""
        return SourceType.VENDOR if self.side == TradeSide.PURCHASE else SourceType.CUSTOMER

    @property
    def party_kind(self) -> PartyKind:
        """Vendors or customers."""
        return VENDOR if self.side == TradeSide.PURCHASE else CUSTOMER

    @property
    def posts(self) -> bool:
        """False for quotes."""
        return self.type != TradeType.QUOTE

    @property
    def ships(self) -> bool:
        """The move is called shipping; else receiving."""
        return not self.inbound

    @property
    def prices_by_posting_date(self) -> bool:
        """Prices of invoices and credit memos are those of the posting date, of the others those of the order date."""
        return not self.staged and self.posts


_P, _S = TradeSide.PURCHASE, TradeSide.SALES
_RECEIPT = (DocumentType.PURCHASE_RECEIPT, DocumentType.PURCHASE_INVOICE)
_RETURN_SHIPMENT = (DocumentType.PURCHASE_RETURN_SHIPMENT, DocumentType.PURCHASE_CREDIT_MEMO)
_SHIPMENT = (DocumentType.SALES_SHIPMENT, DocumentType.SALES_INVOICE)
_RETURN_RECEIPT = (DocumentType.SALES_RETURN_RECEIPT, DocumentType.SALES_CREDIT_MEMO)
_SERVICE = (DocumentType.SERVICE_SHIPMENT, DocumentType.SERVICE_INVOICE)


def _kind(side: TradeSide, type_: TradeType) -> Kind:
    credit = type_ in (TradeType.RETURN_ORDER, TradeType.CREDIT_MEMO)
    inbound = (side == _P) != credit
    if type_ == TradeType.SERVICE_ORDER:
        papers, series, switch = _SERVICE, ("posted_shipment", "posted_sales_invoice"), "shipment_on_invoice"
    elif side == _P:
        papers = _RETURN_SHIPMENT if credit else _RECEIPT
        series = (
            ("posted_return_shipment", "posted_purchase_credit_memo")
            if credit
            else ("posted_receipt", "posted_purchase_invoice")
        )
        switch = "return_shipment_on_credit_memo" if credit else "receipt_on_invoice"
    else:
        papers = _RETURN_RECEIPT if credit else _SHIPMENT
        series = (
            ("posted_return_receipt", "posted_sales_credit_memo")
            if credit
            else ("posted_shipment", "posted_sales_invoice")
        )
        switch = "return_receipt_on_credit_memo" if credit else "shipment_on_invoice"
    own = "service_order" if type_ == TradeType.SERVICE_ORDER else f"{side.value}_{type_.value}"
    source = "SERVICE" if type_ == TradeType.SERVICE_ORDER else "PURCHASES" if side == _P else "SALES"
    return Kind(
        side=side,
        type=type_,
        inbound=inbound,
        staged=type_ in (TradeType.ORDER, TradeType.RETURN_ORDER, TradeType.SERVICE_ORDER, TradeType.QUOTE),
        credit=credit,
        handling_type=papers[0],
        invoice_type=papers[1],
        series=f"{own}_nos_id",
        handling_series=f"{series[0]}_nos_id",
        invoice_series=f"{series[1]}_nos_id",
        handling_switch=switch,
        source_code=source,
    )


KINDS: dict[tuple[TradeSide, TradeType], Kind] = {
    (side, type_): _kind(side, type_)
    for side in TradeSide
    for type_ in TradeType
    if not (side == _P and type_ == TradeType.SERVICE_ORDER)
}


def kind_of(document: TradeDocument) -> Kind:
    """The kind of a document."""
    return KINDS[document.side, document.type]


def is_purchase(document: TradeDocument) -> bool:
    """True on the vendors' side."""
    return document.side == TradeSide.PURCHASE
