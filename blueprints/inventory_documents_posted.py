"""Posting inventory documents with preview, and what was posted: list, page, paper, undo, correction, copy."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response, request, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from blueprints import inventory_document_kinds as kinds
from blueprints.access import current_user, may, poster, requires, today
from blueprints.database import db_session
from blueprints.errors import status_of
from blueprints.htmx import done, render
from blueprints.inventory_document_kinds import KIND_RULE, KINDS, SLUG_OF, DocumentKind
from blueprints.inventory_documents import bp
from blueprints.list_filters import ChoiceFilter, DateRange, RecordFilter
from blueprints.list_parts import Column, Empty
from blueprints.lists import Listing
from blueprints.masters import PlainForm
from blueprints.refusals import sentence
from blueprints.reports import download
from blueprints.trade_papers import locale, sheet
from blueprints.trade_posting import preview_sentence
from core.errors import ConflictError, DomainError, errors_of
from core.text import _
from core.unit_of_work import perform, rehearse
from models import Location, Permission, PostedInventoryDocument
from posting.preview import Preview
from services.inventory_documents import documents, page, papers, posted
from services.inventory_documents.post import post_document, preview_document
from services.reports.business_papers import business_pdf
from services.tracking.posted import posted_entries

_P = Permission
_DOCUMENT = KIND_RULE + "/<path:no>"
_POSTED = "/posted" + KIND_RULE + "/<path:no>"


# ------------------------------------------------------------------------------------------------ posting
@bp.get(_DOCUMENT + "/post")
@requires(_P.JOURNAL_POST)
def post_dialog(slug: str, no: str) -> Response:
    """What is posted, and on which day."""
    document = page.read_document(db_session(), KINDS[slug].type, no)
    return _dialog(KINDS[slug], no, kinds.PostForm(version=document.version, posting_date=document.posting_date))


def _dialog(
    kind: DocumentKind, no: str, form: kinds.PostForm, *, refusal: DomainError | None = None, status: int = 200
) -> Response:
    problems: dict[int, list[str]] = {}
    for single in errors_of(refusal) if refusal is not None else ():
        problems.setdefault(single.line or 0, []).append(sentence(single))
    return render(
        "inventory_documents/post.html", "inventory_documents/_post.html", status=status, kind=kind, form=form,
        record=page.read_document(db_session(), kind.type, no), problems=problems, refused=refusal is not None,
    )  # fmt: skip


@bp.post(_DOCUMENT + "/preview")
@requires(_P.JOURNAL_POST)
def post_preview(slug: str, no: str) -> Response:
    """All rows that posting would make; everything is rolled back."""
    kind, form, who = KINDS[slug], kinds.PostForm(), poster()
    page.read_document(db_session(), kind.type, no)
    if not form.validate_on_submit():
        return _dialog(kind, no, form, status=422)

    def work(s: Session) -> Preview:
        own = documents.get_document(s, kind.type, no)
        own.posting_date = form.posting_date.data
        return preview_document(s, own, who)

    try:
        found = rehearse(db_session(), work, user_id=current_user.id)
    except DomainError as error:
        return _dialog(kind, no, form, refusal=error, status=status_of(error))
    return render(
        "trade/preview.html", "trade/_preview.html", kind=kind, preview=found, sentence=preview_sentence(found),
        record=page.read_document(db_session(), kind.type, no), batch_name="",
        sent=[(name, value) for name, value in request.form.items() if name != "csrf_token"],
        before={balance.item_no: balance.quantity - balance.change for balance in found.balances},
    )  # fmt: skip


@bp.post(_DOCUMENT + "/post")
@requires(_P.JOURNAL_POST)
def post(slug: str, no: str) -> Response:
    """Post once for each key; refused, what was typed is kept and each line says why."""
    kind, form, who = KINDS[slug], kinds.PostForm(), poster()
    if not form.validate_on_submit():
        return _dialog(kind, no, form, status=422)
    version, on = int(form.version.data or 0), form.posting_date.data

    def work(s: Session) -> str:
        own = documents.get_document(s, kind.type, no)
        if own.version != version:
            raise ConflictError(
                "document_changed", _("Somebody changed %(no)s while it was open here.", no=no),
                hint=_("Look at it as it is now, then post. Nothing was posted."),
            )  # fmt: skip
        return post_document(s, own, who, on=on).no

    try:
        made = perform(db_session(), work, key=form.key.data, user_id=current_user.id)
    except ConflictError as error:
        form.version.data, form.version.raw_data = page.read_document(db_session(), kind.type, no).version, None
        form.key.data = uuid.uuid4().hex
        return _dialog(kind, no, form, refusal=error, status=409)
    except DomainError as error:
        return _dialog(kind, no, form, refusal=error, status=status_of(error))
    return done(None, back=kind.url("posted", no=made), message=_("Posted: %(nos)s.", nos=made))


# ------------------------------------------------------------------------------------------------ posted
LISTING = Listing(
    name="posted_inventory_document",
    title=_l("Posted inventory documents"),
    key=PostedInventoryDocument.id,
    source=lambda: (
        select().select_from(PostedInventoryDocument).join(
            Location, Location.id == PostedInventoryDocument.location_id
        )
    ),
    columns=(
        Column("no", _l("No."), PostedInventoryDocument.no, "code"),
        Column("kind", _l("Document"), PostedInventoryDocument.document_type, "word",
               cell=lambda row: papers.word_of(row.document_type)),
        Column("location", _l("Location"), Location.code, "code"),
        Column("posting_date", _l("Posting date"), PostedInventoryDocument.posting_date, "day", sort=True),
        Column("description", _l("Description"), PostedInventoryDocument.description),
        Column("correction", _l("Correction"), PostedInventoryDocument.correction, "yes_no"),
        Column("source_no", _l("Posted from"), PostedInventoryDocument.source_no, "code"),
        Column("user_name", _l("By"), PostedInventoryDocument.user_name, shown=False),
    ),
    extra={"document_type": PostedInventoryDocument.document_type},
    filters=(
        ChoiceFilter("type", _l("Document"), PostedInventoryDocument.document_type, choices=lambda: [
            (kind.type.value, kind.one) for kind in KINDS.values()
        ]),
        DateRange("date", _l("Posting date"), PostedInventoryDocument.posting_date),
        RecordFilter("location", _l("Location"), PostedInventoryDocument.location_id, kind="location"),
    ),
    search=(PostedInventoryDocument.no, PostedInventoryDocument.source_no,
            PostedInventoryDocument.external_document_no),
    sort="-posting_date",
    open=lambda row: url_for("inventory_documents.posted", slug=SLUG_OF[row.document_type], no=row.no),
    empty=Empty(_l("Nothing was posted yet.")),
)  # fmt: skip


@bp.get("/posted")
@requires(_P.JOURNAL_VIEW)
def posted_index() -> Response:
    return LISTING.respond()


@bp.get(_POSTED, endpoint="posted")
@requires(_P.JOURNAL_VIEW)
def posted_page(slug: str, no: str) -> Response:
    """What was posted, line by line, with what it costs as of now."""
    return _posted(KINDS[slug], no)


def _posted(kind: DocumentKind, no: str, *, refusal: DomainError | None = None, status: int = 200) -> Response:
    found = posted.find_posted(db_session(), kind.type, no)
    taken_back = posted.correction_of(db_session(), found)
    takes_back = db_session().get(PostedInventoryDocument, found.corrects_id) if found.corrects_id else None
    waiting = posted.open_correction_of(db_session(), found)
    return render(
        "inventory_documents/posted.html", "inventory_documents/_posted.html", status=status, record=found, kind=kind,
        slug=slug_of(found), entries=posted_entries(db_session(), found),
        costs=posted.costs_of(db_session(), found), taken_back=taken_back, takes_back=takes_back, waiting=waiting,
        undo_form=PlainForm(),
        can_undo=may(_P.JOURNAL_POST) and found.corrects_id is None and taken_back is None and waiting is None,
        problems=[f"{one.message} {one.hint or ''}".strip() for one in errors_of(refusal)] if refusal else [],
    )  # fmt: skip


def slug_of(found: PostedInventoryDocument) -> str:
    """The word of the document's kind in addresses."""
    return SLUG_OF[found.document_type]


@bp.post(_POSTED + "/undo")
@requires(_P.JOURNAL_POST)
def undo(slug: str, no: str) -> Response:
    """Post the opposite, entry for entry at its cost."""
    kind, who, on = KINDS[slug], poster(), today()

    def work(s: Session) -> str:
        return posted.undo(s, posted.find_posted(s, kind.type, no), who, on=on).no

    return _made(kind, no, work, "posted", _("Taken back: everything is as it was before."))


@bp.post(_POSTED + "/correct")
@requires(_P.JOURNAL_EDIT)
def correct(slug: str, no: str) -> Response:
    """The opposite as an open document, to be changed and posted."""
    kind, on = KINDS[slug], today()

    def work(s: Session) -> str:
        return posted.correct(s, posted.find_posted(s, kind.type, no), on=on).no

    return _made(kind, no, work, "show", _("This document takes %(no)s back once it is posted.", no=no))


@bp.post(_POSTED + "/copy")
@requires(_P.JOURNAL_EDIT)
def copy(slug: str, no: str) -> Response:
    """The same lines on a new open document."""
    kind, on = KINDS[slug], today()

    def work(s: Session) -> str:
        return posted.copy(s, posted.find_posted(s, kind.type, no), on=on).no

    return _made(kind, no, work, "show", _("Copied from %(no)s.", no=no))


def _made(kind: DocumentKind, no: str, work: Any, action: str, message: str) -> Response:
    try:
        made = perform(db_session(), work, user_id=current_user.id)
    except DomainError as error:
        return _posted(kind, no, refusal=error, status=status_of(error))
    return done(None, back=kind.url(action, no=made), message=message)


@bp.get(_POSTED + "/paper.pdf")
@requires(_P.JOURNAL_VIEW)
def posted_paper(slug: str, no: str) -> Response:
    """The posted document as PDF."""
    found = posted.find_posted(db_session(), KINDS[slug].type, no)
    made = papers.posted_paper(db_session(), found, locale=locale())
    pdf = business_pdf(db_session(), made, sheet=sheet(), locale=locale())
    return download(pdf, "application/pdf", f"{found.no}.pdf".replace("/", "-"), inline=True)
