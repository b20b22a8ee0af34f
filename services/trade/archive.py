"""Archived versions of documents: kept by hand or as set up, looked at, restored, copied (documents.md section 15)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from types import SimpleNamespace
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
from services.trade.documents import HEADER_FIELDS, lines_of, lock_document, note_change
from services.trade.facts import facts_of, get_setup
from services.trade.line_kinds import NUMBERS, forget
from services.trade.lines import FIELDS
from services.trade.parties import check_center, get_party
from services.values import assign

#: The switch of the set-up for each type that is archived by itself.
_SWITCHES = {TradeType.ORDER: "archive_orders", TradeType.RETURN_ORDER: "archive_return_orders"}


def archive_document(
    session: Session, document_id: int, *, reason: str = "", user_id: int | None = None
) -> TradeArchive:
    """Keep the document as it is now as its next version. Raises ValidationError `responsibility_centre`."""
    document = lock_document(session, document_id)
    check_center(session, document, user_id)
    return archive(session, document, lines_of(session, document_id), reason=reason, user_id=user_id)


def archive(
    session: Session, document: TradeDocument, lines: list[TradeLine], *, reason: str, user_id: int | None
) -> TradeArchive:
    """A numbered version with who, when and why."""
    last = session.scalar(select(func.max(TradeArchive.version_no)).where(*_of(document)))
    party = get_party(session, document)
    row = TradeArchive(
        side=document.side, type=document.type, no=document.no, version_no=(last or 0) + 1, document_id=document.id,
        archived_at=utcnow(), user_id=user_id, reason=reason, party_no=party.no, party_name=document.name,
        header=_header(document), lines=_lines(lines),
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def archive_as_set_up(
    session: Session,
    document: TradeDocument,
    *,
    reason: str,
    user_id: int | None,
    lines: list[TradeLine] | None = None,
) -> TradeArchive | None:
    """A version where set-up wants one and something is different from the last one; else None.

    Called when the document changes status, is printed or mailed, posted or deleted. Quotes are kept when they are
    deleted where set-up says always.
    """
    setup = get_setup(session)
    if document.type == TradeType.QUOTE:
        wanted = setup.archive_quotes == ArchiveQuotes.ALWAYS
    else:
        switch = _SWITCHES.get(document.type)
        wanted = switch is not None and getattr(setup, switch)
    if not wanted:
        return None
    lines = lines_of(session, document.id) if lines is None else lines
    last = session.scalar(select(TradeArchive).where(*_of(document)).order_by(TradeArchive.version_no.desc()).limit(1))
    if last is not None and last.header == _header(document) and last.lines == _lines(lines):
        return None
    return archive(session, document, lines, reason=reason, user_id=user_id)


def _of(document: TradeDocument) -> tuple[Any, ...]:
    return TradeArchive.side == document.side, TradeArchive.type == document.type, TradeArchive.no == document.no


def versions_of(session: Session, side: TradeSide, type_: TradeType, no: str) -> list[TradeArchive]:
    """Archived versions, newest first."""
    statement = (
        select(TradeArchive)
        .where(TradeArchive.side == side, TradeArchive.type == type_, TradeArchive.no == no.upper())
        .order_by(TradeArchive.version_no.desc())
    )
    return list(session.scalars(statement))


def get_version(session: Session, side: TradeSide, archive_id: int) -> TradeArchive:
    """A version of that side. Raises NotFound `archive_not_found`."""
    version = session.get(TradeArchive, archive_id)
    if version is None or version.side != side:
        raise NotFound("archive_not_found", _("There is no such archived version."))
    return version


def source_of(version: TradeArchive) -> tuple[SimpleNamespace, list[SimpleNamespace]]:
    """Header and lines of a version as things that can be looked at or copied, figures as figures again."""
    header = SimpleNamespace(**_typed(TradeDocument, version.header, HEADER_FIELDS), no=version.no)
    lines = [
        SimpleNamespace(line_no=row["line_no"], **_typed(TradeLine, row, FIELDS)) for row in version.lines
    ]  # fmt: skip
    return header, lines


def can_restore(session: Session, version: TradeArchive) -> bool:
    """True for a sales document that is there and of which nothing is posted."""
    if version.side != TradeSide.SALES or version.document_id is None:
        return False
    posted = select(PostedDocument.id).where(PostedDocument.order_id == version.document_id).limit(1)
    return session.scalar(posted) is None


def restore(session: Session, archive_id: int, *, user_id: int | None = None) -> TradeDocument:
    """Put a sales document back to an archived version, while it is there and nothing of it is posted.

    Raises NotFound `archive_not_found`; ValidationError `restore_not_possible`, `responsibility_centre`.
    """
    version = session.get(TradeArchive, archive_id)
    if version is None:
        raise NotFound("archive_not_found", _("There is no such archived version."))
    if not can_restore(session, version) or version.document_id is None:
        raise ValidationError(
            "restore_not_possible",
            _("%(no)s cannot be put back: it is no sales document, is gone, or is posted in part.", no=version.no),
            hint=_("Copy from the archive instead."),
        )
    document = lock_document(session, version.document_id)
    check_center(session, document, user_id)
    delete_each(session, lines_of(session, document.id))
    with session.no_autoflush:
        assign(session, document, _typed(TradeDocument, version.header, HEADER_FIELDS), HEADER_FIELDS)
        made = [_restored(document, row) for row in version.lines]
    facts = facts_of(session, made, document=document)
    for line in made:
        _resettle(document, line, facts)
    session.add_all(made)
    note_change(document, user_id)
    session.flush()
    return document


def _restored(document: TradeDocument, row: dict[str, Any]) -> TradeLine:
    line = TradeLine(document_id=document.id, line_no=row["line_no"], version=1)
    line_values.start(line)
    for name, value in _typed(TradeLine, row, FIELDS).items():
        setattr(line, name, value)
    return line


_GIVEN = (
    *NUMBERS, "variant_id", "unit_of_measure_id", "quantity", "unit_amount", "line_discount_percent", "description",
    "location_id", "bin_id", "expected_date",
)  # fmt: skip


def _resettle(document: TradeDocument, line: TradeLine, facts: Any) -> None:
    """What follows from the archived fields: posting groups, base quantities, amounts."""
    given = {name: getattr(line, name) for name in _GIVEN if getattr(line, name)}
    kind = line.type
    forget(line)
    line.qty_to_handle = line.qty_to_invoice = line.quantity * 0
    line_values.apply(document, line, given, facts, None)
    line.type = kind


def _header(document: TradeDocument) -> dict[str, Any]:
    return {name: _plain(getattr(document, name)) for name in HEADER_FIELDS}


def _lines(lines: list[TradeLine]) -> list[dict[str, Any]]:
    return [{"line_no": line.line_no, **{name: _plain(getattr(line, name)) for name in FIELDS}} for line in lines]


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    return value


def _typed(model: Any, values: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    """Archived text as the column keeps it; a field that is younger than the version has its default."""
    columns = model.__table__.columns
    return {
        name: _value(columns[name].type, values[name]) if name in values else _default(columns[name]) for name in names
    }


def _default(column: Any) -> Any:
    return column.default.arg if column.default is not None else None


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
