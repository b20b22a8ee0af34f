"""Scratch databases: one migrated SQLite file is prepared once, and every scenario plays in a copy of its own."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from core.engines import EnginePool
from core.unit_of_work import perform
from services.scenario.nodes import FormatError
from services.scenario.player import Outcome, play_scenario
from services.scenario.reader import read_file
from services.scenario.setup import prepare_company


@contextmanager
def open_session(url: str) -> Iterator[Session]:
    """A session on a scratch database."""
    engine = _engines.take(url)
    try:
        with Session(engine) as session:
            yield session
    finally:
        _engines.give_back(engine)


def prepare_template(url: str) -> None:
    """Create the company all scenarios start from in a migrated, empty database."""
    with open_session(url) as session:
        perform(session, prepare_company)


def play_all(paths: Iterable[Path], template: Path, *, workers: int) -> Iterator[Outcome]:
    """Play files in copies of `template` (an SQLite file without open connections), in the order of `paths`."""
    jobs = [(path, template) for path in paths]
    if workers <= 1 or len(jobs) <= 1:
        yield from map(play_file, jobs)
        return
    with ProcessPoolExecutor(max_workers=min(workers, len(jobs))) as pool:
        yield from pool.map(play_file, jobs, chunksize=1)


def play_file(job: tuple[Path, Path]) -> Outcome:
    """Read and play one file; a file that cannot be read has failed."""
    path, template = job
    try:
        scenario = read_file(path)
    except FormatError as error:
        outcome = Outcome(str(path))
        outcome.fail(error.line, 0, error.message)
        return outcome
    except OSError as error:
        outcome = Outcome(str(path))
        outcome.fail(1, 0, f"cannot be read: {error.strerror}")
        return outcome
    with tempfile.TemporaryDirectory(prefix="stockbook-scenario-") as folder:
        copy = Path(folder) / "scenario.sqlite"
        shutil.copyfile(template, copy)
        with open_session(f"sqlite:///{copy}") as session:
            return play_scenario(session, scenario)


def _hurries(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _hurry)


def _hurry(connection: Any, _record: Any) -> None:
    """Nobody needs a scratch database after a power cut, so it does not wait for the disk."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous = OFF")
    cursor.execute("PRAGMA journal_mode = MEMORY")
    cursor.close()


_engines = EnginePool(_hurries)
