"""`undo`: take back the newest receipt, shipment or assembly (documents.md)."""

from __future__ import annotations

from services.scenario.registry import action_not_built
from services.scenario.shapes import record, word

action_not_built("undo", record({"line": word, "order": word}, one_of_keys=("line", "order")))
