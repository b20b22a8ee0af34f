"""An order confirmation, a purchase order, an invoice by e-mail, with the paper attached."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from flask import Response, request, url_for

from blueprints.access import current_user, requires
from blueprints.database import db_session
from blueprints.htmx import done, render
from blueprints.mailing import EmailForm, Letter, send
from blueprints.trade_kinds import (
    BLUEPRINTS,
    DOCUMENT,
    EDIT,
    find,
    on_both_sides,
    page_kind,
    posted_kind,
    posted_slugs,
)
from blueprints.trade_papers import locale, sheet
from blueprints.trade_posted import found_posted
from core.errors import DomainError
from core.text import _
from core.unit_of_work import perform
from models import CompanyInformation, Customer, PostedDocument, TradeDocument, Vendor
from models.enums import TradeSide
from services.reports.business_papers import BusinessPaper, business_pdf
from services.trade.archive import archive_as_set_up
from services.trade.posted_printing import posted_name, posted_paper
from services.trade.printing import PaperKind, open_paper, paper_name


@on_both_sides(DOCUMENT + "/email", "email", EDIT, "GET", "POST")
def email(side: TradeSide, slug: str, no: str) -> Response:
    """Send an open document to its party."""
    kind = page_kind(side, slug)
    document = find(kind, no)
    paper = open_paper(db_session(), document, PaperKind.DOCUMENT, locale=locale())
    return _letter(
        document, paper_name(document, PaperKind.DOCUMENT), paper, back=kind.url("show", no=no),
        action=kind.url("email", no=no),
    )  # fmt: skip


def email_posted(side: TradeSide, slug: str, no: str) -> Response:
    """Send a posted document to its party."""
    document = found_posted(posted_kind(side, slug), no)
    paper = posted_paper(db_session(), document, locale=locale())
    return _letter(
        document, posted_name(document), paper, back=url_for(".posted", slug=slug, no=no),
        action=url_for(".email_posted", slug=slug, no=no),
    )  # fmt: skip


def send_posted(documents: Sequence[PostedDocument]) -> tuple[int, list[str]]:
    """Send each posted document, its lines loaded, to its party; returns how many, and the numbers without an address.

    Raises DomainError `mail_refused`: what was sent before stays sent.
    """
    session = db_session()
    company = session.get(CompanyInformation, 1)
    sent, without = 0, []
    for document in documents:
        to = _address_of(document)
        if not to:
            without.append(document.no)
            continue
        what = f"{posted_name(document)} {document.no}"
        pdf = business_pdf(session, posted_paper(session, document, locale=locale()), sheet=sheet(), locale=locale())
        send(Letter(to, what, _words(what, company), f"{document.no}.pdf".replace("/", "-"), pdf), company)
        sent += 1
    return sent, without


def _words(what: str, company: CompanyInformation | None) -> str:
    return _("Dear Sir or Madam,\n\nplease find attached: %(what)s.\n\nKind regards\n%(company)s",
             what=what, company=company.name if company else "")  # fmt: skip


def _letter(
    document: TradeDocument | PostedDocument, word: str, paper: BusinessPaper, *, back: str, action: str
) -> Response:
    company = db_session().get(CompanyInformation, 1)
    form = EmailForm()
    if request.method == "GET":
        form.to.data = _address_of(document)
        form.subject.data = f"{word} {document.no}"
        form.message.data = _words(f"{word} {document.no}", company)
    elif form.check():
        pdf = business_pdf(db_session(), paper, sheet=sheet(), locale=locale())
        letter = Letter(form.to.data or "", form.subject.data or "", form.message.data or "",
                        f"{document.no}.pdf".replace("/", "-"), pdf)  # fmt: skip
        try:
            sentence = send(letter, company)
        except DomainError as error:
            form.show(error)
        else:
            if isinstance(document, TradeDocument):
                _keep_version(document)
            return done(None, back=back, message=sentence)
    return render(
        "trade/email.html", "trade/_email.html", form=form, no=document.no, back=back, action=action,
        status=422 if form.errors else 200,
    )  # fmt: skip


def _keep_version(document: TradeDocument) -> None:
    """What was sent stays in the archive, where set-up says so."""
    document_id, user_id = document.id, current_user.id
    perform(
        db_session(),
        lambda s: (
            archive_as_set_up(s, s.get_one(TradeDocument, document_id), reason=_("sent"), user_id=user_id) is None
        ),
        user_id=user_id,
    )


def _address_of(document: TradeDocument | PostedDocument) -> str:
    """The e-mail address on the party's card."""
    party: Vendor | Customer | None
    if document.side == TradeSide.PURCHASE:
        party = db_session().get(Vendor, document.vendor_id)
    else:
        party = db_session().get(Customer, document.customer_id)
    return party.email if party is not None else ""


for _side, _blueprint in BLUEPRINTS.items():
    _blueprint.add_url_rule(
        posted_slugs(_side) + "/<path:no>/email", "email_posted", requires(EDIT[_side])(partial(email_posted, _side)),
        methods=["GET", "POST"],
    )  # fmt: skip
