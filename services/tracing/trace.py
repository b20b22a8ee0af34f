"""Trace a number forward, from its receipts to its use, or backward (tracking.md section 12).

The entries are read step by step along the applications, two statements for each step whatever its width.
"""

from __future__ import annotations

import enum
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, union_all
from sqlalchemy.orm import Session

from core.errors import ValidationError
from core.sql import ids_of
from core.text import _
from models import (
    Item,
    ItemApplicationEntry,
    ItemLedgerEntry,
    ItemTrackingCode,
    ItemVariant,
    Location,
    UnitOfMeasure,
)
from services.tracing.tree import DEEPEST, TracedEntry, TraceRow, grow

#: Most entries a trace reads; what is beyond is said, and found by a narrower question.
MOST_ENTRIES = 5_000


class Direction(enum.StrEnum):
    """Which way the trace goes."""

    FORWARD = "forward"
    BACKWARD = "backward"


@dataclass(frozen=True, slots=True)
class Numbers:
    """What is traced: at least one number or the item; the variant only with its item (0 and None: any)."""

    item_id: int = 0
    lot_no: str = ""
    serial_no: str = ""
    package_no: str = ""
    variant_id: int | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """For `where`, on item ledger entries."""
        entry, found = ItemLedgerEntry, []
        if self.item_id:
            found.append(entry.item_id == self.item_id)
        if self.variant_id is not None:
            found.append(entry.variant_id == self.variant_id)
        for column, value in (
            (entry.lot_no, self.lot_no), (entry.serial_no, self.serial_no), (entry.package_no, self.package_no),
        ):  # fmt: skip
            if value:
                # The second condition lets both engines take the index of the entries that carry a number.
                found += [column == value, column != ""]
        return found


@dataclass(slots=True)
class Trace:
    """The tree, and whether entries were left out because there were too many."""

    direction: Direction
    rows: list[TraceRow] = field(default_factory=list)
    incomplete: bool = False

    @property
    def entries(self) -> list[TracedEntry]:
        """Every entry of the tree once, in the order of the tree."""
        return [row.entry for row in self.rows if not row.again]


def trace(session: Session, wanted: Numbers, direction: Direction = Direction.FORWARD) -> Trace:
    """The tree of a number (tracking.md section 12).

    Forward it starts from the number's inbound entries, oldest first; backward from all its entries, newest first.
    Transfers and reclassifications are followed, so an old and a new lot both appear; a branch ends at an entry
    without a number, or whose number is not specific. Raises ValidationError `trace_needs_number`,
    `variant_needs_item`.
    """
    if not (wanted.item_id or wanted.lot_no or wanted.serial_no or wanted.package_no):
        raise ValidationError(
            "trace_needs_number", _("Say a lot, serial or package number, or an item."), field="number"
        )
    if wanted.variant_id is not None and not wanted.item_id:
        raise ValidationError("variant_needs_item", _("A variant is traced together with its item."), field="variant")
    forward = direction is Direction.FORWARD
    return _follow(session, _starts(session, wanted, forward=forward), direction)


def which_number(session: Session, text: str, item_id: int = 0) -> Numbers:
    """What a typed or scanned number is: a lot, else a serial, else a package number; without one, the item itself.

    Raises ValidationError `trace_needs_number`, `number_unknown` when no entry carries it.
    """
    if not text:
        return Numbers(item_id=item_id)
    for wanted in (
        Numbers(item_id=item_id, lot_no=text),
        Numbers(item_id=item_id, serial_no=text),
        Numbers(item_id=item_id, package_no=text),
    ):
        if session.scalar(select(ItemLedgerEntry.id).where(*wanted.conditions()).limit(1)) is not None:
            return wanted
    raise ValidationError(
        "number_unknown", _("No entry carries %(number)s.", number=text), field="number",
        hint=_("Check the number; without an item it is looked for among all items."),
    )  # fmt: skip


def _starts(session: Session, wanted: Numbers, *, forward: bool) -> list[int]:
    entry = ItemLedgerEntry
    statement = select(entry.id).where(*wanted.conditions()).limit(MOST_ENTRIES + 1)
    if forward:
        statement = statement.where(entry.positive).order_by(entry.id)
    else:
        statement = statement.order_by(entry.id.desc())
    return list(session.scalars(statement))


def _follow(session: Session, starts: list[int], direction: Direction) -> Trace:
    entries: dict[int, TracedEntry] = {}
    links: dict[int, list[tuple[int, Decimal]]] = defaultdict(list)
    incomplete = len(starts) > MOST_ENTRIES
    starts = starts[:MOST_ENTRIES]
    frontier: set[int] = set(starts)
    for _level in range(DEEPEST):
        fresh = _read(session, frontier)
        entries |= fresh
        on = [no for no, entry in fresh.items() if entry.goes_on]
        if not on:
            break
        for source, target, quantity in _steps(session, on, direction):
            links[source].append((target, quantity))
        frontier = {target for no in on for target, _quantity in links[no]} - entries.keys()
        room = MOST_ENTRIES - len(entries)
        if len(frontier) > room:
            incomplete, frontier = True, set(sorted(frontier)[:room])
        if not frontier:
            break
    return Trace(direction, grow(entries, links, starts), incomplete)


def _steps(session: Session, entry_ids: list[int], direction: Direction) -> list[tuple[int, int, Decimal]]:
    """(from, to, quantity) of the applications in force, the lower entry number first (one statement).

    Each way to be linked is looked up by its own index, as in services/costs/graph.py.
    """
    link, ids = ItemApplicationEntry, ids_of(session, entry_ids)
    inbound, outbound, moved_from = link.inbound_entry_id, link.outbound_entry_id, link.transferred_from_entry_id

    def part(source: Any, target: Any, *conditions: ColumnElement[bool]) -> Select[Any]:
        return select(source.label("source"), target.label("target"), link.quantity.label("quantity")).where(
            link.in_force, *conditions
        )

    if direction is Direction.FORWARD:
        parts = [
            part(inbound, outbound, inbound.in_(ids), link.quantity < 0, outbound != 0),
            part(outbound, inbound, outbound.in_(ids), link.quantity > 0),
            # Not by the index of outbound entries, where all receipts of all years stand under 0.
            part(moved_from, inbound, moved_from.in_(ids), moved_from.is_not(None), outbound + 0 == 0),
        ]
    else:
        parts = [
            part(outbound, inbound, outbound.in_(ids), link.quantity < 0),
            part(inbound, outbound, inbound.in_(ids), link.quantity > 0, outbound != 0),
            part(inbound, moved_from, inbound.in_(ids), moved_from.is_not(None), outbound + 0 == 0),
        ]
    found = union_all(*parts).subquery()
    rows = session.execute(select(found.c.source, found.c.target, found.c.quantity))
    totals: dict[tuple[int, int], Decimal] = defaultdict(Decimal)
    for source, target, quantity in rows:
        totals[source, target] += abs(quantity)
    return [(source, target, quantity) for (source, target), quantity in sorted(totals.items())]


#: in the order of the columns that `_read` selects
_FIELDS = tuple(part.name for part in fields(TracedEntry) if part.name != "specific")


def _read(session: Session, entry_ids: Iterable[int]) -> dict[int, TracedEntry]:
    entry, code = ItemLedgerEntry, ItemTrackingCode
    specific = code.serial_specific | code.lot_specific | code.package_specific
    rows = session.execute(
        select(
            entry.id, entry.item_id, Item.no, Item.description,
            func.coalesce(UnitOfMeasure.code, ""), entry.variant_id, ItemVariant.code, entry.lot_no, entry.serial_no,
            entry.package_no, entry.location_id, Location.code, Location.use_as_in_transit, entry.entry_type,
            entry.document_type, entry.document_no, entry.posting_date, entry.source_type, entry.source_no,
            entry.quantity, entry.remaining_quantity, specific,
        )
        .join(Item, Item.id == entry.item_id)
        .join(ItemVariant, ItemVariant.id == entry.variant_id)
        .join(Location, Location.id == entry.location_id)
        .outerjoin(UnitOfMeasure, UnitOfMeasure.id == Item.base_unit_of_measure_id)
        .outerjoin(code, code.id == Item.item_tracking_code_id)
        .where(entry.id.in_(ids_of(session, entry_ids)))
    )  # fmt: skip
    found: dict[int, TracedEntry] = {}
    for row in rows:
        *shown, is_specific = tuple[Any, ...](row)
        found[row[0]] = TracedEntry(**dict(zip(_FIELDS, shown, strict=True)), specific=bool(is_specific))
    return found
