"""Quantity and value by item and location on any day, as one selectable; reads whichever side of the day is shorter.

The kept balances are today's. A day in the past is today less what was posted after it, or all that was posted up
to it, whichever is likely to be fewer entries. Posting dates decide, as in the ledgers that the figures open. Value
entries tell quantities too: each movement's first one carries it, posted on its day.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import CompoundSelect, Select, Subquery, func, select, union_all
from sqlalchemy.orm import Session

from models import ItemBalance, ValueEntry

_VALUE = ValueEntry


def stock_on(session: Session, day: dt.date) -> Subquery:
    """Rows of (item_id, location_id, quantity, actual, expected), several for one item and location: sum them."""
    first, last = session.execute(
        select(
            select(func.min(_VALUE.posting_date)).scalar_subquery(),
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


def _up_to(day: dt.date) -> Select[Any]:
    return select(
        _VALUE.item_id, _VALUE.location_id, _VALUE.item_ledger_entry_quantity.label("quantity"),
        _VALUE.cost_amount_actual.label("actual"), _VALUE.cost_amount_expected.label("expected"),
    ).where(_VALUE.posting_date <= day)  # fmt: skip


def _less_what_followed(today: Select[Any], day: dt.date) -> CompoundSelect[Any]:
    return union_all(
        today,
        select(
            _VALUE.item_id, _VALUE.location_id, -_VALUE.item_ledger_entry_quantity, -_VALUE.cost_amount_actual,
            -_VALUE.cost_amount_expected,
        ).where(_VALUE.posting_date > day),
    )  # fmt: skip
