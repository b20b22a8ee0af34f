"""`adjust_cost`, `revaluation`, `post_inventory_to_gl`: the bookkeeper's runs (posting-and-costing.md 12, 14, 16)."""

from __future__ import annotations

from services.scenario.registry import action_not_built
from services.scenario.shapes import decimal, list_of, one_of, record, word

action_not_built("adjust_cost", record({"items": list_of(word)}))
action_not_built(
    "revaluation",
    record(
        {
            "item": word,
            "location": word,
            "variant": word,
            "applies_to": word,
            "unit_cost": decimal,
            "value": decimal,
            "calculate_per": one_of("item", "entry"),
        },
        required=("item",),
        one_of_keys=("unit_cost", "value"),
    ),
)
action_not_built("post_inventory_to_gl", record({"per": one_of("entry", "posting_group")}))
