"""Posting a transfer order: the dialog with a quantity for each line, its preview, and the post itself."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from flask import Response, request, url_for
from sqlalchemy.orm import Session
from wtforms.validators import StopValidation

from blueprints import transfer_kinds as kinds
from blueprints.access import current_user, poster, requires, today
from blueprints.database import db_session
from blueprints.decimal_fields import check_decimal, parse_decimal
from blueprints.errors import status_of
from blueprints.fields import Refused
from blueprints.htmx import done, render
from blueprints.posted_links import with_links
from blueprints.refusals import sentence
from blueprints.trade_posting import preview_sentence
from blueprints.transfer_kinds import KIND
from blueprints.transfers import bp
from core.errors import ConflictError, DomainError, ErrorList, ValidationError, errors_of
from core.text import _
from core.unit_of_work import perform, rehearse
from models import Permission, TransferOrder
from models.enums import DocumentType
from posting.preview import Preview
from services.audit import changed_last_by
from services.transfers import lines, orders, page
from services.transfers.post import post_order, preview_order

_P = Permission


@bp.get("/<path:no>/post")
@requires(_P.TRANSFERS_POST)
def post_dialog(no: str) -> Response:
    """Ship or receive, and how much of each line."""
    order = page.read_order(db_session(), no)
    ships = any(line.qty_to_ship for line in order.lines) or not any(line.in_transit for line in order.lines)
    form = kinds.PostForm(version=order.version, posting_date=today(), what="ship" if ships else "receive")
    return _dialog(no, form)


def _dialog(no: str, form: kinds.PostForm, *, refusal: DomainError | None = None, status: int = 200) -> Response:
    order = page.read_order(db_session(), no)
    problems: dict[int, list[str]] = {}
    for single in errors_of(refusal) if refusal is not None else ():
        problems.setdefault(single.line or 0, []).append(sentence(single))
    return render(
        "transfers/post.html", "transfers/_post.html", status=status, kind=KIND, record=order, form=form,
        problems=problems, refused=refusal is not None, typed=request.form,
    )  # fmt: skip


def _typed(order: TransferOrder, what: str) -> dict[int, Decimal]:
    """Line no. -> what is shipped or received now. Raises ValidationError `number_invalid` at each bad line."""
    found: dict[int, Decimal] = {}
    errors: list[DomainError] = []
    for line in order.lines:
        name = f"{what}-{line.line_no}"
        if name not in request.form:
            continue
        try:
            value = parse_decimal(request.form[name][:60])
            check_decimal(value or Decimal(0), minimum=Decimal(0))
        except (Refused, StopValidation) as refused:
            errors.append(ValidationError("number_invalid", str(refused), line=line.line_no))
            continue
        found[line.line_no] = value or Decimal(0)
    if errors:
        raise errors[0] if len(errors) == 1 else ErrorList(errors)
    return found


def _set_quantities(s: Session, order: TransferOrder, what: str, typed: dict[int, Decimal]) -> None:
    name = "qty_to_ship" if what == "ship" else "qty_to_receive"
    for line in order.lines:
        if line.line_no in typed and getattr(line, name) != typed[line.line_no]:
            lines.edit_line(s, order, line, {name: typed[line.line_no]})


@bp.post("/<path:no>/preview")
@requires(_P.TRANSFERS_POST)
def post_preview(no: str) -> Response:
    """All rows that posting would make; everything is rolled back."""
    form, who = kinds.PostForm(), poster()
    order = page.read_order(db_session(), no)
    if not form.validate_on_submit():
        return _dialog(no, form, status=422)
    what = str(form.what.data)

    def work(s: Session) -> Preview:
        own = orders.get_order(s, no)
        own.posting_date = form.posting_date.data
        _set_quantities(s, own, what, typed)
        return preview_order(s, own, who, ship=what == "ship", receive=what == "receive")

    try:
        typed = _typed(order, what)
        found = rehearse(db_session(), work, user_id=current_user.id)
    except DomainError as error:
        return _dialog(no, form, refusal=error, status=status_of(error))
    return render(
        "trade/preview.html", "trade/_preview.html", kind=KIND, record=page.read_order(db_session(), no), preview=found,
        sentence=preview_sentence(found), batch_name="",
        sent=[(name, value) for name, value in request.form.items() if name != "csrf_token"],
        before={balance.item_no: balance.quantity - balance.change for balance in found.balances},
    )  # fmt: skip


@bp.post("/<path:no>/post")
@requires(_P.TRANSFERS_POST)
def post(no: str) -> Response:
    """Ship or receive once for each key; refused, everything typed is kept and says why."""
    form, who = kinds.PostForm(), poster()
    order = page.read_order(db_session(), no)
    if not form.validate_on_submit():
        return _dialog(no, form, status=422)
    what, version, on = str(form.what.data), int(form.version.data or 0), form.posting_date.data

    def work(s: Session) -> dict[str, Any]:
        own = orders.get_order(s, no)
        if own.version != version:
            raise ConflictError(
                "document_changed", _("%(who)s changed %(no)s while it was open here.", no=no,
                                      who=changed_last_by(s, own, *own.lines) or _("Somebody")),
                hint=_("Look at it as it is now, then post. Your input is kept; nothing was posted."),
            )  # fmt: skip
        _set_quantities(s, own, what, typed)
        made = post_order(s, own, who, ship=what == "ship", receive=what == "receive", on=on)
        return {
            "finished": made.finished,
            "documents": [[posted.document_type.value, posted.no] for posted in made.documents],
        }

    try:
        typed = _typed(order, what)
        made = perform(db_session(), work, key=form.key.data, user_id=current_user.id)
    except ConflictError as error:
        form.version.data, form.version.raw_data = page.read_order(db_session(), no).version, None
        form.key.data = uuid.uuid4().hex
        return _dialog(no, form, refusal=error, status=409)
    except DomainError as error:
        return _dialog(no, form, refusal=error, status=status_of(error))
    return done(
        None, back=url_for(".index") if made["finished"] else url_for(".show", no=no),
        message=with_links(_("Posted."), posted_links(made["documents"])),
    )  # fmt: skip


def posted_links(documents: Sequence[Sequence[str]]) -> list[tuple[str, str]]:
    """(address, what it is called) of posted transfers, each given as kind and number."""
    types = [(DocumentType(kind), number) for kind, number in documents]
    return [
        (url_for("transfers.posted", slug=kinds.SLUG_OF[type_], no=number), f"{kinds.posted_word(type_)} {number}")
        for type_, number in types
    ]
