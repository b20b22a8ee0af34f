"""`transfer_order` and `reclassification`: goods that change their place (documents.md, posting-and-costing.md 4)."""

from __future__ import annotations

from services.scenario.actions.common import TRACKING
from services.scenario.registry import action_not_built
from services.scenario.shapes import day, decimal, flag, list_of, record, word

_LINE = record(
    {
        "id": word,
        "item": word,
        "qty": decimal,
        "variant": word,
        "uom": word,
        "tracking": TRACKING,
        "applies_to": word,
    },
    required=("item", "qty"),
)
_FROM = {"location": word, "bin": word, "variant": word, "lot": word, "serial": word}

action_not_built(
    "transfer_order",
    record(
        {"from": word, "to": word, "in_transit": word, "direct": flag, "lines": list_of(_LINE)},
        required=("from", "to", "lines"),
    ),
)
action_not_built(
    "reclassification",
    record(
        {
            "item": word,
            "qty": decimal,
            "applies_to": word,
            "from": record(_FROM),
            "to": record({**_FROM, "expires": day}),
        },
        required=("item", "qty", "from", "to"),
    ),
)
