"""Purchase and sales documents as PDF: open ones, pick and receiving lists, posted ones."""

from __future__ import annotations

from flask import Response, request, url_for
from flask_babel import get_locale

from blueprints.access import current_user
from blueprints.database import db_session
from blueprints.reports import download
from blueprints.trade_kinds import DOCUMENT, VIEW, PageKind, find, on_both_sides, page_kind
from core.errors import NotFound
from core.text import _
from core.unit_of_work import perform
from models import PostedDocument, TradeDocument
from models.enums import TradeSide
from services.reports.business_papers import business_pdf
from services.trade.posted_printing import posted_name, posted_paper
from services.trade.printing import PaperKind, count_printing, open_paper, paper_kinds, paper_name


def sheet() -> str:
    """The sheet in the address: a4 or letter."""
    return request.args.get("sheet", "a4")


def locale() -> str:
    """The reader's language."""
    return str(get_locale() or "en")


@on_both_sides(DOCUMENT + "/paper/<string:paper>.pdf", "paper", VIEW)
def paper(side: TradeSide, slug: str, no: str, paper: str) -> Response:
    """A paper of an open document; printing it is counted."""
    kind = page_kind(side, slug)
    document = find(kind, no)
    if paper not in set(PaperKind):
        raise NotFound("paper_not_found", _("There is no such paper of this document."))
    made = open_paper(db_session(), document, PaperKind(paper), locale=locale())
    pdf = business_pdf(db_session(), made, sheet=sheet(), locale=locale())
    document_id, user_id = document.id, current_user.id
    perform(db_session(), lambda s: count_printing(s, document_id, user_id=user_id), user_id=user_id)
    return download(pdf, "application/pdf", f"{paper}-{no}.pdf".replace("/", "-"), inline=True)


def papers_of(kind: PageKind, document: TradeDocument) -> list[tuple[str, str]]:
    """What can be printed of an open document: (words, address)."""
    found = []
    for single in paper_kinds(document):
        name = paper_name(document, single)
        found.append((name, kind.url("paper", no=document.no, paper=single.value)))
        found.append(
            (
                _("%(paper)s on Letter", paper=name),
                kind.url("paper", no=document.no, paper=single.value, sheet="letter"),
            )
        )
    return found


def posted_pdf(document: PostedDocument) -> Response:
    """The paper of a posted document."""
    made = posted_paper(db_session(), document, locale=locale())
    pdf = business_pdf(db_session(), made, sheet=sheet(), locale=locale())
    return download(pdf, "application/pdf", f"{document.no}.pdf".replace("/", "-"), inline=True)


def papers_of_posted(side: TradeSide, slug: str, document: PostedDocument) -> list[tuple[str, str]]:
    """What can be printed of a posted document: (words, address)."""
    name = posted_name(document)
    return [
        (name, url_for(f"{side}.posted_paper", slug=slug, no=document.no)),
        (_("%(paper)s on Letter", paper=name),
         url_for(f"{side}.posted_paper", slug=slug, no=document.no, sheet="letter")),
    ]  # fmt: skip
