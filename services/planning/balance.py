"""What planning proposes for one item at one place: demand against supply, by reordering policy (section 19). Pure.

Plain values in, proposals out; quantities in base units. They are read by requisition_facts.py, kept by requisition.py.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from models.enums import ReorderingPolicy
from services.planning.by_demand import by_demand
from services.planning.by_point import by_point
from services.planning.parameters import BY_POINT
from services.planning.situation import (
    CANCEL,
    CHANGE,
    RESCHEDULE,
    RESCHEDULE_AND_CHANGE,
    Demand,
    LeadTimes,
    Proposal,
    Situation,
    Supply,
)

__all__ = ["Demand", "LeadTimes", "Proposal", "Situation", "Supply", "plan"]


def plan(situation: Situation) -> list[Proposal]:
    """What to order, change, move and cancel, in the order of the due dates; nothing for what is not planned."""
    policy = situation.parameters.policy
    if policy is ReorderingPolicy.NONE:
        return []
    found = by_point(situation) if policy in BY_POINT else by_demand(situation)
    return sorted(_together(found), key=lambda proposal: proposal.due)


def _together(found: Iterable[Proposal]) -> Iterator[Proposal]:
    """One message for each order: what was moved and then changed is told at once (section 10)."""
    about: dict[int, list[Proposal]] = defaultdict(list)
    for proposal in found:
        if proposal.supply is None:
            yield proposal
        else:
            about[id(proposal.supply)].append(proposal)
    for messages in about.values():
        last, supply = messages[-1], messages[-1].supply
        assert supply is not None  # noqa: S101 - messages are about an order
        moved, changed = last.due != supply.date, last.quantity != supply.quantity
        if last.action is CANCEL:
            yield replace(last, due=supply.date)
        elif moved or changed:
            action = RESCHEDULE_AND_CHANGE if moved and changed else RESCHEDULE if moved else CHANGE
            yield replace(last, action=action, reason=" ".join(dict.fromkeys(single.reason for single in messages)))
