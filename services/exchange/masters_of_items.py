"""Files of what items are described by and of what hangs on them: declarations only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import ValidationError
from core.text import _
from models import (
    BLANK_ID,
    CatalogItem,
    CategoryAttributeMapping,
    Item,
    ItemAttribute,
    ItemAttributeMapping,
    ItemAttributeValue,
    ItemCategory,
    ItemIdentifier,
    ItemReference,
    ItemSubstitute,
    ItemTemplate,
    ItemUnitOfMeasure,
    ItemVariant,
    ItemVendor,
    Location,
    NumberSeries,
    Permission,
    StockkeepingUnit,
    UnitOfMeasure,
    Vendor,
)
from services import attributes, categories, category_attributes, units
from services.exchange import columns as c
from services.exchange.columns import Column
from services.exchange.item_columns import item_columns
from services.exchange.master_columns import (
    VARIANT,
    code,
    code_of_variant,
    fields,
    item_column,
    item_of,
    own,
    points,
    title_of,
    variant_of,
    without,
)
from services.exchange.masters import MasterKind, Values
from services.items import identifiers, references, stockkeeping, substitutes, templates, variants, vendor_catalogue
from services.items import units as item_units
from services.items.fields import TEMPLATE_FIELDS
from services.items.reasons import BLOCK_REASON
from services.values import clean_text

UNITS = MasterKind(
    name="units", words="Units of measure", model=UnitOfMeasure, keys=("code",),
    master_columns=lambda: [
        code(UnitOfMeasure), *own(UnitOfMeasure, "description", "international_standard_code", "symbol")
    ],
    create=units.save_unit,
    update=lambda session, unit, values: units.save_unit(session, values, unit),
)  # fmt: skip


# ------------------------------------------------------------------------------------------- categories, attributes


def _update_category(session: Session, category: ItemCategory, values: Values) -> None:
    if "parent_id" in values:
        categories.move_category(session, category, values["parent_id"])
    plain = without(values, "parent_id")
    if plain:
        categories.update_category(session, category, plain)


CATEGORIES = MasterKind(
    name="categories", words="Item categories", model=ItemCategory, keys=("code",),
    master_columns=lambda: [
        code(ItemCategory), *own(ItemCategory, "description"), points(ItemCategory, "parent", ItemCategory)
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
        *own(ItemAttribute, "name", required=("name",)), *own(ItemAttribute, "type", "unit_of_measure", "blocked")
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
        _attribute_column(ItemAttributeValue), *own(ItemAttributeValue, "value", required=("value",)),
        *own(ItemAttributeValue, "blocked"),
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
        points(CategoryAttributeMapping, "category", ItemCategory, required=True),
        _attribute_column(CategoryAttributeMapping),
        Column("default", "Default value", lambda text, _o: clean_text(text, field="default", length=250),
               field="default"),
        *own(CategoryAttributeMapping, "mandatory"),
    ],
    create=_create_category_attribute,
    update=_update_category_attribute,
    reads=("default",), read=_default_of,
)  # fmt: skip


# ------------------------------------------------------------------------------------------- what hangs on items


ITEM_UNITS = MasterKind(
    name="item-units", words="Units of items", model=ItemUnitOfMeasure, keys=("item", "unit_of_measure"),
    master_columns=lambda: [
        item_column(ItemUnitOfMeasure), points(ItemUnitOfMeasure, "unit_of_measure", UnitOfMeasure, required=True),
        *own(ItemUnitOfMeasure, *item_units.FIELDS),
    ],
    create=lambda session, values: item_units.save_item_unit(
        session, session.get_one(Item, values["item_id"]), values["unit_of_measure_id"],
        without(values, "item_id", "unit_of_measure_id"),
    ),
    update=lambda session, row, values: item_units.save_item_unit(
        session, item_of(session, row), row.unit_of_measure_id, values
    ),
)  # fmt: skip

VARIANTS = MasterKind(
    name="variants", words="Item variants", model=ItemVariant, keys=("item", "code"),
    master_columns=lambda: [
        item_column(ItemVariant), code(ItemVariant),
        *own(ItemVariant, *(name for name in variants.FIELDS if name != "code")),
    ],
    create=lambda session, values: variants.save_variant(
        session, session.get_one(Item, values["item_id"]), without(values, "item_id")
    ),
    update=lambda session, row, values: variants.save_variant(session, item_of(session, row), values, row),
    where=lambda: (ItemVariant.id != BLANK_ID,), blocks=Permission.ITEMS_BLOCK,
)  # fmt: skip


_REFERENCE_KEY = ("item", "variant", "unit_of_measure", "reference_type", "reference_type_no", "reference_no")

REFERENCES = MasterKind(
    name="references", words="Item references and bar codes", model=ItemReference, keys=_REFERENCE_KEY,
    master_columns=lambda: [
        item_column(ItemReference), VARIANT,
        points(ItemReference, "unit_of_measure", UnitOfMeasure, required=True),
        *own(ItemReference, "reference_type"),
        Column("reference_type_no", title_of("reference_type_no"), c.code_parser("reference_type_no", 20),
               field="reference_type_no"),
        Column("reference_no", title_of("reference_no"), c.code_parser("reference_no", 50), required=True,
               field="reference_no"),
        *own(ItemReference, "description", "description_2", "starting_date", "ending_date"),
    ],
    create=lambda session, values: references.save_reference(
        session, session.get_one(Item, values["item_id"]), without(values, "item_id")
    ),
    update=lambda session, row, values: references.save_reference(session, item_of(session, row), values, row),
    reads=("variant",), read=code_of_variant, resolve=variant_of,
)  # fmt: skip

VENDOR_CATALOGUE = MasterKind(
    name="vendor-catalogue", words="Vendor catalogue", model=ItemVendor, keys=("item", "variant", "vendor"),
    master_columns=lambda: [
        item_column(ItemVendor), VARIANT,
        points(ItemVendor, "vendor", Vendor, "no", title="Vendor no.", required=True),
        *own(ItemVendor, "vendor_item_no", "lead_time"),
    ],
    create=lambda session, values: vendor_catalogue.save_row(
        session, session.get_one(Item, values["item_id"]), without(values, "item_id")
    ),
    update=lambda session, row, values: vendor_catalogue.save_row(session, item_of(session, row), values, row),
    reads=("variant",), read=code_of_variant, resolve=variant_of,
)  # fmt: skip


def _save_identifier(session: Session, item: Item, values: Values, row: ItemIdentifier | None = None) -> None:
    known = variant_of(session, {**values, "item_id": item.id}) if "variant_id" in values else values
    identifiers.save_identifier(session, item, without(known, "item_id"), row)


IDENTIFIERS = MasterKind(
    name="identifiers", words="Item identifiers", model=ItemIdentifier, keys=("item", "code"),
    master_columns=lambda: [
        item_column(ItemIdentifier), code(ItemIdentifier, title="Identifier"),
        points(ItemIdentifier, "unit_of_measure", UnitOfMeasure), VARIANT,
    ],
    create=lambda session, values: _save_identifier(session, session.get_one(Item, values["item_id"]), values),
    update=lambda session, row, values: _save_identifier(session, item_of(session, row), values, row),
    reads=("variant",), read=code_of_variant,
)  # fmt: skip

STOCKKEEPING_UNITS = MasterKind(
    name="stockkeeping-units", words="Stockkeeping units", model=StockkeepingUnit,
    keys=("item", "variant", "location"),
    master_columns=lambda: [
        item_column(StockkeepingUnit), VARIANT, points(StockkeepingUnit, "location", Location),
        *_sku_fields(),
    ],
    create=lambda session, values: stockkeeping.create_unit(
        session, values["item_id"], location_id=values["location_id"], variant_id=values["variant_id"],
        values=without(values, "item_id", "location_id", "variant_id"),
    ),
    update=stockkeeping.update_unit,
    reads=("variant",), read=code_of_variant, resolve=variant_of,
)  # fmt: skip


def _sku_fields() -> list[Column]:
    plain = fields(StockkeepingUnit, tuple(name for name in stockkeeping.FIELDS if name != "vendor_id"))
    return [*plain, points(StockkeepingUnit, "vendor", Vendor, "no", title="Vendor no.")]


# ------------------------------------------------------------------------------------------ templates, variants' values


def _template_columns() -> list[Column]:
    """The columns of an item that a template has, too."""
    columns = [column for column in item_columns() if column.field in TEMPLATE_FIELDS]
    return [
        code(ItemTemplate), *own(ItemTemplate, "description"), points(ItemTemplate, "number_series", NumberSeries),
        *(replace(column, required=False) for column in columns),
    ]  # fmt: skip


TEMPLATES = MasterKind(
    name="item-templates", words="Item templates", model=ItemTemplate, keys=("code",),
    master_columns=_template_columns,
    create=lambda session, values: templates.save_template(session, without(values, BLOCK_REASON)),
    update=lambda session, row, values: templates.save_template(session, without(values, BLOCK_REASON), row),
    blocks=Permission.ITEMS_BLOCK,
)  # fmt: skip


def _value_of(session: Session, mapping: Any, name: str) -> str:
    if name == "variant":
        return code_of_variant(session, mapping, name)
    return session.scalar(select(ItemAttributeValue.value).where(ItemAttributeValue.id == mapping.value_id)) or ""


def _give_value(session: Session, values: Values, mapping: ItemAttributeMapping | None = None) -> None:
    """A value of a variant's own: from now on it does not follow the item's (items.md section 6)."""
    item_id, variant_id, attribute_id = (
        (mapping.item_id, mapping.variant_id, mapping.attribute_id) if mapping is not None
        else (values["item_id"], values["variant_id"], values["attribute_id"])
    )  # fmt: skip
    attribute = attributes.get_attribute_by_id(session, attribute_id)
    attributes.assign_value(session, item_id, attribute, values["value_id"], variant_id=variant_id, replace=True)


VARIANT_VALUES = MasterKind(
    name="variant-attribute-values", words="Attribute values of variants", model=ItemAttributeMapping,
    keys=("item", "variant", "attribute"),
    master_columns=lambda: [
        item_column(ItemAttributeMapping), replace(VARIANT, required=True), _attribute_column(ItemAttributeMapping),
        Column("value", "Value", lambda text, _o: clean_text(text, field="value", length=250), required=True,
               field="value_id"),
    ],
    create=_give_value,
    update=lambda session, row, values: _give_value(session, values, row),
    reads=("variant", "value"), read=_value_of, resolve=variant_of,
    where=lambda: (ItemAttributeMapping.variant_id != BLANK_ID,),
)  # fmt: skip


# ------------------------------------------------------------------------------------------- substitutes

_PAIR = ("item", "variant", "catalog_item", "substitute_item", "substitute_variant", "substitute_catalog_item")


def _both_variants(session: Session, values: Values) -> dict[str, Any]:
    """Variants of either item by their codes; what is not named is nothing, not the blank record."""
    found = dict(values)
    for item, variant in (("item_id", "variant_id"), ("substitute_item_id", "substitute_variant_id")):
        one = {"item_id": found[item] or 0, "variant_id": found[variant]}
        if one["variant_id"] and not one["item_id"]:
            raise ValidationError("field_required", _("A variant needs its item."), field=variant)
        found[variant] = variant_of(session, one)["variant_id"]
    return found | {name: found[name] or None for name in ("item_id", "catalog_item_id", "substitute_item_id",
                                                           "substitute_catalog_item_id")}  # fmt: skip


def _code_of_either(session: Session, row: Any, name: str) -> str:
    variant_id = row.variant_id if name == "variant" else row.substitute_variant_id
    return session.scalar(select(ItemVariant.code).where(ItemVariant.id == variant_id)) or "" if variant_id else ""


def _save_substitute(session: Session, values: Values, row: ItemSubstitute | None = None) -> None:
    item_id, catalog_id = (
        (row.item_id, row.catalog_item_id) if row is not None else (values["item_id"], values["catalog_item_id"])
    )
    if (item_id is None) == (catalog_id is None):
        raise ValidationError("field_required", _("Name the item or the catalog entry that is replaced."),
                              field="item_id")  # fmt: skip
    owner = session.get_one(Item, item_id) if item_id is not None else session.get_one(CatalogItem, catalog_id)
    substitutes.save_substitute(session, owner, without(values, "item_id", "catalog_item_id"), row)


SUBSTITUTES = MasterKind(
    name="substitutes", words="Substitutes", model=ItemSubstitute, keys=_PAIR,
    master_columns=lambda: [
        points(ItemSubstitute, "item", Item, "no", title="Item no."), VARIANT,
        points(ItemSubstitute, "catalog_item", CatalogItem, "no", title="Catalog entry no."),
        points(ItemSubstitute, "substitute_item", Item, "no", title="Substitute no."),
        replace(VARIANT, name="substitute_variant", title="Substitute's variant", field="substitute_variant_id"),
        points(ItemSubstitute, "substitute_catalog_item", CatalogItem, "no", title="Substitute's catalog entry"),
        *own(ItemSubstitute, "interchangeable", "conditions"),
    ],
    create=_save_substitute,
    update=lambda session, row, values: _save_substitute(session, values, row),
    reads=("variant", "substitute_variant"), read=_code_of_either, resolve=_both_variants,
)  # fmt: skip

OF_ITEMS: tuple[MasterKind, ...] = (
    UNITS, CATEGORIES, ATTRIBUTES, ATTRIBUTE_VALUES, CATEGORY_ATTRIBUTES, ITEM_UNITS, VARIANTS, VARIANT_VALUES,
    REFERENCES, VENDOR_CATALOGUE, IDENTIFIERS, SUBSTITUTES,
)  # fmt: skip
#: Their pages show or change what items cost.
WITH_COSTS: tuple[MasterKind, ...] = (STOCKKEEPING_UNITS, TEMPLATES)
