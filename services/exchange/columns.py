"""The columns of importable and exportable things: heading, synonyms, how a cell is read and how a value is written.

The same columns make import and export, so that what was exported can be imported again.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import Boolean, Date, Enum, Integer, String, Text, inspect

from core.errors import ValidationError
from core.text import _
from models import Permission
from models.base import ScaledDecimal
from services.exchange import cells
from services.values import clean_code, clean_formula, clean_text

#: Spellings remembered of each column.
_SPELLINGS = 2000
#: Modes of an import: what may happen to a row whose key is new or known.
MODES = ("both", "create", "update")
DATE_FORMULAS = frozenset({
    "lead_time", "safety_lead_time", "time_bucket", "lot_accumulation_period", "rescheduling_period", "dampener_period",
    "expiration_calculation", "outbound_handling_time", "inbound_handling_time", "due_date_calculation",
    "discount_date_calculation",
})  # fmt: skip


@dataclass(frozen=True)
class Options:
    """How an import reads and what it may do; `mapping` is heading -> column name, `constants` column name -> text."""

    mode: str = "both"
    mapping: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    decimal_comma: bool = False
    day_order: str = "dmy"
    #: import the whole rows that are right and hand the others back; else one fault stops the import
    skip_faulty: bool = False
    #: create categories, units, attributes and options that the file names and nobody has set up
    create_missing: bool = False
    #: an empty cell empties the field; else it leaves the field as it is
    clear_blank: bool = False
    #: of journal lines: the batch they go to
    batch_id: int = 0
    #: the reason of what needs one (services/items/reasons.py) where the file has no column for it
    file_name: str = ""
    #: what the person who imports may do; None at the command line: everything
    rights: frozenset[Permission] | None = None

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Options:
        """From a job's parameters; unknown names are ignored."""
        return cls(**{name: values[name] for name in cls.__dataclass_fields__ if name in values})

    def may(self, right: Permission) -> bool:
        """Whether the person who imports has the right."""
        return self.rights is None or right in self.rights


Parse = Callable[[str, Options], object]


@dataclass(frozen=True)
class Column:
    """One column; `parse` gets trimmed, not blank text and returns a value or raises ValidationError."""

    name: str
    title: str
    parse: Parse
    synonyms: tuple[str, ...] = ()
    required: bool = False
    #: column of the model that holds the value; "" where the kind writes it itself
    field: str = ""
    #: (model, column that people know it by): the cell names another record, `field` gets its id
    lookup: tuple[type[Any], str] | None = None
    #: example shown on the mapping page
    hint: str = ""


def heading_key(text: str) -> str:
    """What makes two headings the same: letters and digits, lower case, without accents."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return re.sub(r"[^a-z0-9:]+", "", plain)


def guess_mapping(
    headings: Sequence[str], columns: Iterable[Column], dynamic: Callable[[str], Column | None] | None = None
) -> dict[str, str]:
    """Heading -> column name by name, title or synonym; each column at most once, the first heading wins."""
    known: dict[str, str] = {}
    for column in columns:
        for word in (column.name, column.title, *column.synonyms):
            known.setdefault(heading_key(word), column.name)
    mapping: dict[str, str] = {}
    for heading in headings:
        found = dynamic(heading) if dynamic else None
        name = found.name if found else known.get(heading_key(heading), "")
        if name and name not in mapping.values():
            mapping[heading] = name
    return mapping


def model_column(
    model: type[Any],
    name: str,
    title: str,
    *synonyms: str,
    required: bool = False,
    parse: Parse | None = None,
    hint: str = "",
) -> Column:
    """A column of the model itself, read by the rules of its type."""
    kind = inspect(model).columns[name].type
    return Column(name, title, parse or _parser(kind, name), synonyms, required, name, None, hint)


def lookup_column(
    model: type[Any],
    name: str,
    title: str,
    *synonyms: str,
    to: type[Any],
    by: str = "code",
    required: bool = False,
    hint: str = "",
) -> Column:
    """A column whose cell names a record of another table by its code or number."""
    length = inspect(to).columns[by].type.length
    return Column(
        name, title, lambda text, _options: clean_code(text, field=name, length=length), synonyms, required,
        f"{name}_id", (to, by), hint,
    )  # fmt: skip


def code_parser(name: str, length: int) -> Parse:
    """Codes and numbers: upper case, at most `length`."""
    return lambda text, _options: cells.code(text, field=name, length=length)


#: How the cells of a type of column are read; the first type that fits counts (an enum is a string too).
_PARSERS: tuple[tuple[type[Any], Callable[[Any, str], Parse]], ...] = (
    (Enum, lambda kind, _name: lambda text, _options: cells.choice(text, kind.enum_class)),
    (Boolean, lambda _kind, _name: lambda text, _options: cells.yes_or_no(text)),
    (ScaledDecimal, lambda _kind, _name: lambda text, options: cells.number(text, decimal_comma=options.decimal_comma)),
    (Date, lambda _kind, _name: lambda text, options: cells.day(text, options.day_order)),
    (Integer, lambda _kind, _name: _whole),
    (Text, lambda _kind, name: lambda text, _options: clean_text(text, field=name)),
    (String, lambda kind, name: lambda text, _options: clean_text(text, field=name, length=kind.length)),
)


def _whole(text: str, options: Options) -> int:
    return int(cells.number(text, whole=True, decimal_comma=options.decimal_comma))


def _formula(text: str, name: str) -> str:
    formula = clean_formula(text, name)
    if formula.startswith("-"):
        raise ValidationError("not_negative", _("A time may not be negative."), field=name)
    return formula


def _parser(kind: Any, name: str) -> Parse:
    if name in DATE_FORMULAS:
        return lambda text, _options: _formula(text, name)
    for type_, make in _PARSERS:
        if isinstance(kind, type_):
            return make(kind, name)
    raise TypeError(f"no way to read {kind}")


def shown(value: object) -> str | Decimal | dt.date:
    """A stored value as an exported cell: words for enums, yes/no, plain decimals and dates."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, Decimal | dt.date):
        return value
    return str(getattr(value, "value", value))


@dataclass
class ParsedRow:
    """One row of the file: its cells as they were, the values read, the sentences about what is wrong."""

    line: int
    cells: list[str]
    values: dict[str, Any]
    errors: list[str]


class RowReader:
    """Turns a file's rows into ParsedRow by mapping and constants; ValidationError when the mapping is no good."""

    def __init__(self, headings: Sequence[str], columns: Mapping[str, Column], options: Options) -> None:
        self.options = options
        self.width = len(headings)
        self.pairs: list[tuple[int, Column]] = []
        taken: set[str] = set()
        for position, heading in enumerate(headings):
            name = options.mapping.get(heading, "")
            if not name:
                continue
            if name not in columns:
                raise ValidationError(
                    "mapping_unknown", _("There is no column %(name)s here.", name=name), field="mapping"
                )
            if name in taken:
                raise ValidationError(
                    "mapping_twice",
                    _('Two columns of the file go to "%(title)s"; choose one.', title=columns[name].title),
                    field="mapping",
                )
            taken.add(name)
            self.pairs.append((position, columns[name]))
        if not self.pairs:
            raise ValidationError(
                "mapping_empty", _("None of the file's columns goes anywhere; say what they hold."), field="mapping"
            )
        #: column -> text -> value: most columns of a long file say the same few things again and again
        self._known: dict[str, dict[str, object]] = {column.name: {} for _position, column in self.pairs}
        self.constants = {
            name: columns[name].parse(cells.plain_text(text), options)
            for name, text in options.constants.items()
            if name in columns and text.strip()
        }
        self.present = taken | set(self.constants)
        self.required = [column for column in columns.values() if column.required]
        missing = [column.title for column in self.required if column.name not in self.present]
        if missing:
            raise ValidationError(
                "mapping_incomplete",
                _(
                    "Say which column of the file holds: %(columns)s; or give one value for all rows.",
                    columns=", ".join(missing),
                ),
                field="mapping",
            )

    def _value(self, column: Column, text: str) -> object:
        """What the cell says; read once for each spelling, as long as they are few."""
        known = self._known[column.name]
        if text not in known:
            value = column.parse(text, self.options)
            if len(known) >= _SPELLINGS:
                return value
            known[text] = value
        return known[text]

    def read(self, line: int, row: list[str]) -> ParsedRow:
        """Read every mapped cell; all faults of the row are collected."""
        values: dict[str, Any] = dict(self.constants)
        errors: list[str] = []
        unread: set[str] = set()
        for position, column in self.pairs:
            try:
                text = cells.plain_text(row[position])
                if text:
                    values[column.name] = self._value(column, text)
                elif self.options.clear_blank and column.name not in self.constants:
                    values[column.name] = None
            except ValidationError as error:
                errors.append(f"{column.title}: {error.message}")
                unread.add(column.name)
        for column in self.required:
            if values.get(column.name) is None and column.name not in unread:
                errors.append(_("%(title)s: Fill this in, please.", title=column.title))
        if len(row) > self.width:
            errors.append(_("The row has %(count)s cells more than there are headings.", count=len(row) - self.width))
        return ParsedRow(line, row, values, errors)
