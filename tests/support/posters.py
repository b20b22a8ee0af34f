"""Posters as programs of their own, for tests that kill them or let them fight over the same items.

`python -m tests.support.posters journals URL BATCH ITEM COUNT` posts small journals one after the other;
`python -m tests.support.posters rivals URL POSTERS` reads one JSON job a line (key and sales) and deals the jobs to
so many processes; each answers with one JSON line as soon as its posting is committed or refused.
"""

from __future__ import annotations

import datetime as dt
import json
import multiprocessing
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from core.errors import DomainError
from core.unit_of_work import perform
from models.enums import EntryType
from posting.lines import PostingContext, PostingLine
from posting.post import post_lines
from services.documents import journal_batches, journal_lines
from services.documents.journal_line_rules import LineInput
from services.documents.journals import post_batch
from services.poster import Poster

DAY = dt.date(2025, 2, 1)
#: What one journal of `post_journals` moves: two receipts and a sale, seven more in stock.
JOURNAL = ((EntryType.PURCHASE, 5), (EntryType.PURCHASE, 4), (EntryType.SALE, 2))


@contextmanager
def open_session(url: str) -> Iterator[Session]:
    """A session of this process's own; committed objects stay readable as in the application."""
    engine = create_engine(url)
    try:
        with Session(engine, expire_on_commit=False) as session:
            yield session
    finally:
        engine.dispose()


def post_journals(url: str, batch_id: int, item_id: int, count: int) -> None:
    """Fill the batch and post it `count` times, telling number and register as soon as each is committed."""
    with open_session(url) as session:
        for number in range(count):
            register_id = perform(session, _journal(batch_id, item_id, number), key=f"journal-{number}")
            print(number, register_id, flush=True)


def _journal(batch_id: int, item_id: int, number: int) -> Callable[[Session], int]:
    def work(session: Session) -> int:
        batch = journal_batches.get_batch(session, batch_id)
        document_no = journal_lines.propose_document_no(session, batch, DAY)
        lines = [
            LineInput(
                entry_type=kind, item_id=item_id, posting_date=DAY, document_no=document_no,
                external_document_no=f"journal-{number}", quantity=Decimal(quantity), unit_amount=Decimal(3),
            )
            for kind, quantity in JOURNAL
        ]  # fmt: skip
        journal_lines.add_lines(session, batch_id, lines)
        return post_batch(session, batch_id, Poster())

    return work


def run_rivals(url: str, posters: int) -> None:
    """Jobs are dealt one to each poster in turn; all start together."""
    jobs = [json.loads(line) for line in sys.stdin]
    # Forked before anything is connected, so that sixteen cost the imports of one.
    context = multiprocessing.get_context("fork")
    start = context.Barrier(posters)
    processes = [context.Process(target=_rival, args=(url, start, jobs[n::posters])) for n in range(posters)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    sys.exit(max(process.exitcode or 0 for process in processes))


def _rival(url: str, start: Any, jobs: list[dict[str, Any]]) -> None:
    with open_session(url) as session:
        start.wait()
        for job in jobs:
            answer = {"key": job["key"], "items": [item_id for item_id, _quantity in job["sales"]]}
            try:
                answer["register"] = perform(session, _sales(job), key=job["key"])
            except DomainError as error:
                answer["refused"] = error.code
            except Exception as error:  # noqa: BLE001 - whatever a person would have been shown
                answer["failed"] = f"{type(error).__name__}: {error}"
            # One write of less than a page: lines of rivals never mix.
            sys.stdout.write(json.dumps(answer) + "\n")
            sys.stdout.flush()


def _sales(job: dict[str, Any]) -> Callable[[Session], int]:
    def work(session: Session) -> int:
        lines = [
            PostingLine(
                line_no=10 * place, entry_type=EntryType.SALE, item_id=item_id, quantity=-Decimal(quantity),
                posting_date=DAY, document_no=job["key"], unit_cost=Decimal(1), unit_of_measure_code="PCS",
            )
            for place, (item_id, quantity) in enumerate(job["sales"], start=1)
        ]  # fmt: skip
        return post_lines(session, lines, PostingContext(source_code="ITEMJNL"))

    return work


if __name__ == "__main__":
    name, database, *numbers = sys.argv[1:]
    {"journals": post_journals, "rivals": run_rivals}[name](database, *map(int, numbers))
