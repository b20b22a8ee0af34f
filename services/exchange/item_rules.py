"""What the item card's rules say about a row of a file (items.md section 1); pure."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from core.rounding import PLACES, ZERO, round_to
from core.text import _
from models.enums import (
    AssemblyPolicy,
    CostingMethod,
    ItemType,
    PriceProfitCalculation,
    ReorderingPolicy,
    ReplenishmentSystem,
    ReservePolicy,
)
from services.items.fields import BLOCK_FIELDS

_BLOCKS = tuple(name for name in BLOCK_FIELDS if name != "block_reason")
_HUNDRED = Decimal(100)


def check_item(
    values: dict[str, Any],
    before: Mapping[str, Any] | None,
    *,
    has_entries: bool,
    has_open: bool,
    is_bought: bool = False,
    is_at_work: bool = False,
    needs_vat: bool = True,
    serial_codes: set[int],
) -> list[str]:
    """Sentences about what is wrong; completes `values` with what follows from them (search words, profit, resets)."""

    def after(name: str) -> Any:
        return values[name] if name in values else (before or {}).get(name)

    errors = _mandatory(after, values, before, needs_vat=needs_vat)
    _derive_texts(values, before)
    if after("type") != ItemType.INVENTORY:
        _reset_for_non_stock(values, before)
    if before is not None:
        errors += _frozen(values, before, type_stays=has_entries or is_at_work, cost_stays=has_entries or is_bought)
    if (
        has_open
        and before is not None
        and values.get("base_unit_of_measure_id", before["base_unit_of_measure_id"])
        != before["base_unit_of_measure_id"]
    ):
        errors.append(_("The base unit stays, because the item has open ledger entries."))
    if after("costing_method") == CostingMethod.SPECIFIC and after("item_tracking_code_id") not in serial_codes:
        errors.append(_("Costing method specific needs an item tracking code with serial numbers."))
    if after("replenishment_system") == ReplenishmentSystem.TRANSFER:
        errors.append(_("Replenishment by transfer is for stockkeeping units only."))
    if "rounding_precision" in values and values["rounding_precision"] <= 0:
        errors.append(_("Rounding precision must be more than 0."))
    if after("block_reason") and not any(after(name) for name in _BLOCKS):
        if before is not None and values.get("block_reason") in (None, before.get("block_reason")):
            values["block_reason"] = ""  # unblocking clears the reason
        else:
            errors.append(_("Block reason: the item is not blocked."))
    if after("costing_method") == CostingMethod.STANDARD and "standard_cost" in values:
        values["unit_cost"] = values["standard_cost"]
    if not errors:
        _relate_price(values, before or {}, after)
    return errors


def _mandatory(
    after: Any, values: Mapping[str, Any], before: Mapping[str, Any] | None, *, needs_vat: bool
) -> list[str]:
    """What a new card needs, and no file may empty; the VAT group only where the company has such groups."""
    needed = ["base_unit_of_measure_id", "gen_product_posting_group_id"]
    if needs_vat:
        needed.append("vat_product_posting_group_id")
    if after("type") == ItemType.INVENTORY:
        needed.append("inventory_posting_group_id")
    # Words are looked up for what is missing only: most rows lack nothing.
    return [
        _("%(title)s: Fill this in, please.", title=_(_TITLES[name]))
        for name in needed if not after(name) and (before is None or (name in values and before.get(name)))
    ]  # fmt: skip


_TITLES = {
    "base_unit_of_measure_id": "Base unit", "gen_product_posting_group_id": "Product posting group",
    "vat_product_posting_group_id": "VAT product posting group",
    "inventory_posting_group_id": "Inventory posting group",
}  # fmt: skip


def _derive_texts(values: dict[str, Any], before: Mapping[str, Any] | None) -> None:
    """The search description follows the description while it is blank or still equals it."""
    if "description" not in values or values.get("search_description"):
        return
    old = before or {}
    if not old.get("search_description") or old["search_description"] == str(old.get("description", "")).upper()[:100]:
        values["search_description"] = str(values["description"]).upper()[:100]


def _reset_for_non_stock(values: dict[str, Any], before: Mapping[str, Any] | None) -> None:
    """What services and non-inventory items cannot have is emptied, as on the card."""
    reset: dict[str, Any] = {
        "costing_method": CostingMethod.FIFO, "inventory_posting_group_id": None, "item_tracking_code_id": None,
    }  # fmt: skip
    if before is None or before.get("type") == ItemType.INVENTORY:
        reset |= {
            "reserve": ReservePolicy.NEVER, "reordering_policy": ReorderingPolicy.NONE,
            "replenishment_system": ReplenishmentSystem.PURCHASE, "assembly_policy": AssemblyPolicy.ASSEMBLE_TO_STOCK,
            "indirect_cost_percent": ZERO, "overhead_rate": ZERO,
        }  # fmt: skip
    values.update(reset)


def _frozen(values: Mapping[str, Any], before: Mapping[str, Any], *, type_stays: bool, cost_stays: bool) -> list[str]:
    errors = []
    for name, stays, sentence in (
        ("type", type_stays, _("The type stays, because the item has ledger entries or stands on lines.")),
        ("costing_method", cost_stays,
         _("The costing method stays, because the item has ledger entries or stands on purchase orders.")),
    ):  # fmt: skip
        if stays and name in values and values[name] != before[name]:
            errors.append(sentence)
    own_cost = before["type"] == ItemType.INVENTORY and before["costing_method"] != CostingMethod.STANDARD
    if cost_stays and own_cost and "unit_cost" in values and values["unit_cost"] != before["unit_cost"]:
        errors.append(
            _("The unit cost stays, because the item has ledger entries or purchase orders; revalue it instead.")
        )
    return errors


def _relate_price(values: dict[str, Any], before: Mapping[str, Any], after: Any) -> None:
    """Profit % follows price and cost, or the price follows cost and profit, as the card says; VAT-free prices only.

    A file that repeats what the card holds moves nothing; posting may have moved the cost since those were set.
    """
    related = ("unit_price", "unit_cost", "standard_cost", "profit_percent", "price_profit_calculation")
    if not any(name in values and (name not in before or values[name] != before[name]) for name in related):
        return
    if after("price_includes_vat"):
        return
    method = after("price_profit_calculation") or PriceProfitCalculation.PROFIT_IS_PRICE_MINUS_COST
    price, cost, profit = after("unit_price") or ZERO, after("unit_cost") or ZERO, after("profit_percent") or ZERO
    if method == PriceProfitCalculation.PROFIT_IS_PRICE_MINUS_COST:
        share = _HUNDRED * (1 - cost / price) if price and cost else ZERO
        values["profit_percent"] = round_to(share, PLACES)
    elif method == PriceProfitCalculation.PRICE_IS_COST_PLUS_PROFIT and profit < _HUNDRED:
        values["unit_price"] = round_to(cost / (1 - profit / _HUNDRED), PLACES)
