"""Lots, serial and package numbers: their list, their cards, their labels (tracking.md sections 7 and 16)."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

from flask import Blueprint, Response, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from sqlalchemy import String, and_, case, cast, func, or_, select
from werkzeug.datastructures import FileStorage

from blueprints.access import current_user, requires, today
from blueprints.database import db_session
from blueprints.decimal_fields import WholeField
from blueprints.fields import (
    BaseForm,
    CheckField,
    ChoiceField,
    CodeField,
    DayField,
    LongTextField,
    RecordForm,
    TextField,
)
from blueprints.htmx import done, go, render
from blueprints.ledger_parts import document_url
from blueprints.list_filters import ChoiceFilter, CustomFilter, DateRange, RecordFilter, YesNoFilter
from blueprints.list_parts import Action, BulkAction, Column, Empty
from blueprints.lists import Listing, selected_ids
from blueprints.masters import carried_out
from blueprints.record_fields import RecordField
from blueprints.reports import download
from core.errors import DomainError, NotFound
from core.text import _
from models import Item, ItemVariant, Location, NumberCard, NumberKind, NumberTotal, Permission, TrackingBalance
from models.enums import TestQuality
from services.pictures import LARGEST_FILE
from services.reports.codes import Matrix
from services.reports.labels import SHEETS
from services.reports.number_labels import NumberLabelOrder, number_label_pdf, read_labels
from services.search import begins_with
from services.tracing.cards import NumberKey, copy_card, create_card, picture_of, save_card, set_picture
from services.tracking.card import NumberView, find_key, view_number

bp = Blueprint("numbers", __name__, url_prefix="/numbers")

_T, _B, _C = NumberTotal, TrackingBalance, NumberCard
KINDS = [(NumberKind.LOT.value, _l("Lot")), (NumberKind.SERIAL.value, _l("Serial no.")),
         (NumberKind.PACKAGE.value, _l("Package"))]  # fmt: skip
#: days until which "soon" reaches
SOON = {"expired": None, "7": 7, "30": 30, "90": 90}


# -------------------------------------------------------------------------------------------------- the list
def _where(column: Any) -> Any:
    """The place with the number, and how many others there are; looked up by the number's own index."""
    places = func.count(func.distinct(Location.code))
    words = case((places > 1, func.min(Location.code) + " +" + cast(places - 1, String)), else_=func.min(Location.code))
    return (
        select(words)
        .select_from(_B)
        .join(Location, Location.id == _B.location_id)
        .where(column == _T.number, column != "", _B.item_id == _T.item_id, _B.variant_id == _T.variant_id,
               _B.quantity != 0)
        .correlate(_T)
        .scalar_subquery()
    )  # fmt: skip


_PLACE = case(
    (_T.kind == NumberKind.LOT, _where(_B.lot_no)), (_T.kind == NumberKind.SERIAL, _where(_B.serial_no)),
    else_=_where(_B.package_no),
)  # fmt: skip


def _source() -> Any:
    same = and_(_C.item_id == _T.item_id, _C.variant_id == _T.variant_id, _C.kind == _T.kind, _C.number == _T.number)
    return (
        select()
        .select_from(_T)
        .join(Item, Item.id == _T.item_id)
        .join(ItemVariant, ItemVariant.id == _T.variant_id)
        .outerjoin(_C, same)
    )


def _expiring(statement: Any, value: str) -> Any:
    """What is in stock and expired, or expires in so many days."""
    days, now = SOON[value], today()
    statement = statement.where(_T.quantity > 0, _T.expiration_date.is_not(None))
    if days is None:
        return statement.where(_T.expiration_date < now)
    return statement.where(_T.expiration_date >= now, _T.expiration_date <= now + dt.timedelta(days=days))


def _speak(value: str) -> str:
    return _("Expired") if value == "expired" else _("Expires within %(days)s days", days=value)


def _search(statement: Any, text: str) -> Any:
    """A number by its beginning, an item by its number."""
    word = text.strip().upper()
    return statement.where(or_(begins_with(_T.number, word), Item.no == word)) if word else statement


def _address(row: Any) -> str:
    return number_url(row.row_kind, row.row_item, row.row_number, row.row_variant)


def number_url(kind: NumberKind | str, item_no: str, number: str, variant_code: str = "") -> str:
    """The card of a number."""
    extra = {"variant": variant_code} if variant_code else {}
    return url_for("numbers.show", kind=str(NumberKind(kind).value), item=item_no, number=number, **extra)


LISTING = Listing(
    name="numbers",
    title=_l("Lots and serial numbers"),
    key=_T.id,
    source=_source,
    columns=(
        Column("number", _l("Number"), _T.number, "code", sort=True),
        Column("kind", _l("Kind"), _T.kind, "word"),
        Column("item", _l("Item"), Item.no, "code", link=lambda row: url_for("items.show", no=row.row_item)),
        Column("description", _l("Description"), Item.description),
        Column("variant", _l("Variant"), ItemVariant.code, "code", shown=False),
        Column("quantity", _l("In stock"), _T.quantity, "stock"),
        Column("place", _l("Where"), _PLACE, "code"),
        Column("expires", _l("Expires"), _T.expiration_date, "day", sort=True),
        Column("warranty", _l("Warranty until"), _T.warranty_date, "day", shown=False),
        Column("blocked", _l("Blocked"), _C.block_reason,
               cell=lambda row: (_("Blocked: %(why)s", why=row.row_reason) if row.row_blocked else "")),
        Column("quality", _l("Quality"), _C.test_quality, "word", shown=False),
        Column("certificate", _l("Certificate"), _C.certificate_no, "code", shown=False),
        Column("certificate_until", _l("Certificate until"), _C.certificate_until, "day", shown=False),
    ),
    extra={"row_kind": _T.kind, "row_item": Item.no, "row_number": _T.number, "row_variant": ItemVariant.code,
           "row_blocked": _C.blocked, "row_reason": _C.block_reason},
    open=_address,
    filters=(
        ChoiceFilter("kind", _l("Kind"), _T.kind, kind=NumberKind),
        YesNoFilter("stock", _l("In stock"), _T.quantity > 0),
        CustomFilter("soon", _l("Expiry"), reader=lambda args: args.get("soon") if args.get("soon") in SOON else None,
                     applier=_expiring, speaker=_speak),
        DateRange("expires", _l("Expires"), _T.expiration_date),
        RecordFilter("item", _l("Item"), _T.item_id, kind="item"),
        YesNoFilter("blocked", _l("Blocked"), and_(_C.blocked, _C.blocked.is_not(None))),
        DateRange("certificate", _l("Certificate until"), _C.certificate_until),
    ),
    orders={"soon": "expires", "expires": "expires"},
    search=_search,
    search_hint=_l("Number, or item no."),
    sort="number",
    actions=(
        Action(_l("New card"), lambda: url_for("numbers.new"), "plus", Permission.ITEMS_EDIT),
        Action(_l("Trace"), lambda: url_for("tracing.index"), "link", Permission.LEDGER_VIEW),
    ),
    bulk=(BulkAction("labels", _l("Print labels"), lambda: url_for("numbers.choose"), "printer"),),
    empty=Empty(
        _l("Lots and serial numbers appear here when goods are received under them. Items need a tracking code."),
        _l("Item tracking codes"), lambda: url_for("tracking_codes.index"), Permission.SETUP_VIEW,
    ),
)  # fmt: skip


@bp.get("")
@requires(Permission.ITEMS_VIEW)
def index() -> ResponseReturnValue:
    return LISTING.respond(page="numbers/index.html", soon={key: _speak(key) for key in SOON})


# -------------------------------------------------------------------------------------------------- the card
class CardForm(RecordForm):
    description = TextField(_l("Description"), max_length=100)
    test_quality = ChoiceField(_l("Test quality"), TestQuality)
    certificate_no = CodeField(_l("Certificate no."), max_length=50)
    certificate_until = DayField(_l("Certificate holds until"))
    country_of_origin = CodeField(_l("Country of origin"), max_length=10)
    note = LongTextField(_l("Notes"), max_length=10_000)
    blocked = CheckField(_l("Blocked"), description=_l("No posting may touch it; it still counts as stock."))
    block_reason = TextField(_l("Why it is blocked"), max_length=250)


class NewForm(BaseForm):
    item_id = RecordField(_l("Item"), "item", required=True)
    variant_id = RecordField(_l("Variant"), "variant", blank=0, depends="item_id")
    kind = ChoiceField(_l("Kind"), pairs=KINDS, default=NumberKind.LOT.value)
    number = CodeField(_l("Number"), max_length=50, required=True)
    description = TextField(_l("Description"), max_length=100)
    certificate_no = CodeField(_l("Certificate no."), max_length=50)


class PictureForm(BaseForm):
    picture = FileField(_l("Picture"))


class FileForm(BaseForm):
    file = FileField(_l("File"))


class CopyForm(BaseForm):
    source = CodeField(_l("Copy from number"), max_length=50, required=True)
    overwrite = CheckField(_l("Replace what is said here"))


def asked() -> tuple[NumberKey, dict[str, str]]:
    """The number in the address, and the address again."""
    args = {name: request.args.get(name, "")[:50] for name in ("kind", "item", "number", "variant")}
    key = find_key(db_session(), args["item"], args["variant"], args["kind"], args["number"])
    return key, {name: value for name, value in args.items() if value}


@bp.get("/card")
@requires(Permission.ITEMS_VIEW)
def show() -> ResponseReturnValue:
    key, _args = asked()
    view = view_number(db_session(), key)
    return card_page(view, CardForm(formdata=None, obj=view.card))


def card_page(
    view: NumberView,
    form: CardForm,
    *,
    picture: PictureForm | None = None,
    copy: CopyForm | None = None,
    file: FileForm | None = None,
) -> Response:
    """The card with its forms; 422 where one of them was refused."""
    args = {"kind": view.key.kind.value, "item": view.item.no, "number": view.key.number}
    if view.variant.id:
        args["variant"] = view.variant.code
    forms = (form, picture, copy, file)
    return render(
        "numbers/show.html", "numbers/_card.html", view=view, form=form, args=args, today=today(),
        picture_form=picture or PictureForm(formdata=None), copy_form=copy or CopyForm(formdata=None),
        file_form=file or FileForm(formdata=None),
        status=max(one.status for one in forms if one is not None), document_url=document_url, now=today(),
    )  # fmt: skip


@bp.post("/card")
@requires(Permission.ITEMS_EDIT)
def save() -> ResponseReturnValue:
    """Save what is said of the number; blocking needs the right to block."""
    key, args = asked()
    form, view = CardForm(), view_number(db_session(), key)
    values = form.values()
    if not current_user.may(Permission.ITEMS_BLOCK):
        values = {name: value for name, value in values.items() if name not in ("blocked", "block_reason")}
    if carried_out(form, lambda session: save_card(session, key, values)):
        return done(None, back=url_for(".show", **args), message=_("Saved."))
    return card_page(view, form)


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.ITEMS_EDIT)
def new() -> ResponseReturnValue:
    """A card before the number is received."""
    form = NewForm(formdata=request.form if request.method == "POST" else None)
    if form.is_submitted() and form.validate():
        key = NumberKey.of(form.item_id.data, form.variant_id.data or 0, NumberKind(form.kind.data), form.number.data)
        values = {"description": form.description.data or "", "certificate_no": form.certificate_no.data or ""}
        if carried_out(form, lambda session: create_card(session, key, values)):
            item = form.item_id.record[1] if form.item_id.record else ""
            variant = form.variant_id.record[1] if form.variant_id.data and form.variant_id.record else ""
            return done(None, back=number_url(key.kind, item, key.number, variant), message=_("The card was created."))
    return render("numbers/new.html", "numbers/_new.html", form=form, status=form.status)


@bp.post("/card/picture")
@requires(Permission.ITEMS_EDIT)
def set_card_picture() -> ResponseReturnValue:
    key, args = asked()
    form = PictureForm()
    sent = form.picture.data
    if form.validate_on_submit():
        content = sent.stream.read(LARGEST_FILE + 1) if isinstance(sent, FileStorage) else b""
        name = sent.filename or "" if isinstance(sent, FileStorage) else ""
        if carried_out(form, lambda session: set_picture(session, key, content, name)):
            return done(None, back=url_for(".show", **args), message=_("The picture was saved."))
    view = view_number(db_session(), key)
    return card_page(view, CardForm(formdata=None, obj=view.card), picture=form)


@bp.get("/pictures/<digest>.jpg")
@requires(Permission.ITEMS_VIEW)
def picture(digest: str) -> ResponseReturnValue:
    content = picture_of(db_session(), digest)
    if content is None:
        raise NotFound("not_found", _("There is no such picture any more."))
    response = send_file(io.BytesIO(content), "image/jpeg", etag=False)
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return response


@bp.post("/card/copy")
@requires(Permission.ITEMS_EDIT)
def copy_from() -> ResponseReturnValue:
    key, args = asked()
    form = CopyForm()

    def work(session: Any) -> None:
        source = NumberKey.of(key.item_id, key.variant_id, key.kind, form.source.data or "")
        copy_card(session, key, source, overwrite=form.overwrite.data)

    if carried_out(form, work):
        return done(None, back=url_for(".show", **args), message=_("The card was filled in."))
    view = view_number(db_session(), key)
    return card_page(view, CardForm(formdata=None, obj=view.card), copy=form)


# -------------------------------------------------------------------------------------------------- labels
class LabelForm(BaseForm):
    class Meta:
        csrf = False

    sheet = ChoiceField(_l("Label sheet"), pairs=lambda: [(s.key, s.name) for s in SHEETS.values()], default="l7159")
    code = ChoiceField(
        _l("Code"), pairs=[(Matrix.DATA_MATRIX.value, _l("GS1 Data Matrix")), (Matrix.QR.value, _l("GS1 QR code"))],
        default=Matrix.DATA_MATRIX.value,
    )  # fmt: skip
    copies = WholeField(_l("Labels of each"), minimum=1, maximum=500, required=True, default=1)
    start = WholeField(_l("First label at position"), minimum=1, maximum=100, required=True, default=1)

    def order(self, ids: tuple[int, ...]) -> NumberLabelOrder:
        """What services/reports/number_labels.py prints."""
        return NumberLabelOrder(ids, self.sheet.data, Matrix(self.code.data), self.copies.data, self.start.data)


#: Numbers on one label page: more do not fit into an address.
MOST_NUMBERS = 300


def _label_form() -> tuple[LabelForm, tuple[int, ...]]:
    form = LabelForm(formdata=request.args if request.args.get("sent") == "1" else None)
    texts = (text for text in request.args.getlist("ids") if text.isascii() and text.isdigit() and len(text) < 19)
    return form, tuple(dict.fromkeys(int(text) for text in texts))[:MOST_NUMBERS]


@bp.post("/labels/choose")
@requires(Permission.ITEMS_VIEW)
def choose() -> ResponseReturnValue:
    """From the ticked rows of the list to the label page; changes nothing."""
    return go(url_for(".labels", ids=selected_ids(MOST_NUMBERS)))


@bp.get("/labels")
@requires(Permission.ITEMS_VIEW)
def labels() -> ResponseReturnValue:
    """Which sheet, which code; with the first label as it comes out."""
    form, ids = _label_form()
    status = 200 if form.validate() else 422
    return _label_page(form, ids, status)


def _label_page(form: LabelForm, ids: tuple[int, ...], status: int) -> Response:
    shown = read_labels(db_session(), NumberLabelOrder(ids, matrix=Matrix(form.code.data or "data_matrix")),
                        locale=_locale()) if ids and not form.code.errors else []  # fmt: skip
    return render("numbers/labels.html", "numbers/_labels.html", status=status, form=form, ids=ids, labels=shown)


@bp.get("/labels.pdf")
@requires(Permission.ITEMS_VIEW)
def labels_pdf() -> ResponseReturnValue:
    """The labels; a refusal is the label page with its sentence."""
    form, ids = _label_form()
    if form.validate():
        try:
            pdf = number_label_pdf(db_session(), form.order(ids), locale=_locale())
        except DomainError as error:
            form.show(error)
        else:
            return download(pdf, "application/pdf", f"labels-{today().isoformat()}.pdf", inline=True)
    return _label_page(form, ids, 422)


def _locale() -> str:
    return str(get_locale() or "en")
