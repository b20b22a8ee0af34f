"""Push changed costs along the applications of one item (posting-and-costing.md sections 8, 14.3, 22). Pure.

Entries are worked in topological order of the cost links (entry numbers are none: stock may be negative), each once
for a wave of changes; a wave stops where nothing changes.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable

from costing.amounts import rounded
from costing.entries import Graph, Node
from costing.shares import element_shares, share


def rank_nodes(graph: Graph) -> None:
    """Give every node its place in the topological order of the cost links (Kahn's algorithm).

    Applications that would make a circle are refused at posting; should one exist all the same, its entries get the
    last ranks in entry order and are computed once.
    """
    waiting = {node_id: len(node.incoming) for node_id, node in graph.nodes.items()}
    ready = [node_id for node_id, count in waiting.items() if not count]
    rank = 0
    while ready:
        node = graph.nodes[ready.pop()]
        node.rank = rank
        rank += 1
        del waiting[node.id]
        for link in node.outgoing:
            # Consumers that were read for a rounding residual alone have no place in the order.
            if link.taker.id in waiting:
                waiting[link.taker.id] -= 1
                if not waiting[link.taker.id]:
                    ready.append(link.taker.id)
    for node_id in sorted(waiting):
        graph.nodes[node_id].rank = rank
        rank += 1


def push(
    graph: Graph, start: Iterable[Node], unit: int, changed: Callable[[Node, int, int], None] | None = None
) -> None:
    """Recompute `start` and all that takes cost from what changed. `changed(node, old, new)` is told each change."""
    heap = [(node.rank, node.id) for node in start]
    heapq.heapify(heap)
    queued = {node_id for _rank, node_id in heap}
    while heap:
        _rank, node_id = heapq.heappop(heap)
        queued.discard(node_id)
        node = graph.nodes[node_id]
        old = node.base
        recompute(node, unit)
        # What a dirty entry gives may have changed although its own target did not: a charge, a revaluation.
        if node.base == old and node_id not in graph.dirty:
            continue
        if changed is not None and node.base != old:
            changed(node, old, node.base)
        for link in node.outgoing:
            taker = link.taker
            # A link back, as only a circle has, would be followed for ever.
            if taker.rank > node.rank and taker.id not in queued and taker.id in graph.reached:
                queued.add(taker.id)
                heapq.heappush(heap, (taker.rank, taker.id))


def is_target(node: Node) -> bool:
    """True when the node's cost follows from applications: outbound entries, returns, in-legs of transfers."""
    return bool(node.incoming) or (node.quantity < 0 and not node.by_average)


def recompute(node: Node, unit: int) -> None:
    """Set the node's elements to what its applications say; sources and average outbounds stay as they are."""
    if node.by_average or not is_target(node):
        return
    if node.quantity > 0:
        link = node.incoming[0]
        # What comes back costs what went out, with the opposite sign; a transfer's in-leg takes its source's cost.
        taken = share(link, unit) if link.giver.quantity > 0 else -share(link, unit)
        node.direct = taken + node.own
        return
    if node.exact_return and len(node.incoming) == 1 and node.closed:
        direct, indirect, variance = element_shares(node.incoming[0], unit)
        if node.undone:
            # What brought it back has one cost, so that both together move no account.
            node.direct, node.indirect, node.variance = -direct - indirect - variance + node.own, 0, 0
            return
        invoiced = node.invoiced
        node.indirect = -rounded(indirect * invoiced, node.quantity, unit)
        node.variance = -rounded(variance * invoiced, node.quantity, unit)
        node.not_invoiced = -indirect - variance - node.indirect - node.variance
        node.direct = -direct + node.not_invoiced + node.own
        return
    target = -sum(share(link, unit) for link in node.incoming)
    if node.remaining:
        # What no receipt covers yet keeps the cost it was posted with.
        posted = sum(original.posted for original in node.originals)
        target += rounded(posted * node.remaining, node.quantity, unit)
    node.direct = target + node.own - node.indirect - node.variance
