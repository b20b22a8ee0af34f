"""Posted transfers: their list, their page, undoing them, sending goods back, paper."""

from __future__ import annotations

from typing import Any

from flask import Response, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from blueprints.access import current_user, may, poster, requires, today
from blueprints.database import db_session
from blueprints.errors import status_of
from blueprints.htmx import done, render
from blueprints.list_filters import ChoiceFilter, DateRange, RecordFilter
from blueprints.list_parts import Column, Empty
from blueprints.lists import Listing
from blueprints.masters import PlainForm
from blueprints.reports import download
from blueprints.trade_papers import locale, sheet
from blueprints.transfer_kinds import KIND, POSTED_SLUGS, SLUG_OF, posted_word
from blueprints.transfers_handling import bp
from core.errors import DomainError, NotFound, errors_of
from core.text import _
from core.unit_of_work import perform
from models import Location, Permission, PostedTransfer, PostedTransferLine, TransferOrder
from models.enums import DocumentType
from services.reports.business_papers import business_pdf
from services.tracking.posted import posted_entries
from services.transfers import page, papers
from services.transfers.send_back import ARRIVALS, send_back
from services.transfers.undo import undo_posted_line

_from, _to = aliased(Location), aliased(Location)
_RULE = "/posted/<any(shipments,receipts,direct):slug>/<path:no>"


def _address(row: Any) -> str:
    return url_for("transfers.posted", slug=SLUG_OF[row.document_type], no=row.no)


LISTING = Listing(
    name="posted_transfer",
    title=_l("Posted transfers"),
    key=PostedTransfer.id,
    source=lambda: (
        select()
        .select_from(PostedTransfer)
        .join(_from, _from.id == PostedTransfer.from_location_id)
        .join(_to, _to.id == PostedTransfer.to_location_id)
    ),
    columns=(
        Column("no", _l("No."), PostedTransfer.no, "code"),
        Column("kind", _l("Document"), PostedTransfer.document_type, "word",
               cell=lambda row: posted_word(row.document_type)),
        Column("order_no", _l("Order"), PostedTransfer.order_no, "code"),
        Column("source", _l("From"), _from.code, "code"),
        Column("target", _l("To"), _to.code, "code"),
        Column("posting_date", _l("Posting date"), PostedTransfer.posting_date, "day", sort=True),
        Column("user_name", _l("By"), PostedTransfer.user_name, shown=False),
    ),
    extra={"document_type": PostedTransfer.document_type},
    filters=(
        ChoiceFilter("type", _l("Document"), PostedTransfer.document_type, choices=lambda: [
            (type_.value, posted_word(type_)) for type_ in POSTED_SLUGS.values()
        ]),
        DateRange("date", _l("Posting date"), PostedTransfer.posting_date),
        RecordFilter("from", _l("From"), PostedTransfer.from_location_id, kind="location"),
        RecordFilter("to", _l("To"), PostedTransfer.to_location_id, kind="location"),
    ),
    search=(PostedTransfer.no, PostedTransfer.order_no, PostedTransfer.external_document_no),
    sort="-posting_date",
    open=_address,
    empty=Empty(_l("Nothing was posted yet.")),
)  # fmt: skip


@bp.get("/posted")
@requires(Permission.TRANSFERS_VIEW)
def posted_index() -> Response:
    return LISTING.respond()


@bp.get(_RULE)
@requires(Permission.TRANSFERS_VIEW)
def posted(slug: str, no: str) -> Response:
    """What was moved, line by line."""
    return _page(slug, no)


def _page(slug: str, no: str, *, refusal: DomainError | None = None, status: int = 200) -> Response:
    found = page.find_posted(db_session(), POSTED_SLUGS[slug], no)
    order = db_session().scalar(select(TransferOrder.no).where(TransferOrder.no == found.order_no))
    return render(
        "transfers/posted.html", "transfers/_posted.html", status=status, record=found, kind=KIND, slug=slug,
        word=posted_word(found.document_type), order_no=order,
        others=[one for one in page.posted_of(db_session(), found.order_no) if one.id != found.id],
        entries=posted_entries(db_session(), found), slug_of=SLUG_OF, posted_word=posted_word,
        can_undo=found.document_type != DocumentType.DIRECT_TRANSFER and found.in_transit_location_id is not None
        and may(Permission.TRANSFERS_POST),
        can_send_back=found.document_type in ARRIVALS and may(Permission.TRANSFERS_EDIT),
        problems=[f"{one.message} {one.hint or ''}".strip() for one in errors_of(refusal)] if refusal else [],
    )  # fmt: skip


@bp.post(_RULE + "/lines/<int:line_id>/undo")
@requires(Permission.TRANSFERS_POST)
def undo_line(slug: str, no: str, line_id: int) -> Response:
    """The goods go back to where they were; the order can be shipped, or received, again."""
    found, form, who = page.find_posted(db_session(), POSTED_SLUGS[slug], no), PlainForm(), poster()
    if not form.validate_on_submit() or line_id not in {line.id for line in found.lines}:
        raise NotFound("posted_line_not_found", _("There is no such posted line."))

    def work(s: Session) -> int:
        return undo_posted_line(s, s.get_one(PostedTransferLine, line_id), who)

    try:
        perform(db_session(), work, user_id=current_user.id)
    except DomainError as error:
        return _page(slug, no, refusal=error, status=status_of(error))
    return done(
        None, back=url_for(".posted", slug=slug, no=no), message=_("Undone: the quantity is back on its order.")
    )


@bp.post(_RULE + "/send-back")
@requires(Permission.TRANSFERS_EDIT)
def send_goods_back(slug: str, no: str) -> Response:
    """A new order for the way back of what is still there; it can be changed before it is shipped."""
    found, form, on = page.find_posted(db_session(), POSTED_SLUGS[slug], no), PlainForm(), today()
    type_, name = found.document_type, found.no
    form.validate_on_submit()

    def work(s: Session) -> str:
        return send_back(s, page.find_posted(s, type_, name), on=on).no

    try:
        made = perform(db_session(), work, user_id=current_user.id)
    except DomainError as error:
        return _page(slug, no, refusal=error, status=status_of(error))
    return done(
        None,
        back=url_for(".show", no=made),
        message=_("Order %(order)s sends the goods of %(no)s back.", order=made, no=no),
    )


@bp.get(_RULE + "/paper.pdf")
@requires(Permission.TRANSFERS_VIEW)
def posted_paper(slug: str, no: str) -> Response:
    """The posted transfer as PDF."""
    found = page.find_posted(db_session(), POSTED_SLUGS[slug], no)
    made = papers.posted_paper(db_session(), found, locale=locale())
    pdf = business_pdf(db_session(), made, sheet=sheet(), locale=locale())
    return download(pdf, "application/pdf", f"{found.no}.pdf".replace("/", "-"), inline=True)
