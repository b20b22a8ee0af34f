"""Import and export of master data whose rows go one by one through the services behind the pages.

A row is tried where it would be written, inside a savepoint: what the page refuses, the file is refused for, and a row
may need what an earlier one of the same file makes (a category its parent). A dry run is undone as a whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import Boolean, Date, Enum, func, inspect, literal, select, tuple_
from sqlalchemy.orm import Session

from core.errors import DomainError, ValidationError, errors_of
from core.text import _
from models import BLANK_ID, Permission
from models.base import ScaledDecimal
from services.exchange.columns import Column, Options, ParsedRow, shown
from services.exchange.differences import difference
from services.exchange.fates import Fate
from services.exchange.importing import Planned
from services.exchange.records import still_there
from services.items.reasons import BLOCK_REASON, LONGEST, REASONED

CHUNK = 1000
#: codes remembered at most; a file that names more of one kind looks them up again
_CACHE = 200_000

Values = Mapping[str, Any]


@dataclass(frozen=True)
class MasterKind:
    """One kind of master data: its columns, which of them say what a row is, and the services that write it.

    Values are by the column's `field` (an id, where the cell names another record).
    """

    name: str
    words: str
    model: type[Any]
    master_columns: Callable[[], list[Column]]
    #: the names of the columns that together say which record a row is
    keys: tuple[str, ...]
    create: Callable[[Session, Values], Any]
    update: Callable[[Session, Any, Values], Any]
    #: the columns whose value does not stand in the model as it stands in the file, and how it is read
    reads: tuple[str, ...] = ()
    read: Callable[[Session, Any, str], Any] | None = None
    #: values that need others of the row to be understood (a variant's code needs the item); raises DomainError
    resolve: Callable[[Session, Values], dict[str, Any]] | None = None
    #: rows that are nobody's: the blank location, the blank group
    where: Callable[[], Sequence[Any]] = tuple
    #: of what blocks: the right it takes (items.md section 21)
    blocks: Permission | None = None
    #: the order of the file, where it is not that of the ids (parents before children)
    order: str = ""
    #: the columns that find a row, where it has no id
    identity: tuple[str, ...] = ("id",)
    key: str = field(default="", init=False)
    rehearses: bool = field(default=True, init=False)

    @property
    def title(self) -> str:
        """Plural noun on pages."""
        return _(self.words)

    def columns(self, session: Session) -> list[Column]:
        """Columns every file may have."""
        return self.master_columns()

    def dynamic(self, heading: str) -> Column | None:
        """None: these tables have no columns that only a heading tells."""
        return None

    def prepare(self, session: Session, options: Options, present: frozenset[str]) -> MasterImport:
        """Nothing is loaded ahead: codes are looked up as they come."""
        return MasterImport(self, options, present)

    def export(self, session: Session) -> tuple[list[str], Iterator[list[object]]]:
        """Headings and rows, a thousand records at a time."""
        columns = self.master_columns()
        return [column.title for column in columns], self._rows(session, columns)

    def _rows(self, session: Session, columns: Sequence[Column]) -> Iterator[list[object]]:
        codes = _Codes()
        model = self.model
        walk = ((self.order,) if self.order else ()) + self.identity
        ordered = [getattr(model, name) for name in walk]
        last: list[Any] = []
        while True:
            statement = select(model).where(*self.where()).order_by(*ordered).limit(CHUNK)
            if last:
                statement = statement.where(tuple_(*ordered) > tuple_(*last))
            found = list(session.scalars(statement))
            if not found:
                return
            for record in found:
                yield [codes.text(session, column, self.value(session, record, column)) for column in columns]
            last = [literal(getattr(found[-1], name), column.type) for name, column in zip(walk, ordered, strict=True)]
            for record in found:
                session.expunge(record)

    def value(self, session: Session, record: Any, column: Column) -> Any:
        """What a record holds in a column, as it is stored."""
        if column.name in self.reads and self.read is not None:
            return self.read(session, record, column.name)
        return getattr(record, column.field)


class _Codes:
    """Code <-> id of the records that cells name."""

    def __init__(self) -> None:
        self.ids: dict[tuple[str, str], int | None] = {}
        self.codes: dict[tuple[str, int], str] = {}

    def id_of(self, session: Session, column: Column, code: str) -> int | None:
        """The id of the record with this code, whatever its case; None where there is none."""
        assert column.lookup is not None  # noqa: S101 - asked of lookup columns only
        model, by = column.lookup
        place = (column.name, code.upper())
        if self.ids.get(place) is None:
            if len(self.ids) > _CACHE:
                self.ids.clear()
            named = getattr(model, by)
            there = select(model.id).where(model.id != BLANK_ID, *still_there(model))
            exact = session.scalar(there.where(named == code.upper()))
            if exact is None:
                exact = session.scalar(there.where(func.upper(named) == code.upper()))
            self.ids[place] = exact
        return self.ids[place]

    def text(self, session: Session, column: Column, value: Any) -> object:
        """A stored value as an exported cell."""
        if column.lookup is None:
            return shown(value)
        if value is None or value == BLANK_ID:
            return ""
        model, by = column.lookup
        place = (column.name, value)
        if place not in self.codes:
            if len(self.codes) > _CACHE:
                self.codes.clear()
            self.codes[place] = session.scalar(select(getattr(model, by)).where(model.id == value)) or ""
        return self.codes[place]


class MasterImport:
    """One import of one kind."""

    def __init__(self, kind: MasterKind, options: Options, present: frozenset[str]) -> None:
        self.kind, self.options = kind, options
        self.columns = [column for column in kind.master_columns() if column.name in present]
        self.by_name = {column.name: column for column in kind.master_columns()}
        self.codes = _Codes()
        self.seen: dict[tuple[Any, ...], int] = {}

    def begin(self, session: Session) -> None:
        """Nothing comes before the rows."""

    def finish(self, session: Session) -> None:
        """Nothing comes after them."""

    def write(self, session: Session, planned: Sequence[Planned]) -> None:
        """They are written already: planning tried them in place."""

    def plan(self, session: Session, rows: Sequence[ParsedRow]) -> list[Planned]:
        """Write each row inside a savepoint and say what became of it."""
        return [self._plan_row(session, row) for row in rows]

    def _plan_row(self, session: Session, row: ParsedRow) -> Planned:
        label = " ".join(str(shown(row.values.get(name))) for name in self.kind.keys if row.values.get(name))
        planned = Planned(row, Fate.CREATE, label)
        values, planned.errors = self._values(session, row)
        if not planned.errors and self.kind.resolve is not None:
            try:
                values = self.kind.resolve(session, values)
            except DomainError as error:
                planned.errors = [self._sentence(error)]
        if planned.errors:
            return planned
        key = tuple(values[self.by_name[name].field] for name in self.kind.keys)
        first = self.seen.setdefault(key, row.line)
        if first != row.line:
            planned.errors.append(_("%(key)s stands in line %(line)s already.", key=label, line=first))
            return planned
        record = self._find(session, key)
        if record is not None and self.options.mode == "create":
            planned.errors.append(_("%(key)s exists already, and only new ones are to be created.", key=label))
        elif record is None and self.options.mode == "update":
            planned.errors.append(_("%(key)s does not exist, and only existing ones are to be changed.", key=label))
        if planned.errors:
            return planned
        if record is not None:
            planned.fate = Fate.UPDATE
            values = self._changed(session, record, values, planned)
            if not values:
                planned.fate = Fate.UNCHANGED
                return planned
        try:
            self._check_blocking(record, values)
            with session.begin_nested():
                if record is None:
                    self.kind.create(session, values)
                else:
                    self.kind.update(session, record, values)
                session.flush()
        except DomainError as error:
            planned.errors = [self._sentence(single) for single in errors_of(error)]
        return planned

    def _check_blocking(self, record: Any, values: dict[str, Any]) -> None:
        """Blocking asks for its right, and its reason is the file. Raises ValidationError `not_allowed`."""
        blocks = [name for name in REASONED[BLOCK_REASON] if name in values and (record is not None or values[name])]
        if self.kind.blocks is None or not blocks:
            return
        if not self.options.may(self.kind.blocks):
            raise ValidationError("not_allowed", _("You have no right to change blocking."))
        values[BLOCK_REASON] = self.options.file_name[:LONGEST]

    def _values(self, session: Session, row: ParsedRow) -> tuple[dict[str, Any], list[str]]:
        """Values by field; a key that is not in the file, or blank in it, is the blank one."""
        values: dict[str, Any] = {}
        errors: list[str] = []
        for name in self.kind.keys:
            column = self.by_name[name]
            values[column.field] = BLANK_ID if column.lookup is not None else self._blank(column)
        for column in self.columns:
            if column.name not in row.values:
                continue
            value = row.values[column.name]
            if value is None:
                is_key = column.name in self.kind.keys
                values[column.field] = values[column.field] if is_key else self._blank(column)
            elif column.lookup is None:
                values[column.field] = value
            else:
                found = self.codes.id_of(session, column, str(value))
                if found is None:
                    errors.append(f"{column.title}: " + _("There is no %(code)s; set it up first.", code=value))
                values[column.field] = found
        return values, errors

    def _blank(self, column: Column) -> Any:
        if column.lookup is not None:
            stored = inspect(self.kind.model).columns.get(column.field)
            return None if stored is None or stored.nullable else BLANK_ID
        stored = inspect(self.kind.model).columns.get(column.field)
        kind = stored.type if stored is not None else None
        if isinstance(kind, ScaledDecimal) and stored is not None and stored.nullable:
            return None  # no price is not the price 0
        if isinstance(kind, Enum):
            members: Any = kind.enum_class
            return next((member for member in members if member.value == ""), None)
        if isinstance(kind, Boolean):
            return False
        if isinstance(kind, Date):
            return None
        return Decimal(0) if isinstance(kind, ScaledDecimal) else ""

    def _find(self, session: Session, key: tuple[Any, ...]) -> Any:
        model = self.kind.model
        conditions = []
        for name, value in zip(self.kind.keys, key, strict=True):
            column = getattr(model, self.by_name[name].field)
            # Names of attributes keep their case; codes are capitals anyway.
            text = isinstance(value, str) and self.by_name[name].lookup is None
            conditions.append(func.lower(column) == value.lower() if text else column == value)
        return session.scalar(select(model).where(*conditions))

    def _changed(self, session: Session, record: Any, values: Mapping[str, Any], planned: Planned) -> dict[str, Any]:
        """The values that differ from the record's, each noted in words; keys find the record and never change it."""
        changed: dict[str, Any] = {}
        for column in self.columns:
            if column.name in self.kind.keys or column.field not in values:
                continue
            before, after = self.kind.value(session, record, column), values[column.field]
            if before == after or (before is None and after == BLANK_ID and column.lookup is not None):
                continue
            changed[column.field] = after
            texts = (self.codes.text(session, column, before), self.codes.text(session, column, after))
            planned.differences.append(difference(column.title, *(texts if column.lookup else (before, after))))
        return changed

    def _sentence(self, error: DomainError) -> str:
        title = next((c.title for c in self.by_name.values() if error.field in (c.field, c.name)), "")
        return f"{title}: {error.message}" if title and error.field else error.message
