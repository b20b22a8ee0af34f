"""Letters of a recall: worded once, printed for all or for one, sent by e-mail to those who have an address."""

from __future__ import annotations

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from blueprints.access import requires, today
from blueprints.database import db_session
from blueprints.fields import BaseForm, LongTextField, TextField
from blueprints.htmx import done, render
from blueprints.mailing import Letter, send
from blueprints.reports import download
from blueprints.tracing import TraceForm, bp, recalled, subject_of
from blueprints.trade_papers import locale, sheet
from core.errors import DomainError
from core.text import _, ngettext
from models import CompanyInformation, Permission
from services.tracing.letters import RecallLetter, default_text, letters, letters_pdf
from services.tracing.recall import Recall


class LetterForm(BaseForm):
    """The same words for everybody; what each got stands below them."""

    subject = TextField(_l("Subject"), max_length=100, required=True)
    text = LongTextField(_l("Text"), max_length=5_000, required=True)


@bp.get("/recall/letters")
@requires(Permission.LEDGER_VIEW)
def show_letters() -> ResponseReturnValue:
    """To whom, and the words."""
    asked, found = recalled()
    form = LetterForm(formdata=None)
    company = db_session().get(CompanyInformation, 1)
    form.subject.data = _("Recall of %(what)s", what=subject_of(asked))[:100]
    form.text.data = default_text(subject_of(asked), company.name if company else "")
    return _page(asked, found, form)


@bp.post("/recall/letters")
@requires(Permission.LEDGER_VIEW)
def print_letters() -> ResponseReturnValue:
    """All letters as one PDF, or the one to the customer whose button was pressed."""
    asked, found = recalled()
    form = LetterForm()
    if form.validate_on_submit():
        try:
            written = _written(found, form, request.form.get("customer", "")[:20])
        except DomainError as error:
            form.show(error)
        else:
            pdf = letters_pdf(db_session(), written, today(), sheet=sheet(), locale=locale())
            return download(pdf, "application/pdf", "recall-letters.pdf", inline=True)
    return _page(asked, found, form)


@bp.post("/recall/letters/send")
@requires(Permission.SALES_POST)
def send_letters() -> ResponseReturnValue:
    """To everybody with an e-mail address, each with its own PDF; the others are named."""
    asked, found = recalled()
    form = LetterForm()
    if not form.validate_on_submit():
        return _page(asked, found, form)
    sent, without = 0, []
    company = db_session().get(CompanyInformation, 1)
    try:
        for letter in _written(found, form, ""):
            if not letter.receiver.email:
                without.append(letter.receiver.name or letter.receiver.no)
                continue
            pdf = letters_pdf(db_session(), [letter], today(), sheet=sheet(), locale=locale())
            send(Letter(letter.receiver.email, letter.subject, letter.text, "recall.pdf", pdf), company)
            sent += 1
    except DomainError as error:
        form.show(error)
        if sent:
            before = ngettext("%(num)s letter was sent before.", "%(num)s letters were sent before.", sent)
            form.form_errors.append(before)
        return _page(asked, found, form)
    message = ngettext("%(num)s letter was sent.", "%(num)s letters were sent.", sent)
    if without:
        message += " " + _("No e-mail address: %(names)s. Print theirs.", names=", ".join(without[:10]))
    return done(None, back=url_for("tracing.show_letters", **asked.query), message=message)


def _written(found: Recall, form: LetterForm, customer_no: str) -> list[RecallLetter]:
    return letters(found, form.subject.data or "", form.text.data or "", customer_no=customer_no)


def _page(asked: TraceForm, found: Recall, form: LetterForm) -> Response:
    concerned = [row for row in found.receivers if row.no and row.net > 0]
    return render(
        "tracing/letters.html", "tracing/_letters.html", status=form.status, asked=asked, form=form,
        receivers=concerned, subject=subject_of(asked),
    )  # fmt: skip
