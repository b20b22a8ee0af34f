"""Low-stock signs: how an item stands, from kept balances alone (items.md section 20, "Our app"). Pure."""

from __future__ import annotations

import enum
from decimal import Decimal

from sqlalchemy import ColumnElement, and_, literal_column, or_, true

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
    """The same rule for a query over Item joined with ItemTotal, which every item has."""
    quantity = ItemTotal.quantity
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
    # In the words of the index ix_item_planned (models/items.py), which holds what the comparison needs.
    is_planned = or_(
        Item.reordering_policy != literal_column("'none'"),
        Item.safety_stock_quantity > literal_column("0"),
        Item.overflow_level > literal_column("0"),
    )
    conditions: dict[StockState, ColumnElement[bool]] = {
        StockState.NEGATIVE: negative,
        StockState.OUT: and_(is_planned, out),
        StockState.BELOW_SAFETY: and_(is_planned, below),
        StockState.REORDER: and_(is_planned, reorder),
        StockState.OVER: and_(is_planned, over),
    }
    wanted = conditions.get(state, ~or_(negative, out, below, reorder, over))
    return and_(Item.type == ItemType.INVENTORY, wanted, true())
