"""Posting a purchase or sales document from its page: the dialog with a quantity each line, preview, posting."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

from flask import Response, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from wtforms.validators import StopValidation

from blueprints import trade_forms as forms
from blueprints.access import current_user, may, poster, today
from blueprints.database import db_session
from blueprints.decimal_fields import check_decimal, parse_decimal
from blueprints.errors import status_of
from blueprints.fields import Refused
from blueprints.formats import amount, quantity
from blueprints.htmx import done, render
from blueprints.posted_links import with_links
from blueprints.refusals import sentence
from blueprints.trade_kinds import DOCUMENT, POST, POSTED_OF, PageKind, find, find_id, on_both_sides, page_kind
from core.clock import utcnow
from core.errors import ConflictError, DomainError, ErrorList, NotFound, ValidationError, errors_of
from core.rounding import ZERO
from core.text import _
from core.unit_of_work import perform, rehearse
from models import Permission, TradeDocument
from models.enums import DefaultPostingDate, TradeSide, TradeType
from posting.preview import Preview
from services.trade import headers
from services.trade import page as pages
from services.trade.changes import changes_of_document
from services.trade.documents import lines_of
from services.trade.facts import get_setup
from services.trade.lines import change_line
from services.trade.plan import Said
from services.trade.posting import Wish, post_document, preview_document


@on_both_sides(DOCUMENT + "/post", "post_dialog", POST)
def post_dialog(side: TradeSide, slug: str, no: str) -> Response:
    """What is to be posted: goods, invoice or both, and how much of each line."""
    kind = page_kind(side, slug)
    document = find(kind, no, lines=False)
    form = forms.PostForm(version=document.version, posting_date=_proposed_date(document),
                          vendor_no=_vendor_no(kind, document), seen_at=utcnow().isoformat())  # fmt: skip
    return _dialog(kind, no, form)


def _proposed_date(document: TradeDocument) -> dt.date | None:
    """The header's posting date where somebody chose one, else the work date; none where set-up wants it entered."""
    chosen = document.posting_date
    if chosen is None:
        return today() if get_setup(db_session()).default_posting_date == DefaultPostingDate.WORK_DATE else None
    return chosen if chosen != document.document_date else today()


def _vendor_no(kind: PageKind, document: TradeDocument) -> str:
    return document.vendor_credit_memo_no if kind.kind.credit else document.vendor_invoice_no


def _dialog(
    kind: PageKind, no: str, form: forms.PostForm, *, refusal: DomainError | None = None, status: int = 200
) -> Response:
    document = find(kind, no, lines=False)
    problems: dict[int, list[str]] = {}
    general: list[str] = []
    for single in errors_of(refusal) if refusal is not None else ():
        if single.line is not None:
            problems.setdefault(single.line, []).append(sentence(single))
        else:
            general.append(sentence(single))
    lines, count = pages.lines_to_post(db_session(), document.id, first=tuple(problems))
    return render(
        "trade/post.html", "trade/_post.html", status=status, kind=kind, record=document, form=form,
        lines=lines, more=count - len(lines), problems=problems, general=general,
        typed=request.form, what_words=_what_words(kind), refused=refusal is not None,
    )  # fmt: skip


def _what_words(kind: PageKind) -> list[tuple[str, str]]:
    bill = _("Credit") if kind.kind.credit else _("Invoice")
    return [
        ("handle", kind.handle_word),
        ("invoice", bill),
        ("both", _("%(move)s and %(bill)s", move=kind.handle_word, bill=bill.lower())),
        *([("consume", _("Ship and consume"))] if kind.type == TradeType.SERVICE_ORDER else []),
    ]


def _wish(kind: PageKind, document_id: int, form: forms.PostForm) -> Wish:
    """What was typed. Raises ValidationError `number_invalid` at each line that has one, all together."""
    if not kind.kind.staged:
        return Wish(handle=True, invoice=True, posting_date=form.posting_date.data)
    if form.what.data == "consume" and kind.type == TradeType.SERVICE_ORDER:  # what stands on the lines
        return Wish(handle=True, consume=True, posting_date=form.posting_date.data)
    said: dict[int, Said] = {}
    errors: list[DomainError] = []
    for line_id, line_no, to_handle in pages.quantities_to_post(db_session(), document_id):
        try:
            handle = _typed(f"handle-{line_id}", to_handle)
            invoice = _typed(f"invoice-{line_id}", None)
        except (Refused, StopValidation) as refused:
            errors.append(ValidationError("number_invalid", str(refused), line=line_no))
            continue
        said[line_id] = Said(ZERO if handle is None else handle, invoice)
    if errors:
        raise errors[0] if len(errors) == 1 else ErrorList(errors)
    what = str(form.what.data)
    return Wish(
        handle=what in ("handle", "both"), invoice=what in ("invoice", "both"), said=said,
        posting_date=form.posting_date.data,
    )  # fmt: skip


def _typed(name: str, default: Decimal | None) -> Decimal | None:
    """A quantity of the form; `default` where it was not shown."""
    if name not in request.form:
        return default
    value = parse_decimal(request.form[name][:60])
    if value is not None:
        check_decimal(value)
    return value


def _note_vendor_no(
    s: Session, kind: PageKind, document_id: int, form: forms.PostForm, user_id: int, version: int | None = None
) -> int | None:
    """The vendor's number of the bill is typed when it is posted; returns `version`, counted up where it was noted.

    Raises ConflictError `document_changed` where it is another than `version`.
    """
    if kind.side != TradeSide.PURCHASE or "vendor_no" not in request.form:
        return version
    name = "vendor_credit_memo_no" if kind.kind.credit else "vendor_invoice_no"
    typed = form.vendor_no.data
    if s.scalar(select(getattr(TradeDocument, name)).where(TradeDocument.id == document_id)) in (None, typed):
        return version
    changed = headers.change_header(s, document_id, {name: typed}, version=version, user_id=user_id)
    return None if version is None else changed.version


def _note_consumed(
    s: Session, kind: PageKind, document_id: int, form: forms.PostForm, user_id: int, version: int | None = None
) -> int | None:
    """What the dialog says is to be consumed stands on the lines; returns `version`, counted up where that changed.

    Raises ValidationError `number_invalid`, `nothing_to_consume`, and what changing a line raises.
    """
    if form.what.data != "consume" or kind.type != TradeType.SERVICE_ORDER:
        return version
    document = s.get_one(TradeDocument, document_id)
    if version not in (None, document.version):
        return version  # posting refuses
    wanted = ZERO
    for line in lines_of(s, document_id):
        try:
            typed = _typed(f"consume-{line.id}", line.qty_to_consume) or ZERO
        except (Refused, StopValidation) as refused:
            raise ValidationError("number_invalid", str(refused), line=line.line_no) from refused
        wanted += typed
        if typed != line.qty_to_consume:
            change_line(s, document_id, line.line_no, {"qty_to_consume": typed}, user_id=user_id)
    if not wanted:
        raise ValidationError(
            "nothing_to_consume", _("Nothing stands to be consumed."),
            hint=_("Enter under “To consume” what was used up."),
        )  # fmt: skip
    return None if version is None else document.version


@on_both_sides(DOCUMENT + "/preview", "post_preview", POST, "POST")
def post_preview(side: TradeSide, slug: str, no: str) -> Response:
    """All rows that posting would make; everything is rolled back."""
    kind, form = page_kind(side, slug), forms.PostForm()
    document_id, who = find_id(kind, no), poster()
    if not form.validate_on_submit():
        return _dialog(kind, no, form, status=422)

    def work(s: Session) -> Preview:
        _note_vendor_no(s, kind, document_id, form, who.user_id or 0)
        _note_consumed(s, kind, document_id, form, who.user_id or 0)
        return preview_document(s, document_id, wish, who)

    try:
        wish = _wish(kind, document_id, form)
        found = rehearse(db_session(), work, user_id=current_user.id)
    except DomainError as error:
        return _dialog(kind, no, form, refusal=error, status=status_of(error))
    sent = [(name, value) for name, value in request.form.items() if name != "csrf_token"]
    return render(
        "trade/preview.html", "trade/_preview.html", kind=kind, record=find(kind, no, lines=False), preview=found,
        sentence=preview_sentence(found), sent=sent, batch_name="",
        before={balance.item_no: balance.quantity - balance.change for balance in found.balances},
    )  # fmt: skip


def preview_sentence(found: Preview) -> str:
    """What will happen, in one sentence."""
    parts = []
    if found.quantity_in:
        parts.append(_("%(quantity)s come in", quantity=quantity(found.quantity_in)))
    if found.quantity_out:
        parts.append(_("%(quantity)s go out", quantity=quantity(-found.quantity_out)))
    moved = _(" and ").join(parts) or _("no goods move")
    if not may(Permission.COSTS_VIEW):
        return _("Posting this: %(moved)s.", moved=moved)
    if found.cost == 0:
        return _("Posting this: %(moved)s, and the inventory value stays as it is.", moved=moved)
    rises = _("rises") if found.cost > 0 else _("falls")
    return _("Posting this: %(moved)s, and the inventory value %(rises)s by %(amount)s.", moved=moved, rises=rises,
             amount=amount(abs(found.cost)))  # fmt: skip


@on_both_sides(DOCUMENT + "/post", "post", POST, "POST")
def post(side: TradeSide, slug: str, no: str) -> Response:
    """Post the document once for each key; refused, everything typed is kept and says why."""
    kind, form = page_kind(side, slug), forms.PostForm()
    try:
        document_id, who = find_id(kind, no), poster()
    except NotFound as gone:
        return _posted_before(kind, no, form, gone)
    if not form.validate_on_submit():
        return _dialog(kind, no, form, status=422)

    def work(s: Session) -> dict[str, Any]:
        version = _note_vendor_no(s, kind, document_id, form, who.user_id or 0, int(form.version.data or 0))
        version = _note_consumed(s, kind, document_id, form, who.user_id or 0, version)
        return _plain(post_document(s, document_id, wish, who, version=version))

    try:
        wish = _wish(kind, document_id, form)
        result = perform(db_session(), work, key=form.key.data, user_id=current_user.id)
    except ConflictError as error:
        refusal = _with_changes(document_id, form, error)  # before the form looks at the document as it is now
        return _dialog(kind, no, _fresh(kind, no, form), refusal=refusal, status=409)
    except DomainError as error:
        return _dialog(kind, no, form, refusal=error, status=status_of(error))
    return answer_posted(kind, no, result)


def _posted_before(kind: PageKind, no: str, form: forms.PostForm, gone: NotFound) -> Response:
    """The answer of the first time, when the same form comes again after its document is gone; else it is not found."""
    if not form.validate():
        raise gone

    def nothing(_s: Session) -> dict[str, Any]:
        raise gone  # there was no first time

    result = perform(db_session(), nothing, key=form.key.data, user_id=current_user.id)
    return answer_posted(kind, no, result)


def _plain(result: dict[str, Any]) -> dict[str, Any]:
    """What JSON holds of it."""
    return {name: result.get(name) for name in ("register_id", "handling_no", "invoice_no", "gone")}


def _fresh(kind: PageKind, no: str, form: forms.PostForm) -> forms.PostForm:
    """The same input for the document as it is now: posting again is a decision with open eyes."""
    form.version.data = find(kind, no, lines=False).version
    form.version.raw_data = None
    form.seen_at.data = utcnow().isoformat()
    form.key.data = uuid.uuid4().hex
    return form


def _with_changes(document_id: int, form: forms.PostForm, error: ConflictError) -> ConflictError:
    """The refusal with who changed what since the dialog was opened."""
    since = form.moment()
    told = changes_of_document(db_session(), document_id, since) if since is not None else []
    return ConflictError(error.code, " ".join([error.message, *told]), hint=error.hint)


def answer_posted(kind: PageKind, no: str, result: dict[str, Any]) -> Response:
    """On to the document, or where it is done to what it left; the toast leads to each paper."""
    links = []
    for name, type_ in (("handling_no", kind.kind.handling_type), ("invoice_no", kind.kind.invoice_type)):
        if result.get(name):
            posted = POSTED_OF[type_]
            url = url_for(f"{kind.side}.posted", slug=posted.slug, no=result[name])
            links.append((url, f"{posted.one} {result[name]}"))
    back = links[-1][0] if result.get("gone") and links else kind.url("show", no=no)
    if result.get("gone") and not links:
        back = url_for(kind.list_endpoint)
    return done(None, back=back, message=with_links(_("Posted."), links))
