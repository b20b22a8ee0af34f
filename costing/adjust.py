"""What cost adjustment changes on the entries of one item (posting-and-costing.md sections 8 to 14, 22). Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from costing.average import MOST_ROUNDS, Sweep
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
    #: entries that were read and looked at: those to compute anew and all that they take cost from
    touched: int = 0


def compute(graph: Graph, setup: CostingSetup) -> Adjustment:
    """Compute the item anew from what was read; changes the graph's nodes, writes nothing."""
    result = Adjustment(graph.item_id, touched=len(graph.nodes))
    if graph.inventory_value_zero:
        return result
    rank_nodes(graph)
    dirty = (graph.nodes[node_id] for node_id in graph.dirty if node_id in graph.nodes)
    push(graph, dirty, setup.amount_unit)
    if graph.average_from is None:
        _round(graph, setup.amount_unit)
    else:
        result.without_average = _average(graph, setup)
    result.roundings = _roundings(graph)
    for node_id in graph.reached:
        node = graph.nodes[node_id]
        if _may_differ(node):
            result.corrections += corrections(node, setup.amount_unit)
    result.corrections.sort(key=_order)
    return result


def _order(delta: Delta) -> tuple[int, str, bool]:
    return delta.original_id, delta.entry_type, bool(delta.expected)


def _average(graph: Graph, setup: CostingSetup) -> list[int]:
    """The averages and the roundings, which count in them; entries without an average."""
    _round(graph, setup.amount_unit)  # before the average (section 14.3)
    sweep = Sweep(graph, setup)
    sweep.run()
    for _again in range(MOST_ROUNDS):
        changed = _round(graph, setup.amount_unit)
        if not changed:
            break
        sweep.round_again(changed)
    return sorted(sweep.without_average)


def _may_differ(node: Node) -> bool:
    if not node.originals or not (is_target(node) or node.by_average):
        return False
    # Of several documents the sum may be right while the shares are not.
    return len(node.originals) > 1 or (node.direct, node.indirect, node.variance) != node.posted_elements


def _round(graph: Graph, unit: int) -> list[tuple[Node, int]]:
    """Bring the rounding of inbound entries that are used up to what their consumers leave; the changes."""
    changed = []
    for node_id in graph.used_up:
        node = graph.nodes[node_id]
        amount = residual(node, [share(link, unit) for link in node.outgoing if link.consumption])
        if amount:
            node.rounding += amount
            changed.append((node, amount))
    return changed


def _roundings(graph: Graph) -> list[Delta]:
    return [
        Delta(node.id, node.rounding_model_id, ValueEntryType.ROUNDING, node.rounding - node.posted_rounding, 0)
        for node in (graph.nodes[node_id] for node_id in sorted(graph.used_up))
        if node.rounding != node.posted_rounding
    ]
