"""Rows that are one record each (an item, a vendor, a customer): look up by number, compare, insert, update in bulk.

Bulk statements pass the session's audit listener by, so the audit trail is written here with the same words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, bindparam, inspect, select, update
from sqlalchemy.orm import Session

from core.clock import utcnow
from core.errors import ValidationError
from core.text import _
from models import AuditEntry
from services.exchange.bulk import insert_many
from services.exchange.columns import Column, Options, ParsedRow
from services.exchange.differences import difference
from services.exchange.fates import Fate
from services.exchange.importing import Planned

_MISSING = object()


def load_ids(session: Session, model: type[Any], by: str) -> dict[str, int]:
    """Code -> id of a whole table; blank rows (code "") are left out."""
    rows = session.execute(select(getattr(model, by), model.id).where(*still_there(model))).tuples()
    return {code: record_id for code, record_id in rows if code}


def still_there(model: type[Any]) -> list[ColumnElement[bool]]:
    """What keeps out records that are deleted and stay for what was posted (locations)."""
    return [model.deleted.is_(False)] if "deleted" in model.__table__.columns else []


@dataclass
class RecordData:
    """What is to be written for one row: the record's values, and what a subclass adds in `extras`."""

    record_id: int | None
    values: dict[str, Any]
    before: dict[str, Any]
    extras: dict[str, Any] = field(default_factory=dict)


class RecordImport:
    """Prepared import of one model keyed by `no`; subclasses add checks, defaults and what hangs on the record."""

    model: type[Any]
    noun = ""
    required: tuple[str, ...] = ()

    def __init__(
        self, session: Session, columns: Mapping[str, Column], options: Options, present: frozenset[str]
    ) -> None:
        self.options = options
        self.columns = [columns[name] for name in columns if name in present and columns[name].field]
        self.table = self.model.__table__
        self.lookups: dict[str, dict[str, int]] = {}
        self._codes: dict[str, dict[int, str]] = {}
        for column in self.columns:
            if column.lookup is not None:
                self.lookups[column.name] = load_ids(session, *column.lookup)
        self.fields = list(dict.fromkeys(column.field for column in self.columns))
        self.defaults = {
            attribute.key: attribute.columns[0].default.arg
            for attribute in inspect(self.model).column_attrs
            if attribute.columns[0].default is not None and attribute.columns[0].default.is_scalar
        }

    # -- hooks -------------------------------------------------------------------------------------------------

    def begin(self, session: Session) -> None:
        """Create what the options allow to be created; nothing by default."""

    def finish(self, session: Session) -> None:
        """After the last chunk; nothing by default."""

    def check(self, values: dict[str, Any], before: Mapping[str, Any] | None, row: ParsedRow) -> Iterable[str]:
        """What is wrong with the values together, may complete `values`; `before` is None for a new one"""
        return ()

    def load_extras(self, session: Session, ids: Mapping[str, int], rows: Sequence[ParsedRow]) -> None:
        """Load what hangs on the existing records of a chunk."""

    def plan_extras(self, row: ParsedRow, data: RecordData) -> tuple[list[str], list[str]]:
        """Errors, and in words what changes of that which hangs on the record."""
        return [], []

    def write_extras(self, session: Session, planned: Sequence[Planned]) -> None:
        """Write what hangs on the records; their ids are known."""

    # -- planning ----------------------------------------------------------------------------------------------

    def plan(self, session: Session, rows: Sequence[ParsedRow]) -> list[Planned]:
        """Fates of a chunk; two statements plus those of the extras."""
        nos = [str(row.values["no"]) for row in rows]
        table = self.table
        wanted = [table.c.id, table.c.no, *(table.c[name] for name in self.compared())]
        found = session.execute(select(*wanted).where(table.c.no.in_(nos))).mappings()
        existing: dict[str, dict[str, Any]] = {row["no"]: dict(row) for row in found}
        self.load_extras(session, {no: row["id"] for no, row in existing.items()}, rows)
        return [self._plan_row(row, existing.get(str(row.values["no"]))) for row in rows]

    def compared(self) -> list[str]:
        """Columns read from existing records: those the file gives, and what checks need."""
        return [name for name in self.fields if name != "no"]

    def _plan_row(self, row: ParsedRow, before: dict[str, Any] | None) -> Planned:
        no = str(row.values["no"])
        planned = Planned(row, Fate.CREATE if before is None else Fate.UPDATE, no)
        if before is None and self.options.mode == "update":
            planned.errors.append(
                _("%(noun)s %(no)s does not exist, and only existing ones are to be changed.", noun=self.noun, no=no)
            )
            return planned
        if before is not None and self.options.mode == "create":
            planned.errors.append(
                _("%(noun)s %(no)s exists already, and only new ones are to be created.", noun=self.noun, no=no)
            )
            return planned
        values, errors = self._values(row)
        if before is None:
            for name in self.required:
                if not values.get(name):
                    errors.append(_("%(title)s: Fill this in, please.", title=self._title(name)))
        if not errors:
            errors += self.check(values, before, row)
        changed = (
            values
            if before is None
            else {name: value for name, value in values.items() if before.get(name, _MISSING) != value}
        )
        changed.pop("no", None)
        data = RecordData(None if before is None else before["id"], changed, before or {})
        extra_errors, extra_changes = self.plan_extras(row, data)
        planned.errors = errors + extra_errors
        planned.data = data
        planned.title = str(values.get("description") or values.get("name") or (before or {}).get("description") or "")[
            :100
        ]
        if before is not None:
            planned.differences = [*self._differences(before, changed), *extra_changes]
            if not changed and not extra_changes:
                planned.fate = Fate.UNCHANGED
        return planned

    def _differences(self, before: Mapping[str, Any], changed: Mapping[str, Any]) -> list[str]:
        """The columns of the file that change, with the codes people know."""
        return [
            difference(column.title, *(self._code(column, values.get(column.field)) for values in (before, changed)))
            for column in self.columns
            if column.field in changed
        ]

    def _code(self, column: Column, value: Any) -> Any:
        if column.lookup is None or value is None:
            return value
        if column.name not in self._codes:
            self._codes[column.name] = {record_id: code for code, record_id in self.lookups[column.name].items()}
        return self._codes[column.name].get(value, "")

    def _values(self, row: ParsedRow) -> tuple[dict[str, Any], list[str]]:
        """Model values of the row with codes resolved to ids; and sentences about codes nobody has set up."""
        values: dict[str, Any] = {}
        errors: list[str] = []
        for column in self.columns:
            if column.name not in row.values:
                continue
            value = row.values[column.name]
            if value is None:
                value = self.defaults.get(column.field, None if column.lookup else "")
                if column.name in self.required:
                    errors.append(_("%(title)s: Fill this in, please.", title=column.title))
            elif column.lookup is not None:
                try:
                    value = self.resolve(column, value)
                except ValidationError as error:
                    errors.append(f"{column.title}: {error.message}")
                    continue
            values[column.field] = value
        return values, errors

    def resolve(self, column: Column, code: str) -> int:
        """The id behind a code. Raises ValidationError `not_found`."""
        found = self.lookups[column.name].get(code)
        if found is None:
            raise ValidationError("not_found", _("There is no %(code)s; set it up first.", code=code))
        return found

    def _title(self, name: str) -> str:
        return next((column.title for column in self.columns if column.field == name), name)

    # -- writing -----------------------------------------------------------------------------------------------

    def write(self, session: Session, planned: Sequence[Planned]) -> None:
        """Insert and update a chunk, its audit trail and what hangs on it."""
        creates = [row for row in planned if row.fate == Fate.CREATE]
        updates = [row for row in planned if row.fate == Fate.UPDATE and row.data.values]
        if creates:
            self._insert(session, creates)
        if updates:
            self._update(session, updates)
        self.write_extras(session, planned)
        self._audit(session, creates, updates)

    def stamp(self) -> dict[str, Any]:
        """Columns set on every insert and update."""
        return {}

    def _insert(self, session: Session, planned: Sequence[Planned]) -> None:
        stamp = self.stamp()
        names = {name for row in planned for name in row.data.values}
        base = {name: self.defaults.get(name) for name in names} | stamp
        insert_many(session, self.model, [{**base, **row.data.values, "no": row.key} for row in planned])
        nos = [row.key for row in planned]
        ids = dict(
            session.execute(select(self.table.c.no, self.table.c.id).where(self.table.c.no.in_(nos))).tuples().all()
        )
        for row in planned:
            row.data.record_id = ids[row.key]

    def _update(self, session: Session, planned: Sequence[Planned]) -> None:
        names = sorted({name for row in planned for name in row.data.values})
        statement = (
            update(self.table)
            .where(self.table.c.id == bindparam("record_id"))
            .values({name: bindparam(f"new_{name}") for name in names} | self.stamp())
        )
        session.connection().execute(
            statement,
            [
                {
                    "record_id": row.data.record_id,
                    **{f"new_{name}": row.data.values.get(name, row.data.before.get(name)) for name in names},
                }
                for row in planned
            ],
        )

    def item_of(self, row: Planned) -> int | None:
        """The item whose history the row belongs to."""
        return row.data.record_id if self.table.name == "item" else None

    def reason_of(self, row: Planned, field: str) -> str:
        """Why the row changes the field, where somebody has to say so."""
        return ""

    def _audit(self, session: Session, creates: Sequence[Planned], updates: Sequence[Planned]) -> None:
        now, user_id = utcnow(), session.info.get("user_id")
        common = {"created_at": now, "user_id": user_id, "table_name": self.table.name}
        blank = {"field": "", "before": "", "after": "", "reason": ""}
        rows = [
            {
                **common,
                **blank,
                "action": "created",
                "record_id": row.data.record_id,
                "record_name": row.key,
                "item_id": self.item_of(row),
            }
            for row in creates
        ]
        for row in updates:
            rows += [
                {**common, "action": "changed", "record_id": row.data.record_id, "record_name": row.key,
                 "item_id": self.item_of(row), "field": name,
                 "before": _audit_text(row.data.before.get(name)), "after": _audit_text(value),
                 "reason": self.reason_of(row, name)}
                for name, value in row.data.values.items()
            ]  # fmt: skip
        if rows:
            insert_many(session, AuditEntry, rows)


def _audit_text(value: object) -> str:
    return "" if value is None else str(getattr(value, "value", value))
