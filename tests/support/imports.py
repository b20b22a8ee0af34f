"""Imports as jobs, run here and now: bring a text, a workbook or bytes; get status, counts, fates and faulty rows."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.unit_of_work import perform
from models import Job, StoredFile, db
from services import jobs
from services.exchange.columns import guess_mapping
from services.exchange.fates import RowFate
from services.exchange.files import detect_format, sample_rows
from services.exchange.handlers import ImportRequest, load_fates
from services.exchange.importing import columns_of
from services.exchange.kinds import KINDS, propose_constants
from services.job_progress import ProgressStore


@dataclass
class Outcome:
    """What a job has left behind."""

    job_id: int
    status: str
    message: str
    counts: dict[str, int]
    fates: list[RowFate]
    faulty: bytes

    def said(self) -> dict[int, str]:
        """Line -> sentence of every faulty row."""
        return {fate.line: fate.message for fate in self.fates if fate.message}


class Importer:
    """Runs imports and exports on a session's database."""

    def __init__(self, session: Session, folder: Path) -> None:
        self.session = session
        self.folder = folder
        self.runner = jobs.JobRunner(db.session.session_factory, ProgressStore(folder / "progress.sqlite"))

    def file(self, content: bytes | str, name: str = "brought.csv") -> Path:
        """The content as a file."""
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def request(self, kind: str, path: Path, **options: Any) -> ImportRequest:
        """What the mapping page proposes for the file, with `options` besides."""
        file_format = detect_format(path)
        headings, _rows = sample_rows(path, file_format, 1)
        columns = columns_of(KINDS[kind], self.session, headings)
        mapping = guess_mapping(headings, columns.values(), KINDS[kind].dynamic)
        constants = {
            name: text for name, text in propose_constants(self.session, kind).items() if name not in mapping.values()
        }
        wanted: dict[str, Any] = {"mapping": mapping, "constants": constants} | options
        return ImportRequest(kind, path.name, file_format.as_dict(), wanted, 0, str(path))

    def run(self, kind: str, content: bytes | str | Path, *, dry: bool = False, **options: Any) -> Outcome:
        """Import (or with `dry` check) the content."""
        path = content if isinstance(content, Path) else self.file(content)
        request = self.request(kind, path, **options)
        return self.job("import-check" if dry else "import", request.parameters())

    def job(self, kind: str, parameters: dict[str, Any]) -> Outcome:
        """Any job, to its end."""
        job_id = perform(self.session, lambda s: jobs.enqueue(s, kind, parameters, None).id)
        self.runner.run(job_id)
        return self.outcome(job_id)

    def outcome(self, job_id: int) -> Outcome:
        """What the job has left."""
        self.session.rollback()
        job = self.session.scalars(
            select(Job).where(Job.id == job_id).execution_options(populate_existing=True)
        ).one()  # fmt: skip
        fates: list[RowFate] = []
        if job.result.get("fates_file_id"):
            book = load_fates(self.session, job.result["fates_file_id"])
            fates = book.page(limit=100_000)
            book.close()
        faulty = self.stored(job.result.get("errors_file_id", 0))
        found = Outcome(job.id, job.status.value, job.message, job.result.get("counts", {}), fates, faulty)
        self.session.rollback()
        return found

    def stored(self, file_id: int) -> bytes:
        """A stored file's content."""
        return self.session.scalar(select(StoredFile.content).where(StoredFile.id == file_id)) or b""

    def export(self, kind: str, file_kind: str = "csv") -> bytes:
        """All rows of a kind as a file."""
        job_id = self.job("export", {"kind": kind, "format": file_kind}).job_id
        content = self.session.scalar(select(StoredFile.content).where(StoredFile.job_id == job_id))
        self.session.rollback()
        return content or b""


def workbook(*rows: list[Any]) -> bytes:
    """An .xlsx with these rows."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()
