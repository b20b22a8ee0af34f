"""The pages of posted purchase and sales documents: what was posted, what came before and after, taking it back."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from blueprints.access import current_user, may, poster, requires, today
from blueprints.database import db_session
from blueprints.htmx import done, go, render
from blueprints.masters import PlainForm
from blueprints.posted_links import with_links
from blueprints.refusals import sentence
from blueprints.trade_kinds import (
    BLUEPRINTS,
    EDIT,
    PAGE_KINDS,
    POST,
    POSTED_OF,
    VIEW,
    PostedKind,
    document_url,
    posted_kind,
    posted_slugs,
    posted_url,
)
from blueprints.trade_papers import papers_of_posted, posted_pdf
from core.errors import DomainError, NotFound, errors_of
from core.text import _
from core.unit_of_work import perform
from models import PostedDocument, TradeDocument
from models.enums import TradeSide
from services.trade import corrections, undo
from services.trade.posted import find_posted
from services.trade.posted_page import posted_page
from services.trade.related import documents_named


def found_posted(kind: PostedKind, no: str) -> PostedDocument:
    """The posted document, of whatever centre: the ledgers' links lead here (items.md section 17).

    Raises NotFound `posted_document_not_found`.
    """
    return find_posted(db_session(), kind.type, no)


def show(side: TradeSide, slug: str, no: str) -> Response:
    """What was posted, line by line, with what belongs to it."""
    kind = posted_kind(side, slug)
    return _page(kind, no)


def _page(kind: PostedKind, no: str, *, refusal: DomainError | None = None, status: int = 200) -> Response:
    document = found_posted(kind, no)
    named = documents_named(db_session(), document.no)
    return render(
        "trade/posted.html", "trade/_posted.html", status=status, kind=kind, record=document,
        found=posted_page(db_session(), document), named=named, posted_url=posted_url, document_url=document_url,
        posted_words={type_: single.one for type_, single in POSTED_OF.items()},
        page_words={key: single.one for key, single in PAGE_KINDS.items()},
        opens=corrections.opens_again(db_session(), document) if kind.bill else "",
        may_post=may(POST[kind.side]), may_edit=may(EDIT[kind.side]), refusal=refusal,
        papers=papers_of_posted(kind.side, kind.slug, document),
        can_undo=kind.type in undo.UNDOABLE, problems=_by_line(refusal),
    )  # fmt: skip


def _by_line(refusal: DomainError | None) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for single in errors_of(refusal) if refusal is not None else ():
        found.setdefault(single.line or 0, []).append(sentence(single))
    return found


def paper(side: TradeSide, slug: str, no: str) -> Response:
    """The posted document as PDF."""
    return posted_pdf(found_posted(posted_kind(side, slug), no))


def undo_line(side: TradeSide, slug: str, no: str, line_id: int) -> Response:
    """Take one posted line back: an opposite line, the quantity returns to the order."""
    kind = posted_kind(side, slug)
    document, form, who = found_posted(kind, no), PlainForm(), poster()
    if not form.validate_on_submit() or line_id not in {line.id for line in document.lines}:
        raise NotFound("posted_line_not_found", _("There is no such posted line."))

    def work(s: Session) -> int | None:
        return undo.undo_posted_line(s, line_id, who)["register_id"]  # type: ignore[no-any-return]

    try:
        perform(db_session(), work, user_id=current_user.id)
    except DomainError as error:
        return _page(kind, no, refusal=error, status=422)
    return done(
        None, back=url_for(".posted", slug=slug, no=no), message=_("Undone: the quantity is back on its order.")
    )


def cancel(side: TradeSide, slug: str, no: str) -> Response:
    """Take a posted invoice, or a corrective credit memo, back as a whole."""
    return _corrected(side, slug, no, correct=False)


def correct(side: TradeSide, slug: str, no: str) -> Response:
    """Cancel, and open what is to be edited."""
    return _corrected(side, slug, no, correct=True)


def _corrected(side: TradeSide, slug: str, no: str, *, correct: bool) -> Response:
    kind = posted_kind(side, slug)
    document, form, who, on = found_posted(kind, no), PlainForm(), poster(), today()
    posted_id, key = document.id, request.form.get("key", "")[:64] or None
    form.validate_on_submit()

    def work(s: Session) -> dict[str, Any]:
        made = (corrections.correct_invoice if correct else corrections.cancel_invoice)(s, posted_id, who, on=on)
        return {name: made.get(name) for name in ("invoice_id", "draft_id", "order_id")}

    try:
        made = perform(db_session(), work, key=key, user_id=current_user.id)
    except DomainError as error:
        return _page(kind, no, refusal=error, status=422)
    by = db_session().get_one(PostedDocument, made["invoice_id"])
    words = _("%(no)s is cancelled.", no=no)
    message = with_links(words, [(posted_url(by), f"{POSTED_OF[by.document_type].one} {by.no}")])
    opened = made.get("draft_id") or made.get("order_id")
    back = url_for(f"{side}.by_id", document_id=opened) if opened else url_for(".posted", slug=slug, no=no)
    return done(None, back=back, message=message)


def draft_credit(side: TradeSide, slug: str, no: str) -> Response:
    """A credit memo as a copy, to be edited and posted by hand."""
    kind = posted_kind(side, slug)
    document, form, on, user_id = found_posted(kind, no), PlainForm(), today(), current_user.id
    posted_id = document.id
    form.validate_on_submit()
    try:
        made = perform(
            db_session(), lambda s: corrections.draft_credit_memo(s, posted_id, on=on, user_id=user_id).id,
            user_id=user_id,
        )  # fmt: skip
    except DomainError as error:
        return _page(kind, no, refusal=error, status=422)
    return go(url_for(f"{side}.by_id", document_id=made))


def by_id(side: TradeSide, document_id: int) -> Response:
    """On to the page of an open document."""
    document = db_session().get(TradeDocument, document_id)
    if document is None or document.side != side:
        raise NotFound("document_not_found", _("There is no such document any more."))
    return go(document_url(document))


def _register() -> None:
    for side, blueprint in BLUEPRINTS.items():
        base = posted_slugs(side) + "/<path:no>"
        for rule, endpoint, view, right, method in (
            (base, "posted", show, VIEW, "GET"),
            (base + "/paper.pdf", "posted_paper", paper, VIEW, "GET"),
            (base + "/lines/<int:line_id>/undo", "undo_line", undo_line, POST, "POST"),
            (base + "/cancel", "cancel", cancel, POST, "POST"),
            (base + "/correct", "correct", correct, POST, "POST"),
            (base + "/credit-memo", "draft_credit", draft_credit, EDIT, "POST"),
            ("/document/<int:document_id>", "by_id", by_id, VIEW, "GET"),
        ):
            blueprint.add_url_rule(rule, endpoint, requires(right[side])(partial(view, side)), methods=[method])


_register()
