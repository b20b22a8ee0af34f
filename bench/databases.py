"""Databases to measure on: a migrated, set-up one of each engine, alone in a temporary folder and durable as in use."""

from __future__ import annotations

import gc
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.orm import Session

from core.memory import collect_rarely
from core.unit_of_work import perform
from models import db
from services.seed.defaults import CompanyAnswers, create_company
from tests.support import postgres
from tests.support.applications import dispose, new_app
from tests.support.databases import migrate_empty

ENGINES = ("sqlite", "postgresql")


@contextmanager
def empty_database(engine: str) -> Iterator[str]:
    """The URL of a migrated database without a company; gone afterwards."""
    if engine == "sqlite":
        with tempfile.TemporaryDirectory(prefix="stockbook-bench-") as folder:
            url = f"sqlite:///{Path(folder) / 'bench.sqlite'}"
            migrate_empty(url)
            yield url
        return
    with postgres.start_cluster(postgres.DURABLE_SETTINGS) as cluster:
        url = cluster.create_database()
        migrate_empty(url)
        yield url


@contextmanager
def session_on(url: str) -> Iterator[Session]:
    """The application's session on the database at `url`."""
    app = new_app(url)
    collect_rarely()  # as a server's worker does after its start
    with app.app_context():
        yield db.session()
    gc.unfreeze()
    dispose(app)


def set_up_company(session: Session) -> None:
    """What every database here starts with."""
    perform(session, lambda s: create_company(s, CompanyAnswers(name="Bench Ltd")))
