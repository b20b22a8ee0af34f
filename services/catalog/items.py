"""An item made of a catalog entry, and taken back when nobody wanted it after all (items.md section 11)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from sqlalchemy import Text, cast, or_, select
from sqlalchemy.orm import Session

from core.clock import utcnow
from core.errors import ValidationError
from core.sql import ids_of
from core.text import _
from models import BLANK_ID, CatalogItem, Item, ItemTemplate, TradeArchive, UnitOfMeasure, Vendor
from models.enums import CostingMethod, ItemType, ReferenceType
from services import items
from services.catalog.entries import check_free
from services.catalog.numbering import is_taken, no_of
from services.items import references, vendor_catalogue
from services.items.templates import create_from_template
from services.items.usage import usage_of
from services.values import raise_all

_NEEDED = ("vendor_id", "vendor_item_no", "item_template_id")


def create_item_of(session: Session, entry: CatalogItem, *, on: dt.date) -> Item:
    """Make the item: unit, card, vendor row and reference, bar code; the entry shows it from now on.

    Raises ValidationError or ErrorList: `already_converted`, `field_required` (vendor, vendor item no., template and
    the template's posting groups), `duplicate`, `number_too_long`, and those of `items.create_item`.
    """
    if entry.item_id is not None:
        check_free(session, entry)
    _check_complete(session, entry)
    no = no_of(session, entry)
    if is_taken(session, no):
        raise ValidationError(
            "duplicate", _("There is an item %(no)s already.", no=no), field="vendor_item_no",
            hint=_("Renumber that item, or choose another number format in the catalog set-up."),
        )  # fmt: skip
    template = session.get_one(ItemTemplate, entry.item_template_id)
    item = create_from_template(session, template, no, on=on, typed=False, **_values(session, entry))
    if item.costing_method == CostingMethod.STANDARD and entry.negotiated_cost:
        items.update_item(session, item, {"standard_cost": entry.negotiated_cost})
    item.created_from_catalog = True
    vendor_catalogue.save_row(session, item, {"vendor_id": entry.vendor_id, "vendor_item_no": entry.vendor_item_no})
    if entry.bar_code:
        references.save_reference(
            session, item,
            {"reference_type": ReferenceType.BAR_CODE, "reference_no": entry.bar_code, "variant_id": BLANK_ID},
        )  # fmt: skip
    entry.item_id, entry.last_modified_at = item.id, utcnow()
    session.flush()
    return item


def item_for_sale(session: Session, entry: CatalogItem, *, on: dt.date) -> Item:
    """The item made of the entry, now if there is none yet. Raises as `create_item_of`."""
    return session.get_one(Item, entry.item_id) if entry.item_id is not None else create_item_of(session, entry, on=on)


def _check_complete(session: Session, entry: CatalogItem) -> None:
    """What an item cannot be made without; all that is missing is named."""
    words = {"vendor_id": _("vendor"), "vendor_item_no": _("vendor item no."), "item_template_id": _("item template")}
    missing = [
        ValidationError(
            "field_required", _("Entry %(no)s has no %(what)s yet.", no=entry.no, what=words[name]), field=name,
            hint=_("Fill it in on the catalog entry."),
        )
        for name in _NEEDED if not getattr(entry, name)
    ]  # fmt: skip
    raise_all(missing)
    template = session.get_one(ItemTemplate, entry.item_template_id)
    lacking = []
    if template.gen_product_posting_group_id is None:
        lacking.append(_("general product posting group"))
    if template.type == ItemType.INVENTORY and template.inventory_posting_group_id is None:
        lacking.append(_("inventory posting group"))
    raise_all(
        ValidationError(
            "field_required", _("Item template %(code)s has no %(what)s.", code=template.code, what=what),
            field="item_template_id", hint=_("Fill it in on the template."),
        )
        for what in lacking
    )  # fmt: skip


def _values(session: Session, entry: CatalogItem) -> dict[str, Any]:
    """What the entry says about the item; the template says the rest."""
    vendor = session.get_one(Vendor, entry.vendor_id)
    values: dict[str, Any] = {
        "description": entry.description or entry.vendor_item_no, "unit_price": entry.unit_price,
        "unit_cost": entry.negotiated_cost, "last_direct_cost": entry.negotiated_cost,
        "gross_weight": entry.gross_weight, "net_weight": entry.net_weight, "vendor_id": vendor.id,
        "vendor_item_no": entry.vendor_item_no,
    }  # fmt: skip
    if entry.manufacturer_id is not None:
        values["manufacturer_id"] = entry.manufacturer_id
    if vendor.lead_time:
        values["lead_time"] = vendor.lead_time
    if entry.unit_code:
        unit_id = _unit(session, entry.unit_code)
        values |= {f"{name}unit_of_measure_id": unit_id for name in ("base_", "sales_", "purchase_")}
    return values


def _unit(session: Session, code: str) -> int:
    """The unit of this code, made where nobody has set it up."""
    found = session.scalar(select(UnitOfMeasure.id).where(UnitOfMeasure.code == code))
    if found is not None:
        return found
    made = UnitOfMeasure(code=code, description=code.title())
    session.add(made)
    session.flush()
    return made.id


def take_back(session: Session, item_ids: Collection[int]) -> list[str]:
    """Delete items that were made of catalog entries and that nothing names any more; returns their numbers.

    Called when lines that named them are gone. Whatever was changed on the item meanwhile does not save it.
    """
    gone = []
    for item in session.scalars(
        select(Item).where(Item.id.in_(ids_of(session, set(item_ids))), Item.created_from_catalog).order_by(Item.id)
    ).all():
        usage = usage_of(session, item.id)
        if not usage.any_history and not _is_archived(session, item.id):
            gone.append(item.no)
            items.delete_item(session, item)
    return gone


def _is_archived(session: Session, item_id: int) -> bool:
    """True when an archived version of a document names the item; versions are kept as JSON."""
    lines = cast(TradeArchive.lines, Text)
    found = select(TradeArchive.id).where(
        or_(*(lines.contains(f'"item_id": {item_id}{end}', autoescape=True) for end in (",", "}")))
    )
    return session.scalar(found.limit(1)) is not None
