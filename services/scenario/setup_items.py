"""Items of a scenario: the words of the format into the fields of the card, and what hangs on it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.rounding import ZERO
from models import (
    BLANK_ID,
    GenProductPostingGroup,
    InventoryPostingGroup,
    Item,
    ItemTrackingCode,
    Location,
    StockkeepingUnit,
    UnitOfMeasure,
    VatProductPostingGroup,
)
from models.enums import CostingMethod, ItemType
from services import small_lists, units
from services.items import create_item
from services.items.units import save_item_unit
from services.items.variants import get_variant, save_variant
from services.scenario.shapes import Values

#: word of the format -> field of the card, where they differ
_FIELDS = {
    "indirect_cost_pct": "indirect_cost_percent",
    "replenishment": "replenishment_system",
}
#: words of the format that are not one field of the card
_OTHER = {
    "no", "base_uom", "units", "variants", "blocked_variants", "tracking", "expiration", "strict_expiration",
    "assembly_bom", "production_bom", "skus",
}  # fmt: skip
_SHORT = {"lot": "LOT", "serial": "SN", "lot_serial": "LOTSN", "package": "PKG"}
_NO_DAY = dt.date(2026, 1, 1)


def add_item(session: Session, given: Values) -> list[tuple[int, str]]:
    """Create the item with units, variants and stockkeeping units; line and key of what is not built yet."""
    inventory = given.get("type", ItemType.INVENTORY) is ItemType.INVENTORY
    values: dict[str, object] = {
        "no": given["no"],
        "description": given["no"],
        "base_unit_of_measure_id": unit_id(session, given.get("base_uom", "PCS")),
        "gen_product_posting_group_id": group_id(session, GenProductPostingGroup, "RETAIL"),
        "vat_product_posting_group_id": group_id(session, VatProductPostingGroup, "ZERO"),
        **card_fields(session, given),
    }
    if inventory:
        values["inventory_posting_group_id"] = group_id(session, InventoryPostingGroup, "RESALE")
        values.setdefault("costing_method", CostingMethod.FIFO)
    item = create_item(session, values, on=_NO_DAY)
    for code, factor in given.get("units", {}).items():
        save_item_unit(session, item, unit_id(session, code), {"qty_per_unit_of_measure": factor})
    for code in given.get("variants", ()):
        save_variant(session, item, {"code": code})
    block_variants(session, item, given.get("blocked_variants", ()))
    for sku in given.get("skus", ()):
        _add_sku(session, item, sku)
    return [(given.lines[key], key) for key in ("assembly_bom", "production_bom") if key in given]


def card_fields(session: Session, given: Values) -> dict[str, Any]:
    """The fields of the card that `given` names, as services.items takes them."""
    values = {_FIELDS.get(name, name): value for name, value in given.items() if name not in _OTHER}
    if "base_uom" in given:
        values["base_unit_of_measure_id"] = unit_id(session, given["base_uom"])
    if given.keys() & {"tracking", "expiration", "strict_expiration"}:
        values["item_tracking_code_id"] = _tracking_code_id(session, given)
    return values


def block_variants(session: Session, item: Item, codes: list[str] | tuple[str, ...]) -> None:
    """Block these variants of the item."""
    for code in codes:
        save_variant(session, item, {"blocked": True}, get_variant(session, item, code))


def unit_id(session: Session, code: str) -> int:
    """The id of a unit, made where the list does not have it."""
    found = session.scalar(select(UnitOfMeasure.id).where(UnitOfMeasure.code == code.strip().upper()))
    return found if found is not None else units.save_unit(session, {"code": code, "description": code}).id


def group_id(session: Session, model: Any, code: str) -> int:
    """The id of a posting group of the default company."""
    found: int = session.scalars(select(model.id).where(model.code == code)).one()
    return found


def _tracking_code_id(session: Session, given: Values) -> int | None:
    """The tracking code with just these switches; none where nothing is tracked."""
    kind = given.get("tracking", "none")
    if kind == "none":
        return None
    strict = given.get("strict_expiration", False)
    dated = given.get("expiration", False)
    code = f"T-{_SHORT[kind]}{'X' if dated else ''}{'S' if strict else ''}"
    found = session.scalar(select(ItemTrackingCode.id).where(ItemTrackingCode.code == code))
    if found is not None:
        return found
    values = {
        "description": kind,
        "serial_specific": kind in ("serial", "lot_serial"),
        "lot_specific": kind in ("lot", "lot_serial"),
        "package_specific": kind == "package",
        "use_expiration_dates": dated or strict,
        "manual_expiration_date_required": dated,
        "strict_expiration": strict,
    }
    row = small_lists.create_row(session, small_lists.get_list("tracking-codes"), code, values)
    return int(row.id)


def _add_sku(session: Session, item: Item, given: Values) -> None:
    """A stockkeeping unit; costs that are not given come from the card, as when a user creates one."""
    code, variant = given.get("location", ""), given.get("variant", "")
    location_id = session.scalars(select(Location.id).where(Location.code == code.upper())).one() if code else BLANK_ID
    session.add(
        StockkeepingUnit(
            item_id=item.id,
            location_id=location_id,
            variant_id=get_variant(session, item, variant).id if variant else BLANK_ID,
            unit_cost=given.get("unit_cost", item.unit_cost),
            standard_cost=given.get("standard_cost", item.standard_cost),
            last_direct_cost=item.last_direct_cost or ZERO,
        )
    )
    session.flush()
