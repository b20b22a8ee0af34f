"""Lots, serial and package numbers that may not leave: nobody is offered them (tracking.md section 7)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import NumberCard
from models.tracking import NumberKind


@dataclass(frozen=True, slots=True)
class Blocked:
    """Blocked numbers of one item and variant."""

    lots: frozenset[str] = frozenset()
    serials: frozenset[str] = frozenset()
    packages: frozenset[str] = frozenset()

    def holds(self, lot_no: str, serial_no: str, package_no: str) -> bool:
        """True where one of the three is blocked."""
        return lot_no in self.lots or serial_no in self.serials or package_no in self.packages


NOTHING = Blocked()


def blocked_numbers(session: Session, item_id: int, variant_id: int) -> Blocked:
    """What is blocked of an item and variant; one statement, nothing for items whose numbers are all free."""
    card = NumberCard
    rows = session.execute(
        select(card.kind, card.number).where(card.item_id == item_id, card.variant_id == variant_id, card.blocked)
    )
    found: dict[NumberKind, set[str]] = {kind: set() for kind in NumberKind}
    for kind, number in rows.tuples():
        found[kind].add(number)
    if not any(found.values()):
        return NOTHING
    return Blocked(*(frozenset(found[kind]) for kind in (NumberKind.LOT, NumberKind.SERIAL, NumberKind.PACKAGE)))


def lot_cards(session: Session, item_id: int, lots: Collection[str]) -> dict[str, tuple[bool, str]]:
    """Lot -> (blocked, test quality) of those that have a card."""
    card = NumberCard
    rows = session.execute(
        select(card.number, card.blocked, card.test_quality).where(
            card.item_id == item_id, card.kind == NumberKind.LOT, card.number.in_(lots)
        )
    )
    return {number: (blocked, quality.value) for number, blocked, quality in rows.tuples()}
