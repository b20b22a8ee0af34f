"""Reservations as they stand."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Reservation


def pairs_of(session: Session, *conditions: Any) -> list[Reservation]:
    """Pairs in the order they were made."""
    statement = select(Reservation).where(*conditions).order_by(Reservation.id)
    return list(session.scalars(statement.execution_options(populate_existing=True)))
