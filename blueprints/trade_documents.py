"""The page of a purchase or sales document: opened, its header, status, copies; lines are trade_lines.py's."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from flask import Response, flash, request, url_for
from sqlalchemy.orm import Session

from blueprints import formats
from blueprints import trade_forms as forms
from blueprints import trade_rows as rows
from blueprints.access import current_user, may, today
from blueprints.database import db_session
from blueprints.htmx import done, go, render
from blueprints.masters import carried_out, press
from blueprints.trade_kinds import (
    DOCUMENT,
    EDIT,
    KIND_RULE,
    PAGE_KINDS,
    POSTED_OF,
    VIEW,
    PageKind,
    document_url,
    find,
    find_id,
    kind_of_document,
    on_both_sides,
    page_kind,
    posted_url,
)
from blueprints.trade_papers import papers_of
from core.errors import DomainError, ValidationError
from core.text import _
from core.unit_of_work import perform
from models import TradeDocument
from models.enums import ArchiveQuotes, DocumentStatus, TradeSide, TradeType
from services.dimensions import values_of_set
from services.trade import documents, headers, over_receipts, quotes, status
from services.trade import page as pages
from services.trade.deleting import archive_and_delete
from services.trade.facts import get_setup
from services.trade.parties import center_notice
from services.trade.posted import posted_of_order
from services.trade.related import related_open
from services.trade.work import progress


# ------------------------------------------------------------------------------------------------ new
@on_both_sides(KIND_RULE + "/new", "new", EDIT, "GET", "POST")
def new(side: TradeSide, slug: str) -> Response:
    """For whom; the card fills in the rest."""
    kind, form = page_kind(side, slug), forms.new_form(page_kind(side, slug))
    if request.method == "GET" and request.args.get("party"):
        form.party.process_formdata([request.args["party"][:20]])
    if form.validate_on_submit():
        given = {name: value for name, value in form.values().items() if name != "party" and value not in (None, "")}
        party_no, on, user_id = form.party.record.code, today(), current_user.id
        try:
            no, notice = perform(
                db_session(), lambda s: _opened(s, kind, party_no, given, on, user_id), user_id=user_id
            )
        except DomainError as error:
            form.show(error)
        else:
            if notice:
                flash(notice, "info")
            return go(kind.url("show", no=no))
    return render("trade/new.html", "trade/_new.html", kind=kind, form=form, status=422 if form.errors else 200)


def _opened(
    s: Session, kind: PageKind, party_no: str, given: dict[str, Any], on: dt.date, user_id: int
) -> tuple[str, str]:
    """The number of the new document, and which responsibility centre it got where that is not the party's."""
    document = documents.create_document(s, kind.side, kind.type, party_no, given, on=on, user_id=user_id)
    return document.no, center_notice(s, document, user_id)


# ------------------------------------------------------------------------------------------------ the page
@on_both_sides(DOCUMENT, "show", VIEW)
def show(side: TradeSide, slug: str, no: str) -> Response:
    """The document with its lines."""
    return document_page(page_kind(side, slug), no)


def document_page(kind: PageKind, no: str, *, refusal: DomainError | None = None, status: int = 200) -> Response:
    """The page, or its lines to HTMX."""
    document = find(kind, no, lines=False)
    return render(
        "trade/show.html", "trade/_lines.html", status=status, refusal=refusal, **page_context(kind, document)
    )


def page_context(kind: PageKind, document: TradeDocument) -> dict[str, Any]:
    """What the page and its lines are drawn with."""
    page = pages.page_of_lines(db_session(), document.id, page=_page_number())
    return {
        "rows": rows.rows_of(kind, document, page.lines),
        "page_of": page,
        "new_row": rows.new_row() if is_editable(kind, document) else None,
        "related": related(document),
        "progress": kind.progress_words(*progress(db_session(), document.id)) if kind.kind.staged else "",
        "over_receipt": kind.key == "purchase_order" and over_receipts.waits_for_approval(db_session(), document.id),
        "papers": papers_of(kind, document),
        "posted": posted_of_order(db_session(), document.no),
        "posted_url": posted_url,
        "posted_words": {type_: kind.one for type_, kind in POSTED_OF.items()},
        "dimensions": values_of_set(db_session(), document.dimension_set_id) if document.dimension_set_id else [],
        **row_context(kind, document),
    }


def row_context(kind: PageKind, document: TradeDocument) -> dict[str, Any]:
    """What rows and the foot are drawn with."""
    return {
        "kind": kind,
        "record": document,
        "editable": is_editable(kind, document),
        "may_handle": may(kind.edit),
        "labels": rows.labels(kind),
        "columns": rows.columns(kind),
        "numbers": rows.NUMBERS,
        "kinds": rows.kinds_of(kind),
        "depends": rows.DEPENDS,
        "rare": rows.RARE,
        "days": rows.DAYS,
        "sums": pages.totals_of(db_session(), document),
        "key": uuid.uuid4().hex,
        "has_negative": is_editable(kind, document) and pages.has_negative(db_session(), document.id),
        "asks_to_archive": kind.type == TradeType.QUOTE
        and get_setup(db_session()).archive_quotes == ArchiveQuotes.QUESTION,
    }


def is_editable(kind: PageKind, document: TradeDocument) -> bool:
    """True when lines may be added and changed: the document is open and the role may."""
    return may(kind.edit) and document.status == DocumentStatus.OPEN


def _page_number() -> int:
    text = request.args.get("page") or request.form.get("page") or "1"
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 1


def related(document: TradeDocument) -> list[tuple[str, str, str]]:
    """What the document came from and led to: (word, number, address)."""
    return [
        (kind_of_document(other).one, other.no, document_url(other)) for other in related_open(db_session(), document)
    ]


# ------------------------------------------------------------------------------------------------ header
@on_both_sides(DOCUMENT + "/header", "header", EDIT, "GET", "POST")
def header(side: TradeSide, slug: str, no: str) -> Response:
    """The fields of the header; what concerns the lines asks whether they follow."""
    kind = page_kind(side, slug)
    document = find(kind, no)
    form, document_id, user_id = forms.header_form(kind, document), document.id, current_user.id
    question: list[DomainError] = []
    answer, before = request.form.get("answer", ""), (document.order_date, document.expected_date)

    def work(s: Session) -> None:
        try:
            headers.change_header(s, document_id, _header_values(form), confirmed={*answer.split("+")}, user_id=user_id)
        except ValidationError as error:
            if error.code in ("lines_follow_question", "lines_rebuilt_question", "reservations_question"):
                question.append(error)
            raise

    if request.method == "POST" and carried_out(form, work, of=lambda s: s.get(TradeDocument, document_id)):
        return done(
            None, back=kind.url("show", no=no), message=_saved_header(kind, find(kind, no, lines=False), before)
        )
    return render(
        "trade/header.html", "trade/_header.html", kind=kind, record=find(kind, no), form=form,
        question=question[0] if question else None, ship_to=[name for name in forms.SHIP_TO if name in form],
        status=form.status if request.method == "POST" else 200,
    )  # fmt: skip


def _saved_header(kind: PageKind, document: TradeDocument, before: tuple[dt.date | None, dt.date | None]) -> str:
    """That it is saved; a date before the work date is no error, but told (documents.md sections 7 and 8)."""
    purchase = kind.side == TradeSide.PURCHASE
    old, new = (before[0], document.order_date) if purchase else (before[1], document.expected_date)
    if new is None or new == old or new >= today():
        return _("Header saved.")
    if purchase:
        return _("Header saved. The order date %(day)s lies before today.", day=formats.day(new))
    return _("Header saved. The shipment date %(day)s lies before today.", day=formats.day(new))


def _header_values(form: forms.HeaderForm) -> dict[str, Any]:
    return {name: value for name, value in form.values().items() if name not in {"seen", "csrf_token"}}


@on_both_sides(DOCUMENT + "/party", "party", EDIT, "GET", "POST")
def party(side: TradeSide, slug: str, no: str) -> Response:
    """Another vendor or customer."""
    kind = page_kind(side, slug)
    document, form = find(kind, no), forms.new_form(page_kind(side, slug))
    for name in ("location_id", "requested_date", "your_reference", "external_document_no"):
        if name in form:
            del form[name]
    question = None
    if form.validate_on_submit():
        document_id, party_no, user_id = document.id, form.party.record.code, current_user.id
        confirmed = {request.form.get("answer", "")} - {""}
        try:
            perform(
                db_session(),
                lambda s: headers.change_party(s, document_id, party_no, confirmed=confirmed, user_id=user_id).no,
                user_id=user_id,
            )
        except ValidationError as error:
            question = error if error.code == "lines_rebuilt_question" else None
            form.show(error)
        except DomainError as error:
            form.show(error)
        else:
            return done(None, back=kind.url("show", no=no), message=_("The document is for somebody else now."))
    return render(
        "trade/party.html", "trade/_party.html", kind=kind, record=find(kind, no), form=form, question=question,
        status=422 if form.errors else 200,
    )  # fmt: skip


# ------------------------------------------------------------------------------------------------ status
@on_both_sides(DOCUMENT + "/release", "release", EDIT, "POST")
def release(side: TradeSide, slug: str, no: str) -> Response:
    """Hand the document over; what stands against it is said at the lines."""
    return _button(side, slug, no, status.release, _("Released: it counts for availability now."))


@on_both_sides(DOCUMENT + "/approve-over-receipt", "approve_over_receipt", EDIT, "POST")
def approve_over_receipt(side: TradeSide, slug: str, no: str) -> Response:
    """What was received beyond the order is accepted, where its code asks for that."""
    return _button(side, slug, no, over_receipts.approve, _("The over-receipt is approved: it can be posted now."))


@on_both_sides(DOCUMENT + "/reopen", "reopen", EDIT, "POST")
def reopen(side: TradeSide, slug: str, no: str) -> Response:
    """Back to where it can be edited."""
    return _button(side, slug, no, status.reopen, _("Open again."))


def _button(side: TradeSide, slug: str, no: str, work: Callable[..., object], message: str) -> Response:
    """A press that leaves the document where it is."""
    kind = page_kind(side, slug)
    document_id, user_id = find_id(kind, no), current_user.id
    return press(
        lambda s: work(s, document_id, version=_version(), user_id=user_id),
        message=message, back=kind.url("show", no=no),
    )  # fmt: skip


@on_both_sides(DOCUMENT + "/delete", "delete", EDIT, "POST")
def delete(side: TradeSide, slug: str, no: str) -> Response:
    """The document goes, unless something of it is moved and not billed."""
    kind = page_kind(side, slug)
    document_id, user_id = find_id(kind, no), current_user.id
    return press(
        lambda s: archive_and_delete(s, document_id, version=_version(), user_id=user_id),
        message=_("%(one)s %(no)s deleted.", one=kind.one, no=no), back=url_for(kind.list_endpoint),
        refused_back=kind.url("show", no=no),
    )  # fmt: skip


def _version() -> int | None:
    text = request.form.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


# ------------------------------------------------------------------------------------------------ copies
@on_both_sides(DOCUMENT + "/convert", "convert", EDIT, "POST")
def convert(side: TradeSide, slug: str, no: str) -> Response:
    """A quote becomes an order, or an invoice for a customer, with its lines and prices; the quote goes."""
    kind = page_kind(side, slug)
    document_id, user_id, on = find_id(kind, no), current_user.id, today()
    target = PAGE_KINDS[side, TradeType.INVOICE if request.form.get("to") == "invoice" else TradeType.ORDER]
    keep = request.form.get("keep") == "1"

    def work(s: Session) -> str:
        return quotes.convert_quote(s, document_id, on=on, type_=target.type, keep_version=keep, user_id=user_id).no

    try:
        made = perform(db_session(), work, user_id=user_id)
    except DomainError as error:
        return document_page(kind, no, refusal=error, status=422)
    message = _("%(one)s %(no)s made of the quote.", one=target.one, no=made)
    return done(None, back=target.url("show", no=made), message=message)
