"""Background work of the bookkeeper: adjusting costs, and posting inventory cost to the general ledger.

posting-and-costing.md sections 14.2 and 16.3. Each handful is a transaction of its own: a job that dies goes on where
it was when it is run again.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.text import _, ngettext
from models import Item, ItemCategory, Permission, PostValueEntryToGl, User
from posting.inventory_to_gl import SOURCE_CODE as GL_SOURCE_CODE
from posting.inventory_to_gl import GlPosting, post_inventory_to_gl
from services.cost_adjustment import Run, adjust_cost
from services.jobs import JobKind, ProgressReport, RunningJob, register
from services.poster import Poster

ADJUST, POST_TO_GL = "adjust-cost", "post-to-gl"
#: Most refusals a job keeps; the items go on waiting, so that none is lost.
KEPT = 200
#: So many value entries are posted in one transaction when each has its own pair.
AT_ONCE = 5_000


def items_in(session: Session, *, item_no: str = "", category_code: str = "") -> list[int] | None:
    """The ids of the items asked for; None for all. A category means all below it as well."""
    if item_no:
        return list(session.scalars(select(Item.id).where(Item.no == item_no)))
    if category_code:
        below = select(ItemCategory.id).where(ItemCategory.code == category_code).cte(recursive=True)
        below = below.union_all(select(ItemCategory.id).where(ItemCategory.parent_id == below.c.id))
        return list(session.scalars(select(Item.id).where(Item.category_id.in_(select(below.c.id)))))
    return None


def poster_of(session: Session, user_id: int | None) -> Poster:
    """The user with the posting dates allowed to them: the dates of corrections do not follow them, but obey."""
    user = session.get(User, user_id) if user_id is not None else None
    if user is None:
        return Poster()
    return Poster(user.id, user.full_name or user.email, user.allow_posting_from, user.allow_posting_to)


def _adjust(session: Session, job: RunningJob, progress: ProgressReport) -> dict[str, Any]:
    poster = poster_of(session, job.user_id)
    wanted = items_in(session, item_no=job.parameters.get("item", ""), category_code=job.parameters.get("category", ""))
    run = adjust_cost(
        session, poster, item_ids=wanted, progress=progress, commit=lambda _session, work: job.perform(work)
    )
    result: dict[str, Any] = {
        "items": run.items,
        "touched": run.touched,
        "written": run.written,
        "registers": run.registers,
        "failed": [(no, error.message, error.hint or "") for no, error in run.failed[:KEPT]],
        "without_average": run.without_average[:KEPT],
        "message": adjusted_sentence(run),
    }
    if job.parameters.get("post_to_gl"):
        posted = _post_chunks(session, job, progress, document_no="")
        result["message"] += " " + posted_sentence(posted)
    return result


def adjusted_sentence(run: Run) -> str:
    """What a run did, in one sentence."""
    sentence: str = ngettext("%(num)s item adjusted", "%(num)s items adjusted", run.items)
    sentence += ", " + ngettext("%(num)s correction written.", "%(num)s corrections written.", run.written)
    if run.failed:
        sentence += " " + ngettext(
            "%(num)s item could not be adjusted and goes on waiting.",
            "%(num)s items could not be adjusted and go on waiting.",
            len(run.failed),
        )
    return sentence


def _post_to_gl(session: Session, job: RunningJob, progress: ProgressReport) -> dict[str, Any]:
    posted = _post_chunks(session, job, progress, document_no=str(job.parameters.get("document_no", "")))
    return {
        "value_entries": posted.value_entries,
        "gl_entries": posted.gl_entries,
        "registers": [posted.register_id] if posted.register_id else [],
        "skipped": [
            (one.value_entry_id, one.document_no, one.reason.message, one.reason.hint or "")
            for one in posted.skipped[:KEPT]
        ],
        "message": posted_sentence(posted),
    }


def _post_chunks(session: Session, job: RunningJob, progress: ProgressReport, *, document_no: str) -> GlPosting:
    """By posting group all in one transaction, so that sums are whole; by entry in handfuls."""
    total = session.scalar(select(func.count()).select_from(PostValueEntryToGl)) or 0
    whole, after, done = GlPosting(), 0, 0
    poster = poster_of(session, job.user_id)
    while True:
        progress(done, total, _("Value entries on their way to the general ledger"))
        found = job.perform(
            lambda s, after=after: post_to_gl(s, poster, document_no=document_no, after=after)  # type: ignore[misc]
        )
        whole.value_entries += found.value_entries
        whole.gl_entries += found.gl_entries
        whole.amount += found.amount
        whole.skipped += found.skipped
        whole.register_id = found.register_id or whole.register_id
        done += found.value_entries + len(found.skipped)
        if document_no or not found.last_value_entry_id:
            progress(total, total)
            return whole
        after = found.last_value_entry_id


def post_to_gl(session: Session, poster: Poster, *, document_no: str = "", after: int = 0) -> GlPosting:
    """Post what waits: with a `document_no` summed by posting group, else by entry, those past value entry `after`."""
    context = poster.context(GL_SOURCE_CODE, document_no=document_no)
    if document_no:
        return post_inventory_to_gl(session, context, per_posting_group=True, document_no=document_no)
    return post_inventory_to_gl(session, context, per_posting_group=False, limit=AT_ONCE, after=after)


def posted_sentence(posted: GlPosting) -> str:
    """What a run posted, in one sentence."""
    sentence: str = ngettext(
        "%(num)s value entry posted to the general ledger.",
        "%(num)s value entries posted to the general ledger.",
        posted.value_entries,
    )
    if posted.skipped:
        sentence += " " + ngettext("%(num)s was left waiting.", "%(num)s were left waiting.", len(posted.skipped))
    return sentence


register(JobKind(ADJUST, "Cost adjustment", _adjust, Permission.COSTS_ADJUST.value, outcome="costs.outcome"))
register(
    JobKind(
        POST_TO_GL, "Inventory to the general ledger", _post_to_gl, Permission.GL_EDIT.value, outcome="costs.outcome"
    )
)
