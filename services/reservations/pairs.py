"""Reservations as they stand."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Reservation


def pairs_of(session: Session, *conditions: Any) -> list[Reservation]:
    """Pairs in the order they were made."""
    statement = select(Reservation).where(*conditions).order_by(Reservation.id)
    return list(session.scalars(statement.execution_options(populate_existing=True)))


def split(pair: Reservation, quantity: Decimal) -> Reservation:
    """A new pair of the same ends that takes `quantity` (less than it has) off this one; the caller adds it."""
    names = [column.name for column in Reservation.__table__.columns if column.name not in ("id", "quantity")]
    pair.quantity -= quantity
    return Reservation(quantity=quantity, **{name: getattr(pair, name) for name in names})
