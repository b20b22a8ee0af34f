"""Items whose cost waits for adjustment: since when, and why (posting-and-costing.md sections 14.1, 14.2)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, case, func, select
from sqlalchemy.orm import Session

from core.text import ngettext
from models import CostPoint, CostToAdjust, Item, ItemLedgerEntry
from models.enums import CostingMethod


def is_waiting() -> ColumnElement[bool]:
    """The condition on Item: something was posted that adjustment has not looked at yet."""
    return Item.cost_is_adjusted.is_(False)


def waiting_entries() -> ScalarSelect[Any]:
    """How many entries of the Item wait; 0 where only an average does."""
    return (
        select(func.count())
        .select_from(CostToAdjust)
        .where(CostToAdjust.item_id == Item.id)
        .correlate(Item)
        .scalar_subquery()
    )


def waiting_since() -> ScalarSelect[Any]:
    """The first period end of the Item whose cost may change; None where nothing says."""
    return (
        select(func.min(CostPoint.period_end))
        .where(CostPoint.item_id == Item.id, CostPoint.adjusted.is_(False))
        .correlate(Item)
        .scalar_subquery()
    )


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an item waits, in numbers."""

    #: outbound entries that still bear the card's cost
    estimated: int = 0
    #: inbound entries of which part had gone when their cost changed
    changed: int = 0
    #: period ends to be averaged anew, where the item has average cost
    periods: int = 0

    def sentences(self) -> list[str]:
        """The reasons in words; empty when a look will do."""
        found = []
        if self.estimated:
            found.append(ngettext("%(num)s issue at the card's cost", "%(num)s issues at the card's cost",
                                  self.estimated))  # fmt: skip
        if self.changed:
            found.append(ngettext("cost of %(num)s receipt to pass on", "cost of %(num)s receipts to pass on",
                                  self.changed))  # fmt: skip
        if self.periods:
            found.append(ngettext("%(num)s period to average", "%(num)s periods to average", self.periods))
        return found


def reasons(session: Session, item_ids: Sequence[int]) -> dict[int, Reason]:
    """Why each of these items waits (two queries)."""
    wanted = sorted(set(item_ids))
    entries: dict[int, tuple[int, int]] = {}
    inbound = func.sum(case((ItemLedgerEntry.positive, 1), else_=0))
    rows = session.execute(
        select(CostToAdjust.item_id, func.count(), inbound)
        .join(ItemLedgerEntry, ItemLedgerEntry.id == CostToAdjust.item_ledger_entry_id)
        .where(CostToAdjust.item_id.in_(wanted))
        .group_by(CostToAdjust.item_id)
    )
    for item_id, count, came_in in rows:
        entries[item_id] = (count - int(came_in or 0), int(came_in or 0))
    points = session.execute(
        select(CostPoint.item_id, func.count(CostPoint.period_end.distinct()))
        .join(Item, Item.id == CostPoint.item_id)
        .where(CostPoint.item_id.in_(wanted), CostPoint.adjusted.is_(False))
        .where(Item.costing_method == CostingMethod.AVERAGE)
        .group_by(CostPoint.item_id)
    )
    periods = dict(points.tuples().all())
    return {item_id: Reason(*entries.get(item_id, (0, 0)), periods.get(item_id, 0)) for item_id in wanted}


def waiting_from(session: Session) -> dt.date | None:
    """The first day whose costs may change when adjustment runs now; None when nothing waits."""
    return session.scalar(select(func.min(CostPoint.period_end)).where(CostPoint.adjusted.is_(False)))
