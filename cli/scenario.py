"""`flask scenario run`: play YAML stories in scratch databases of their own and compare figures (docs/scenarios.md)."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import click
from flask import Flask
from flask_migrate import upgrade

from models import db
from services.scenario.nodes import FormatError
from services.scenario.reader import read_file
from services.scenario.scratch import play_all, prepare_template

_ENDINGS = (".yaml", ".yml")


@click.group("scenario")
def scenario_group() -> None:
    """Stories whose figures must hold."""


@scenario_group.command("run")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("-k", "words", multiple=True, help="Only files with this tag, or this word in their name; repeatable.")
@click.option("--workers", type=click.IntRange(1), default=None, help="Processes; default: one for each processor.")
def run(paths: tuple[Path, ...], words: tuple[str, ...], workers: int | None) -> None:
    """Play FILE_OR_FOLDER... and print what does not hold. Exit code 1 unless everything does."""
    files = _chosen(_files(paths), words)
    if not files:
        message = "There is no scenario file there (*.yaml)."
        raise click.UsageError(message)
    passed = failed = 0
    names: dict[str, str] = {}
    with tempfile.TemporaryDirectory(prefix="stockbook-scenarios-") as folder:
        template = Path(folder) / "template.sqlite"
        _build(f"sqlite:///{template}")
        for outcome in play_all(files, template, workers=workers or os.cpu_count() or 1):
            if outcome.name in names:
                outcome.fail(1, 0, f"the name {outcome.name!r} is that of {names[outcome.name]} too")
            elif outcome.name:
                names[outcome.name] = outcome.path
            for failure in outcome.failures:
                click.echo(str(failure))
            passed, failed = passed + outcome.passed, failed + (not outcome.passed)
    click.echo(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


def init_app(app: Flask) -> None:
    """Register the commands."""
    app.cli.add_command(scenario_group)


def _files(paths: Iterable[Path]) -> list[Path]:
    """Files as given, folders with all scenario files below them in order of name; each file once."""
    found: dict[Path, Path] = {}
    for path in paths:
        inside = sorted(p for p in path.rglob("*") if p.suffix in _ENDINGS and p.is_file()) if path.is_dir() else [path]
        for file in inside:
            found.setdefault(file.resolve(), file)
    return list(found.values())


def _chosen(files: list[Path], words: tuple[str, ...]) -> list[Path]:
    if not words:
        return files
    return [file for file in files if _is_chosen(file, words)]


def _is_chosen(file: Path, words: tuple[str, ...]) -> bool:
    try:
        tags = read_file(file).tags
    except (FormatError, OSError):
        return True  # whoever asks for some files learns of those that cannot be read
    return any(word in tags or word in file.stem for word in words)


def _build(url: str) -> None:
    """Tables by the migrations, as in any other database; then the company that scenarios start from."""
    from app import create_app

    app = create_app({"SQLALCHEMY_DATABASE_URI": url, "JOBS": "inline"})
    with app.app_context():
        upgrade()
        db.session.remove()
        db.engine.dispose()
    prepare_template(url)
