"""The way of a file into the books: read, dry run, import; one transaction, nothing half-imported.

Rows are read and checked outside any transaction and wait in a scratch file; the transaction then only looks up,
plans and writes, a thousand rows at a time, so that it is short and memory stays flat.
"""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy.orm import Session

from core.errors import ValidationError
from core.text import _
from core.unit_of_work import rehearse
from services.exchange.columns import Column, Options, ParsedRow, RowReader
from services.exchange.fates import Fate, FateBook, RowFate
from services.exchange.files import FileFormat, Table, open_table
from services.exchange.statistics import Growth

CHUNK = 1000


@dataclass
class Planned:
    """What is to happen with one row; `data` is what the kind needs to write it."""

    row: ParsedRow
    fate: Fate
    key: str
    title: str = ""
    errors: list[str] = field(default_factory=list)
    #: what an existing record changes, in words
    differences: list[str] = field(default_factory=list)
    data: Any = None


class Prepared(Protocol):
    """A kind made ready for one import: its lookups are loaded."""

    def begin(self, session: Session) -> None:
        """Once, inside the transaction, before the first write: create what the options allow to be created."""

    def plan(self, session: Session, rows: Sequence[ParsedRow]) -> list[Planned]:
        """Decide a chunk's fates; reads only."""

    def write(self, session: Session, planned: Sequence[Planned]) -> None:
        """Write a chunk's creates and updates."""

    def finish(self, session: Session) -> None:
        """Once, after the last chunk."""


class ImportKind(Protocol):
    """One kind of thing that can be imported."""

    name: str
    #: column name that says which record a row is; "" where rows are just rows
    key: str

    @property
    def title(self) -> str:
        """Plural noun on pages."""

    def columns(self, session: Session) -> list[Column]:
        """Columns every file may have."""

    def dynamic(self, heading: str) -> Column | None:
        """A column that only the heading tells (attribute:Colour), else None."""

    def prepare(self, session: Session, options: Options, present: frozenset[str]) -> Prepared:
        """Load lookups. `present` are the names of the columns the file or a constant gives."""


class ImportRefusedError(ValidationError):
    """The file as a whole was not imported; `result` goes to the job."""

    result: dict[str, Any]


Report = Callable[[int, int, str], None]


@dataclass
class ImportRun:
    """One run over one file; `book` holds the fates afterwards."""

    kind: ImportKind
    path: Path
    file_format: FileFormat
    options: Options
    book: FateBook
    report: Report
    #: the edge's unit of work; None for a dry run
    perform: Callable[[Callable[[Session], Any]], Any] | None = None

    def run(self, session: Session) -> dict[str, int]:
        """Counts by fate. Raises ImportRefusedError when something is faulty and faulty rows are not to be skipped."""
        columns = {column.name: column for column in self.kind.columns(session)}
        table = open_table(self.path, self.file_format)
        columns |= self._dynamic_columns(table)
        reader = RowReader(table.headings, columns, self.options)
        session.rollback()  # reading the file may take long: hold no snapshot meanwhile
        with _scratch() as (file, chunks):
            total = self._stage(table, reader, file)
            present = frozenset(reader.present)
            if self.perform is None:
                self._look(session, chunks, total, present)
                return self.book.counts()
            if self.book.counts()["error"] and not self.options.skip_faulty:
                # Faults are known already: list the others too, then refuse; the write lock is never taken.
                self._look(session, chunks, total, present)
                raise self._refused()
            return self.perform(lambda s: self._import(s, chunks(), total, present))  # type: ignore[no-any-return]

    def _look(
        self, session: Session, chunks: Callable[[], Iterator[list[ParsedRow]]], total: int, present: frozenset[str]
    ) -> None:
        """Decide every row's fate and write nothing; a kind that tries its rows in place is undone as a whole."""

        def work(session: Session) -> None:
            self.book.forget_plans()
            self._apply(session, chunks(), total, present, write=False)

        if getattr(self.kind, "rehearses", False):
            rehearse(session, work)
        else:
            work(session)
            session.rollback()

    def _dynamic_columns(self, table: Table) -> dict[str, Column]:
        found = (self.kind.dynamic(heading) for heading in table.headings)
        mapped = (self.kind.dynamic(name) for name in (*self.options.mapping.values(), *self.options.constants))
        return {column.name: column for column in (*found, *mapped) if column is not None}

    def _stage(self, table: Table, reader: RowReader, file: Any) -> int:
        """Read and check every row into the scratch file; faulty ones go straight to the book. Returns rows read."""
        expected = estimated_rows(self.path, self.file_format)
        count = 0
        chunk: list[ParsedRow] = []
        for row in table.rows:
            count += 1
            chunk.append(reader.read(row.line, row.cells))
            if len(chunk) == CHUNK:
                self._keep(chunk, file)
                chunk = []
                self.report(min(count, expected), expected * 2, _("Reading rows"))
        self._keep(chunk, file)
        if not count:
            raise ValidationError("file_without_rows", _("The file holds headings but no rows below them."))
        return count

    def _keep(self, chunk: list[ParsedRow], file: Any) -> None:
        if self.kind.key:
            keyed = [(str(row.values[self.kind.key]), row.line) for row in chunk if row.values.get(self.kind.key)]
            for name, first in self.book.first_lines(keyed).items():
                key, line = name.rsplit("\x00", 1)
                row = next(row for row in chunk if row.line == int(line))
                row.errors.append(_("%(key)s stands in line %(line)s already.", key=key, line=first))
        good = [row for row in chunk if not row.errors]
        self.book.add((_faulty(row, self.kind.key) for row in chunk if row.errors), read_error=True)
        if good:
            pickle.dump(good, file, pickle.HIGHEST_PROTOCOL)

    def _import(
        self, session: Session, chunks: Iterator[list[ParsedRow]], total: int, present: frozenset[str]
    ) -> dict[str, int]:
        self.book.forget_plans()  # the unit of work may have to start again
        self._apply(session, chunks, total, present, write=True)
        counts = self.book.counts()
        if counts["error"] and not self.options.skip_faulty:
            raise self._refused()
        return counts

    def _apply(
        self, session: Session, chunks: Iterator[list[ParsedRow]], total: int, present: frozenset[str], *, write: bool
    ) -> None:
        prepared = self.kind.prepare(session, self.options, present)
        if write:
            prepared.begin(session)
        done = 0
        faultless = True
        growth = Growth(session)
        for rows in chunks:
            planned = prepared.plan(session, rows)
            faultless &= not any(row.errors for row in planned)
            self.book.add(_fate_of(row) for row in planned)
            # After the first fault the rest is only looked at, so that all faults are told at once.
            if write and (faultless or self.options.skip_faulty):
                good = [row for row in planned if not row.errors and row.fate != Fate.UNCHANGED]
                if good:
                    prepared.write(session, good)
                    growth.chunk_written()
            done += len(rows)
            self.report(total + done, total * 2, _("Importing rows") if write else _("Checking rows"))
        if write and (faultless or self.options.skip_faulty):
            prepared.finish(session)
            growth.look()

    def _refused(self) -> ImportRefusedError:
        counts = self.book.counts()
        error = ImportRefusedError(
            "import_refused",
            _("%(count)s rows are faulty, so nothing was imported. Correct them in the file of faulty rows, or let the "
              "import skip them.", count=counts["error"]),
        )  # fmt: skip
        error.result = {"counts": counts}
        return error


def estimated_rows(path: Path, file_format: FileFormat) -> int:
    """Roughly how many rows a file has, for a progress bar; at least 1."""
    if file_format.kind == "xlsx":
        return max(1, path.stat().st_size // 60)
    lines = 0
    with path.open("rb") as file:
        while block := file.read(1024 * 1024):
            lines += block.count(b"\n")
    return max(1, lines - 1)


def _faulty(row: ParsedRow, key: str) -> RowFate:
    return RowFate(row.line, Fate.ERROR, str(row.values.get(key, "") or ""), "", " ".join(row.errors), tuple(row.cells))


def _fate_of(planned: Planned) -> RowFate:
    if planned.errors:
        row = planned.row
        return RowFate(row.line, Fate.ERROR, planned.key, planned.title, " ".join(planned.errors), tuple(row.cells))
    return RowFate(planned.row.line, planned.fate, planned.key, planned.title, "; ".join(planned.differences))


@contextmanager
def _scratch() -> Iterator[tuple[Any, Callable[[], Iterator[list[ParsedRow]]]]]:
    """A file for chunks that were read, and a way to read it from the start as often as needed."""
    with tempfile.TemporaryFile(prefix="stockbook-import-") as file:

        def chunks() -> Iterator[list[ParsedRow]]:
            file.flush()
            file.seek(0)
            while True:
                try:
                    yield pickle.load(file)  # noqa: S301 - our own scratch file, unlinked, written above
                except EOFError:
                    return

        yield file, chunks


def columns_of(kind: ImportKind, session: Session, headings: Sequence[str]) -> dict[str, Column]:
    """All columns a file with these headings may fill, by name."""
    columns = {column.name: column for column in kind.columns(session)}
    for heading in headings:
        column = kind.dynamic(heading)
        if column is not None:
            columns.setdefault(column.name, column)
    return columns


def mapping_of(parameters: Mapping[str, Any]) -> dict[str, str]:
    """The mapping in a job's parameters."""
    return {str(heading): str(name) for heading, name in dict(parameters.get("mapping", {})).items()}
