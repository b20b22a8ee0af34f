"""How connections behave: SQLite's pragmas and its write transactions, PostgreSQL's settings."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from typing import Any

from psycopg import Error
from psycopg.pq import PipelineStatus, TransactionStatus
from sqlalchemy import Connection, Dialect, Engine, event

from models.psycopg_cursor import LeanCursor

#: What a writing connection may keep prepared on PostgreSQL; an order posted and its pages' other writes are about 200.
MOST_PREPARED = 400
#: Statements are prepared when they are asked for the third time: what happens once is not worth it.
PREPARED_AFTER = 2


@event.listens_for(Engine, "do_connect")
def _set_options(dialect: Dialect, _record: Any, _arguments: Any, parameters: dict[str, Any]) -> None:
    """To compile a query, or to call in other processes, takes PostgreSQL longer than most queries of ours run."""
    if dialect.name == "postgresql":
        settings = "-c jit=off -c max_parallel_workers_per_gather=0"
        given = parameters.get("options", "")
        if settings not in given:  # the same parameters come with every connection of an engine
            parameters["options"] = f"{given} {settings}".strip()
        parameters.setdefault("cursor_factory", LeanCursor)


@event.listens_for(Engine, "connect")
def _prepare_connection(dbapi_connection: Any, _record: Any) -> None:
    """Write-ahead log, enforced foreign keys, patience; and leave BEGIN to us instead of to the driver."""
    if not isinstance(dbapi_connection, sqlite3.Connection):
        return
    dbapi_connection.isolation_level = None
    cursor = dbapi_connection.cursor()
    cursor.execute("PRAGMA busy_timeout = 20000")
    cursor.execute("PRAGMA journal_mode = WAL")
    # FULL: a posting that was acknowledged survives a power cut, not only a killed process.
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    # Without it, INSERT OR REPLACE would delete posted rows past their triggers.
    cursor.execute("PRAGMA recursive_triggers = ON")
    cursor.execute("PRAGMA cache_size = -65536")
    cursor.execute("PRAGMA temp_store = MEMORY")
    # 32 MB instead of 4 before the log is folded in: the same index pages are written by posting after posting.
    cursor.execute("PRAGMA wal_autocheckpoint = 8000")
    cursor.close()


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    """Readers take a snapshot; writers take the write lock at once, so that they never read before they may write.

    On PostgreSQL only writers prepare statements: half of a short posting would be planning the same ones again. What
    readers ask, lists above all, is planned for the values they ask about.
    """
    writing = connection.get_execution_options().get("stockbook_write")
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
        return
    driver: Any = connection.connection.driver_connection
    driver.prepared_max = MOST_PREPARED
    driver.prepare_threshold = PREPARED_AFTER if writing else None


@event.listens_for(Engine, "rollback")
def _rollback_and_keep_prepared(connection: Connection) -> None:
    """Roll back past psycopg, which would drop all prepared statements: every page that only read ends with a rollback.

    psycopg does so for the sake of tables that a rollback unmakes; ours are made by migrations alone. After an error
    the rollback stays with psycopg, drops and all.
    """
    if connection.dialect.name != "postgresql" or connection.closed or connection.invalidated:
        return
    link = getattr(connection.connection.driver_connection, "pgconn", None)
    if link and link.transaction_status == TransactionStatus.INTRANS and link.pipeline_status == PipelineStatus.OFF:
        with suppress(Error):  # a lost connection: the rollback that follows says so
            link.exec_(b"ROLLBACK")


def refresh_statistics(engine: Engine) -> None:
    """Let SQLite count again what its plans go by, where tables have grown; PostgreSQL does that by itself."""
    if engine.dialect.name != "sqlite":
        return
    # Past SQLAlchemy, which would begin a transaction and roll it back.
    with closing(engine.raw_connection()) as connection, closing(connection.cursor()) as cursor:
        cursor.execute("PRAGMA analysis_limit = 2000")
        cursor.execute("ANALYZE")
