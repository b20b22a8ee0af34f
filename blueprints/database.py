"""The request's database session, as services take it."""

from __future__ import annotations

from typing import cast

from sqlalchemy.orm import Session

from models import db


def db_session() -> Session:
    """The session itself; `db.session` is a registry of sessions, which type checkers tell apart."""
    return cast("Session", db.session())
