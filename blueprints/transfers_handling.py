"""Shipping and receiving transfers on the tablet: scan an order, scan its items, confirm the quantities, post."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, request, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload
from wtforms.validators import StopValidation

from blueprints import transfer_kinds as kinds
from blueprints.access import current_user, poster, requires, today
from blueprints.database import db_session
from blueprints.errors import status_of
from blueprints.fields import BaseForm, KeyedForm, Refused, TextField
from blueprints.htmx import done, go, render
from blueprints.masters import PlainForm
from blueprints.posted_links import with_links
from blueprints.trade_handling import MOST, CountForm, NumberForm, asked_numbers, code_of, counted_change, counted_under
from blueprints.transfer_kinds import bp
from blueprints.transfers_posting import posted_links
from core.errors import DomainError, ValidationError, errors_of
from core.rounding import ZERO, round_quantity
from core.text import _
from core.unit_of_work import perform
from models import Permission, TransferOrder
from models.enums import DocumentStatus
from services.items.lookup import AmbiguousReference
from services.trade.page import LineStock
from services.trade.work import TransferWork, transfer_condition
from services.transfers import handling, orders, page
from services.transfers.handling import Goods, Way
from services.transfers.lines import Number
from services.transfers.post import post_order

_POST = Permission.TRANSFERS_POST
_WAY = '<any("ship", "receive"):way>'


class FindForm(BaseForm):
    code = TextField(_l("Scan or type a transfer"), max_length=50)


@dataclass(frozen=True)
class _Directed:
    """What the counting template asks of a document's kind (`trade_kinds.PageKind`), for one end of the road."""

    way: Way

    side = kinds.KIND.side
    kind = property(lambda self: self)
    ships = property(lambda self: self.way == Way.SHIP)
    inbound = property(lambda self: self.way == Way.RECEIVE)
    handle_word = property(lambda self: _("Ship") if self.way == Way.SHIP else _("Receive"))

    def url(self, action: str, **arguments: Any) -> str:
        """The address of a counting page."""
        return url_for(f"transfers.{action}", way=self.way.value, **arguments)


# ------------------------------------------------------------------------------------------------ which order
@bp.route("/handling", methods=["GET", "POST"])
@requires(_POST)
def handling_start() -> Response:
    """What waits to leave and what is under way; a scan opens it at the end that has something to do."""
    form, refusal = FindForm(), ""
    if form.validate_on_submit():
        code = (form.code.data or "").strip().upper()
        found = db_session().scalar(
            select(TransferOrder)
            .where(or_(TransferOrder.no == code, TransferOrder.external_document_no == code), TransferOrder.no != "")
            .order_by((TransferOrder.no != code), TransferOrder.id)
            .limit(1)
        )
        if found is not None:
            order = page.read_order(db_session(), found.no)
            way = Way.SHIP if handling.goods_of(order, Way.SHIP) else Way.RECEIVE
            if _is_under_way_to(order, current_user.location_id):
                way = Way.RECEIVE
            return go(url_for(".handle", no=order.no, way=way.value))
        refusal = _("No open transfer has the number “%(code)s”.", code=form.code.data or "")
    own = current_user.location_id if request.args.get("everywhere") != "1" else None
    return render(
        "transfers/handling.html", "transfers/_handling.html", form=form, refusal=refusal, today=today(),
        leaving=_waiting(TransferWork.TO_SHIP, TransferOrder.from_location_id, own),
        coming=_waiting(TransferWork.TO_RECEIVE, TransferOrder.to_location_id, own),
        own_place=code_of(own), everywhere=url_for(".handling_start", everywhere=1) if own else "",
        status=422 if refusal or form.errors else 200,
    )  # fmt: skip


def _is_under_way_to(order: TransferOrder, own: int | None) -> bool:
    return order.to_location_id == own and bool(handling.goods_of(order, Way.RECEIVE))


def _waiting(work: TransferWork, end: Any, own: int | None) -> list[TransferOrder]:
    """Released orders of the view, those of one's own location where one has one; the earliest first."""
    statement = (
        select(TransferOrder)
        .where(TransferOrder.status == DocumentStatus.RELEASED, transfer_condition(work, today()))
        .options(joinedload(TransferOrder.from_location), joinedload(TransferOrder.to_location))
        .order_by(TransferOrder.shipment_date if work == TransferWork.TO_SHIP else TransferOrder.receipt_date,
                  TransferOrder.no)
        .limit(MOST)
    )  # fmt: skip
    return list(db_session().scalars(statement.where(end == own) if own else statement))


# ------------------------------------------------------------------------------------------------ one order
@bp.get(f"/<path:no>/handle/{_WAY}")
@requires(_POST)
def handle(no: str, way: str) -> Response:
    """The lines, big; counted so far of what is left."""
    return _page(no, Way(way))


def _page(
    no: str, way: Way, *, refusal: DomainError | None = None, done_line: int | None = None, status: int = 200
) -> Response:
    order = page.read_order(db_session(), no)
    lines = handling.goods_of(order, way)
    here = page.lying_at_origin(db_session(), order) if way == Way.SHIP else {}
    sentences = [f"{one.message} {one.hint or ''}".strip() for one in errors_of(refusal)] if refusal else []
    open_line = next((one.line_no for one in lines if one.qty_to_handle < one.outstanding_qty), None)
    return render(
        "transfers/handle.html", "trade/_handle.html", status=status, kind=_Directed(way), record=order, lines=lines,
        lacking=[one for one in lines if one.id in here and one.qty_to_handle > max(here[one.id], ZERO)],
        started=handling.is_started(lines), current=done_line or open_line, done_line=done_line, refusal=sentences,
        differences=[one for one in lines if one.qty_to_handle != one.outstanding_qty],
        unknown=request.form.get("code", "") if refusal and refusal.code == "unknown_reference" else "",
        meant=refusal if isinstance(refusal, AmbiguousReference) else None,
        stock={line_id: LineStock(quantity, quantity) for line_id, quantity in here.items()}, shelves={},
        key=uuid.uuid4().hex, form=PlainForm(), asked=_asked(lines, way), counted=_numbers(lines),
        back_url=url_for(".handling_start"),
    )  # fmt: skip


def _asked(lines: Sequence[Goods], way: Way) -> dict[int, set[str]]:
    """Line no. -> the numbers asked for beside it: what leaves is named, what arrives is known from when it left."""
    asked = asked_numbers(lines)
    return asked if way == Way.SHIP else {line_no: set() for line_no in asked}


def _numbers(lines: Sequence[Goods]) -> dict[int, Any]:
    return {
        number.id: round_quantity(number.quantity / one.qty_per_unit_of_measure)
        for one in lines for number in one.numbers
    }  # fmt: skip


def _carried_out(no: str, way: Way, work: Callable[[Session, TransferOrder], Any]) -> Response:
    """Do it and show the page again; a refusal stands in red on top."""
    try:
        made = perform(db_session(), lambda s: work(s, orders.get_order(s, no)), user_id=current_user.id)
    except DomainError as error:
        return _page(no, way, refusal=error, status=status_of(error))
    return _page(no, way, done_line=made if isinstance(made, int) else None)


@bp.post(f"/<path:no>/handle/{_WAY}/all")
@requires(_POST)
def handle_all(no: str, way: str) -> Response:
    """All as ordered, or start counting at nothing."""
    counted = request.form.get("counted") == "1"
    return _carried_out(no, Way(way), lambda s, order: handling.set_all(s, order, Way(way), counted=counted))


@bp.post(f"/<path:no>/handle/{_WAY}/scan")
@requires(_POST)
def handle_scan(no: str, way: str) -> Response:
    """One more of what was scanned."""
    form, on = CountForm(), today()
    if not form.validate_on_submit() or not form.code.data:
        return _page(no, Way(way), refusal=ValidationError("scan_unknown", _("Scan an item.")), status=422)
    code, choice = form.code.data, form.choice.data or ""
    return _carried_out(
        no, Way(way), lambda s, order: handling.count_scanned(s, order, Way(way), code, on=on, choice=choice)
    )


@bp.post(f"/<path:no>/handle/{_WAY}/<int:line_no>")
@requires(_POST)
def handle_count(no: str, way: str, line_no: int) -> Response:
    """One more, one less, or the quantity typed."""
    lines, form = handling.goods_of(page.read_order(db_session(), no), Way(way)), NumberForm()
    line, number = next((one for one in lines if one.line_no == line_no), None), None
    try:
        if not form.validate_on_submit():
            raise Refused(" ".join(str(e) for field in form for e in field.errors) or _("Try again."))
        change = counted_change(line.qty_to_handle if line else ZERO)
    except (Refused, StopValidation) as refused:
        return _page(no, Way(way), refusal=ValidationError("number_invalid", str(refused)), status=422)
    if line is not None and change >= 0 and way == Way.SHIP and form.says_number:
        planned = sum((row.quantity - row.qty_shipped for row in line.numbers), ZERO)
        change, base = counted_under(line, change, planned, one=bool(form.serial_no.data))
        number = Number(quantity=base, lot_no=form.lot_no.data or "", serial_no=form.serial_no.data or "")
    return _carried_out(
        no, Way(way), lambda s, order: handling.count(s, order, Way(way), line_no, change, number=number)
    )


@bp.post(f"/<path:no>/handle/{_WAY}/post")
@requires(_POST)
def handle_post(no: str, way: str) -> Response:
    """Post what is counted; once for each key."""
    form, who, on, ships = KeyedForm(), poster(), today(), way == Way.SHIP
    if not form.validate_on_submit():
        error = ValidationError("form_damaged", _("This page is damaged. Load it again, then post."))
        return _page(no, Way(way), refusal=error, status=422)

    def work(s: Session) -> dict[str, Any]:
        made = post_order(s, orders.get_order(s, no), who, ship=ships, receive=not ships, on=on)
        return {"documents": [[posted.document_type.value, posted.no] for posted in made.documents]}

    try:
        made = perform(db_session(), work, key=form.key.data, user_id=current_user.id)
    except DomainError as error:
        return _page(no, Way(way), refusal=error, status=status_of(error))
    message = with_links(_("Posted."), posted_links(made["documents"]))
    return done(None, back=url_for(".handling_start"), message=message)
