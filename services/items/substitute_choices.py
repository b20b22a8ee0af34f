"""Which substitutes there are to choose from: those of an item, and on request those of its substitutes.

items.md section 12: levels are shown, circles are cut.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from core.sql import ids_of
from models import BLANK_ID, CatalogItem, ItemSubstitute

#: How far substitutes of substitutes are followed; a chain that long is no help to anybody.
DEEPEST = 9


@dataclass(frozen=True, slots=True)
class Thing:
    """An item in one variant (0: none), or a catalog entry that no item was made of yet."""

    item_id: int | None
    variant_id: int = BLANK_ID
    catalog_item_id: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A substitute, how many steps away it is (1: of the item itself), and what to look at before choosing it."""

    thing: Thing
    level: int
    conditions: tuple[str, ...]
    interchangeable: bool


def find_substitutes(session: Session, start: Thing, *, deep: bool = False) -> list[Found]:
    """Substitutes of `start`, nearest first, each thing once; a statement for each level.

    `deep` follows substitutes of substitutes until nothing new comes. What was said about a catalog entry holds for the
    item made of it.
    """
    seen, frontier, found = {start}, {start}, []
    for level in range(1, DEEPEST + 1 if deep else 2):
        rows = _rows(session, frontier)
        frontier = set()
        for _owner, thing, row in rows:
            if thing in seen:
                continue
            seen.add(thing)
            frontier.add(thing)
            found.append(Found(thing, level, tuple(row.conditions.splitlines()), row.interchangeable))
        if not frontier:
            break
    return found


def having_substitutes(session: Session, things: Iterable[Thing]) -> set[Thing]:
    """Which of the things have any, in one statement."""
    wanted = set(things)
    return {owner for owner, _thing, _row in _rows(session, wanted)} if wanted else set()


def _rows(session: Session, things: Iterable[Thing]) -> list[tuple[Thing, Thing, ItemSubstitute]]:
    """(whose, what, row) of the substitutes of these things."""
    wanted = set(things)
    made, other = aliased(CatalogItem), aliased(CatalogItem)
    items = ids_of(session, {thing.item_id for thing in wanted if thing.item_id is not None})
    entries = ids_of(session, {thing.catalog_item_id for thing in wanted if thing.catalog_item_id is not None})
    statement = (
        select(ItemSubstitute, made.item_id, other.item_id)
        .outerjoin(made, made.id == ItemSubstitute.catalog_item_id)
        .outerjoin(other, other.id == ItemSubstitute.substitute_catalog_item_id)
        .where(
            or_(
                ItemSubstitute.item_id.in_(items),
                ItemSubstitute.catalog_item_id.in_(entries),
                ItemSubstitute.catalog_item_id.in_(select(CatalogItem.id).where(CatalogItem.item_id.in_(items))),
            )
        )
        .order_by(ItemSubstitute.id)
    )
    found = []
    for row, made_of, other_item in session.execute(statement).tuples():
        if row.item_id is not None:
            owner = Thing(row.item_id, row.variant_id)
        else:
            owner = _of_entry(row.catalog_item_id, made_of)
        if row.substitute_item_id is not None:
            thing = Thing(row.substitute_item_id, row.substitute_variant_id)
        else:
            thing = _of_entry(row.substitute_catalog_item_id, other_item)
        if owner in wanted:
            found.append((owner, thing, row))
    return found


def _of_entry(entry_id: int | None, item_id: int | None) -> Thing:
    """A catalog entry, or the item that was made of it."""
    return Thing(item_id) if item_id is not None else Thing(None, catalog_item_id=entry_id)
