"""Read what cost adjustment needs of some items: affected entries, their cost links, their value entries.

The number of statements grows with the length of a chain of costs (transfer of a transfer ...), never with the
number of entries.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from core.sql import ids_of, scaled
from costing.entries import Graph, Link, Node
from costing.read_values import read_values
from costing.setup import CostingSetup
from models import CostPoint, CostToAdjust, Item, ItemApplicationEntry, ItemLedgerEntry, ValueEntry
from models.enums import CostingMethod, EntryType

_link = ItemApplicationEntry
_entry = ItemLedgerEntry
_value = ValueEntry


def read_graphs(session: Session, item_ids: Sequence[int], setup: CostingSetup) -> dict[int, Graph]:
    """The graph of each item that has something to adjust: dirty entries and all that takes cost from them.

    For average items all entries valued from the first period to adjust on are read as well.
    """
    graphs = {
        row.id: Graph(row.id, CostingMethod(row.costing_method), row.inventory_value_zero)
        for row in session.execute(
            select(Item.id, Item.costing_method, Item.inventory_value_zero).where(
                Item.id.in_(ids_of(session, item_ids))
            )
        )
    }
    start = _read_dirty(session, graphs) | _read_average_entries(session, graphs, setup)
    reached = _reach(session, start)
    rows = _incoming(session, reached)
    needed = reached | {end for row in rows for end in (row.inbound, row.outbound, row.transferred_from or 0)} - {0}
    nodes = _read_nodes(session, graphs, needed, reached)
    _connect(graphs, nodes, rows)
    read_values(session, graphs, nodes)
    _read_used_up(session, graphs, nodes)
    return graphs


def _read_dirty(session: Session, graphs: dict[int, Graph]) -> set[int]:
    rows = session.execute(
        select(CostToAdjust.item_id, CostToAdjust.item_ledger_entry_id).where(
            CostToAdjust.item_id.in_(ids_of(session, graphs))
        )
    )
    found: set[int] = set()
    for item_id, entry_id in rows:
        graphs[item_id].dirty.add(entry_id)
        found.add(entry_id)
    return found


def _read_average_entries(session: Session, graphs: dict[int, Graph], setup: CostingSetup) -> set[int]:
    """Entries of average items valued in the first period to adjust or later; notes where that period starts."""
    average = [g.item_id for g in graphs.values() if g.costing_method == CostingMethod.AVERAGE]
    if not average:
        return set()
    firsts = session.execute(
        select(CostPoint.item_id, func.min(CostPoint.period_end))
        .where(CostPoint.item_id.in_(ids_of(session, average)), CostPoint.adjusted.is_(False))
        .group_by(CostPoint.item_id)
    )
    found: set[int] = set()
    for item_id, end in firsts.all():
        graph = graphs[item_id]
        graph.average_from = setup.period_start(end)
        found |= set(
            session.scalars(
                select(_value.item_ledger_entry_id)
                .where(_value.item_id == item_id, _value.valuation_date >= graph.average_from)
                .distinct()
            )
        )
    return found


def _reach(session: Session, start: set[int]) -> set[int]:
    """`start` and everything that takes cost from it, however far."""
    reached = set(start)
    frontier = set(start)
    while frontier:
        ids = ids_of(session, frontier)
        found: set[int] = set()
        for column, condition in (
            (_link.outbound_entry_id, [_link.inbound_entry_id.in_(ids), _link.quantity < 0]),
            (_link.inbound_entry_id, [_link.outbound_entry_id.in_(ids), _link.quantity > 0]),
            (_link.inbound_entry_id, [_link.transferred_from_entry_id.in_(ids)]),
        ):  # fmt: skip
            found |= set(session.scalars(select(column).where(_link.in_force, _link.cost_application, *condition)))
        frontier = found - reached
        reached |= frontier
    return reached


def _links(session: Session, *conditions: ColumnElement[bool]) -> Sequence[Any]:
    return session.execute(
        select(
            _link.inbound_entry_id.label("inbound"),
            _link.outbound_entry_id.label("outbound"),
            _link.transferred_from_entry_id.label("transferred_from"),
            scaled(_link.quantity, "quantity"),
            _link.cost_application,
        )
        .where(_link.in_force, *conditions)
        .order_by(_link.id)
    ).all()


def _incoming(session: Session, reached: set[int]) -> list[Any]:
    ids = ids_of(session, reached)
    consumption = _links(session, _link.outbound_entry_id.in_(ids), _link.quantity < 0)
    received = _links(
        session,
        _link.inbound_entry_id.in_(ids),
        _link.quantity > 0,
        (_link.outbound_entry_id != 0) | _link.transferred_from_entry_id.is_not(None),
    )
    return [*consumption, *received]


def _read_nodes(
    session: Session, graphs: dict[int, Graph], needed: Iterable[int], reached: set[int]
) -> dict[int, Node]:
    rows = session.execute(
        select(
            _entry.id, _entry.item_id, _entry.variant_id, _entry.location_id, _entry.entry_type,
            scaled(_entry.quantity, "quantity"), scaled(_entry.remaining_quantity, "remaining"),
            _entry.posting_date, _entry.correction, _entry.completely_invoiced,
        ).where(_entry.id.in_(ids_of(session, needed)))
    )  # fmt: skip
    nodes: dict[int, Node] = {}
    for row in rows:
        node = Node(*row)
        nodes[node.id] = node
        graph = graphs[node.item_id]
        graph.nodes[node.id] = node
        if node.id in reached:
            graph.reached.add(node.id)
    return nodes


def _connect(graphs: dict[int, Graph], nodes: dict[int, Node], rows: Iterable[Any]) -> None:
    for row in rows:
        inbound, outbound = nodes[row.inbound], nodes.get(row.outbound)
        if row.quantity < 0 and outbound is not None:
            if row.cost_application:
                _join(inbound, outbound, -row.quantity, consumption=True, mover=outbound)
            else:
                graphs[inbound.item_id].plain.setdefault(inbound.id, []).append(outbound.id)
        elif row.transferred_from is not None:
            mover = outbound if outbound is not None else inbound
            _join(nodes[row.transferred_from], inbound, row.quantity, consumption=False, mover=mover)
        elif outbound is not None and row.cost_application:
            _join(outbound, inbound, row.quantity, consumption=False, mover=inbound)


def _join(giver: Node, taker: Node, quantity: int, *, consumption: bool, mover: Node) -> None:
    link = Link(giver, taker, quantity, consumption, mover)
    giver.outgoing.append(link)
    taker.incoming.append(link)


def _read_used_up(session: Session, graphs: dict[int, Graph], nodes: dict[int, Node]) -> None:
    """Of inbound entries that are closed and invoiced, read all other consumption: its rounding residual needs it.

    Where some consumption carries no cost or is not invoiced there is no residual yet (section 12).
    """
    closed = {n.id for n in nodes.values() if n.inbound and n.closed and n.completely_invoiced}
    if not closed:
        return
    known = {(link.giver.id, link.taker.id) for node in nodes.values() for link in node.incoming if link.consumption}
    rows = _links(session, _link.inbound_entry_id.in_(ids_of(session, closed)), _link.quantity < 0)
    others = {row.outbound for row in rows} - nodes.keys()
    consumers = nodes | _read_consumers(session, others)
    open_ones = set()
    for row in rows:
        consumer = consumers[row.outbound]
        if not row.cost_application or not consumer.completely_invoiced:
            open_ones.add(row.inbound)
        elif (row.inbound, row.outbound) not in known:
            giver = nodes[row.inbound]
            giver.outgoing.append(Link(giver, consumer, -row.quantity, True, consumer))
    for entry_id in closed - open_ones:
        graphs[nodes[entry_id].item_id].used_up.add(entry_id)


def _read_consumers(session: Session, entry_ids: set[int]) -> dict[int, Node]:
    """Entries that are not adjusted themselves: just what decides on revaluations and roundings."""
    if not entry_ids:
        return {}
    rows = session.execute(
        select(
            _entry.id, _entry.item_id, _entry.posting_date, _entry.completely_invoiced,
            func.min(_value.id), func.min(_value.valuation_date),
        )
        .join(_value, _value.item_ledger_entry_id == _entry.id)
        .where(_entry.id.in_(ids_of(session, entry_ids)))
        .group_by(_entry.id)
    )  # fmt: skip
    found: dict[int, Node] = {}
    for entry_id, item_id, day, invoiced, first_value_id, valuation_date in rows:
        node = Node(entry_id, item_id, 0, 0, EntryType.SALE, -1, 0, day, False, invoiced)
        node.first_value_id, node.valuation_date = first_value_id, valuation_date
        found[entry_id] = node
    return found
