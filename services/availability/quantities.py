"""What is there, coming and asked for, by date (availability-and-reservation.md sections 11 and 12).

Projections of services/availability/movements.py, added up by the database: no view reads lines that it does not show.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Label, Subquery, case, cast, func, literal, not_, select, type_coerce
from sqlalchemy.orm import Session

from core.rounding import ZERO, from_scaled
from core.sql import ids_of
from models import ItemBalance, Reservation
from services.availability.movements import EVERYWHERE, NO_DATE, Place, movements


@dataclass(slots=True)
class Quantities:
    """One item's figures at a date, in base units."""

    inventory: Decimal = ZERO
    gross_requirement: Decimal = ZERO
    scheduled_receipt: Decimal = ZERO
    reserved_on_stock: Decimal = ZERO
    #: proposals, not ordered yet
    planned_receipt: Decimal = ZERO
    #: of requirement and receipt, what is reserved
    reserved_requirement: Decimal = ZERO
    reserved_receipt: Decimal = ZERO
    reserved_planned: Decimal = ZERO
    #: of the requirement, what proposals need where they would come from
    planned_requirement: Decimal = ZERO

    @property
    def projected_available(self) -> Decimal:
        """Inventory + receipts - gross requirement, proposals included; below zero where demand exceeds supply."""
        return self.expected_inventory + self.planned_receipt - self.planned_requirement

    @property
    def expected_inventory(self) -> Decimal:
        """The same without proposals."""
        return self.inventory + self.scheduled_receipt - self.gross_requirement + self.planned_requirement

    @property
    def available_inventory(self) -> Decimal:
        """What nobody holds."""
        return self.inventory - self.reserved_on_stock


#: what `sums` gives besides, in its order
_FIGURES = (
    "gross_requirement", "scheduled_receipt", "planned_receipt", "reserved_requirement", "reserved_receipt",
    "reserved_planned", "planned_requirement",
)  # fmt: skip


def sums(lines: Subquery) -> list[Label[int]]:
    """The figures of movements as sums of the database's integers; a return order that is taken back lowers its own."""
    row = lines.c
    ordered, none = not_(row.planned), literal(0, BigInteger)
    quantity = type_coerce(row.quantity, BigInteger)
    requirement = case((row.receipt, none), else_=-quantity)
    receipt = case((row.receipt & ordered, quantity), else_=none)
    planned = case((row.receipt & row.planned, quantity), else_=none)
    held = case((row.quantity < 0, row.held), else_=-row.held)
    reserved = case((row.receipt, none), else_=held)
    incoming = case((row.receipt & ordered, -held), else_=none)
    proposed = case((row.receipt & row.planned, row.held), else_=none)
    needed = case((row.receipt | ordered, none), else_=-quantity)
    columns = (requirement, receipt, planned, reserved, incoming, proposed, needed)
    return [cast(func.sum(column), BigInteger).label(name) for name, column in zip(_FIGURES, columns, strict=True)]


def count_in(found: Quantities, row: Any) -> None:
    """Put what `sums` read into the figures."""
    for name in _FIGURES:
        setattr(found, name, from_scaled(getattr(row, name) or 0))


def stock(session: Session, item_ids: Iterable[int], place: Place = EVERYWHERE) -> dict[int, Quantities]:
    """Inventory and what of it is reserved, not limited by date; two statements."""
    ids = list(item_ids)
    return stock_by(session, ids, place, "item_id", {item_id: Quantities() for item_id in ids})


def stock_by(
    session: Session, item_ids: Iterable[int], place: Place, key: str, found: dict[int, Quantities]
) -> dict[int, Quantities]:
    """The same by item_id, variant_id or location_id, put into `found`."""
    ids = list(item_ids)
    for model, column, name in (
        (ItemBalance, ItemBalance.quantity, "inventory"),
        (Reservation, Reservation.quantity, "reserved_on_stock"),
    ):
        by = getattr(model, key)
        statement = select(by, func.sum(column, type_=column.type)).where(model.item_id.in_(ids_of(session, ids)))
        if model is Reservation:
            statement = statement.where(Reservation.supply_entry_id.is_not(None))
        if place.location_id is not None:
            statement = statement.where(model.location_id == place.location_id)
        if place.variant_id is not None:
            statement = statement.where(model.variant_id == place.variant_id)
        for number, quantity in session.execute(statement.group_by(by)):
            setattr(found.setdefault(number, Quantities()), name, quantity)
    return found


def availability(session: Session, item_id: int, place: Place, on: dt.date) -> Quantities:
    """The item's figures with all that is dated up to `on`; overdue lines count as well (section 11)."""
    found = stock(session, [item_id], place)[item_id]
    lines = movements(session, [item_id], place, on, planned=True)
    count_in(found, session.execute(select(*sums(lines))).one())
    return found


def by_period(
    session: Session,
    item_ids: Sequence[int],
    place: Place,
    starts: Sequence[dt.date],
    end: dt.date,
) -> dict[int, list[Quantities]]:
    """For each item the net changes of each period and, as `inventory`, the balance carried into it (section 12).

    `starts` are the first days of periods, ascending; the last one ends with `end`. What is overdue counts in the
    first period. `projected_available` of a period is the balance at its end; three statements whatever the number.
    """
    figures = stock(session, item_ids, place)
    rows = {item_id: [Quantities() for _start in starts] for item_id in item_ids}
    lines = movements(session, item_ids, place, end, planned=True)
    later = [(lines.c.day < start, number) for number, start in enumerate(starts[1:])]
    period = (case(*later, else_=len(starts) - 1) if later else literal(0)).label("period")
    statement = select(lines.c.item_id, period, *sums(lines)).group_by(lines.c.item_id, period)
    for row in session.execute(statement):
        count_in(rows[row.item_id][row.period], row)
    for item_id, periods in rows.items():
        balance = figures[item_id].inventory
        for single in periods:
            single.inventory, single.reserved_on_stock = balance, figures[item_id].reserved_on_stock
            balance = single.projected_available
    return rows


def at_date(periods: Sequence[Quantities]) -> list[Quantities]:
    """The same periods as balances: everything from the first period on, cumulated (section 12)."""
    found: list[Quantities] = []
    for single in periods:
        before = found[-1] if found else Quantities(inventory=single.inventory)
        both = {name: getattr(before, name) + getattr(single, name) for name in _FIGURES}
        found.append(Quantities(before.inventory, reserved_on_stock=single.reserved_on_stock, **both))
    return found


@dataclass(frozen=True, slots=True)
class Day:
    """All events of a day, in base units; what is overdue has the first day of the calendar."""

    day: dt.date
    figures: Quantities
    count: int

    @property
    def net(self) -> Decimal:
        """What the day changes in the projected balance, proposals left out."""
        figures = self.figures
        return figures.scheduled_receipt - figures.gross_requirement + figures.planned_requirement


def by_day(
    session: Session,
    item_id: int,
    place: Place = EVERYWHERE,
    until: dt.date | None = None,
    *,
    planned: bool = True,
    where: Callable[[Subquery], Sequence[Any]] | None = None,
) -> list[Day]:
    """The days on which something is open, ascending; `where` gives conditions on the movements.

    One statement whatever the number of lines.
    """
    lines = movements(session, [item_id], place, until, planned=planned)
    statement = select(lines.c.day, func.count().label("events"), *sums(lines)).group_by(lines.c.day)
    if where is not None:
        statement = statement.where(*where(lines))
    days = []
    for row in session.execute(statement.order_by(lines.c.day)):
        figures = Quantities()
        count_in(figures, row)
        days.append(Day(row.day, figures, row.events))
    return days


def overdue(day: dt.date) -> bool:
    """True for the day that stands for no date."""
    return day == NO_DATE
