"""`flask import` and `flask export`: the same rules as the pages; killed in the middle nothing stays."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select

from models import Item, ItemLedgerEntry, Job, db
from models.enums import JobStatus
from posting.verify import verify
from services import jobs
from services.exchange.retail_report import reconcile

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "tests" / "data" / "online-retail-sample.csv"
LINES = json.loads(SAMPLE.with_suffix(".expected.json").read_text())["lines"]
GOOD = "No.;Description;Unit price\nA1;First;2.50\nA2;Second;3\n"


@pytest.fixture
def flask(app, world):
    cli = app.test_cli_runner()

    def run(*arguments):
        db.session.rollback()
        return cli.invoke(args=[str(argument) for argument in arguments])

    return run


@pytest.fixture
def file(tmp_path):
    def write(content, name="items.csv"):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def items(session):
    session.rollback()
    return session.scalar(select(func.count()).select_from(Item))


def test_a_dry_run_says_what_would_happen_and_writes_nothing(flask, file, session):
    result = flask("import", "items", file(GOOD), "--dry-run")

    assert result.exit_code == 0
    assert "2 to create" in result.output
    assert "Nothing was written." in result.output
    assert items(session) == 0


def test_an_import_says_what_it_did(flask, file, session):
    result = flask("import", "items", file(GOOD))

    assert (result.exit_code, items(session)) == (0, 2)
    assert "2 created" in result.output


def test_headings_are_mapped_by_hand_and_constants_given(flask, file, session):
    path = file("Ding|Wort\nA1|First\n")

    result = flask("import", "items", path, "--mapping", "Ding=no", "--mapping", "Wort=description",
                   "--constant", "unit_price=4.20")  # fmt: skip

    assert result.exit_code == 0, result.output
    assert str(session.scalar(select(Item.unit_price))) == "4.20000"


def test_faulty_rows_end_with_1_and_are_written_to_a_file_that_can_be_corrected(flask, file, session, tmp_path):
    errors = tmp_path / "faulty.csv"

    refused = flask("import", "items", file(GOOD + "A3;;x\n"), "--errors", errors)

    assert (refused.exit_code, items(session)) == (1, 0)
    assert "Traceback" not in refused.output
    corrected = errors.read_text(encoding="utf-8-sig").replace("A3,,x", "A3,Third,1")
    assert flask("import", "items", file(corrected, "corrected.csv")).exit_code == 0
    assert items(session) == 1


def test_skip_faulty_imports_the_others(flask, file, session, tmp_path):
    result = flask("import", "items", file(GOOD + "A3;;x\n"), "--skip-faulty", "--errors", tmp_path / "f.csv")

    assert (result.exit_code, items(session)) == (0, 2)


@pytest.mark.parametrize(
    ("content", "name", "word"),
    [
        ("", "items.csv", "empty"),
        ("No.;Description\n", "items.csv", "no rows"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "items.csv", "PNG"),
        ("Colour;Size\nred;1\n", "items.csv", "column"),
    ],
)
def test_a_file_that_cannot_be_imported_is_one_sentence_and_1(flask, file, session, content, name, word):
    result = flask("import", "items", file(content, name))

    assert result.exit_code == 1
    assert word in result.output
    assert "Traceback" not in result.output
    assert items(session) == 0


def test_a_database_that_was_never_set_up_is_one_sentence(tmp_path, file):
    environment = {"PATH": "/usr/bin:/bin", "STOCKBOOK_INSTANCE": str(tmp_path / "instance"),
                   "STOCKBOOK_DATABASE_URL": f"sqlite:///{tmp_path / 'empty.sqlite'}"}  # fmt: skip
    command = [sys.executable, "-m", "flask", "--app", "app", "import", "items", str(file(GOOD))]

    result = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)

    assert result.returncode == 1
    assert "flask upgrade" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_week_of_trade_is_imported_and_agrees(flask, session):
    dry = flask("import", "retail", SAMPLE, "--dry-run")
    assert (dry.exit_code, items(session)) == (0, 0)
    assert f'"lines": {LINES}' in dry.output

    result = flask("import", "retail", SAMPLE, "--location", "BLUE")

    assert result.exit_code == 0, result.output
    assert f"{LINES} lines read: {LINES} posted, 0 reported." in result.output
    assert reconcile(session).agrees
    assert "in the ledger already" in flask("import", "retail", SAMPLE).output


@pytest.mark.parametrize("name", ["items.csv", "items.xlsx"])
def test_an_export_can_be_imported_again(flask, file, session, tmp_path, name):
    flask("import", "items", file(GOOD))
    path = tmp_path / "out" / name
    path.parent.mkdir()

    assert "2 rows written" in flask("export", "items", path).output

    assert "2 unchanged" in flask("import", "items", path).output


# ------------------------------------------------------------------------------------------------ killed in the middle
KILLED = """
import os, signal, sys
from app import create_app
import {module} as module

real = module.{name}
def then_die(*arguments, **options):
    real(*arguments, **options)
    os.kill(os.getpid(), signal.SIGKILL)
module.{name} = then_die
app = create_app({{"SECRET_KEY": "x", "SECURITY_PASSWORD_SALT": "x"}})
app.test_cli_runner().invoke(args=sys.argv[1:], catch_exceptions=False)
"""


def kill_during(url, tmp_path, module, name, *arguments):
    """Run a command that is killed right after module.name was called: rows are written and not committed."""
    environment = os.environ | {"STOCKBOOK_DATABASE_URL": url, "STOCKBOOK_INSTANCE": str(tmp_path / "instance")}
    command = [sys.executable, "-c", KILLED.format(module=module, name=name), *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)


@pytest.mark.parametrize(
    "kill",
    [
        ("services.exchange.items", "write_search_rows", ("import", "items")),
        ("services.exchange.retail_week", "post_lines", ("import", "retail")),
    ],
)
def test_an_import_killed_in_the_middle_leaves_nothing_and_can_be_run_again(
    app, world, session, sqlite_url, file, tmp_path, monkeypatch, kill
):
    module, name, arguments = kill
    path = SAMPLE if "retail" in arguments else file(GOOD)
    session.rollback()

    killed = kill_during(sqlite_url, tmp_path, module, name, *arguments, path)

    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert items(session) == 0
    assert session.scalar(select(func.count()).select_from(ItemLedgerEntry)) == 0
    job = session.scalars(select(Job)).one()
    assert job.status == JobStatus.RUNNING
    session.rollback()

    monkeypatch.setattr(jobs, "STALE_SECONDS", -1)
    runner = app.extensions["jobs"]
    assert runner.sweep() == [job.id]
    again = jobs.repeat(session, job.id, None).id
    session.commit()
    runner.run(again)

    session.rollback()
    assert session.get_one(Job, again, populate_existing=True).status == JobStatus.DONE
    assert items(session) > 0
    assert list(verify(session)) == []
