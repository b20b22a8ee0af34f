"""Quotes into orders and invoices, and archived versions of documents (documents.md section 15)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlalchemy import Date, Enum, func, select
from sqlalchemy.orm import Session

from core.clock import utcnow
from core.errors import NotFound, ValidationError
from core.text import _
from models import PostedDocument, TradeArchive, TradeDocument, TradeLine
from models.base import ScaledDecimal
from models.enums import ArchiveQuotes, TradeSide, TradeType
from services.trade import line_values
from services.trade.companions import delete_each
from services.trade.copying import Copied, copy_lines
from services.trade.documents import (
    HEADER_FIELDS,
    apply_header,
    create_document,
    lines_of,
    lock_document,
    note_change,
    remove_document,
)
from services.trade.facts import TradeFacts, get_setup, load_facts
from services.trade.kinds import KINDS
from services.trade.line_checks import check_item, check_variant
from services.trade.lines import FIELDS
from services.trade.parties import check_blocked, get_party
from services.values import assign

_DATES_OF_THE_ORDER = {"posting_date", "document_date", "order_date", "due_date"}


def convert_quote(
    session: Session,
    quote_id: int,
    *,
    on: dt.date,
    type_: TradeType = TradeType.ORDER,
    version: int | None = None,
    user_id: int | None = None,
) -> TradeDocument:
    """An order (or sales invoice) of a quote, at the quote's prices; the quote is archived as set-up says and removed.

    Raises PostingError `party_blocked`; ValidationError `not_a_quote`, `item_blocked`, `item_sales_blocked`,
    `item_purchasing_blocked`, `variant_blocked` naming the line; ConflictError `document_changed`.
    """
    quote = lock_document(session, quote_id, version=version)
    if quote.type != TradeType.QUOTE:
        raise ValidationError("not_a_quote", _("%(no)s is no quote.", no=quote.no))
    party = get_party(session, quote)
    check_blocked(KINDS[quote.side, type_], party, "create")
    lines = lines_of(session, quote_id)
    facts = _facts(session, lines)
    _check_lines(quote, lines, facts)
    if get_setup(session).archive_quotes == ArchiveQuotes.ALWAYS:
        archive(session, quote, lines, reason=_("converted"), user_id=user_id)
    order = create_document(session, quote.side, type_, party.no, on=on, user_id=user_id)
    kept = {name: getattr(quote, name) for name in HEADER_FIELDS if name not in _DATES_OF_THE_ORDER}
    apply_header(session, order, kept)
    order.quote_no = quote.no
    copied = copy_lines(session, order, lines, facts, recalculate=False)
    _keep_dates(copied, lines)
    remove_document(session, quote_id)
    session.flush()
    return session.get_one(TradeDocument, order.id)


def _facts(session: Session, lines: list[TradeLine]) -> TradeFacts:
    return load_facts(
        session, [line.item_id for line in lines], [line.item_charge_id for line in lines],
        [line.gl_account_id for line in lines],
    )  # fmt: skip


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


# ------------------------------------------------------------------ versions
def archive_document(
    session: Session, document_id: int, *, reason: str = "", user_id: int | None = None
) -> TradeArchive:
    """Keep the document as it is now as its next version."""
    document = lock_document(session, document_id)
    return archive(session, document, lines_of(session, document_id), reason=reason, user_id=user_id)


def archive(
    session: Session, document: TradeDocument, lines: list[TradeLine], *, reason: str, user_id: int | None
) -> TradeArchive:
    """A numbered version with who and when."""
    last = session.scalar(
        select(func.max(TradeArchive.version_no)).where(
            TradeArchive.side == document.side, TradeArchive.type == document.type, TradeArchive.no == document.no
        )
    )
    party = get_party(session, document)
    row = TradeArchive(
        side=document.side, type=document.type, no=document.no, version_no=(last or 0) + 1, document_id=document.id,
        archived_at=utcnow(), user_id=user_id, reason=reason, party_no=party.no, party_name=document.name,
        header={name: _plain(getattr(document, name)) for name in HEADER_FIELDS},
        lines=[
            {"line_no": line.line_no, **{name: _plain(getattr(line, name)) for name in FIELDS}} for line in lines
        ],
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def versions_of(session: Session, side: TradeSide, type_: TradeType, no: str) -> list[TradeArchive]:
    """Archived versions, newest first."""
    statement = (
        select(TradeArchive)
        .where(TradeArchive.side == side, TradeArchive.type == type_, TradeArchive.no == no.upper())
        .order_by(TradeArchive.version_no.desc())
    )
    return list(session.scalars(statement))


def restore(session: Session, archive_id: int, *, user_id: int | None = None) -> TradeDocument:
    """Put a sales document back to an archived version, while it is there and nothing of it is posted.

    Raises NotFound `archive_not_found`; ValidationError `restore_not_possible`.
    """
    version = session.get(TradeArchive, archive_id)
    if version is None:
        raise NotFound("archive_not_found", _("There is no such archived version."))
    posted = select(PostedDocument.id).where(PostedDocument.order_id == version.document_id).limit(1)
    if version.side != TradeSide.SALES or version.document_id is None or session.scalar(posted) is not None:
        raise ValidationError(
            "restore_not_possible",
            _("%(no)s cannot be put back: it is no sales document, is gone, or is posted in part.", no=version.no),
            hint=_("Copy from the archive instead."),
        )
    document = lock_document(session, version.document_id)
    delete_each(session, lines_of(session, document.id))
    with session.no_autoflush:
        assign(session, document, _typed(TradeDocument, version.header, HEADER_FIELDS), HEADER_FIELDS)
        made = [_restored(session, document, row) for row in version.lines]
    facts = _facts(session, made)
    for line in made:
        _resettle(document, line, facts)
    session.add_all(made)
    note_change(document, user_id)
    session.flush()
    return document


def _restored(session: Session, document: TradeDocument, row: dict[str, Any]) -> TradeLine:
    line = TradeLine(document_id=document.id, line_no=row["line_no"], version=1)
    line_values.start(line)
    for name, value in _typed(TradeLine, row, FIELDS).items():
        setattr(line, name, value)
    return line


def _resettle(document: TradeDocument, line: TradeLine, facts: TradeFacts) -> None:
    """What follows from the archived fields: posting groups, base quantities, amounts."""
    given = {name: getattr(line, name) for name in ("item_id", "item_charge_id", "gl_account_id", "variant_id",
             "unit_of_measure_id", "quantity", "unit_amount", "line_discount_percent", "description", "location_id",
             "bin_id", "expected_date") if getattr(line, name)}  # fmt: skip
    kind = line.type
    line.item_id = line.item_charge_id = line.gl_account_id = None
    line.qty_to_handle = line.qty_to_invoice = line.quantity * 0
    line_values.apply(document, line, given, facts, None)
    line.type = kind


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    return value


def _typed(model: Any, values: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    """Archived text as the column keeps it."""
    columns = model.__table__.columns
    return {name: _value(columns[name].type, values.get(name)) for name in names}


def _value(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, ScaledDecimal):
        return Decimal(value)
    if isinstance(kind, Date):
        return dt.date.fromisoformat(value)
    if isinstance(kind, Enum) and kind.enum_class is not None:
        return kind.enum_class(value)
    return value
