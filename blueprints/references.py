"""Lists of references and of the vendor catalogue: of everything, or of one item, variant, customer or vendor."""

from __future__ import annotations

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from blueprints.access import requires
from blueprints.htmx import go
from blueprints.list_filters import ChoiceFilter, RecordFilter, TextFilter
from blueprints.list_parts import Action, BulkAction, Column, Empty
from blueprints.lists import Listing, selected_ids
from models import Item, ItemReference, ItemVariant, ItemVendor, Permission, UnitOfMeasure, Vendor
from models.enums import ReferenceType

bp = Blueprint("references", __name__, url_prefix="/references")

#: References on one label page: more do not fit into an address.
MOST_LABELS = 300

REFERENCES = Listing(
    name="references",
    title=_l("References and bar codes"),
    key=ItemReference.id,
    source=lambda: (
        select()
        .select_from(ItemReference)
        .join(Item, Item.id == ItemReference.item_id)
        .join(ItemVariant, ItemVariant.id == ItemReference.variant_id)
        .join(UnitOfMeasure, UnitOfMeasure.id == ItemReference.unit_of_measure_id)
    ),
    columns=(
        Column("reference_no", _l("Reference no."), ItemReference.reference_no, "code", sort=True),
        Column("type", _l("Whose"), ItemReference.reference_type, "word", sort=True),
        Column("party", _l("Customer or vendor"), ItemReference.reference_type_no, "code"),
        Column("item", _l("Item"), Item.no, "code", sort=True, link=lambda row: url_for("items.show", no=row.item_no)),
        Column("name", _l("Item description"), Item.description, shown=False),
        Column("variant", _l("Variant"), ItemVariant.code, "code"),
        Column("unit", _l("Unit"), UnitOfMeasure.code, "code"),
        Column("description", _l("Description"), ItemReference.description),
        Column("starting_date", _l("Valid from"), ItemReference.starting_date, "day"),
        Column("ending_date", _l("Valid to"), ItemReference.ending_date, "day"),
    ),
    extra={"item_no": Item.no},
    open=lambda row: url_for("items.show", no=row.item_no, _anchor="references"),
    filters=(
        ChoiceFilter("type", _l("Whose"), ItemReference.reference_type, kind=ReferenceType),
        RecordFilter("item", _l("Item"), ItemReference.item_id, kind="item"),
        TextFilter("variant", _l("Variant"), ItemVariant.code, prefix=True),
        TextFilter("party", _l("Customer or vendor no."), ItemReference.reference_type_no, prefix=True),
    ),
    search=(ItemReference.reference_no, ItemReference.description, Item.no),
    search_hint=_l("Reference no., description or item"),
    sort="reference_no",
    actions=(
        Action(
            _l("Import"),
            lambda: url_for("exchange.index", kind="references"),
            "file-import",
            Permission.EXCHANGE_IMPORT,
        ),
    ),
    bulk=(BulkAction("labels", _l("Print labels"), lambda: url_for("references.labels"), "barcode"),),
    empty=Empty(
        _l("No references yet: bar codes, and the numbers of customers and vendors. Add them on the item card.")
    ),
)

CATALOGUE = Listing(
    name="vendor_catalogue",
    title=_l("Vendor catalogue"),
    key=ItemVendor.id,
    source=lambda: (
        select()
        .select_from(ItemVendor)
        .join(Item, Item.id == ItemVendor.item_id)
        .join(Vendor, Vendor.id == ItemVendor.vendor_id)
        .join(ItemVariant, ItemVariant.id == ItemVendor.variant_id)
    ),
    columns=(
        Column("item", _l("Item"), Item.no, "code", sort=True),
        Column("name", _l("Description"), Item.description),
        Column("variant", _l("Variant"), ItemVariant.code, "code"),
        Column("vendor", _l("Vendor"), Vendor.no, "code", sort=True,
               link=lambda row: url_for("vendors.show", no=row.vendor_no)),
        Column("vendor_name", _l("Vendor's name"), Vendor.name),
        Column("vendor_item_no", _l("Vendor item no."), ItemVendor.vendor_item_no, "code"),
        Column("lead_time", _l("Lead time"), ItemVendor.lead_time),
    ),
    extra={"item_no": Item.no, "vendor_no": Vendor.no},
    open=lambda row: url_for("items.show", no=row.item_no, _anchor="vendors"),
    filters=(
        RecordFilter("vendor", _l("Vendor"), ItemVendor.vendor_id, kind="vendor"),
        RecordFilter("item", _l("Item"), ItemVendor.item_id, kind="item"),
    ),
    search=(Item.no, Item.description, ItemVendor.vendor_item_no),
    search_hint=_l("Item, description or vendor item no."),
    sort="item",
    actions=(
        Action(_l("Import"), lambda: url_for("exchange.index", kind="vendor-catalogue"), "file-import",
               Permission.EXCHANGE_IMPORT),
    ),
    empty=Empty(_l("Nothing in the catalogue yet. Say on the item card who delivers it, under which number.")),
)  # fmt: skip


@bp.get("/")
@requires(Permission.ITEMS_VIEW)
def index() -> ResponseReturnValue:
    """All references, or those of an item, variant or party."""
    return REFERENCES.respond()


@bp.get("/vendors")
@requires(Permission.PARTIES_VIEW)
def catalogue() -> ResponseReturnValue:
    """Who delivers what."""
    return CATALOGUE.respond()


@bp.post("/labels")
@requires(Permission.ITEMS_VIEW)
def labels() -> ResponseReturnValue:
    """From the ticked references to the label page; changes nothing."""
    return go(url_for("printing.labels", refs=selected_ids(MOST_LABELS)))
