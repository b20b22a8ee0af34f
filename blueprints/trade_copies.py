"""Lines of another document at the end of this one; lines below zero into a document of their own."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from sqlalchemy.orm import Session

from blueprints.access import check_right, current_user, today
from blueprints.database import db_session
from blueprints.htmx import done, render
from blueprints.masters import PlainForm
from blueprints.trade_documents import document_page
from blueprints.trade_kinds import (
    DOCUMENT,
    EDIT,
    PAGE_KINDS,
    POSTED_KINDS,
    document_url,
    find,
    find_id,
    on_both_sides,
    page_kind,
)
from core.errors import DomainError
from core.text import _, ngettext
from core.unit_of_work import perform
from models import Permission, TradeDocument
from models.enums import TradeSide
from services.trade import copying
from services.trade import send_on as sending
from services.trade.copy_sources import find_source, offers_for


@on_both_sides(DOCUMENT + "/copy", "copy", EDIT, "GET", "POST")
def copy(side: TradeSide, slug: str, no: str) -> Response:
    """Which document, and what of it."""
    kind, form = page_kind(side, slug), PlainForm()
    document = find(kind, no)
    sent = request.form if request.method == "POST" else request.args
    number, what = sent.get("from_no", "").strip().upper()[:20], sent.get("what", "")[:60]
    version = sent.get("version_no", "").strip()[:6]
    with_header, recalculate = request.form.get("header") == "1", request.form.get("recalculate") == "1"
    refusal = ""
    if form.validate_on_submit():
        document_id, user_id = document.id, current_user.id
        version_no = int(version) if version.isascii() and version.isdigit() else None

        def work(s: Session) -> tuple[int, list[str]]:
            source = find_source(s, side, what, number, version_no)
            made = copying.copy_document(
                s, document_id, source.header, source.lines, include_header=with_header, recalculate=recalculate,
                user_id=user_id,
            )  # fmt: skip
            return len(made.lines), [error.message for error in made.skipped]

        try:
            count, left_out = perform(db_session(), work, user_id=user_id)
        except DomainError as error:
            refusal = f"{error.message} {error.hint}" if error.hint else error.message
        else:
            message = ngettext("%(num)s line copied.", "%(num)s lines copied.", count)
            return done(None, back=kind.url("show", no=no), message=" ".join([message, *left_out]))
    record = find(kind, no)
    return render(
        "trade/copy.html", "trade/_copy.html", kind=kind, record=record, offers=offers_for(db_session(), record),
        words={value: one for _group, choices in _sources(side) for value, one in choices}, form=form, refusal=refusal,
        from_no=number, what=what, version_no=version, sources=_sources(side), with_header=with_header,
        recalculate=recalculate or request.method == "GET", status=422 if refusal or form.errors else 200,
    )  # fmt: skip


def _sources(side: TradeSide) -> list[tuple[str, list[tuple[str, str]]]]:
    """What can be copied, in groups: (group, [(value, words)])."""
    kinds = [kind for kind in PAGE_KINDS.values() if kind.side == side]
    return [
        (_("Open"), [(f"open:{kind.type}", kind.one) for kind in kinds]),
        (_("Posted"), [(f"posted:{kind.type}", str(kind.one)) for kind in POSTED_KINDS if kind.side == side]),
        (_("Archived versions"), [(f"archive:{kind.type}", _("%(one)s, archived", one=kind.one)) for kind in kinds]),
    ]


@on_both_sides(DOCUMENT + "/negative", "move_negative", EDIT, "POST")
def move_negative(side: TradeSide, slug: str, no: str) -> Response:
    """Lines below zero become a return document of their own, and back."""
    kind = page_kind(side, slug)
    document_id, user_id, on = find_id(kind, no), current_user.id, today()

    def work(s: Session) -> Any:
        return copying.move_negative_lines(s, document_id, on=on, user_id=user_id).id

    try:
        made_id = perform(db_session(), work, user_id=user_id)
    except DomainError as error:
        return document_page(kind, no, refusal=error, status=422)
    made = db_session().get_one(TradeDocument, made_id)
    return done(None, back=document_url(made), message=_("The lines below zero are a document of their own now."))


@on_both_sides(DOCUMENT + "/send-on", "send_on", EDIT, "POST")
def send_on(side: TradeSide, slug: str, no: str) -> Response:
    """What a customer returns becomes return orders to the vendors it came from."""
    check_right(Permission.PURCHASE_EDIT)
    kind = page_kind(side, slug)
    document_id, user_id, on = find(kind, no, lines=False).id, current_user.id, today()

    def work(s: Session) -> list[int]:
        return [document.id for document in sending.send_on(s, document_id, on=on, user_id=user_id)]

    try:
        made = perform(db_session(), work, user_id=user_id)
    except DomainError as error:
        return document_page(kind, no, refusal=error, status=422)
    documents = [db_session().get_one(TradeDocument, one) for one in made]
    back = document_url(documents[0]) if len(documents) == 1 else kind.url("show", no=no)
    numbers = ", ".join(document.no for document in documents)
    return done(None, back=back, message=_("Goes on to the vendor with %(numbers)s.", numbers=numbers))
