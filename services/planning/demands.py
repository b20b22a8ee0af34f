"""Order planning: every open demand that cannot be had at its date, what is there for it, from where more could come
(availability-and-reservation.md section 20). What is chosen becomes lines of the requisition worksheet.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import ValidationError
from core.rounding import ZERO
from core.sql import ids_of
from core.text import _, plain_day, plain_quantity
from models import Item, ItemVariant, Location, PlanningLine, UnitOfMeasure
from services.availability.on_date import Key, outlooks
from services.availability.promise import Change, available_to_promise, earliest_date, reaches
from services.availability.set_up import get_setup
from services.items.substitute_choices import Thing, having_substitutes
from services.planning.requisition_hand import Wanted, add_line
from services.reservations.sources import SourceKind
from services.reservations.worksheet import Filter, Row, demand_rows, free_stock

#: demands read in one go, cut between items
MOST = 2_000
#: so many short ones, or so many readings, end a page; the next one goes on after the last item
PAGE, READINGS = 200, 5


@dataclass(frozen=True, slots=True)
class Demand:
    """A demand with what is missing for it at its date, in base units; `available` is what of it is there then."""

    row: Row
    description: str
    variant: str
    location: str
    unit: str
    day: dt.date
    missing: Decimal
    #: the first day on which all of it is there; None where nothing on order makes it so
    earliest: dt.date | None
    #: location id, code and what is free there, the most first
    elsewhere: tuple[tuple[int, str, Decimal], ...]
    substitutes: bool

    @property
    def available(self) -> Decimal:
        """What of the need is there at its date."""
        return self.row.needed - self.missing

    @property
    def free_elsewhere(self) -> Decimal:
        """What is free at all other locations."""
        return sum((quantity for _id, _code, quantity in self.elsewhere), ZERO)

    @property
    def reservable(self) -> bool:
        """What is ordered for it can be reserved for it."""
        return self.row.ref.kind is SourceKind.TRADE


@dataclass(frozen=True, slots=True)
class Short:
    """Demands that are short; `after` is the number of the last item looked at, "" where all items were."""

    demands: list[Demand]
    after: str = ""


def short_demands(session: Session, wanted: Filter, *, today: dt.date) -> Short:
    """Demands that nothing in stock, on order or on the worksheet covers in time, by item and date: one page.

    The earlier of two demands gets what is there. A fixed number of statements for every `MOST` demands.
    """
    found: list[Demand] = []
    after = wanted.after
    for _reading in range(READINGS):
        rows, after = _rows_of_items(session, replace(wanted, never=True, after=after))
        found += _short(session, rows, today)
        if not after or len(found) >= PAGE:
            break
    return Short(found, after)


def _rows_of_items(session: Session, wanted: Filter) -> tuple[list[Row], str]:
    """Demands of whole items, since they share what is there; the last item's number, "" where none follows."""
    rows = demand_rows(session, wanted, most=MOST + 1)
    if len(rows) <= MOST:
        return rows, ""
    last = rows[-1]
    whole = [row for row in rows if row.item_id != last.item_id]
    if whole:
        return whole, whole[-1].item_no
    return demand_rows(session, replace(wanted, item_id=last.item_id, after=""), most=None), last.item_no


def _short(session: Session, rows: Sequence[Row], today: dt.date) -> list[Demand]:
    groups: dict[Key, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row.item_id, row.variant_id, row.location_id].append(row)
    setup = get_setup(session)
    last = reaches(today, setup.look_ahead) if setup.look_ahead else None
    missing: dict[str, tuple[dt.date, Decimal, dt.date | None]] = {}
    for key, outlook in outlooks(session, groups).items():
        prospect = outlook.prospect
        # The rows stand among the demands themselves: they are put back, and taken one after the other.
        changes: list[Change] = [*prospect.changes, *prospect.proposals]
        changes += [(row.day or dt.date.max, row.needed) for row in groups[key]]
        for row in sorted(groups[key], key=lambda row: (row.day or dt.date.max, row.document_no, row.line_no)):
            day = max(row.day or today, today)
            there = available_to_promise(prospect.free, changes, day)
            short = min(max(row.needed - there, ZERO), row.needed)
            if short > 0:
                first = earliest_date(row.needed, prospect.free, changes, day, last, setup.check_bucket)
                missing[row.key] = day, short, first
            changes.append((day, short - row.needed))
    return _described(session, [row for row in rows if row.key in missing], missing)


def _described(
    session: Session, rows: Sequence[Row], missing: Mapping[str, tuple[dt.date, Decimal, dt.date | None]]
) -> list[Demand]:
    items = {row.item_id for row in rows}
    words = {
        item_id: (description, unit)
        for item_id, description, unit in session.execute(
            select(Item.id, Item.description, UnitOfMeasure.code)
            .outerjoin(UnitOfMeasure, UnitOfMeasure.id == Item.base_unit_of_measure_id)
            .where(Item.id.in_(ids_of(session, items)))
        )
    }
    places = dict(session.execute(select(Location.id, Location.code).where(Location.use_as_in_transit.is_(False)))
                  .tuples().all())  # fmt: skip
    variants = dict(session.execute(select(ItemVariant.id, ItemVariant.code).where(
        ItemVariant.id.in_(ids_of(session, {row.variant_id for row in rows})))).tuples().all())  # fmt: skip
    free = free_stock(session, items)
    replaceable = having_substitutes(session, {Thing(row.item_id, row.variant_id) for row in rows})
    found = []
    for row in rows:
        others = [
            (place, places[place], quantity) for (item, variant, place), quantity in free.items()
            if (item, variant) == (row.item_id, row.variant_id) and place != row.location_id and quantity > 0
            and place in places
        ]  # fmt: skip
        day, short, first = missing[row.key]
        description, unit = words[row.item_id]
        found.append(Demand(
            row, description, variants.get(row.variant_id, ""), places.get(row.location_id, ""), unit or "", day, short,
            first, tuple(sorted(others, key=lambda other: -other[2])),
            Thing(row.item_id, row.variant_id) in replaceable,
        ))  # fmt: skip
    return found


@dataclass(frozen=True, slots=True)
class Choice:
    """How a demand is to be met: sent from a location, else as the cards say; reserved for it once it is ordered."""

    transfer_from_id: int | None = None
    reserve: bool = False


def put_on_worksheet(
    session: Session, wanted: Filter, choices: Mapping[str, Choice], *, today: dt.date
) -> list[PlanningLine]:
    """A line of the worksheet for each chosen demand with what is still missing for it; keys are those of the rows.

    Raises ValidationError `nothing_chosen`, `nothing_missing`, and what `add_line` raises.
    """
    if not choices:
        raise ValidationError("nothing_chosen", _("Tick the demands that more is ordered for."))
    made = []
    for demand in short_demands(session, wanted, today=today).demands:
        choice = choices.get(demand.row.key)
        if choice is None:
            continue
        made.append(add_line(
            session,
            Wanted(
                demand.row.item_id, demand.missing, demand.day, demand.row.variant_id, demand.row.location_id,
                reason=_("%(no)s is short of %(quantity)s on %(day)s.", no=demand.row.document_no,
                         quantity=plain_quantity(demand.missing), day=plain_day(demand.day)),
                transfer_from_id=choice.transfer_from_id,
                order_for_line_id=demand.row.ref.id if choice.reserve and demand.reservable else None,
            ),
            today=today,
        ))  # fmt: skip
    if not made:
        raise ValidationError("nothing_missing", _("All lines can be had at their dates: nothing has to be ordered."))
    return made
