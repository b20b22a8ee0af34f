"""The No. field of a new record, as its number series wants it (items.md section 18)."""

from __future__ import annotations

from typing import Any

from blueprints.access import today
from blueprints.database import db_session
from core.errors import DomainError
from models import NumberSeries
from services import numbers


def shape_number(field: Any, series_id: int | None) -> None:
    """Filled and read-only where the series alone gives numbers; demanded where numbers are typed only."""
    series = db_session().get(NumberSeries, series_id) if series_id is not None else None
    if series is None:
        return
    if not series.default_nos:
        field.required = True
    elif not series.manual_nos:
        try:
            following = numbers.peek_no(db_session(), series.id, today())
        except DomainError:  # the refusal comes with its sentence when the record is saved
            return
        field.render_kw = {**(field.render_kw or {}), "readonly": True, "placeholder": following}


def series_choices(series_id: int | None) -> list[tuple[str, str]]:
    """The series that may be chosen beside the field: (id, words), the usual one first; empty without a choice."""
    return [
        (str(series.id), f"{series.code} {series.description}".strip())
        for series in numbers.related_series(db_session(), series_id)
    ]
