"""Calculating the plan of many items in the background (availability-and-reservation.md section 20).

Each handful of items is a transaction of its own: nobody else waits for the whole run, and a run that is stopped has
planned what it came to.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from core.text import _, ngettext
from services.jobs import JobKind, ProgressReport, RunningJob, register
from services.planning.requisition import Scope, suggest

JOB = "calculate-plan"
#: more items than this are planned by a job
AT_ONCE = 1000


def parameters_of(scope: Scope) -> dict[str, Any]:
    """The scope as a job keeps it."""
    return {
        "start": scope.start.isoformat(), "end": scope.end.isoformat(), "item_id": scope.item_id,
        "location_id": scope.location_id,
    }  # fmt: skip


def proposed_sentence(count: int) -> str:
    """How many lines are proposed."""
    if not count:
        return _("Nothing has to be ordered or changed.")
    sentence: str = ngettext("%(num)s line is proposed.", "%(num)s lines are proposed.", count)
    return sentence


def _run(session: Session, job: RunningJob, progress: ProgressReport) -> Mapping[str, Any]:
    asked = job.parameters
    scope = Scope(
        dt.date.fromisoformat(str(asked["start"])), dt.date.fromisoformat(str(asked["end"])), asked.get("item_id"),
        asked.get("location_id"),
    )  # fmt: skip
    count = suggest(session, scope, progress=progress, commit=job.perform)
    return {"planned": count, "message": proposed_sentence(count)}


register(JobKind(JOB, "Calculation of the plan", _run, "purchase.edit", outcome="requisition.planned"))
