"""Adjusting the cost of many items: a transaction each handful, so that a run that stops goes on where it was.

posting-and-costing.md sections 14.2, 14.3, 22.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.errors import DomainError, PostingError
from core.sql import ids_of, look_up_by_index
from core.text import _
from core.unit_of_work import perform
from models import ApplicationWorksheet, CostPoint, CostToAdjust, Item
from posting.adjust import SOURCE_CODE, Outcome, adjust_items
from posting.lines import PostingContext
from services.poster import Poster

#: So many waiting entries are adjusted in one transaction; an item is never split. Each transaction writes the same
#: pages of the indexes anew (days, documents, accounts): with half as many, two thirds as much goes to disk.
ENTRIES_AT_ONCE = 10_000


class Progress(Protocol):
    """Told how many of the waiting items are done."""

    def __call__(self, done: int, total: int, message: str = "") -> None:
        """Say how far the run is."""


@dataclass(slots=True)
class Run:
    """What a run did; items that could not be adjusted are named with the reason."""

    items: int = 0
    touched: int = 0
    written: int = 0
    registers: list[int] = field(default_factory=list)
    failed: list[tuple[str, DomainError]] = field(default_factory=list)
    without_average: list[int] = field(default_factory=list)


def waiting_items(session: Session, item_ids: Sequence[int] | None = None) -> list[tuple[int, str, int]]:
    """Items whose cost is not adjusted: (id, no., waiting entries), components before what is made of them."""
    waiting = select(CostToAdjust.item_id, func.count().label("entries")).group_by(CostToAdjust.item_id).subquery()
    points = select(CostPoint.item_id).where(CostPoint.item_id == Item.id, CostPoint.adjusted.is_(False)).exists()
    statement = (
        select(Item.id, Item.no, func.coalesce(waiting.c.entries, 0))
        .outerjoin(waiting, waiting.c.item_id == Item.id)
        .where(Item.cost_is_adjusted.is_(False) | waiting.c.entries.is_not(None) | points)
        .order_by(Item.low_level_code.desc(), Item.id)
    )
    if item_ids is not None:
        statement = statement.where(Item.id.in_(ids_of(session, item_ids)))
    return [(item_id, no, entries) for item_id, no, entries in session.execute(statement)]


def adjust_cost(
    session: Session,
    poster: Poster,
    *,
    item_ids: Sequence[int] | None = None,
    progress: Progress | None = None,
    commit: Callable[..., object] = perform,
) -> Run:
    """Adjust all waiting items, or those of `item_ids`, each handful in a transaction of its own.

    An item that is refused (an account is missing, say) is named and left waiting; the others go on. So is one whose
    applications are being changed: its cost follows when the worksheet is finished (section 3.4).
    """
    found = waiting_items(session, item_ids)
    run = Run(failed=_in_worksheets(session, found))
    locked = {no for no, _error in run.failed}
    waiting = [row for row in found if row[1] not in locked]
    numbers = {item_id: no for item_id, no, _entries in waiting}
    done = 0
    for chunk in _chunks(waiting):
        _adjust(session, chunk, poster, run, numbers, commit)
        done += len(chunk)
        if progress is not None:
            progress(done, len(waiting))
    return run


def _in_worksheets(session: Session, waiting: Sequence[tuple[int, str, int]]) -> list[tuple[str, DomainError]]:
    """Those of the waiting items that somebody has in the application worksheet, as refusals."""
    sheet = ApplicationWorksheet
    names = dict(session.execute(select(sheet.item_id, sheet.user_name)).tuples().all())
    return [
        (
            no,
            PostingError(
                "application_worksheet_open",
                _("%(name)s has its application worksheet open.", name=names[item_id] or _("Somebody")),
                hint=_("It is adjusted when the worksheet is finished."),
            ),
        )
        for item_id, no, _entries in waiting
        if item_id in names
    ]


def _chunks(waiting: Sequence[tuple[int, str, int]]) -> Iterator[list[int]]:
    chunk: list[int] = []
    size = 0
    for item_id, _no, entries in waiting:
        chunk.append(item_id)
        size += entries + 1
        if size >= ENTRIES_AT_ONCE:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _adjust_by_index(session: Session, item_ids: list[int], context: PostingContext) -> Outcome:
    look_up_by_index(session)
    return adjust_items(session, item_ids, context)


def _adjust(
    session: Session,
    item_ids: list[int],
    poster: Poster,
    run: Run,
    numbers: dict[int, str],
    commit: Callable[..., object],
) -> None:
    context = poster.context(SOURCE_CODE)
    found = []
    try:
        commit(session, lambda s: found.append(_adjust_by_index(s, item_ids, context)))
    except DomainError as error:
        if len(item_ids) == 1:
            run.failed.append((numbers[item_ids[0]], error))
            return
        for item_id in item_ids:
            _adjust(session, [item_id], poster, run, numbers, commit)
        return
    outcome = found[-1]
    run.items += outcome.items
    run.touched += outcome.touched
    run.written += outcome.written
    run.without_average += outcome.without_average
    if outcome.register_id is not None:
        run.registers.append(outcome.register_id)
