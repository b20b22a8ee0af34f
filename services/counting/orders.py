"""A physical inventory order and its lines: made, calculated, changed, deleted (posting-and-costing.md 17.2)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from decimal import Decimal
from itertools import groupby
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session, selectinload

from core.errors import ConflictError, NotFound, ValidationError
from core.rounding import ZERO
from core.sql import ids_of
from core.text import _
from models import (
    BLANK_ID,
    InventorySetup,
    Location,
    PhysicalInventoryOrder,
    PhysicalInventoryOrderLine,
    PhysicalInventoryOrderNumber,
    PhysicalInventoryRecording,
)
from models.enums import CountStatus, EntryType
from services.counting.expected import expected_on, tracked_items
from services.documents import journal_defaults as defaults
from services.documents.physical_inventory import Scope, Spot, last_entries
from services.numbers import next_no
from services.values import assign

FIELDS = ("description", "location_id", "posting_date", "person_responsible", "blind")
STEP = 10000
#: Lines of one order: more are not walked in one go, and every step stays within seconds.
MOST_LINES = 20_000

_Line, _Number = PhysicalInventoryOrderLine, PhysicalInventoryOrderNumber


def get_order(session: Session, no: str) -> PhysicalInventoryOrder:
    """The order, locked for this unit of work. Raises NotFound `count_not_found`."""
    found = session.scalar(
        select(PhysicalInventoryOrder)
        .where(PhysicalInventoryOrder.no == no.strip().upper())
        .options(selectinload(PhysicalInventoryOrder.location))
        .execution_options(populate_existing=True)
        .with_for_update(of=PhysicalInventoryOrder)
    )
    if found is None:
        raise NotFound("count_not_found", _("There is no count %(no)s any more.", no=no))
    return found


def create_order(session: Session, values: Mapping[str, object], *, on: dt.date) -> PhysicalInventoryOrder:
    """A new, open count; `values` are FIELDS, the posting date is `on` unless given.

    Raises ValidationError `directed_location`, `location_in_transit`, those of `assign` and of the number series.
    """
    setup = session.get_one(InventorySetup, 1)
    order = PhysicalInventoryOrder(
        version=1, status=CountStatus.OPEN, description="", location_id=BLANK_ID, posting_date=on, blind=True,
        person_responsible="", posted_no="", finished_by="", posted_by="",
    )  # fmt: skip
    assign(session, order, dict(values), FIELDS)
    _check_location(session, order.location_id)
    order.no = next_no(session, setup.count_order_nos_id, on)
    session.add(order)
    session.flush()
    return order


def edit_order(session: Session, order: PhysicalInventoryOrder, values: Mapping[str, object]) -> None:
    """Change the header; another posting date has its expected quantities calculated anew.

    Raises ValidationError `count_finished`, `count_has_lines`, and as `create_order`.
    """
    must_be_open(order)
    changed = {name for name, value in values.items() if getattr(order, name) != value}
    if "location_id" in changed and line_count(session, order.id):
        raise ValidationError(
            "count_has_lines", _("The location cannot change while the count has lines."), field="location_id",
            hint=_("Remove the lines first, or make another count."),
        )  # fmt: skip
    assign(session, order, dict(values), FIELDS)
    _check_location(session, order.location_id)
    touch(session, order)
    if "posting_date" in changed:
        refresh_expected(session, order)


def delete_order(session: Session, order: PhysicalInventoryOrder) -> None:
    """Remove a count that is not posted, with its recordings. Raises ConflictError `count_posted`."""
    if order.status == CountStatus.POSTED:
        raise ConflictError("count_posted", _("%(no)s is posted; it stays.", no=order.no))
    session.delete(order)
    session.flush()


def calculate(session: Session, order: PhysicalInventoryOrder, scope: Scope) -> int:
    """Add a line for every item (and bin) of the scope at the order's location; returns how many are new.

    What the order lists already is not listed twice. Raises ValidationError `count_finished`, `too_many_lines`.
    """
    must_be_open(order)
    known = {spot[:4] for spot in spots_of_lines(session, order.id)}
    stock = expected_on(session, scope, order.posting_date)
    return _add(session, order, {spot: quantity for spot, quantity in stock.items() if spot[:4] not in known})


def add_places(session: Session, order: PhysicalInventoryOrder, spots: Collection[Spot]) -> dict[Spot, int]:
    """Lines for these places, listed or not, with what is expected there; place (without numbers) -> line id.

    Raises ValidationError `count_line_exists` where the order lists one already.
    """
    places = {Spot(*spot[:4]) for spot in spots}
    known = {Spot(*spot[:4]) for spot in spots_of_lines(session, order.id)}
    if places & known:
        raise ValidationError(
            "count_line_exists", _("The count has this item at this place already."), field="item",
            hint=_("Count it on its line."),
        )  # fmt: skip
    items = frozenset(place.item_id for place in places)
    stock = expected_on(session, Scope(item_ids=items, include_not_on_stock=True), order.posting_date)
    wanted = {spot: quantity for spot, quantity in stock.items() if Spot(*spot[:4]) in places and quantity}
    covered = {Spot(*spot[:4]) for spot in wanted}
    wanted |= dict.fromkeys(places - covered, ZERO)
    _add(session, order, dict(sorted(wanted.items(), key=lambda pair: (*pair[0][:3], pair[0].bin_id or 0))))
    return {spot: line_id for spot, line_id in spots_of_lines(session, order.id).items() if spot in places}


def remove_lines(session: Session, order: PhysicalInventoryOrder, line_nos: Collection[int]) -> int:
    """Take lines off an open count. Raises ValidationError `count_finished`, `line_recorded`."""
    must_be_open(order)
    recorded = session.scalar(
        select(_Line.line_no).where(
            _Line.order_id == order.id, _Line.line_no.in_(ids_of(session, line_nos)), _Line.qty_recorded.is_not(None)
        )
    )
    if recorded is not None:
        raise ValidationError(
            "line_recorded", _("A finished recording has this line."), line=recorded,
            hint=_("Reopen that recording first."),
        )  # fmt: skip
    found = session.execute(
        delete(_Line)
        .where(_Line.order_id == order.id, _Line.line_no.in_(ids_of(session, line_nos)))
        .execution_options(synchronize_session=False)
    )
    touch(session, order)
    return int(found.rowcount)  # type: ignore[attr-defined]


def refresh_expected(session: Session, order: PhysicalInventoryOrder) -> None:
    """Calculate anew what is expected on every line, for the posting date of the order."""
    must_be_open(order)
    lines = session.scalars(
        select(_Line).where(_Line.order_id == order.id).options(selectinload(_Line.numbers)).order_by(_Line.id)
    ).all()
    items = frozenset(line.item_id for line in lines)
    stock = expected_on(session, Scope(item_ids=items, include_not_on_stock=True), order.posting_date) if items else {}
    by_place: dict[tuple[Any, ...], dict[tuple[str, ...], Decimal]] = {}
    for spot, quantity in stock.items():
        by_place.setdefault(spot[:4], {})[spot[4:]] = quantity
    last = last_entries(session, items)
    for line in lines:
        place = (line.item_id, line.variant_id, line.location_id, line.bin_id)
        found = by_place.get(place, {})
        line.qty_expected, line.expected_calculated = sum(found.values(), ZERO), True
        line.last_item_ledger_entry_id = last.get(place[:3])
        if line.use_item_tracking:
            _put_numbers(line, found)
    touch(session, order)
    session.flush()


def _put_numbers(line: PhysicalInventoryOrderLine, found: Mapping[tuple[str, ...], Decimal]) -> None:
    known = {(number.lot_no, number.serial_no, number.package_no): number for number in line.numbers}
    for key, number in known.items():
        number.qty_expected = found.get(key, ZERO)
    line.numbers += [
        PhysicalInventoryOrderNumber(
            lot_no=key[0], serial_no=key[1], package_no=key[2], qty_expected=quantity, qty_recorded=ZERO
        )
        for key, quantity in found.items() if key not in known and quantity and any(key)
    ]  # fmt: skip


def must_be_open(order: PhysicalInventoryOrder) -> None:
    """Raises ValidationError `count_finished` once the order is finished or posted."""
    if order.status != CountStatus.OPEN:
        raise ValidationError(
            "count_finished",
            _("%(no)s is posted.", no=order.no) if order.status == CountStatus.POSTED
            else _("%(no)s is finished: nothing is counted or changed any more.", no=order.no),
            hint="" if order.status == CountStatus.POSTED else _("Reopen it first."),
        )  # fmt: skip


def touch(session: Session, order: PhysicalInventoryOrder) -> None:
    """A stale page is noticed."""
    order.version += 1
    session.flush()


def line_count(session: Session, order_id: int) -> int:
    """How many lines the order has."""
    return session.scalar(select(func.count(_Line.id)).where(_Line.order_id == order_id)) or 0


def spots_of_lines(session: Session, order_id: int) -> dict[Spot, int]:
    """Place of each line (without numbers) -> line id."""
    rows = session.execute(
        select(_Line.item_id, _Line.variant_id, _Line.location_id, _Line.bin_id, _Line.id).where(
            _Line.order_id == order_id
        )
    )
    return {Spot(*row[:4]): row[4] for row in rows}


def has_open_recordings(session: Session, order_id: int) -> bool:
    """True while somebody counts."""
    return session.scalar(
        select(PhysicalInventoryRecording.id)
        .where(PhysicalInventoryRecording.order_id == order_id, PhysicalInventoryRecording.status == CountStatus.OPEN)
        .limit(1)
    ) is not None  # fmt: skip


def _check_location(session: Session, location_id: int) -> None:
    location = session.get_one(Location, location_id)
    if location.use_as_in_transit:
        raise ValidationError(
            "location_in_transit", _("Goods in transit are not counted."), field="location_id",
            hint=_("Choose a warehouse."),
        )  # fmt: skip
    if location.directed_put_away_and_pick:
        raise ValidationError(
            "directed_location",
            _("%(code)s directs put-away and pick: it is counted by its warehouse.", code=location.code),
            field="location_id", hint=_("Choose another location."),
        )  # fmt: skip


def _add(session: Session, order: PhysicalInventoryOrder, stock: Mapping[Spot, Decimal]) -> int:
    """Insert lines and their numbers; `stock` is in the order one walks."""
    if not stock:
        return 0
    items = {spot.item_id for spot in stock}
    facts, last = defaults.load_facts(session, items), last_entries(session, items)
    start = session.scalar(select(func.max(_Line.line_no)).where(_Line.order_id == order.id)) or 0
    tracked = tracked_items(session, items)
    groups = [(place, list(group)) for place, group in groupby(stock.items(), key=lambda pair: pair[0][:4])]
    if start // STEP + len(groups) > MOST_LINES:
        raise ValidationError(
            "too_many_lines", _("A count has at most %(n)s lines.", n=MOST_LINES),
            hint=_("Count by category or by bins, in several orders."),
        )  # fmt: skip
    rows = []
    for number, (place, group) in enumerate(groups, 1):
        item_id, variant_id, location_id, bin_id = place
        proposed = defaults.propose(
            facts, EntryType.POSITIVE_ADJMT, item_id, variant_id=variant_id, location_id=location_id,
            unit_of_measure_id=facts.items[item_id].item.base_unit_of_measure_id,
        )  # fmt: skip
        rows.append({
            "order_id": order.id, "line_no": start + number * STEP, "item_id": item_id, "variant_id": variant_id,
            "location_id": location_id, "bin_id": bin_id, "description": proposed.description,
            "use_item_tracking": item_id in tracked, "expected_calculated": True,
            "qty_expected": sum((quantity for _spot, quantity in group), ZERO),
            "last_item_ledger_entry_id": last.get((item_id, variant_id, location_id)),
            "unit_amount": proposed.unit_amount, "dimension_set_id": BLANK_ID,
        })  # fmt: skip
    session.execute(insert(_Line), rows)
    ids = {line_no: line_id for line_id, line_no in session.execute(
        select(_Line.id, _Line.line_no).where(_Line.order_id == order.id, _Line.line_no > start))}  # fmt: skip
    numbers = [
        {"line_id": ids[row["line_no"]], "lot_no": spot.lot_no, "serial_no": spot.serial_no,
         "package_no": spot.package_no, "qty_expected": quantity}
        for row, (_place, group) in zip(rows, groups, strict=True) if row["use_item_tracking"]
        for spot, quantity in group if any(spot[4:])
    ]  # fmt: skip
    if numbers:
        session.execute(insert(_Number), numbers)
    touch(session, order)
    return len(rows)
