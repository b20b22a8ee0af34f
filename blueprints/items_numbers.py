"""Vendors and identifiers of an item as parts of its card: their forms, and how their rows are found."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from blueprints.fields import BaseForm, ChoiceField, CodeField, TextField
from blueprints.record_fields import RecordField
from core.errors import NotFound
from core.text import _
from models import BLANK_ID, Item, ItemIdentifier, ItemVendor
from services.items import identifiers, units, variants, vendor_catalogue


class VendorForm(BaseForm):
    vendor_id = RecordField(_l("Vendor"), "vendor", required=True)
    variant_id = ChoiceField(_l("Variant"), coerce=int)
    vendor_item_no = TextField(_l("Vendor item no."), max_length=50)
    lead_time = CodeField(_l("Lead time"), max_length=20)


class IdentifierForm(BaseForm):
    code = CodeField(_l("Identifier"), max_length=20, required=True)
    unit_of_measure_id = ChoiceField(_l("Unit"), coerce=int)
    variant_id = ChoiceField(_l("Variant"), coerce=int)


def find_vendor(session: Session, item: Item, key: str) -> ItemVendor:
    """The row of the catalogue that `key` names."""
    return vendor_catalogue.find_row(session, item, _id(key))


def find_identifier(session: Session, item: Item, key: str) -> ItemIdentifier:
    """The identifier that `key` names."""
    return identifiers.find_identifier(session, item, _id(key))


def offer_choices(form: BaseForm, session: Session, item: Item, *, every_variant: str) -> None:
    """The item's own units and variants, where the form asks for them."""
    if "unit_of_measure_id" in form:
        held = units.list_item_units(session, item.id)
        form["unit_of_measure_id"].choices = [(unit.unit_of_measure_id, unit.unit_of_measure.code) for unit in held]
    if "variant_id" in form:
        kinds: list[Any] = variants.list_variants(session, item.id)
        form["variant_id"].choices = [(BLANK_ID, every_variant), *((kind.id, kind.code) for kind in kinds)]


def _id(key: str) -> int:
    if not (key.isascii() and key.isdigit() and len(key) < 19):
        raise NotFound("not_found", _("This row does not exist any more."))
    return int(key)
