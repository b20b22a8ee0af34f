"""Unit cost of item and stockkeeping unit cards after adjustment (posting-and-costing.md section 13)."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from core.sql import ids_of, scaled
from costing.amounts import rounded
from costing.setup import CostingSetup
from models import Item, ItemBalance, ItemLedgerEntry, ItemTotal, ItemVariant, Location, StockkeepingUnit, ValueEntry
from models.enums import CostingMethod

_entry = ItemLedgerEntry
_value = ValueEntry
_SCALE = 100_000


def card_costs(session: Session, item_ids: Iterable[int], setup: CostingSetup) -> dict[int, int]:
    """New unit cost (scaled) of each item whose card has to change; balances must be up to date. Standard items never.

    Remaining value divided by remaining quantity, without outbound entries that no receipt covers yet; with nothing
    left, the unit cost of the last outbound entry.
    """
    rows = session.execute(
        select(
            Item.id,
            Item.costing_method,
            scaled(Item.unit_cost, "item_cost"),
            scaled(ItemTotal.quantity, "quantity"),
            scaled(ItemTotal.cost_amount_actual + ItemTotal.cost_amount_expected, "value"),
        )
        .join(ItemTotal, ItemTotal.item_id == Item.id)
        .where(Item.id.in_(ids_of(session, item_ids)), Item.costing_method != CostingMethod.STANDARD)
    ).all()
    uncovered = _uncovered(session, [row[0] for row in rows])
    found: dict[int, int] = {}
    empty: list[int] = []
    current = {}
    for item_id, _method, unit_cost, stock, cost in rows:
        current[item_id] = unit_cost
        open_quantity, open_cost = uncovered.get(item_id, (0, 0))
        quantity, value = stock - open_quantity, cost - open_cost
        if quantity > 0:
            found[item_id] = _unit_cost(session, item_id, value, quantity, setup)
        elif not stock and not open_quantity:
            empty.append(item_id)
    found |= _last_outbound_costs(session, empty, setup)
    return {item_id: cost for item_id, cost in found.items() if cost > 0 and cost != current[item_id]}


def _unit_cost(session: Session, item_id: int, value: int, quantity: int, setup: CostingSetup) -> int:
    if value == setup.amount_unit:
        # One cent over many pieces says nothing: take what the open receipts would still give, unrounded.
        value = _remaining_value(session, item_id) or value
    return max(rounded(value * _SCALE, quantity, setup.unit_cost_unit), 0)


def _uncovered(session: Session, item_ids: Iterable[int]) -> dict[int, tuple[int, int]]:
    """Quantity and cost of open outbound entries, by item."""
    cost = _value.cost_amount_actual + _value.cost_amount_expected
    rows = session.execute(
        select(
            _entry.item_id,
            scaled(func.sum(_value.item_ledger_entry_quantity), "quantity"),
            scaled(func.sum(cost), "value"),
        )
        .join(_value, _value.item_ledger_entry_id == _entry.id)
        .where(_entry.item_id.in_(ids_of(session, item_ids)), _entry.open, _entry.positive.is_(False))
        .group_by(_entry.item_id)
    )
    return {item_id: (quantity, total) for item_id, quantity, total in rows}


def _remaining_value(session: Session, item_id: int) -> int:
    cost = func.sum(_value.cost_amount_actual + _value.cost_amount_expected)
    rows = session.execute(
        select(
            scaled(_entry.quantity, "quantity"),
            scaled(_entry.remaining_quantity, "remaining"),
            scaled(cost, "value"),
        )
        .join(_value, _value.item_ledger_entry_id == _entry.id)
        .where(_entry.item_id == item_id, _entry.open, _entry.positive)
        .group_by(_entry.id)
    )
    return sum(total * remaining // quantity for quantity, remaining, total in rows)


def _last_outbound_costs(session: Session, item_ids: list[int], setup: CostingSetup) -> dict[int, int]:
    if not item_ids:
        return {}
    not_by_average = (Item.costing_method == CostingMethod.AVERAGE) & _value.valued_by_average_cost.is_(False)
    fallback = case((_entry.correction | not_by_average, 1), else_=0)
    candidates = (
        select(
            _entry.id.label("id"),
            _entry.item_id.label("item_id"),
            func.row_number()
            .over(
                partition_by=_entry.item_id,
                order_by=[
                    fallback, _value.valuation_date.desc(), Location.code.desc(), ItemVariant.code.desc(),
                    _entry.id.desc(),
                ],
            )
            .label("place"),
        )
        .join(_value, (_value.item_ledger_entry_id == _entry.id) & (_value.item_ledger_entry_quantity != 0))
        .join(Item, Item.id == _entry.item_id)
        .join(Location, Location.id == _entry.location_id)
        .join(ItemVariant, ItemVariant.id == _entry.variant_id)
        .where(
            _entry.item_id.in_(ids_of(session, item_ids)), _entry.positive.is_(False), _entry.drop_shipment.is_(False)
        )
    ).subquery()  # fmt: skip
    cost = func.sum(_value.cost_amount_actual + _value.cost_amount_expected)
    rows = session.execute(
        select(
            candidates.c.item_id,
            scaled(func.sum(_value.item_ledger_entry_quantity), "quantity"),
            scaled(cost, "value"),
        )
        .join(_value, _value.item_ledger_entry_id == candidates.c.id)
        .where(candidates.c.place == 1)
        .group_by(candidates.c.item_id)
    )
    return {item_id: rounded(total * _SCALE, quantity, setup.unit_cost_unit) for item_id, quantity, total in rows}


def sku_costs(session: Session, item_ids: Iterable[int], setup: CostingSetup) -> dict[int, int]:
    """New unit cost (scaled) of each stockkeeping unit: of its own place, or the item's with one average an item."""
    unit = StockkeepingUnit
    rows = session.execute(
        select(
            unit.id,
            scaled(unit.unit_cost, "sku_cost"),
            scaled(Item.unit_cost, "item_cost"),
            scaled(ItemBalance.quantity, "quantity"),
            scaled(ItemBalance.cost_amount_actual + ItemBalance.cost_amount_expected, "value"),
        )
        .join(Item, Item.id == unit.item_id)
        .outerjoin(
            ItemBalance,
            (ItemBalance.item_id == unit.item_id)
            & (ItemBalance.variant_id == unit.variant_id)
            & (ItemBalance.location_id == unit.location_id),
        )
        .where(unit.item_id.in_(ids_of(session, item_ids)), Item.costing_method != CostingMethod.STANDARD)
    )
    found = {}
    for sku_id, current, item_cost, quantity, value in rows:
        if not setup.by_place:
            cost = item_cost
        elif quantity and quantity > 0:
            cost = max(rounded(value * _SCALE, quantity, setup.unit_cost_unit), 0)
        else:
            continue
        if cost > 0 and cost != current:
            found[sku_id] = cost
    return found
