"""Journals of every kind: their batches, the worksheet of a batch, and checking, previewing and posting it whole.

Lines are blueprints/journal_lines.py's, what the kinds differ in is blueprints/journal_sheets.py's.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, g, request, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from blueprints import journal_forms as forms
from blueprints import stockouts
from blueprints.access import check_right, current_user, may, poster, requires, today
from blueprints.database import db_session
from blueprints.errors import status_of
from blueprints.formats import amount, plain_number, quantity
from blueprints.htmx import done, go, render, trigger, wants_fragment
from blueprints.journal_sheets import ITEM, SHEETS, Sheet, sheet_named, sheet_of
from blueprints.list_parts import Action, Column, Empty
from blueprints.lists import Listing
from blueprints.posted_links import register_link, with_links
from blueprints.words import word
from core.errors import ConflictError, DomainError, NotFound, ValidationError, errors_of
from core.rounding import ZERO
from core.text import _, ngettext
from core.unit_of_work import perform, rehearse
from models import ItemJournalLine, JournalBatch, JournalTemplate, Location, Permission
from models.enums import EntryType, JournalType
from posting.preview import Preview
from services.documents import journal_batches as batches
from services.documents import journal_lines as lines
from services.documents import journals, physical_inventory, reserved_stock, revaluation_journal
from services.documents.journal_line_rules import LineInput

#: follow what is typed: they stay in the grid while they are empty
FOLLOWING = frozenset({"difference", "change"})
#: the columns of a grid that a batch may leave to the page of numbers
ON_LINES = frozenset({
    "lot_no", "serial_no", "package_no", "expiration_date", "new_lot_no", "new_serial_no", "new_package_no",
    "new_expiration_date",
})  # fmt: skip

bp = Blueprint("journal", __name__, url_prefix="/journal")


# ------------------------------------------------------------------------------------------------ batches
_waiting = (
    select(func.count(ItemJournalLine.id))
    .where(ItemJournalLine.batch_id == JournalBatch.id)
    .correlate(JournalBatch)
    .scalar_subquery()
)


def _batches(sheet: Sheet) -> Listing:
    """The batches of one kind of journal."""

    def new() -> str:
        return url_for("journal.new", kind=None if sheet is ITEM else sheet.key)

    return Listing(
        name="journal_batches" if sheet is ITEM else f"journal_batches_{sheet.key}",
        title=sheet.title,
        key=JournalBatch.id,
        source=lambda: (
            select()
            .select_from(JournalBatch)
            .join(JournalTemplate, JournalTemplate.id == JournalBatch.template_id)
            .where(JournalTemplate.type == sheet.type, JournalTemplate.recurring.is_(sheet.recurring))
        ),
        columns=(
            Column("name", _l("Batch"), JournalBatch.name, "code", sort=True),
            Column("description", _l("Description"), JournalBatch.description),
            Column("line_count", _l("Lines waiting"), _waiting, "number"),
        ),
        search=(JournalBatch.name, JournalBatch.description),
        sort="name",
        open=lambda row: url_for("journal.show", batch_id=row.row_id),
        actions=(Action(_l("New batch"), new, "plus", sheet.edit, primary=True, shortcut="n"),),
        empty=Empty(sheet.what, _l("New batch"), new, sheet.edit),
    )


LISTINGS = {sheet.key: _batches(sheet) for sheet in SHEETS}


@bp.get("/")
@requires(Permission.JOURNAL_VIEW)
def index() -> Response:
    return LISTINGS["item"].respond()


@bp.get("/recurring")
@requires(Permission.JOURNAL_VIEW)
def recurring() -> Response:
    return LISTINGS["recurring"].respond()


@bp.get("/reclassification")
@requires(Permission.JOURNAL_VIEW)
def reclassifications() -> Response:
    return LISTINGS["reclassification"].respond()


@bp.get("/revaluation")
@requires(Permission.COSTS_VIEW)
def revaluations() -> Response:
    return LISTINGS["revaluation"].respond()


@bp.get("/physical-inventory")
@requires(Permission.JOURNAL_VIEW)
def counts() -> Response:
    return LISTINGS["physical-inventory"].respond()


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.JOURNAL_EDIT)
def new() -> Response:
    form, sheet = forms.BatchForm(), sheet_named(request.args.get("kind", ""))
    check_right(sheet.edit)
    if form.validate_on_submit():
        try:
            batch_id = perform(
                db_session(),
                lambda s: (
                    batches.create_batch(
                        s, form.name.data, form.description.data or "", sheet.type, recurring=sheet.recurring
                    ).id
                ),
                user_id=current_user.id,
            )
        except DomainError as error:
            form.show(error)
        else:
            return go(url_for(".show", batch_id=batch_id))
    return _batch_page(form, None, sheet)


@bp.route("/<int:batch_id>/edit", methods=["GET", "POST"])
@requires(Permission.JOURNAL_EDIT)
def edit(batch_id: int) -> Response:
    batch = edited_batch(batch_id)
    form = forms.BatchForm(name=batch.name, description=batch.description)
    if form.validate_on_submit():
        try:
            perform(
                db_session(),
                lambda s: batches.rename_batch(s, batch_id, form.name.data, form.description.data or "").id,
                user_id=current_user.id,
            )
        except DomainError as error:
            form.show(error)
        else:
            return done(None, back=url_for(".show", batch_id=batch_id), message=_("Batch saved."))
    return _batch_page(form, batch_id, sheet_of(get_batch(batch_id)))


def _batch_page(form: forms.BatchForm, batch_id: int | None, sheet: Sheet) -> Response:
    return render(
        "journal/batch.html", "journal/_batch.html", form=form, batch_id=batch_id, sheet=sheet,
        status=422 if form.errors else 200,
    )  # fmt: skip


@bp.post("/<int:batch_id>/delete")
@requires(Permission.JOURNAL_EDIT)
def delete(batch_id: int) -> Response:
    sheet = sheet_of(edited_batch(batch_id))
    perform(db_session(), lambda s: batches.delete_batch(s, batch_id), user_id=current_user.id)
    return done(None, back=url_for(sheet.endpoint), message=_("Batch deleted."))


def get_batch(batch_id: int) -> JournalBatch:
    """The batch in the address, for who may see its kind. Raises NotFound `batch_not_found`, Forbidden."""
    if batch_id >= 2**63:  # in no database
        raise NotFound("batch_not_found", _("This journal batch does not exist: choose one from the list."))
    batch = batches.get_batch(db_session(), batch_id)
    sheet = sheet_of(batch)
    check_right(sheet.view)
    g.area = sheet.area
    return batch


def edited_batch(batch_id: int) -> JournalBatch:
    """The batch in the address, for who may change its kind. Raises as `get_batch`."""
    batch = get_batch(batch_id)
    check_right(sheet_of(batch).edit)
    return batch


# ------------------------------------------------------------------------------------------------ worksheet
@bp.get("/<int:batch_id>")
@requires(Permission.JOURNAL_VIEW)
def show(batch_id: int) -> Response:
    get_batch(batch_id)
    return worksheet(batch_id)


def worksheet(
    batch_id: int,
    *,
    problems: Sequence[DomainError] | None = None,
    refusal: DomainError | None = None,
    note: str = "",
    status: int = 200,
) -> Response:
    """The worksheet; with `problems` it shows the lines that have some, the sentences under them."""
    response = render(
        "journal/show.html", "journal/_worksheet.html", status=status, refusal=refusal, note=note,
        **_worksheet_context(batch_id, problems),
    )  # fmt: skip
    if wants_fragment() and request.method == "POST":
        # A check that was started in the side sheet, too, shows its result in the grid.
        response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#worksheet", "outerHTML"
        trigger(response, "close-sheet")
    return response


def _worksheet_context(batch_id: int, problems: Sequence[DomainError] | None) -> dict[str, Any]:
    batch, search = batches.get_batch(db_session(), batch_id), request.args.get("q", "")[:200]
    sheet = sheet_of(batch)
    found = forms.problems_by_line(problems or ())
    faulty = {line_no for line_no in found if line_no}
    page = lines.page_of_lines(
        db_session(), batch_id, page=_page_number(), search="" if faulty else search, on=today(), only=faulty or None
    )
    rows = [
        forms.row_of(line, None if problems is None else found.get(line.line_no, []), folded=sheet.folded)
        for line in page.lines
    ]
    if sheet.typed:
        warn_of_stockouts(rows, page.lines)
    if sheet.type == JournalType.PHYSICAL_INVENTORY and search and not faulty and page.total == 1:
        _take_scanned_quantity(rows[0], page.lines[0], search)
    wide = request.args.get("wide") == "1" or (sheet.typed and any(row.uses_folded for row in rows))
    hidden = [name for name in sheet.fixed - FOLLOWING if not any(row.values[name] for row in rows)]
    return {
        "rows": rows,
        "page_of": page,
        "search": search,
        "new_row": new_row(batch) if sheet.typed and may(sheet.edit) else None,
        "faulty_count": len(faulty),
        "general": [forms.sentence(problem) for problem in found.get(0, [])],
        **row_context(batch, wide=wide, hidden=hidden if rows else ()),
    }


def _take_scanned_quantity(row: forms.Row, line: ItemJournalLine, code: str) -> None:
    """A GS1 code that found the one line of a count says how many: it stands in the field, to be kept by Enter."""
    counted = physical_inventory.quantity_of_scan(db_session(), code, line, on=today())
    if counted is None or not may(Permission.COUNTS_EDIT):
        return
    row.values["qty_counted"], row.values["difference"], row.entered = plain_number(counted), "", "qty_counted"
    row.messages = [*row.messages, _("The code says %(quantity)s: Enter keeps it.", quantity=quantity(counted))]


def warn_of_stockouts(rows: Sequence[forms.Row], found: Sequence[ItemJournalLine]) -> None:
    """Say under each row what it takes too much of."""
    stockouts.warn(rows, stockouts.of_journal(db_session(), found), [line.line_no for line in found])


def row_context(batch: JournalBatch, *, wide: bool, hidden: Collection[str] = ()) -> dict[str, Any]:
    """What rows and the foot are drawn with. The key is for the next posting: sent twice, it posts once.

    `hidden` columns say nothing on any line of the page: of those that the books fill in, they are left out.
    """
    sheet = sheet_of(batch)
    sums, line_count = _sums(batch, sheet)
    off = () if batch.item_tracking_on_lines else ON_LINES
    return {
        "batch": batch,
        "sheet": sheet,
        "wide": wide,
        "columns": [
            name
            for name in (sheet.wide if wide else sheet.narrow)
            if name not in off and (name not in hidden or name not in sheet.fixed)
        ],
        "hidden": ",".join(hidden),
        "numbers": sheet.numbers,
        "labels": forms.labels(),
        "entry_types": forms.entry_type_choices(),
        "recurring_methods": forms.recurring_method_choices() if sheet.recurring else [],
        "sums": sums,
        "line_count": line_count,
        "key": uuid.uuid4().hex,
    }


def _sums(batch: JournalBatch, sheet: Sheet) -> tuple[list[tuple[str, str, Decimal | None]], int]:
    """What the lines come to, for the foot: (words, note, amount), and how many lines there are."""
    totals = lines.totals_of(db_session(), batch.id)
    count = sum(total.count for total in totals)
    if sheet.type == JournalType.REVALUATION:
        before, after = revaluation_journal.totals_of(db_session(), batch.id)
        noted = ngettext("%(num)s line", "%(num)s lines", count)
        return [
            (_("By the books"), noted, before),
            (_("New value"), "", after),
            (_("Change"), "", after - before),
        ], count
    if sheet.type == JournalType.TRANSFER:
        return [(_("To move"), ngettext("%(num)s line", "%(num)s lines", count), None)], count
    if sheet.type == JournalType.PHYSICAL_INVENTORY:
        worth = {total.entry_type: total.amount for total in totals}
        return [
            (_("Lines"), str(count), None),
            (_("Found"), "", worth.get(EntryType.POSITIVE_ADJMT, ZERO)),
            (_("Missing"), "", worth.get(EntryType.NEGATIVE_ADJMT, ZERO)),
        ], count
    return [
        (word(total.entry_type), ngettext("%(num)s line", "%(num)s lines", total.count), total.amount)
        for total in totals
    ], count


def _page_number() -> int:
    text = request.args.get("page", "1")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 1


def start_of(batch: JournalBatch) -> LineInput:
    """What the empty line starts with."""
    try:
        return lines.propose_line(db_session(), batch, today=today(), location_id=current_user.location_id)
    except (ValidationError, NotFound):  # a series without a number left: the document no. is typed
        return LineInput(
            entry_type=lines.entry_types_of(batch)[0], item_id=0, posting_date=today(),
            location_id=current_user.location_id or 0,
        )  # fmt: skip


def new_row(batch: JournalBatch) -> forms.Row:
    """The empty line at the end of the grid."""
    start = start_of(batch)
    code = (
        db_session().scalar(select(Location.code).where(Location.id == start.location_id)) if start.location_id else ""
    )
    row = forms.new_row(start, code or "")
    row.folded = sheet_of(batch).folded
    return row


# ------------------------------------------------------------------------------------------------ check, preview, post
def problems_of(batch_id: int) -> tuple[DomainError, ...]:
    """All that posting the batch would refuse; writes nothing."""
    who = poster()
    return rehearse(db_session(), lambda s: journals.check_batch(s, batch_id, who), user_id=current_user.id)


@bp.post("/<int:batch_id>/check")
@requires(Permission.JOURNAL_EDIT)
def check(batch_id: int) -> Response:
    """Say at each line why it could not be posted."""
    edited_batch(batch_id)
    problems = problems_of(batch_id)
    return worksheet(batch_id, problems=problems, note="" if problems else _("Every line can be posted."))


@bp.post("/<int:batch_id>/preview")
@requires(Permission.JOURNAL_EDIT)
def preview(batch_id: int) -> Response:
    """All rows that posting would make; everything is rolled back."""
    batch, form, who = edited_batch(batch_id), forms.PostForm(), poster()
    version = batch.version
    try:
        found = rehearse(db_session(), lambda s: journals.preview_batch(s, batch_id, who), user_id=current_user.id)
    except DomainError as error:
        return worksheet(batch_id, problems=errors_of(error), refusal=error, status=status_of(error))
    return render(
        "journal/preview.html", "journal/_preview.html", batch=get_batch(batch_id), sheet=sheet_of(get_batch(batch_id)),
        preview=found, version=version,
        key=form.key.data or uuid.uuid4().hex, sentence=_preview_sentence(found, sheet_of(batch)),
        before={balance.item_no: balance.quantity - balance.change for balance in found.balances},
    )  # fmt: skip


def _preview_sentence(found: Preview, sheet: Sheet) -> str:
    """What will happen, in one sentence."""
    moved = _moved_words(found, sheet)
    posted = ngettext(
        "Posting %(num)s line: %(moved)s", "Posting %(num)s lines: %(moved)s", found.line_count, moved=moved
    )
    if sheet.type == JournalType.REVALUATION:  # a line of the worksheet is one of the ledger for each layer
        posted = _("Posting: %(moved)s", moved=moved)
    if not may(Permission.COSTS_VIEW):
        return f"{posted}."
    if found.cost == 0:
        return _("%(posted)s, and the inventory value stays as it is.", posted=posted)
    rises = _("rises") if found.cost > 0 else _("falls")
    return _("%(posted)s, and the inventory value %(rises)s by %(amount)s.", posted=posted, rises=rises,
             amount=amount(abs(found.cost)))  # fmt: skip


def _moved_words(found: Preview, sheet: Sheet) -> str:
    come, go = found.quantity_in, -found.quantity_out
    if sheet.type == JournalType.TRANSFER and come == go:
        return _("1 moves") if come == 1 else _("%(quantity)s move", quantity=quantity(come))
    parts = []
    if come:
        parts.append(_("1 comes in") if come == 1 else _("%(quantity)s come in", quantity=quantity(come)))
    if go:
        parts.append(_("1 goes out") if go == 1 else _("%(quantity)s go out", quantity=quantity(go)))
    return _(" and ").join(parts) or _("nothing moves")


@bp.post("/<int:batch_id>/post")
@requires(Permission.JOURNAL_POST)
def post(batch_id: int) -> Response:
    """Post the batch once for each key; refused, every line is kept and says why."""
    check_right(sheet_of(get_batch(batch_id)).post)
    form, who = forms.PostForm(), poster()
    if not form.validate_on_submit():
        raise ValidationError("form_damaged", _("This form is damaged. Load the page again, then post."))
    seen = int(form.version.data or 0)
    ask = reserved_stock.QUESTION not in request.form.getlist("confirmed")

    def work(s: Session) -> int:
        _check_version(s, batch_id, seen)
        if ask:
            journals.ask_before_posting(s, batch_id, who)
        return journals.post_batch(s, batch_id, who)

    try:
        register_id = perform(db_session(), work, key=form.key.data, user_id=current_user.id)
    except ConflictError as error:
        return worksheet(batch_id, refusal=error, status=409)
    except DomainError as error:
        return worksheet(batch_id, problems=errors_of(error), refusal=error, status=status_of(error))
    message = with_links(_("Posted."), [register_link(register_id)])
    return done(None, back=url_for(".show", batch_id=batch_id), message=message)


def _check_version(s: Session, batch_id: int, seen: int) -> None:
    """What is posted is what was seen."""
    if batches.get_batch(s, batch_id).version != seen:
        raise ConflictError(
            "batch_changed",
            _("Lines of this batch were changed after you loaded it. Look at them again, then post."),
        )
