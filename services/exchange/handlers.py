"""The jobs of import and export: dry run, import, export to a file.

Parameters of a dry run and of an import are the same (ImportRequest), so that what was checked is what is imported.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.errors import DomainError, NotFound
from core.text import _
from models import Permission, StoredFile, User
from services.exchange.columns import Options
from services.exchange.fates import FateBook
from services.exchange.files import FileFormat, open_table
from services.exchange.importing import ImportRefusedError, ImportRun
from services.exchange.kinds import export_rows, get_kind
from services.exchange.writing import media_type, table_bytes, write_table
from services.jobs import JobKind, ProgressReport, RunningJob, register

FATES_TYPE = "application/x-stockbook-fates"


@dataclass(frozen=True)
class ImportRequest:
    """What to import and how; `file_id` is the stored upload, `path` a file of the person at the command line."""

    kind: str
    name: str
    file_format: dict[str, str]
    options: dict[str, Any] = field(default_factory=dict)
    file_id: int = 0
    path: str = ""

    def parameters(self) -> dict[str, Any]:
        """For the job's row."""
        return asdict(self)

    @classmethod
    def from_parameters(cls, values: Mapping[str, Any]) -> ImportRequest:
        """Back from the job's row."""
        return cls(**{name: values[name] for name in cls.__dataclass_fields__ if name in values})


@contextmanager
def local_copy(session: Session, file_id: int, path: str = "") -> Iterator[Path]:
    """The upload as a file on disk, gone afterwards; `path` itself where there is one. Raises NotFound `file_gone`."""
    if path:
        yield Path(path)
        return
    content = session.scalar(select(StoredFile.content).where(StoredFile.id == file_id))
    if content is None:
        raise NotFound("file_gone", _("The uploaded file is not there any more. Upload it again."))
    session.rollback()
    with tempfile.NamedTemporaryFile(prefix="stockbook-upload-") as file:
        file.write(content)
        file.flush()
        del content  # the copy in memory is not needed while the rows stream
        yield Path(file.name)


def _run(session: Session, job: RunningJob, progress: ProgressReport, *, dry: bool) -> dict[str, Any]:
    request = ImportRequest.from_parameters(job.parameters)
    kind = get_kind(request.kind)
    options = replace(Options.from_dict(request.options), file_name=request.name, rights=_rights(session, job.user_id))
    with (
        local_copy(session, request.file_id, request.path) as path,
        tempfile.TemporaryDirectory(prefix="stockbook-") as folder,
    ):
        book = FateBook(Path(folder) / "fates.sqlite")
        try:
            run = ImportRun(
                kind, path, FileFormat(**request.file_format), options, book, progress,
                None if dry else job.perform,
            )  # fmt: skip
            try:
                counts = run.run(session)
            except ImportRefusedError as error:
                error.result |= _keep_outcome(job, request, path, book)
                raise
            result = {"counts": counts, "kind": request.kind, **_keep_outcome(job, request, path, book)}
        finally:
            book.close()
    result["message"] = dry_sentence(counts) if dry else import_sentence(counts)
    return result


def _rights(session: Session, user_id: int | None) -> frozenset[Permission] | None:
    """What the user of a job may do; None for the command line, which may do everything."""
    if user_id is None:
        return None
    user = session.get(User, user_id)
    rights = user.permissions if user is not None else frozenset()
    session.rollback()
    return rights


def dry_sentence(counts: Mapping[str, int]) -> str:
    """What an import would do."""
    return _(
        "%(create)s to create, %(update)s to change, %(unchanged)s unchanged, %(error)s faulty.",
        **_figures(counts),
    )


def import_sentence(counts: Mapping[str, int]) -> str:
    """What an import did."""
    return _(
        "%(create)s created, %(update)s changed, %(unchanged)s unchanged, %(error)s faulty and left out.",
        **_figures(counts),
    )


def _figures(counts: Mapping[str, int]) -> dict[str, object]:
    return {name: f"{count:,}" for name, count in counts.items()}


def _keep_outcome(job: RunningJob, request: ImportRequest, path: Path, book: FateBook) -> dict[str, Any]:
    """Store the fates, and the faulty rows as a file of the kind that was brought."""
    kept: dict[str, Any] = {}
    if book.counts()["error"]:
        file_format = FileFormat(**request.file_format)
        headings = open_table(path, file_format).headings
        content = table_bytes(file_format.kind, [*headings, "error"], _faulty_rows(book, len(headings)))
        stem = Path(request.name).stem[:80] or request.kind
        name = f"{stem}-faulty.{file_format.kind}"
        kept["errors_file_id"] = job.save_file(name, media_type(file_format.kind), content)
    kept["fates_file_id"] = job.save_file("fates", FATES_TYPE, book.content())
    return kept


def _faulty_rows(book: FateBook, width: int) -> Iterator[list[str]]:
    for cells, message in book.faulty():
        plain = ["" if cell.startswith("\x00") else cell for cell in cells[:width]]
        yield [*plain, *[""] * (width - len(plain)), message]


def check_import(session: Session, job: RunningJob, progress: ProgressReport) -> dict[str, Any]:
    """The dry run: every row's fate, nothing written to the books."""
    return _run(session, job, progress, dry=True)


def run_import(session: Session, job: RunningJob, progress: ProgressReport) -> dict[str, Any]:
    """The import: one transaction."""
    return _run(session, job, progress, dry=False)


def run_export(session: Session, job: RunningJob, progress: ProgressReport) -> dict[str, Any]:
    """All rows of a kind as a file kept with the job."""
    name, file_kind = str(job.parameters["kind"]), str(job.parameters["format"])
    with tempfile.TemporaryDirectory(prefix="stockbook-") as folder:
        path = Path(folder) / f"{name}.{file_kind}"
        rights = _rights(session, job.user_id)
        costs = rights is None or Permission.ITEMS_COSTS in rights
        count = export_to(session, name, path, file_kind, progress, costs=costs)
        session.rollback()
        file_id = job.save_file(path.name, media_type(file_kind), path.read_bytes())
    return {
        "file_id": file_id,
        "message": _("%(count)s rows were written to %(name)s.", count=f"{count:,}", name=path.name),
    }


def export_to(
    session: Session,
    name: str,
    path: Path,
    file_kind: str,
    progress: ProgressReport | None = None,
    *,
    costs: bool = True,
) -> int:
    """Write all rows of a kind to `path`, items without their costs unless `costs`; returns their number."""
    headings, rows = export_rows(session, name, costs=costs)

    def told() -> Iterator[list[object]]:
        for number, row in enumerate(rows, 1):
            if progress is not None and number % 500 == 0:
                progress(number, 0, _("%(count)s rows written", count=f"{number:,}"))
            yield row

    return write_table(path, file_kind, headings, told())


def load_fates(session: Session, file_id: int) -> FateBook:
    """The fates a job has kept. Raises NotFound `fates_gone`."""
    content = session.scalar(
        select(StoredFile.content).where(StoredFile.id == file_id, StoredFile.media_type == FATES_TYPE)
    )
    if content is None:
        raise NotFound("fates_gone", _("The list of rows is not kept any more. Run the check again."))
    return FateBook(content=content)


def forget_uploads(session: Session, before: Any) -> int:
    """Delete uploads older than `before` that belong to no job; returns how many."""
    gone = session.execute(delete(StoredFile).where(StoredFile.job_id.is_(None), StoredFile.created_at < before))
    return int(gone.rowcount)  # type: ignore[attr-defined]


def refusal(error: DomainError) -> str:
    """The sentence of a refused import for the command line."""
    return error.message


register(JobKind("import-check", "Check of an import", check_import, "exchange.import", outcome="exchange.check"))
register(JobKind("import", "Import", run_import, "exchange.import", outcome="exchange.outcome"))
register(JobKind("export", "Export", run_export, "exchange.export"))
