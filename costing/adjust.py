"""What cost adjustment changes on the entries of one item (posting-and-costing.md sections 8 to 14, 22). Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from costing.average import sweep
from costing.corrections import corrections, residual
from costing.entries import Delta, Graph, Node
from costing.flow import is_target, push, rank_nodes
from costing.setup import CostingSetup
from costing.shares import share
from models.enums import ValueEntryType


@dataclass(slots=True)
class Adjustment:
    """Corrections to post for one item, roundings first (section 14.3), each by the original they correct."""

    item_id: int
    roundings: list[Delta] = field(default_factory=list)
    corrections: list[Delta] = field(default_factory=list)
    #: average-valued entries whose period has nothing to average; they keep their posted cost
    without_average: list[int] = field(default_factory=list)
    #: entries that were looked at
    touched: int = 0


def compute(graph: Graph, setup: CostingSetup) -> Adjustment:
    """Compute the item anew from what was read; changes the graph's nodes, writes nothing."""
    result = Adjustment(graph.item_id, touched=len(graph.reached))
    if graph.inventory_value_zero:
        return result
    rank_nodes(graph)
    dirty = (graph.nodes[node_id] for node_id in graph.dirty if node_id in graph.nodes)
    push(graph, dirty, setup.amount_unit)
    if graph.average_from is not None:
        result.without_average = [node.id for node in sweep(graph, setup)]
    result.roundings = _roundings(graph, setup.amount_unit)
    for node_id in graph.reached:
        node = graph.nodes[node_id]
        if _may_differ(node):
            result.corrections += corrections(node, setup.amount_unit)
    result.corrections.sort(key=lambda delta: (delta.original_id, delta.entry_type, bool(delta.expected)))
    return result


def _may_differ(node: Node) -> bool:
    if not node.originals or not (is_target(node) or node.by_average):
        return False
    # Of several documents the sum may be right while the shares are not.
    return len(node.originals) > 1 or (node.direct, node.indirect, node.variance) != node.posted_elements


def _roundings(graph: Graph, unit: int) -> list[Delta]:
    found = []
    for node_id in sorted(graph.used_up):
        node = graph.nodes[node_id]
        amount = residual(node, [share(link, unit) for link in node.outgoing if link.consumption])
        if amount:
            node.rounding += amount
            found.append(Delta(node.id, node.rounding_model_id, ValueEntryType.ROUNDING, amount, 0))
    return found
