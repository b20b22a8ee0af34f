"""The set-up of availability and promising: read, changed (availability-and-reservation.md sections 15 and 17)."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from models import AvailabilitySetup, TimeBucket
from services.values import assign, clean_formula

FIELDS = ("check_period", "check_bucket", "look_ahead", "promise_offset", "skip_manual_reservation")
_FORMULAS = ("check_period", "look_ahead", "promise_offset")


def get_setup(session: Session) -> AvailabilitySetup:
    """The one row; where nobody changed it yet, one with what holds then (not stored)."""
    return session.get(AvailabilitySetup, 1) or AvailabilitySetup(
        id=1, check_period="0D", check_bucket=TimeBucket.DAY, look_ahead="1Y", promise_offset="0D",
        skip_manual_reservation=False,
    )  # fmt: skip


def edit_setup(session: Session, values: Mapping[str, object]) -> AvailabilitySetup:
    """Change FIELDS. Raises ValidationError `invalid_formula` and those of `services.values.assign`."""
    setup = get_setup(session)
    checked = dict(values)
    for name in _FORMULAS:
        if name in checked:
            checked[name] = clean_formula(checked[name], name)
    session.add(setup)
    assign(session, setup, checked, FIELDS, required=())
    session.flush()
    return setup
