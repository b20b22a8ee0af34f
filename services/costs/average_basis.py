"""What the average of a period is made of (posting-and-costing.md section 9.3, the closed form)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from core.rounding import ZERO, round_unit_cost
from costing.setup import CostingSetup
from models import ItemLedgerEntry, ValueEntry
from models.base import ScaledDecimal
from models.enums import EntryType, ValueEntryType


@dataclass(frozen=True, slots=True)
class BasisLine:
    """Quantity and value that one kind of movement adds to the basis; the opening stock is the first line."""

    quantity: Decimal
    value: Decimal
    movement: EntryType | None = None
    value_type: ValueEntryType | None = None
    charge: bool = False

    @property
    def opening(self) -> bool:
        """What lay there before the period."""
        return self.movement is None


@dataclass(frozen=True, slots=True)
class Basis:
    """All that the average of one scope and period is made of."""

    start: dt.date
    end: dt.date
    #: the average is kept for a location and variant; else for the item everywhere
    by_place: bool
    lines: Sequence[BasisLine]

    @property
    def quantity(self) -> Decimal:
        """What the value is divided by."""
        return sum((line.quantity for line in self.lines), ZERO)

    @property
    def value(self) -> Decimal:
        """What is divided."""
        return sum((line.value for line in self.lines), ZERO)

    @property
    def average(self) -> Decimal | None:
        """Cost of one base unit; None where there is nothing to divide by."""
        return round_unit_cost(self.value / self.quantity) if self.quantity > 0 else None


def read_basis(session: Session, entry: ItemLedgerEntry, valued_on: dt.date, setup: CostingSetup) -> Basis:
    """The basis of the entry's scope and of the period that `valued_on` lies in (two queries)."""
    end = setup.period_end(valued_on)
    start = setup.period_start(end)
    value, amount = ValueEntry, ScaledDecimal()
    scope: list[ColumnElement[bool]] = [value.item_id == entry.item_id, value.inventoriable.is_(True)]
    if setup.by_place:
        scope += [value.location_id == entry.location_id, value.variant_id == entry.variant_id]
    cost = func.sum(value.cost_amount_actual + value.cost_amount_expected, type_=amount)
    quantity = func.sum(value.item_ledger_entry_quantity, type_=amount)
    before = session.execute(select(quantity, cost).where(*scope, value.valuation_date < start)).one()
    charge = case((value.item_charge_no != "", 1), else_=0)
    # What the average itself values stands on neither side of the division.
    averaged = value.valued_by_average_cost & (value.valued_quantity < 0)
    rows = session.execute(
        select(value.item_ledger_entry_type, value.entry_type, charge, quantity, cost)
        .where(*scope, value.valuation_date >= start, value.valuation_date <= end, ~averaged)
        .group_by(value.item_ledger_entry_type, value.entry_type, charge)
        .order_by(value.item_ledger_entry_type, value.entry_type, charge)
    )
    lines = [BasisLine(before[0] or ZERO, before[1] or ZERO)]
    lines += [
        BasisLine(moved or ZERO, worth or ZERO, movement, kind, bool(charged))
        for movement, kind, charged, moved, worth in rows
    ]
    return Basis(start, end, setup.by_place, [line for line in lines if line.quantity or line.value])
