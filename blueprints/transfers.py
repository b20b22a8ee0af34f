"""Transfer orders: their list, the page with lines edited in place, shipping and receiving, paper."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import Response, request, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from blueprints import (
    reserved_rows,
    stockouts,
    trade_forms,
    variant_lines,  # noqa: F401 - adds its page to these
)
from blueprints import transfer_kinds as kinds
from blueprints.access import current_user, may, requires, today
from blueprints.database import db_session
from blueprints.fields import BaseForm, ScanField, TextField
from blueprints.htmx import done, go, render, trigger, wants_fragment
from blueprints.list_filters import ChoiceFilter, CustomFilter, DateRange, RecordFilter
from blueprints.list_parts import Action, Column, Empty
from blueprints.lists import Listing
from blueprints.masters import carried_out, press
from blueprints.pickers import find_by_code
from blueprints.reports import download
from blueprints.trade_lists import status_badge
from blueprints.trade_papers import locale, sheet
from blueprints.transfer_kinds import KIND, bp
from core.errors import ConflictError, DomainError
from core.text import _
from core.unit_of_work import perform, rehearse
from models import Location, Permission, TransferLine, TransferOrder
from models.enums import DocumentStatus
from services.audit import changed_last_by
from services.reports.business_papers import business_pdf
from services.trade.page import LinePage
from services.trade.work import TransferWork, transfer_condition, transfer_progress
from services.transfers import lines, orders, page, papers
from services.transfers.scanning import add_scanned, put_number
from services.values import check_unchanged

_P = Permission
_from, _to = aliased(Location), aliased(Location)
_left = (
    select(func.count(TransferLine.id))
    .where(TransferLine.order_id == TransferOrder.id, TransferLine.quantity_base > TransferLine.qty_shipped_base)
    .correlate(TransferOrder).scalar_subquery()
)  # fmt: skip
_way = (
    select(func.count(TransferLine.id))
    .where(TransferLine.order_id == TransferOrder.id, TransferLine.qty_shipped_base > TransferLine.qty_received_base)
    .correlate(TransferOrder).scalar_subquery()
)  # fmt: skip


def work_words() -> dict[TransferWork, str]:
    """The work views in words."""
    return {
        TransferWork.TO_SHIP: _("To ship today"), TransferWork.TO_RECEIVE: _("On the way"),
        TransferWork.OVERDUE: _("Overdue"), TransferWork.OPEN: _("Not released"),
    }  # fmt: skip


LISTING = Listing(
    name="transfer_order",
    title=_l("Transfer orders"),
    key=TransferOrder.id,
    source=lambda: (
        select()
        .select_from(TransferOrder)
        .join(_from, _from.id == TransferOrder.from_location_id)
        .join(_to, _to.id == TransferOrder.to_location_id)
    ),
    columns=(
        Column("no", _l("No."), TransferOrder.no, "code", sort=True),
        Column("source", _l("From"), _from.code, "code"),
        Column("target", _l("To"), _to.code, "code"),
        Column("status", _l("Status"), TransferOrder.status, "word", cell=lambda row: status_badge(
            row.status, kinds.progress_words(row.shipped, row.unshipped, row.received)
        )),
        Column("shipment_date", _l("Ships"), TransferOrder.shipment_date, "day", sort=True),
        Column("receipt_date", _l("Arrives"), TransferOrder.receipt_date, "day", sort=True),
        Column("left", _l("Lines to ship"), _left, "number"),
        Column("way", _l("Lines on the way"), _way, "number"),
    ),
    extra=transfer_progress(),
    filters=(
        CustomFilter(
            "work", _l("Work"),
            reader=lambda args: TransferWork(args["work"]) if args.get("work", "") in set(TransferWork) else None,
            applier=lambda statement, value: statement.where(transfer_condition(value, today())),
            speaker=lambda value: work_words().get(value, str(value)),
        ),
        ChoiceFilter("status", _l("Status"), TransferOrder.status, kind=DocumentStatus),
        RecordFilter("from", _l("From"), TransferOrder.from_location_id, kind="location"),
        RecordFilter("to", _l("To"), TransferOrder.to_location_id, kind="location"),
        DateRange("ships", _l("Ships"), TransferOrder.shipment_date),
    ),
    search=(TransferOrder.no, TransferOrder.external_document_no, _from.code, _to.code),
    sort="-no",
    open=lambda row: url_for("transfers.show", no=row.no),
    actions=(
        Action(_l("New"), lambda: url_for("transfers.new"), "plus", _P.TRANSFERS_EDIT, primary=True, shortcut="n"),
        Action(_l("Routes"), lambda: url_for("transfer_routes.matrix"), "table", _P.TRANSFERS_VIEW),
    ),
    empty=Empty(_l("Nothing is moved between locations."), _l("New"), lambda: url_for("transfers.new"),
                _P.TRANSFERS_EDIT),
)  # fmt: skip


@bp.get("")
@requires(_P.TRANSFERS_VIEW)
def index() -> Response:
    now = request.args.get("work", "")
    tabs = [(_("All"), url_for(".index"), not now)]
    tabs += [(words, url_for(".index", work=work.value), now == work.value) for work, words in work_words().items()]
    return LISTING.respond(page="trade/list.html", fragment="trade/_list.html", tabs=tabs)


@bp.route("/new", methods=["GET", "POST"])
@requires(_P.TRANSFERS_EDIT)
def new() -> Response:
    """From where to where; the route fills in the rest."""
    start = request.args.get("start", "") if request.method == "GET" else ""
    given_start = find_by_code("stock_location", start[:10]) if start else None
    form = kinds.NewForm(data={"from_location_id": given_start.id} if given_start is not None else None)
    if form.validate_on_submit():
        # A box that is not ticked says nothing: the route may.
        given = {name: value for name, value in form.values().items() if value not in (None, False)}
        on = today()
        try:
            no = perform(db_session(), lambda s: orders.create_order(s, given, on=on).no, user_id=current_user.id)
        except DomainError as error:
            form.show(error)
        else:
            return go(url_for(".show", no=no))
    return render("trade/new.html", "trade/_new.html", kind=KIND, form=form, status=422 if form.errors else 200)


# ------------------------------------------------------------------------------------------------ the page
@bp.get("/<path:no>")
@requires(_P.TRANSFERS_VIEW)
def show(no: str) -> Response:
    """The order with its lines."""
    return _order_page(no)


def _order_page(no: str, *, refusal: DomainError | None = None, status: int = 200) -> Response:
    order = page.read_order(db_session(), no)
    stock = page.stock_at_origin(db_session(), order)
    context = row_context(order)
    return render(
        "transfers/show.html", "trade/_lines.html", status=status, refusal=refusal,
        rows=_rows(order, order.lines, stock),
        page_of=LinePage([], 1, 1, len(order.lines)), new_row=kinds.new_row() if context["editable"] else None,
        progress=kinds.progress_of_order(order), posted=page.posted_of(db_session(), order.no),
        posted_word=kinds.posted_word, slug_of=kinds.SLUG_OF, **context,
    )  # fmt: skip


def row_context(order: TransferOrder) -> dict[str, Any]:
    """What rows are drawn with."""
    return {
        "kind": KIND, "record": order, "editable": may(KIND.edit) and order.status == DocumentStatus.OPEN,
        "may_handle": may(KIND.edit), "labels": kinds.labels(), "columns": kinds.COLUMNS, "numbers": kinds.NUMBERS,
        "kinds": kinds.KINDS, "depends": kinds.DEPENDS, "rare": frozenset({"unit_of_measure"}), "days": kinds.DAYS,
        "sums": None,
    }  # fmt: skip


@bp.route("/<path:no>/header", methods=["GET", "POST"])
@requires(_P.TRANSFERS_EDIT)
def header(no: str) -> Response:
    """The fields of the header."""
    order = page.read_order(db_session(), no)
    form = kinds.HeaderForm(obj=order)
    del form["in_transit_location_id" if order.direct_transfer else "direct_posting"]
    if not form.seen.raw_data:
        form.look_at(order)  # again, for the fields that are left

    def work(s: Session) -> None:
        values = {name: value for name, value in form.values().items() if name != "seen"}
        if "direct_posting" in values:
            values["direct_posting"] = values["direct_posting"] or None
        orders.edit_order(s, orders.get_order(s, no), values)

    if request.method == "POST" and carried_out(form, work, of=lambda s: s.get(TransferOrder, order.id)):
        return done(None, back=url_for(".show", no=no), message=_("Header saved."))
    return render(
        "trade/header.html", "trade/_header.html", kind=KIND, record=page.read_order(db_session(), no), form=form,
        question=None, ship_to=[], status=form.status if request.method == "POST" else 200,
    )  # fmt: skip


def _button(no: str, work: Callable[[Session, TransferOrder], None], message: str, *, gone: bool = False) -> Response:
    return press(
        lambda s: work(s, orders.get_order(s, no)), message=message,
        back=url_for(".index") if gone else url_for(".show", no=no), refused_back=url_for(".show", no=no),
    )  # fmt: skip


@bp.post("/<path:no>/release")
@requires(_P.TRANSFERS_EDIT)
def release(no: str) -> Response:
    return _button(no, orders.release, _("Released: it counts for availability now."))


@bp.post("/<path:no>/reopen")
@requires(_P.TRANSFERS_EDIT)
def reopen(no: str) -> Response:
    return _button(no, orders.reopen, _("Open again."))


@bp.post("/<path:no>/delete")
@requires(_P.TRANSFERS_EDIT)
def delete(no: str) -> Response:
    return _button(no, orders.delete_order, _("Transfer order %(no)s deleted.", no=no), gone=True)


# ------------------------------------------------------------------------------------------------ lines
@bp.post("/<path:no>/lines")
@requires(_P.TRANSFERS_EDIT)
def add_line(no: str) -> Response:
    """Add the line at the end of the grid; a new empty one opens by itself."""
    form = kinds.LineForm()
    page.read_order(db_session(), no)
    if form.read():
        values = form.line_values(new=True)

        def work(s: Session) -> int:
            order = orders.get_order(s, no)
            made = lines.add_line(s, order, values)
            put_number(s, order, made, form.scan)
            return made.line_no

        try:
            line_no = perform(db_session(), work, user_id=current_user.id)
        except DomainError as error:
            kinds.show_refusal(form, error)
        else:
            return _saved(no, line_no, added=True)
    return _refused(form, no, None)


@bp.post("/<path:no>/propose")
@requires(_P.TRANSFERS_EDIT)
def propose(no: str) -> Response:
    """Fill in what the item on the new line brings. Writes nothing."""
    form = kinds.LineForm()
    page.read_order(db_session(), no)
    if form.read():
        values = form.line_values(new=True)

        def work(s: Session) -> Any:
            made = lines.add_line(s, orders.get_order(s, no), values).line_no
            s.flush()
            s.expire_all()
            order = page.read_order(s, no)
            return kinds.row_of(order, page.line_of(order, made), page.stock_at_origin(s, order))

        try:
            row = rehearse(db_session(), work, user_id=current_user.id)
        except DomainError as error:
            kinds.show_refusal(form, error)
        else:
            row.line_no, row.version, row.mark, row.messages = None, 0, "", form.notes_of_scan()
            row.scanned = form.scanned
            if not values.get("quantity"):
                row.values["quantity"] = ""
            return _rows_response(no, row)
    return _refused(form, no, None)


@bp.route("/<path:no>/lines/<int:line_no>", methods=["GET", "POST"])
@requires(_P.TRANSFERS_EDIT)
def line(no: str, line_no: int) -> Response:
    """Save a line in the grid, in the side sheet, or on its own page with every field."""
    stored = _row(no, line_no)
    if request.method == "GET":
        return _sheet(no, stored)
    form = kinds.LineForm()
    if form.read():
        values, seen = form.line_values(new=False), int(form.version.data or 0)
        try:
            numbers = read_numbers()

            def work(s: Session) -> None:
                order = orders.get_order(s, no)
                own = page.line_of(order, line_no)
                check_unchanged(page.stamp_of(own), seen, lambda: changed_last_by(s, own))
                lines.edit_line(s, order, own, values)
                if numbers is not None:
                    lines.set_numbers(s, order, own, numbers)
                else:
                    put_number(s, order, own, form.scan)

            perform(db_session(), work, user_id=current_user.id)
        except ConflictError as error:
            kinds.show_refusal(form, error)
            return _refused(form, no, line_no, take_version=True, status=409)
        except DomainError as error:
            kinds.show_refusal(form, error)
        else:
            return _saved(no, line_no)
    return _refused(form, no, line_no)


def read_numbers() -> list[lines.Number] | None:
    """Lots and serial numbers of the sheet as the transfer service takes them."""
    found = trade_forms.read_numbers()
    if found is None:
        return None
    return [
        lines.Number(quantity=one.quantity, lot_no=one.lot_no, serial_no=one.serial_no,
                     expiration_date=one.expiration_date)
        for one in found
    ]  # fmt: skip


@bp.post("/<path:no>/lines/<int:line_no>/delete")
@requires(_P.TRANSFERS_EDIT)
def delete_line(no: str, line_no: int) -> Response:
    def work(s: Session) -> None:
        order = orders.get_order(s, no)
        lines.delete_line(s, order, page.line_of(order, line_no))

    perform(db_session(), work, user_id=current_user.id)
    return done(
        "trade/_deleted.html", back=url_for(".show", no=no), message=_("Line deleted."),
        **row_context(page.read_order(db_session(), no)),
    )  # fmt: skip


class ScanForm(BaseForm):
    code = ScanField(_l("Scan or type"))
    choice = TextField(_l("Choice"), max_length=80)


@bp.post("/<path:no>/scan")
@requires(_P.TRANSFERS_EDIT)
def scan_line(no: str) -> Response:
    """A scanned item: its line counts up, or a new one is added."""
    form = ScanForm()
    page.read_order(db_session(), no)
    if form.validate_on_submit():
        code, choice, day = form.code.data or "", form.choice.data or "", today()

        def work(s: Session) -> None:
            add_scanned(s, orders.get_order(s, no), code, on=day, choice=choice)

        try:
            perform(db_session(), work, user_id=current_user.id)
        except DomainError as error:
            return _order_page(no, refusal=error, status=422)
    return _order_page(no) if wants_fragment() else go(url_for(".show", no=no))


def _row(no: str, line_no: int) -> Any:
    order = page.read_order(db_session(), no)
    return _rows(order, [page.line_of(order, line_no)], page.stock_at_origin(db_session(), order))[0]


def _rows(order: TransferOrder, lines_: Sequence[TransferLine], stock: dict[int, Any]) -> list[Any]:
    """The rows of these lines, with what each is short of."""
    made = [kinds.row_of(order, line, stock) for line in lines_]
    stockouts.warn(made, stockouts.of_transfer(db_session(), order, lines_), [line.id for line in lines_])
    reserved_rows.of_transfer(db_session(), order, made, lines_)
    return made


def _saved(no: str, line_no: int, *, added: bool = False) -> Response:
    if not wants_fragment():
        return done(None, back=url_for(".show", no=no), message=_("Line saved."))
    row = _row(no, line_no)
    response = _rows_response(no, row, added=added)
    if request.form.get("sheet"):
        response.headers["HX-Retarget"], response.headers["HX-Reswap"] = f"#{row.id}", "outerHTML"
        trigger(response, "close-sheet")
    return response


def _refused(
    form: kinds.LineForm, no: str, line_no: int | None, *, take_version: bool = False, status: int = 422
) -> Response:
    base = kinds.new_row() if line_no is None else _row(no, line_no)
    version = base.version if take_version else int(form.version.data or 0)
    row = kinds.typed_row(form, base, version, stale=take_version)
    if not wants_fragment() or request.form.get("sheet"):
        response, target = _sheet(no, row, status=status), "#line-form"
    else:
        response, target = _rows_response(no, row, status=status), f"#{row.id}"
    if wants_fragment():
        response.headers["HX-Retarget"], response.headers["HX-Reswap"] = target, "outerHTML"
    return response


def _rows_response(no: str, row: Any, *, added: bool = False, status: int = 200) -> Response:
    context = row_context(page.read_order(db_session(), no))
    opened = kinds.new_row() if added and context["editable"] else None
    if opened is not None:
        opened.focus = True
    return render(
        "trade/line.html", "trade/_rows.html", status=status, rows=[row], row=row, opened=opened, foot=False,
        fields=kinds.SHEET, **context,
    )  # fmt: skip


def _sheet(no: str, row: Any, *, status: int = 200) -> Response:
    context = row_context(page.read_order(db_session(), no))
    return render("trade/line.html", "trade/_line_form.html", status=status, row=row, fields=kinds.SHEET, **context)


# ------------------------------------------------------------------------------------------------ posting
@bp.get("/<path:no>/paper.pdf")
@requires(_P.TRANSFERS_VIEW)
def paper(no: str) -> Response:
    """The transfer order as PDF."""
    order = page.read_order(db_session(), no)
    pdf = business_pdf(
        db_session(), papers.order_paper(db_session(), order, locale=locale()), sheet=sheet(), locale=locale()
    )
    return download(pdf, "application/pdf", f"{order.no}.pdf".replace("/", "-"), inline=True)
