"""Choosing what is sold instead of a line's item."""

from __future__ import annotations

from flask import Response, request

from blueprints.access import current_user, today
from blueprints.database import db_session
from blueprints.htmx import render
from blueprints.masters import PlainForm
from blueprints.trade_kinds import DOCUMENT, EDIT, find, on_both_sides, page_kind
from blueprints.trade_lines import saved_line, texts_below
from core.errors import DomainError, NotFound, ValidationError, errors_of
from core.text import _
from core.unit_of_work import perform
from models.enums import TradeSide
from services.items.substitute_choices import Thing
from services.trade import page as pages
from services.trade import substituting


@on_both_sides(DOCUMENT + "/lines/<int:line_no>/substitute", "substitute", EDIT, "GET", "POST")
def substitute(side: TradeSide, slug: str, no: str, line_no: int) -> Response:
    """The substitutes of a line's item with what is there of each; the one that was pressed takes its place."""
    kind, form = page_kind(side, slug), PlainForm()
    document = find(kind, no, lines=False)
    line = pages.one_line(db_session(), document.id, line_no)
    deep = request.values.get("deep") == "1"
    refusals: list[DomainError] = []
    if form.validate_on_submit():
        document_id, user_id, below = document.id, current_user.id, texts_below(document, line_no)
        on = today()
        try:
            thing = _thing(request.form.get("choice", ""))
            perform(
                db_session(),
                lambda s: (
                    substituting.choose_substitute(s, document_id, line_no, thing, on=on, user_id=user_id).line_no
                ),
                user_id=user_id,
            )  # fmt: skip
        except NotFound:
            raise
        except DomainError as error:
            refusals = list(errors_of(error))
        else:
            return saved_line(kind, no, line_no, before=below)
        document = find(kind, no, lines=False)
        line = pages.one_line(db_session(), document.id, line_no)
    try:
        choices = substituting.list_choices(db_session(), document, line, deep=deep)
    except ValidationError as error:
        choices = []
        refusals = refusals or [error]
    return render(
        "trade/substitute.html", "trade/_substitute.html", kind=kind, record=document, line=line, form=form,
        choices=choices, deep=deep, refusals=refusals, status=422 if refusals else 200,
    )  # fmt: skip


def _thing(key: str) -> Thing:
    """What was pressed. Raises ValidationError `no_substitute`."""
    kind, number = key[:1], key[1:]
    if kind == "c" and _is_id(number):
        return Thing(None, catalog_item_id=int(number))
    item, dash, variant = key.partition("-")
    if not dash or not (_is_id(item) and _is_id(variant)):
        raise ValidationError("no_substitute", _("Choose one of the substitutes."))
    return Thing(int(item), int(variant))


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19
