"""Average cost: the sweep over an item's scopes and periods (posting-and-costing.md section 9). Pure.

Points (scope, period) are worked in order of time. An outbound's new cost goes on at once to returns and transfers
it feeds; where that touches another point, or this one, the point is worked again until nothing changes.
"""

from __future__ import annotations

import datetime as dt
import heapq
from collections import defaultdict
from dataclasses import dataclass, field

from costing.average_period import Period, Scope, work_period
from costing.entries import Graph, Node
from costing.flow import push
from costing.setup import CostingSetup

#: A point is worked at most so often: rounding may make two points chase each other's last cent (section 9.3).
MOST_ROUNDS = 20


@dataclass(slots=True)
class _ScopeState:
    """The periods of one scope in order, with the running balance before each."""

    periods: list[Period] = field(default_factory=list)
    index: dict[dt.date, int] = field(default_factory=dict)
    opening_value: int = 0
    opening_quantity: int = 0
    #: balance after each period, valid for the first `valid` of them
    closings: list[tuple[int, int]] = field(default_factory=list)
    valid: int = 0

    def before(self, position: int) -> tuple[int, int]:
        """Value and quantity before the period at `position`."""
        while self.valid < position:
            value, quantity = self._closing(self.valid - 1)
            net_value, net_quantity = self.periods[self.valid].net()
            self.closings[self.valid] = (value + net_value, quantity + net_quantity)
            self.valid += 1
        return self._closing(position - 1)

    def _closing(self, position: int) -> tuple[int, int]:
        return self.closings[position] if position >= 0 else (self.opening_value, self.opening_quantity)


def sweep(graph: Graph, setup: CostingSetup) -> list[Node]:
    """Set the cost of every average-valued outbound entry that was read. Returns those that have no average.

    Those (no quantity or a negative value to divide) keep the cost they were posted with.
    """
    run = _Sweep(graph, setup)
    run.run()
    return sorted(run.without_average.values(), key=lambda node: node.id)


class _Sweep:
    def __init__(self, graph: Graph, setup: CostingSetup) -> None:
        self.graph = graph
        self.setup = setup
        self.scopes: dict[Scope, _ScopeState] = defaultdict(_ScopeState)
        self.without_average: dict[int, Node] = {}
        self._heap: list[tuple[dt.date, Scope]] = []
        self._queued: set[tuple[dt.date, Scope]] = set()
        self._opening_used: dict[tuple[dt.date, Scope], tuple[int, int]] = {}
        self._rounds: dict[tuple[dt.date, Scope], int] = defaultdict(int)
        self._at: tuple[dt.date, Scope] | None = None
        self._build()

    def scope_of(self, place: tuple[int, int]) -> Scope:
        """The scope of a (variant, location)."""
        return place if self.setup.by_place else (0, 0)

    def run(self) -> None:
        """Work all points until none is left."""
        for scope, state in self.scopes.items():
            for period in state.periods:
                if period.outs:
                    self._queue(period.end, scope)
        while self._heap:
            point = heapq.heappop(self._heap)
            self._queued.discard(point)
            self._rounds[point] += 1
            if self._rounds[point] <= MOST_ROUNDS:
                self._work(point)

    def _work(self, point: tuple[dt.date, Scope]) -> None:
        end, scope = point
        state = self.scopes[scope]
        position = state.index[end]
        period = state.periods[position]
        opening = state.before(position)
        self._opening_used[point] = opening
        if period.outs:
            self._at = point
            missing = work_period(self.graph, period, opening, self.setup, self._set_cost)
            self._at = None
            for node in period.outs:
                self.without_average.pop(node.id, None)
            self.without_average |= {node.id: node for node in missing}
        state.valid = min(state.valid, position)
        self._pass_on(scope, state, position)

    def _pass_on(self, scope: Scope, state: _ScopeState, position: int) -> None:
        """Have the next period worked when it started from another balance than it has now."""
        if position + 1 < len(state.periods):
            following = state.periods[position + 1].end, scope
            opening = state.before(position + 1)
            if self._opening_used.get(following) != opening:
                self._queue(*following)

    def _queue(self, end: dt.date, scope: Scope) -> None:
        if (end, scope) not in self._queued:
            self._queued.add((end, scope))
            heapq.heappush(self._heap, (end, scope))

    def _set_cost(self, node: Node, cost: int) -> None:
        """Give an outbound entry its average cost and let what it feeds follow."""
        direct = cost - node.indirect - node.variance
        if node.direct == direct:
            return
        node.direct = direct
        takers = [link.taker for link in node.outgoing if link.taker.id in self.graph.reached]
        if takers:
            push(self.graph, takers, self.setup.amount_unit, self._changed)

    def _changed(self, node: Node, _old: int, _new: int) -> None:
        scope = self.scope_of((node.variant_id, node.location_id))
        state = self.scopes.get(scope)
        end = self.setup.period_end(node.valuation_date)
        if state is None or end not in state.index:
            return
        position = state.index[end]
        state.valid = min(state.valid, position)
        if (end, scope) != self._at:
            self._queue(end, scope)
        else:
            state.periods[position].touched = True

    def _build(self) -> None:
        graph = self.graph
        periods: dict[tuple[Scope, dt.date], Period] = {}
        ends: dict[dt.date, dt.date] = {}
        for movement in graph.movements:
            node = graph.nodes[movement.node_id]
            if movement.day not in ends:
                ends[movement.day] = self.setup.period_end(movement.day)
            end, scope = ends[movement.day], self.scope_of(movement.place)
            period = periods.get((scope, end))
            if period is None:
                period = periods[scope, end] = Period(scope, end, self.setup.by_place)
            period.add(movement, node)
        for (scope, end), period in sorted(periods.items()):
            state = self.scopes[scope]
            state.index[end] = len(state.periods)
            state.periods.append(period)
            state.closings.append((0, 0))
            period.finish()
        for place, (value, quantity) in graph.opening.items():
            state = self.scopes[self.scope_of(place)]
            state.opening_value += value
            state.opening_quantity += quantity
