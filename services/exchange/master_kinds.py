"""Master data that leaves and comes back as a file, besides items, vendors and customers: declarations only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from models import (
    BLANK_ID,
    Bin,
    CategoryAttributeMapping,
    GlAccount,
    Item,
    ItemAttribute,
    ItemAttributeValue,
    ItemCategory,
    ItemIdentifier,
    ItemReference,
    ItemUnitOfMeasure,
    ItemVariant,
    ItemVendor,
    Location,
    Permission,
    StockkeepingUnit,
    UnitOfMeasure,
    VatBusinessPostingGroup,
    VatPostingSetup,
    VatProductPostingGroup,
    Vendor,
)
from services import attributes, bins, categories, category_attributes, locations, posting_setup, small_lists, units
from services.exchange import cells
from services.exchange import columns as c
from services.exchange.columns import Column
from services.exchange.masters import MasterKind, Values
from services.items import identifiers, references, stockkeeping, variants, vendor_catalogue
from services.items import units as item_units
from services.trade import setup as trade_setup
from services.values import clean_text

#: Titles that a field's name with spaces would not give.
_TITLES = {
    "international_standard_code": "International code", "qty_per_unit_of_measure": "Base units in one",
    "rounding_precision": "Counted in steps of", "unit_of_measure": "Unit", "reference_type": "Whose number",
    "reference_type_no": "Customer or vendor no.", "reference_no": "Reference no.", "name_2": "Name 2",
    "address_2": "Address 2", "description_2": "Description 2", "email": "E-mail", "no": "No.",
    "gen_business_posting_group": "Business posting group", "gen_product_posting_group": "Product posting group",
}  # fmt: skip


def _title(name: str) -> str:
    return _TITLES.get(name) or name.replace("_", " ").capitalize()


def _own(model: type[Any], *names: str, required: tuple[str, ...] = ()) -> list[Column]:
    return [c.model_column(model, name, _title(name), required=name in required) for name in names]


def _code(model: type[Any], name: str = "code", title: str = "Code") -> Column:
    length = inspect(model).columns[name].type.length
    return Column(name, title, c.code_parser(name, length), required=True, field=name)


def _points(
    model: type[Any], name: str, to: type[Any], by: str = "code", *, title: str = "", required: bool = False
) -> Column:
    return c.lookup_column(model, name, title or _title(name), to=to, by=by, required=required)


def _fields(model: type[Any], names: tuple[str, ...]) -> list[Column]:
    """Fields of a model as columns; those that point at another record by its code, accounts by their number."""
    found = []
    for name in names:
        keys = list(inspect(model).columns[name].foreign_keys)
        if not keys:
            found += _own(model, name)
            continue
        table = keys[0].column.table
        to = next(m.class_ for m in model.registry.mappers if m.local_table is table)
        by = "no" if to is GlAccount else "code"
        found.append(_points(model, name.removesuffix("_id"), to, by))
    return found


def _without(values: Values, *names: str) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in names}


def _item_column(model: type[Any]) -> Column:
    return _points(model, "item", Item, "no", title="Item no.", required=True)


# ------------------------------------------------------------------------------------------- units and code lists


def _small_list(entry: small_lists.SmallList, words: str) -> MasterKind:
    return MasterKind(
        name=entry.kind, words=words, model=entry.model, keys=(entry.key,),
        master_columns=lambda: [_code(entry.model, entry.key), *_fields(entry.model, entry.editable)],
        create=lambda session, values: small_lists.create_row(
            session, entry, values[entry.key], _without(values, entry.key)
        ),
        update=lambda session, row, values: small_lists.edit_row(session, entry, row, values),
        where=lambda: (entry.model.id != BLANK_ID,),
    )  # fmt: skip


UNITS = MasterKind(
    name="units", words="Units of measure", model=UnitOfMeasure, keys=("code",),
    master_columns=lambda: [
        _code(UnitOfMeasure), *_own(UnitOfMeasure, "description", "international_standard_code", "symbol")
    ],
    create=units.save_unit,
    update=lambda session, unit, values: units.save_unit(session, values, unit),
)  # fmt: skip


# ------------------------------------------------------------------------------------------- categories, attributes


def _update_category(session: Session, category: ItemCategory, values: Values) -> None:
    if "parent_id" in values:
        categories.move_category(session, category, values["parent_id"])
    plain = _without(values, "parent_id")
    if plain:
        categories.update_category(session, category, plain)


CATEGORIES = MasterKind(
    name="categories", words="Item categories", model=ItemCategory, keys=("code",),
    master_columns=lambda: [
        _code(ItemCategory), *_own(ItemCategory, "description"), _points(ItemCategory, "parent", ItemCategory)
    ],
    create=lambda session, values: categories.create_category(
        session, values["code"], values.get("description", ""), parent_id=values.get("parent_id")
    ),
    update=_update_category,
    order="presentation_order",
)  # fmt: skip

ATTRIBUTES = MasterKind(
    name="attributes", words="Attributes", model=ItemAttribute, keys=("name",),
    master_columns=lambda: [
        *_own(ItemAttribute, "name", required=("name",)), *_own(ItemAttribute, "type", "unit_of_measure", "blocked")
    ],
    create=attributes.create_attribute,
    update=attributes.update_attribute,
)  # fmt: skip


def _attribute_column(model: type[Any]) -> Column:
    return Column(
        "attribute", "Attribute", lambda text, _options: clean_text(text, field="attribute", length=250),
        required=True, field="attribute_id", lookup=(ItemAttribute, "name"),
    )  # fmt: skip


def _create_value(session: Session, values: Values) -> None:
    attribute = attributes.get_attribute_by_id(session, values["attribute_id"])
    value = attributes.add_value(session, attribute, values["value"])
    if values.get("blocked"):
        attributes.update_value(session, attribute, value, blocked=True)


def _update_value(session: Session, value: ItemAttributeValue, values: Values) -> None:
    attribute = attributes.get_attribute_by_id(session, value.attribute_id)
    attributes.update_value(session, attribute, value, blocked=values["blocked"])


ATTRIBUTE_VALUES = MasterKind(
    name="attribute-values", words="Attribute values", model=ItemAttributeValue, keys=("attribute", "value"),
    master_columns=lambda: [
        _attribute_column(ItemAttributeValue), *_own(ItemAttributeValue, "value", required=("value",)),
        *_own(ItemAttributeValue, "blocked"),
    ],
    create=_create_value,
    update=_update_value,
)  # fmt: skip


def _default_of(session: Session, row: CategoryAttributeMapping, _name: str) -> str:
    value = session.get(ItemAttributeValue, row.value_id) if row.value_id else None
    return value.value if value is not None else ""


def _create_category_attribute(session: Session, values: Values) -> None:
    category = session.get_one(ItemCategory, values["category_id"])
    attribute = attributes.get_attribute_by_id(session, values["attribute_id"])
    change: Callable[..., None] = category_attributes.add_attribute
    if attribute.id in category_attributes.effective(session, category.id):
        change = category_attributes.override_default
    change(session, category, attribute, values.get("default", ""), mandatory=bool(values.get("mandatory")))


def _update_category_attribute(session: Session, row: CategoryAttributeMapping, values: Values) -> None:
    category = session.get_one(ItemCategory, row.category_id)
    attribute = attributes.get_attribute_by_id(session, row.attribute_id)
    default = values["default"] if "default" in values else _default_of(session, row, "default")
    category_attributes.change_default(session, category, attribute, default, mandatory=values.get("mandatory"))


CATEGORY_ATTRIBUTES = MasterKind(
    name="category-attributes", words="Attributes of categories", model=CategoryAttributeMapping,
    keys=("category", "attribute"),
    master_columns=lambda: [
        _points(CategoryAttributeMapping, "category", ItemCategory, required=True),
        _attribute_column(CategoryAttributeMapping),
        Column("default", "Default value", lambda text, _o: clean_text(text, field="default", length=250),
               field="default"),
        *_own(CategoryAttributeMapping, "mandatory"),
    ],
    create=_create_category_attribute,
    update=_update_category_attribute,
    reads=("default",), read=_default_of,
)  # fmt: skip


# ------------------------------------------------------------------------------------------- what hangs on items


def _item_of(session: Session, record: Any) -> Item:
    return session.get_one(Item, record.item_id)


ITEM_UNITS = MasterKind(
    name="item-units", words="Units of items", model=ItemUnitOfMeasure, keys=("item", "unit_of_measure"),
    master_columns=lambda: [
        _item_column(ItemUnitOfMeasure), _points(ItemUnitOfMeasure, "unit_of_measure", UnitOfMeasure, required=True),
        *_own(ItemUnitOfMeasure, *item_units.FIELDS),
    ],
    create=lambda session, values: item_units.save_item_unit(
        session, session.get_one(Item, values["item_id"]), values["unit_of_measure_id"],
        _without(values, "item_id", "unit_of_measure_id"),
    ),
    update=lambda session, row, values: item_units.save_item_unit(
        session, _item_of(session, row), row.unit_of_measure_id, values
    ),
)  # fmt: skip

VARIANTS = MasterKind(
    name="variants", words="Item variants", model=ItemVariant, keys=("item", "code"),
    master_columns=lambda: [
        _item_column(ItemVariant), _code(ItemVariant),
        *_own(ItemVariant, *(name for name in variants.FIELDS if name != "code")),
    ],
    create=lambda session, values: variants.save_variant(
        session, session.get_one(Item, values["item_id"]), _without(values, "item_id")
    ),
    update=lambda session, row, values: variants.save_variant(session, _item_of(session, row), values, row),
    where=lambda: (ItemVariant.id != BLANK_ID,), blocks=Permission.ITEMS_BLOCK,
)  # fmt: skip


def _variant_code(text: str, _options: c.Options) -> str:
    return cells.code(text, field="variant", length=10)


def _variant_of(session: Session, values: Values) -> dict[str, Any]:
    """The variant's code becomes the id of that variant of the row's item."""
    code = values["variant_id"]
    found = BLANK_ID
    if code:
        found = variants.get_variant(session, session.get_one(Item, values["item_id"]), code).id
    return {**values, "variant_id": found}


def _code_of_variant(session: Session, record: Any, _name: str) -> str:
    if not record.variant_id:
        return ""
    return session.scalar(select(ItemVariant.code).where(ItemVariant.id == record.variant_id)) or ""


_VARIANT = Column("variant", "Variant", _variant_code, field="variant_id")
_REFERENCE_KEY = ("item", "variant", "unit_of_measure", "reference_type", "reference_type_no", "reference_no")

REFERENCES = MasterKind(
    name="references", words="Item references and bar codes", model=ItemReference, keys=_REFERENCE_KEY,
    master_columns=lambda: [
        _item_column(ItemReference), _VARIANT,
        _points(ItemReference, "unit_of_measure", UnitOfMeasure, required=True),
        *_own(ItemReference, "reference_type"),
        Column("reference_type_no", _title("reference_type_no"), c.code_parser("reference_type_no", 20),
               field="reference_type_no"),
        Column("reference_no", _title("reference_no"), c.code_parser("reference_no", 50), required=True,
               field="reference_no"),
        *_own(ItemReference, "description", "description_2", "starting_date", "ending_date"),
    ],
    create=lambda session, values: references.save_reference(
        session, session.get_one(Item, values["item_id"]), _without(values, "item_id")
    ),
    update=lambda session, row, values: references.save_reference(session, _item_of(session, row), values, row),
    reads=("variant",), read=_code_of_variant, resolve=_variant_of,
)  # fmt: skip

VENDOR_CATALOGUE = MasterKind(
    name="vendor-catalogue", words="Vendor catalogue", model=ItemVendor, keys=("item", "variant", "vendor"),
    master_columns=lambda: [
        _item_column(ItemVendor), _VARIANT,
        _points(ItemVendor, "vendor", Vendor, "no", title="Vendor no.", required=True),
        *_own(ItemVendor, "vendor_item_no", "lead_time"),
    ],
    create=lambda session, values: vendor_catalogue.save_row(
        session, session.get_one(Item, values["item_id"]), _without(values, "item_id")
    ),
    update=lambda session, row, values: vendor_catalogue.save_row(session, _item_of(session, row), values, row),
    reads=("variant",), read=_code_of_variant, resolve=_variant_of,
)  # fmt: skip


def _save_identifier(session: Session, item: Item, values: Values, row: ItemIdentifier | None = None) -> None:
    known = _variant_of(session, {**values, "item_id": item.id}) if "variant_id" in values else values
    identifiers.save_identifier(session, item, _without(known, "item_id"), row)


IDENTIFIERS = MasterKind(
    name="identifiers", words="Item identifiers", model=ItemIdentifier, keys=("item", "code"),
    master_columns=lambda: [
        _item_column(ItemIdentifier), _code(ItemIdentifier, title="Identifier"),
        _points(ItemIdentifier, "unit_of_measure", UnitOfMeasure), _VARIANT,
    ],
    create=lambda session, values: _save_identifier(session, session.get_one(Item, values["item_id"]), values),
    update=lambda session, row, values: _save_identifier(session, _item_of(session, row), values, row),
    reads=("variant",), read=_code_of_variant,
)  # fmt: skip

STOCKKEEPING_UNITS = MasterKind(
    name="stockkeeping-units", words="Stockkeeping units", model=StockkeepingUnit,
    keys=("item", "variant", "location"),
    master_columns=lambda: [
        _item_column(StockkeepingUnit), _VARIANT, _points(StockkeepingUnit, "location", Location),
        *_sku_fields(),
    ],
    create=lambda session, values: stockkeeping.create_unit(
        session, values["item_id"], location_id=values["location_id"], variant_id=values["variant_id"],
        values=_without(values, "item_id", "location_id", "variant_id"),
    ),
    update=stockkeeping.update_unit,
    reads=("variant",), read=_code_of_variant, resolve=_variant_of,
)  # fmt: skip


def _sku_fields() -> list[Column]:
    plain = _fields(StockkeepingUnit, tuple(name for name in stockkeeping.FIELDS if name != "vendor_id"))
    return [*plain, _points(StockkeepingUnit, "vendor", Vendor, "no", title="Vendor no.")]


# ------------------------------------------------------------------------------------------- places, posting set-up

LOCATIONS = MasterKind(
    name="locations", words="Locations", model=Location, keys=("code",),
    master_columns=lambda: [_code(Location), *_fields(Location, locations.EDITABLE)],
    create=lambda session, values: locations.create_location(session, values["code"], _without(values, "code")),
    update=locations.edit_location,
    where=lambda: (Location.id != BLANK_ID,),
)  # fmt: skip

BINS = MasterKind(
    name="bins", words="Bins", model=Bin, keys=("location", "code"),
    master_columns=lambda: [
        _points(Bin, "location", Location, required=True), _code(Bin), *_fields(Bin, bins.EDITABLE)
    ],
    create=lambda session, values: bins.create_bin(
        session, session.get_one(Location, values["location_id"]), values["code"],
        _without(values, "location_id", "code"),
    ),
    update=bins.edit_bin,
)  # fmt: skip


def _posting(setup: posting_setup.Setup, name: str, words: str) -> MasterKind:
    row, column = setup.row_key.removesuffix("_id"), setup.column_key.removesuffix("_id")

    def save(session: Session, values: Values) -> Any:
        row_id, column_id = values[setup.row_key], values[setup.column_key]
        rest = _without(values, setup.row_key, setup.column_key)
        return posting_setup.save_row(session, setup, row_id, column_id, rest)

    def change(session: Session, record: Any, values: Values) -> Any:
        keys = getattr(record, setup.row_key), getattr(record, setup.column_key)
        return posting_setup.save_row(session, setup, *keys, values)

    return MasterKind(
        name=name, words=words, model=setup.model, keys=(row, column),
        master_columns=lambda: [
            _points(setup.model, row, setup.row_model), _points(setup.model, column, setup.column_model, required=True),
            *_fields(setup.model, setup.editable),
        ],
        create=save, update=change,
    )  # fmt: skip


def _change_vat(session: Session, record: Any, values: Values) -> Any:
    keys = record.vat_business_posting_group_id, record.vat_product_posting_group_id
    return trade_setup.save_vat_setup(session, *keys, values)


VAT_SETUP = MasterKind(
    name="vat-posting-setup", words="VAT posting set-up", model=VatPostingSetup,
    keys=("vat_business_posting_group", "vat_product_posting_group"),
    master_columns=lambda: [
        _points(VatPostingSetup, "vat_business_posting_group", VatBusinessPostingGroup),
        _points(VatPostingSetup, "vat_product_posting_group", VatProductPostingGroup, required=True),
        *_fields(VatPostingSetup, trade_setup.VAT_FIELDS),
    ],
    create=lambda session, values: trade_setup.save_vat_setup(
        session, values["vat_business_posting_group_id"], values["vat_product_posting_group_id"],
        _without(values, "vat_business_posting_group_id", "vat_product_posting_group_id"),
    ),
    update=_change_vat,
)  # fmt: skip


_LIST_WORDS = {
    "gen-business-groups": "General business posting groups", "gen-product-groups": "General product posting groups",
    "vat-business-groups": "VAT business posting groups", "vat-product-groups": "VAT product posting groups",
    "inventory-groups": "Inventory posting groups", "customer-groups": "Customer posting groups",
    "vendor-groups": "Vendor posting groups", "payment-terms": "Payment terms", "reason-codes": "Reason codes",
    "source-codes": "Source codes", "manufacturers": "Manufacturers", "purchasing-codes": "Purchasing codes",
    "item-discount-groups": "Item discount groups", "over-receipt-codes": "Over-receipt codes",
    "counting-periods": "Counting periods", "tracking-codes": "Item tracking codes",
    "special-equipment": "Special equipment", "warehouse-classes": "Warehouse classes",
    "put-away-templates": "Put-away templates",
}  # fmt: skip

MASTERS: tuple[MasterKind, ...] = (
    UNITS, CATEGORIES, ATTRIBUTES, ATTRIBUTE_VALUES, CATEGORY_ATTRIBUTES, ITEM_UNITS, VARIANTS, REFERENCES,
    VENDOR_CATALOGUE, IDENTIFIERS, STOCKKEEPING_UNITS, LOCATIONS, BINS,
    *(_small_list(entry, _LIST_WORDS.get(kind) or _title(kind.replace("-", "_")))
      for kind, entry in small_lists.LISTS.items()),
    _posting(posting_setup.GENERAL, "general-posting-setup", "General posting set-up"),
    _posting(posting_setup.INVENTORY, "inventory-posting-setup", "Inventory posting set-up"),
    VAT_SETUP,
)  # fmt: skip

_OF_ITEMS = frozenset({
    "units", "categories", "attributes", "attribute-values", "category-attributes", "item-units", "variants",
    "references", "vendor-catalogue", "identifiers", "stockkeeping-units",
})  # fmt: skip
_OF_PLACES = frozenset({"locations", "bins"})


def import_right(name: str) -> Permission:
    """The right of the page behind a kind."""
    if name == "stockkeeping-units":
        return Permission.ITEMS_COSTS
    return Permission.ITEMS_EDIT if name in _OF_ITEMS else Permission.SETUP_EDIT


def export_right(name: str) -> Permission:
    """The right to look at the page behind a kind."""
    if name == "stockkeeping-units":
        return Permission.ITEMS_COSTS
    if name in _OF_ITEMS:
        return Permission.ITEMS_VIEW
    return Permission.WAREHOUSE_VIEW if name in _OF_PLACES else Permission.SETUP_VIEW
