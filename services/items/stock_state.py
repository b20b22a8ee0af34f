"""Low-stock signs: how an item stands at a place (items.md section 20, "Our app"). Pure; kept by planning/positions."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import ColumnElement, and_

from core.rounding import ZERO
from models import Item, ItemTotal, StockPosition
from models.enums import ItemType, ReorderingPolicy
from services.planning.parameters import BY_POINT, Parameters


class StockState(enum.StrEnum):
    """Worst first; OK also stands for items that are not planned."""

    NEGATIVE = "negative"
    OUT = "out"
    BELOW_SAFETY = "below_safety"
    REORDER = "reorder"
    COMING = "coming"
    OVER = "over"
    OK = "ok"

    @property
    def rank(self) -> int:
        """How bad it is: 0 for OK, the worst highest."""
        return _RANKS[self]

    @classmethod
    def of_rank(cls, rank: int) -> StockState:
        """The state that a kept rank stands for."""
        return _STATES[rank]


_STATES = tuple(reversed(StockState))
_RANKS = {state: rank for rank, state in enumerate(_STATES)}
#: States that say how much to order.
TO_ORDER = (StockState.NEGATIVE, StockState.OUT, StockState.BELOW_SAFETY, StockState.REORDER)


def stock_state(
    inventory: Decimal, parameters: Parameters, *, receipts: Decimal = ZERO, requirements: Decimal = ZERO
) -> StockState:
    """The state of an inventory item and variant at a place, from what lies there, comes and is asked for."""
    projected = inventory + receipts - requirements
    policy, safety = parameters.policy, parameters.safety_stock
    by_point, point = policy in BY_POINT, max(parameters.reorder_point, safety)
    wanted = policy is not ReorderingPolicy.NONE or requirements > 0
    # In the order of the table: the first that holds is the state.
    signs = (
        (StockState.NEGATIVE, inventory < 0),
        (StockState.OUT, inventory == 0 and wanted),
        (StockState.BELOW_SAFETY, projected < safety),
        (StockState.REORDER, by_point and projected <= point),
        (StockState.COMING, by_point and inventory <= point),
        (StockState.OVER, 0 < parameters.overflow_level < projected),
    )
    return next((state for state, holds in signs if holds), StockState.OK)


def in_state(state: StockState) -> ColumnElement[bool]:
    """Items whose worst position is in the state, for a query over Item joined with ItemTotal."""
    return in_states([state])


def in_states(states: Sequence[StockState]) -> ColumnElement[bool]:
    """The same for several states."""
    wanted = ItemTotal.stock_state.in_([state.rank for state in states])
    return wanted if StockState.OK not in states else and_(Item.type == ItemType.INVENTORY, wanted)


def positions_in(states: Sequence[StockState]) -> ColumnElement[bool]:
    """Positions in one of the states."""
    return StockPosition.state.in_([state.rank for state in states])
