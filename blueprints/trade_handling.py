"""Receiving and shipping on the tablet: scan an order, scan its items, confirm the quantities, post."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from flask import Response, request, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from wtforms.validators import StopValidation

from blueprints.access import current_user, poster, today
from blueprints.database import db_session
from blueprints.decimal_fields import check_decimal, parse_decimal
from blueprints.errors import status_of
from blueprints.fields import BaseForm, DayField, KeyedForm, Refused, ScanField, TextField
from blueprints.htmx import go, render
from blueprints.masters import PlainForm
from blueprints.trade_kinds import (
    DOCUMENT,
    PAGE_KINDS,
    POST,
    PageKind,
    find,
    find_id,
    of_own_centers,
    on_both_sides,
    page_kind,
)
from blueprints.trade_posting import answer_posted
from core.errors import DomainError, NotFound, ValidationError, errors_of
from core.rounding import ZERO, round_quantity
from core.text import _
from core.unit_of_work import perform
from models import ItemTrackingCode, Location, TradeDocument, TradeLine
from models.enums import DocumentStatus, TradeSide, TradeType
from services.items.lookup import AmbiguousReference
from services.trade import handling
from services.trade import page as pages
from services.trade.line_numbers import Number
from services.trade.posting import Wish, post_document
from services.trade.shelves import shelves_of
from services.trade.work import Work, work_condition

#: Orders offered on the start page.
MOST = 30
_ONE = Decimal(1)


class FindForm(BaseForm):
    code = TextField(_l("Scan or type an order"), max_length=50)


class CountForm(BaseForm):
    code = ScanField(_l("Scan an item"))
    choice = TextField(_l("Choice"), max_length=80)


class NumberForm(BaseForm):
    lot_no = TextField(_l("Lot no."), max_length=50)
    serial_no = TextField(_l("Serial no."), max_length=50)
    expires = DayField(_l("Expires"))

    @property
    def says_number(self) -> bool:
        """A lot or a serial number is given."""
        return bool(self.lot_no.data or self.serial_no.data)


class FinishForm(KeyedForm):
    vendor_shipment_no = TextField(_l("Their delivery note"), max_length=50)
    package_tracking_no = TextField(_l("Package tracking no."), max_length=50)


# ------------------------------------------------------------------------------------------------ which order
@on_both_sides("/handling", "handling", POST, "GET", "POST")
def start(side: TradeSide) -> Response:
    """The orders that wait, late ones first; a scan opens one."""
    form, kind, refusal = FindForm(), PAGE_KINDS[side, TradeType.ORDER], ""
    if form.validate_on_submit():
        found = _order_of(side, form.code.data or "")
        if found is not None:
            return go(PAGE_KINDS[side, found.type].url("handle", no=found.no))
        refusal = _("No open order has the number “%(code)s”.", code=form.code.data or "")
    own = current_user.location_id if request.args.get("everywhere") != "1" else None
    return render(
        "trade/handling.html", "trade/_handling.html", kind=kind, form=form, refusal=refusal,
        orders=_waiting(side, own), elsewhere=_elsewhere(side, own), own_place=code_of(own),
        today=today(), kinds=PAGE_KINDS, status=422 if refusal or form.errors else 200,
    )  # fmt: skip


def _order_of(side: TradeSide, code: str) -> TradeDocument | None:
    """The order with this number, or with the other party's."""
    code = code.strip().upper()
    if not code:
        return None
    return db_session().scalar(
        _orders(side)
        .where((TradeDocument.no == code) | (TradeDocument.vendor_order_no == code)
               | (TradeDocument.external_document_no == code))
        .order_by((TradeDocument.no != code), TradeDocument.id)
        .limit(1)
    )  # fmt: skip


def _orders(side: TradeSide) -> Any:
    statement = select(TradeDocument).where(
        TradeDocument.side == side, TradeDocument.type.in_((TradeType.ORDER, TradeType.RETURN_ORDER))
    )
    return of_own_centers(statement, TradeDocument, side)


def code_of(location_id: int | None) -> str:
    """The code of a location; "" for none."""
    place = db_session().get(Location, location_id) if location_id else None
    return place.code if place is not None else ""


def _due(statement: Any) -> Any:
    """Released orders with something due until today."""
    return statement.where(TradeDocument.status == DocumentStatus.RELEASED, work_condition(Work.DUE, today()))


def _elsewhere(side: TradeSide, own: int | None) -> int:
    """How many orders wait at locations other than somebody's own."""
    if not own:
        return 0
    others = _due(_orders(side)).where(TradeDocument.location_id.not_in((0, own)))
    return db_session().scalar(select(func.count()).select_from(others.subquery())) or 0


def _waiting(side: TradeSide, own: int | None) -> list[tuple[TradeDocument, dt.date | None]]:
    """Due orders, of one's own location where one has one, each with the first day on which something is wanted."""
    wanted = (
        select(func.min(TradeLine.expected_date))
        .where(TradeLine.document_id == TradeDocument.id, TradeLine.outstanding_qty_base != 0)
        .correlate(TradeDocument)
        .scalar_subquery()
    )
    statement = _due(_orders(side).add_columns(wanted.label("wanted")))
    if own:
        statement = statement.where(TradeDocument.location_id.in_((0, own)))
    found = db_session().execute(statement.order_by(wanted, TradeDocument.no).limit(MOST))
    return [(order, day) for order, day in found.tuples()]


# ------------------------------------------------------------------------------------------------ one order
@on_both_sides(DOCUMENT + "/handle", "handle", POST)
def handle(side: TradeSide, slug: str, no: str) -> Response:
    """The lines, big; counted so far of what is left."""
    return _page(page_kind(side, slug), no)


def _page(
    kind: PageKind, no: str, *, refusal: DomainError | None = None, done_line: int | None = None, status: int = 200
) -> Response:
    document = find(kind, no)
    lines = handling.goods_of(pages.all_lines(db_session(), document.id))
    sentences = [f"{one.message} {one.hint or ''}".strip() for one in errors_of(refusal)] if refusal else []
    current = done_line or next((line.line_no for line in lines if line.qty_to_handle < line.outstanding_qty), None)
    stock = pages.stock_of(db_session(), document, lines)
    return render(
        "trade/handle.html", "trade/_handle.html", status=status, kind=kind, record=document, lines=lines,
        lacking=[] if kind.kind.inbound else [line for line in lines if _lacks(line, stock)],
        started=handling.is_started(lines), current=current, done_line=done_line, refusal=sentences,
        differences=[line for line in lines if line.qty_to_handle != line.outstanding_qty],
        unknown=request.form.get("code", "") if refusal and refusal.code == "unknown_reference" else "",
        meant=refusal if isinstance(refusal, AmbiguousReference) else None,
        stock=stock, shelves=shelves_of(db_session(), lines),
        key=uuid.uuid4().hex, form=PlainForm(), back_url=url_for(f"{kind.side}.handling"),
        asked=asked_numbers(lines),
        counted={
            number.id: round_quantity(number.quantity / line.qty_per_unit_of_measure)
            for line in lines
            for number in line.numbers
        },
    )  # fmt: skip


def _lacks(line: TradeLine, stock: dict[int, pages.LineStock]) -> bool:
    """Whether more is to leave than lies here; goods that the vendor sends himself lack nothing."""
    return line.id in stock and not line.drop_shipment and line.qty_to_handle > max(stock[line.id].on_hand, ZERO)


def asked_numbers(lines: Iterable[Any]) -> dict[int, set[str]]:
    """Line no. -> the fields of `NumberForm` its tracking code may want; only lines with such a code."""
    code_of = {
        line.line_no: line.item.item_tracking_code_id
        for line in lines
        if line.item is not None and line.item.item_tracking_code_id
    }
    statement = select(ItemTrackingCode).where(ItemTrackingCode.id.in_(set(code_of.values())))
    codes = {code.id: code for code in db_session().scalars(statement)} if code_of else {}
    wanted = {
        code.id: {
            name
            for name, wants in (
                ("lot_no", code.lot_specific or code.lot_needed),
                ("serial_no", code.serial_specific or code.serial_needed),
                ("expires", code.use_expiration_dates or code.manual_expiration_date_required),
            )
            if wants
        }
        for code in codes.values()
    }
    return {line_no: wanted[code_id] for line_no, code_id in code_of.items()}


def _carried_out(kind: PageKind, no: str, work: Callable[[Session], Any]) -> Response:
    """Do it and show the page again; a refusal stands in red on top."""
    try:
        made = perform(db_session(), work, user_id=current_user.id)
    except DomainError as error:
        return _page(kind, no, refusal=error, status=status_of(error))
    return _page(kind, no, done_line=made if isinstance(made, int) else None)


@on_both_sides(DOCUMENT + "/handle/all", "handle_all", POST, "POST")
def handle_all(side: TradeSide, slug: str, no: str) -> Response:
    """All as ordered, or start counting at nothing."""
    kind, user_id = page_kind(side, slug), current_user.id
    document_id, counted = find_id(kind, no), request.form.get("counted") == "1"
    return _carried_out(kind, no, lambda s: handling.set_all(s, document_id, counted=counted, user_id=user_id))


@on_both_sides(DOCUMENT + "/handle/scan", "handle_scan", POST, "POST")
def handle_scan(side: TradeSide, slug: str, no: str) -> Response:
    """One more of what was scanned."""
    kind, form, user_id = page_kind(side, slug), CountForm(), current_user.id
    document_id = find_id(kind, no)
    if not form.validate_on_submit() or not form.code.data:
        return _page(kind, no, refusal=ValidationError("scan_unknown", _("Scan an item.")), status=422)
    code, choice = form.code.data, form.choice.data or ""

    def work(s: Session) -> int:
        document = s.get_one(TradeDocument, document_id)
        return handling.count_scanned(s, document, code, choice=choice, user_id=user_id).line_no

    return _carried_out(kind, no, work)


@on_both_sides(DOCUMENT + "/handle/<int:line_no>", "handle_count", POST, "POST")
def handle_count(side: TradeSide, slug: str, no: str, line_no: int) -> Response:
    """One more, one less, or the quantity typed; with the lot or serial number where one is given."""
    kind, form, user_id = page_kind(side, slug), NumberForm(), current_user.id
    document = find(kind, no)
    try:
        line = pages.one_line(db_session(), document.id, line_no)
    except NotFound as gone:  # somebody deleted it while this was counted
        return _page(kind, no, refusal=gone, status=422)
    try:
        if not form.validate_on_submit():
            raise ValidationError("form_damaged", " ".join(str(e) for f in form for e in f.errors) or _("Try again."))
        change = counted_change(line.qty_to_handle)
    except (Refused, StopValidation) as refused:
        return _page(kind, no, refusal=ValidationError("number_invalid", str(refused)), status=422)
    except DomainError as error:
        return _page(kind, no, refusal=error, status=422)
    number = None
    if change >= 0 and form.says_number:
        planned = sum((row.quantity - row.qty_handled for row in line.numbers), ZERO)
        change, base = counted_under(line, change, planned, one=bool(form.serial_no.data))
        number = Number(
            lot_no=form.lot_no.data or "", serial_no=form.serial_no.data or "", expiration_date=form.expires.data,
            quantity=base,
        )  # fmt: skip
    document_id = document.id
    return _carried_out(
        kind, no,
        lambda s: handling.count(s, document_id, line_no, change, number=number, user_id=user_id).line_no,
    )  # fmt: skip


def counted_change(counted: Decimal) -> Decimal:
    """How much more or less is counted by what was pressed."""
    pressed = request.form.get("press", "")
    if pressed in ("+", "-"):
        return _ONE if pressed == "+" else -_ONE
    typed = parse_decimal(request.form.get("quantity", "")[:40])
    if typed is None:
        raise Refused(_("Enter how many."))
    check_decimal(typed, minimum=Decimal(0))
    return typed - counted


def counted_under(line: Any, change: Decimal, planned: Decimal, *, one: bool) -> tuple[Decimal, Decimal]:
    """How much more is counted where a number is given too, and how much goes under it, in base units.

    What is counted already and has no number yet (`planned` base units have one) is named first: all of it where the
    count stays as it is, one piece where `one`. Where all have one, the number is of one more.
    """
    per, is_full = line.qty_per_unit_of_measure, line.qty_to_handle + change > line.outstanding_qty
    bare = round_quantity(line.qty_to_handle * per) - planned
    if bare > 0 and (not change or is_full):
        return ZERO, min(bare, per) if one or change else bare
    change = change or _ONE
    return change, round_quantity(change * per)


@on_both_sides(DOCUMENT + "/handle/post", "handle_post", POST, "POST")
def handle_post(side: TradeSide, slug: str, no: str) -> Response:
    """Post what is counted; once for each key."""
    kind, form, who = page_kind(side, slug), FinishForm(), poster()
    document_id, on = find_id(kind, no), today()
    if not form.validate_on_submit():
        error = ValidationError("form_damaged", _("This page is damaged. Load it again, then post."))
        return _page(kind, no, refusal=error, status=422)

    def work(s: Session) -> dict[str, Any]:
        document = s.get_one(TradeDocument, document_id)
        for name in ("vendor_shipment_no", "package_tracking_no"):
            if form[name].data:
                setattr(document, name, form[name].data)
        made = post_document(s, document_id, Wish(handle=True, posting_date=on), who)
        return {name: made.get(name) for name in ("register_id", "handling_no", "invoice_no", "gone")}

    try:
        made = perform(db_session(), work, key=form.key.data, user_id=current_user.id)
    except DomainError as error:
        return _page(kind, no, refusal=error, status=status_of(error))
    answer_posted(kind, no, made)  # says what was posted
    return go(url_for(f"{side}.handling"))
