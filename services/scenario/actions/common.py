"""Shapes that several actions share."""

from __future__ import annotations

from services.scenario.shapes import day, decimal, list_of, record, word

#: lots, serial and package numbers of a line; quantities in base units
TRACKING = list_of(
    record({"lot": word, "serial": word, "package": word, "qty": decimal, "expires": day}, required=("qty",))
)
