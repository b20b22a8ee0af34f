"""The company's units of weight and length, shown behind every field that holds such a figure (items.md section 5)."""

from __future__ import annotations

from flask import Flask, g

from models import InventorySetup, db
from services.measures import SIZE_FIELDS, VOLUME_FIELDS, WEIGHT_FIELDS

_VOLUMES = frozenset({*VOLUME_FIELDS, "cubage"})


def measure_of(name: str) -> str:
    """The unit of a weight, length or volume field by its name; "" for other fields and before the set-up."""
    if name not in {*WEIGHT_FIELDS, *SIZE_FIELDS, *_VOLUMES}:
        return ""
    if "measures" not in g:
        setup = db.session.get(InventorySetup, 1)
        g.measures = (setup.weight_unit, setup.length_unit) if setup else ("", "")
    weight, length = g.measures
    if name in WEIGHT_FIELDS:
        return str(weight)
    return f"{length}³" if name in _VOLUMES and length else str(length)


def init_app(app: Flask) -> None:
    """Let templates ask."""
    app.add_template_global(measure_of, "measure_of")
