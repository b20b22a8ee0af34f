"""The database is brought up to date at start, after a copy was put aside; a newer one is refused."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import make_url

from cli.upgrade import put_copy_aside
from core.clock import utcnow
from scripts.serve import is_current
from tests.support import postgres

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def run_upgrade(tmp_path):
    def run(url: str):
        environment = {
            "PATH": "/usr/bin:/bin",
            "STOCKBOOK_INSTANCE": str(tmp_path / "instance"),
            "STOCKBOOK_DATABASE_URL": url,
        }
        command = [sys.executable, "-m", "flask", "--app", "app", "upgrade"]
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)

    return run


def revision_of(path: Path) -> str:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]


def set_revision(path: Path, revision: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", [revision])


def test_a_new_database_is_made_in_a_folder_that_is_not_there_yet_and_a_newer_one_is_refused(run_upgrade, tmp_path):
    path = tmp_path / "shop" / "stock.sqlite"

    first = run_upgrade(f"sqlite:///{path}")

    assert first.returncode == 0, first.stderr
    made_at = revision_of(path)
    assert not (tmp_path / "instance" / "backups").exists()

    set_revision(path, "9999_from_tomorrow")
    newer = run_upgrade(f"sqlite:///{path}")

    assert newer.returncode == 1
    assert "made by a newer version of Stockbook (9999_from_tomorrow)" in newer.stderr
    assert "Traceback" not in newer.stderr
    assert revision_of(path) == "9999_from_tomorrow"
    assert made_at


def test_a_database_that_cannot_be_reached_is_one_sentence(run_upgrade):
    refused = run_upgrade("postgresql+psycopg://nobody@/none?host=/nonexistent")

    assert refused.returncode == 1
    assert "cannot be reached" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_the_copy_put_aside_holds_what_is_still_in_the_write_ahead_log(tmp_path):
    path = tmp_path / "stock.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE bolt (no text)")
        connection.execute("INSERT INTO bolt VALUES ('M8')")
        connection.commit()

        copy = put_copy_aside(make_url(f"sqlite:///{path}"), tmp_path / "backups", utcnow())

    with closing(sqlite3.connect(copy)) as copied:
        assert copied.execute("SELECT no FROM bolt").fetchall() == [("M8",)]


@pytest.mark.postgresql
def test_the_copy_of_a_postgresql_database_can_be_listed_by_pg_restore(tmp_path):
    with postgres.shared_cluster() as cluster:
        url = cluster.create_database()
        with cluster.connect(postgres.database_name(url)) as connection:
            connection.execute("CREATE TABLE bolt (no text)")

        copy = put_copy_aside(make_url(url), tmp_path / "backups", utcnow())
        cluster.drop_database(url)

    content = subprocess.run(["pg_restore", "--list", copy], capture_output=True, text=True)
    assert "TABLE public bolt" in content.stdout


def test_a_start_upgrades_only_what_is_not_up_to_date(monkeypatch, tmp_path, database_url):
    monkeypatch.setenv("STOCKBOOK_DATABASE_URL", database_url)
    assert is_current()

    monkeypatch.setenv("STOCKBOOK_DATABASE_URL", f"sqlite:///{tmp_path / 'missing.sqlite'}")
    assert not is_current()
    assert not (tmp_path / "missing.sqlite").exists()

    monkeypatch.setenv("STOCKBOOK_DATABASE_URL", "postgresql+psycopg:///nothing?host=/nowhere")
    assert not is_current()


def test_a_start_upgrades_an_older_or_newer_database(monkeypatch, sqlite_url):
    monkeypatch.setenv("STOCKBOOK_DATABASE_URL", sqlite_url)
    set_revision(Path(sqlite_url.removeprefix("sqlite:///")), "9999_from_tomorrow")

    assert not is_current()
