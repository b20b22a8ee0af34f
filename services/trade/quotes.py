"""Quotes into orders and invoices (documents.md section 15)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from core.errors import ValidationError
from core.text import _
from models import TradeDocument, TradeLine
from models.enums import ArchiveQuotes, TradeSide, TradeType
from services.reservations.changes import reserve_always
from services.trade.archive import archive
from services.trade.copying import Copied, copy_lines
from services.trade.documents import (
    HEADER_FIELDS,
    apply_header,
    create_document,
    lines_of,
    lock_document,
    remove_document,
)
from services.trade.facts import TradeFacts, facts_of, get_setup
from services.trade.kinds import KINDS
from services.trade.line_checks import check_item, check_variant
from services.trade.parties import check_blocked, check_center, get_party

_DATES_OF_THE_ORDER = {"posting_date", "document_date", "order_date", "due_date"}


def convert_quote(
    session: Session,
    quote_id: int,
    *,
    on: dt.date,
    type_: TradeType = TradeType.ORDER,
    keep_version: bool = False,
    version: int | None = None,
    user_id: int | None = None,
) -> TradeDocument:
    """An order (or sales invoice) of a quote, at the quote's prices; the quote is archived as set-up says and removed.

    `keep_version` is the answer where set-up asks. Lines that are always reserved are reserved now.
    Raises PostingError `party_blocked`; ValidationError `not_a_quote`, `not_from_a_quote`, `item_blocked`,
    `item_sales_blocked`, `item_purchasing_blocked`, `variant_blocked` naming the line, `responsibility_centre`;
    ConflictError `document_changed`.
    """
    quote = lock_document(session, quote_id, version=version)
    check_center(session, quote, user_id)
    if quote.type != TradeType.QUOTE:
        raise ValidationError("not_a_quote", _("%(no)s is no quote.", no=quote.no))
    if type_ != TradeType.ORDER and not (type_ == TradeType.INVOICE and quote.side == TradeSide.SALES):
        raise ValidationError("not_from_a_quote", _("A quote becomes an order; one of a customer may be invoiced too."))
    party = get_party(session, quote)
    check_blocked(KINDS[quote.side, type_], party, "create")
    lines = lines_of(session, quote_id)
    facts = facts_of(session, lines, document=quote)
    _check_lines(quote, lines, facts)
    wanted = get_setup(session).archive_quotes
    if wanted == ArchiveQuotes.ALWAYS or (wanted == ArchiveQuotes.QUESTION and keep_version):
        archive(session, quote, lines, reason=_("converted"), user_id=user_id)
    order = create_document(session, quote.side, type_, party.no, on=on, user_id=user_id)
    kept = {name: getattr(quote, name) for name in HEADER_FIELDS if name not in _DATES_OF_THE_ORDER}
    apply_header(session, order, kept)
    order.quote_no = quote.no
    copied = copy_lines(session, order, lines, facts, recalculate=False)
    _keep_dates(copied, lines)
    remove_document(session, quote_id)
    session.flush()
    for line in copied.lines:
        reserve_always(session, line)
    return session.get_one(TradeDocument, order.id)


def _check_lines(quote: TradeDocument, lines: list[TradeLine], facts: TradeFacts) -> None:
    for line in lines:
        item = facts.items.get(line.item_id or 0)
        if item is None:
            continue
        try:
            check_item(quote, item.item)
            check_variant(quote, line, item, facts)
        except ValidationError as error:
            error.line = line.line_no
            raise


def _keep_dates(copied: Copied, lines: list[TradeLine]) -> None:
    for made, source in zip(copied.lines, lines, strict=True):
        for name in ("requested_date", "promised_date", "planned_date", "planned_shipment_date", "expected_date"):
            setattr(made, name, getattr(source, name))
