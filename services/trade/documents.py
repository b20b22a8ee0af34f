"""A document as a whole: opened, read, deleted; its version counts every change (documents.md sections 1, 2)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import lru_cache

from sqlalchemy import bindparam, delete, func, inspect, literal, select, update
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption
from sqlalchemy.sql.dml import ReturningUpdate

from core.clock import utcnow
from core.errors import ConflictError, NotFound, ValidationError
from core.rounding import ZERO
from core.text import _
from models import PostedDocument, PostedLine, TradeDocument, TradeLine, User
from models.enums import DefaultPostingDate, DocumentStatus, TradeSide, TradeType
from services.catalog.items import take_back
from services.numbers import check_manual, next_no
from services.parties import get_party as find_party
from services.trade.facts import get_setup
from services.trade.kinds import KINDS, Kind, kind_of
from services.trade.parties import (
    check_assignee,
    check_blocked,
    check_center,
    choose_center,
    fill_dimensions,
    fill_due_date,
    fill_from_party,
    fill_handling_time,
    fill_ship_to,
    with_ship_to,
)
from services.trade.parties import get_party as get_document_party
from services.values import assign, clean_code

#: What a person may say about a header; the party is `change_party`'s.
HEADER_FIELDS = (
    "location_id", "responsibility_center_id", "document_date", "order_date", "posting_date", "due_date", "valid_to",
    "requested_date", "promised_date", "expected_date", "shipping_agent_code", "shipping_service_code",
    "shipping_time", "handling_time", "lead_time", "shipping_advice", "package_tracking_no", "external_document_no",
    "vendor_order_no", "vendor_shipment_no", "vendor_invoice_no", "vendor_credit_memo_no", "your_reference",
    "payment_terms_id", "currency_id", "prices_including_vat", "invoice_discount_code", "applies_to_document_no",
    "reserve", "agent", "assigned_user_id", "reason_code", "ship_to_code", "ship_to_name", "ship_to_address",
    "ship_to_address_2", "ship_to_post_code", "ship_to_city", "ship_to_country_code", "ship_to_contact",
)  # fmt: skip


def create_document(
    session: Session,
    side: TradeSide,
    type_: TradeType,
    party_no: str,
    values: Mapping[str, object] | None = None,
    *,
    on: dt.date,
    no: str = "",
    user_id: int | None = None,
) -> TradeDocument:
    """Open a document for a party on the day `on`; the card fills in what `values` (HEADER_FIELDS) leaves out.

    Raises NotFound `party_not_found`; PostingError `party_blocked`; ValidationError `responsibility_centre`,
    `series_not_set_up`, `already_exists`, those of `services.numbers` and of `services.values.assign`.
    """
    kind = KINDS[side, type_]
    party = find_party(session, kind.party_kind, party_no)
    check_blocked(kind, party, "create")
    document = TradeDocument(
        side=side, type=type_, no="", status=DocumentStatus.OPEN, document_date=on, order_date=on,
        posting_date=_posting_date(session, on),
        location_id=0, version=1, corrects_document_id=None, exchange_amount=ZERO, exchange_local_amount=ZERO,
    )  # fmt: skip
    values = dict(values or {})
    with session.no_autoflush:
        if isinstance(values.get("document_date"), dt.date):
            document.document_date = values["document_date"]  # type: ignore[assignment]
        fill_from_party(session, document, party, user_id=user_id)
        apply_header(session, document, with_ship_to(session, document, values))
        check_center(session, document, user_id)
        check_assignee(session, document)
        document.no = _number(session, kind, no, on)
        note_change(document, user_id)
    session.add(document)
    session.flush()
    return document


def _posting_date(session: Session, on: dt.date) -> dt.date | None:
    """The work date, or none where set-up wants it entered each time (documents.md section 2)."""
    return on if get_setup(session).default_posting_date == DefaultPostingDate.WORK_DATE else None


def apply_header(session: Session, document: TradeDocument, values: Mapping[str, object]) -> None:
    """Put checked values on the header, with what follows from them."""
    assign(session, document, values, HEADER_FIELDS, required=())
    if "responsibility_center_id" in values:
        fill_dimensions(session, document)
        if values["responsibility_center_id"] is not None and "location_id" not in values:
            choose_center(session, document)
    if "location_id" in values and document.party_id is not None:
        if kind_of(document).inbound and "ship_to_name" not in values:
            fill_ship_to(session, document, get_document_party(session, document))
        if "handling_time" not in values:
            fill_handling_time(session, document)
    if {"document_date", "payment_terms_id"} & values.keys() and "due_date" not in values:
        fill_due_date(session, document)


def _number(session: Session, kind: Kind, no: str, on: dt.date) -> str:
    series = getattr(get_setup(session), kind.series)

    def taken(candidate: str) -> bool:
        same = select(literal(1)).where(
            TradeDocument.side == kind.side, TradeDocument.type == kind.type, TradeDocument.no == candidate
        )
        return session.scalar(same) is not None

    if not no.strip():
        return next_no(session, series, on, taken=taken)
    typed = clean_code(no, field="no", length=20)
    check_manual(session, series, typed)
    if taken(typed):
        raise ValidationError(
            "already_exists", _("%(no)s exists already. Choose another number.", no=typed), field="no"
        )
    return typed


def get_document(session: Session, side: TradeSide, type_: TradeType, no: str, *, lines: bool = True) -> TradeDocument:
    """The document with what its page shows loaded, `lines` included or not. Raises NotFound `document_not_found`."""
    found = session.scalar(
        select(TradeDocument)
        .where(TradeDocument.side == side, TradeDocument.type == type_, TradeDocument.no == no.upper())
        .options(*(loaded() if lines else loaded()[:-1]))
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise _gone(no)
    return found


def get_document_id(session: Session, side: TradeSide, type_: TradeType, no: str) -> tuple[int, int | None]:
    """The document's id and responsibility centre, where nothing of it is shown. Raises as `get_document`."""
    found = session.execute(
        select(TradeDocument.id, TradeDocument.responsibility_center_id).where(
            TradeDocument.side == side, TradeDocument.type == type_, TradeDocument.no == no.upper()
        )
    ).one_or_none()
    if found is None:
        raise _gone(no)
    return found[0], found[1]


def loaded() -> Sequence[ExecutableOption]:
    """What a page of a document needs beside its own columns, in a fixed number of queries; the lines last."""
    return (
        joinedload(TradeDocument.vendor),
        joinedload(TradeDocument.customer),
        joinedload(TradeDocument.location),
        joinedload(TradeDocument.responsibility_center),
        joinedload(TradeDocument.payment_terms),
        joinedload(TradeDocument.currency),
        selectinload(TradeDocument.lines).options(
            joinedload(TradeLine.item),
            joinedload(TradeLine.item_charge),
            joinedload(TradeLine.gl_account),
            joinedload(TradeLine.resource),
            joinedload(TradeLine.service_cost),
            joinedload(TradeLine.variant),
            joinedload(TradeLine.unit_of_measure),
            joinedload(TradeLine.location),
            joinedload(TradeLine.bin),
            selectinload(TradeLine.numbers),
        ),
    )


@lru_cache
def _counted_up(*, any_version: bool) -> ReturningUpdate[tuple[TradeDocument]]:
    statement = update(TradeDocument).where(TradeDocument.id == bindparam("document_id"))
    if not any_version:
        statement = statement.where(TradeDocument.version == bindparam("known_version"))
    return statement.values(version=TradeDocument.version + 1).returning(TradeDocument)


def lock_document(session: Session, document_id: int, *, version: int | None = None) -> TradeDocument:
    """The document's row, locked and counted up; with `version`, only where nobody changed it since that was read.

    Raises NotFound `document_not_found`, ConflictError `document_changed` naming who changed it.
    """
    known = {"document_id": document_id} | ({} if version is None else {"known_version": version})
    fresh = {"synchronize_session": False, "populate_existing": True}
    document = session.scalar(_counted_up(any_version=version is None), known, execution_options=fresh)
    if document is None:
        document = session.get(TradeDocument, document_id, populate_existing=True)
        if document is None:
            raise _gone("")
        raise changed_meanwhile(session, document)
    return document


def changed_meanwhile(session: Session, document: TradeDocument) -> ConflictError:
    """The refusal of a stale page."""
    return ConflictError(
        "document_changed",
        _("%(who)s changed %(no)s while it was open here. Look at it as it is now, then do it again.",
          who=who_changed(session, document) or _("Somebody"), no=document.no),
        hint=_("Your input is kept; nothing was saved."),
    )  # fmt: skip


def who_changed(session: Session, document: TradeDocument) -> str:
    """Who changed the document last; "" where nobody is known."""
    user = session.get(User, document.changed_by_id) if document.changed_by_id else None
    return (user.full_name or user.email) if user is not None else ""


def note_change(document: TradeDocument, user_id: int | None) -> None:
    """Who changed the document last, and when."""
    document.changed_by_id, document.changed_at = user_id, utcnow()


def check_open(document: TradeDocument, field: str | None = None, line: int | None = None) -> None:
    """Raises ValidationError `document_released` unless the document is open."""
    if document.status != DocumentStatus.OPEN:
        raise ValidationError(
            "document_released",
            _("%(no)s is released; this cannot be changed.", no=document.no),
            field=field,
            line=line,
            hint=_("Reopen the document first."),
        )


def lines_of(session: Session, document_id: int) -> list[TradeLine]:
    """The document's lines in their order, as they are now."""
    statement = select(TradeLine).where(TradeLine.document_id == document_id).order_by(TradeLine.line_no)
    return list(session.scalars(statement.execution_options(populate_existing=True)))


def delete_document(
    session: Session, document_id: int, *, version: int | None = None, user_id: int | None = None
) -> None:
    """Delete a document as a user does. Raises ValidationError `document_released`, `line_not_invoiced`,
    `responsibility_centre`; what is moved has to be billed, or undone, first.
    """
    document = lock_document(session, document_id, version=version)
    check_center(session, document, user_id)
    check_open(document)
    lines = lines_of(session, document_id)
    for line in lines:
        check_deletable(document, line)
    item_ids = {line.item_id for line in lines if line.item_id is not None}
    remove_document(session, document_id)
    if item_ids:
        take_back(session, item_ids)


def check_deletable(document: TradeDocument, line: TradeLine) -> None:
    """Raises ValidationError `line_not_invoiced`, `line_linked`."""
    if line.qty_not_invoiced and line.posted_line_id is None:
        raise ValidationError(
            "line_not_invoiced",
            _("Line %(line)s is received or shipped and not invoiced; it cannot be deleted.", line=line.line_no),
            line=line.line_no,
            hint=_("Invoice it, or undo the receipt or shipment."),
        )
    if document.side == TradeSide.SALES and line.linked_line_id is not None:
        raise ValidationError(
            "line_linked",
            _("Line %(line)s is delivered by a purchase order; it cannot be deleted.", line=line.line_no),
            line=line.line_no,
            hint=_("Delete the line of the purchase order first."),
        )


def remove_document(session: Session, document_id: int) -> None:
    """Take the rows away: nothing is left to do with them. Whoever holds the objects still can read them."""
    session.flush()
    for held in list(session.identity_map.values()):
        if isinstance(held, PostedDocument | PostedLine):
            session.expire(held)  # they lose their reference to it
        elif held in session and _belongs_to(held, document_id):
            session.expunge(held)
    session.execute(
        delete(TradeDocument).where(TradeDocument.id == document_id).execution_options(synchronize_session=False)
    )


def _belongs_to(held: object, document_id: int) -> bool:
    if isinstance(held, TradeDocument):
        return bool(inspect(held).identity == (document_id,))
    return isinstance(held, TradeLine) and inspect(held).dict.get("document_id") == document_id


def count_documents(session: Session, side: TradeSide, type_: TradeType) -> int:
    """How many such documents there are."""
    statement = select(func.count()).where(TradeDocument.side == side, TradeDocument.type == type_)
    return session.scalar(statement.select_from(TradeDocument)) or 0


def kind_of_id(session: Session, document_id: int) -> Kind:
    """The kind of a document by its id. Raises NotFound `document_not_found`."""
    document = session.get(TradeDocument, document_id)
    if document is None:
        raise _gone("")
    return kind_of(document)


def _gone(no: str) -> NotFound:
    return NotFound(
        "document_not_found",
        _("There is no such document %(no)s any more: it was posted completely, or deleted.", no=no),
    )
