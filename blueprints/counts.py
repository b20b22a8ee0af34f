"""Counts: their list, one count with what is expected and recorded, finishing and posting it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from flask import Response, request, url_for
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from blueprints.access import current_user, poster, requires, today
from blueprints.count_forms import CalculateForm, HeaderForm, NewForm, RecordingForm
from blueprints.count_kinds import bp, whole
from blueprints.database import db_session
from blueprints.errors import status_of
from blueprints.fields import KeyedForm
from blueprints.htmx import done, go, render
from blueprints.list_filters import ChoiceFilter, DateRange, RecordFilter
from blueprints.list_parts import Action, Column, Empty
from blueprints.lists import Listing
from blueprints.masters import carried_out, press
from blueprints.posted_links import register_link, with_links
from blueprints.reports import download
from blueprints.trade_posting import preview_sentence
from core.clock import utcnow
from core.errors import DomainError
from core.text import _, ngettext
from core.unit_of_work import perform, rehearse
from models import Location, Permission, PhysicalInventoryOrder, PhysicalInventoryOrderLine
from models.enums import CountStatus
from posting.preview import Preview
from services.costs.jobs import items_in
from services.counting import finish, orders, page, posting, recordings
from services.counting.due import due_items
from services.documents.physical_inventory import Scope
from services.reports.counting_sheet import order_sheet_pdf

_P = Permission
_Order, _Line = PhysicalInventoryOrder, PhysicalInventoryOrderLine
_lines = select(func.count(_Line.id)).where(_Line.order_id == _Order.id).correlate(_Order).scalar_subquery()
_recorded = (
    select(func.count(_Line.qty_recorded)).where(_Line.order_id == _Order.id).correlate(_Order).scalar_subquery()
)

LISTING = Listing(
    name="physical_inventory_order",
    title=_l("Counts"),
    key=_Order.id,
    source=lambda: select().select_from(_Order).join(Location, Location.id == _Order.location_id),
    columns=(
        Column("no", _l("No."), _Order.no, "code", sort=True),
        Column("description", _l("Description"), _Order.description),
        Column("location", _l("Location"), Location.code, "code"),
        Column("status", _l("Status"), _Order.status, "word"),
        Column("posting_date", _l("Posting date"), _Order.posting_date, "day", sort=True),
        Column("lines", _l("Lines"), _lines, "number"),
        Column("recorded", _l("Recorded"), _recorded, "number"),
        Column("posted_no", _l("Posted as"), _Order.posted_no, "code"),
        Column("person", _l("Person"), _Order.person_responsible, shown=False),
    ),
    filters=(
        ChoiceFilter("status", _l("Status"), _Order.status, kind=CountStatus),
        RecordFilter("location", _l("Location"), _Order.location_id, kind="location"),
        DateRange("posting_date", _l("Posting date"), _Order.posting_date),
    ),
    search=(_Order.no, _Order.posted_no, _Order.description),
    sort="-no",
    open=lambda row: url_for("counts.show", no=row.no),
    actions=(
        Action(_l("New count"), lambda: url_for("counts.new"), "plus", _P.COUNTS_EDIT, primary=True, shortcut="n"),
        Action(_l("Due"), lambda: url_for("counts.due"), "calendar", _P.COUNTS_EDIT),
    ),
    empty=Empty(_l("Nothing was counted yet."), _l("New count"), lambda: url_for("counts.new"), _P.COUNTS_EDIT),
)


@bp.get("")
@requires(_P.COUNTS_EDIT)
def index() -> Response:
    now = request.args.get("status", "")
    tabs = [(_("All"), url_for(".index"), not now)]
    tabs += [
        (words, url_for(".index", status=status.value), now == status.value)
        for status, words in ((CountStatus.OPEN, _("Open")), (CountStatus.FINISHED, _("Finished")),
                              (CountStatus.POSTED, _("Posted")))
    ]  # fmt: skip
    return LISTING.respond(page="trade/list.html", fragment="trade/_list.html", tabs=tabs)


@bp.route("/new", methods=["GET", "POST"])
@requires(_P.COUNTS_EDIT)
def new() -> Response:
    """Where, what, when: made and calculated at once."""
    form = NewForm()
    if request.method == "GET":
        form.posting_date.process_data(today())
        form.person_responsible.process_data(current_user.full_name)
        form.location_id.process_data(current_user.location_id or 0)
    if form.validate_on_submit():
        on = today()

        def work(s: Session) -> str:
            order = orders.create_order(s, form.values(*orders.FIELDS), on=on)
            orders.calculate(s, order, scope_of(s, form, order.location_id))
            return order.no

        try:
            no = perform(db_session(), work, user_id=current_user.id)
        except DomainError as error:
            form.show(error)
        else:
            return go(url_for(".show", no=no))
    return render("counts/new.html", "counts/_new.html", form=form, status=422 if form.errors else 200)


def scope_of(s: Session, form: Any, location_id: int) -> Scope:
    """Which items a form asks to be counted."""
    item, category = form.item.record, form.category.record
    bin_id = form.bin.data if "bin" in form else None
    found = items_in(s, item_no=item.code if item else "", category_code=category.code if category else "")
    return Scope(
        location_id=location_id,
        item_ids=frozenset(found) if found is not None else None,
        bin_ids=frozenset({bin_id}) if bin_id else None,
        include_not_on_stock=bool(form.not_on_stock.data),
        include_without_transactions=bool(form.without_transactions.data),
    )


# ------------------------------------------------------------------------------------------------ one count
@bp.get("/<path:no>")
@requires(_P.COUNTS_EDIT)
def show(no: str) -> Response:
    """The count with its lines, a page at a time, and its recordings."""
    return order_page(no)


def order_page(no: str, *, refusals: tuple[str, ...] = (), status: int = 200) -> Response:
    """The page of a count; `refusals` say why a button did not do it."""
    session = db_session()
    order = page.read_order(session, no)
    unseen = _unseen(order)
    differing = bool(request.args.get("differing")) and not unseen
    search = request.args.get("q", "")[:60]
    shown = page.order_lines(session, order.id, page=whole("page", 1), differing=differing, search=search)
    return render(
        "counts/show.html", "counts/_lines.html", status=status, order=order, lines=shown, differing=differing,
        search=search, recordings=page.recordings_of(session, order.id), progress=finish.progress(session, order.id),
        value=page.value_of_differences(session, order.id) if order.status != CountStatus.OPEN else None,
        unseen=unseen, refusals=refusals,
    )  # fmt: skip


def _unseen(order: PhysicalInventoryOrder) -> bool:
    """True while somebody who only counts must not know what the books expect (section 17.2: blind)."""
    return order.blind and order.status == CountStatus.OPEN and not current_user.may(_P.COUNTS_POST)


@bp.route("/<path:no>/header", methods=["GET", "POST"])
@requires(_P.COUNTS_EDIT)
def header(no: str) -> Response:
    """Posting date, description, who is responsible, blind or not."""
    order = page.read_order(db_session(), no)
    form = HeaderForm(obj=order)

    def work(s: Session) -> None:
        orders.edit_order(s, orders.get_order(s, no), form.values(*form.columns()))

    if request.method == "POST" and carried_out(form, work, of=lambda s: s.get(_Order, order.id)):
        return done(None, back=url_for(".show", no=no), message=_("Header saved."))
    return render(
        "counts/header.html", "counts/_header.html", order=order, form=form,
        status=form.status if request.method == "POST" else 200,
    )  # fmt: skip


@bp.route("/<path:no>/calculate", methods=["GET", "POST"])
@requires(_P.COUNTS_EDIT)
def calculate(no: str) -> Response:
    """Add lines; what is listed already is not listed twice."""
    order, form = page.read_order(db_session(), no), CalculateForm()
    if form.validate_on_submit():
        try:
            count = perform(
                db_session(),
                lambda s: orders.calculate(s, orders.get_order(s, no), scope_of(s, form, order.location_id)),
                user_id=current_user.id,
            )
        except DomainError as error:
            form.show(error)
        else:
            message = ngettext("%(num)s line added.", "%(num)s lines added.", count)
            return done(None, back=url_for(".show", no=no), message=message if count else _("Nothing new to count."))
    return render(
        "counts/calculate.html", "counts/_calculate.html", order=order, form=form, status=422 if form.errors else 200
    )


def _button(
    no: str, work: Callable[[Session, PhysicalInventoryOrder], None], message: str, *, gone: bool = False
) -> Response:
    return press(
        lambda s: work(s, orders.get_order(s, no)), message=message,
        back=url_for(".index") if gone else url_for(".show", no=no), refused_back=url_for(".show", no=no),
    )  # fmt: skip


@bp.post("/<path:no>/expected")
@requires(_P.COUNTS_EDIT)
def expected(no: str) -> Response:
    """Calculate what the books expect anew."""
    return _button(no, orders.refresh_expected, _("What is expected was calculated anew."))


@bp.post("/<path:no>/lines/<int:line_no>/remove")
@requires(_P.COUNTS_EDIT)
def remove_line(no: str, line_no: int) -> Response:
    return _button(no, lambda s, order: orders.remove_lines(s, order, [line_no]) and None, _("Line removed."))


@bp.get("/<path:no>/lines/<int:line_no>")
@requires(_P.COUNTS_EDIT)
def figures(no: str, line_no: int) -> Response:
    """Who entered which figure of a line when, and its numbers."""
    order = page.read_order(db_session(), no)
    line, entered = page.figures_of_line(db_session(), order.id, line_no)
    return render(
        "counts/figures.html", "counts/_figures.html", order=order, line=line, entered=entered, unseen=_unseen(order)
    )


@bp.post("/<path:no>/delete")
@requires(_P.COUNTS_EDIT)
def delete(no: str) -> Response:
    return _button(no, orders.delete_order, _("Count %(no)s deleted.", no=no), gone=True)


@bp.post("/<path:no>/reopen")
@requires(_P.COUNTS_EDIT)
def reopen(no: str) -> Response:
    return _button(no, finish.reopen_order, _("Open again: recordings may be reopened and made."))


@bp.post("/<path:no>/finish")
@requires(_P.COUNTS_EDIT)
def finish_count(no: str) -> Response:
    """Close it for posting; what is missing is named."""
    who, at = poster(), utcnow()
    return _button(
        no,
        lambda s, order: finish.finish_order(s, order, user_name=who.user_name, at=at),
        _("Finished: look at it, then post."),
    )


@bp.get("/<path:no>/sheet.pdf")
@requires(_P.COUNTS_EDIT)
def sheet(no: str) -> Response:
    """The counting sheet on paper: no quantities, room to write."""
    order = page.read_order(db_session(), no)
    pdf = order_sheet_pdf(db_session(), order, as_of=today(), locale=str(get_locale() or "en"))
    return download(pdf, "application/pdf", f"{order.no}.pdf".replace("/", "-"), inline=True)


@bp.route("/<path:no>/recordings/new", methods=["GET", "POST"])
@requires(_P.COUNTS_EDIT)
def new_recording(no: str) -> Response:
    """Who counts what: all lines, those nobody has yet, or those that differ."""
    order, form = page.read_order(db_session(), no), RecordingForm()
    if request.method == "GET":
        form.person.process_data(current_user.full_name)
    if form.validate_on_submit():
        wanted = recordings.Wanted(
            not_recorded=form.which.data == "rest", recount=form.which.data == "differences",
            bin_id=form.bin.data or None, allow_unlisted=bool(form.allow_unlisted.data), person=form.person.data or "",
        )  # fmt: skip
        try:
            number = perform(
                db_session(),
                lambda s: recordings.make_recording(s, orders.get_order(s, no), wanted).recording_no,
                user_id=current_user.id,
            )
        except DomainError as error:
            form.show(error)
        else:
            return go(url_for("counts.recording", no=no, recording_no=number))
    return render(
        "counts/new_recording.html", "counts/_new_recording.html", order=order, form=form,
        status=422 if form.errors else 200,
    )  # fmt: skip


# ------------------------------------------------------------------------------------------------ posting
@bp.get("/<path:no>/post")
@requires(_P.COUNTS_POST)
def post_preview(no: str) -> Response:
    """All rows that posting would make; everything is rolled back."""
    order, who, at = page.read_order(db_session(), no), poster(), utcnow()

    def work(s: Session) -> Preview:
        return posting.preview_order(s, orders.get_order(s, no), who, at=at)

    found: Preview | None = None
    form = KeyedForm(formdata=None)
    form.key.process_data(uuid.uuid4().hex)
    try:
        found = rehearse(db_session(), work, user_id=current_user.id)
    except DomainError as error:
        form.show(error)
        return _post_page(order.no, form, None, status=status_of(error))
    return _post_page(order.no, form, found)


def _post_page(no: str, form: KeyedForm, found: Preview | None, *, status: int = 200) -> Response:
    return render(
        "counts/post.html", "counts/_post.html", status=status, order=page.read_order(db_session(), no), form=form,
        preview=found, sentence=preview_sentence(found) if found else "", batch_name="",
        before={balance.item_no: balance.quantity - balance.change for balance in found.balances} if found else {},
    )  # fmt: skip


@bp.post("/<path:no>/post")
@requires(_P.COUNTS_POST)
def post(no: str) -> Response:
    """Post once for each key; refused, nothing is posted and it says why."""
    form, who, at = KeyedForm(), poster(), utcnow()
    if not form.validate_on_submit():
        return _post_page(no, form, None, status=422)
    version = whole("version", 0, source=request.form)

    def work(s: Session) -> int:
        return posting.post_order(s, orders.get_order(s, no), who, at=at, version=version or None)

    try:
        register_id = perform(db_session(), work, key=form.key.data, user_id=current_user.id)
    except DomainError as error:
        form.show(error)
        return _post_page(no, form, None, status=status_of(error))
    message = with_links(_("Posted."), [register_link(register_id)])
    return done(None, back=url_for(".show", no=no), message=message, event="inventory-changed")


# ------------------------------------------------------------------------------------------------ what is due
@bp.route("/due", methods=["GET", "POST"])
@requires(_P.COUNTS_EDIT)
def due() -> Response:
    """What counting periods want counted now; one button makes the count."""
    form, session = NewForm(), db_session()
    if request.method == "GET":
        form.posting_date.process_data(today())
        form.person_responsible.process_data(current_user.full_name)
        form.location_id.process_data(current_user.location_id or 0)
    found = due_items(session, today())
    if form.validate_on_submit():
        on, wanted = today(), frozenset(item.item_id for item in found.items)

        def work(s: Session) -> str:
            order = orders.create_order(s, form.values(*orders.FIELDS), on=on)
            scope = Scope(location_id=order.location_id, item_ids=wanted, include_not_on_stock=True)
            orders.calculate(s, order, scope)
            return order.no

        try:
            no = perform(session, work, user_id=current_user.id)
        except DomainError as error:
            form.show(error)
        else:
            return go(url_for(".show", no=no))
    return render("counts/due.html", "counts/_due.html", found=found, form=form, status=422 if form.errors else 200)
