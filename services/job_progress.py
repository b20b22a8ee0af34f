"""How far running jobs are, kept beside the database in a small SQLite file.

Not in the job's own row: while a job holds SQLite's one write lock for a long transaction, nobody could write there,
and nobody could ask the job to stop. The file is the queue's own (services/jobs.py), so it is where the worker is.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_TABLE = (
    "CREATE TABLE IF NOT EXISTS job_progress (job_id INTEGER PRIMARY KEY, done INTEGER NOT NULL, "
    "total INTEGER NOT NULL, message TEXT NOT NULL, beat REAL NOT NULL, cancel INTEGER NOT NULL DEFAULT 0)"
)


@dataclass(frozen=True)
class Progress:
    """What a running job last said; `beat` is seconds since the epoch."""

    done: int
    total: int
    message: str
    beat: float
    cancel: bool


class ProgressStore:
    """Rows keyed by job id; every call is its own short transaction of a few milliseconds."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._made = False

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self.path, timeout=10, isolation_level=None)
        try:
            if not self._made:
                connection.execute(_TABLE)
                self._made = True
            yield connection
        finally:
            connection.close()

    def start(self, job_id: int) -> None:
        """A job begins: nothing done, nobody has asked it to stop."""
        with self._open() as connection:
            connection.execute("INSERT OR REPLACE INTO job_progress VALUES (?, 0, 0, '', ?, 0)", (job_id, time.time()))

    def report(self, job_id: int, done: int, total: int, message: str) -> bool:
        """Write down how far the job is; True when somebody has asked it to stop."""
        with self._open() as connection:
            connection.execute(
                "UPDATE job_progress SET done = ?, total = ?, message = ?, beat = ? WHERE job_id = ?",
                (done, total, message, time.time(), job_id),
            )
            row = connection.execute("SELECT cancel FROM job_progress WHERE job_id = ?", (job_id,)).fetchone()
        return bool(row and row[0])

    def beat(self, job_id: int) -> None:
        """The job's process still lives."""
        with self._open() as connection:
            connection.execute("UPDATE job_progress SET beat = ? WHERE job_id = ?", (time.time(), job_id))

    def ask_to_stop(self, job_id: int) -> None:
        """The job stops when it next reports."""
        with self._open() as connection:
            connection.execute("UPDATE job_progress SET cancel = 1 WHERE job_id = ?", (job_id,))

    def find(self, job_id: int) -> Progress | None:
        """What the job last said, if it is known here."""
        with self._open() as connection:
            row = connection.execute(
                "SELECT done, total, message, beat, cancel FROM job_progress WHERE job_id = ?", (job_id,)
            ).fetchone()
        return Progress(row[0], row[1], row[2], row[3], bool(row[4])) if row else None

    def forget(self, job_id: int) -> None:
        """The job has ended; its own row says how."""
        with self._open() as connection:
            connection.execute("DELETE FROM job_progress WHERE job_id = ?", (job_id,))
