"""The `setup` part of a scenario file: which keys there are and what each takes."""

from __future__ import annotations

from models.enums import (
    AssemblyPolicy,
    AutomaticCostAdjustment,
    AverageCostCalcType,
    AverageCostPeriod,
    CostingMethod,
    DefaultNoYes,
    ItemType,
    ReplenishmentSystem,
    ReservePolicy,
)
from services.scenario.shapes import choice, decimal, flag, list_of, mapping_of, one_of, optional_day, record, word

INVENTORY_SETUP = {
    "automatic_cost_posting": flag,
    "expected_cost_posting_to_gl": flag,
    "automatic_cost_adjustment": choice(AutomaticCostAdjustment),
    "average_cost_calc_type": choice(AverageCostCalcType),
    "average_cost_period": choice(AverageCostPeriod),
    "prevent_negative_inventory": flag,
}
LEDGER_SETUP = {
    "amount_rounding": decimal,
    "unit_amount_rounding": decimal,
    "allow_posting_from": optional_day,
    "allow_posting_to": optional_day,
}
LOCATION = {
    "code": word,
    "in_transit": flag,
    "bins": list_of(word),
    "require_receive": flag,
    "require_shipment": flag,
    "require_put_away": flag,
    "require_pick": flag,
    "bin_mandatory": flag,
}
#: Fields of an item card that a user may also change later (`set`).
ITEM_CARD = {
    "description": word,
    "type": choice(ItemType),
    "base_uom": word,
    "costing_method": choice(CostingMethod),
    "unit_cost": decimal,
    "standard_cost": decimal,
    "unit_price": decimal,
    "last_direct_cost": decimal,
    "indirect_cost_pct": decimal,
    "overhead_rate": decimal,
    "tracking": one_of("none", "lot", "serial", "lot_serial", "package"),
    "expiration": flag,
    "strict_expiration": flag,
    "reserve": choice(ReservePolicy),
    "replenishment": choice(ReplenishmentSystem),
    "assembly_policy": choice(AssemblyPolicy),
    "prevent_negative_inventory": choice(DefaultNoYes),
    "blocked": flag,
    "sales_blocked": flag,
    "purchasing_blocked": flag,
    "blocked_variants": list_of(word),
    "gross_weight": decimal,
}
ASSEMBLY_BOM_LINE = record(
    {"item": word, "resource": word, "qty_per": decimal, "unit_cost": decimal},
    required=("qty_per",),
    one_of_keys=("item", "resource"),
)
PRODUCTION_BOM_LINE = record({"item": word, "qty_per": decimal, "scrap_pct": decimal}, required=("item", "qty_per"))
SKU = record({"location": word, "variant": word, "standard_cost": decimal, "unit_cost": decimal})
ITEM = {
    "no": word,
    **ITEM_CARD,
    "units": mapping_of(decimal),
    "variants": list_of(word),
    "assembly_bom": list_of(ASSEMBLY_BOM_LINE),
    "production_bom": list_of(PRODUCTION_BOM_LINE),
    "skus": list_of(SKU),
}
SETUP = record(
    {
        "inventory_setup": record(INVENTORY_SETUP),
        "general_ledger_setup": record(LEDGER_SETUP),
        "locations": list_of(record(LOCATION, required=("code",))),
        "responsibility_centers": list_of(record({"code": word, "location": word}, required=("code",))),
        "items": list_of(record(ITEM, required=("no",))),
        "item_charges": list_of(word),
        "vendors": list_of(record({"no": word}, required=("no",))),
        "customers": list_of(record({"no": word}, required=("no",))),
    }
)
