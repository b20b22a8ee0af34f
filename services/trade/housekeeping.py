"""Runs over many documents: all open shipments of a party on one bill, orders that are done (documents.md 1, 10)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Customer, PostedDocument, PostedLine, TradeDocument, TradeLine, Vendor
from models.enums import TradeLineType, TradeSide, TradeType
from services.trade.documents import create_document, remove_document
from services.trade.get_lines import get_posted_lines
from services.trade.kinds import KINDS


def combine(
    session: Session, side: TradeSide, type_: TradeType, *, on: dt.date, user_id: int | None = None
) -> list[TradeDocument]:
    """Draft invoices (or credit memos) that bill all that is moved and not billed: one for each party.

    What is in another currency or follows other VAT rules gets one of its own (documents.md section 10).

    Sales invoices combine shipments, sales credit memos return receipts, and so on. Raises what opening a document
    raises; nothing is posted.
    """
    kind = KINDS[side, type_]
    posted = PostedDocument
    owner = posted.pay_to_vendor_id if side == TradeSide.PURCHASE else posted.bill_to_customer_id
    rows = session.execute(
        select(owner, posted.currency_id, posted.vat_business_posting_group_id, PostedLine.id)
        .join(posted, posted.id == PostedLine.document_id)
        .where(
            posted.document_type == kind.handling_type,
            ~PostedLine.correction,
            PostedLine.type != TradeLineType.COMMENT,
            PostedLine.quantity != PostedLine.qty_invoiced,
        )
        .order_by(owner, posted.posting_date, PostedLine.id)
    )
    lines: dict[tuple[int, int | None, int], list[int]] = defaultdict(list)
    for party_id, currency_id, vat_group_id, line_id in rows:
        lines[party_id, currency_id, vat_group_id].append(line_id)
    model = Vendor if side == TradeSide.PURCHASE else Customer
    parties = {party_id for party_id, _currency, _vat in lines}
    numbers = dict(session.execute(select(model.id, model.no).where(model.id.in_(parties))).tuples().all())
    made = []
    for (party_id, currency_id, vat_group_id), line_ids in lines.items():
        document = create_document(session, side, type_, numbers[party_id], on=on, user_id=user_id)
        document.currency_id, document.vat_business_posting_group_id = currency_id, vat_group_id
        get_posted_lines(session, document.id, line_ids, user_id=user_id)
        made.append(document)
    return made


def delete_invoiced_orders(session: Session) -> list[str]:
    """Remove orders that were billed by other documents and are done; returns their numbers."""
    open_line = (
        select(TradeLine.id)
        .where(
            TradeLine.document_id == TradeDocument.id,
            TradeLine.type != TradeLineType.COMMENT,
            (TradeLine.outstanding_qty != 0)
            | (TradeLine.qty_handled != TradeLine.qty_invoiced + TradeLine.qty_consumed),
        )
        .exists()
    )
    some_line = select(func.count(TradeLine.id)).where(
        TradeLine.document_id == TradeDocument.id, TradeLine.qty_handled != 0
    )
    done = session.execute(
        select(TradeDocument.id, TradeDocument.no)
        .where(
            TradeDocument.type.in_([TradeType.ORDER, TradeType.RETURN_ORDER, TradeType.SERVICE_ORDER]),
            ~open_line,
            some_line.scalar_subquery() > 0,
        )
        .order_by(TradeDocument.id)
    ).all()
    for document_id, _no in done:
        remove_document(session, document_id)
    return [no for _document_id, no in done]
