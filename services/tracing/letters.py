"""Letters of a recall: one to each customer who still has some of it (tracking.md sections 13 and 16)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from core.errors import NotFound, ValidationError
from core.text import _
from services.reports.figures import Figures
from services.reports.papers import company_block
from services.reports.pdf import render_pdf
from services.tracing.recall import Recall, Receiver

#: letters in one PDF, about a minute of drawing
MOST_LETTERS = 500


@dataclass(frozen=True, slots=True)
class RecallLetter:
    """What a customer is told: what was delivered, when, how much of it is still there."""

    receiver: Receiver
    subject: str
    text: str

    @property
    def addressee(self) -> tuple[str, ...]:
        """The lines in the window."""
        return tuple(part for part in (self.receiver.name or self.receiver.no, *self.receiver.address) if part)

    @property
    def paragraphs(self) -> list[str]:
        """The text, a blank line between two."""
        return [part.strip() for part in self.text.replace("\r", "").split("\n\n") if part.strip()]

    @property
    def rows(self) -> list[tuple[str, dt.date, str, str, Decimal, str]]:
        """Of each delivery document, day, item in words, number, what is still there and its unit."""
        return [
            (row.document_no, row.posting_date, f"{row.item_no} {row.item_description}".strip(), row.number,
             row.shipped - row.returned, row.unit_code)
            for row in self.receiver.deliveries
            if row.shipped > row.returned
        ]  # fmt: skip


def default_text(subject: str, company: str) -> str:
    """The letter before somebody words it better."""
    return _(
        "Dear Sir or Madam,\n\nwe have to recall goods that we delivered to you: %(subject)s. The deliveries are "
        "listed below.\n\nPlease stop using and selling them at once, put them aside, and tell us how much of them you "
        "still have. We will collect them and replace them, or credit them.\n\nWe are sorry for the trouble.\n\n"
        "Kind regards\n%(company)s",
        subject=subject, company=company,
    )  # fmt: skip


def letters(found: Recall, subject: str, text: str, *, customer_no: str = "") -> list[RecallLetter]:
    """A letter to each customer who still has something; or to one of them.

    Raises NotFound `customer_not_affected`; ValidationError `nobody_to_write_to`, `too_many_letters`.
    """
    concerned = [row for row in found.receivers if row.no and row.net > 0]
    if customer_no:
        concerned = [row for row in concerned if row.no == customer_no]
        if not concerned:
            raise NotFound("customer_not_affected", _("This customer has nothing of it."))
    if not concerned:
        raise ValidationError("nobody_to_write_to", _("No customer has any of it: there is nobody to write to."))
    if len(concerned) > MOST_LETTERS:
        raise ValidationError(
            "too_many_letters", _("These are %(count)s letters: recall one number at a time.", count=len(concerned))
        )
    return [RecallLetter(row, subject, text) for row in concerned]


def letters_pdf(
    session: Session, written: Sequence[RecallLetter], day: dt.date, *, sheet: str = "a4", locale: str = "en"
) -> bytes:
    """The letters one after the other, each on a page of its own."""
    figures = Figures(locale)
    values = {"letters": written, "company": company_block(session), "day": figures.day(day)}
    return render_pdf("recall_letters.html", values, sheet=sheet, locale=locale)
