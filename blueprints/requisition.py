"""The requisition worksheet: calculate a plan, look at its lines, accept or change them, carry them out
(availability-and-reservation.md section 20).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from blueprints import formats, pickers
from blueprints.access import check_right, current_user, may, requires, today
from blueprints.availability_words import event_url
from blueprints.database import db_session
from blueprints.decimal_fields import QuantityField, parse_decimal
from blueprints.fields import DayField, KeyedForm, Refused, parse_day
from blueprints.htmx import done, go, render
from blueprints.jobs import find_job, launch
from blueprints.record_fields import RecordField
from core.date_formulas import add_formula
from core.errors import DomainError, errors_of
from core.rounding import LARGEST, PLACES
from core.text import _
from core.unit_of_work import perform
from models import BLANK_ID, Permission, PlanningAction
from models.enums import ReplenishmentSystem
from services.planning import carry_out_job, requisition_job
from services.planning.carry_out import carry_out, needs_transfers
from services.planning.requisition import (
    Change,
    Scope,
    WorksheetLine,
    accepted_count,
    change_lines,
    count_planned,
    delete_line,
    suggest,
    worksheet_lines,
)
from services.planning.requisition_hand import Wanted, add_line

bp = Blueprint("requisition", __name__, url_prefix="/requisition")

PAGE_SIZE = 50
#: what saving answers when there is more to carry out than a person waits for
IN_BACKGROUND = "in the background"


class SuggestForm(KeyedForm):
    """What is planned, and up to when."""

    start = DayField(_l("From"), required=True)
    end = DayField(_l("Until"), required=True)
    item = RecordField(_l("Item"), "item")
    location = RecordField(_l("Location"), "stock_location")

    def scope(self) -> Scope:
        """The scope of the service."""
        assert self.start.data is not None and self.end.data is not None  # noqa: PT018, S101 - both are required
        return Scope(self.start.data, self.end.data, self.item.data, self.location.data)


class AddForm(KeyedForm):
    """A line by hand."""

    item_id = RecordField(_l("Item"), "item", required=True)
    variant_id = RecordField(_l("Variant"), "variant", blank=BLANK_ID, depends="item_id")
    location_id = RecordField(_l("Location"), "stock_location", blank=BLANK_ID)
    quantity = QuantityField(_l("Quantity"), required=True, positive=True)
    due = DayField(_l("Needed by"), required=True)
    vendor_id = RecordField(_l("Vendor"), "vendor")


@dataclass
class Row:
    """A line on the page: what was typed, and what is wrong with it by field."""

    shown: WorksheetLine
    accepted: bool
    quantity: str
    due: str
    vendor: str
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def id(self) -> int:
        """The line."""
        return self.shown.line.id

    @property
    def bought_anew(self) -> bool:
        """A vendor can be chosen."""
        line = self.shown.line
        return line.action is PlanningAction.NEW and line.replenishment_system is ReplenishmentSystem.PURCHASE

    @property
    def cancels(self) -> bool:
        """Nothing is left to change."""
        return self.shown.line.action is PlanningAction.CANCEL

    @property
    def order_url(self) -> str:
        """The order that a message is about."""
        line, no = self.shown.line, self.shown.order_no
        if not no:
            return ""
        return event_url("transfer_in" if line.supply_transfer_line_id else "purchase_order", no)


@bp.get("")
@requires(Permission.PURCHASE_VIEW)
def index() -> ResponseReturnValue:
    return _page(_suggest_form(), KeyedForm(formdata=None))


@bp.post("/suggest")
@requires(Permission.PURCHASE_EDIT)
def calculate() -> ResponseReturnValue:
    """Replace the lines by what planning proposes now."""
    form = SuggestForm()
    if form.validate():
        scope = form.scope()
        if scope.start <= scope.end and count_planned(db_session(), scope) > requisition_job.AT_ONCE:
            asked = requisition_job.parameters_of(scope)
            job_id = launch(requisition_job.JOB, asked, _("Calculation of the plan"), key=form.key.data)
            return go(url_for("jobs.show", job_id=job_id))
        try:
            count = perform(
                db_session(), lambda session: suggest(session, scope), key=form.key.data, user_id=current_user.id
            )
        except DomainError as error:
            form.show(error)
        else:
            return done(None, back=url_for(".index"), message=requisition_job.proposed_sentence(count))
    return _page(form, KeyedForm(formdata=None), status=422, fragment="requisition/_suggest.html")


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.PURCHASE_EDIT)
def add() -> ResponseReturnValue:
    """A line that somebody types: where it comes from and by when it is ordered follows from the item."""
    form = AddForm()
    if form.validate_on_submit():
        values = form.values("item_id", "quantity", "due", "variant_id", "location_id", "vendor_id")
        values |= {name: values[name] or BLANK_ID for name in ("variant_id", "location_id")}
        wanted = Wanted(**values)
        day = today()
        try:
            perform(
                db_session(), lambda session: add_line(session, wanted, today=day).id, key=form.key.data,
                user_id=current_user.id,
            )  # fmt: skip
        except DomainError as error:
            form.show(error)
        else:
            return done(None, back=url_for(".index"), message=_("Line added."))
    return render("requisition/add.html", "requisition/_add.html", form=form, status=422 if form.errors else 200)


@bp.get("/planned/<int:job_id>")
@requires(Permission.PURCHASE_VIEW)
def planned(job_id: int) -> ResponseReturnValue:
    """What a calculation in the background came to: the worksheet."""
    find_job(job_id)
    return go(url_for(".index"))


@bp.get("/carried-out/<int:job_id>")
@requires(Permission.PURCHASE_VIEW)
def outcome(job_id: int) -> ResponseReturnValue:
    """What carrying out in the background came to: the worksheet, with the reasons beside the lines that stayed."""
    job = find_job(job_id)
    made = job.result or {}
    if job.kind != carry_out_job.JOB or "refused" not in made:
        return go(url_for("jobs.show", job_id=job_id))
    return _carried_out([made["purchase"], made["transfer"], made["changed"], made["refused"]], url_for(".index"), 200)


@bp.post("")
@requires(Permission.PURCHASE_EDIT)
def save() -> ResponseReturnValue:
    """Keep what was typed on this page, then do what the button says: nothing more, delete a line, carry out."""
    form, doing = KeyedForm(), request.form.get("do", "save")
    rows = _typed(_rows(_page_no()))
    if not form.validate():
        return _page(_suggest_form(), form, rows, status=422)
    changes = _changes(rows, passing=doing.removeprefix("delete-"))
    if any(row.errors for row in rows):
        return _page(_suggest_form(), form, rows, status=422)
    day, user_id = today(), current_user.id
    name = current_user.full_name or current_user.email

    def work(session: Session) -> list[object]:
        change_lines(session, changes)
        if doing.startswith("delete-") and doing[7:].isdecimal() and len(doing) < 25:
            delete_line(session, int(doing[7:]))
        if doing != "carry-out":
            return []
        if needs_transfers(session):
            check_right(Permission.TRANSFERS_EDIT)
        if accepted_count(session) > carry_out_job.AT_ONCE:
            return [IN_BACKGROUND]
        made = carry_out(session, on=day, user_id=user_id, user_name=name)
        return [made.purchase, made.transfer, made.changed, [[key, why] for key, why in made.refused.items()]]

    try:
        made = perform(db_session(), work, key=form.key.data, user_id=user_id)
    except DomainError as error:
        for single in errors_of(error):
            row = next((row for row in rows if row.id == single.line), None)
            if row is None:
                form.show(single)
            else:
                row.errors["quantity"] = single.message
        return _page(_suggest_form(), form, rows, status=422)
    back = url_for(".index", page=_page_no()) if _page_no() > 1 else url_for(".index")
    if made == [IN_BACKGROUND]:
        asked = {"on": day.isoformat(), "user_name": name}
        job_id = launch(carry_out_job.JOB, asked, _("Carrying out of the plan"), key=f"{form.key.data}-job")
        back = url_for("jobs.show", job_id=job_id)
    return _answer(made, back)


def _answer(made: list[object], back: str) -> ResponseReturnValue:
    """What saving came to: kept, carried out, or left to a job whose page is `back`."""
    if not made:
        return done(None, back=back, message=_("Saved."))
    return go(back) if made == [IN_BACKGROUND] else _carried_out(made, back)


def _carried_out(made: Sequence[object], back: str, status: int = 422) -> ResponseReturnValue:
    """What was opened and changed; with refusals the page again, each beside its line."""
    purchase, transfer, changed, refused = made
    assert isinstance(purchase, list) and isinstance(transfer, list) and isinstance(refused, list)  # noqa: PT018, S101
    said = carry_out_job.sentences_of({"purchase": purchase, "transfer": transfer, "changed": changed})
    if not refused:
        return done(None, back=back, message=" ".join(said))
    form, rows = KeyedForm(formdata=None), _rows(_page_no())
    reasons = dict(refused)
    form.form_errors = [_("Lines that could not be carried out: %(count)s.", count=len(reasons))]
    for row in rows:
        if row.id in reasons:
            row.errors["vendor" if row.bought_anew and not row.vendor else "line"] = reasons.pop(row.id)
    return _page(_suggest_form(), form, rows, status=status, said=said)


def _suggest_form() -> SuggestForm:
    form, day = SuggestForm(formdata=None), today()
    form.start.data, form.end.data = day, add_formula(day, "3M")
    return form


def _page_no() -> int:
    text = request.args.get("page", "1")
    return max(int(text), 1) if text.isascii() and text.isdecimal() and len(text) < 9 else 1


def _rows(page: int) -> list[Row]:
    lines, _count = worksheet_lines(db_session(), page=page, size=PAGE_SIZE)
    return [
        Row(
            single,
            single.line.accepted,
            formats.quantity(single.line.quantity_base),
            single.line.due_date.isoformat(),
            single.vendor_no,
        )
        for single in lines
    ]


def _typed(rows: Sequence[Row]) -> list[Row]:
    """The rows that were on the page, with what was typed; those that came meanwhile stay as they are kept."""
    sent, ticked = set(request.form.getlist("line")), set(request.form.getlist("accept"))
    for row in rows:
        if str(row.id) in sent:
            row.accepted = str(row.id) in ticked
            row.quantity = request.form.get(f"quantity-{row.id}", row.quantity)[:40]
            row.due = request.form.get(f"due-{row.id}", row.due)[:20]
            row.vendor = request.form.get(f"vendor-{row.id}", row.vendor)[:100]
    return list(rows)


def _changes(rows: Sequence[Row], passing: str) -> Mapping[int, Change]:
    """What was typed, read; what cannot be read is said beside its field. A line that is deleted need not be right."""
    changes = {}
    for row in rows:
        if str(row.id) == passing:
            continue
        quantity = Decimal(0) if row.cancels else _quantity(row)
        due = _due(row)
        vendor_id = _vendor(row)
        if quantity is not None and due is not None and not row.errors:
            changes[row.id] = Change(row.accepted, quantity, due, vendor_id)
    return changes


def _quantity(row: Row) -> Decimal | None:
    try:
        quantity = parse_decimal(row.quantity)
    except (DomainError, ValueError):
        quantity = None
    if quantity is None or not 0 < quantity < LARGEST or quantity % PLACES:
        row.errors["quantity"] = _("This is not a quantity above zero.")
        return None
    return quantity


def _due(row: Row) -> dt.date | None:
    try:
        found = parse_day(row.due)
    except Refused as error:
        row.errors["due"] = str(error)
        return None
    if found is None:
        row.errors["due"] = _("Say by when.")
    return found


def _vendor(row: Row) -> int | None:
    if not row.bought_anew or not row.vendor.strip():
        return None
    hit = pickers.find_by_code("vendor", row.vendor)
    if hit is None:
        row.errors["vendor"] = _("There is no vendor %(no)s.", no=row.vendor)
        return None
    return hit.id


def _page(
    suggested: SuggestForm, form: KeyedForm, rows: Sequence[Row] | None = None, *, status: int = 200,
    fragment: str = "requisition/_index.html", said: Sequence[str] = (),
) -> ResponseReturnValue:  # fmt: skip
    page = _page_no()
    shown = _rows(page) if rows is None else rows
    count = worksheet_lines(db_session(), page=1, size=0)[1]
    return render(
        "requisition/index.html", fragment, status=status, suggested=suggested, form=form, rows=shown, count=count,
        accepted=accepted_count(db_session()), page_no=page, more=count > page * PAGE_SIZE,
        edits=may(Permission.PURCHASE_EDIT), said=said,
    )  # fmt: skip
