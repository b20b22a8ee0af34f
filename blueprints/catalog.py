"""The catalog: what vendors offer and we do not keep; items are made of it by hand or on a sales line."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from blueprints import catalog_parts
from blueprints.access import may, requires, today
from blueprints.database import db_session
from blueprints.decimal_fields import QuantityField, UnitCostField
from blueprints.fields import ChoiceField, CodeField, RecordForm, TextField
from blueprints.htmx import done, render
from blueprints.list_filters import RecordFilter, YesNoFilter
from blueprints.list_parts import Action, Column, Empty
from blueprints.lists import Listing
from blueprints.masters import carried_out, press
from blueprints.record_fields import RecordField
from core.errors import DomainError, ValidationError
from core.text import _
from models import CatalogItem, Item, ItemTemplate, Manufacturer, Permission, Vendor
from models.enums import CatalogNumberFormat
from services import numbers
from services.catalog import entries, numbering
from services.catalog.items import create_item_of
from services.items.reasons import COST_REASON

bp = Blueprint("catalog", __name__, url_prefix="/catalog")
_COSTS = Permission.ITEMS_COSTS
_COST_FIELDS = ("published_cost", "negotiated_cost")


class EntryForm(RecordForm):
    """A catalog entry; costs only for those who may see them."""

    no = CodeField(_l("Entry no."))
    vendor_id = RecordField(_l("Vendor"), "vendor")
    vendor_item_no = CodeField(_l("Vendor item no."), max_length=50)
    manufacturer_id = RecordField(_l("Manufacturer"), "manufacturer")
    description = TextField(_l("Description"))
    unit_code = CodeField(_l("Unit"), max_length=10)
    item_template_id = RecordField(_l("Item template"), "item_template")
    published_cost = UnitCostField(_l("Published cost"))
    negotiated_cost = UnitCostField(_l("Negotiated cost"))
    unit_price = UnitCostField(_l("Unit price"))
    net_weight = QuantityField(_l("Net weight"))
    gross_weight = QuantityField(_l("Gross weight"))
    bar_code = CodeField(_l("Bar code"), max_length=20)
    cost_change_reason = TextField(
        _l("Why the cost changes"), max_length=250, description=_l("Needed when a cost changes. Stays in the history.")
    )

    def __init__(self, *args: Any, is_new: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self[COST_REASON if is_new else "no"]
        if not may(_COSTS):
            for name in (*_COST_FIELDS, COST_REASON):
                if name in self:
                    del self[name]
        if kwargs.get("obj") is not None and not self.seen.raw_data:
            self.look_at(kwargs["obj"])  # without the fields that were taken out


class SetupForm(RecordForm):
    """How entries and the items made of them are numbered."""

    catalog_nos_id = RecordField(_l("Series of catalog entries"), "number_series")
    number_format = ChoiceField(_l("Item number"), CatalogNumberFormat)
    separator = TextField(_l("Sign between"), max_length=1)


LISTING = Listing(
    name="catalog",
    title=_l("Catalog items"),
    key=CatalogItem.id,
    source=lambda: (
        select()
        .select_from(CatalogItem)
        .outerjoin(Vendor, Vendor.id == CatalogItem.vendor_id)
        .outerjoin(Manufacturer, Manufacturer.id == CatalogItem.manufacturer_id)
        .outerjoin(ItemTemplate, ItemTemplate.id == CatalogItem.item_template_id)
        .outerjoin(Item, Item.id == CatalogItem.item_id)
    ),
    columns=(
        Column("no", _l("Entry no."), CatalogItem.no, "code", link=lambda row: url_for("catalog.show", no=row.entry),
               sort=True),
        Column("vendor_item_no", _l("Vendor item no."), CatalogItem.vendor_item_no, "code", sort=True),
        Column("manufacturer", _l("Manufacturer"), Manufacturer.code, "code", phone=False),
        Column("item", _l("Item"), Item.no, "code",
               link=lambda row: url_for("items.show", no=row.item_no) if row.item_no else None),
        Column("vendor", _l("Vendor"), Vendor.no, "code", phone=False),
        Column("description", _l("Description"), CatalogItem.description, sort=True),
        Column("unit", _l("Unit"), CatalogItem.unit_code, "code", phone=False),
        Column("published_cost", _l("Published cost"), CatalogItem.published_cost, "unit_cost", permission=_COSTS,
               shown=False),
        Column("negotiated_cost", _l("Negotiated cost"), CatalogItem.negotiated_cost, "unit_cost", permission=_COSTS,
               phone=False),
        Column("unit_price", _l("Unit price"), CatalogItem.unit_price, "unit_cost"),
        Column("gross_weight", _l("Gross weight"), CatalogItem.gross_weight, "quantity", shown=False),
        Column("net_weight", _l("Net weight"), CatalogItem.net_weight, "quantity", shown=False),
        Column("template", _l("Item template"), ItemTemplate.code, "code", shown=False),
        Column("modified", _l("Last modified"), CatalogItem.last_modified_at, "moment", shown=False),
        Column("bar_code", _l("Bar code"), CatalogItem.bar_code, "code", shown=False),
    ),
    extra={"entry": CatalogItem.no, "item_no": Item.no},
    open=lambda row: url_for("catalog.show", no=row.entry),
    filters=(
        RecordFilter("of_vendor", _l("Vendor"), CatalogItem.vendor_id, kind="vendor"),
        RecordFilter("of_manufacturer", _l("Manufacturer"), CatalogItem.manufacturer_id, kind="manufacturer"),
        YesNoFilter("made", _l("Item"), CatalogItem.item_id.is_not(None), yes=_l("Made"), no=_l("Not made yet")),
    ),
    search=(CatalogItem.no, CatalogItem.vendor_item_no, CatalogItem.description, CatalogItem.bar_code, Item.no),
    search_hint=_l("Number, vendor's number, words or bar code"),
    sort="no",
    actions=(
        Action(_l("New catalog item"), lambda: url_for("catalog.new"), "plus", Permission.ITEMS_EDIT, primary=True,
               shortcut="n"),
        Action(_l("Import a price list"), lambda: url_for("exchange.index", kind="catalog-items"), "file-import",
               Permission.EXCHANGE_IMPORT),
        Action(_l("Catalog set-up"), lambda: url_for("catalog.setup"), "settings", Permission.SETUP_EDIT),
    ),
    empty=Empty(
        _l("The catalog is empty: put in what vendors offer and you sell only when somebody asks for it."),
        _l("New catalog item"), lambda: url_for("catalog.new"), Permission.ITEMS_EDIT,
    ),
)  # fmt: skip


@bp.get("")
@requires(Permission.ITEMS_VIEW)
def index() -> ResponseReturnValue:
    return LISTING.respond()


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.ITEMS_EDIT)
def new() -> ResponseReturnValue:
    form = EntryForm(is_new=True)
    made: list[str] = []
    if carried_out(form, lambda session: made.append(entries.create_entry(session, form.values(), on=today()).no)):
        return done(None, back=url_for(".show", no=made[-1]), message=_("Entry %(no)s was created.", no=made[-1]))
    return render(
        "catalog/edit.html", "catalog/_form.html", status=form.status, form=form, entry=None, next_no=_next_no()
    )


@bp.route("/setup", methods=["GET", "POST"])
@requires(Permission.SETUP_EDIT)
def setup() -> ResponseReturnValue:
    """The series of entries, and how items made of them are numbered."""
    session = db_session()
    form = SetupForm(obj=numbering.find_setup(session))
    if carried_out(form, lambda s: numbering.save_setup(s, form.values()), of=numbering.find_setup):
        return done(None, back=url_for(".setup"), message=_("Saved."))
    return render("catalog/setup.html", "catalog/_setup.html", status=form.status, form=form)


@bp.get("/<path:no>")
@requires(Permission.ITEMS_VIEW)
def show(no: str) -> ResponseReturnValue:
    return _card(no)


@bp.route("/<path:no>/edit", methods=["GET", "POST"])
@requires(Permission.ITEMS_EDIT)
def edit(no: str) -> ResponseReturnValue:
    entry = entries.get_entry(db_session(), no)
    form = EntryForm(obj=entry)

    def work(session: Session) -> None:
        entries.update_entry(session, entries.get_entry(session, no), form.values())

    if carried_out(form, work, of=lambda session: entries.get_entry(session, no)):
        return done(None, back=url_for(".show", no=entry.no), message=_("Saved."))
    return render(
        "catalog/edit.html", "catalog/_form.html", status=form.status, form=form,
        entry=entries.get_entry(db_session(), no), next_no="",
    )  # fmt: skip


@bp.post("/<path:no>/item")
@requires(Permission.ITEMS_EDIT)
def make_item(no: str) -> ResponseReturnValue:
    """Make the item by hand."""
    return press(
        lambda session: create_item_of(session, entries.get_entry(session, no), on=today()),
        message=_("The item was made."),
        back=url_for(".show", no=no),
    )


@bp.post("/<path:no>/delete")
@requires(Permission.ITEMS_DELETE)
def delete(no: str) -> ResponseReturnValue:
    return press(
        lambda session: entries.delete_entry(session, entries.get_entry(session, no)),
        message=_("Entry %(no)s was deleted; its item stays.", no=no),
        back=url_for(".index"),
        refused_back=url_for(".show", no=no),
    )


def _card(no: str) -> Response:
    session = db_session()
    entry = entries.get_entry(session, no)
    return render(
        "catalog/show.html", "catalog/show.html", entry=entry, costs=may(_COSTS), would_be=_would_be(session, entry),
        **catalog_parts.rows_of(session, entry),
    )  # fmt: skip


def _would_be(session: Session, entry: CatalogItem) -> tuple[str, str]:
    """The number an item made of the entry would get, and what stands against it."""
    if entry.item_id is not None:
        return "", ""
    try:
        no = numbering.no_of(session, entry)
    except ValidationError as error:
        return "", error.message
    if numbering.is_taken(session, no):
        return no, _("There is an item %(no)s already.", no=no)
    by_series = numbering.get_setup(session).number_format is CatalogNumberFormat.ITEM_NO_SERIES
    return no or (_("from the item series") if by_series else ""), ""


def _next_no() -> str:
    found = numbering.find_setup(db_session())
    if found is None or found.catalog_nos_id is None:
        return ""
    try:
        return numbers.peek_no(db_session(), found.catalog_nos_id, today())
    except DomainError:
        return ""


catalog_parts.add_to(bp)
