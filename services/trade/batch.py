"""Posting many documents, each for itself: what cannot be posted is told and stops nobody else (documents.md 5)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from core.errors import DomainError, errors_of
from core.rounding import ZERO
from core.sql import ids_of
from core.text import _
from core.unit_of_work import perform
from models import TradeDocument, TradeLine
from models.enums import DocumentStatus, TradeSide, TradeType
from services.jobs import JobKind, ProgressReport, RunningJob, register
from services.poster import Poster
from services.trade.documents import apply_header
from services.trade.posting import Wish, post_document

#: Documents posted in one go at most.
MOST = 1000


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one document: the papers that were posted, or why not."""

    document_id: int
    no: str
    posted: str = ""
    refusals: tuple[DomainError, ...] = ()
    handling_no: str = ""
    invoice_no: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which documents of a kind: those of `ids`, or all that these conditions name (None: any)."""

    side: TradeSide
    type: TradeType
    ids: Sequence[int] = ()
    party_id: int | None = None
    location_id: int | None = None
    #: something of it is expected until this day
    expected_until: dt.date | None = None
    released_only: bool = False
    #: the responsibility centres of the user; None: all
    centers: Collection[int] | None = None


def choose(session: Session, choice: Choice) -> list[tuple[int, str]]:
    """Ids and numbers of the documents, by number, at most MOST of them."""
    document = TradeDocument
    party = document.vendor_id if choice.side == TradeSide.PURCHASE else document.customer_id
    statement = select(document.id, document.no).where(document.side == choice.side, document.type == choice.type)
    if choice.ids:
        statement = statement.where(document.id.in_(ids_of(session, choice.ids)))
    if choice.party_id is not None:
        statement = statement.where(party == choice.party_id)
    if choice.location_id is not None:
        statement = statement.where(document.location_id == choice.location_id)
    if choice.released_only:
        statement = statement.where(document.status == DocumentStatus.RELEASED)
    if choice.centers is not None:
        statement = statement.where(document.responsibility_center_id.in_(sorted(choice.centers)))
    if choice.expected_until is not None:
        due = exists().where(
            TradeLine.document_id == document.id, TradeLine.outstanding_qty_base != ZERO,
            TradeLine.expected_date <= choice.expected_until,
        )  # fmt: skip
        statement = statement.where(due)
    return list(session.execute(statement.order_by(document.no).limit(MOST)).tuples())


def post_each(
    session: Session,
    document_ids: Sequence[int],
    wish: Wish,
    poster: Poster,
    *,
    document_date: dt.date | None = None,
    report: Callable[[int, int], None] | None = None,
) -> list[Outcome]:
    """Post every document in a unit of work of its own; `report` is told how many of how many are done.

    `document_date` replaces theirs (and with it when bills are due). Not to be called inside a unit of work: what was
    posted stays, whatever becomes of the next.
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
            result = perform(session, _posting(document_id, wish, poster, document_date), user_id=poster.user_id)
        except DomainError as error:
            session.rollback()
            outcomes.append(Outcome(document_id, no, refusals=errors_of(error)))
        else:
            handling, invoice = result["handling_no"], result["invoice_no"]
            outcomes.append(Outcome(document_id, no, invoice or handling, (), handling, invoice))
        if report is not None:
            report(place, len(document_ids))
    return outcomes


def _posting(
    document_id: int, wish: Wish, poster: Poster, document_date: dt.date | None
) -> Callable[[Session], dict[str, Any]]:
    def work(session: Session) -> dict[str, Any]:
        if document_date is not None:
            document = session.get(TradeDocument, document_id)
            if document is not None:
                apply_header(session, document, {"document_date": document_date})
                session.flush()
        return post_document(session, document_id, wish, poster)

    return work


# ------------------------------------------------------------------------------------------------ as a job
def parameters_of(
    kind: tuple[TradeSide, TradeType], ids: Sequence[int], wish: Wish, poster: Poster, document_date: dt.date | None
) -> dict[str, Any]:
    """What the job is told, as JSON holds it."""
    who = {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in asdict(poster).items()}
    return {
        "side": kind[0].value, "type": kind[1].value, "ids": list(ids), "handle": wish.handle, "invoice": wish.invoice,
        "consume": wish.consume, "posting_date": wish.posting_date.isoformat() if wish.posting_date else "",
        "document_date": document_date.isoformat() if document_date else "", "poster": who,
    }  # fmt: skip


def _day(text: Any) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def run_batch(session: Session, job: RunningJob, progress: ProgressReport) -> dict[str, Any]:
    """The job: every document for itself; what was posted stays when it is stopped."""
    told: Mapping[str, Any] = job.parameters
    who = dict(told["poster"])
    for name in ("allow_posting_from", "allow_posting_to", "work_date"):
        who[name] = _day(who.get(name))
    wish = Wish(
        handle=told["handle"], invoice=told["invoice"], consume=told.get("consume", False),
        posting_date=_day(told["posting_date"]),
    )  # fmt: skip
    outcomes = post_each(
        session, told["ids"], wish, Poster(**who), document_date=_day(told["document_date"]),
        report=lambda done, total: progress(done, total, _("Posting")),
    )  # fmt: skip
    posted = sum(not one.refusals for one in outcomes)
    return {
        "message": _("%(posted)s posted, %(refused)s refused.", posted=posted, refused=len(outcomes) - posted),
        "posted": posted,
        "outcomes": [
            {
                "id": one.document_id, "no": one.no, "handling_no": one.handling_no, "invoice_no": one.invoice_no,
                "refusals": [
                    {"message": error.message, "hint": error.hint or "", "line": error.line, "code": error.code}
                    for error in one.refusals
                ],
            }
            for one in outcomes
        ],
    }  # fmt: skip


register(JobKind("post-documents", "Posting of documents", run_batch, outcome="trade_batch.outcome", repeatable=False))
