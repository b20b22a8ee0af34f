"""The plain company of most tests, set up once a process and from then on copied page by page into SQLite files."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

_kept: list[sqlite3.Connection] = []


def _as_migrated(session: Session) -> Any:
    """The driver's connection to a SQLite file that nobody has written to yet; None for any other database."""
    if session.get_bind().dialect.name != "sqlite" or session.in_transaction() or session.new:
        return None
    connection = session.connection().connection.driver_connection
    session.rollback()
    file = connection.execute("PRAGMA database_list").fetchone()[2]
    log = Path(f"{file}-wal")
    written = connection.total_changes or (log.exists() and log.stat().st_size)
    return None if written or not file else connection


def furnish(session: Session, create: Any) -> None:
    """Give an empty database the plain company; `create()` sets it up where it cannot be copied."""
    connection = _as_migrated(session)
    if connection is not None and _kept:
        _kept[0].backup(connection)
        return
    create()
    if connection is not None:
        _kept.append(sqlite3.connect(":memory:", check_same_thread=False))
        connection.backup(_kept[0])
