"""A posted invoice or credit memo as an open document that takes it back at the exact cost (documents.md 11, 12)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal

from sqlalchemy.orm import Session

from core.rounding import PLACES, ZERO
from models import ItemChargeAssignment, PostedDocument, PostedLine, TradeDocument, TradeLine, TradeLineNumber
from models.enums import TradeLineType, TradeSide, TradeType
from services.trade import line_prices, line_values
from services.trade.amounts import spread
from services.trade.documents import create_document
from services.trade.exchanging import exchange_of, keep_rate
from services.trade.facts import load_facts
from services.trade.invoiced_entries import Billed, Charged
from services.trade.kinds import KINDS, Kind
from services.trade.line_kinds import NUMBERS
from services.trade.lines import STEP

_COPIED = (
    "type", *NUMBERS, "variant_id", "description", "item_reference_no", "vendor_item_no",
    "unit_of_measure_id", "qty_per_unit_of_measure", "location_id", "bin_id", "unit_amount", "unit_cost",
    "line_discount_percent", "gen_product_posting_group_id", "vat_product_posting_group_id", "vat_percent",
    "return_reason_code", "gross_weight", "unit_volume", "dimension_set_id",
)  # fmt: skip
_HEADER = (
    "location_id", "responsibility_center_id", "currency_id", "prices_including_vat", "payment_terms_id",
    "your_reference", "agent", "reason_code", "external_document_no", "ship_to_name", "ship_to_address",
    "ship_to_address_2", "ship_to_post_code", "ship_to_city", "ship_to_country_code", "ship_to_contact",
)  # fmt: skip


def open_reversal(
    session: Session,
    posted: PostedDocument,
    billed: Mapping[int, Sequence[Billed]],
    charged: Mapping[int, Sequence[Charged]],
    *,
    on: dt.date,
    user_id: int | None,
) -> TradeDocument:
    """A credit memo of an invoice (an invoice of a credit memo) with all its lines, each tied to its entries."""
    credit = posted.document_type in (kind.invoice_type for kind in KINDS.values() if kind.credit)
    kind = KINDS[posted.side, TradeType.INVOICE if credit else TradeType.CREDIT_MEMO]
    values: dict[str, object] = {name: getattr(posted, name) for name in _HEADER}
    if not credit:  # the credit memo of a cancel is closed by the invoice it cancelled
        values["applies_to_document_no"] = posted.no
    if posted.side == TradeSide.PURCHASE:
        values["vendor_invoice_no" if credit else "vendor_credit_memo_no"] = ""
    document = create_document(session, posted.side, kind.type, posted.party_no, values, on=on, user_id=user_id)
    document.gen_business_posting_group_id = posted.gen_business_posting_group_id
    document.vat_business_posting_group_id = posted.vat_business_posting_group_id
    document.vendor_id, document.customer_id = posted.vendor_id, posted.customer_id
    document.pay_to_vendor_id, document.bill_to_customer_id = posted.pay_to_vendor_id, posted.bill_to_customer_id
    document.corrects_document_id = posted.id
    document.posting_date = on
    keep_rate(document, exchange_of(session, posted))
    made: list[TradeLine] = []
    facts = load_facts(session, [line.item_id for line in posted.lines], document=document)
    for row in posted.lines:
        for line in _lines(document, kind, row, billed.get(row.line_no, ()), charged.get(row.line_no, ()),
                           facts.amount_rounding):  # fmt: skip
            line.line_no = (len(made) + 1) * STEP
            if line.type == TradeLineType.ITEM:
                line_prices.settle_unit_cost(document, line, {"unit_cost": line.unit_cost}, facts)
            made.append(line)
    session.add_all(made)
    session.flush()
    return document


def _lines(
    document: TradeDocument,
    kind: Kind,
    row: PostedLine,
    billed: Sequence[Billed],
    charged: Sequence[Charged],
    rounding: Decimal,
) -> list[TradeLine]:
    if row.type != TradeLineType.ITEM or not billed:
        line = _line(document, row, row.quantity, row.quantity_base, row)
        shares = spread(row.quantity, [part.amount for part in charged], PLACES)
        for part, share in zip(charged, shares, strict=True):
            line.assignments.append(
                ItemChargeAssignment(
                    target_entry_id=part.entry_id,
                    qty_to_assign=share,
                    amount_to_assign=abs(part.amount),
                    qty_assigned=ZERO,
                )
            )
        return [line]
    if any(part.entry.lot_no or part.entry.serial_no or part.entry.package_no for part in billed):
        line = _line(document, row, row.quantity, row.quantity_base, row)
        line.numbers = [_number(kind, part) for part in billed]
        return [line]
    return _split(document, kind, row, billed, rounding)


def _split(
    document: TradeDocument, kind: Kind, row: PostedLine, billed: Sequence[Billed], rounding: Decimal
) -> list[TradeLine]:
    """A line for each entry, so that each goes back at its own cost."""
    bases = [abs(part.quantity) for part in billed]
    whole = spread(row.quantity, bases, PLACES)
    line_discounts = spread(row.line_discount_amount, bases, rounding)
    invoice_discounts = spread(row.invoice_discount_amount, bases, rounding)
    lines = []
    for part, quantity, base, line_discount, invoice_discount in zip(
        billed, whole, bases, line_discounts, invoice_discounts, strict=True
    ):
        line = _line(document, row, quantity, base.copy_sign(quantity), row)
        line.line_discount_amount, line.invoice_discount_amount = line_discount, invoice_discount
        _link(line, kind, part.entry.id)
        lines.append(line)
    return lines


def _line(document: TradeDocument, row: PostedLine, quantity: Decimal, base: Decimal, amounts: PostedLine) -> TradeLine:
    line = TradeLine(document_id=document.id, line_no=0, version=1)
    line_values.start(line)
    for name in _COPIED:
        setattr(line, name, getattr(row, name))
    line.quantity, line.quantity_base = quantity, base
    line.outstanding_qty, line.outstanding_qty_base = quantity, base
    line.qty_to_handle = line.qty_to_invoice = quantity
    line.line_discount_amount = amounts.line_discount_amount
    line.invoice_discount_amount = amounts.invoice_discount_amount
    line.line_amount = amounts.amount + amounts.invoice_discount_amount
    line.expected_date = document.posting_date
    return line


def _link(line: TradeLine | TradeLineNumber, kind: Kind, entry_id: int) -> None:
    """Inbound goods take their cost from the entry, outbound ones are taken from it."""
    if kind.inbound:
        line.applies_from_entry_id = entry_id
    else:
        line.applies_to_entry_id = entry_id


def _number(kind: Kind, part: Billed) -> TradeLineNumber:
    row = TradeLineNumber(
        lot_no=part.entry.lot_no,
        serial_no=part.entry.serial_no,
        package_no=part.entry.package_no,
        expiration_date=part.entry.expiration_date,
        quantity=abs(part.quantity),
        qty_handled=ZERO,
        qty_invoiced=ZERO,
    )
    _link(row, kind, part.entry.id)
    return row
