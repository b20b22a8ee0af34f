"""What becomes of each row of an import, kept in a small SQLite file while the import runs and as a stored file after.

Outside the application's database, so that a dry run writes nothing and a refused import can still show why.
"""

from __future__ import annotations

import enum
import json
import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

_SCHEMA = """
CREATE TABLE fate (line INTEGER PRIMARY KEY, fate TEXT NOT NULL, key TEXT NOT NULL, title TEXT NOT NULL,
                   message TEXT NOT NULL, cells TEXT NOT NULL, read_error INTEGER NOT NULL);
CREATE INDEX fate_by_kind ON fate (fate, line);
CREATE TABLE seen (key TEXT PRIMARY KEY, line INTEGER NOT NULL) WITHOUT ROWID;
"""


class Fate(enum.StrEnum):
    """What becomes of a row."""

    CREATE = "create"
    UPDATE = "update"
    UNCHANGED = "unchanged"
    ERROR = "error"


@dataclass(frozen=True)
class RowFate:
    """One row's fate with its key, a title to recognise it by, and what is to be said about it."""

    line: int
    fate: Fate
    key: str
    title: str = ""
    message: str = ""
    cells: tuple[str, ...] = ()


class FateBook:
    """The fates of one import."""

    def __init__(self, path: Path | None = None, content: bytes | None = None) -> None:
        self.connection = sqlite3.connect(path or ":memory:", isolation_level=None)
        if content is not None:
            self.connection.deserialize(zlib.decompress(content))
        else:
            # A scratch file: it need not survive a power cut.
            self.connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _SCHEMA)

    def close(self) -> None:
        """Let go of the file."""
        self.connection.close()

    def content(self) -> bytes:
        """Everything, compressed, to be kept; the keys seen are left out."""
        self.connection.executescript("DROP TABLE IF EXISTS seen; VACUUM;")
        return zlib.compress(self.connection.serialize(), 3)

    def first_lines(self, keys: Iterable[tuple[str, int]]) -> dict[str, int]:
        """Note (key, line) pairs; returns for keys that stood on an earlier line that line."""
        earlier: dict[str, int] = {}
        self.connection.execute("BEGIN")
        for key, line in keys:
            taken = self.connection.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (key, line)).rowcount
            if not taken:
                found = self.connection.execute("SELECT line FROM seen WHERE key = ?", (key,)).fetchone()
                earlier[f"{key}\x00{line}"] = found[0]
        self.connection.execute("COMMIT")
        return earlier

    def add(self, fates: Iterable[RowFate], *, read_error: bool = False) -> None:
        """Write down fates; `read_error` for rows that could not even be read."""
        self.connection.execute("BEGIN")
        self.connection.executemany(
            "INSERT OR REPLACE INTO fate VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                (row.line, row.fate.value, row.key, row.title, row.message,
                 json.dumps(row.cells, ensure_ascii=False) if row.cells else "", int(read_error))
                for row in fates
            ),
        )  # fmt: skip
        self.connection.execute("COMMIT")

    def forget_plans(self) -> None:
        """Only what reading found stays: planning starts again."""
        self.connection.execute("DELETE FROM fate WHERE read_error = 0")

    def counts(self) -> dict[str, int]:
        """Rows by fate; every fate is named."""
        found = dict(self.connection.execute("SELECT fate, count(*) FROM fate GROUP BY fate"))
        return {fate.value: int(found.get(fate.value, 0)) for fate in Fate}

    def page(self, fate: str = "", *, offset: int = 0, limit: int = 50) -> list[RowFate]:
        """Rows in file order, all or of one fate."""
        where, values = ("WHERE fate = ?", [fate]) if fate else ("", [])
        rows = self.connection.execute(
            f"SELECT line, fate, key, title, message FROM fate {where} ORDER BY line LIMIT ? OFFSET ?",  # noqa: S608
            [*values, limit, offset],
        )
        return [RowFate(line, Fate(kind), key, title, message) for line, kind, key, title, message in rows]

    def faulty(self) -> Iterator[tuple[list[str], str]]:
        """The cells and the sentence of every faulty row, in file order."""
        rows = self.connection.execute("SELECT cells, message FROM fate WHERE fate = 'error' ORDER BY line")
        for cells, message in rows:
            yield (json.loads(cells) if cells else []), message
