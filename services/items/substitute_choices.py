"""Which substitutes there are to choose from: those of an item, and on request those of its substitutes.

items.md section 12: levels are shown, circles are cut.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.sql import ids_of
from models import ItemSubstitute

#: How far substitutes of substitutes are followed; a chain that long is no help to anybody.
DEEPEST = 9


@dataclass(frozen=True, slots=True)
class Thing:
    """An item in one variant (0: none)."""

    item_id: int
    variant_id: int


@dataclass(frozen=True, slots=True)
class Found:
    """A substitute, how many steps away it is (1: of the item itself), and what to look at before choosing it."""

    thing: Thing
    level: int
    conditions: tuple[str, ...]
    interchangeable: bool


def find_substitutes(session: Session, start: Thing, *, deep: bool = False) -> list[Found]:
    """Substitutes of `start`, nearest first, each thing once; a statement for each level.

    `deep` follows substitutes of substitutes until nothing new comes.
    """
    seen, frontier, found = {start}, [start], []
    for level in range(1, DEEPEST + 1 if deep else 2):
        rows = _rows(session, frontier)
        frontier = []
        for row in rows:
            thing = Thing(row.substitute_item_id, row.substitute_variant_id)
            if thing in seen:
                continue
            seen.add(thing)
            frontier.append(thing)
            found.append(Found(thing, level, tuple(row.conditions.splitlines()), row.interchangeable))
        if not frontier:
            break
    return found


def having_substitutes(session: Session, things: Iterable[Thing]) -> set[Thing]:
    """Which of the things have any, in one statement."""
    wanted = set(things)
    return {Thing(row.item_id, row.variant_id) for row in _rows(session, wanted)} if wanted else set()


def _rows(session: Session, things: Iterable[Thing]) -> list[ItemSubstitute]:
    wanted = set(things)
    statement = (
        select(ItemSubstitute)
        .where(ItemSubstitute.item_id.in_(ids_of(session, {thing.item_id for thing in wanted})))
        .order_by(ItemSubstitute.id)
    )
    return [row for row in session.scalars(statement) if Thing(row.item_id, row.variant_id) in wanted]
