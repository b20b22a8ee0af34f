"""Carrying out many lines of the worksheet in the background (availability-and-reservation.md section 20).

What makes one order is one transaction, small orders share one: nobody waits for the whole run, and a run that is
stopped has ordered what it came to. What is refused stays on the worksheet, its reason with the job.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from itertools import groupby
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.text import _
from models import PlanningAction, PlanningLine
from services.jobs import JobKind, ProgressReport, RunningJob, register
from services.planning.carry_out import Outcome, carry_out

JOB = "carry-out-plan"
#: more accepted lines than this are carried out by a job
AT_ONCE = 200
#: lines of small orders that share a transaction
_PORTION = 100


def parts_of(session: Session) -> list[list[int]]:
    """The accepted lines in portions; lines of one order are never parted."""
    line = PlanningLine
    new = line.action == PlanningAction.NEW
    rows = session.execute(
        select(line.id, new, line.replenishment_system, line.vendor_id, line.transfer_from_id, line.location_id)
        .where(line.accepted)
        .order_by(new, line.replenishment_system, line.vendor_id, line.transfer_from_id, line.location_id, line.id)
    ).all()
    parts: list[list[int]] = [[]]
    for _order, group in groupby(rows, key=lambda row: tuple(row[1:]) if row[1] else row[0]):
        ids = [row[0] for row in group]
        if parts[-1] and len(parts[-1]) + len(ids) > _PORTION:
            parts.append([])
        parts[-1] += ids
    return parts


def sentences_of(made: Mapping[str, Any]) -> list[str]:
    """What was opened and changed; the numbers only where they can be read at a glance."""
    numbers = [*made["purchase"], *made["transfer"]]
    said = []
    if 0 < len(numbers) <= 20:
        said.append(_("Opened: %(numbers)s.", numbers=", ".join(numbers)))
    elif numbers:
        said.append(_("Orders opened: %(count)s.", count=len(numbers)))
    if made["changed"]:
        said.append(_("Lines of orders changed: %(count)s.", count=made["changed"]))
    return said


def result_of(outcome: Outcome) -> dict[str, Any]:
    """An outcome as a job keeps it."""
    return {
        "purchase": outcome.purchase, "transfer": outcome.transfer, "changed": outcome.changed,
        "refused": [[line_id, why] for line_id, why in outcome.refused.items()],
    }  # fmt: skip


def _run(session: Session, job: RunningJob, progress: ProgressReport) -> Mapping[str, Any]:
    on, name = dt.date.fromisoformat(str(job.parameters["on"])), str(job.parameters["user_name"])
    parts = job.perform(parts_of)
    total, done, all_of_it = sum(len(part) for part in parts), 0, Outcome()
    for part in parts:
        progress(done, total)

        def work(session: Session, part: list[int] = part) -> dict[str, Any]:
            return result_of(carry_out(session, on=on, user_id=job.user_id, user_name=name, only=part))

        made = job.perform(work) if part else result_of(Outcome())
        all_of_it.purchase += made["purchase"]
        all_of_it.transfer += made["transfer"]
        all_of_it.changed += made["changed"]
        all_of_it.refused |= dict(made["refused"])
        done += len(part)
    progress(total, total)
    result = result_of(all_of_it)
    said = sentences_of(result)
    if all_of_it.refused:
        said.append(_("Lines that could not be carried out: %(count)s.", count=len(all_of_it.refused)))
    return result | {"message": " ".join(said) or _("Nothing was left to carry out.")}


register(JobKind(JOB, "Carrying out of the plan", _run, "purchase.edit", outcome="requisition.outcome"))
