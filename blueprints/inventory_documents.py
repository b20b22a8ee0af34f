"""Inventory receipts and shipments: their list, the page with lines edited in place, release, paper."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import Response, request, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from blueprints import inventory_document_kinds as kinds
from blueprints import reserved_rows, stockouts
from blueprints.access import current_user, requires, today
from blueprints.database import db_session
from blueprints.fields import BaseForm, ScanField, TextField
from blueprints.htmx import done, go, render, trigger, wants_fragment
from blueprints.inventory_document_kinds import KIND_RULE, KINDS, SLUG_OF, DocumentKind, bp
from blueprints.list_filters import ChoiceFilter, DateRange, RecordFilter
from blueprints.list_parts import Action, Column, Empty
from blueprints.lists import Listing
from blueprints.masters import carried_out, press
from blueprints.reports import download
from blueprints.trade_forms import read_numbers
from blueprints.trade_lists import status_badge
from blueprints.trade_papers import locale, sheet
from core.errors import ConflictError, DomainError
from core.text import _
from core.unit_of_work import perform, rehearse
from models import InventoryDocument, InventoryDocumentLine, Location, Permission
from models.enums import DocumentStatus
from services.audit import changed_last_by
from services.inventory_documents import documents, headers, lines, page, papers
from services.reports.business_papers import business_pdf
from services.trade.page import LinePage
from services.transfers.lines import Number
from services.values import check_unchanged

_P = Permission
_DOCUMENT = KIND_RULE + "/<path:no>"
_count = (
    select(func.count(InventoryDocumentLine.id))
    .where(InventoryDocumentLine.document_id == InventoryDocument.id)
    .correlate(InventoryDocument).scalar_subquery()
)  # fmt: skip

LISTING = Listing(
    name="inventory_document",
    title=_l("Inventory documents"),
    key=InventoryDocument.id,
    source=lambda: (
        select().select_from(InventoryDocument).join(Location, Location.id == InventoryDocument.location_id)
    ),
    columns=(
        Column("no", _l("No."), InventoryDocument.no, "code", sort=True),
        Column("kind", _l("Document"), InventoryDocument.document_type, "word",
               cell=lambda row: papers.word_of(row.document_type)),
        Column("location", _l("Location"), Location.code, "code"),
        Column("posting_date", _l("Posting date"), InventoryDocument.posting_date, "day", sort=True),
        Column("description", _l("Description"), InventoryDocument.description),
        Column("status", _l("Status"), InventoryDocument.status, "word", cell=lambda row: status_badge(row.status)),
        Column("lines", _l("Lines"), _count, "number"),
        Column("external_document_no", _l("External document no."), InventoryDocument.external_document_no, "code",
               shown=False),
    ),
    extra={"document_type": InventoryDocument.document_type},
    filters=(
        ChoiceFilter("type", _l("Document"), InventoryDocument.document_type, choices=lambda: [
            (kind.type.value, kind.one) for kind in KINDS.values()
        ]),
        ChoiceFilter("status", _l("Status"), InventoryDocument.status, kind=DocumentStatus),
        RecordFilter("location", _l("Location"), InventoryDocument.location_id, kind="location"),
        DateRange("date", _l("Posting date"), InventoryDocument.posting_date),
    ),
    search=(InventoryDocument.no, InventoryDocument.external_document_no, InventoryDocument.description),
    sort="-no",
    open=lambda row: url_for("inventory_documents.show", slug=SLUG_OF[row.document_type], no=row.no),
    actions=(
        Action(_l("New receipt"), lambda: url_for("inventory_documents.new", slug="receipts"), "plus",
               _P.JOURNAL_EDIT, primary=True, shortcut="n"),
        Action(_l("New shipment"), lambda: url_for("inventory_documents.new", slug="shipments"), "plus",
               _P.JOURNAL_EDIT),
        Action(_l("Posted"), lambda: url_for("inventory_documents.posted_index"), "history", _P.JOURNAL_VIEW),
    ),
    empty=Empty(_l("No adjustment waits as a document."), _l("New receipt"),
                lambda: url_for("inventory_documents.new", slug="receipts"), _P.JOURNAL_EDIT),
)  # fmt: skip


@bp.get("")
@requires(_P.JOURNAL_VIEW)
def index() -> Response:
    now = request.args.get("type", "")
    tabs = [(_("All"), url_for(".index"), not now)]
    tabs += [(kind.one, url_for(".index", type=kind.type.value), now == kind.type.value) for kind in KINDS.values()]
    return LISTING.respond(page="trade/list.html", fragment="trade/_list.html", tabs=tabs)


@bp.route(KIND_RULE + "/new", methods=["GET", "POST"])
@requires(_P.JOURNAL_EDIT)
def new(slug: str) -> Response:
    """Where, and when; the lines follow."""
    kind, form = KINDS[slug], kinds.NewForm()
    if form.validate_on_submit():
        given = {name: value for name, value in form.values().items() if value is not None}
        on = today()
        try:
            no = perform(
                db_session(), lambda s: documents.create_document(s, kind.type, given, on=on).no,
                user_id=current_user.id,
            )  # fmt: skip
        except DomainError as error:
            form.show(error)
        else:
            return go(kind.url("show", no=no))
    return render("trade/new.html", "trade/_new.html", kind=kind, form=form, status=422 if form.errors else 200)


# ------------------------------------------------------------------------------------------------ the page
@bp.get(_DOCUMENT)
@requires(_P.JOURNAL_VIEW)
def show(slug: str, no: str) -> Response:
    """The document with its lines."""
    return _document_page(KINDS[slug], no)


def _document_page(kind: DocumentKind, no: str, *, refusal: DomainError | None = None, status: int = 200) -> Response:
    document = page.read_document(db_session(), kind.type, no)
    context = kinds.row_context(kind, document)
    return render(
        "inventory_documents/show.html", "trade/_lines.html", status=status, refusal=refusal,
        rows=_rows(db_session(), kind, document, document.lines),
        page_of=LinePage([], 1, 1, len(document.lines)), new_row=kinds.new_row() if context["editable"] else None,
        corrected=page.corrected_by(db_session(), document), posted_slug=slug_of(document), **context,
    )  # fmt: skip


def slug_of(document: InventoryDocument) -> str:
    """The word of the document's kind in addresses."""
    return SLUG_OF[document.document_type]


@bp.route(_DOCUMENT + "/header", methods=["GET", "POST"])
@requires(_P.JOURNAL_EDIT)
def header(slug: str, no: str) -> Response:
    """The fields of the header."""
    kind = KINDS[slug]
    document = page.read_document(db_session(), kind.type, no)
    form = kinds.HeaderForm(obj=document)

    def work(s: Session) -> None:
        values = {name: value for name, value in form.values().items() if name != "seen"}
        headers.edit_document(s, documents.get_document(s, kind.type, no), values)

    if request.method == "POST" and carried_out(form, work, of=lambda s: s.get(InventoryDocument, document.id)):
        return done(None, back=kind.url("show", no=no), message=_("Header saved."))
    return render(
        "trade/header.html", "trade/_header.html", kind=kind, form=form, question=None, ship_to=[],
        record=page.read_document(db_session(), kind.type, no), status=form.status if request.method == "POST" else 200,
    )  # fmt: skip


def _button(
    slug: str, no: str, work: Callable[[Session, InventoryDocument], None], message: str, *, gone: bool = False
) -> Response:
    kind = KINDS[slug]
    own = kind.url("show", no=no)
    return press(
        lambda s: work(s, documents.get_document(s, kind.type, no)), message=message,
        back=url_for(".index") if gone else own, refused_back=own,
    )  # fmt: skip


@bp.post(_DOCUMENT + "/release")
@requires(_P.JOURNAL_EDIT)
def release(slug: str, no: str) -> Response:
    return _button(slug, no, documents.release, _("Released: the lines are ready to be handled."))


@bp.post(_DOCUMENT + "/reopen")
@requires(_P.JOURNAL_EDIT)
def reopen(slug: str, no: str) -> Response:
    return _button(slug, no, documents.reopen, _("Open again."))


@bp.post(_DOCUMENT + "/delete")
@requires(_P.JOURNAL_EDIT)
def delete(slug: str, no: str) -> Response:
    return _button(slug, no, documents.delete_document, _("%(no)s deleted.", no=no), gone=True)


# ------------------------------------------------------------------------------------------------ lines
@bp.post(_DOCUMENT + "/lines")
@requires(_P.JOURNAL_EDIT)
def add_line(slug: str, no: str) -> Response:
    """Add the line at the end of the grid; a new empty one opens by itself."""
    kind, form = KINDS[slug], kinds.LineForm()
    page.read_document(db_session(), kind.type, no)
    if form.read():
        values = form.line_values(new=True)

        def work(s: Session) -> int:
            document = documents.get_document(s, kind.type, no)
            made = lines.add_line(s, document, values)
            lines.put_number(s, document, made, form.scan)
            return made.line_no

        try:
            line_no = perform(db_session(), work, user_id=current_user.id)
        except DomainError as error:
            kinds.show_refusal(form, error)
        else:
            return _saved(kind, no, line_no, added=True)
    return _refused(kind, form, no, None)


@bp.post(_DOCUMENT + "/propose")
@requires(_P.JOURNAL_EDIT)
def propose(slug: str, no: str) -> Response:
    """Fill in what the item on the new line brings. Writes nothing."""
    kind, form = KINDS[slug], kinds.LineForm()
    page.read_document(db_session(), kind.type, no)
    if form.read():
        values = form.line_values(new=True)

        def work(s: Session) -> Any:
            made = lines.add_line(s, documents.get_document(s, kind.type, no), values).line_no
            s.flush()
            s.expire_all()
            return _row(s, kind, no, made)

        try:
            row = rehearse(db_session(), work, user_id=current_user.id)
        except DomainError as error:
            kinds.show_refusal(form, error)
        else:
            row.line_no, row.version, row.mark, row.messages = None, 0, "", form.notes_of_scan()
            row.scanned = form.scanned
            if not values.get("quantity"):
                row.values["quantity"] = ""
            return _rows_response(kind, no, row)
    return _refused(kind, form, no, None)


@bp.route(_DOCUMENT + "/lines/<int:line_no>", methods=["GET", "POST"])
@requires(_P.JOURNAL_EDIT)
def line(slug: str, no: str, line_no: int) -> Response:
    """Save a line in the grid, in the side sheet, or on its own page with every field."""
    kind = KINDS[slug]
    stored = _row(db_session(), kind, no, line_no)
    if request.method == "GET":
        return _sheet(kind, no, stored)
    form = kinds.LineForm()
    if form.read():
        values, seen = form.line_values(new=False), int(form.version.data or 0)
        try:
            numbers = _numbers()

            def work(s: Session) -> None:
                document = documents.get_document(s, kind.type, no)
                own = lines.line_of(document, line_no)
                check_unchanged(page.stamp_of(own), seen, lambda: changed_last_by(s, own))
                lines.edit_line(s, document, own, values)
                if numbers is not None:
                    lines.set_numbers(s, document, own, numbers)
                else:
                    lines.put_number(s, document, own, form.scan)

            perform(db_session(), work, user_id=current_user.id)
        except ConflictError as error:
            kinds.show_refusal(form, error)
            return _refused(kind, form, no, line_no, take_version=True, status=409)
        except DomainError as error:
            kinds.show_refusal(form, error)
        else:
            return _saved(kind, no, line_no)
    return _refused(kind, form, no, line_no)


def _numbers() -> list[Number] | None:
    """Lots and serial numbers of the sheet; None when it has none."""
    found = read_numbers()
    if found is None:
        return None
    return [
        Number(quantity=one.quantity, lot_no=one.lot_no, serial_no=one.serial_no, expiration_date=one.expiration_date)
        for one in found
    ]


@bp.post(_DOCUMENT + "/lines/<int:line_no>/delete")
@requires(_P.JOURNAL_EDIT)
def delete_line(slug: str, no: str, line_no: int) -> Response:
    kind = KINDS[slug]

    def work(s: Session) -> None:
        document = documents.get_document(s, kind.type, no)
        lines.delete_line(s, document, lines.line_of(document, line_no))

    perform(db_session(), work, user_id=current_user.id)
    return done(
        "trade/_deleted.html", back=kind.url("show", no=no), message=_("Line deleted."),
        **kinds.row_context(kind, page.read_document(db_session(), kind.type, no)),
    )  # fmt: skip


class ScanForm(BaseForm):
    code = ScanField(_l("Scan or type"))
    choice = TextField(_l("Choice"), max_length=80)


@bp.post(_DOCUMENT + "/scan")
@requires(_P.JOURNAL_EDIT)
def scan_line(slug: str, no: str) -> Response:
    """A scanned item: its line counts up, or a new one is added."""
    kind, form = KINDS[slug], ScanForm()
    page.read_document(db_session(), kind.type, no)
    if form.validate_on_submit():
        code, choice, day = form.code.data or "", form.choice.data or "", today()

        def work(s: Session) -> None:
            lines.add_scanned(s, documents.get_document(s, kind.type, no), code, on=day, choice=choice)

        try:
            perform(db_session(), work, user_id=current_user.id)
        except DomainError as error:
            return _document_page(kind, no, refusal=error, status=422)
    return _document_page(kind, no) if wants_fragment() else go(kind.url("show", no=no))


def _row(session: Session, kind: DocumentKind, no: str, line_no: int) -> Any:
    document = page.read_document(session, kind.type, no)
    return _rows(session, kind, document, [lines.line_of(document, line_no)])[0]


def _rows(
    session: Session, kind: DocumentKind, document: InventoryDocument, found: Sequence[InventoryDocumentLine]
) -> list[Any]:
    """The rows of these lines, with what each is short of and what is reserved of it."""
    stock = page.stock_of(session, document)
    made = [kinds.row_of(document, line, stock) for line in found]
    stockouts.warn(made, stockouts.of_inventory_document(session, document, found), [line.id for line in found])
    reserved_rows.of_inventory_document(session, kind, document, made, found)
    return made


def _saved(kind: DocumentKind, no: str, line_no: int, *, added: bool = False) -> Response:
    if not wants_fragment():
        return done(None, back=kind.url("show", no=no), message=_("Line saved."))
    row = _row(db_session(), kind, no, line_no)
    response = _rows_response(kind, no, row, added=added, foot=True)
    if request.form.get("sheet"):
        response.headers["HX-Retarget"], response.headers["HX-Reswap"] = f"#{row.id}", "outerHTML"
        trigger(response, "close-sheet")
    return response


def _refused(
    kind: DocumentKind,
    form: kinds.LineForm,
    no: str,
    line_no: int | None,
    *,
    take_version: bool = False,
    status: int = 422,
) -> Response:
    base = kinds.new_row() if line_no is None else _row(db_session(), kind, no, line_no)
    version = base.version if take_version else int(form.version.data or 0)
    row = kinds.typed_row(form, base, version, stale=take_version)
    if not wants_fragment() or request.form.get("sheet"):
        response, target = _sheet(kind, no, row, status=status), "#line-form"
    else:
        response, target = _rows_response(kind, no, row, status=status), f"#{row.id}"
    if wants_fragment():
        response.headers["HX-Retarget"], response.headers["HX-Reswap"] = target, "outerHTML"
    return response


def _rows_response(
    kind: DocumentKind, no: str, row: Any, *, added: bool = False, foot: bool = False, status: int = 200
) -> Response:
    document = page.read_document(db_session(), kind.type, no)
    context = kinds.row_context(kind, document)
    opened = kinds.new_row() if added and context["editable"] else None
    if opened is not None:
        opened.focus = True
    return render(
        "trade/line.html", "trade/_rows.html", status=status, rows=[row], row=row, opened=opened, foot=foot,
        fields=kinds.sheet_of(document), **context,
    )  # fmt: skip


def _sheet(kind: DocumentKind, no: str, row: Any, *, status: int = 200) -> Response:
    document = page.read_document(db_session(), kind.type, no)
    return render(
        "trade/line.html", "trade/_line_form.html", status=status, row=row, fields=kinds.sheet_of(document),
        **kinds.row_context(kind, document),
    )  # fmt: skip


@bp.get(_DOCUMENT + "/paper.pdf")
@requires(_P.JOURNAL_VIEW)
def paper(slug: str, no: str) -> Response:
    """The document as PDF."""
    document = page.read_document(db_session(), KINDS[slug].type, no)
    made = papers.document_paper(db_session(), document, locale=locale())
    pdf = business_pdf(db_session(), made, sheet=sheet(), locale=locale())
    return download(pdf, "application/pdf", f"{document.no}.pdf".replace("/", "-"), inline=True)
