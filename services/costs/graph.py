"""Applications of an entry as a graph: where its quantity and cost came from, where they went (section 2.3).

Levels left (below zero) and right of the entry, each with an upper bound; what is left out is counted.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Subquery, func, select, union_all
from sqlalchemy.orm import Session

from core.rounding import ZERO
from models import ItemApplicationEntry, ItemLedgerEntry, Location, ValueEntry
from models.base import ScaledDecimal
from models.enums import EntryType

LEVELS_BACK, LEVELS_ON = 3, 3
#: Most entries drawn in a level, and most links looked at for it.
MOST_NODES, MOST_LINKS = 7, 400


@dataclass(frozen=True, slots=True)
class GraphNode:
    """An entry in the graph; `level` below zero is before, above zero after the entry asked for."""

    id: int
    level: int
    entry_type: EntryType
    posting_date: dt.date
    document_no: str
    location_code: str
    quantity: Decimal
    remaining: Decimal
    cost: Decimal


@dataclass(frozen=True, slots=True)
class GraphEdge:
    """Quantity (> 0) and, where `cost` says so, its cost went from one entry to the other."""

    source: int
    target: int
    quantity: Decimal
    cost: bool
    fixed: bool


@dataclass(slots=True)
class EntryGraph:
    """What is drawn: nodes by level, edges between them, how many entries of a level were left out."""

    nodes: dict[int, GraphNode] = field(default_factory=dict)
    edges: list[GraphEdge] = field(default_factory=list)
    left_out: dict[int, int] = field(default_factory=dict)


def read_graph(session: Session, entry_id: int) -> EntryGraph:
    """The graph around the entry: one query for each level, two for what stands on the nodes."""
    levels = {entry_id: 0}
    edges: dict[tuple[int, int], GraphEdge] = {}
    left_out: dict[int, int] = {}
    for direction, depth in ((-1, LEVELS_BACK), (1, LEVELS_ON)):
        frontier = {entry_id}
        for level in range(direction, direction * (depth + 1), direction):
            found = _edges(session, frontier, backwards=direction < 0)
            others = [edge.source if direction < 0 else edge.target for edge in found]
            fresh = [other for other in dict.fromkeys(others) if other not in levels]
            if len(fresh) > MOST_NODES:
                left_out[level] = len(fresh) - MOST_NODES
                fresh = fresh[:MOST_NODES]
            levels |= dict.fromkeys(fresh, level)
            for edge in found:
                if edge.source in levels and edge.target in levels:
                    edges[edge.source, edge.target] = edge
            frontier = set(fresh)
            if not frontier:
                break
    return EntryGraph(_nodes(session, levels), list(edges.values()), left_out)


def _edges(session: Session, entry_ids: Iterable[int], *, backwards: bool) -> list[GraphEdge]:
    """Links that end (or, forwards, begin) at these entries, the oldest entries first (one query).

    Each way to be linked is looked up in the order of its own index: an OR over several columns, in the order of the
    links, would have both databases read the whole table.
    """
    link, wanted = ItemApplicationEntry, sorted(entry_ids)
    inbound, outbound, source = link.inbound_entry_id, link.outbound_entry_id, link.transferred_from_entry_id
    if backwards:
        parts = [
            _found(outbound, inbound, wanted, link.quantity < 0),
            _found(inbound, outbound, wanted, link.quantity > 0),
        ]
    else:
        parts = [
            _found(inbound, outbound, wanted, link.quantity < 0),
            _found(outbound, inbound, wanted, link.quantity > 0),
            # Not by the index of outbound entries, where all receipts of all years stand under 0.
            _found(source, inbound, wanted, outbound + 0 == 0),
        ]
    rows = session.execute(union_all(*(select(part) for part in parts)))
    return [edge for edge in map(_edge, rows) if edge is not None]


def _found(first: Any, second: Any, wanted: list[int], condition: ColumnElement[bool]) -> Subquery:
    link = ItemApplicationEntry
    return (
        select(
            link.inbound_entry_id, link.outbound_entry_id, link.transferred_from_entry_id, link.quantity,
            link.cost_application, link.fixed,
        )
        .where(link.in_force, first.in_(wanted), condition)
        .order_by(first, second)
        .limit(MOST_LINKS)
        .subquery()
    )  # fmt: skip


def _edge(row: Any) -> GraphEdge | None:
    inbound, outbound, transferred_from, quantity, cost, fixed = row
    if quantity < 0:
        return GraphEdge(inbound, outbound, -quantity, cost, fixed)
    source = outbound or transferred_from
    return GraphEdge(source, inbound, quantity, cost, fixed) if source else None


def _nodes(session: Session, levels: dict[int, int]) -> dict[int, GraphNode]:
    entry, value = ItemLedgerEntry, ValueEntry
    wanted = sorted(levels)
    cost = func.sum(value.cost_amount_actual + value.cost_amount_expected, type_=ScaledDecimal())
    costs = dict(
        session.execute(
            select(value.item_ledger_entry_id, cost)
            .where(value.item_ledger_entry_id.in_(wanted))
            .group_by(value.item_ledger_entry_id)
        )
        .tuples()
        .all()
    )
    rows = session.execute(
        select(
            entry.id, entry.entry_type, entry.posting_date, entry.document_no, Location.code, entry.quantity,
            entry.remaining_quantity,
        )
        .join(Location, Location.id == entry.location_id)
        .where(entry.id.in_(wanted))
        .order_by(entry.id)
    )  # fmt: skip
    return {
        no: GraphNode(no, levels[no], kind, day, document, place, quantity, remaining, costs.get(no) or ZERO)
        for no, kind, day, document, place, quantity, remaining in rows
    }
