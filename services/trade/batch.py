"""Posting many documents, each for itself: what cannot be posted is told and stops nobody else (documents.md 5)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import DomainError, errors_of
from core.unit_of_work import perform
from models import TradeDocument
from services.documents.journals import Poster
from services.trade.posting import Wish, post_document


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one document: what was posted, or why not."""

    document_id: int
    no: str
    posted: str = ""
    refusals: tuple[DomainError, ...] = ()


def post_each(
    session: Session,
    document_ids: Sequence[int],
    wish: Wish,
    poster: Poster,
    *,
    report: Callable[[int, int], None] | None = None,
) -> list[Outcome]:
    """Post every document in a unit of work of its own; `report` is told how many of how many are done.

    Not to be called inside a unit of work: what was posted stays, whatever becomes of the next.
    """
    nos = dict(
        session.execute(select(TradeDocument.id, TradeDocument.no).where(TradeDocument.id.in_(list(document_ids))))
        .tuples()
        .all()
    )
    outcomes = []
    for place, document_id in enumerate(document_ids, 1):
        no = nos.get(document_id, "")
        try:
            result = perform(session, _posting(document_id, wish, poster), user_id=poster.user_id)
        except DomainError as error:
            outcomes.append(Outcome(document_id, no, refusals=errors_of(error)))
        else:
            outcomes.append(Outcome(document_id, no, result["invoice_no"] or result["handling_no"]))
        if report is not None:
            report(place, len(document_ids))
    return outcomes


def _posting(document_id: int, wish: Wish, poster: Poster) -> Callable[[Session], dict[str, Any]]:
    return lambda session: post_document(session, document_id, wish, poster)
