"""`unapply` and `apply`: the application worksheet (posting-and-costing.md section 3.4)."""

from __future__ import annotations

from services.scenario.registry import action_not_built
from services.scenario.shapes import decimal, record, word

LINK = record({"outbound": word, "inbound": word, "qty": decimal}, required=("outbound", "inbound"))

action_not_built("unapply", LINK)
action_not_built("apply", LINK)
