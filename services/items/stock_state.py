"""Low-stock signs: how an item stands, from kept balances alone (items.md section 20, "Our app"). Pure."""

from __future__ import annotations

import enum
from decimal import Decimal

from sqlalchemy import ColumnElement, and_, func, or_, true

from core.rounding import ZERO
from models import Item, ItemTotal
from models.enums import ItemType, ReorderingPolicy

_BY_POINT = (ReorderingPolicy.FIXED_REORDER_QUANTITY, ReorderingPolicy.MAXIMUM_QUANTITY)


class StockState(enum.StrEnum):
    """Worst first; OK also stands for items that are not planned."""

    NEGATIVE = "negative"
    OUT = "out"
    BELOW_SAFETY = "below_safety"
    REORDER = "reorder"
    OVER = "over"
    OK = "ok"


def stock_state(
    quantity: Decimal,
    *,
    policy: ReorderingPolicy,
    reorder_point: Decimal = ZERO,
    safety_stock: Decimal = ZERO,
    overflow_level: Decimal = ZERO,
) -> StockState:
    """The state of an inventory item with `quantity` in stock; receipts and requirements come with orders."""
    if quantity < 0:
        return StockState.NEGATIVE
    if quantity == 0 and policy is not ReorderingPolicy.NONE:
        return StockState.OUT
    if quantity < safety_stock:
        return StockState.BELOW_SAFETY
    if policy in _BY_POINT and quantity <= max(reorder_point, safety_stock):
        return StockState.REORDER
    if overflow_level > 0 and quantity > overflow_level:
        return StockState.OVER
    return StockState.OK


def in_state(state: StockState) -> ColumnElement[bool]:
    """The same rule for a query over Item left joined with ItemTotal."""
    quantity = func.coalesce(ItemTotal.quantity, 0, type_=ItemTotal.quantity.type)
    planned = Item.reordering_policy != ReorderingPolicy.NONE
    negative = quantity < 0
    out = and_(quantity == 0, planned)
    below = and_(quantity < Item.safety_stock_quantity, ~negative, ~out)
    at_point = and_(
        Item.reordering_policy.in_(_BY_POINT),
        or_(quantity <= Item.reorder_point, quantity <= Item.safety_stock_quantity),
    )
    reorder = and_(at_point, ~negative, ~out, ~below)
    over = and_(
        Item.overflow_level > 0, quantity > Item.overflow_level, ~at_point, quantity >= Item.safety_stock_quantity
    )
    conditions: dict[StockState, ColumnElement[bool]] = {
        # Without coalesce, so that the index on the quantity is used: an item without totals is not below zero.
        StockState.NEGATIVE: ItemTotal.quantity < 0,
        StockState.OUT: out,
        StockState.BELOW_SAFETY: below,
        StockState.REORDER: reorder,
        StockState.OVER: over,
    }
    wanted = conditions.get(state, ~or_(negative, out, below, reorder, over))
    return and_(Item.type == ItemType.INVENTORY, wanted, true())
