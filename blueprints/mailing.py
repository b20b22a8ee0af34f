"""Sending a paper by e-mail: through the mail server where one is set up, else into the outbox folder."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from email.message import EmailMessage
from smtplib import SMTPException
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l
from flask_mail import Message

from blueprints.auth import mail, mail_is_configured
from blueprints.fields import BaseForm, LongTextField, TextField
from config import INSTANCE
from core.clock import utcnow
from core.errors import DomainError
from core.text import _
from models import CompanyInformation
from services.values import check_email


class EmailForm(BaseForm):
    """To whom, and what the letter says; the paper is attached."""

    to = TextField(_l("To"), max_length=100, required=True)
    subject = TextField(_l("Subject"), max_length=100, required=True)
    message = LongTextField(_l("Message"), max_length=5_000)

    def check(self) -> bool:
        """True when it can be sent; an address that is none is refused at its field."""
        if not self.validate_on_submit():
            return False
        try:
            check_email(self.to.data or "", "to")
        except DomainError as error:
            self.show(error)
            return False
        return True


@dataclass(frozen=True)
class Letter:
    """A letter with one PDF."""

    to: str
    subject: str
    text: str
    file_name: str
    pdf: bytes


def send(letter: Letter, company: CompanyInformation | None) -> str:
    """Send it and say in a sentence what became of it. Raises DomainError `mail_refused` where the server refuses."""
    sender = (company.email if company is not None else "") or str(
        current_app.config.get("MAIL_DEFAULT_SENDER") or "stockbook@localhost"
    )
    if not mail_is_configured():
        name = _keep(letter, sender)
        return _("No mail server is set up: the letter lies in the outbox as %(name)s.", name=name)
    made = Message(subject=letter.subject, recipients=[letter.to], body=letter.text, reply_to=sender)
    made.attach(letter.file_name, "application/pdf", letter.pdf)
    try:
        mail.send(made)
    except (SMTPException, OSError) as error:
        current_app.logger.warning("mail refused: %s", error)
        raise DomainError(
            "mail_refused", _("The mail server did not take the letter. Nothing was sent."),
            hint=_("Try again, or print the document."),
        ) from error  # fmt: skip
    return _("Sent to %(to)s.", to=letter.to)


def _keep(letter: Letter, sender: str) -> str:
    """Write the letter to the outbox; the file's name."""
    made: Any = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, letter.to, letter.subject
    made.set_content(letter.text)
    made.add_attachment(letter.pdf, maintype="application", subtype="pdf", filename=letter.file_name)
    folder = INSTANCE / "outbox"
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{utcnow():%Y%m%d-%H%M%S}-{uuid.uuid4().hex[:8]}.eml"
    (folder / name).write_bytes(bytes(made))
    return name
