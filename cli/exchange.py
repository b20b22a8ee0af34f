"""`flask import KIND FILE`, `flask export KIND FILE`, `flask jobs`: the same services as the pages use."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy import inspect, select
from sqlalchemy.exc import OperationalError, ProgrammingError

from core.errors import DomainError
from core.unit_of_work import perform
from models import Job, JournalBatch, db
from models.enums import JobStatus
from services import jobs
from services.exchange.cells import uses_decimal_comma
from services.exchange.columns import MODES, Options, guess_mapping
from services.exchange.fates import Fate, FateBook
from services.exchange.files import FileFormat, detect_format, sample_rows
from services.exchange.handlers import ImportRequest, dry_sentence, export_to
from services.exchange.importing import ImportRun, columns_of
from services.exchange.kinds import EXPORT_RIGHTS, KINDS, propose_constants

_SHOWN_ERRORS = 20


def init_app(app: Flask) -> None:
    """Register the commands."""
    app.cli.add_command(import_file)
    app.cli.add_command(export_file)


@click.command("import")
@click.argument("kind", type=click.Choice([*KINDS, "retail"]))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would happen to the rows; write nothing.")
@click.option(
    "--mapping",
    "pairs",
    multiple=True,
    metavar="HEADING=COLUMN",
    help="What a column of the file holds; the others are guessed.",
)
@click.option("--constant", "constants", multiple=True, metavar="COLUMN=VALUE", help="One value for all rows.")
@click.option("--mode", type=click.Choice(MODES), default="both", show_default=True, help="What rows may do.")
@click.option("--skip-faulty", is_flag=True, help="Leave faulty rows out and import the others.")
@click.option(
    "--create-missing", is_flag=True, help="Create categories, units, manufacturers and attributes that are missing."
)
@click.option("--clear-blank", is_flag=True, help="An empty cell empties the field.")
@click.option("--encoding", default="", help="utf-8-sig, utf-16, cp1252 ...; found by itself otherwise.")
@click.option("--delimiter", default="", help="A comma, semicolon, tab or bar; found by itself otherwise.")
@click.option("--batch", default="DEFAULT", show_default=True, help="Journal lines: the batch they go to.")
@click.option("--location", default="", help="Retail: the location the goods lie at.")
@click.option(
    "--cost-percent", type=Decimal, default=Decimal(50), show_default=True, help="Retail: cost in percent of the price."
)
@click.option(
    "--as-documents", is_flag=True, help="Retail: sales orders and credit memos, posted one by one; else a journal."
)
@click.option("--errors", type=click.Path(path_type=Path), help="Where to write the faulty rows.")
@with_appcontext
def import_file(kind: str, file: Path, **choices: Any) -> None:
    """Import FILE (CSV or XLSX) as KIND; one transaction, all or nothing."""
    with _sentences():
        if kind == "retail":
            parameters = {
                "path": str(file.resolve()), "name": file.name, "location_code": choices["location"],
                "cost_percent": str(choices["cost_percent"]), "user_name": "flask import",
                "as_documents": choices["as_documents"],
            }  # fmt: skip
            if choices["dry_run"]:
                _say_retail(file)
                return
            _run("retail", parameters, f"Week of trade from {file.name}", choices["errors"])
            return
        request = _request(kind, file, choices)
        if choices["dry_run"]:
            _dry_run(request, file)
            return
        _run("import", request.parameters(), f"Import {file.name}", choices["errors"])


@contextmanager
def _sentences() -> Iterator[None]:
    """Refusals, and a database that was never set up, as one line and exit code 1."""
    try:
        yield
    except DomainError as error:
        db.session.rollback()
        click.echo(error.message, err=True)
        sys.exit(1)
    except (OperationalError, ProgrammingError):
        db.session.rollback()
        if inspect(db.engine).has_table(Job.__tablename__):
            raise
        click.echo("The database holds no tables yet. Run `flask upgrade` first.", err=True)
        sys.exit(1)


def _pairs(texts: tuple[str, ...], option: str) -> dict[str, str]:
    found = {}
    for text in texts:
        name, separator, value = text.partition("=")
        if not separator:
            raise click.BadParameter(f"{text} has no = in it", param_hint=option)
        found[name] = value
    return found


def _request(kind: str, file: Path, choices: dict[str, Any]) -> ImportRequest:
    session = db.session()
    file_format = detect_format(file, encoding=choices["encoding"], delimiter=choices["delimiter"].replace("\\t", "\t"))
    headings, samples = sample_rows(file, file_format, 200)
    columns = columns_of(KINDS[kind], session, headings)  # type: ignore[arg-type]
    mapping = guess_mapping(headings, columns.values(), KINDS[kind].dynamic) | _pairs(choices["pairs"], "--mapping")
    constants = propose_constants(session, kind)  # type: ignore[arg-type]
    constants = {name: text for name, text in constants.items() if name not in mapping.values()}
    constants |= _pairs(choices["constants"], "--constant")
    batch_id = 0
    if kind == "journal-lines":
        batch_id = (
            session.scalar(
                select(JournalBatch.id).where(JournalBatch.name == choices["batch"]).order_by(JournalBatch.id)
            )
            or 0
        )
    options = {
        "mode": choices["mode"], "mapping": mapping, "constants": constants, "skip_faulty": choices["skip_faulty"],
        "create_missing": choices["create_missing"], "clear_blank": choices["clear_blank"], "batch_id": batch_id,
        "decimal_comma": uses_decimal_comma(cell for row in samples for cell in row),
    }  # fmt: skip
    return ImportRequest(kind, file.name, file_format.as_dict(), options, 0, str(file.resolve()))


def _dry_run(request: ImportRequest, file: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="stockbook-") as folder:
        book = FateBook(Path(folder) / "fates.sqlite")
        run = ImportRun(
            KINDS[request.kind], file, FileFormat(**request.file_format), Options.from_dict(request.options), book,
            lambda _done, _total, _message="": None,
        )  # fmt: skip
        counts = run.run(db.session())  # type: ignore[arg-type]
        for row in book.page(Fate.ERROR.value, limit=_SHOWN_ERRORS):
            click.echo(f"line {row.line}: {row.key} {row.message}")
        book.close()
    click.echo(dry_sentence(counts) + " Nothing was written.")
    if counts["error"]:
        sys.exit(1)


def _run(kind: str, parameters: dict[str, Any], title: str, errors: Path | None) -> None:
    """Run a job here and now, whatever the JOBS setting says, and print its outcome."""
    job_id = perform(db.session, lambda session: jobs.enqueue(session, kind, parameters, None, title).id)  # type: ignore[arg-type]
    runner: jobs.JobRunner = current_app.extensions["jobs"]
    runner.run(job_id)
    db.session.rollback()
    job = jobs.get_job(db.session(), job_id)  # type: ignore[arg-type]
    click.echo(job.message, err=job.status != JobStatus.DONE)
    if job.result.get("errors_file_id"):
        _write_errors(job, errors)
    if job.status != JobStatus.DONE:
        sys.exit(1)


def _write_errors(job: Job, path: Path | None) -> None:
    from models import StoredFile

    stored = db.session.get_one(StoredFile, job.result["errors_file_id"])
    path = path or Path(stored.name)
    content = db.session.scalar(select(StoredFile.content).where(StoredFile.id == stored.id))
    path.write_bytes(content or b"")
    click.echo(f"Faulty rows: {path}", err=True)


def _say_retail(file: Path) -> None:
    from services.exchange.retail_file import figures_by_day, read_file
    from services.exchange.retail_rules import Rule, rule_words

    content = read_file(file)
    days = figures_by_day(content.lines)
    for rule in Rule:
        count = sum(day[rule.value].lines for day in days.values() if rule.value in day)
        if count:
            click.echo(f"{count:>8,}  {rule_words(rule)}")
    click.echo(
        json.dumps({"lines": len(content.lines), "items": len(content.items), "customers": len(content.customers)})
    )


@click.command("export")
@click.argument("kind", type=click.Choice(list(EXPORT_RIGHTS)))
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def export_file(kind: str, file: Path) -> None:
    """Export all rows of KIND to FILE; its ending (.csv or .xlsx) says how."""
    file_kind = "xlsx" if file.suffix.lower() == ".xlsx" else "csv"
    with _sentences():
        count = export_to(db.session(), kind, file, file_kind)  # type: ignore[arg-type]
    click.echo(f"{count:,} rows written to {file}")
