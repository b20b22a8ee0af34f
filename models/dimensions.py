"""Dimensions: free analysis codes; a set of them is one number on every ledger row."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Code20, Key, Name50, Name100, Ref, db


class Dimension(db.Model):
    """An axis of analysis: department, project, area."""

    __tablename__ = "dimension"
    __audited__ = True

    id: Mapped[Key]
    code: Mapped[Code20] = mapped_column(unique=True)
    name: Mapped[Name50] = mapped_column(default="")


class DimensionValue(db.Model):
    """One value of a dimension."""

    __tablename__ = "dimension_value"
    __table_args__ = (UniqueConstraint("dimension_id", "code"),)
    __audited__ = True

    id: Mapped[Key]
    dimension_id: Mapped[Ref] = mapped_column(ForeignKey("dimension.id", ondelete="RESTRICT"))
    code: Mapped[Code20]
    name: Mapped[Name50] = mapped_column(default="")
    blocked: Mapped[bool] = mapped_column(default=False)


class DefaultDimension(db.Model):
    """The value that documents get from a record: a location or a responsibility centre (items.md sections 14, 17)."""

    __tablename__ = "default_dimension"
    __table_args__ = (UniqueConstraint("table_name", "record_id", "dimension_id"), Index(None, "dimension_value_id"))
    __audited__ = True

    id: Mapped[Key]
    table_name: Mapped[Name50]
    record_id: Mapped[Ref]
    dimension_id: Mapped[Ref] = mapped_column(ForeignKey("dimension.id", ondelete="RESTRICT"))
    dimension_value_id: Mapped[Ref] = mapped_column(ForeignKey("dimension_value.id", ondelete="RESTRICT"))


class DimensionSet(db.Model):
    """A combination of values; id 0 is the empty one. `fingerprint` finds an existing set."""

    __tablename__ = "dimension_set"

    id: Mapped[Key]
    fingerprint: Mapped[Name100] = mapped_column(unique=True)


class DimensionSetEntry(db.Model):
    """One value in a set."""

    __tablename__ = "dimension_set_entry"
    __table_args__ = (UniqueConstraint("dimension_set_id", "dimension_id"),)

    id: Mapped[Key]
    dimension_set_id: Mapped[Ref] = mapped_column(ForeignKey("dimension_set.id", ondelete="RESTRICT"))
    dimension_id: Mapped[Ref] = mapped_column(ForeignKey("dimension.id", ondelete="RESTRICT"))
    dimension_value_id: Mapped[Ref] = mapped_column(ForeignKey("dimension_value.id", ondelete="RESTRICT"))
