"""Dimensions: sets of values, and the values that a location or a responsibility centre gives to documents.

items.md sections 14 and 17; a set of values is one number on every line and ledger row.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.errors import NotFound, ValidationError
from core.text import _
from models import BLANK_ID, DefaultDimension, Dimension, DimensionSet, DimensionSetEntry, DimensionValue

_CHUNK = 500


@dataclass(frozen=True)
class DimensionRow:
    """A value of a dimension by its codes; `id` is the default's, 0 in a set."""

    id: int
    dimension: str
    value: str
    name: str


def defaults_of(session: Session, record: Any) -> list[DimensionRow]:
    """What the record gives to documents, by dimension."""
    statement = (
        select(DefaultDimension.id, Dimension.code, DimensionValue.code, DimensionValue.name)
        .select_from(DefaultDimension)
        .join(Dimension, Dimension.id == DefaultDimension.dimension_id)
        .join(DimensionValue, DimensionValue.id == DefaultDimension.dimension_value_id)
        .where(DefaultDimension.table_name == record.__tablename__, DefaultDimension.record_id == record.id)
        .order_by(Dimension.code)
    )
    return [DimensionRow(*row) for row in session.execute(statement)]


def set_default(session: Session, record: Any, dimension_id: int | None, value_id: int | None) -> None:
    """Give the record a value of a dimension, in place of the one it has.

    Raises ValidationError `field_required`, `value_not_of_dimension`, `dimension_value_blocked`.
    """
    for field, given in (("dimension_id", dimension_id), ("dimension_value_id", value_id)):
        if given is None:
            raise ValidationError("field_required", _("Fill this in, please."), field=field)
    value = session.get(DimensionValue, value_id)
    if value is None or value.dimension_id != dimension_id:
        raise ValidationError(
            "value_not_of_dimension", _("This value belongs to another dimension."), field="dimension_value_id"
        )
    if value.blocked:
        raise ValidationError(
            "dimension_value_blocked", _("%(code)s is blocked. Choose another value.", code=value.code),
            field="dimension_value_id",
        )  # fmt: skip
    found = session.scalar(
        select(DefaultDimension).where(
            DefaultDimension.table_name == record.__tablename__,
            DefaultDimension.record_id == record.id,
            DefaultDimension.dimension_id == dimension_id,
        )
    )
    if found is None:
        found = DefaultDimension(table_name=record.__tablename__, record_id=record.id, dimension_id=dimension_id)
        session.add(found)
    found.dimension_value_id = value.id
    session.flush()


def remove_default(session: Session, record: Any, default_id: int) -> None:
    """The record gives this value no more. Raises NotFound `not_found`."""
    found = session.get(DefaultDimension, default_id)
    if found is None or (found.table_name, found.record_id) != (record.__tablename__, record.id):
        raise NotFound("not_found", _("This value is not there any more."))
    session.delete(found)
    session.flush()


def remove_defaults(session: Session, record: Any) -> None:
    """All of them, with the record."""
    for found in session.scalars(_of(record)):
        session.delete(found)
    session.flush()


def copy_defaults(session: Session, source: Any, target: Any) -> None:
    """What `source` gives, `target` gives too."""
    for found in session.scalars(_of(source)).all():
        set_default(session, target, found.dimension_id, found.dimension_value_id)


def _of(record: Any) -> Any:
    return select(DefaultDimension).where(
        DefaultDimension.table_name == record.__tablename__, DefaultDimension.record_id == record.id
    )


def default_set(session: Session, sources: Sequence[tuple[str, int | None]]) -> int:
    """The id of the set that these records give together, as (table, id); a later one wins. 0 for none."""
    values: dict[int, int] = {}
    for table, record_id in sources:
        if record_id:
            rows = session.execute(
                select(DefaultDimension.dimension_id, DefaultDimension.dimension_value_id).where(
                    DefaultDimension.table_name == table, DefaultDimension.record_id == record_id
                )
            )
            values |= dict(rows.tuples().all())
    return find_set(session, values)


def sets_of(
    session: Session, wanted: Iterable[tuple[tuple[str, int], ...]], *, over: int = BLANK_ID
) -> dict[tuple[tuple[str, int], ...], int]:
    """`default_set` of many combinations of records in a few statements; those that give nothing are left out.

    The values of the set `over` win over all of them: what a document says is not changed by what its lines are about.
    """
    combinations = set(wanted)
    given: dict[tuple[str, int], dict[int, int]] = {}
    for table in {table for combination in combinations for table, _id in combination}:
        ids = sorted({record for combination in combinations for name, record in combination if name == table})
        for start in range(0, len(ids), _CHUNK):
            rows = session.execute(
                select(
                    DefaultDimension.record_id, DefaultDimension.dimension_id, DefaultDimension.dimension_value_id
                ).where(
                    DefaultDimension.table_name == table,
                    DefaultDimension.record_id.in_(ids[start : start + _CHUNK]),
                )
            )
            for record, dimension, value in rows.tuples():
                given.setdefault((table, record), {})[dimension] = value
    if not given:
        return {}
    above = dict(
        session.execute(
            select(DimensionSetEntry.dimension_id, DimensionSetEntry.dimension_value_id).where(
                DimensionSetEntry.dimension_set_id == over
            )
        ).tuples().all()
    )  # fmt: skip
    known: dict[tuple[tuple[int, int], ...], int] = {}
    found = {}
    for combination in combinations:
        values: dict[int, int] = {}
        for record_key in combination:
            values |= given.get(record_key, {})
        if values:
            key = tuple(sorted((values | above).items()))
            if key not in known:
                known[key] = find_set(session, dict(key))
            found[combination] = known[key]
    return found


def sets_of_items(session: Session, item_ids: Iterable[int], over: int) -> dict[int, int]:
    """Item id -> the set of a document's line about it, where the item gives dimensions besides the document's set."""
    found = sets_of(session, ((("item", item_id),) for item_id in item_ids), over=over)
    return {combination[0][1]: set_id for combination, set_id in found.items()}


def find_set(session: Session, values: Mapping[int, int]) -> int:
    """The id of the set with these values (dimension id -> value id), made where there is none; 0 for no values."""
    if not values:
        return BLANK_ID
    words = ",".join(f"{dimension}:{value}" for dimension, value in sorted(values.items()))
    fingerprint = hashlib.sha256(words.encode()).hexdigest()
    known = select(DimensionSet.id).where(DimensionSet.fingerprint == fingerprint)
    found = session.scalar(known)
    if found is not None:
        return found
    try:
        with session.begin_nested():
            made = DimensionSet(fingerprint=fingerprint)
            session.add(made)
            session.flush()
            session.add_all(
                DimensionSetEntry(dimension_set_id=made.id, dimension_id=dimension, dimension_value_id=value)
                for dimension, value in sorted(values.items())
            )
            session.flush()
            return made.id
    except IntegrityError:  # somebody made the same set meanwhile
        return session.scalars(known).one()


def values_of_set(session: Session, set_id: int) -> list[DimensionRow]:
    """The values of a set, by dimension."""
    statement = (
        select(Dimension.code, DimensionValue.code, DimensionValue.name)
        .select_from(DimensionSetEntry)
        .join(Dimension, Dimension.id == DimensionSetEntry.dimension_id)
        .join(DimensionValue, DimensionValue.id == DimensionSetEntry.dimension_value_id)
        .where(DimensionSetEntry.dimension_set_id == set_id)
        .order_by(Dimension.code)
    )
    return [DimensionRow(0, *row) for row in session.execute(statement)]
