"""`flask upgrade`: brings the database to the code's version before the server starts, with a copy put aside first.

Refuses a database that a newer Stockbook made: old code would read its tables wrongly.
"""

from __future__ import annotations

import datetime as dt
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import click
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask, current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade as run_migrations
from sqlalchemy import URL
from sqlalchemy.exc import OperationalError

from core.clock import utcnow
from models import db


@click.command("upgrade")
@click.option("--no-backup", is_flag=True, help="Do not put a copy aside first.")
@with_appcontext
def upgrade(*, no_backup: bool) -> None:
    """Create the database, or bring it to this version; does nothing when it is."""
    url = db.engine.url
    if url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    try:
        found = current_revisions()
    except OperationalError as error:
        message = f"The database {url.render_as_string(hide_password=True)} cannot be reached: {error.orig}"
        raise click.ClickException(message.strip()) from None
    scripts = ScriptDirectory(str(Path(current_app.root_path) / "migrations"))
    if found == set(scripts.get_heads()):
        return
    known = {script.revision for script in scripts.walk_revisions()}
    if found - known:
        message = (
            f"This database was made by a newer version of Stockbook ({', '.join(sorted(found - known))}). "
            "Start that version, or restore a backup made with this one."
        )
        raise click.ClickException(message)
    if found and not no_backup:
        copy = put_copy_aside(url, Path(current_app.instance_path) / "backups", utcnow())
        click.echo(f"The database as it was is kept in {copy}.")
    run_migrations()


def current_revisions() -> set[str]:
    """The migrations the database stands at; empty for a new one."""
    with db.engine.connect() as connection:
        return set(MigrationContext.configure(connection).get_current_heads())


def put_copy_aside(url: URL, folder: Path, now: dt.datetime) -> Path:
    """Copy the whole database into `folder`; ClickException when that cannot be done, before anything changed."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = f"before-upgrade-{now:%Y%m%dT%H%M%SZ}"
    if url.get_backend_name() == "sqlite":
        target = folder / f"{name}.sqlite"
        # The backup interface takes in what is still in the write-ahead log; copying the file would not.
        with closing(sqlite3.connect(url.database or "")) as source, closing(sqlite3.connect(target)) as copy:
            source.backup(copy)
        return target
    target = folder / f"{name}.dump"
    program = shutil.which("pg_dump")
    if program is None:
        message = (
            "The database has to be upgraded and no copy can be made: pg_dump is missing (package postgresql-client). "
            "Install it, or make a backup yourself and run: flask --app app upgrade --no-backup"
        )
        raise click.ClickException(message)
    plain = url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    done = subprocess.run(  # noqa: S603 - a fixed program and the configured database
        [program, "--format=custom", f"--file={target}", plain],
        # By environment, since a command line can be read by everybody on the machine.
        env={"PGPASSWORD": str(url.password or ""), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        target.unlink(missing_ok=True)
        message = f"The database has to be upgraded, but its copy failed, so nothing was changed: {done.stderr.strip()}"
        raise click.ClickException(message)
    return target


def init_app(app: Flask) -> None:
    """Register the command."""
    app.cli.add_command(upgrade)
