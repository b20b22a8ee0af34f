"""Many documents posted at once: those ticked on a list or all that a filter names; what became of each."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from blueprints.access import may, poster, signed_in, today
from blueprints.database import db_session
from blueprints.fields import CheckField, ChoiceField, DayField, KeyedForm
from blueprints.htmx import done, go, render
from blueprints.jobs import find_job, launch
from blueprints.lists import selected_ids
from blueprints.record_fields import RecordField
from blueprints.reports import download
from blueprints.trade_kinds import (
    KIND_RULE,
    PAGE_KINDS,
    POST,
    POSTED_OF,
    PageKind,
    centers_of_user,
    on_both_sides,
    page_kind,
)
from blueprints.trade_mail import send_posted
from blueprints.trade_papers import locale, sheet
from core.errors import NotFound
from core.text import _, ngettext
from models import PostedDocument, TradeDocument
from models.enums import TradeSide, TradeType
from services.reports.business_papers import business_pdfs
from services.trade.batch import MOST, Choice, choose, parameters_of
from services.trade.posted_printing import posted_paper
from services.trade.posting import Wish

bp = Blueprint("trade_batch", __name__, url_prefix="/batch-posting")


class BatchForm(KeyedForm):
    """What is posted of each, on which day."""

    what = ChoiceField(
        _l("Post"), pairs=[("both", _l("Both")), ("handle", _l("Goods")), ("invoice", _l("Invoice"))], default="both"
    )
    posting_date = DayField(_l("Posting date"), description=_l("Empty: each document's own."))
    replace_document_date = CheckField(
        _l("As document date too"), description=_l("Bills are due counted from that day.")
    )
    vendor = RecordField(_l("Vendor"), "vendor")
    customer = RecordField(_l("Customer"), "customer")
    location = RecordField(_l("Location"), "stock_location")
    expected_until = DayField(_l("Expected until"))
    released_only = CheckField(_l("Released ones only"))


@on_both_sides(KIND_RULE + "/batch", "batch", POST, "GET", "POST")
def batch(side: TradeSide, slug: str) -> Response:
    """How many that are, and what of them; from the list with those ticked, from the menu with a filter."""
    kind, form, ids = page_kind(side, slug), BatchForm(), selected_ids()
    if kind.type == TradeType.QUOTE:
        raise NotFound("document_not_found", _("Quotes are not posted."))
    for name in ("customer",) if side == TradeSide.PURCHASE else ("vendor",):
        del form[name]
    if not kind.kind.staged:
        for name in ("what", "expected_until", "released_only"):
            del form[name]
    else:
        form.what.choices = _what_words(kind)
    chosen_before = request.form.get("step") == "filter"
    if request.method == "POST" and request.form.get("step") not in ("filter", "post"):
        form = _fresh(form, kind)  # straight from the list: nothing was typed yet
        return _page(kind, form, ids, choose(db_session(), _choice(kind, form, ids)) if ids else None)
    if not form.is_submitted():
        return _page(kind, form, [], None)
    if not form.validate():
        return _page(kind, form, ids, None, status=422)
    found = choose(db_session(), _choice(kind, form, ids))
    if chosen_before or not found:
        return _page(kind, form, ids, found, status=200 if chosen_before else 422)
    wish = _wish(kind, form)
    day = form.posting_date.data if form.replace_document_date.data else None
    parameters = parameters_of((side, kind.type), [one for one, _no in found], wish, poster(), day)
    title = _("Posting of %(count)s: %(what)s", count=len(found), what=kind.title.lower())
    return go(url_for("jobs.show", job_id=launch("post-documents", parameters, title, key=form.key.data)))


def _fresh(form: BatchForm, kind: PageKind) -> BatchForm:
    made = BatchForm(formdata=None)
    for name in [one.short_name for one in made if one.short_name not in form]:
        del made[name]
    if kind.kind.staged:
        made.what.choices = _what_words(kind)
    return made


def _what_words(kind: PageKind) -> list[tuple[str, str]]:
    bill = _("Credit") if kind.kind.credit else _("Invoice")
    return [
        ("both", _("%(move)s and %(bill)s", move=kind.handle_word, bill=bill.lower())),
        ("handle", kind.handle_word),
        ("invoice", bill),
    ]


def _choice(kind: PageKind, form: BatchForm, ids: list[int]) -> Choice:
    party = form["vendor" if kind.side == TradeSide.PURCHASE else "customer"]
    return Choice(
        side=kind.side, type=kind.type, ids=ids, party_id=party.data, location_id=form.location.data,
        expected_until=form.expected_until.data if "expected_until" in form else None,
        released_only=bool(form.released_only.data) if "released_only" in form else False,
        centers=centers_of_user(kind.side),
    )  # fmt: skip


def _wish(kind: PageKind, form: BatchForm) -> Wish:
    what = str(form.what.data) if kind.kind.staged else "both"
    return Wish(
        handle=what in ("both", "handle"), invoice=what in ("both", "invoice"), posting_date=form.posting_date.data
    )


def _page(
    kind: PageKind, form: BatchForm, ids: list[int], found: list[tuple[int, str]] | None, *, status: int = 200
) -> Response:
    return render(
        "trade/batch.html", "trade/_batch.html", status=422 if form.errors else status, kind=kind, form=form, ids=ids,
        found=found, most=MOST, on=today(),
    )  # fmt: skip


@bp.get("/<int:job_id>")
@signed_in
def outcome(job_id: int) -> ResponseReturnValue:
    """What became of each document of a batch."""
    kind, job = _batch_of(job_id)
    told = sorted(job.result.get("outcomes", []), key=lambda row: not row["refusals"])  # what asks for something, first
    open_ids = set(
        db_session().scalars(select(TradeDocument.id).where(TradeDocument.id.in_([row["id"] for row in told])))
    )
    rows = [_row(kind, row, still_open=row["id"] in open_ids) for row in told]
    prints = [words for field, words in _prints(kind) if any(row[field] for row in told)]
    return render("trade/batch_outcome.html", "trade/batch_outcome.html", kind=kind, job=job, rows=rows, prints=prints)


def _prints(kind: PageKind) -> list[tuple[str, tuple[str, Any]]]:
    """The papers that a batch left: (number in the outcome, (word of the address, what it is called))."""
    return [
        ("handling_no", ("goods", POSTED_OF[kind.kind.handling_type].plural)),
        ("invoice_no", ("bills", POSTED_OF[kind.kind.invoice_type].plural)),
    ]


#: Papers printed in one file, or sent in one go, at most.
MOST_PAPERS = 100


def _posted_of(job: Any, kind: PageKind, which: str) -> list[PostedDocument]:
    """The posted documents of a batch of one kind, by number, their lines loaded. NotFound `paper_not_found`."""
    goods = which == "goods"
    field = "handling_no" if goods else "invoice_no"
    type_ = kind.kind.handling_type if goods else kind.kind.invoice_type
    nos = [row[field] for row in job.result.get("outcomes", []) if row[field]]
    statement = (
        select(PostedDocument)
        .where(PostedDocument.document_type == type_, PostedDocument.no.in_(nos[:MOST_PAPERS]))
        .options(selectinload(PostedDocument.lines))
        .order_by(PostedDocument.no)
    )
    found = list(db_session().scalars(statement))
    if not found:
        raise NotFound("paper_not_found", _("This job left no such papers."))
    return found


@bp.get("/<int:job_id>/<any(goods, bills):which>.pdf")
@signed_in
def papers(job_id: int, which: str) -> ResponseReturnValue:
    """All receipts, shipments or bills of a batch in one file to print."""
    kind, job = _batch_of(job_id)
    found = _posted_of(job, kind, which)
    made = [posted_paper(db_session(), one, locale=locale()) for one in found]
    pdf = business_pdfs(db_session(), made, sheet=sheet(), locale=locale())
    return download(pdf, "application/pdf", f"{which}-{job_id}.pdf", inline=True)


@bp.post("/<int:job_id>/<any(goods, bills):which>/send")
@signed_in
def send_papers(job_id: int, which: str) -> ResponseReturnValue:
    """Each paper of a batch to its party's e-mail address; who has none is named."""
    kind, job = _batch_of(job_id)
    if not may(kind.edit):
        raise NotFound("job_not_found", _("This job posted no documents."))
    sent, without = send_posted(_posted_of(job, kind, which))
    message = ngettext("%(num)s letter was sent.", "%(num)s letters were sent.", sent)
    if without:
        message += " " + _("No e-mail address: %(nos)s.", nos=", ".join(without[:20]))
    return done(None, back=url_for("trade_batch.outcome", job_id=job_id), message=message)


def _batch_of(job_id: int) -> tuple[PageKind, Any]:
    """The job and what it posted. NotFound `job_not_found` for another one, or one the user may not see."""
    job = find_job(job_id)
    if job.kind != "post-documents":
        raise NotFound("job_not_found", _("This job posted no documents."))
    side, type_ = TradeSide(job.parameters["side"]), TradeType(job.parameters["type"])
    kind = PAGE_KINDS[side, type_]
    if not may(kind.view):
        raise NotFound("job_not_found", _("This job posted no documents."))
    return kind, job


def _row(kind: PageKind, told: dict[str, Any], *, still_open: bool) -> dict[str, Any]:
    """The document, while it is there, and the papers it left."""
    links = []
    for name, type_ in (("handling_no", kind.kind.handling_type), ("invoice_no", kind.kind.invoice_type)):
        if told[name]:
            posted = POSTED_OF[type_]
            url = url_for(f"{kind.side}.posted", slug=posted.slug, no=told[name])
            links.append((url, f"{posted.one} {told[name]}"))
    return {**told, "links": links, "url": kind.url("show", no=told["no"]) if still_open else ""}
