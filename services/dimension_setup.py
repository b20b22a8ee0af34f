"""Dimensions and their values as people keep them; sets and defaults are services/dimensions.py."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import NotFound, ValidationError
from core.text import _
from models import Dimension, DimensionValue
from services.record_rows import page_of
from services.usage import check_unused
from services.values import assign, clean_code


def get_dimension(session: Session, code: str) -> Dimension:
    """Raises NotFound `dimension_not_found`."""
    found = session.scalar(select(Dimension).where(Dimension.code == code.upper()))
    if found is None:
        raise NotFound("dimension_not_found", _("There is no dimension %(code)s.", code=code))
    return found


def find_value(session: Session, dimension: Dimension, value_id: int) -> DimensionValue:
    """One of its values. Raises NotFound `dimension_value_not_found`."""
    found = session.get(DimensionValue, value_id)
    if found is None or found.dimension_id != dimension.id:
        raise NotFound("dimension_value_not_found", _("%(code)s has no such value.", code=dimension.code))
    return found


def values_of(session: Session, dimension: Dimension, limit: int, offset: int = 0) -> tuple[list[DimensionValue], int]:
    """One page of its values by code, and how many there are."""
    own = select(DimensionValue).where(DimensionValue.dimension_id == dimension.id).order_by(DimensionValue.code)
    return page_of(session, own, limit, offset)


def save_dimension(session: Session, dimension: Dimension | None, values: Mapping[str, object]) -> Dimension:
    """Create (None) or change one; a new `code` renames it. Raises ValidationError `already_exists`, as `assign`."""
    values = dict(values)
    code = clean_code(values.pop("code"), field="code", length=20)
    other = session.scalar(select(Dimension.id).where(Dimension.code == code))
    if other is not None and (dimension is None or other != dimension.id):
        raise _exists(code)
    dimension = dimension or Dimension()
    assign(session, dimension, values, ("name",))
    dimension.code = code
    session.add(dimension)
    session.flush()
    return dimension


def save_value(
    session: Session, dimension: Dimension, value: DimensionValue | None, values: Mapping[str, object]
) -> DimensionValue:
    """Create (None) or change a value of the dimension. Raises as `save_dimension`."""
    values = dict(values)
    code = clean_code(values.pop("code"), field="code", length=20)
    other = session.scalar(
        select(DimensionValue.id).where(DimensionValue.dimension_id == dimension.id, DimensionValue.code == code)
    )
    if other is not None and (value is None or other != value.id):
        raise _exists(code)
    value = value or DimensionValue(dimension_id=dimension.id)
    assign(session, value, values, ("name", "blocked"))
    value.code = code
    session.add(value)
    session.flush()
    return value


def delete_dimension(session: Session, dimension: Dimension) -> None:
    """Remove a dimension without values. Raises ValidationError `in_use`."""
    check_unused(session, dimension, dimension.code)
    session.delete(dimension)
    session.flush()


def delete_value(session: Session, value: DimensionValue) -> None:
    """Remove a value that no set and no default has. Raises ValidationError `in_use`."""
    check_unused(session, value, value.code)
    session.delete(value)
    session.flush()


def _exists(code: str) -> ValidationError:
    return ValidationError(
        "already_exists", _("%(code)s exists already. Choose another code.", code=code), field="code"
    )
