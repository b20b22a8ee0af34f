"""What goes on paper from other pages: item labels, the item list as filtered, a posted register.

Everything is a GET with its parameters in the URL; only the ticked rows of the item list come by POST, and move on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy import select

from blueprints import list_files
from blueprints.access import may, requires, today
from blueprints.database import db_session
from blueprints.decimal_fields import WholeField
from blueprints.fields import BaseForm, CheckField, ChoiceField
from blueprints.htmx import go, render
from blueprints.items_list import LISTING
from blueprints.lists import selected_ids
from blueprints.record_fields import RecordField
from blueprints.reports import download
from core.errors import DomainError
from core.text import _
from models import Item, ItemReference, Permission, db
from services.reports.codes import CodeKind
from services.reports.labels import SHEETS, Label, LabelOrder, LabelSheet, check_order, label_pdf, read_labels
from services.reports.papers import paper_pdf, register_paper

bp = Blueprint("printing", __name__, url_prefix="/print")

#: Items on one label page: more do not fit into an address.
MOST_ITEMS = 300
CODES = (
    (CodeKind.EAN, _l("EAN bar code")),
    (CodeKind.CODE128, _l("Code 128 of the number")),
    (CodeKind.QR, _l("QR code of the number")),
)


class LabelForm(BaseForm):
    """What to print on which sheet. A GET form: `sent` tells a box left empty from one never shown."""

    class Meta:
        csrf = False

    sheet = ChoiceField(_l("Label sheet"), pairs=lambda: [(s.key, s.name) for s in SHEETS.values()], default="l7159")
    code = ChoiceField(_l("Code"), pairs=CODES, default=CodeKind.EAN)
    copies = WholeField(_l("Labels of each item"), minimum=1, maximum=500, required=True, default=1)
    start = WholeField(_l("First label at position"), minimum=1, maximum=100, required=True, default=1)
    with_price = CheckField(_l("Print the price"))
    with_shelf = CheckField(_l("Print unit and shelf"), default=True)
    add = RecordField(_l("Add an item"), "item")

    def order(self, ids: tuple[int, ...], references: tuple[int, ...] = ()) -> LabelOrder:
        """What services/reports/labels.py prints."""
        return LabelOrder(
            ids, self.sheet.data, CodeKind(self.code.data), self.copies.data, self.start.data, self.with_price.data,
            self.with_shelf.data, references,
        )  # fmt: skip


@dataclass(frozen=True)
class Preview:
    """What will come out: the first label, the sheet with the places that are taken, and how many there will be."""

    label: Label | None
    drawing: Markup
    count: int
    sheets: int


def _form() -> LabelForm:
    return LabelForm(formdata=request.args if request.args.get("sent") == "1" else None)


def _ids(name: str = "ids") -> tuple[int, ...]:
    """The items (or references, `refs`) in the URL, surplus and damaged ones dropped."""
    texts = (text for text in request.args.getlist(name) if text.isascii() and text.isdigit() and len(text) < 19)
    return tuple(dict.fromkeys(int(text) for text in texts))[:MOST_ITEMS]


@bp.post("/labels/choose")
@requires(Permission.ITEMS_VIEW)
def choose() -> ResponseReturnValue:
    """From the ticked rows of the item list to the label page; changes nothing."""
    ids = selected_ids(MOST_ITEMS)
    return go(url_for(".labels", ids=ids))


@bp.get("/labels")
@requires(Permission.ITEMS_VIEW)
def labels() -> ResponseReturnValue:
    """Which items, which sheet, where to begin; with a picture of what comes out."""
    form, ids = _form(), _ids()
    if not form.validate():
        return _label_page(form, ids, status=422)
    if form.add.data and form.add.data not in ids:
        ids = (*ids, form.add.data)[-MOST_ITEMS:]
    form.add = LabelForm(formdata=None).add  # added: the field is free for the next one
    return _label_page(form, ids)


@bp.get("/labels.pdf")
@requires(Permission.ITEMS_VIEW)
def labels_pdf() -> ResponseReturnValue:
    """The labels; a refusal is the label page with its sentence."""
    form, ids = _form(), _ids()
    if form.validate():
        try:
            pdf = label_pdf(db_session(), form.order(ids, _ids("refs")), locale=_locale())
        except DomainError as error:
            form.show(error)
        else:
            return download(pdf, "application/pdf", f"labels-{today().isoformat()}.pdf", inline=True)
    return _label_page(form, ids, status=422)


def _label_page(form: LabelForm, ids: tuple[int, ...], *, status: int = 200) -> ResponseReturnValue:
    items = db.session.execute(
        select(Item.id, Item.no, Item.description, Item.gtin).where(Item.id.in_(ids)).order_by(Item.no)
    ).all()
    references = db.session.execute(
        select(ItemReference.id, ItemReference.reference_no, Item.no, Item.description)
        .join(Item, Item.id == ItemReference.item_id)
        .where(ItemReference.id.in_(_ids("refs")))
        .order_by(Item.no, ItemReference.reference_no)
    ).all()
    preview = None
    if (items or references) and not form.errors:
        try:
            preview = _preview(form.order(tuple(item.id for item in items), tuple(row.id for row in references)))
        except DomainError as error:
            form.show(error)
            status = 422
    return render(
        "printing/labels.html", "printing/_labels.html", form=form, items=items, preview=preview, status=status,
        without={item.id: _without(_but(ids, item.id), _ids("refs")) for item in items}, references=references,
        without_reference={row.id: _without(ids, _but(_ids("refs"), row.id)) for row in references},
    )  # fmt: skip


def _but(ids: tuple[int, ...], gone: int) -> tuple[int, ...]:
    return tuple(single for single in ids if single != gone)


def _without(item_ids: tuple[int, ...], reference_ids: tuple[int, ...]) -> str:
    """The page's address with these items and references."""
    query: dict[str, Any] = {key: value for key, value in request.args.items() if key not in {"add", "ids", "refs"}}
    return url_for(".labels", **query, ids=item_ids, refs=reference_ids)


def _preview(order: LabelOrder) -> Preview:
    sheet = check_order(order)
    count = order.kinds * order.copies
    one = replace(order, item_ids=order.item_ids[:1], reference_ids=() if order.item_ids else order.reference_ids[:1])
    first = read_labels(db_session(), one)
    drawing = _drawing(sheet, order.start, count)
    return Preview(first[0] if first else None, drawing, count, sheet.sheets(count, order.start))


def _drawing(sheet: LabelSheet, start: int, count: int) -> Markup:
    """The first sheet in small: the places left free, those that are printed, those that stay for the next time."""
    parts = []
    for position in range(sheet.per_page):
        row, column = divmod(position, sheet.columns)
        x, y = sheet.origin[0] + column * sheet.pitch[0], sheet.origin[1] + row * sheet.pitch[1]
        kind = "label-place is-printed" if start - 1 <= position < start - 1 + count else "label-place"
        parts.append(
            Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="20"/>').format(
                kind, x, y, sheet.label[0], sheet.label[1]
            )
        )
    words = _(
        "The first sheet: %(count)s labels from position %(start)s.",
        count=min(count, sheet.per_page - start + 1),
        start=start,
    )
    return Markup('<svg class="label-sheet" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        *sheet.page, words, Markup("").join(parts)
    )


@bp.get("/items.pdf")
@requires(Permission.ITEMS_VIEW)
def item_list() -> ResponseReturnValue:
    """The item list as filtered, sorted and with the columns of the URL, at most as many lines as paper bears."""
    return list_files.pdf_response(LISTING.read(path=url_for("items.index")), "items")


@bp.get("/register/<int:register_id>.pdf")
@requires(Permission.LEDGER_VIEW)
def register(register_id: int) -> ResponseReturnValue:
    """A posted register with the entries that the reader may see."""
    session: Any = db_session()
    paper = register_paper(
        session, register_id, locale=_locale(), costs=may(Permission.COSTS_VIEW), accounts=may(Permission.GL_VIEW)
    )
    pdf = paper_pdf(session, paper, sheet=_sheet(), locale=_locale())
    return download(pdf, "application/pdf", f"register-{register_id}.pdf", inline=True)


def _sheet() -> str:
    return request.args.get("sheet", "a4")


def _locale() -> str:
    return str(get_locale() or "en")
