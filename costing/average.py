"""Average cost: the sweep over an item's scopes and periods (posting-and-costing.md section 9). Pure.

Points (scope, period) are worked in order of time. An outbound's new cost goes on at once to returns and transfers
it feeds; where that touches another point, or this one, the point is worked again until nothing changes.

Goods that go back and forth make points depend on each other in a circle. Their costs then come nearer to what they
must be with every round; costing/settling.py says when that is close enough, and when it will never be.
"""

from __future__ import annotations

import datetime as dt
import heapq
from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from costing.amounts import rounded
from costing.average_period import Period, Scope, work_period
from costing.entries import Graph, Node
from costing.flow import push
from costing.settling import RECENT, Settling, Step
from costing.setup import CostingSetup

#: Roundings of entries that the average feeds change it in turn, at most so often (section 9.3).
MOST_ROUNDS = 20
Point = tuple[dt.date, Scope]


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


class Sweep:
    """Sets the cost of every average-valued outbound entry that was read.

    Those of `without_average` (no quantity or a negative value to divide) keep the cost they were posted with.
    """

    def __init__(self, graph: Graph, setup: CostingSetup) -> None:
        self.graph = graph
        self.setup = setup
        self.scopes: dict[Scope, _ScopeState] = defaultdict(_ScopeState)
        self.without_average: dict[int, Node] = {}
        self._heap: list[Point] = []
        self._queued: set[Point] = set()
        self._opening_used: dict[Point, tuple[int, int]] = {}
        self._settling: dict[Point, Settling] = defaultdict(Settling)
        self._recent: deque[Point] = deque(maxlen=RECENT)
        #: largest change of one entry's cost in the pass that is under way
        self._largest = 0
        self._build()

    def scope_of(self, place: tuple[int, int]) -> Scope:
        """The scope of a (variant, location)."""
        return place if self.setup.by_place else (0, 0)

    def run(self) -> None:
        """Work all points with outbound entries, and what follows from them."""
        for scope, state in self.scopes.items():
            for period in state.periods:
                if period.outs:
                    self._queue(period.end, scope)
        self._work_queue()

    def round_again(self, changed: Iterable[tuple[Node, int]]) -> None:
        """Work what follows from entries that get a rounding of that amount."""
        for node, amount in changed:
            point = self._point(node)
            if point is not None:
                self._period(point).rounded(node, amount)
                self._touch(point)
        self._work_queue()

    def _work_queue(self) -> None:
        while self._heap:
            point = heapq.heappop(self._heap)
            self._queued.discard(point)
            self._work(point)

    def _work(self, point: Point) -> None:
        end, scope = point
        state = self.scopes[scope]
        position = state.index[end]
        period = state.periods[position]
        opening = state.before(position)
        self._opening_used[point] = opening
        settling = self._settling[point]
        if period.outs and not settling.settled:
            self._largest = 0
            missing = work_period(self.graph, period, opening, self.setup, self._set_cost)
            for node in period.outs:
                self.without_average.pop(node.id, None)
            self.without_average |= {node.id: node for node in missing}
            self._recent.append(point)
            self._settle(point, settling, period)
        state.valid = min(state.valid, position)
        self._pass_on(scope, state, position)

    def _settle(self, point: Point, settling: Settling, period: Period) -> None:
        """Help a circle of points to its end, or break it where it has none."""
        unit = self.setup.amount_unit
        step = settling.note(sum(node.base for node in period.outs), self._largest, unit)
        if step is Step.GIVE_UP:
            for member in sorted(set(self._recent)):
                self._give_up(member)
        elif step is Step.STRIDE:
            total = sum(node.quantity for node in period.outs)
            for node in period.outs:
                if node.id not in self.without_average:
                    self._set_cost(node, node.base + rounded(settling.stride * node.quantity, total, unit))
            self._queue(*point)  # whether it landed well shows when it is worked from there

    def _give_up(self, point: Point) -> None:
        """A circle that runs away: its entries keep the cost they were posted with, as those without an average do."""
        self._settling[point].settled = True
        for node in self._period(point).outs:
            self.without_average[node.id] = node
            self._set_cost(node, sum(original.posted for original in node.originals))

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
        before = node.direct
        if before == direct:
            return
        node.direct = direct
        self._largest = max(self._largest, abs(node.direct - before))
        takers = [link.taker for link in node.outgoing if link.taker.id in self.graph.reached]
        if takers:
            push(self.graph, takers, self.setup.amount_unit, self._changed)

    def _changed(self, node: Node, old: int, new: int) -> None:
        """The cost of a source changed: its point has to be worked again."""
        point = self._point(node)
        if point is not None:
            self._period(point).shifted(node, new - old)
            self._touch(point)

    def _point(self, node: Node) -> Point | None:
        """The point where the entry is valued, if it is worked at all."""
        scope = self.scope_of((node.variant_id, node.location_id))
        end = self.setup.period_end(node.valuation_date)
        state = self.scopes.get(scope)
        return (end, scope) if state is not None and end in state.index else None

    def _period(self, point: Point) -> Period:
        state = self.scopes[point[1]]
        return state.periods[state.index[point[0]]]

    def _touch(self, point: Point) -> None:
        state = self.scopes[point[1]]
        state.valid = min(state.valid, state.index[point[0]])
        self._queue(*point)

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
                period = periods[scope, end] = Period(scope, end)
            period.add(movement, node)
        for (scope, end), period in sorted(periods.items()):
            state = self.scopes[scope]
            state.index[end] = len(state.periods)
            state.periods.append(period)
            state.closings.append((0, 0))
            period.finish(self.setup.period_end)
        for place, (value, quantity) in graph.opening.items():
            state = self.scopes[self.scope_of(place)]
            state.opening_value += value
            state.opening_quantity += quantity
