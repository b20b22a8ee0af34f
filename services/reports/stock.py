"""Quantity and value by item and location on any day, as one selectable; reads whichever side of the day is shorter.

The kept balances are today's. A day in the past is today less what was posted after it, or all that was posted up
to it, whichever is likely to be fewer entries. Posting dates decide, as in the ledgers that the figures open.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import CompoundSelect, Select, Subquery, func, literal, select, union_all
from sqlalchemy.orm import Session

from core.rounding import ZERO
from models import ItemBalance, ItemLedgerEntry, ValueEntry

_NOTHING = literal(ZERO, ItemBalance.quantity.type)
_LEDGER, _VALUE = ItemLedgerEntry, ValueEntry


def stock_on(session: Session, day: dt.date) -> Subquery:
    """Rows of (item_id, location_id, quantity, actual, expected), several for one item and location: sum them."""
    first, last = session.execute(
        select(
            select(func.min(_LEDGER.posting_date)).scalar_subquery(),
            # Revaluations and charges are dated later than the goods they value.
            select(func.max(_VALUE.posting_date)).scalar_subquery(),
        )
    ).one()
    today = select(
        ItemBalance.item_id, ItemBalance.location_id, ItemBalance.quantity.label("quantity"),
        ItemBalance.cost_amount_actual.label("actual"), ItemBalance.cost_amount_expected.label("expected"),
    )  # fmt: skip
    if last is None or day >= last:
        return today.subquery()
    if first is not None and day - first < last - day:
        return _up_to(day).subquery()
    return _less_what_followed(today, day).subquery()


def _up_to(day: dt.date) -> CompoundSelect[Any]:
    return union_all(
        select(
            _LEDGER.item_id, _LEDGER.location_id, _LEDGER.quantity.label("quantity"), _NOTHING.label("actual"),
            _NOTHING.label("expected"),
        ).where(_LEDGER.posting_date <= day),
        select(
            _VALUE.item_id, _VALUE.location_id, _NOTHING, _VALUE.cost_amount_actual, _VALUE.cost_amount_expected
        ).where(_VALUE.posting_date <= day),
    )  # fmt: skip


def _less_what_followed(today: Select[Any], day: dt.date) -> CompoundSelect[Any]:
    return union_all(
        today,
        select(_LEDGER.item_id, _LEDGER.location_id, -_LEDGER.quantity, _NOTHING, _NOTHING).where(
            _LEDGER.posting_date > day
        ),
        select(
            _VALUE.item_id, _VALUE.location_id, _NOTHING, -_VALUE.cost_amount_actual, -_VALUE.cost_amount_expected
        ).where(_VALUE.posting_date > day),
    )
