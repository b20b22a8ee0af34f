"""The company's units of weight and length: figures that carry them, and turning all of them into others.

One convention holds everywhere, because bins compare sums (items.md section 5). What was posted keeps its figures.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from sqlalchemy import Table, bindparam, or_, select, update
from sqlalchemy.orm import Session

from core.errors import ValidationError
from core.rounding import LARGEST, round_quantity
from core.text import _
from models import ItemUnitOfMeasure, db

#: How many grams, or metres, one of a unit is; exact by definition.
WEIGHTS = {
    "mg": Decimal("0.001"), "g": Decimal(1), "kg": Decimal(1000), "t": Decimal(1_000_000),
    "oz": Decimal("28.349523125"), "lb": Decimal("453.59237"),
}  # fmt: skip
LENGTHS = {
    "mm": Decimal("0.001"), "cm": Decimal("0.01"), "dm": Decimal("0.1"), "m": Decimal(1), "in": Decimal("0.0254"),
    "ft": Decimal("0.3048"), "yd": Decimal("0.9144"),
}  # fmt: skip

_CHUNK = 5000


@dataclass(frozen=True)
class Factors:
    """What weights and lengths are multiplied with; 1 leaves them."""

    weight: Decimal
    length: Decimal

    @property
    def volume(self) -> Decimal:
        """Three lengths."""
        return self.length**3


#: Fields that are weights, and volumes; a unit's sizes are handled by themselves, since its volume follows from them.
WEIGHT_FIELDS = ("net_weight", "gross_weight", "weight", "maximum_weight")
VOLUME_FIELDS = ("unit_volume", "maximum_cubage")
SIZE_FIELDS = ("length", "width", "height")

#: Copies of what was posted.
_KEPT = frozenset({"posted_line"})


def factors(old_weight: str, new_weight: str, old_length: str, new_length: str) -> Factors:
    """What turns figures in the old units into the new ones. Raises ValidationError `unknown_measure`."""
    return Factors(
        _factor(WEIGHTS, old_weight, new_weight, "weight_unit"), _factor(LENGTHS, old_length, new_length, "length_unit")
    )


def convert(session: Session, by: Factors) -> int:
    """Turn every weight, size and volume that is not posted into the new units; how many records changed.

    Raises ValidationError `out_of_range` where a figure would become too large, or so small that nothing of it is
    left; nothing is changed then.
    """
    changed = 0
    every = dict.fromkeys(WEIGHT_FIELDS, by.weight) | dict.fromkeys(VOLUME_FIELDS, by.volume)
    for table in db.metadata.sorted_tables:
        if table.name not in _KEPT:
            wanted = {name: factor for name, factor in every.items() if name in table.c and factor != 1}
            changed += _rewrite(session, table, tuple(wanted), partial(_times, factors=wanted))
    if by.length != 1:
        units = db.metadata.tables[ItemUnitOfMeasure.__tablename__]
        changed += _rewrite(session, units, SIZE_FIELDS, partial(_sizes, factor=by.length))
    session.expire_all()
    return changed


def _factor(known: dict[str, Decimal], old: str, new: str, field: str) -> Decimal:
    if old == new:
        return Decimal(1)
    for unit in (old, new):
        if unit.casefold() not in known:
            raise ValidationError(
                "unknown_measure",
                _(
                    "How much one “%(unit)s” is, is not known here, so nothing can be converted. Known are %(known)s.",
                    unit=unit,
                    known=", ".join(known),
                ),
                field=field,
            )
    return known[old.casefold()] / known[new.casefold()]


def _rewrite(
    session: Session, table: Table, names: tuple[str, ...], change: Callable[[Any], dict[str, Decimal]]
) -> int:
    """Put `change(row)` on every row of which one of `names` is not 0, a few thousand at a time."""
    if not names:
        return 0
    rows = session.execute(
        select(table.c.id, *(table.c[name] for name in names)).where(or_(*(table.c[name] != 0 for name in names)))
    ).all()
    for start in range(0, len(rows), _CHUNK):
        new = [{"row_id": row.id} | change(row) for row in rows[start : start + _CHUNK]]
        session.execute(update(table).where(table.c.id == bindparam("row_id")), new)
    return len(rows)


def _times(row: Any, factors: dict[str, Decimal]) -> dict[str, Decimal]:
    return {name: _new(getattr(row, name), factor) for name, factor in factors.items()}


def _sizes(row: Any, factor: Decimal) -> dict[str, Decimal]:
    sizes = {name: _new(getattr(row, name), factor) for name in SIZE_FIELDS}
    return sizes | {"cubage": _checked(round_quantity(sizes["length"] * sizes["width"] * sizes["height"]))}


def _new(value: Decimal, factor: Decimal) -> Decimal:
    found = _checked(round_quantity(value * factor))
    if value and not found:
        raise _out_of_range()
    return found


def _checked(value: Decimal) -> Decimal:
    if abs(value) >= LARGEST:
        raise _out_of_range()
    return value


def _out_of_range() -> ValidationError:
    return ValidationError(
        "out_of_range",
        _("Some figures would become too large, or so small that nothing is left of them. Choose a unit of that size."),
        field="convert_measures",
    )
