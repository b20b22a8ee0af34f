"""Filters that several expectations share: item, location, variant, lot, serial. A key left out means all."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement

from models import BLANK_ID
from services.scenario.play import Play, PlayError
from services.scenario.shapes import Values, word

#: readers of the filter keys
FILTERS = {"item": word, "location": word, "variant": word, "lot": word, "serial": word}


def conditions(play: Play, model: Any, given: Values) -> list[ColumnElement[bool]]:
    """Conditions on a table with the ledger's columns. Raises PlayError for what does not exist."""
    found: list[ColumnElement[bool]] = []
    item = play.item(given["item"]) if "item" in given else None
    if item is not None:
        found.append(model.item_id == item.id)
    if "location" in given:
        found.append(model.location_id == play.location_id(given["location"]))
    if "variant" in given:
        if item is None and given["variant"]:
            raise PlayError("a variant needs its item beside it")
        found.append(model.variant_id == (play.variant_id(item, given["variant"]) if item is not None else BLANK_ID))
    if "lot" in given:
        found.append(model.lot_no == given["lot"])
    if "serial" in given:
        found.append(model.serial_no == given["serial"])
    return found
