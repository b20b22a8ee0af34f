"""What the inventory set-up says about planning."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import InventorySetup
from services.planning.parameters import Defaults


def defaults_of(session: Session) -> Defaults:
    """What the inventory set-up says for blank fields."""
    row = session.execute(
        select(
            InventorySetup.default_safety_lead_time, InventorySetup.default_dampener_period,
            InventorySetup.blank_overflow_level,
        ).where(InventorySetup.id == 1)
    ).first()  # fmt: skip
    return Defaults(*row) if row is not None else Defaults()
