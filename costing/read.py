"""Read what cost adjustment needs of some items: affected entries, their cost links, their value entries.

The number of statements grows with the length of a chain of costs (transfer of a transfer ...), never with the
number of entries or items.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, select, text
from sqlalchemy.orm import Session

from core.sql import ids_of, is_postgresql, json_rows, scaled, to_json
from costing.entries import Graph, Link, Node
from costing.read_values import read_values
from costing.rows import day_of, raw_rows
from costing.setup import CostingSetup, first_open_day
from models import CostPoint, CostToAdjust, Item, ItemApplicationEntry, ItemLedgerEntry, ValueEntry
from models.enums import CostingMethod, EntryType

_link = ItemApplicationEntry
_entry = ItemLedgerEntry
_value = ValueEntry
_ENTRY_TYPES = {kind.value: kind for kind in EntryType}
#: inbound, outbound, transferred from, quantity, carries cost: one application
_LinkRow = tuple[int, int, int | None, int, bool]


def read_graphs(
    session: Session, item_ids: Sequence[int], setup: CostingSetup, *, anew: bool = False
) -> dict[int, Graph]:
    """The graph of each item that has something to adjust: dirty entries and all that takes cost from them.

    For average items all entries valued from the first period to adjust on are read as well. With `anew` everything
    is taken for dirty, as if nothing had ever been adjusted.
    """
    graphs = {
        row.id: Graph(row.id, CostingMethod(row.costing_method), row.inventory_value_zero)
        for row in session.execute(
            select(Item.id, Item.costing_method, Item.inventory_value_zero).where(
                Item.id.in_(ids_of(session, item_ids))
            )
        )
    }
    start = _read_dirty(session, graphs, anew=anew) | _read_average_entries(session, graphs, setup, anew=anew)
    reached = start if anew else _reach(session, start)
    rows = _incoming(session, reached)
    needed = set(reached)
    for inbound, outbound, transferred_from, _quantity, _carries in rows:
        needed.add(inbound)
        needed.add(outbound)
        needed.add(transferred_from or 0)
    needed.discard(0)
    nodes = _read_nodes(session, graphs, needed, reached)
    _connect(graphs, nodes, rows)
    read_values(session, graphs, nodes)
    _read_used_up(session, graphs, nodes)
    return graphs


def _read_dirty(session: Session, graphs: dict[int, Graph], *, anew: bool) -> set[int]:
    of_item = select(CostToAdjust.item_id, CostToAdjust.item_ledger_entry_id)
    whose = CostToAdjust.item_id
    if anew:
        of_item, whose = select(_entry.item_id, _entry.id), _entry.item_id
    found: set[int] = set()
    for item_id, entry_id in raw_rows(session, of_item.where(whose.in_(ids_of(session, graphs)))):
        graphs[item_id].dirty.add(entry_id)
        found.add(entry_id)
    return found


def _read_average_entries(session: Session, graphs: dict[int, Graph], setup: CostingSetup, *, anew: bool) -> set[int]:
    """Entries of average items valued in the first period to adjust or later; notes where that period starts."""
    average = [g.item_id for g in graphs.values() if g.costing_method == CostingMethod.AVERAGE]
    if not average:
        return set()
    points = select(CostPoint.item_id, func.min(CostPoint.period_end)).group_by(CostPoint.item_id)
    points = points.where(CostPoint.item_id.in_(ids_of(session, average)))
    if not anew:
        points = points.where(CostPoint.adjusted.is_(False))
    else:  # periods of closed fiscal years may have been cut otherwise (section 9.1)
        points = points.where(CostPoint.period_end >= first_open_day(session))
    starts: dict[int, str] = {}
    for item_id, end in raw_rows(session, points):
        graph = graphs[item_id]
        graph.average_from = setup.period_start(day_of(end))
        starts[item_id] = graph.average_from.isoformat()
    if not starts:
        return set()
    since = json_rows([("item_id", "bigint"), ("day", "text")], postgresql=is_postgresql(session))
    day = "CAST(s.day AS date)" if is_postgresql(session) else "s.day"
    statement = text(
        f"SELECT DISTINCT v.item_ledger_entry_id FROM ({since}) s "  # noqa: S608 - names of ours
        f"JOIN value_entry v ON v.item_id = s.item_id AND v.valuation_date >= {day}"
    )
    return {row[0] for row in raw_rows(session, statement, {"rows": to_json(starts.items())})}


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
            rows = raw_rows(session, select(column).where(_link.in_force, _link.cost_application, *condition))
            found.update(row[0] for row in rows)
        frontier = found - reached
        reached |= frontier
    return reached


def _links(session: Session, *conditions: ColumnElement[bool]) -> Sequence[_LinkRow]:
    return raw_rows(
        session,
        select(
            _link.inbound_entry_id, _link.outbound_entry_id, _link.transferred_from_entry_id,
            scaled(_link.quantity, "quantity"), _link.cost_application,
        )
        .where(_link.in_force, *conditions)
        .order_by(_link.id),
    )  # fmt: skip


def _incoming(session: Session, reached: set[int]) -> list[_LinkRow]:
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
    rows = raw_rows(
        session,
        select(
            _entry.id, _entry.item_id, _entry.variant_id, _entry.location_id, _entry.entry_type,
            scaled(_entry.quantity, "quantity"), scaled(_entry.remaining_quantity, "remaining"),
            _entry.posting_date, _entry.correction, _entry.completely_invoiced,
        ).where(_entry.id.in_(ids_of(session, needed))),
    )  # fmt: skip
    nodes: dict[int, Node] = {}
    for entry_id, item_id, variant_id, location_id, kind, quantity, remaining, day, correction, invoiced in rows:
        node = Node(
            entry_id, item_id, variant_id, location_id, _ENTRY_TYPES[kind], quantity, remaining, day_of(day),
            bool(correction), bool(invoiced),
        )  # fmt: skip
        nodes[entry_id] = node
        graph = graphs[item_id]
        graph.nodes[entry_id] = node
        if entry_id in reached:
            graph.reached.add(entry_id)
    return nodes


def _connect(graphs: dict[int, Graph], nodes: dict[int, Node], rows: Iterable[_LinkRow]) -> None:
    for inbound_id, outbound_id, transferred_from, quantity, carries in rows:
        inbound, outbound = nodes[inbound_id], nodes.get(outbound_id)
        if quantity < 0 and outbound is not None:
            if carries:
                _join(inbound, outbound, -quantity, consumption=True, mover=outbound)
            else:
                graphs[inbound.item_id].plain.setdefault(inbound_id, []).append(outbound_id)
        elif transferred_from is not None:
            mover = outbound if outbound is not None else inbound
            _join(nodes[transferred_from], inbound, quantity, consumption=False, mover=mover)
        elif outbound is not None and carries:
            _join(outbound, inbound, quantity, consumption=False, mover=inbound)


def _join(giver: Node, taker: Node, quantity: int, *, consumption: bool, mover: Node) -> None:
    link = Link(giver, taker, quantity, consumption, mover)
    giver.outgoing.append(link)
    taker.incoming.append(link)


def _read_used_up(session: Session, graphs: dict[int, Graph], nodes: dict[int, Node]) -> None:
    """Of inbound entries that are closed and invoiced, read all other consumption: its rounding residual needs it.

    Where some consumption carries no cost or is not invoiced there is no residual yet (section 12).
    """
    closed = {n.id for n in nodes.values() if n.quantity > 0 and not n.remaining and n.completely_invoiced}
    if not closed:
        return
    rows = _links(session, _link.inbound_entry_id.in_(ids_of(session, closed)), _link.quantity < 0)
    others = {row[1] for row in rows} - nodes.keys()
    consumers = nodes | _read_consumers(session, others) if others else nodes
    known = {
        (link.giver.id, link.taker.id) for entry_id in closed for link in nodes[entry_id].outgoing if link.consumption
    }
    open_ones = set()
    for inbound_id, outbound_id, _transferred_from, quantity, carries in rows:
        consumer = consumers[outbound_id]
        if not carries or not consumer.completely_invoiced:
            open_ones.add(inbound_id)
        elif (inbound_id, outbound_id) not in known:
            giver = nodes[inbound_id]
            giver.outgoing.append(Link(giver, consumer, -quantity, True, consumer))
    for entry_id in closed - open_ones:
        graphs[nodes[entry_id].item_id].used_up.add(entry_id)


def _read_consumers(session: Session, entry_ids: set[int]) -> dict[int, Node]:
    """Entries that are not adjusted themselves: just what decides on revaluations and roundings."""
    rows: Sequence[Any] = raw_rows(
        session,
        select(
            _entry.id, _entry.item_id, _entry.posting_date, _entry.completely_invoiced,
            func.min(_value.id), func.min(_value.valuation_date),
        )
        .join(_value, _value.item_ledger_entry_id == _entry.id)
        .where(_entry.id.in_(ids_of(session, entry_ids)))
        .group_by(_entry.id),
    )  # fmt: skip
    found: dict[int, Node] = {}
    for entry_id, item_id, day, invoiced, first_value_id, valuation_date in rows:
        node = Node(entry_id, item_id, 0, 0, EntryType.SALE, -1, 0, day_of(day), False, bool(invoiced))
        node.first_value_id, node.valuation_date = first_value_id, day_of(valuation_date)
        found[entry_id] = node
    return found
