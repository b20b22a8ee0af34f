"""When a circle of averages has come to rest (posting-and-costing.md section 9.3: iterate until stable). Pure."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field

#: points of one circle are found among so many that were worked last
RECENT = 12
#: rounds in which no entry changes by more than one rounding unit: rounding chases itself
_ROUNDING_ROUNDS = 20
_MOST_ROUNDING_ROUNDS = 1_000
#: rounds that do not bring the point nearer to rest before it is given up
_PATIENCE = 12
#: changes below so many rounding units are left to plain rounds
_WORTH_A_STRIDE = 20


class Step(enum.Enum):
    """What to do after a point was worked."""

    GO_ON = "go on"
    #: jump ahead by `stride`, where the rounds so far point to
    STRIDE = "stride"
    #: it does not come to rest
    GIVE_UP = "give up"


@dataclass(slots=True)
class Settling:
    """How a point came along: the total of its outbound costs after each round."""

    settled: bool = False
    stride: int = 0
    _totals: list[int] = field(default_factory=list)
    _fewest: int | None = None
    _rounding_rounds: int = 0
    _waited: int = 0

    def note(self, total: int, largest: int, unit: int) -> Step:
        """Take in one round: the point's total and the largest change of one entry. Sets `settled` at the end."""
        self._totals.append(total)
        if not largest:
            return Step.GO_ON
        if largest <= unit:
            self._rounding_rounds += 1
            self.settled = self._rounding_rounds > _ROUNDING_ROUNDS and self._chases_itself(total)
            return Step.GO_ON
        if self._fewest is None or largest < self._fewest:
            self._fewest, self._waited = largest, 0
        else:
            self._waited += 1
            if self._waited > _PATIENCE:
                return Step.GIVE_UP
        return self._ahead(unit)

    def _chases_itself(self, total: int) -> bool:
        """Rounding leads back to where it was: rest at the state with the greatest total, wherever it began."""
        if self._rounding_rounds > _MOST_ROUNDING_ROUNDS:
            return True
        earlier = self._totals[:-1]
        if total not in earlier:
            return False  # a cent a round, but always on: it will arrive
        last = len(earlier) - 1 - earlier[::-1].index(total)
        return total == max(self._totals[last:])

    def _ahead(self, unit: int) -> Step:
        """Three rounds of one circle tell where it leads: each change is the same part of the one before."""
        if len(self._totals) < 3:
            return Step.GO_ON
        first, second, third = self._totals[-3:]
        before, last = second - first, third - second
        if abs(last) < _WORTH_A_STRIDE * unit or not last * before > 0 or abs(last) >= abs(before):
            return Step.GO_ON
        # last x (r + r^2 + ...) with r = last / before
        self.stride = last * last // (before - last)
        self._totals.clear()
        return Step.STRIDE
