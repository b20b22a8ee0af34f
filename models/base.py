"""The database handle, naming convention and the column types every table uses."""

from __future__ import annotations

import datetime as dt
import enum
import operator
from decimal import Decimal
from typing import Annotated, Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    BigInteger,
    BinaryExpression,
    CheckConstraint,
    Date,
    DateTime,
    Dialect,
    Enum,
    Integer,
    MetaData,
    String,
    Text,
    or_,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, mapped_column, registry
from sqlalchemy.sql.compiler import DDLCompiler
from sqlalchemy.sql.operators import in_op
from sqlalchemy.types import TypeDecorator

from core.rounding import from_scaled, to_scaled

#: The id of the blank location, variant and posting group: a real row with code "", so that no key holds NULL.
BLANK_ID = 0

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

# SQLite only numbers rows by itself when the key is declared INTEGER; PostgreSQL shall have 64 bits.
RowId = BigInteger().with_variant(Integer, "sqlite")


class _ScaledInteger(BigInteger):
    """The integer column below ScaledDecimal."""

    class Comparator(BigInteger.comparator_factory):  # type: ignore[misc, valid-type]
        """Sums and differences of such columns are such values again, not bare integers 100,000 times too large."""

        def _adapt_expression(self, op: Any, other_comparator: Any) -> Any:
            if op in (operator.add, operator.sub):
                return op, self.type
            return super()._adapt_expression(op, other_comparator)

    comparator_factory = Comparator


class ScaledDecimal(TypeDecorator[Decimal]):
    """A Decimal of five places kept as an integer x 100,000: exact, summed and compared by SQL on both engines."""

    impl = _ScaledInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | int | None, dialect: Dialect) -> int | None:
        if value is None:
            return None
        return to_scaled(value) if isinstance(value, Decimal) else int(value) * 100_000

    def process_result_value(self, value: int | Decimal | None, dialect: Dialect) -> Decimal | None:
        # PostgreSQL sums BIGINT to NUMERIC, which arrives as a Decimal of scaled units.
        return None if value is None else from_scaled(int(value))

    def coerce_compared_value(self, op: Any, value: Any) -> Any:
        return self


class UtcDateTime(TypeDecorator[dt.datetime]):
    """An instant with its time zone in Python, UTC without zone in the database."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("instants carry their time zone")
        return value.astimezone(dt.UTC).replace(tzinfo=None)

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        return None if value is None else value.replace(tzinfo=dt.UTC)


def word_enum(kind: type[enum.StrEnum], length: int = 40, *, check: str | None = None) -> Enum:
    """A column type that keeps an enum as its word, with a CHECK, readable in SQL.

    `check` names the CHECK where two columns of a table share the enum: PostgreSQL wants each name once.
    """
    return Enum(
        kind,
        values_callable=lambda members: [member.value for member in members],
        native_enum=False,
        create_constraint=True,
        length=length,
        name=check or _snake(kind.__name__),
    )


@compiles(CheckConstraint, "sqlite")
def _check_word_by_word(constraint: CheckConstraint, compiler: DDLCompiler, **options: Any) -> str:
    """`word = 'a' OR word = 'b'` instead of IN: for that SQLite builds a table of the words, anew for every row.

    Half the time of inserting a ledger entry, which has five such columns, went there.
    """
    sql: str = compiler.visit_check_constraint(constraint, **options)  # type: ignore[no-untyped-call]
    test = constraint.sqltext
    if not (isinstance(test, BinaryExpression) and test.operator is in_op):
        return sql
    words = or_(*(test.left == word for word in test.right.effective_value))
    was, now = (compiler.sql_compiler.process(part, include_table=False, literal_binds=True) for part in (test, words))
    return sql.replace(was, now)


def _snake(name: str) -> str:
    return "".join("_" + letter.lower() if letter.isupper() else letter for letter in name).lstrip("_")


Quantity = Annotated[Decimal, mapped_column(ScaledDecimal)]
Amount = Annotated[Decimal, mapped_column(ScaledDecimal)]
UnitCost = Annotated[Decimal, mapped_column(ScaledDecimal)]
Percent = Annotated[Decimal, mapped_column(ScaledDecimal)]

Code10 = Annotated[str, mapped_column(String(10))]
Code20 = Annotated[str, mapped_column(String(20))]
Code50 = Annotated[str, mapped_column(String(50))]
Name50 = Annotated[str, mapped_column(String(50))]
Name100 = Annotated[str, mapped_column(String(100))]
Name250 = Annotated[str, mapped_column(String(250))]
LongText = Annotated[str, mapped_column(Text)]

Key = Annotated[int, mapped_column(RowId, primary_key=True)]
Ref = Annotated[int, mapped_column(RowId)]


class Base(DeclarativeBase):
    """Declarative base: type map and naming convention."""

    # A registry of our own, because Flask-SQLAlchemy builds its base from a copy of this class.
    registry = registry(
        metadata=MetaData(naming_convention=NAMING_CONVENTION),
        type_annotation_map={dt.date: Date, dt.datetime: UtcDateTime, Decimal: ScaledDecimal, int: Integer},
    )


db = SQLAlchemy(model_class=Base, session_options={"autoflush": True, "expire_on_commit": False})
