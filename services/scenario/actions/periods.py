"""`inventory_period`: close or reopen a period (posting-and-costing.md section 15)."""

from __future__ import annotations

from services.scenario.registry import action_not_built
from services.scenario.shapes import day, flag, record

action_not_built("inventory_period", record({"ending_date": day, "close": flag}, required=("ending_date",)))
