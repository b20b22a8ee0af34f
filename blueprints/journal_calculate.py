"""Worksheets whose lines are calculated: what is in stock to be revalued or counted, and single lines by hand."""

from __future__ import annotations

from typing import Any

from flask import Response, url_for
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l

from blueprints.access import current_user, requires, today
from blueprints.database import db_session
from blueprints.decimal_fields import WholeField
from blueprints.fields import BaseForm, CheckField, ChoiceField, CodeField, DayField, KeyedForm
from blueprints.htmx import done, render
from blueprints.journal_lines import bp, edited_batch, get_batch
from blueprints.journal_sheets import Sheet, sheet_of
from blueprints.record_fields import RecordField
from blueprints.reports import download
from core.errors import DomainError, NotFound
from core.text import _, ngettext
from core.unit_of_work import perform
from models import BLANK_ID, JournalBatch, Permission
from models.enums import JournalType
from services.costs.jobs import items_in
from services.documents import journal_lines, physical_inventory, revaluation_journal
from services.reports.counting_sheet import counting_sheet_pdf

PER = [("item", _l("One line for each item")), ("entry", _l("One line for each entry in stock"))]
BASES = [
    ("current", _l("The value by the books")),
    ("last_direct_cost", _l("The last direct cost")),
    ("standard_cost", _l("The standard cost")),
]


class RevalueForm(KeyedForm):
    day = DayField(_l("As of"), required=True)
    document_no = CodeField(_l("Document no."), max_length=20, required=True)
    item = RecordField(_l("Only this item"), "item")
    category = RecordField(_l("Only this category"), "category")
    location = RecordField(_l("Only at this location"), "location")
    per = ChoiceField(_l("Detail"), pairs=PER, default="item")
    by_location = CheckField(_l("A line for each location"))
    by_variant = CheckField(_l("A line for each variant"))
    base = ChoiceField(_l("The new cost starts from"), pairs=BASES, default="current")
    update_standard_cost = CheckField(_l("Write the new cost to the card of standard items"))


class CountScopeForm(KeyedForm):
    day = DayField(_l("Posting date"), required=True)
    document_no = CodeField(_l("Document no."), max_length=20, required=True)
    location = RecordField(_l("Location"), "stock_location")
    item = RecordField(_l("Only this item"), "item")
    category = RecordField(_l("Only this category"), "category")
    not_on_stock = CheckField(_l("Items that moved there but have no stock"))
    without_transactions = CheckField(_l("Items that never moved there"))


class EntryForm(KeyedForm):
    entry = WholeField(_l("Item ledger entry"), maximum=10**12, required=True, empty=None)
    day = DayField(_l("Posting date"))
    document_no = CodeField(_l("Document no."), max_length=20, required=True)


class SpotForm(KeyedForm):
    item = RecordField(_l("Item"), "item", required=True)
    variant = RecordField(_l("Variant"), "variant", blank=0, depends="item")
    location = RecordField(_l("Location"), "stock_location", blank=0)
    bin = RecordField(_l("Bin"), "bin", depends="location")
    lot_no = CodeField(_l("Lot no."), max_length=50)
    serial_no = CodeField(_l("Serial no."), max_length=50)
    package_no = CodeField(_l("Package no."), max_length=50)
    expiration_date = DayField(_l("Expiry date"))
    day = DayField(_l("Posting date"))
    document_no = CodeField(_l("Document no."), max_length=20, required=True)


def calculated_batch(batch_id: int) -> tuple[JournalBatch, Sheet]:
    """A batch whose lines are calculated, for who may. Raises NotFound `not_calculated` for others."""
    batch = edited_batch(batch_id)
    sheet = sheet_of(batch)
    if sheet.typed:
        raise NotFound("not_calculated", _("Lines of this journal are typed, not calculated."))
    return batch, sheet


def _proposed(batch: JournalBatch, form: Any) -> Any:
    form.document_no.process_data(journal_lines.propose_document_no(db_session(), batch, today()))
    return form


@bp.get("/<int:batch_id>/calculate")
@requires(Permission.JOURNAL_EDIT)
def calculate(batch_id: int) -> Response:
    batch, sheet = calculated_batch(batch_id)
    form: Any
    if sheet.type == JournalType.REVALUATION:
        form = _proposed(batch, RevalueForm(formdata=None))
    else:
        form = _proposed(batch, CountScopeForm(formdata=None))
    form.day.process_data(today())
    return _calculate_page(batch, sheet, form)


def _calculate_page(batch: JournalBatch, sheet: Sheet, form: BaseForm, left_out: Any = ()) -> Response:
    return render(
        "journal/calculate.html", "journal/_calculate.html", status=422 if form.errors else 200, batch=batch,
        sheet=sheet, form=form, left_out=left_out,
    )  # fmt: skip


@bp.post("/<int:batch_id>/calculate")
@requires(Permission.JOURNAL_EDIT)
def calculate_now(batch_id: int) -> Response:
    """Add the lines; items that cannot be revalued are named and left out."""
    batch, sheet = calculated_batch(batch_id)
    form = RevalueForm() if sheet.type == JournalType.REVALUATION else CountScopeForm()
    if not form.validate_on_submit():
        return _calculate_page(batch, sheet, form)
    try:
        if isinstance(form, RevalueForm):
            count, left_out = _revalue(batch_id, form)
        else:
            count, left_out = _count(batch_id, form), []
    except DomainError as error:
        form.show(error)
        return _calculate_page(get_batch(batch_id), sheet, form)
    message = ngettext("%(num)s line calculated.", "%(num)s lines calculated.", count)
    if left_out:
        message += " " + ngettext(
            "%(num)s item was left out: %(why)s",
            "%(num)s items were left out, the first: %(why)s",
            len(left_out),
            why=left_out[0],
        )
    return done(
        None, back=url_for("journal.show", batch_id=batch_id), message=message,
        category="warning" if left_out else "success",
    )  # fmt: skip


def _chosen(form: Any) -> frozenset[int] | None:
    if form.item.data:
        return frozenset([form.item.data])
    if form.category.data:
        return frozenset(items_in(db_session(), category_code=form.category.record.code) or ())
    return None


def _revalue(batch_id: int, form: RevalueForm) -> tuple[int, list[str]]:
    options = revaluation_journal.Options(
        day=form.day.data, document_no=form.document_no.data, item_ids=_chosen(form), location_id=form.location.data,
        per=revaluation_journal.Per(form.per.data), by_location=form.by_location.data, by_variant=form.by_variant.data,
        base=revaluation_journal.Base(form.base.data), update_standard_cost=form.update_standard_cost.data,
    )  # fmt: skip

    def work(s: Any) -> list[Any]:
        found = revaluation_journal.calculate_lines(s, batch_id, options)
        return [found.lines, [f"{error.message} {error.hint or ''}".strip() for _no, error in found.left_out]]

    count, left_out = perform(db_session(), work, key=form.key.data, user_id=current_user.id)
    return count, left_out


def _count(batch_id: int, form: CountScopeForm) -> int:
    scope = physical_inventory.Scope(
        location_id=form.location.data, item_ids=_chosen(form), include_not_on_stock=form.not_on_stock.data,
        include_without_transactions=form.without_transactions.data,
    )  # fmt: skip
    day, number = form.day.data, form.document_no.data
    return perform(
        db_session(),
        lambda s: physical_inventory.calculate(s, batch_id, scope, day=day, document_no=number),
        key=form.key.data,
        user_id=current_user.id,
    )


@bp.get("/<int:batch_id>/add-line")
@requires(Permission.JOURNAL_EDIT)
def add_one(batch_id: int) -> Response:
    batch, sheet = calculated_batch(batch_id)
    form: Any
    form = EntryForm(formdata=None) if sheet.type == JournalType.REVALUATION else SpotForm(formdata=None)
    if isinstance(form, SpotForm):
        form.day.process_data(today())
    return _add_page(batch, sheet, _proposed(batch, form))


def _add_page(batch: JournalBatch, sheet: Sheet, form: BaseForm) -> Response:
    return render(
        "journal/add_one.html", "journal/_add_one.html", status=422 if form.errors else 200, batch=batch, sheet=sheet,
        form=form,
    )  # fmt: skip


@bp.post("/<int:batch_id>/add-line")
@requires(Permission.JOURNAL_EDIT)
def add_one_now(batch_id: int) -> Response:
    """One line by hand: an entry to be revalued as a whole, or goods that the books do not know there."""
    batch, sheet = calculated_batch(batch_id)
    form: Any = EntryForm() if sheet.type == JournalType.REVALUATION else SpotForm()
    if not form.validate_on_submit():
        return _add_page(batch, sheet, form)
    try:
        perform(db_session(), lambda s: _add(s, batch_id, form), key=form.key.data, user_id=current_user.id)
    except DomainError as error:
        form.show(error)
        return _add_page(get_batch(batch_id), sheet, form)
    return done(None, back=url_for("journal.show", batch_id=batch_id), message=_("Line added."))


def _add(s: Any, batch_id: int, form: Any) -> int:
    if isinstance(form, EntryForm):
        return revaluation_journal.add_entry(
            s, batch_id, form.entry.data, document_no=form.document_no.data, day=form.day.data
        )
    spot = physical_inventory.Spot(
        form.item.data, form.variant.data or BLANK_ID, form.location.data or BLANK_ID, form.bin.data,
        form.lot_no.data or "", form.serial_no.data or "", form.package_no.data or "",
    )  # fmt: skip
    return physical_inventory.add_spot(
        s, batch_id, spot, day=form.day.data or today(), document_no=form.document_no.data,
        expiration_date=form.expiration_date.data,
    )  # fmt: skip


@bp.get("/<int:batch_id>/counting-sheet.pdf")
@requires(Permission.JOURNAL_VIEW)
def counting_sheet(batch_id: int) -> Response:
    """The lines to be counted on paper, with room to write; what the books say is not on it."""
    batch = get_batch(batch_id)
    if sheet_of(batch).type != JournalType.PHYSICAL_INVENTORY:
        raise NotFound("not_a_count", _("Only a count has a counting sheet."))
    pdf = counting_sheet_pdf(db_session(), batch, as_of=today(), locale=str(get_locale() or "en"))
    return download(pdf, "application/pdf", f"count-{batch.name}.pdf", inline=True)
