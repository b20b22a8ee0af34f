"""What to reorder, grouped by vendor: tick rows, change quantities, and they become orders (items.md section 20)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from blueprints import formats, pickers
from blueprints.access import check_right, current_user, may, requires, today
from blueprints.database import db_session
from blueprints.decimal_fields import parse_decimal
from blueprints.fields import BaseForm, ChoiceField, CodeField, KeyedForm
from blueprints.htmx import done, render
from blueprints.record_fields import RecordField
from blueprints.trade_kinds import SLUG_OF, page_kind
from core.errors import DomainError, ValidationError, errors_of
from core.rounding import LARGEST, PLACES
from core.text import _
from core.unit_of_work import perform
from models import Permission
from models.enums import ReplenishmentSystem, TradeSide, TradeType
from services.planning.cart import Chosen, order
from services.planning.reorder import Basis, ReorderFilter, ReorderRow, reorder_rows
from services.reports.selection import category_ids

bp = Blueprint("reorder", __name__, url_prefix="/reorder")

#: Rows drawn; the report has them all.
MOST_SHOWN = 300


class FilterForm(BaseForm):
    """What narrows the rows; nothing is changed: no token."""

    class Meta:
        csrf = False

    by = ChoiceField(
        _l("Rows"),
        pairs=lambda: [(Basis.ITEM.value, _("Items")), (Basis.UNIT.value, _("Stockkeeping units"))],
        default="item",
    )
    item = RecordField(_l("Item"), "item")
    vendor = RecordField(_l("Vendor"), "vendor")
    source = RecordField(_l("Transfer from"), "stock_location")
    location = RecordField(_l("Location"), "stock_location")
    variant = CodeField(_l("Variant"), max_length=10)
    shelf = CodeField(_l("Shelf no."), max_length=10)
    group = RecordField(_l("Inventory posting group"), "inventory_group")
    category = RecordField(_l("Category"), "category")

    def wanted(self, session: Session) -> ReorderFilter:
        """The filter of the service."""
        return ReorderFilter(
            basis=Basis(self.by.data or "item"), item_id=self.item.data, vendor_id=self.vendor.data,
            transfer_from_id=self.source.data, location_id=self.location.data, variant_code=self.variant.data or "",
            shelf_no=self.shelf.data or "", inventory_posting_group_id=self.group.data,
            category_ids=category_ids(session, self.category.data),
        )  # fmt: skip


@dataclass
class Entry:
    """A row on the page: what was typed, and what is wrong with it."""

    row: ReorderRow
    quantity: str
    vendor: str = ""
    ticked: bool = False
    error: str = ""


@dataclass(frozen=True)
class Group:
    """The rows of one vendor, of one road, or without either."""

    title: str
    note: str
    url: str
    entries: Sequence[Entry]


@bp.get("")
@requires(Permission.PURCHASE_VIEW)
def index() -> ResponseReturnValue:
    return _page(FilterForm(formdata=request.args), KeyedForm(formdata=None))


@bp.post("")
@requires(Permission.PURCHASE_EDIT)
def make() -> ResponseReturnValue:
    """Open the orders of the ticked rows; refused, nothing is opened and the row says why."""
    filters, form = FilterForm(formdata=request.args), KeyedForm()
    entries = _read(filters) if filters.validate() else []
    ticked = [entry for entry in entries if entry.ticked]
    if any(entry.row.replenishment is ReplenishmentSystem.TRANSFER for entry in ticked):
        check_right(Permission.TRANSFERS_EDIT)
    gone = set(request.form.getlist("row")) - {entry.row.key for entry in entries}
    if not form.validate():
        return _page(filters, form, entries, status=422)
    if gone:
        form.form_errors.append(_("Some of what was ticked does not lie below its point any more. Look at the rest."))
        return _page(filters, form, entries, status=422)
    chosen = [_chosen(entry) for entry in ticked]
    if any(entry.error for entry in ticked):
        return _page(filters, form, entries, status=422)
    day, user_id = today(), current_user.id

    def work(session: Session) -> list[list[str]]:
        made = order(session, [single for single in chosen if single is not None], on=day, user_id=user_id)
        return [list(made.purchase), list(made.transfer)]

    try:
        purchase, transfer = perform(db_session(), work, key=form.key.data, user_id=user_id)
    except DomainError as error:
        _show(form, ticked, error)
        return _page(filters, form, entries, status=422)
    return done(None, back=_opened(purchase, transfer), message=_("Opened: %(numbers)s.",
                numbers=", ".join([*purchase, *transfer])))  # fmt: skip


def _opened(purchase: list[str], transfer: list[str]) -> str:
    """The one order that was opened, else the list it stands in."""
    if len(purchase) == 1 and not transfer:
        return page_kind(TradeSide.PURCHASE, SLUG_OF[TradeType.ORDER]).url("show", no=purchase[0])
    return url_for("purchase.index") if purchase else url_for("transfers.index")


def _page(
    filters: FilterForm, form: KeyedForm, entries: Sequence[Entry] | None = None, *, status: int = 200
) -> ResponseReturnValue:
    valid = filters.validate()
    if entries is None:
        entries = _read(filters) if valid else []
    query = {name: request.args[name] for name in filters._fields if request.args.get(name)}
    return render(
        "reorder/index.html", "reorder/_index.html", status=status if valid else 422, filters=filters, form=form,
        groups=_groups(entries[:MOST_SHOWN]), count=len(entries), most=MOST_SHOWN, query=query,
        by_unit=filters.by.data == Basis.UNIT.value, edits=may(Permission.PURCHASE_EDIT),
    )  # fmt: skip


def _groups(entries: Sequence[Entry]) -> list[Group]:
    def title(entry: Entry) -> tuple[int, str, str]:
        row = entry.row
        if row.replenishment is ReplenishmentSystem.TRANSFER:
            return (1, _("From %(location)s", location=row.transfer_from), "")
        if row.vendor_no:
            return (0, f"{row.vendor_no} {row.vendor_name}", row.vendor_no)
        return (2, _("No vendor"), "")

    groups = []
    for (_rank, words, no), members in groupby(sorted(entries, key=title), key=title):
        found = list(members)
        url = url_for("vendors.show", no=no) if no and may(Permission.PARTIES_VIEW) else ""
        groups.append(Group(words, found[0].row.vendor_phone if no else "", url, found))
    return groups


def _read(filters: FilterForm) -> list[Entry]:
    """The first rows, and one more where there are more."""
    session = db_session()
    return _entries(reorder_rows(session, filters.wanted(session), most=MOST_SHOWN + 1))


def _entries(rows: Sequence[ReorderRow]) -> list[Entry]:
    if request.method != "POST":
        return [Entry(row, formats.quantity(row.suggested)) for row in rows]
    ticked = set(request.form.getlist("row"))
    return [
        Entry(
            row, request.form.get(f"quantity-{row.key}", formats.quantity(row.suggested))[:40],
            request.form.get(f"vendor-{row.key}", "")[:100], row.key in ticked,
        )
        for row in rows
    ]  # fmt: skip


def _chosen(entry: Entry) -> Chosen | None:
    try:
        quantity = parse_decimal(entry.quantity)
        if quantity is None or not 0 < quantity < LARGEST or quantity % PLACES:
            raise ValidationError("number_invalid", _("This is not a quantity above zero."))
        vendor_id = None
        if entry.vendor.strip():
            hit = pickers.find_by_code("vendor", entry.vendor)
            if hit is None:
                raise ValidationError("not_found", _("There is no vendor %(no)s.", no=entry.vendor))
            vendor_id = hit.id
    except (DomainError, ValueError) as error:
        entry.error = error.message if isinstance(error, DomainError) else _("This is not a quantity above zero.")
        return None
    return Chosen(entry.row, Decimal(quantity), vendor_id)


def _show(form: KeyedForm, ticked: Sequence[Entry], error: DomainError) -> None:
    for single in errors_of(error):
        if single.line and single.line <= len(ticked):
            ticked[single.line - 1].error = single.message
        else:
            form.show(single)


def files_of(query: dict[str, str]) -> list[tuple[str, str, str]]:
    """The same rows as the report on paper and for a spreadsheet."""
    named = {"values" if name == "by" else name: value for name, value in query.items()}
    kinds = [(_("PDF"), "pdf", "printer")]
    if may(Permission.EXCHANGE_EXPORT):
        kinds += [(_("CSV"), "csv", "file-text"), (_("Excel"), "xlsx", "file-spreadsheet")]
    return [(label, url_for("reports.file", key="items-to-order", kind=kind, **named), sign)
            for label, kind, sign in kinds]  # fmt: skip


bp.add_app_template_global(files_of, "reorder_files")
