"""Keeps the stock positions: what is there, coming and asked for at each place, and the sign (items.md section 20).

Triggers note which items something changed for (models/stock_position_guard.py); `refresh_due` works them out once,
before the unit of work commits, so that lists and cards read them and never sum a ledger.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, case, func, literal, select, union_all
from sqlalchemy.orm import Session

from core.rounding import ZERO
from core.sql import about_ids, is_postgresql
from core.unit_of_work import BEFORE_COMMIT
from models import (
    BLANK_ID,
    Item,
    ItemBalance,
    ItemTotal,
    Location,
    StockkeepingUnit,
)
from models.enums import ItemType, MissingSku, ReorderingPolicy
from posting.bulk import delete_rows, insert_rows, raw, update_rows, without_waiting
from services.items.stock_state import TO_ORDER, StockState, stock_state
from services.planning.parameters import PARAMETER_COLUMNS, Defaults, Parameters, at_place, suggested_quantity
from services.planning.set_up import defaults_of
from services.reservations.sources import SOURCES

#: (item, variant, location)
Place = tuple[int, int, int]
_CHUNK = 2000


@dataclass(slots=True)
class Position:
    """One place of an item; quantities in base units, of all dates."""

    inventory: Decimal = ZERO
    receipts: Decimal = ZERO
    requirements: Decimal = ZERO
    next_receipt: dt.date | None = None
    state: StockState = StockState.OK
    suggested: Decimal = ZERO

    @property
    def projected(self) -> Decimal:
        """Inventory + receipts - requirements."""
        return self.inventory + self.receipts - self.requirements


@dataclass(slots=True)
class Rules:
    """Whose parameters hold where."""

    defaults: Defaults
    items: dict[int, Any]
    units: dict[Place, Any] = field(default_factory=dict)
    #: locations whose rule for missing stockkeeping units is not Item Card
    missing: dict[int, MissingSku] = field(default_factory=dict)

    def at(self, place: Place) -> Parameters:
        """The parameters of an item and variant at a location, the stockkeeping unit's as a whole if there is one."""
        item_id, _variant, location_id = place
        rule = self.missing.get(location_id, MissingSku.ITEM_CARD)
        return at_place(self.items[item_id], self.units.get(place), rule, self.defaults)


#: Past SQLAlchemy's layers: every unit of work asks, and mostly nothing is due.
_TAKE_DUE = "DELETE FROM stock_position_due RETURNING item_id"
_lock = about_ids(
    lambda ids: (
        select(ItemTotal.item_id).where(ItemTotal.item_id.in_(ids)).order_by(ItemTotal.item_id).with_for_update()
    )
)
_items = about_ids(
    lambda ids: select(Item.id, Item.type, *(getattr(Item, name) for name in PARAMETER_COLUMNS)).where(Item.id.in_(ids))
)
_units = about_ids(
    lambda ids: select(
        StockkeepingUnit.item_id, StockkeepingUnit.variant_id, StockkeepingUnit.location_id,
        *(getattr(StockkeepingUnit, name) for name in PARAMETER_COLUMNS),
    ).where(StockkeepingUnit.item_id.in_(ids))
)  # fmt: skip
_balances = about_ids(
    lambda ids: (
        select(ItemBalance.item_id, ItemBalance.variant_id, ItemBalance.location_id, ItemBalance.quantity)
        .join(Location, Location.id == ItemBalance.location_id)
        .where(ItemBalance.item_id.in_(ids), ItemBalance.quantity != 0, Location.use_as_in_transit.is_(False))
    )
)
_MISSING = select(Location.id, Location.missing_sku).where(Location.missing_sku != MissingSku.ITEM_CARD)


def refresh_due(session: Session) -> None:
    """Bring the positions of all noted items up to date; nothing to do costs one statement."""
    ordered = sorted({row[0] for row in session.connection().exec_driver_sql(_TAKE_DUE)})
    if ordered and is_postgresql(session):
        # Who saves an order and who posts the same item would each miss what the other does: one waits for the other.
        session.execute(*_lock(session, ordered)).all()
    for start in range(0, len(ordered), _CHUNK):
        _refresh(session, ordered[start : start + _CHUNK])


def _refresh(session: Session, item_ids: Collection[int]) -> None:
    """Work out the positions of these items and keep them."""
    rules = load_rules(session, item_ids)
    positions = compute(session, rules)
    with without_waiting(session):
        delete_rows(session, "stock_position", ["item_id"], [(item_id,) for item_id in item_ids])
        insert_rows(session, "stock_position", _COLUMNS, [_row(place, single) for place, single in positions.items()])
        _keep_totals(session, rules.items, positions)


def load_rules(session: Session, item_ids: Collection[int]) -> Rules:
    """The planning values of these items and of their stockkeeping units; at most four statements."""
    items = {row.id: row for row in session.execute(*_items(session, item_ids))}
    units = {(row.item_id, row.variant_id, row.location_id): row for row in session.execute(*_units(session, item_ids))}
    missing = dict(session.execute(_MISSING).tuples().all())
    planned = units or missing or any(item.reordering_policy != ReorderingPolicy.NONE for item in items.values())
    # An item that is not planned has no values that the set-up could fill in.
    return Rules(defaults_of(session) if planned else Defaults(), items, units, missing)


def compute(session: Session, rules: Rules) -> dict[Place, Position]:
    """The positions of the items of `rules`, from balances and open lines; two statements.

    An item that is not planned, has no stockkeeping unit, nothing on order and no place below zero has none: it is OK
    wherever it lies, and its postings need not come here.
    """
    ids = [item_id for item_id, item in rules.items.items() if item.type == ItemType.INVENTORY]
    found: dict[Place, Position] = defaultdict(Position)
    for place in rules.units:
        found[place] = Position()
    signed = {place[0] for place in rules.units}
    for item_id, variant_id, location_id, quantity in session.execute(*_balances(session, ids)):
        found[item_id, variant_id, location_id].inventory = quantity
        if quantity < 0:
            signed.add(item_id)
    for row in session.execute(*_open(session, ids)):
        position = found[row.item_id, row.variant_id, row.location_id]
        position.receipts, position.requirements = row.receipts, row.requirements
        position.next_receipt = row.next_receipt
        signed.add(row.item_id)
    placed = {place[0] for place in found}
    for item_id in ids:
        if rules.items[item_id].reordering_policy != ReorderingPolicy.NONE:
            signed.add(item_id)
            if item_id not in placed:
                found[item_id, BLANK_ID, BLANK_ID] = Position()
    kept = {place: position for place, position in found.items() if place[0] in signed}
    stand_ins = _stand_ins(kept)
    for place, position in kept.items():
        if place not in stand_ins:
            _judge(position, rules.at(place))
    return kept


def _stand_ins(found: dict[Place, Position]) -> set[Place]:
    """Places without variant (or location) that hold nothing while the goods lie in variants (or at locations).

    Signs are those of a location and variant (items.md section 20): a stockkeeping unit that names one of the two is
    out of nothing where all that lies, comes or is asked for is of the other's.
    """
    busy = {place for place, position in found.items() if _is_busy(position)}
    by_variant = {(item, location) for item, variant, location in busy if variant != BLANK_ID}
    by_location = {(item, variant) for item, variant, location in busy if location != BLANK_ID}
    return {
        (item, variant, location)
        for item, variant, location in found.keys() - busy
        if (variant == BLANK_ID and (item, location) in by_variant)
        or (location == BLANK_ID and (item, variant) in by_location)
    }


def _is_busy(position: Position) -> bool:
    return bool(position.inventory or position.receipts or position.requirements)


def _judge(position: Position, parameters: Parameters) -> None:
    position.state = stock_state(
        position.inventory, parameters, receipts=position.receipts, requirements=position.requirements
    )
    if position.state in TO_ORDER:
        position.suggested = suggested_quantity(position.projected, parameters, at_point=True)


def _open_lines(ids: Select[tuple[int]]) -> Select[Any]:
    """Receipts and requirements of each place; what comes first, and when."""
    ordered = [source for source in SOURCES.values() if not source.planned]
    lines = union_all(*(source.statement().where(source.item_id.in_(ids)) for source in ordered)).subquery()
    supply = lines.c.receipt
    quantity = lines.c.quantity
    zero = literal(ZERO, quantity.type)
    return select(
        lines.c.item_id, lines.c.variant_id, lines.c.location_id,
        func.sum(case((supply, quantity), else_=zero), type_=quantity.type).label("receipts"),
        func.sum(case((supply, zero), else_=-quantity), type_=quantity.type).label("requirements"),
        func.min(case((supply & (quantity > 0), lines.c.date))).label("next_receipt"),
    ).group_by(lines.c.item_id, lines.c.variant_id, lines.c.location_id)  # fmt: skip


_open = about_ids(_open_lines)

_COLUMNS = (
    "item_id", "variant_id", "location_id", "inventory", "scheduled_receipts", "gross_requirements",
    "next_receipt_date", "state", "suggested_quantity",
)  # fmt: skip


def _row(place: Place, position: Position) -> tuple[Any, ...]:
    figures = (position.inventory, position.receipts, position.requirements)
    first = position.next_receipt
    kept = None if first is None else raw(first)
    return (*place, *map(raw, figures), kept, position.state.rank, raw(position.suggested))


def _keep_totals(session: Session, item_ids: Iterable[int], positions: dict[Place, Position]) -> None:
    """The worst state of each item, all that is to be ordered, and the first receipt."""
    of_item: dict[int, list[Position]] = {item_id: [] for item_id in item_ids}
    for (item_id, _variant, _location), position in positions.items():
        of_item[item_id].append(position)
    rows = []
    for item_id, own in sorted(of_item.items()):
        worst = max((position.state.rank for position in own), default=0)
        arrivals = [position.next_receipt for position in own if position.next_receipt is not None]
        suggested = sum((position.suggested for position in own), ZERO)
        rows.append((worst, raw(suggested), raw(min(arrivals)) if arrivals else None, item_id))
    update_rows(session, "item_total", ["stock_state", "suggested_quantity", "next_receipt_date"], ["item_id"], rows)


def keep_positions() -> None:
    """From now on every unit of work brings the positions it changed up to date before it commits."""
    if refresh_due not in BEFORE_COMMIT:
        BEFORE_COMMIT.append(refresh_due)
