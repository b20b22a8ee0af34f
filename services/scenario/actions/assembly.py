"""`assembly_order`; `post` posts it (assembly-and-production.md)."""

from __future__ import annotations

from services.scenario.actions.common import TRACKING
from services.scenario.registry import action_not_built
from services.scenario.shapes import day, decimal, list_of, record, word

#: a component of an assembly or production order
COMPONENT = record(
    {
        "id": word,
        "item": word,
        "qty_per": decimal,
        "location": word,
        "variant": word,
        "tracking": TRACKING,
    },
    required=("item", "qty_per"),
)

action_not_built(
    "assembly_order",
    record(
        {
            "item": word,
            "qty": decimal,
            "location": word,
            "variant": word,
            "due_date": day,
            "tracking": TRACKING,
            "lines": list_of(COMPONENT),
        },
        required=("item", "qty"),
    ),
)
