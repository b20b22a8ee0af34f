"""Assigning an item charge to goods, and billing posted receipts and shipments on one invoice."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import Response, request
from sqlalchemy.orm import Session
from wtforms.validators import StopValidation

from blueprints.access import current_user
from blueprints.database import db_session
from blueprints.decimal_fields import check_decimal, parse_decimal
from blueprints.fields import Refused
from blueprints.htmx import done, render
from blueprints.masters import PlainForm
from blueprints.trade_kinds import DOCUMENT, EDIT, find, on_both_sides, page_kind
from core.errors import DomainError, NotFound, ValidationError, errors_of
from core.text import _, ngettext
from core.unit_of_work import perform, rehearse
from models.enums import TradeLineType, TradeSide
from services.trade import charges
from services.trade import page as pages
from services.trade.charge_targets import Assigned, assigned_to, posted_targets, targets_on
from services.trade.get_lines import get_posted_lines, offered_lines
from services.trade.reversing import get_lines_to_reverse, lines_to_reverse

#: Targets and lines offered at once.
MOST = 500


@on_both_sides(DOCUMENT + "/lines/<int:line_no>/charge", "charge", EDIT, "GET", "POST")
def charge(side: TradeSide, slug: str, no: str, line_no: int) -> Response:
    """Which goods carry the charge, and by which measure; those of other documents are found by its number."""
    kind, form = page_kind(side, slug), PlainForm()
    document = find(kind, no)
    line = pages.one_line(db_session(), document.id, line_no)
    if line.type != TradeLineType.ITEM_CHARGE:
        raise NotFound("document_line_not_found", _("There is no such charge in the document."), line=line_no)
    from_no = (request.form.get("from_no") or request.args.get("from_no") or "").strip().upper()[:20]
    chosen = request.form.getlist("target")[:MOST]
    method = request.form.get("method", charges.Method.AMOUNT.value)
    refusal, shares = "", None
    if "search" in request.form or ("shares" in request.form and not chosen):
        form.validate_on_submit()
    elif form.validate_on_submit():
        document_id, user_id = document.id, current_user.id
        line_id = line.id

        def spread(s: Session) -> dict[str, Assigned]:
            charges.assign_charge(s, document_id, line_no, wanted, charges.Method(method), user_id=user_id)
            s.flush()
            return assigned_to(s, line_id)

        try:
            wanted = [_target(key, manual=method == charges.Method.MANUAL) for key in chosen]
            if not wanted:
                raise ValidationError("charge_target_unknown", _("Tick the goods that carry the charge."))
            if method not in set(charges.Method):
                raise ValidationError("not_a_choice", _("Choose how the charge is spread."))
            if "shares" in request.form:
                shares = rehearse(db_session(), spread, user_id=user_id)
            else:
                perform(db_session(), lambda s: len(spread(s)), user_id=user_id)
        except DomainError as error:
            refusal = " ".join(f"{single.message} {single.hint or ''}".strip() for single in errors_of(error))
        else:
            if shares is None:
                return done(None, back=kind.url("show", no=no), message=_("Charge assigned."))
    document = find(kind, no)
    targets = targets_on(db_session(), document.id)
    if from_no:
        targets += posted_targets(db_session(), from_no)
    return render(
        "trade/charge.html", "trade/_charge.html", kind=kind, record=document, line=line, form=form,
        targets=targets, proposed=shares is not None,
        assigned=assigned_to(db_session(), line.id) if shares is None else shares,
        chosen=chosen, method=method, from_no=from_no, refusal=refusal,
        nothing_found=bool(from_no) and not any(target.posted for target in targets), methods=_methods(),
        typed=request.form if method == charges.Method.MANUAL else {}, status=422 if refusal or form.errors else 200,
    )  # fmt: skip


def _methods() -> list[tuple[str, str]]:
    return [
        (charges.Method.AMOUNT.value, _("By amount")), (charges.Method.EQUALLY.value, _("Equally")),
        (charges.Method.WEIGHT.value, _("By weight")), (charges.Method.VOLUME.value, _("By volume")),
        (charges.Method.MANUAL.value, _("By the quantities typed")),
    ]  # fmt: skip


def _target(key: str, *, manual: bool) -> charges.Target:
    """The target behind a tick. Raises ValidationError `charge_target_unknown`, `number_invalid`."""
    kind, _dash, number = key.partition("-")
    if kind not in ("l", "p", "e") or not (number.isascii() and number.isdigit() and len(number) < 19):
        raise ValidationError("charge_target_unknown", _("This is no line of goods. Load the page again."))
    quantity = None
    if manual:
        try:
            quantity = parse_decimal(request.form.get(f"qty-{key}", "")[:60])
            if quantity is not None:
                check_decimal(quantity)
        except (Refused, StopValidation) as refused:
            raise ValidationError("number_invalid", str(refused)) from refused
    found: dict[str, Any] = {"l": {"line_id": int(number)}, "p": {"posted_line_id": int(number)},
                             "e": {"entry_id": int(number)}}[kind]  # fmt: skip
    return charges.Target(**found, quantity=quantity)


@on_both_sides(DOCUMENT + "/get-lines", "get_lines", EDIT, "GET", "POST")
def get_lines(side: TradeSide, slug: str, no: str) -> Response:
    """Posted receipts or shipments of the same party that are not billed yet."""
    kind, form = page_kind(side, slug), PlainForm()
    document = find(kind, no)
    texts = request.form.getlist("posted")[:MOST]
    ids = [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 19]
    refusal = ""
    if form.validate_on_submit():
        document_id, user_id = document.id, current_user.id
        if not ids:
            refusal = _("Tick the lines to bill.")
        else:
            try:
                count, skipped = perform(
                    db_session(), lambda s: _fetched(get_posted_lines(s, document_id, ids, user_id=user_id)),
                    user_id=user_id,
                )  # fmt: skip
            except DomainError as error:
                refusal = f"{error.message} {error.hint or ''}".strip()
            else:
                message = ngettext("%(num)s line fetched.", "%(num)s lines fetched.", count)
                return done(None, back=kind.url("show", no=no), message=" ".join([message, *skipped]))
    document = find(kind, no)
    offered = [] if kind.kind.staged else offered_lines(db_session(), document, limit=MOST)
    return render(
        "trade/get_lines.html", "trade/_get_lines.html", kind=kind, record=document, form=form, offered=offered,
        chosen=ids, refusal=refusal, status=422 if refusal or form.errors else 200,
    )  # fmt: skip


@on_both_sides(DOCUMENT + "/reverse-lines", "reverse_lines", EDIT, "GET", "POST")
def reverse_lines(side: TradeSide, slug: str, no: str) -> Response:
    """Posted lines of the same party taken back at their exact cost: by a return; of returns also by an order."""
    kind, form = page_kind(side, slug), PlainForm()
    returns = request.args.get("of") == "returns" or not kind.kind.credit
    document = find(kind, no)
    refusal, wanted = "", {}
    if form.validate_on_submit():
        document_id, user_id = document.id, current_user.id
        try:
            wanted = _wanted()
            if not wanted:
                raise ValidationError("nothing_to_reverse", _("Tick the lines that come back."))
            count = perform(
                db_session(), lambda s: len(get_lines_to_reverse(s, document_id, wanted, user_id=user_id)),
                user_id=user_id,
            )  # fmt: skip
        except DomainError as error:
            refusal = " ".join(f"{single.message} {single.hint or ''}".strip() for single in errors_of(error))
        else:
            message = ngettext("%(num)s line added.", "%(num)s lines added.", count)
            return done(None, back=kind.url("show", no=no), message=message)
    document = find(kind, no)
    return render(
        "trade/reverse_lines.html", "trade/_reverse_lines.html", kind=kind, record=document, form=form,
        offered=lines_to_reverse(db_session(), document, returns=returns), chosen=wanted,
        typed=request.form, returns=returns, refusal=refusal, status=422 if refusal or form.errors else 200,
    )  # fmt: skip


def _wanted() -> dict[int, Decimal | None]:
    """Posted line id -> quantity typed, None for all of it. Raises ValidationError `number_invalid`."""
    found: dict[int, Decimal | None] = {}
    for text in request.form.getlist("posted")[:MOST]:
        if not (text.isascii() and text.isdigit() and len(text) < 19):
            continue
        try:
            quantity = parse_decimal(request.form.get(f"qty-{text}", "")[:60])
            if quantity is not None:
                check_decimal(quantity, minimum=Decimal(0))
        except (Refused, StopValidation) as refused:
            raise ValidationError("number_invalid", str(refused)) from refused
        found[int(text)] = quantity
    return found


def _fetched(result: Any) -> tuple[int, list[str]]:
    count = sum(1 for line in result.lines if line.type != TradeLineType.COMMENT)
    return count, [error.message for error in result.skipped]
