"""Trace a number forward, from its receipts to its use, or backward (tracking.md section 12).

The entries are read start by start along the applications, a few statements for each step whatever its width, until a
page is full: a graph of a hundred thousand movements costs what is shown of it. Numbers that were asked for:
services/tracing/asked.py; the order of the tree: services/tracing/tree.py.
"""

from __future__ import annotations

import enum
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select, union_all
from sqlalchemy.orm import Session, aliased

from core.sql import ids_of
from models import (
    Item,
    ItemApplicationEntry,
    ItemLedgerEntry,
    ItemTrackingCode,
    ItemVariant,
    Location,
    UnitOfMeasure,
)
from models.enums import EntryType, OrderType
from services.tracing.asked import Numbers, check_asked
from services.tracing.tree import DEEPEST, TracedEntry, TraceRow, grow

#: Most entries a trace reads; it goes on after the last start it read whole.
MOST_ENTRIES = 3_000
Links = dict[int, list[tuple[int, Decimal]]]


class Direction(enum.StrEnum):
    """Which way the trace goes."""

    FORWARD = "forward"
    BACKWARD = "backward"


class Components(enum.StrEnum):
    """Which of the components that an assembly or a production order used are shown."""

    NONE = "none"
    TRACKED = "tracked"
    ALL = "all"


@dataclass(slots=True)
class Trace:
    """The tree of a page of starts.

    `cut_after`: the start whose branches are not shown whole, there are too many entries; `go_on_after`: the start
    after which the next page begins. None where there is no such thing.
    """

    direction: Direction
    rows: list[TraceRow] = field(default_factory=list)
    cut_after: int | None = None
    go_on_after: int | None = None

    @property
    def entries(self) -> list[TracedEntry]:
        """Every entry of the tree once, in the order of the tree."""
        return [row.entry for row in self.rows if not row.again]


def trace(
    session: Session, wanted: Numbers, direction: Direction = Direction.FORWARD, *,
    components: Components = Components.TRACKED, after: int = 0, most: int = MOST_ENTRIES,
) -> Trace:  # fmt: skip
    """The tree of what was asked for, from the start behind `after` on (tracking.md section 12).

    Forward it starts from the inbound entries, oldest first; backward from all entries, newest first. Transfers and
    reclassifications are followed, so an old and a new lot both appear; an assembly leads from its components to what
    was made of them. A branch ends at an entry without a number, or whose number is not specific.
    Raises ValidationError `trace_needs_number`, `variant_needs_item`.
    """
    check_asked(wanted)
    starts = _starts(session, wanted, direction, after=after, limit=most + 1)
    entries: dict[int, TracedEntry] = {}
    links: Links = {}
    done, width, cut = 0, 1, None
    while done < len(starts):
        batch = [start for start in starts[done : done + width] if start not in entries]
        found, steps, whole = _follow(session, batch, direction, components, entries.keys(), most - len(entries))
        if not whole and (entries or width > 1):
            if width == 1:
                break
            width = max(width // 4, 1)
            continue
        entries |= found
        links |= steps
        done += width
        if not whole:
            cut = batch[0]
            break
        # As many starts as will fill the page if they are like those before.
        room = most - len(entries)
        width = min(room * done // max(len(entries), 1), 8 * width)
        if width < 1:
            break
    done = min(done, len(starts))
    rest = starts[done - 1] if done and any(start not in entries for start in starts[done:]) else None
    return Trace(direction, grow(entries, links, starts[:done]), cut, rest)


def _starts(session: Session, wanted: Numbers, direction: Direction, *, after: int, limit: int) -> list[int]:
    entry, link = ItemLedgerEntry, ItemApplicationEntry
    statement = select(entry.id).where(*wanted.conditions()).limit(limit)
    if direction is Direction.BACKWARD:
        statement = statement.where(entry.id < after) if after else statement
        return list(session.scalars(statement.order_by(entry.id.desc())))
    statement = statement.where(entry.id > after).order_by(entry.id)
    if wanted.is_of_one_posting:
        return list(session.scalars(statement))
    statement = statement.where(entry.positive)
    if wanted.is_item_only:
        # What came out of another entry of the item stands under that one, maybe on an earlier page.
        came_from = (link.transferred_from_entry_id.is_not(None)) | (
            (link.outbound_entry_id != 0) & (link.quantity > 0)
        )
        own = select(link.id).where(link.inbound_entry_id == entry.id, link.in_force, came_from)
        statement = statement.where(~(_specific_item(wanted.item_id) & own.exists()))
    return list(session.scalars(statement))


def _specific_item(item_id: int) -> ColumnElement[bool]:
    """Whether its numbers live from receipt to sale, for `where`."""
    code = ItemTrackingCode
    return (
        select(code.id)
        .join(Item, Item.item_tracking_code_id == code.id)
        .where(Item.id == item_id, code.serial_specific | code.lot_specific | code.package_specific)
        .exists()
    )


def _follow(
    session: Session, starts: list[int], direction: Direction, components: Components, known: Iterable[int], room: int
) -> tuple[dict[int, TracedEntry], Links, bool]:
    """The entries that hang on `starts` beside the `known` ones, their links, and whether all were read.

    What is too much for `room` is left out, the later links first.
    """
    entries: dict[int, TracedEntry] = {}
    links: Links = defaultdict(list)
    known, frontier, whole = set(known), dict.fromkeys(starts), True
    if len(frontier) > room:
        return {}, {}, False
    for _level in range(DEEPEST):
        fresh = _read(session, frontier)
        entries |= fresh
        on = [no for no, entry in fresh.items() if entry.goes_on]
        if not on:
            break
        beside: set[int] = set()
        for source, target, quantity in _components(session, fresh.values(), direction, components, beside):
            links[source].append((target, quantity))
        left = room - len(entries)
        steps = _steps(session, on, direction, limit=left + len(on))
        whole = whole and len(steps) <= left + len(on)
        for source, target, quantity in steps:
            links[source].append((target, quantity))
        frontier = dict.fromkeys(
            target for no in on for target, _quantity in links[no] if target not in entries and target not in known
        )
        if len(frontier) > left:
            whole, frontier = False, dict.fromkeys(list(frontier)[: max(left, 0)])
        leaves = [no for no in frontier if no in beside]
        entries |= _read(session, leaves)
        for no in leaves:
            del frontier[no]
        if not frontier:
            break
    return entries, links, whole


def _steps(
    session: Session, entry_ids: list[int], direction: Direction, *, limit: int
) -> list[tuple[int, int, Decimal]]:
    """(from, to, quantity) of the first applications in force, the lower entry number first (one statement).

    Some more than `limit`, if there are more. Each way to be linked is looked up by its own index, as in
    services/costs/graph.py.
    """
    link, ids = ItemApplicationEntry, ids_of(session, entry_ids)
    inbound, outbound, moved_from = link.inbound_entry_id, link.outbound_entry_id, link.transferred_from_entry_id

    def part(source: Any, target: Any, *conditions: ColumnElement[bool]) -> Select[Any]:
        found = select(source.label("source"), target.label("target"), link.quantity.label("quantity"))
        first = found.where(link.in_force, *conditions).order_by(source, target).limit(limit + 1)
        return select(first.subquery())

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


_USES = (EntryType.ASSEMBLY_CONSUMPTION, EntryType.CONSUMPTION)
_MAKES = (EntryType.ASSEMBLY_OUTPUT, EntryType.OUTPUT)


def _components(
    session: Session, fresh: Iterable[TracedEntry], direction: Direction, shown: Components, beside: set[int]
) -> list[tuple[int, int, Decimal]]:
    """Steps between components and what was made of them: of one posted assembly, or of a line of a production order.

    Forward the other components that are shown come first: they are added to `beside`, nothing hangs under them.
    """
    forward = direction is Direction.FORWARD
    types = _USES if forward else _MAKES
    of = {
        row.id: row.entry_type for row in fresh
        if row.goes_on and row.entry_type in types and (row.quantity < 0) == forward
    }  # fmt: skip
    if not of or (not forward and shown is Components.NONE):
        return []
    mine, other = aliased(ItemLedgerEntry), aliased(ItemLedgerEntry)
    same = {
        frozenset((EntryType.ASSEMBLY_CONSUMPTION, EntryType.ASSEMBLY_OUTPUT)): and_(
            other.document_no == mine.document_no, other.document_type == mine.document_type
        ),
        frozenset((EntryType.CONSUMPTION, EntryType.OUTPUT)): and_(
            other.order_type == OrderType.PRODUCTION, mine.order_type == OrderType.PRODUCTION,
            other.order_no == mine.order_no, other.order_line_no == mine.order_line_no,
        ),
    }  # fmt: skip
    numbered = (other.lot_no != "") | (other.serial_no != "") | (other.package_no != "")
    uses = and_(other.entry_type.in_(_USES), other.quantity < 0)
    if shown is Components.TRACKED:
        uses &= numbered
    wanted = and_(other.entry_type.in_(_MAKES), other.quantity > 0)
    if not forward:
        wanted = uses
    elif shown is not Components.NONE:
        wanted |= uses
    parts = [
        select(mine.id.label("source"), other.id.label("target"), other.entry_type, other.quantity)
        .join(other, condition)
        .where(mine.id.in_(ids_of(session, of)), other.entry_type.in_(kinds), other.id != mine.id, wanted)
        for kinds, condition in same.items()
        if not kinds.isdisjoint(of.values())
    ]
    steps = []
    for source, target, kind, quantity in session.execute(union_all(*parts)):
        if forward and kind in _USES:
            beside.add(target)
        steps.append((source, target, abs(quantity)))
    return sorted(steps)


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
