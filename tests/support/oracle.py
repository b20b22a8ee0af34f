"""What must hold of a history once its costs are adjusted."""

from __future__ import annotations

from posting.verify import verify
from tests.support.histories import History


def check_history(history: History) -> str:
    """The first thing that does not hold, "" when all does."""
    history.shop.adjust_cost()
    findings = verify(history.session)
    if findings:
        return f"verify: {findings[:3]}"
    again = history.shop.adjust_cost()
    if again.written:
        return f"second adjustment: wrote {again.written}"
    costs = history.costs()
    history.mark_all()
    anew = history.shop.adjust_cost()
    if anew.written:
        changed = {entry: (costs[entry], cost) for entry, cost in history.costs().items() if costs[entry] != cost}
        return f"from scratch: wrote {anew.written}, {changed}"
    return ""
