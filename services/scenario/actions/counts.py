"""`physical_count`: calculate, count, post the differences (posting-and-costing.md section 1.5, warehouse.md)."""

from __future__ import annotations

from services.scenario.registry import action_not_built
from services.scenario.shapes import decimal, list_of, record, word

_COUNT = record(
    {"item": word, "variant": word, "bin": word, "lot": word, "serial": word, "qty": decimal}, required=("item", "qty")
)

action_not_built("physical_count", record({"location": word, "counts": list_of(_COUNT)}, required=("counts",)))
