"""What follows an item onto a document: its texts on request, its files as downloads."""

from __future__ import annotations

from functools import partial

from flask import Response

from blueprints.access import current_user, requires
from blueprints.database import db_session
from blueprints.items_texts import download
from blueprints.masters import press
from blueprints.trade_kinds import (
    BLUEPRINTS,
    DOCUMENT,
    EDIT,
    VIEW,
    find,
    find_id,
    on_both_sides,
    page_kind,
    posted_kind,
)
from blueprints.trade_kinds import posted_slugs as slugs_of
from blueprints.trade_posted import found_posted
from core.errors import NotFound
from core.text import _
from models import TradeLine
from models.enums import TradeSide
from services import attachments
from services.trade import page as pages
from services.trade.lines import put_texts


@on_both_sides(DOCUMENT + "/lines/<int:line_no>/texts", "insert_texts", EDIT, "POST")
def insert_texts(side: TradeSide, slug: str, no: str, line_no: int) -> Response:
    """Put the item's extended texts under its line."""
    kind = page_kind(side, slug)
    document_id, user_id = find_id(kind, no), current_user.id
    pages.one_line(db_session(), document_id, line_no)
    return press(
        lambda s: put_texts(s, document_id, line_no, user_id=user_id),
        message=_("The texts of the item stand under its line."), back=kind.url("show", no=no),
    )  # fmt: skip


@on_both_sides(DOCUMENT + "/attachments/<int:attachment_id>", "attachment", VIEW)
def attachment(side: TradeSide, slug: str, no: str, attachment_id: int) -> Response:
    """A file that came with the item of a line."""
    document, session = find(page_kind(side, slug), no, lines=False), db_session()
    row, content = attachments.load_content(session, attachment_id)
    line = session.get(TradeLine, row.line_id) if row.line_id is not None else None
    if line is None or line.document_id != document.id:
        raise NotFound("not_found", _("This file is not attached any more."))
    return download(row, content)


def posted_attachment(side: TradeSide, slug: str, no: str, attachment_id: int) -> Response:
    """A file on a posted line."""
    document = found_posted(posted_kind(side, slug), no)
    row, content = attachments.load_content(db_session(), attachment_id)
    if row.posted_line_id not in {line.id for line in document.lines}:
        raise NotFound("not_found", _("This file is not attached any more."))
    return download(row, content)


def _register() -> None:
    for side, blueprint in BLUEPRINTS.items():
        blueprint.add_url_rule(
            slugs_of(side) + "/<path:no>/attachments/<int:attachment_id>", "posted_attachment",
            requires(VIEW[side])(partial(posted_attachment, side)),
        )  # fmt: skip


_register()
