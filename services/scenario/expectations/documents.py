"""`document`: status and quantities of open documents."""

from __future__ import annotations

from services.scenario.registry import expectation_not_built
from services.scenario.shapes import decimal, mapping_of, record, word

LINE = record(dict.fromkeys(("qty", "received", "shipped", "invoiced", "outstanding", "reserved", "returned"), decimal))

expectation_not_built("document", mapping_of(record({"status": word, "lines": mapping_of(LINE)})))
