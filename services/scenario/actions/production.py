"""`production_order`, `consume`, `output`, `finish` (assembly-and-production.md)."""

from __future__ import annotations

from services.scenario.actions.assembly import COMPONENT
from services.scenario.actions.common import TRACKING
from services.scenario.registry import action_not_built
from services.scenario.shapes import decimal, list_of, record, word

action_not_built(
    "production_order",
    record({"item": word, "qty": decimal, "location": word, "lines": list_of(COMPONENT)}, required=("item", "qty")),
)
action_not_built(
    "consume",
    record(
        {
            "order": word,
            "item": word,
            "qty": decimal,
            "location": word,
            "variant": word,
            "applies_to": word,
            "applies_from": word,
            "tracking": TRACKING,
        },
        required=("order", "item", "qty"),
    ),
)
action_not_built(
    "output",
    record(
        {"order": word, "qty": decimal, "location": word, "applies_to": word, "tracking": TRACKING},
        required=("order", "qty"),
    ),
)
action_not_built("finish", record({"order": word}, required=("order",)))
