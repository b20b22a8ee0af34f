"""Columns of files of master data: fields of a model, codes of other records, the variant of an item."""

from __future__ import annotations

from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from models import BLANK_ID, Item, ItemVariant
from services.exchange import cells
from services.exchange import columns as c
from services.exchange.columns import Column
from services.exchange.masters import Values
from services.items import variants

#: Titles that a field's name with spaces would not give.
_TITLES = {
    "international_standard_code": "International code", "qty_per_unit_of_measure": "Base units in one",
    "rounding_precision": "Counted in steps of", "unit_of_measure": "Unit", "reference_type": "Whose number",
    "reference_type_no": "Customer or vendor no.", "reference_no": "Reference no.", "name_2": "Name 2",
    "address_2": "Address 2", "description_2": "Description 2", "email": "E-mail", "no": "No.",
    "gen_business_posting_group": "Business posting group", "gen_product_posting_group": "Product posting group",
    "vat_business_posting_group": "VAT business posting group",
    "vat_product_posting_group": "VAT product posting group",
    "vat_percent": "VAT %", "gl_account": "G/L account", "sku_creation": "SKU creation", "missing_sku": "Missing SKU",
    "default_vat_business_posting_group": "Default VAT business posting group",
    "default_vat_product_posting_group": "Default VAT product posting group",
}  # fmt: skip


def title_of(name: str) -> str:
    """The heading of a field."""
    return _TITLES.get(name) or name.replace("_", " ").capitalize()


def own(model: type[Any], *names: str, required: tuple[str, ...] = ()) -> list[Column]:
    """Plain fields of a model as columns."""
    return [c.model_column(model, name, title_of(name), required=name in required) for name in names]


def code(model: type[Any], name: str = "code", title: str = "Code") -> Column:
    """The code or number that people know a row by."""
    length = inspect(model).columns[name].type.length
    return Column(name, title, c.code_parser(name, length), required=True, field=name)


def points(
    model: type[Any], name: str, to: type[Any], by: str = "code", *, title: str = "", required: bool = False
) -> Column:
    """A column whose cell names a record of `to` by its code or number; the field is `name`_id."""
    return c.lookup_column(model, name, title or title_of(name), to=to, by=by, required=required)


def fields(model: type[Any], names: tuple[str, ...]) -> list[Column]:
    """Fields of a model as columns; those that point at another record by its code or number."""
    found = []
    for name in names:
        keys = list(inspect(model).columns[name].foreign_keys)
        if not keys:
            found += own(model, name)
            continue
        table = keys[0].column.table
        to = next(m.class_ for m in model.registry.mappers if m.local_table is table)
        by = "code" if "code" in to.__table__.columns else "no"
        found.append(points(model, name.removesuffix("_id"), to, by))
    return found


def without(values: Values, *names: str) -> dict[str, Any]:
    """The values but those of `names`."""
    return {name: value for name, value in values.items() if name not in names}


def item_column(model: type[Any]) -> Column:
    """The item that a row belongs to."""
    return points(model, "item", Item, "no", title="Item no.", required=True)


def item_of(session: Session, record: Any) -> Item:
    """The item that a row belongs to."""
    return session.get_one(Item, record.item_id)


def _variant_code(text: str, _options: c.Options) -> str:
    return cells.code(text, field="variant", length=10)


def variant_of(session: Session, values: Values) -> dict[str, Any]:
    """The variant's code becomes the id of that variant of the row's item."""
    found = BLANK_ID
    if values["variant_id"]:
        found = variants.get_variant(session, session.get_one(Item, values["item_id"]), values["variant_id"]).id
    return {**values, "variant_id": found}


def code_of_variant(session: Session, record: Any, _name: str) -> str:
    """The code of the row's variant."""
    if not record.variant_id:
        return ""
    return session.scalar(select(ItemVariant.code).where(ItemVariant.id == record.variant_id)) or ""


VARIANT = Column("variant", "Variant", _variant_code, field="variant_id")
