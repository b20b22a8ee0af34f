"""Average cost of one scope in one period: the basis of each outbound entry (section 9.3). Pure."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable

from costing.amounts import rounded
from costing.entries import Graph, Movement, Node
from costing.setup import CostingSetup
from models.enums import EntryType, ValueEntryType

#: (variant, location), or (0, 0) where the whole item has one average
Scope = tuple[int, int]
#: charges, shares of overhead and adjustments count with the entry they belong to, whenever they were posted
_JUDGED_BY_RECEIPT = {ValueEntryType.INDIRECT_COST, ValueEntryType.VARIANCE}


class Period:
    """What one scope and period consist of: average-valued outbound entries, and everything else (the sources).

    Sums of the sources are kept up to date, so that a basis costs no more however many there are.
    """

    __slots__ = (
        "_judged", "_out_ids", "_rounded", "_shifted", "_sums", "by_node", "charges", "end", "homes", "nodes", "outs",
        "scope", "splits",
    )  # fmt: skip

    def __init__(self, scope: Scope, end: dt.date) -> None:
        self.scope = scope
        self.end = end
        self.outs: list[Node] = []
        #: the same as `_judged` of each source entry
        self.by_node: dict[int, list[tuple[int, int, int]]] = {}
        self.nodes: dict[int, Node] = {}
        #: sources valued here, whose changes of cost fall here; others were only revalued here
        self.homes: set[int] = set()
        #: value entry nos. at which a new basis is taken
        self.splits: list[int] = []
        self.charges: list[int] = []
        self._out_ids: set[int] = set()
        #: judged entry no., amount and quantity of every value entry of the sources
        self._judged: list[tuple[int, int, int]] = []
        #: running sums of amount and quantity in the order of `_judged`
        self._sums: list[tuple[int, int]] = [(0, 0)]
        #: how much the cost of sources has changed in this run, between one split and the next
        self._shifted: list[int] = []
        self._rounded = 0

    def add(self, movement: Movement, node: Node) -> None:
        """Take in one value entry."""
        if node.by_average and node.quantity < 0:
            if node.id not in self._out_ids:
                self._out_ids.add(node.id)
                self.outs.append(node)
            return
        judged = movement.id
        corrects = movement.adjustment and movement.entry_type != ValueEntryType.ROUNDING
        if movement.charge or corrects or movement.entry_type in _JUDGED_BY_RECEIPT:
            judged = node.first_value_id
        self._judged.append((judged, movement.amount, movement.quantity))
        self.by_node.setdefault(node.id, []).append((judged, movement.amount, movement.quantity))
        self.nodes[node.id] = node
        if movement.partial and movement.amount:
            self.splits.append(movement.id)
        if movement.charge:
            self.charges.append(movement.id)

    def finish(self, period_end: Callable[[dt.date], dt.date]) -> None:
        """Put everything in order once all is taken in."""
        self.outs.sort(key=lambda node: node.id)
        self._judged.sort()
        for _judged, amount, quantity in self._judged:
            value, count = self._sums[-1]
            self._sums.append((value + amount, count + quantity))
        self.splits.sort()
        self.charges.sort()
        self._shifted = [0] * (len(self.splits) + 1)
        for node in self.nodes.values():
            if period_end(node.valuation_date) == self.end:
                self.homes.add(node.id)
                self.shifted(node, shift(node))
                self._rounded += node.rounding - node.posted_rounding

    def shifted(self, node: Node, amount: int) -> None:
        """A source's cost has changed by `amount`."""
        if node.id in self.homes:
            self._shifted[bisect_right(self.splits, node.first_value_id)] += amount

    def rounded(self, node: Node, amount: int) -> None:
        """A source gets a rounding entry, numbered behind everything that is posted."""
        if node.id in self.homes:
            self._rounded += amount

    def counts(self, node: Node) -> bool:
        """True when the entry is valued in this scope and period."""
        return node.id in self.homes or node.id in self._out_ids

    def is_out(self, node: Node) -> bool:
        """True for the average-valued outbound entries."""
        return node.id in self._out_ids

    def sources(self, split: int | None) -> tuple[int, int]:
        """Value and quantity of all that is not average-valued, of what is judged before the split at this place."""
        if split is None:
            value, quantity = self._sums[-1]
            return value + sum(self._shifted) + self._rounded, quantity
        value, quantity = self._sums[bisect_left(self._judged, (self.splits[split], -(1 << 80), 0))]
        return value + sum(self._shifted[: split + 1]), quantity

    def node_part(self, node: Node, bound: int | None) -> tuple[int, int]:
        """Value and quantity of one source entry here, of what is judged before `bound`, its change so far included."""
        rows = [row for row in self.by_node[node.id] if bound is None or row[0] < bound]
        value = sum(amount for _judged, amount, _quantity in rows) + shift(node)
        if bound is None:
            value += node.rounding - node.posted_rounding
        return value, sum(quantity for _judged, _amount, quantity in rows)

    def net(self) -> tuple[int, int]:
        """What the period adds to the balance."""
        value, quantity = self.sources(None)
        for node in self.outs:
            value += node.base
            quantity += node.quantity
        return value, quantity


def shift(node: Node) -> int:
    """How much the entry's cost has changed in this run."""
    return node.base - sum(node.posted_elements)


def work_period(
    graph: Graph,
    period: Period,
    opening: tuple[int, int],
    setup: CostingSetup,
    set_cost: Callable[[Node, int], None],
) -> list[Node]:
    """Give each average-valued outbound entry its cost by `set_cost`; returns those that have no average."""
    return _Pass(graph, period, opening, setup).run(set_cost)


class _Pass:
    """One pass over the outbound entries of a period in entry order."""

    def __init__(self, graph: Graph, period: Period, opening: tuple[int, int], setup: CostingSetup) -> None:
        self.graph = graph
        self.period = period
        self.opening = opening
        self.setup = setup
        #: cost and quantity of the outbound entries already worked
        self.worked = [0, 0]

    def run(self, set_cost: Callable[[Node, int], None]) -> list[Node]:
        """Work all entries."""
        period, unit = self.period, self.setup.amount_unit
        missing: list[Node] = []
        value = quantity = 0
        fresh, marker = True, -1
        triggers = sorted({*period.splits, *period.charges})
        for node in period.outs:
            passed = bisect_right(triggers, node.first_value_id)
            fed = self._fed(node)
            feeds = any(entry.quantity > 0 for entry in fed)
            if fresh or feeds or passed != marker:
                value, quantity = self._basis(node, fed, feeds=feeds)
            marker = passed
            fresh = feeds
            if quantity <= 0 or value < 0:
                missing.append(node)
                fresh = True
            else:
                cost = rounded(value * node.quantity, quantity, unit)
                set_cost(node, cost)
                stays = node.entry_type == EntryType.TRANSFER and not self.setup.by_place
                if quantity + node.quantity > 0 and not stays:
                    value += cost
                    quantity += node.quantity
            self.worked[0] += node.base
            self.worked[1] += node.quantity
        return missing

    def _basis(self, node: Node, fed: Iterable[Node], *, feeds: bool) -> tuple[int, int]:
        """Value and quantity to divide for `node` (section 9.3 a to c)."""
        period = self.period
        following = bisect_right(period.splits, node.first_value_id)
        split = following if following < len(period.splits) else None
        bound = None if split is None else period.splits[split]
        value, quantity = period.sources(split)
        value += self.opening[0]
        quantity += self.opening[1]
        for entry in fed:
            if not period.is_out(entry):
                if bound is None or entry.first_value_id < bound:
                    part_value, part_quantity = period.node_part(entry, bound)
                    value -= part_value
                    quantity -= part_quantity
            elif not feeds and entry.id < node.id:
                value -= entry.base
                quantity -= entry.quantity
        if not feeds:
            value += self.worked[0]
            quantity += self.worked[1]
        return value, quantity

    def _fed(self, node: Node) -> list[Node]:
        """Entries of this scope and period that take, through however many applications, from `node`."""
        if not node.outgoing:
            return []
        graph, period = self.graph, self.period
        found: dict[int, Node] = {}
        waiting = [node]
        while waiting:
            entry = waiting.pop()
            takers = [link.taker for link in entry.outgoing]
            takers += [graph.nodes[n] for n in graph.plain.get(entry.id, ()) if n in graph.nodes]
            for taker in takers:
                if taker.id not in found and taker.id != node.id and period.counts(taker):
                    found[taker.id] = taker
                    waiting.append(taker)
        return list(found.values())
