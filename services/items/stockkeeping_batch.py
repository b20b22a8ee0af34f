"""Many stockkeeping units at once: for items, per location, variant or both (items.md section 13, Create SKUs)."""

from __future__ import annotations

import enum
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from core.errors import ValidationError
from core.rounding import ZERO
from core.sql import ids_of
from core.text import _
from models import BLANK_ID, Item, ItemBalance, ItemVariant, Location, StockkeepingUnit
from models.enums import ItemType, SkuCreation
from services.items.stockkeeping import unit_of

#: More than this are not made in one go.
MOST = 20_000


class Per(enum.StrEnum):
    """What each stockkeeping unit is for."""

    LOCATION = "location"
    VARIANT = "variant"
    LOCATION_AND_VARIANT = "location_and_variant"


@dataclass(frozen=True, slots=True)
class Batch:
    """Which ones to make; a filter that is None takes all."""

    per: Per = Per.LOCATION
    item_ids: Sequence[int] | None = None
    inventory_posting_group_id: int | None = None
    location_id: int | None = None
    #: a code: items have variants of their own
    variant_code: str = ""
    only_in_stock: bool = False
    replace: bool = False


@dataclass(frozen=True, slots=True)
class Made:
    """What came of it: made, there already, deleted first."""

    created: int
    kept: int
    deleted: int


def create_batch(session: Session, batch: Batch) -> Made:
    """Make the stockkeeping units that are missing; with `replace` those within the filters are deleted first.

    Locations in transit and those that take no stockkeeping units are left out. Raises ValidationError
    `too_many_units`, `nothing_found`.
    """
    items = list(session.scalars(_items(session, batch)))
    ids = [item.id for item in items]
    places = _places(session, batch)
    if not items:
        raise ValidationError("nothing_found", _("No stock item answers these conditions."), field="item_id")
    variants = _variants(session, batch, ids)
    stock = _stock(session, ids) if batch.only_in_stock else None
    wanted = []
    for item in items:
        for location_id, variant_id in _combinations(batch.per, places, variants.get(item.id, [])):
            if stock is None or _in_stock(stock, item.id, location_id, variant_id, batch.per):
                wanted.append((item, location_id, variant_id))
        if len(wanted) > MOST:
            raise ValidationError(
                "too_many_units",
                _("These would be more than %(most)s stockkeeping units at once. Narrow the conditions.", most=MOST),
            )
    deleted = _delete(session, batch, ids) if batch.replace else 0
    there = set(
        session.execute(
            select(StockkeepingUnit.item_id, StockkeepingUnit.location_id, StockkeepingUnit.variant_id).where(
                StockkeepingUnit.item_id.in_(ids_of(session, ids))
            )
        ).tuples()
    )
    new = [unit_of(*key) for key in wanted if (key[0].id, key[1], key[2]) not in there]
    session.add_all(new)
    session.flush()
    return Made(len(new), len(wanted) - len(new), deleted)


def _items(session: Session, batch: Batch) -> Select[tuple[Item]]:
    statement = select(Item).where(Item.type == ItemType.INVENTORY).order_by(Item.no)
    if batch.item_ids is not None:
        statement = statement.where(Item.id.in_(ids_of(session, batch.item_ids)))
    if batch.inventory_posting_group_id is not None:
        statement = statement.where(Item.inventory_posting_group_id == batch.inventory_posting_group_id)
    return statement


def _places(session: Session, batch: Batch) -> list[int]:
    statement = select(Location.id).where(
        Location.there(), Location.use_as_in_transit.is_(False), Location.sku_creation == SkuCreation.ALLOWED
    )
    if batch.location_id is not None:
        statement = statement.where(Location.id == batch.location_id)
    return list(session.scalars(statement.order_by(Location.code)))


def _variants(session: Session, batch: Batch, ids: Sequence[int]) -> dict[int, list[int]]:
    statement = select(ItemVariant.item_id, ItemVariant.id).where(ItemVariant.item_id.in_(ids_of(session, ids)))
    if batch.variant_code:
        statement = statement.where(ItemVariant.code == batch.variant_code)
    found: dict[int, list[int]] = defaultdict(list)
    for item_id, variant_id in session.execute(statement.order_by(ItemVariant.code)):
        found[item_id].append(variant_id)
    return found


def _combinations(per: Per, places: Sequence[int], variants: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Location and variant of each; with both asked for, an item that has only one of them gets that one."""
    if per is Per.LOCATION_AND_VARIANT and places and variants:
        yield from ((place, variant) for place in places for variant in variants)
    elif per is Per.VARIANT or (per is Per.LOCATION_AND_VARIANT and not places):
        yield from ((BLANK_ID, variant) for variant in variants)
    else:
        yield from ((place, BLANK_ID) for place in places)


def _stock(session: Session, ids: Sequence[int]) -> dict[tuple[int, int, int], Decimal]:
    """(item, location, variant) -> what is there; -1 stands for all locations or all variants together."""
    found: dict[tuple[int, int, int], Decimal] = defaultdict(lambda: ZERO)
    balance = ItemBalance
    rows = session.execute(
        select(balance.item_id, balance.location_id, balance.variant_id, func.sum(balance.quantity))
        .where(balance.item_id.in_(ids_of(session, ids)))
        .group_by(balance.item_id, balance.location_id, balance.variant_id)
    )
    for item_id, location_id, variant_id, quantity in rows:
        for key in {(item_id, location_id, variant_id), (item_id, location_id, -1), (item_id, -1, variant_id)}:
            found[key] += quantity
    return found


def _in_stock(
    stock: dict[tuple[int, int, int], Decimal], item_id: int, location_id: int, variant_id: int, per: Per
) -> bool:
    """More than nothing at the place; a unit for one of location and variant looks at all of the other."""
    if location_id and variant_id and per is Per.LOCATION_AND_VARIANT:
        return stock[item_id, location_id, variant_id] > 0
    return stock[(item_id, location_id, -1) if location_id else (item_id, -1, variant_id)] > 0


def _delete(session: Session, batch: Batch, ids: Sequence[int]) -> int:
    unit = StockkeepingUnit
    found = select(unit).where(unit.item_id.in_(ids_of(session, ids)))
    if batch.location_id is not None:
        found = found.where(unit.location_id == batch.location_id)
    if batch.variant_code:
        found = found.where(unit.variant_id.in_(select(ItemVariant.id).where(ItemVariant.code == batch.variant_code)))
    gone = list(session.scalars(found))
    for single in gone:
        session.delete(single)
    session.flush()
    return len(gone)
