"""One run of one scenario: its database, the day it is, and what the names in the file stand for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.unit_of_work import perform
from models import BLANK_ID, Bin, Item, ItemLedgerEntry, ItemVariant, Location, Register, UnitOfMeasure, db
from models.ledger import MUTABLE_COLUMNS
from services.poster import Poster

T = TypeVar("T")

#: Who plays: nobody in the list of users, so the company's own posting dates hold.
POSTER = Poster(user_name="scenario")


class PlayError(Exception):
    """The file asks for something that is not there (a reference, an item): never a refusal that may be expected."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as expected; `line` of the file, `what` it is about."""

    line: int
    what: str
    expected: object
    found: object

    def __str__(self) -> str:
        return f"{self.what}: expected {shown(self.expected)}, found {shown(self.found)}"


def shown(value: object) -> str:
    """A value as a person would have written it in the file."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value else "0"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {shown(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(shown(part) for part in value) + "]"
    return str(value) or '""'


@dataclass
class Play:
    """State of one run. Functions of actions write through `write`, and name what they posted with `bind`."""

    session: Session
    #: posting date of the step that runs; before the first step that gives one, the date of that step
    date: dt.date | None = None
    #: the latest day that the story has come to, its today
    today: dt.date = dt.date.min
    #: id of the step that runs
    step_id: str = ""
    #: name -> the item ledger entries it stands for, in entry order
    entries: dict[str, list[int]] = field(default_factory=dict)
    #: id of a document or order -> what the area that opened it wants to remember of it
    documents: dict[str, Any] = field(default_factory=dict)
    #: rows in each ledger before the last step
    rows_before: dict[str, int] = field(default_factory=dict)

    @property
    def day(self) -> dt.date:
        """The posting date. Raises PlayError where no step has given one."""
        if self.date is None:
            raise PlayError("no step has given a date yet")
        return self.date

    def write(self, work: Callable[[Session], T]) -> T:
        """Run `work` as one unit of work, as a request would."""
        return perform(self.session, work)

    # ------------------------------------------------------------------ names of entries
    def bind(self, name: str, entry_ids: Iterable[int]) -> None:
        """`name` (a step's id, or document.line) now stands for these entries too."""
        if name:
            self.entries.setdefault(name, []).extend(sorted(entry_ids))

    def bind_register(self, name: str, register_id: int) -> None:
        """`name` stands for all item ledger entries of a register."""
        register = self.session.get_one(Register, register_id)
        self.bind(name, range(register.from_item_ledger_entry_id, register.to_item_ledger_entry_id + 1))

    def entry(self, reference: str) -> int:
        """The item ledger entry that `P1`, `PO1.L1` (the newest) or `PO1.L1#2` (the second) stands for."""
        found = self.entries_of(reference)
        return found[-1]

    def entries_of(self, reference: str) -> list[int]:
        """All entries of a reference; one where it names one by `#`. Raises PlayError."""
        name, _sign, number = reference.partition("#")
        found = self.entries.get(name, [])
        if number:
            if not number.isdecimal() or not 1 <= int(number) <= len(found):
                raise PlayError(f"{reference} stands for no entry; {name} has {len(found)}")
            return [found[int(number) - 1]]
        if not found:
            raise PlayError(f"{reference} stands for no posted entry")
        return found

    def name_of(self, entry_id: int) -> str:
        """What the file calls an entry; its number where it has no name."""
        for name, found in self.entries.items():
            if entry_id in found:
                return name if entry_id == found[-1] else f"{name}#{found.index(entry_id) + 1}"
        return f"entry {entry_id}"

    # ------------------------------------------------------------------ names of records
    def item(self, no: str) -> Item:
        """The item with this number. Raises PlayError."""
        found: Item = self._one(select(Item).where(Item.no == no.upper()), f"there is no item {no}")
        return found

    def location_id(self, code: str | None) -> int:
        """The location's id; the blank one for "" and None. Raises PlayError."""
        if not code:
            return BLANK_ID
        found: Location = self._one(select(Location).where(Location.code == code.upper()), f"no location {code}")
        return found.id

    def variant_id(self, item: Item, code: str | None) -> int:
        """The variant's id; the blank one for "" and None. Raises PlayError."""
        if not code:
            return BLANK_ID
        statement = select(ItemVariant).where(ItemVariant.item_id == item.id, ItemVariant.code == code.upper())
        found: ItemVariant = self._one(statement, f"{item.no} has no variant {code}")
        return found.id

    def bin_id(self, location_id: int, code: str | None) -> int | None:
        """The bin's id, None for none. Raises PlayError."""
        if not code:
            return None
        statement = select(Bin).where(Bin.location_id == location_id, Bin.code == code.upper())
        found: Bin = self._one(statement, f"there is no bin {code} at this location")
        return found.id

    def unit_id(self, code: str | None) -> int | None:
        """The unit's id, None for none. Raises PlayError."""
        if not code:
            return None
        found: UnitOfMeasure = self._one(
            select(UnitOfMeasure).where(UnitOfMeasure.code == code.upper()), f"there is no unit {code}"
        )
        return found.id

    def _one(self, statement: Any, otherwise: str) -> Any:
        found = self.session.scalar(statement.execution_options(populate_existing=True))
        if found is None:
            raise PlayError(otherwise)
        return found

    # ------------------------------------------------------------------ what was posted
    def ledger_rows(self) -> dict[str, int]:
        """How many rows each ledger has."""
        tables = [db.metadata.tables[name] for name in MUTABLE_COLUMNS]
        counts = [select(func.count()).select_from(table).scalar_subquery().label(table.name) for table in tables]
        return dict(self.session.execute(select(*counts)).one()._mapping)  # noqa: SLF001 - public in all but its name

    def newest_entry(self) -> int:
        """The number of the newest item ledger entry, 0 for none."""
        return self.session.scalar(select(func.max(ItemLedgerEntry.id))) or 0
