"""One request, command or job = one transaction: all or nothing, retried when the database asks for it.

The only place in the project that commits. Idempotence lives here too: a key that was already used gives the
first result again and does nothing.
"""

from __future__ import annotations

import json
import random
import sqlite3
import time
from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import column, select, table, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from core.clock import utcnow

T = TypeVar("T")

#: What brings kept figures up to date before a unit of work commits; put here by who keeps them (app.py imports them).
BEFORE_COMMIT: list[Callable[[Session], None]] = []

ATTEMPTS = 8  # a deadlock or a busy database is tried again so often, with growing pauses (about 5 s in all)

_RETRYABLE_STATES = {"40001", "40P01", "55P03"}  # serialization failure, deadlock, lock not available
_idempotency_key = table("idempotency_key", column("key"), column("user_id"), column("result"), column("created_at"))


def perform(
    session: Session,
    work: Callable[[Session], T],
    *,
    key: str | None = None,
    user_id: int | None = None,
) -> T:
    """Run `work` in one write transaction and commit it; on any error nothing is kept and the error goes on.

    The write lock is taken before anything is read (`BEGIN IMMEDIATE` on SQLite), so `work` never decides on a
    stale snapshot. Deadlocks, serialization failures and a busy database run `work` again, a bounded number of
    times: it must not have effects outside the database.

    With `key` (one for each form or API call), `work` must return something JSON can hold; the same key of the
    same user again returns that first result and does nothing.
    """
    for attempt in range(ATTEMPTS):
        try:
            _begin_writing(session)
            session.info["user_id"] = user_id
            if key is not None and not _claim(session, key, user_id):
                result: T = _first_result(session, key, user_id)
                session.rollback()
                return result
            result = work(session)
            session.flush()
            for keep in BEFORE_COMMIT:
                keep(session)
            if key is not None:
                _remember(session, key, user_id, result)
            session.commit()
            return result
        except Exception as error:
            session.rollback()
            if attempt + 1 == ATTEMPTS or not is_retryable(error):
                raise
            time.sleep(random.uniform(0.5, 1.5) * 0.02 * 2**attempt)  # noqa: S311 - spreads rivals, no secret
        except BaseException:  # a worker that is told to stop
            session.rollback()
            raise
    raise AssertionError("unreachable")


def rehearse(session: Session, work: Callable[[Session], T], *, user_id: int | None = None) -> T:
    """Run `work` exactly as `perform` would and roll everything back; what it returns must be plain values."""
    try:
        _begin_writing(session)
        session.info["user_id"] = user_id
        result = work(session)
        session.flush()
        return result
    finally:
        session.rollback()


def is_retryable(error: BaseException) -> bool:
    """True where the same work may succeed when it is simply done again; bulk writes raise the driver's own errors."""
    original = error.orig if isinstance(error, DBAPIError) else error
    if getattr(original, "sqlstate", None) in _RETRYABLE_STATES:
        return True
    words = str(original) if isinstance(original, sqlite3.Error) else ""
    return "database is locked" in words or "database is busy" in words


def _begin_writing(session: Session) -> None:
    # An earlier read may have left a snapshot open; deciding on it would be deciding on old figures.
    session.rollback()
    session.connection(execution_options={"stockbook_write": True})


def _dialect_insert(session: Session) -> Any:
    return sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert


def _claim(session: Session, key: str, user_id: int | None) -> bool:
    """Take the key; False when somebody had it before. On PostgreSQL a rival who is still at work is waited for."""
    statement = _dialect_insert(session)(_idempotency_key).values(
        key=key, user_id=user_id or 0, result="", created_at=utcnow().replace(tzinfo=None)
    )
    claimed = session.execute(statement.on_conflict_do_nothing().returning(_idempotency_key.c.key))
    return claimed.first() is not None


def _remember(session: Session, key: str, user_id: int | None, result: Any) -> None:
    session.execute(
        update(_idempotency_key)
        .where(_idempotency_key.c.key == key, _idempotency_key.c.user_id == (user_id or 0))
        .values(result=json.dumps(result))
    )


def _first_result(session: Session, key: str, user_id: int | None) -> Any:
    stored = session.scalar(
        select(_idempotency_key.c.result).where(
            _idempotency_key.c.key == key, _idempotency_key.c.user_id == (user_id or 0)
        )
    )
    return json.loads(stored or "null")
