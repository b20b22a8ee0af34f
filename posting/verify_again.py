"""Proof that adjusting again changes nothing (posting-and-costing.md section 22, invariant I15).

Costing works out every item as if nothing of it had ever been adjusted. In whatever order and in however many steps
the costs came about, they must be the same. The one proof that asks costing itself; it writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import text
from sqlalchemy.orm import Session

from costing.adjust import compute
from costing.entries import Graph
from costing.read import read_graphs
from costing.setup import CostingSetup, read_setup
from models import InventorySetup

#: entries computed at a time; an item is never split
_AT_ONCE = 5_000
_ADJUSTED = """
    SELECT item.id, t.entry_count FROM item JOIN item_total t ON t.item_id = item.id AND t.entry_count > 0
    WHERE item.type = 'inventory' AND item.cost_is_adjusted = :yes
        AND NOT EXISTS (SELECT 1 FROM cost_to_adjust w WHERE w.item_id = item.id)
        AND NOT EXISTS (SELECT 1 FROM cost_point p WHERE p.item_id = item.id AND p.adjusted = :no)
    ORDER BY item.id
"""
_ROUNDING_CHANGED = """
    SELECT 1 FROM audit_entry WHERE table_name = 'general_ledger_setup' AND field = 'amount_rounding'
        AND action = 'changed'
"""


def adjusted_again(session: Session) -> Iterator[str]:
    """I15: from the beginning, every entry of an adjusted item costs what it costs now."""
    if session.get(InventorySetup, 1) is None or session.execute(text(_ROUNDING_CHANGED)).first() is not None:
        return  # amounts posted before the rounding was changed stay as they are
    setup = read_setup(session)
    for item_ids in _chunks(session):
        for item_id, graph in read_graphs(session, item_ids, setup, anew=True).items():
            if graph.average_from is not None and setup.by_place and _goes_to_and_fro(graph):
                continue  # averages that depend on each other alone: more than one set of costs is right
            yield from _differences(item_id, graph, setup)


def _differences(item_id: int, graph: Graph, setup: CostingSetup) -> Iterator[str]:
    result = compute(graph, setup)
    for delta in (*result.roundings, *result.corrections):
        yield (
            f"item {item_id}: adjusted again, value entry {delta.original_id} of item ledger entry {delta.node_id} "
            f"would change by {delta.actual} and {delta.expected} expected"
        )


def _chunks(session: Session) -> Iterator[list[int]]:
    chunk: list[int] = []
    size = 0
    for item_id, entries in session.execute(text(_ADJUSTED), {"yes": True, "no": False}).all():
        chunk.append(item_id)
        size += entries
        if size >= _AT_ONCE:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _goes_to_and_fro(graph: Graph) -> bool:
    """True where goods went from one place to another and back, by transfers or returns."""
    ways = {
        ((link.giver.variant_id, link.giver.location_id), (node.variant_id, node.location_id))
        for node in graph.nodes.values()
        for link in node.incoming
        if not link.consumption
    }
    return any((there, here) in ways for here, there in ways if here != there)
