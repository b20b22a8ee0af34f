"""A ledger that many tests damage: built once for a module and engine, and whole again after each of them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from core.unit_of_work import rehearse
from models import db
from models.ledger_guard import create_guards, drop_guards
from posting.verify import verify
from tests.builders import World
from tests.support.applications import dispose, new_app


@contextmanager
def kept_session(request: Any, folder: Path) -> Iterator[Session]:
    """A session on a migrated database of the engine that `request.param` names, for a whole module."""
    cluster = None
    if request.param == "sqlite":
        url = f"sqlite:///{folder / 'kept.sqlite'}"
        shutil.copyfile(request.getfixturevalue("_sqlite_template"), folder / "kept.sqlite")
    else:
        cluster = request.getfixturevalue("postgres_cluster")
        url = cluster.create_database(template=request.getfixturevalue("_postgres_template"))
    app = new_app(url)
    with app.app_context():
        yield db.session()
    dispose(app)
    if cluster is not None:
        cluster.drop_database(url)


@contextmanager
def kept_world(request: Any, folder: Path) -> Iterator[World]:
    """A world on such a database."""
    with kept_session(request, folder) as session:
        yield World(session)


def proofs_that_fail(session: Session, *damage: str | Callable[[Session], object]) -> set[str]:
    """Names of the proofs that find the damage (SQL with {yes} and {no}, or work); afterwards all is as it was."""
    true = session.get_bind().dialect.name == "postgresql"
    words = {"yes": "true", "no": "false"} if true else {"yes": "1", "no": "0"}

    def tamper(session: Session) -> set[str]:
        drop_guards(session.connection())
        for step in damage:
            if isinstance(step, str):
                assert session.execute(text(step.format(**words))).rowcount, "nothing was damaged"
            else:
                step(session)
        create_guards(session.connection())
        session.expire_all()
        return {finding.proof for finding in verify(session)}

    return rehearse(session, tamper)
