"""The filters a list may have: each reads its own URL arguments, narrows the query and says itself as chips."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, Select, and_, literal_column, true
from werkzeug.datastructures import MultiDict
from wtforms.validators import StopValidation
from wtforms.validators import ValidationError as Refused

from blueprints import formats
from blueprints.decimal_fields import check_decimal, parse_decimal
from blueprints.fields import parse_day, refuse_control_characters
from blueprints.pickers import Hit, find_by_code
from blueprints.words import word
from core.text import _
from services.search import begins_with

Statement = Select[Any]


@dataclass(frozen=True)
class Chip:
    """One condition in words, and the URL arguments that are left when it is taken away (name -> values)."""

    text: str
    without: dict[str, list[str]]


@dataclass(frozen=True)
class Filter:
    """A condition on a list. `key` names its URL argument; `label` stands on chip and panel."""

    key: str
    label: Any
    expression: Any = None
    #: an index gives the keys of the rows that meet it: (column) or (column, key), or a partial one
    has_index: bool = False
    #: which part of templates/_types/_filter.html draws it
    drawn_as: ClassVar[str] = "text"
    #: its look for few rows reads whole tables: it comes after all others
    reads_all: ClassVar[bool] = False

    @property
    def names(self) -> tuple[str, ...]:
        """The URL arguments that belong to the filter."""
        return (self.key,)

    def read(self, args: MultiDict[str, str]) -> Any:
        """The value in the URL, None when there is none. Raises a sentence for nonsense."""
        return _text(args, self.key)

    def apply(self, statement: Statement, value: Any) -> Statement:
        """The query narrowed to `value`."""
        return statement.where(self.condition(value))

    def condition(self, value: Any) -> ColumnElement[bool]:
        """What must hold for a row."""
        raise NotImplementedError

    def apply_past_index(self, statement: Statement, value: Any) -> Statement:
        """The query narrowed to `value` by a test of each row that no index answers."""
        return statement.where(self.condition(value).is_(true()))

    def probes(self, statement: Statement, value: Any) -> list[Statement]:
        """`statement` (a select of the list's key) narrowed so that the index answers it alone."""
        return [self.apply(statement, value)]

    def is_bounded(self, value: Any) -> bool:
        """Whether the value leaves a part of the rows that does not grow with the table."""
        return True

    def chips(self, value: Any) -> list[Chip]:
        """The value in words."""
        return [Chip(f"{self.label}: {self.words(value)}", {self.key: []})]

    def words(self, value: Any) -> str:
        """The value as it reads on a chip."""
        return str(value)


def _text(args: MultiDict[str, str], name: str) -> str | None:
    text = args.get(name, "").strip()
    if len(text) > 250:
        raise Refused(_("A filter may have at most %(most)s characters.", most=250))
    refuse_control_characters(text)
    return text or None


@dataclass(frozen=True)
class TextFilter(Filter):
    """The column contains the words typed (case does not matter), or begins with them (`prefix`, uses an index)."""

    prefix: bool = False

    def condition(self, value: str) -> ColumnElement[bool]:
        if self.prefix:
            return begins_with(self.expression, value.upper())
        return and_(*(self.expression.icontains(part, autoescape=True) for part in value.split()[:6]))


@dataclass(frozen=True)
class ChoiceFilter(Filter):
    """One or more values of an enum, or of `(value, label)` pairs that `choices` gives.

    `usual`: the value that nearly all rows have, and that a partial index leaves out.
    """

    usual: enum.StrEnum | None = None
    kind: type[enum.StrEnum] | None = None
    choices: Callable[[], Iterable[tuple[str, Any]]] | None = None
    drawn_as: ClassVar[str] = "choice"

    def options(self) -> list[tuple[str, str]]:
        """What may be chosen: (value, label)."""
        if self.kind is not None:
            return [(member.value, word(member)) for member in self.kind if member.value]
        return [(str(value), str(label)) for value, label in (self.choices() if self.choices else ())]

    def read(self, args: MultiDict[str, str]) -> list[str] | None:
        values = [value for value in dict.fromkeys(args.getlist(self.key)) if value]
        if not values:
            return None
        known = {value for value, _label in self.options()}
        if any(value not in known for value in values):
            raise Refused(_("Choose one of the values offered."))
        return values

    def condition(self, value: list[str]) -> ColumnElement[bool]:
        typed = [self.kind(single) for single in value] if self.kind is not None else value
        chosen = self.expression == typed[0] if len(typed) == 1 else self.expression.in_(typed)
        if self.usual is None or self.usual.value in value:
            return chosen
        # In so many words, as the partial index has it: no planner looks into parameters.
        return and_(chosen, self.expression != literal_column(f"'{self.usual.value}'"))

    def probes(self, statement: Statement, value: Any) -> list[Statement]:
        return [] if self.usual is not None and self.usual.value in value else super().probes(statement, value)

    def chips(self, value: list[str]) -> list[Chip]:
        labels = dict(self.options())
        return [
            Chip(
                f"{self.label}: {labels.get(single, single)}", {self.key: [other for other in value if other != single]}
            )
            for single in value
        ]


@dataclass(frozen=True)
class YesNoFilter(Filter):
    """A yes/no column, or any condition with a word for yes and one for no.

    `rare`: the answer that few rows have, and that a partial index holds.
    """

    rare: bool | None = None
    yes: Any = None
    no: Any = None
    drawn_as: ClassVar[str] = "yes_no"

    def options(self) -> list[tuple[str, str]]:
        """(value, label) of the two."""
        return [("yes", str(self.yes or _("Yes"))), ("no", str(self.no or _("No")))]

    def read(self, args: MultiDict[str, str]) -> bool | None:
        text = args.get(self.key, "")
        if text not in {"", "yes", "no"}:
            raise Refused(_("Choose yes or no."))
        return {"yes": True, "no": False}.get(text)

    def condition(self, value: bool) -> ColumnElement[bool]:
        is_column = hasattr(self.expression, "is_")
        if is_column and getattr(self.expression, "table", None) is not None:
            return self.expression.is_(value)
        return self.expression if value else ~self.expression

    def probes(self, statement: Statement, value: bool) -> list[Statement]:
        return super().probes(statement, value) if self.rare in {None, value} else []

    def words(self, value: bool) -> str:
        return dict(self.options())["yes" if value else "no"]

    def chips(self, value: bool) -> list[Chip]:
        own = self.yes if value else self.no
        return [Chip(str(own) if own else f"{self.label}: {self.words(value)}", {self.key: []})]


@dataclass(frozen=True)
class DateRange(Filter):
    """From one day to another, both included: `<key>_from`, `<key>_to`."""

    drawn_as: ClassVar[str] = "dates"

    @property
    def names(self) -> tuple[str, ...]:
        return (f"{self.key}_from", f"{self.key}_to")

    def read(self, args: MultiDict[str, str]) -> tuple[dt.date | None, dt.date | None] | None:
        first, last = (parse_day(args.get(name, "")) for name in self.names)
        if first and last and last < first:
            raise Refused(_("The last day lies before the first."))
        return (first, last) if first or last else None

    def is_bounded(self, value: tuple[dt.date | None, dt.date | None]) -> bool:
        return None not in value

    def condition(self, value: tuple[dt.date | None, dt.date | None]) -> ColumnElement[bool]:
        first, last = value
        conditions = []
        if first:
            conditions.append(self.expression >= first)
        if last:
            conditions.append(self.expression <= last)
        return and_(*conditions)

    def chips(self, value: Any) -> list[Chip]:
        return [Chip(f"{self.label}: {_between(*value, formats.day)}", {name: [] for name in self.names})]


@dataclass(frozen=True)
class MomentRange(DateRange):
    """Days of an instant column (UTC); the last day is included whole."""

    def condition(self, value: tuple[dt.date | None, dt.date | None]) -> ColumnElement[bool]:
        first, last = value
        conditions = []
        if first:
            conditions.append(self.expression >= dt.datetime.combine(first, dt.time(), dt.UTC))
        if last:
            conditions.append(self.expression < dt.datetime.combine(last + dt.timedelta(1), dt.time(), dt.UTC))
        return and_(*conditions)


@dataclass(frozen=True)
class NumberRange(Filter):
    """From one number to another, both included: `<key>_min`, `<key>_max`."""

    unit: str = ""
    drawn_as: ClassVar[str] = "numbers"

    @property
    def names(self) -> tuple[str, ...]:
        return (f"{self.key}_min", f"{self.key}_max")

    def read(self, args: MultiDict[str, str]) -> tuple[Decimal | None, Decimal | None] | None:
        low, high = (parse_decimal(args.get(name, "")[:60]) for name in self.names)
        for value in (low, high):
            if value is not None:
                check_decimal(value)
        if low is not None and high is not None and high < low:
            raise Refused(_("The largest lies below the smallest."))
        return None if low is None and high is None else (low, high)

    def condition(self, value: tuple[Decimal | None, Decimal | None]) -> ColumnElement[bool]:
        low, high = value
        conditions = []
        if low is not None:
            conditions.append(self.expression >= low)
        if high is not None:
            conditions.append(self.expression <= high)
        return and_(*conditions)

    def chips(self, value: Any) -> list[Chip]:
        unit = f" {self.unit}" if self.unit else ""
        return [Chip(f"{self.label}: {_between(*value, formats.quantity)}{unit}", {name: [] for name in self.names})]


def _between(low: Any, high: Any, show: Callable[[Any], str]) -> str:
    if low is not None and high is not None:
        return show(low) if low == high else f"{show(low)} – {show(high)}"
    return _("from %(low)s", low=show(low)) if low is not None else _("up to %(high)s", high=show(high))


@dataclass(frozen=True)
class RecordFilter(Filter):
    """Rows of one record, by its number or code in the URL; `kind` is a pick kind."""

    kind: str = ""
    drawn_as: ClassVar[str] = "record"

    def read(self, args: MultiDict[str, str]) -> Hit | None:
        code = _text(args, self.key)
        if code is None:
            return None
        hit = find_by_code(self.kind, code)
        if hit is None:
            raise Refused(_("There is no “%(code)s”.", code=code[:40]))
        return hit

    def condition(self, value: Hit) -> ColumnElement[bool]:
        return self.expression == value.id

    def words(self, value: Hit) -> str:
        return f"{value.code} {value.name}".strip()


@dataclass(frozen=True)
class CustomFilter(Filter):
    """Anything else: `reader(args)` gives the value or None, `applier(statement, value)` narrows, `speaker` chips.

    `template` (optional) draws it in the panel; without, it is set by links only.
    """

    arguments: tuple[str, ...] = ()
    reader: Callable[[MultiDict[str, str]], Any] | None = None
    applier: Callable[[Statement, Any], Statement] | None = None
    speaker: Callable[[Any], list[Chip] | str] | None = None
    template: str = ""
    context: Callable[[], dict[str, Any]] = field(default=dict)
    drawn_as: ClassVar[str] = "custom"

    @property
    def names(self) -> tuple[str, ...]:
        return self.arguments or (self.key,)

    def read(self, args: MultiDict[str, str]) -> Any:
        return self.reader(args) if self.reader else _text(args, self.key)

    def apply(self, statement: Statement, value: Any) -> Statement:
        return self.applier(statement, value) if self.applier else statement

    def apply_past_index(self, statement: Statement, value: Any) -> Statement:
        return self.apply(statement, value)

    def chips(self, value: Any) -> list[Chip]:
        spoken = self.speaker(value) if self.speaker else str(value)
        if isinstance(spoken, str):
            return [Chip(f"{self.label}: {spoken}" if self.label else spoken, {name: [] for name in self.names})]
        return spoken


__all__ = [
    "Chip", "ChoiceFilter", "CustomFilter", "DateRange", "Filter", "MomentRange", "NumberRange",
    "RecordFilter", "Refused",
    "StopValidation", "TextFilter", "YesNoFilter",
]  # fmt: skip
