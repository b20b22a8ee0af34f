"""Lines of a purchase or sales document on the page: saved in place, scanned, pasted, with every field in a sheet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask import Response, request
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from blueprints import trade_forms as forms
from blueprints import trade_rows as rows
from blueprints.access import current_user
from blueprints.database import db_session
from blueprints.fields import BaseForm, ScanField, ScanRowsField, TextField
from blueprints.htmx import done, render, trigger, wants_fragment
from blueprints.trade_documents import document_page, is_editable, row_context
from blueprints.trade_kinds import DOCUMENT, EDIT, PageKind, find, on_both_sides, page_kind
from core.errors import ConflictError, DomainError
from core.text import _, ngettext
from core.unit_of_work import perform, rehearse
from models import OverReceiptCode, PurchasingCode, ReturnReason, TradeDocument
from models.enums import TradeLineType, TradeSide
from services.items.lookup import AmbiguousReference, items_named
from services.trade import lines
from services.trade import page as pages
from services.trade.pasting import read_pasted
from services.trade.references import party_of, reference_day
from services.trade.scanning import add_pasted, add_scanned, add_typed, put_number

LINE = DOCUMENT + "/lines/<int:line_no>"


@on_both_sides(DOCUMENT + "/lines", "add_line", EDIT, "POST")
def add_line(side: TradeSide, slug: str, no: str) -> Response:
    """Add the line at the end of the grid; a new empty one opens by itself."""
    kind, form = page_kind(side, slug), forms.LineForm()
    document = find(kind, no, lines=False)
    if form.read(document) and _says_what(form):
        values, document_id, user_id = form.line_values(new=True), document.id, current_user.id
        try:
            line_no = perform(
                db_session(), lambda s: add_typed(s, document_id, values, form.scan, user_id=user_id).line_no,
                user_id=user_id,
            )  # fmt: skip
        except DomainError as error:
            _without_place(error)
            rows.show_refusal(form, error)
        else:
            return saved_line(kind, no, line_no, added=True)
    return _refused(form, kind, no, None)


def _says_what(form: forms.LineForm) -> bool:
    """A line names an item, or says what else it is."""
    kind = form["type"].data if "type" in form else TradeLineType.ITEM
    needed = rows.FIELD_OF_TYPE.get(kind or TradeLineType.ITEM)
    if needed is None or (needed in form and form[needed].data):
        return True
    if needed in form:
        form[needed].errors = [_("%(label)s is missing.", label=str(form[needed].label.text))]
    return False


def _without_place(error: DomainError) -> None:
    """The only new line needs no number."""
    error.line = None


@on_both_sides(DOCUMENT + "/propose", "propose", EDIT, "POST")
def propose(side: TradeSide, slug: str, no: str) -> Response:
    """Fill in what the item on the new line brings: description, unit, price, stock. Writes nothing."""
    kind, form = page_kind(side, slug), forms.LineForm()
    document = find(kind, no, lines=False)
    if form.read(document) and _says_what(form):
        values, document_id = form.line_values(new=True), document.id

        def work(s: Session) -> rows.Row:
            made = lines.add_lines(s, document_id, [values])[0]
            line = pages.one_line(s, document_id, made.line_no)
            return rows.row_of(kind, document, line, pages.stock_of(s, document, [line]).get(line.id))

        try:
            row = rehearse(db_session(), work, user_id=current_user.id)
        except DomainError as error:
            _without_place(error)
            rows.show_refusal(form, error)
        else:
            row.line_no, row.version, row.mark, row.messages = None, 0, "", form.notes_of_scan()
            row.scanned = form.scanned
            if not values.get("quantity"):
                row.values["quantity"] = row.values["qty_to_handle"] = ""
            return _rows_response(kind, no, row)
    return _refused(form, kind, no, None)


@on_both_sides(LINE, "line", EDIT, "GET", "POST")
def line(side: TradeSide, slug: str, no: str, line_no: int) -> Response:
    """Save a line in the grid, in the side sheet, or on its own page with every field."""
    kind = page_kind(side, slug)
    document = find(kind, no, lines=False)
    if request.method == "GET":
        return _sheet(kind, no, _row(kind, document, line_no))
    pages.one_line(db_session(), document.id, line_no)  # refuses one that is not there
    form = forms.LineForm()
    if form.read(document):
        document_id, user_id, below = document.id, current_user.id, texts_below(document, line_no)
        try:
            values, numbers = form.line_values(new=False), forms.read_numbers()

            def work(s: Session) -> None:
                changed = lines.change_line(
                    s, document_id, line_no, values, version=int(form.version.data or 0), numbers=numbers,
                    choice=request.form.get("item_choice", "")[:80], user_id=user_id,
                )  # fmt: skip
                if numbers is None:
                    put_number(s, document_id, changed, form.scan, user_id=user_id)

            perform(db_session(), work, user_id=user_id)
        except ConflictError as error:
            rows.show_refusal(form, error)
            # Saving again replaces what the other person saved: the sentence has said what that is.
            return _refused(form, kind, no, line_no, take_version=True, status=409)
        except AmbiguousReference as error:
            rows.show_refusal(form, error)
            form.choices = error.candidates
        except DomainError as error:
            rows.show_refusal(form, error)
        else:
            return saved_line(kind, no, line_no, before=below)
    return _refused(form, kind, no, line_no)


@on_both_sides(LINE + "/delete", "delete_line", EDIT, "POST")
def delete_line(side: TradeSide, slug: str, no: str, line_no: int) -> Response:
    """The line goes, with its lots and serial numbers."""
    kind = page_kind(side, slug)
    document, user_id = find(kind, no, lines=False), current_user.id
    document_id, below, gone = document.id, (), []
    if line_no < 2**31:
        below = texts_below(document, line_no)
        gone = perform(
            db_session(), lambda s: lines.delete_line(s, document_id, line_no, user_id=user_id), user_id=user_id
        )
    message = _("Line deleted.")
    if gone:
        message = _("Line deleted, and item %(no)s that was made from the catalog for it.", no=gone[0])
    return done(
        None if below else "trade/_deleted.html", back=kind.url("show", no=no), message=message,
        **row_context(kind, find(kind, no, lines=False)),
    )  # fmt: skip


@on_both_sides(DOCUMENT + "/add", "add_other", EDIT)
def add_other(side: TradeSide, slug: str, no: str) -> Response:
    """A line that is no item: a charge, an account, a resource, a cost, a comment."""
    kind = page_kind(side, slug)
    document = find(kind, no, lines=False)
    row = rows.new_row()
    wanted = request.args.get("type", "")
    row.type = TradeLineType(wanted) if wanted in set(TradeLineType) else TradeLineType.ITEM_CHARGE
    return _sheet(kind, document.no, row)


# ------------------------------------------------------------------------------------------------ scan and paste
class ScanForm(BaseForm):
    code = ScanField(_l("Scan or type"))
    choice = TextField(_l("Choice"), max_length=80)


@on_both_sides(DOCUMENT + "/scan", "scan_line", EDIT, "POST")
def scan_line(side: TradeSide, slug: str, no: str) -> Response:
    """A scanned item: its line counts up, or a new one is added; a number of several items asks which one."""
    kind, form = page_kind(side, slug), ScanForm()
    document = find(kind, no, lines=False)
    if form.validate_on_submit():
        document_id, user_id, code = document.id, current_user.id, form.code.data or ""
        choice = form.choice.data or ""
        try:
            perform(
                db_session(), lambda s: add_scanned(s, document_id, code, choice=choice, user_id=user_id),
                user_id=user_id,
            )  # fmt: skip
        except DomainError as error:
            return _lines_page(kind, no, refusal=error, status=422)
    return _lines_page(kind, no)


def _lines_page(kind: PageKind, no: str, *, refusal: DomainError | None = None, status: int = 200) -> Response:
    if not wants_fragment() and status == 200:
        return done(None, back=kind.url("show", no=no))
    return document_page(kind, no, refusal=refusal, status=status)


class PasteForm(BaseForm):
    text = ScanRowsField(_l("Rows"), max_length=1_000_000)


@on_both_sides(DOCUMENT + "/paste", "paste", EDIT, "GET", "POST")
def paste(side: TradeSide, slug: str, no: str) -> Response:
    """Rows out of a spreadsheet (item, quantity, price): all are added, or none and every fault is named."""
    kind, form = page_kind(side, slug), PasteForm()
    document = find(kind, no, lines=False)
    faults: list[str] = []
    if form.validate_on_submit():
        document_id, user_id = document.id, current_user.id
        on, party = reference_day(document), party_of(db_session(), document)
        read, faults = read_pasted(
            form.text.data or "", lambda texts: items_named(db_session(), texts, on=on, party=party)
        )
        if not faults:
            try:
                count = perform(
                    db_session(),
                    lambda s: len(add_pasted(s, document_id, read, user_id=user_id)),
                    user_id=user_id,
                )
            except DomainError as error:
                place = _("Row %(row)s: ", row=read[error.line - 1].place) if error.line else ""
                faults = [f"{place}{error.message} {error.hint or ''}".strip()]
            else:
                message = ngettext("%(num)s line added.", "%(num)s lines added.", count)
                return done(None, back=kind.url("show", no=no), message=message)
    response = render(
        "trade/paste.html", "trade/_paste.html", kind=kind, record=document, form=form, faults=faults,
        status=422 if faults or form.errors else 200,
    )  # fmt: skip
    if request.method == "POST" and wants_fragment() and "sheet" not in request.form:
        # Cells were pasted straight into the grid: what has to be corrected opens beside it.
        response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#sheet-body", "innerHTML"
    return response


# ------------------------------------------------------------------------------------------------ answers
def _row(kind: PageKind, document: TradeDocument, line_no: int) -> rows.Row:
    return rows.rows_of(kind, document, [pages.one_line(db_session(), document.id, line_no)])[0]


def texts_below(document: TradeDocument, line_no: int) -> tuple[int, ...]:
    """Ids of the lines of text that belong to a line: when they change, one row is not enough."""
    return pages.text_ids(db_session(), document.id, line_no)


def saved_line(kind: PageKind, no: str, line_no: int, *, added: bool = False, before: tuple[int, ...] = ()) -> Response:
    """The saved row, the new empty row behind an added one, totals and buttons out of band.

    `before` are the texts below it as they were: where others came or went, the grid is drawn anew.
    """
    if not wants_fragment():
        return done(None, back=kind.url("show", no=no), message=_("Line saved."))
    document = find(kind, no, lines=False)
    row, texts = _row(kind, document, line_no), texts_below(document, line_no)
    if not added and texts != before:
        return done(None, back=kind.url("show", no=no))
    came = pages.texts_of(db_session(), document.id, line_no) if added and texts else []
    response = _rows_response(
        kind, no, row, added=added, foot=True, below=rows.rows_of(kind, document, came), document=document
    )
    if request.form.get("sheet"):
        if added:  # a charge or comment: the grid is drawn anew with it
            return done(None, back=kind.url("show", no=no))
        response.headers["HX-Retarget"], response.headers["HX-Reswap"] = f"#{row.id}", "outerHTML"
        trigger(response, "close-sheet")
    return response


def _refused(
    form: forms.LineForm, kind: PageKind, no: str, line_no: int | None, *, take_version: bool = False, status: int = 422
) -> Response:
    """What was typed, the sentences beside the fields; nothing was saved."""
    document = find(kind, no, lines=False)
    base = rows.new_row() if line_no is None else _row(kind, document, line_no)
    if "type" in form and form["type"].data in set(TradeLineType):
        base.type = TradeLineType(form["type"].data)
    version = base.version if take_version else int(form.version.data or 0)
    row = rows.typed_row(form, base, version, stale=rows.labels(kind) if take_version else None)
    foot = take_version and line_no is not None  # the totals follow what the other saved
    if not wants_fragment() or request.form.get("sheet"):
        response, target = _sheet(kind, no, row, status=status), "#line-form"
    else:
        response, target = _rows_response(kind, no, row, status=status, document=document, foot=foot), f"#{row.id}"
    if wants_fragment():
        response.headers["HX-Retarget"], response.headers["HX-Reswap"] = target, "outerHTML"
    return response


def _rows_response(
    kind: PageKind, no: str, row: rows.Row, *, added: bool = False, foot: bool = False, status: int = 200,
    below: Sequence[rows.Row] = (), document: TradeDocument | None = None,
) -> Response:  # fmt: skip
    document = document or find(kind, no, lines=False)
    opened = rows.new_row() if added and is_editable(kind, document) else None
    if opened is not None:
        opened.focus = True
    return render(
        "trade/line.html", "trade/_rows.html", status=status, rows=[row, *below], row=row, opened=opened, foot=foot,
        fields=rows.sheet_fields(kind, row), **row_context(kind, document),
    )  # fmt: skip


def _sheet(kind: PageKind, no: str, row: rows.Row, *, status: int = 200) -> Response:
    document = find(kind, no, lines=False)
    context: dict[str, Any] = row_context(kind, document)
    fields = rows.sheet_fields(kind, row)
    if row.is_new:
        fields = [rows.FIELD_OF_TYPE.get(row.type, "description"),
                  *[name for name in fields if name != "item"]]  # fmt: skip
        fields = list(dict.fromkeys(name for name in fields if not name.startswith("qty_to_")))
    return render(
        "trade/line.html", "trade/_line_form.html", status=status, row=row, fields=fields, offers=_offers(fields),
        empty_numbers=3, **context,
    )  # fmt: skip


#: Fields in which one of few codes is typed.
_CODES = {"purchasing_code": PurchasingCode, "over_receipt_code": OverReceiptCode, "return_reason_code": ReturnReason}
_MOST_OFFERED = 50


def _offers(fields: Iterable[str]) -> dict[str, list[tuple[str, str]]]:
    """Field -> (code, words) of what may be typed in it."""
    return {
        name: [
            (row.code, row.description)
            for row in db_session().execute(
                select(model.code, model.description).order_by(model.code).limit(_MOST_OFFERED)
            )
        ]
        for name, model in _CODES.items()
        if name in fields
    }
