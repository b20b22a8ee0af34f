"""The numbers of an open line: one page for purchase, sales, transfer and journal lines (tracking.md section 2).

Every button keeps its result at once, so that a tablet that is put down loses nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, g, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from blueprints.access import current_user, requires, today
from blueprints.database import db_session
from blueprints.decimal_fields import QuantityField, WholeField, parse_decimal
from blueprints.errors import status_of
from blueprints.fields import BaseForm, CheckField, CodeField, DayField, Refused, ScanField, ScanRowsField, parse_day
from blueprints.htmx import go, render
from blueprints.inventory_document_kinds import DocumentKind
from blueprints.trade_kinds import SLUGS
from core.errors import DomainError, Forbidden, NotFound, ValidationError, errors_of
from core.rounding import ZERO
from core.text import _, ngettext
from core.unit_of_work import perform
from models import Permission
from models.enums import DocumentType, TradeType
from services.tracking import assigning
from services.tracking.numbers import NumberLine
from services.tracking.sources import Source, get_source, keep
from services.tracking.stock import InStock, balances_of, count_at, numbers_at, requested, reserved_without_number

bp = Blueprint("tracking_lines", __name__, url_prefix="/tracking")

#: Rows on one page of the numbers, of the stock.
PAGE = 50
_RIGHTS = {
    # whoever receives and ships knows the numbers: they need no right to edit orders
    "purchase": (Permission.PURCHASE_VIEW, Permission.PURCHASE_POST),
    "sales": (Permission.SALES_VIEW, Permission.SALES_POST),
    "transfer": (Permission.TRANSFERS_VIEW, Permission.TRANSFERS_EDIT),
    "journal": (Permission.JOURNAL_VIEW, Permission.JOURNAL_EDIT),
    "inventory": (Permission.JOURNAL_VIEW, Permission.JOURNAL_EDIT),
}
_AREAS = {"journal": "warehouse", "inventory": "warehouse", "transfer": "transfers"}


class ScanForm(BaseForm):
    code = ScanField(_l("Scan or type a number"))


class SeriesForm(BaseForm):
    """Serial numbers from the item's series, or counted up from the first one typed."""

    count = WholeField(_l("How many"), minimum=1, maximum=10_000, required=True)
    first = CodeField(_l("First number"), max_length=50, description=_l("Empty: from the item's number series."))
    increment = WholeField(_l("Step"), minimum=0, maximum=1_000_000, default=1)
    lot_no = CodeField(_l("Lot"), max_length=50)
    new_lot = CheckField(_l("New lot from the series"))
    cards = CheckField(_l("Create information cards"))


class LotForm(BaseForm):
    lot_no = CodeField(_l("Lot"), max_length=50, description=_l("Empty: from the item's number series."))
    package_no = CodeField(_l("Package"), max_length=50)
    quantity = QuantityField(_l("Quantity"), empty=None, description=_l("Empty: all that has no number yet."))
    expires = DayField(_l("Expires"))
    cards = CheckField(_l("Create an information card"))


class PasteForm(BaseForm):
    text = ScanRowsField(
        _l("Rows"), max_length=1_000_000,
        description=_l("One number or GS1 code a row; behind it at will its lot, a quantity and a date (2027-03-31)."),
    )  # fmt: skip


@dataclass
class Shown:
    """A row of the page: the number, whether there is enough of it, what is wrong with what was typed."""

    place: int
    row: NumberLine
    #: in stock less all that is asked for; None where that says nothing
    free: Decimal | None
    texts: dict[str, str]
    errors: dict[str, list[str]]


Action = Callable[[Session, Source], Source]


# ------------------------------------------------------------------------------------------------ the page
def _show(kind: str, line_id: int) -> ResponseReturnValue:
    """The line, its numbers, and what can be done about them; numbers of goods that moved already to look at."""
    source = get_source(db_session(), kind, line_id, user_id=current_user.id)
    if source.posted_line_id is not None:
        return go(url_for(f"posted_lines.{kind}", line_id=source.posted_line_id))
    return _page(source)


def _page(
    source: Source, *, refusal: DomainError | None = None, forms: dict[str, BaseForm] | None = None,
    typed: dict[int, dict[str, str]] | None = None, done: str = "", status: int = 200,
) -> Response:  # fmt: skip
    session, given = db_session(), forms or {}
    g.area = _AREAS.get(source.kind, source.kind)
    number = min(max(request.args.get("page", 1, type=int) or 1, 1), -(-len(source.rows) // PAGE) or 1)
    stock: list[InStock] = []
    search = request.args.get("stock", "").strip().upper()[:50]
    if not source.inbound:
        stock = numbers_at(session, source.place, source.day, search=search, limit=PAGE)
    blank: dict[str, BaseForm] = {
        "scan": ScanForm(formdata=None), "series": SeriesForm(formdata=None), "lot": LotForm(formdata=None),
        "paste": PasteForm(formdata=None),
    }  # fmt: skip
    if not given.get("series") and source.undefined == source.undefined.to_integral_value():
        blank["series"]["count"].data = int(min(source.undefined, 10_000)) or None
    errors = errors_of(refusal) if refusal is not None else ()
    return render(
        "tracking_lines/show.html", "tracking_lines/_numbers.html", status=status, source=source,
        rows=_shown(session, source, number, typed or {}, errors), number=number,
        pages=max(-(-len(source.rows) // PAGE), 1), stock=stock, search=search,
        stock_count=0 if source.inbound else count_at(session, source.place),
        reserved=ZERO if source.inbound else reserved_without_number(session, source.place),
        # What a scan or paste is refused for has no row on the page yet.
        refusals=[
            f"{one.message} {one.hint or ''}".strip() for one in errors if typed is None or not _is_beside(one)
        ][:20],
        done=done, back=_back(source), at=lambda action: url_for(f".{source.kind}_do", line_id=source.line_id,
                                                                 action=action, page=number),
        here=url_for(f".{source.kind}", line_id=source.line_id), **(blank | given),
    )  # fmt: skip


def _is_beside(error: DomainError) -> bool:
    return error.line is not None and error.field in ("quantity", "qty_to_handle", "lot_no", "serial_no", "expiration")


def _shown(
    session: Session, source: Source, number: int, typed: dict[int, dict[str, str]], errors: tuple[DomainError, ...]
) -> list[Shown]:
    first = (number - 1) * PAGE
    rows = source.rows[first : first + PAGE]
    free: dict[tuple[str, str, str], Decimal] = {}
    if not source.inbound and rows:
        there = balances_of(session, source.place, (row.key for row in rows))
        asked = requested(session, source.place)
        free = {row.key: there.get(row.key, ZERO) - asked.get(row.key, ZERO) for row in rows}
    found = []
    for place, row in enumerate(rows, first):
        beside: dict[str, list[str]] = {}
        for error in errors:
            if error.line == place + 1 and _is_beside(error):
                beside.setdefault(str(error.field), []).append(error.message)
        known = row.handled < row.quantity
        found.append(Shown(place, row, free.get(row.key) if known else None, typed.get(place, {}), beside))
    return found


def _back(source: Source) -> str:
    kind, no = source.back
    if kind == "journal":
        return url_for("journal.show", batch_id=int(no))
    if kind == "transfer":
        return url_for("transfers.show", no=no)
    if source.kind == "inventory":
        return DocumentKind(DocumentType(kind)).url("show", no=no)
    slug = next(slug for slug, type_ in SLUGS.items() if type_ == TradeType(kind))
    return url_for(f"{source.kind}.show", slug=slug, no=no)


# --------------------------------------------------------------------------------------------- what is done
def _do(kind: str, line_id: int, action: str) -> ResponseReturnValue:
    """One button: the page as it is then, or with the refusal beside what was typed."""
    if action not in _ACTIONS:
        raise ValidationError("form_damaged", _("This page is damaged. Load it again."))
    return _ACTIONS[action](kind, line_id)


def _carry_out(
    kind: str, line_id: int, work: Action, *, forms: dict[str, BaseForm] | None = None,
    typed: dict[int, dict[str, str]] | None = None, done: str = "",
) -> Response:  # fmt: skip
    user_id = current_user.id
    try:
        kept = perform(db_session(), lambda s: work(s, get_source(s, kind, line_id, user_id=user_id)), user_id=user_id)
    except (NotFound, Forbidden):
        raise
    except DomainError as error:
        if error.code == "tracking_not_allowed":
            raise
        source = get_source(db_session(), kind, line_id, user_id=user_id)
        for form in (forms or {}).values():
            fields = [one for one in errors_of(error) if one.field and one.field in form]
            if fields and error.line is None:
                form.show(fields[0])
                return _page(source, forms=forms, status=422)
        return _page(source, refusal=error, forms=forms, typed=typed, status=status_of(error))
    return _page(kept, done=done or _kept(kept))


def _kept(source: Source) -> str:
    return ngettext("Kept: %(num)s number.", "Kept: %(num)s numbers.", len(source.rows))


def _refused_form(kind: str, line_id: int, name: str, form: BaseForm) -> Response:
    source = get_source(db_session(), kind, line_id, user_id=current_user.id)
    return _page(source, forms={name: form}, status=422)


def _scan(kind: str, line_id: int) -> Response:
    form, on, user_id = ScanForm(), today(), current_user.id
    if not form.validate_on_submit():
        return _refused_form(kind, line_id, "scan", form)
    code = form.code.data or ""
    return _carry_out(kind, line_id, lambda s, source: assigning.scan(s, source, code, on=on, user_id=user_id),
                      forms={"scan": form}, done=_("%(code)s is noted.", code=code[:60]))  # fmt: skip


def _series(kind: str, line_id: int) -> Response:
    form, on, user_id = SeriesForm(), today(), current_user.id
    if not form.validate_on_submit():
        return _refused_form(kind, line_id, "series", form)
    count, cards = form.count.data or 0, form.cards.data

    def work(s: Session, source: Source) -> Source:
        if form.first.data:
            return assigning.create_serials(
                s, source, form.first.data, form.increment.data or 0, count, lot_no=form.lot_no.data or "",
                cards=cards, user_id=user_id,
            )  # fmt: skip
        return assigning.assign_serials(
            s, source, count, on=on, new_lot=form.new_lot.data, cards=cards, user_id=user_id
        )

    return _carry_out(kind, line_id, work, forms={"series": form})


def _lot(kind: str, line_id: int) -> Response:
    form, on, user_id = LotForm(), today(), current_user.id
    if not form.validate_on_submit():
        return _refused_form(kind, line_id, "lot", form)

    def work(s: Session, source: Source) -> Source:
        made = assigning.assign_lot(
            s, source, on=on, lot_no=form.lot_no.data or "", package_no=form.package_no.data or "",
            expires=form.expires.data, quantity=form.quantity.data, user_id=user_id,
        )  # fmt: skip
        if form.cards.data:
            assigning.make_cards(s, made)
        return made

    return _carry_out(kind, line_id, work, forms={"lot": form})


def _paste(kind: str, line_id: int) -> Response:
    form, on, user_id = PasteForm(), today(), current_user.id
    if not form.validate_on_submit():
        return _refused_form(kind, line_id, "paste", form)
    text = form.text.data or ""
    return _carry_out(kind, line_id, lambda s, source: assigning.paste(s, source, text, on=on, user_id=user_id),
                      forms={"paste": form})  # fmt: skip


def _propose(kind: str, line_id: int) -> Response:
    user_id = current_user.id
    return _carry_out(
        kind, line_id, lambda s, source: assigning.propose_from_stock(s, source, day=source.day, user_id=user_id)
    )


def _shipments(kind: str, line_id: int) -> Response:
    user_id = current_user.id
    return _carry_out(kind, line_id, lambda s, source: assigning.link_shipments(s, source, user_id=user_id),
                      done=_("Each number names the shipment it comes back from."))  # fmt: skip


def _take(kind: str, line_id: int) -> Response:
    """Numbers chosen from the stock beside, each with a quantity."""
    names = [request.form.getlist(f"take_{name}")[:PAGE] for name in ("lot", "serial", "package", "qty")]
    user_id = current_user.id

    def work(s: Session, source: Source) -> Source:
        wanted: dict[tuple[str, str, str], Decimal] = {}
        for place, (lot, serial, package, quantity) in enumerate(zip(*names, strict=False), 1):
            amount = _decimal(quantity, place, "take")
            if amount:
                wanted[lot[:50], serial[:50], package[:50]] = amount
        return assigning.take(s, source, wanted, user_id=user_id)

    return _carry_out(kind, line_id, work)


def _save(kind: str, line_id: int) -> Response:
    """What was typed into the rows of this page; an emptied quantity takes the number away."""
    typed = _typed_rows()
    user_id = current_user.id

    def work(s: Session, source: Source) -> Source:
        if str(len(source.rows)) != request.form.get("seen", ""):
            raise ValidationError(
                "numbers_changed", _("Somebody changed the numbers of this line meanwhile: these are the ones now.")
            )
        rows = list(source.rows)
        for place, texts in typed.items():
            if place < len(rows):
                rows[place] = _changed(rows[place], texts, place + 1)
        return keep(s, source, [row for row in rows if row.quantity or row.handled], user_id=user_id)

    return _carry_out(kind, line_id, work, typed=typed)


def _clear(kind: str, line_id: int) -> Response:
    """Take away all that is not posted."""
    user_id = current_user.id

    def work(s: Session, source: Source) -> Source:
        rows = [replace(row, quantity=row.handled, qty_to_handle=None) for row in source.rows if row.handled]
        return keep(s, source, rows, user_id=user_id)

    return _carry_out(kind, line_id, work, done=_("The numbers were taken away."))


_COLUMNS = (
    "quantity", "qty_to_handle", "package", "expires", "warranty", "applies", "new_lot", "new_serial", "new_package",
    "new_expires",
)  # fmt: skip


def _typed_rows() -> dict[int, dict[str, str]]:
    """Row -> column -> text, of the inputs `<column>-<row>`."""
    rows: dict[int, dict[str, str]] = {}
    for name, text in request.form.items():
        column, _dash, place = name.rpartition("-")
        if column in _COLUMNS and place.isascii() and place.isdigit() and len(place) < 7:
            rows.setdefault(int(place), {})[column] = text.strip()[:50]
    return rows


def _changed(row: NumberLine, texts: dict[str, str], place: int) -> NumberLine:
    """The row with what was typed. Raises ValidationError `number_bad` at its place."""
    values: dict[str, Any] = {}
    if "quantity" in texts:
        values["quantity"] = _decimal(texts["quantity"], place, "quantity") or ZERO
    if "qty_to_handle" in texts:
        values["qty_to_handle"] = _decimal(texts["qty_to_handle"], place, "qty_to_handle")
    for column, field in (("expires", "expiration_date"), ("warranty", "warranty_date"),
                          ("new_expires", "new_expiration_date")):  # fmt: skip
        if column in texts:
            values[field] = _day(texts[column], place)
    for column, field in (("package", "package_no"), ("new_lot", "new_lot_no"), ("new_serial", "new_serial_no"),
                          ("new_package", "new_package_no")):  # fmt: skip
        if column in texts:
            values[field] = texts[column].upper()
    if "applies" in texts:
        name = "applies_from_entry_id" if request.form.get("returns") == "1" else "applies_to_entry_id"
        values[name] = _entry(texts["applies"], place)
    return replace(row, **values)


def _decimal(text: str, place: int, field: str) -> Decimal | None:
    try:
        amount = parse_decimal(text[:40])
    except Refused as refused:
        raise ValidationError("number_bad", str(refused), field=field, line=place) from refused
    if amount is not None and (amount < 0 or amount >= Decimal(10) ** 12):
        raise ValidationError("number_bad", _("Enter a quantity of 0 or more."), field=field, line=place)
    return amount


def _day(text: str, place: int) -> dt.date | None:
    try:
        return parse_day(text)
    except Refused as refused:
        raise ValidationError("number_bad", str(refused), field="expiration", line=place) from refused


def _entry(text: str, place: int) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise ValidationError("number_bad", _("An entry is named by its number."), field="quantity", line=place)
    return int(text)


_ACTIONS: dict[str, Callable[[str, int], Response]] = {
    "scan": _scan, "series": _series, "lot": _lot, "paste": _paste, "propose": _propose, "take": _take,
    "shipments": _shipments, "save": _save, "clear": _clear,
}  # fmt: skip


def _register(kind: str, view: Permission, edit: Permission) -> None:
    def show(line_id: int) -> ResponseReturnValue:
        return _show(kind, line_id)

    def do(line_id: int, action: str) -> ResponseReturnValue:
        return _do(kind, line_id, action)

    bp.get(f"/{kind}/<int:line_id>", endpoint=kind)(requires(view)(show))
    bp.post(f"/{kind}/<int:line_id>/<action>", endpoint=f"{kind}_do")(requires(edit)(do))


for _kind, (_view, _edit) in _RIGHTS.items():
    _register(_kind, _view, _edit)
