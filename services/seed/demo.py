"""The demo company: a small wholesaler of bicycles, garden and homewares with five months of history. Repeatable.

It is built in steps, so that the edge may commit each and show progress; the same day always gives the same company.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.errors import ConflictError
from core.text import _
from models import CompanyInformation, Item, ItemLedgerEntry, NumberSeries, NumberSeriesLine
from services.seed import demo_masters as masters
from services.seed.defaults import CompanyAnswers, create_company, is_set_up
from services.seed.demo_books import add_worksheets, close_books, post_without_ledger
from services.seed.demo_history import add_open_lines, post_history
from services.seed.demo_offers import add_offers
from services.seed.demo_parties import COMPANY, DEMO_PASSWORD, LOCATIONS, USERS
from services.seed.demo_plan import HISTORY_DAYS, Posting, plan_history
from services.seed.demo_service import add_service
from services.seed.demo_trade import add_trade

__all__ = ["DEMO_PASSWORD", "DEMO_USERS", "Step", "create_demo", "demo_steps"]

#: (e-mail, role) of the users that come with the demo company
DEMO_USERS: tuple[tuple[str, str], ...] = tuple((f"{mailbox}@demo.example", role.value) for role, mailbox, *_ in USERS)

#: how many postings are made between two commits
_CHUNK = 40


@dataclass(frozen=True, slots=True)
class Step:
    """One piece of the work, to be carried out in one transaction; `weight` is its share of the time."""

    title: str
    run: Callable[[Session], None]
    weight: int = 1


def create_demo(
    session: Session,
    *,
    today: dt.date,
    password_hash: str,
    progress: Callable[[int, int, str], None] | None = None,
) -> None:
    """Build the whole demo company in the caller's transaction.

    `password_hash` is the hash of DEMO_PASSWORD. `progress` hears (done, total, what is done next).
    Raises ConflictError `already_set_up` when the database holds a company or items.
    """
    steps = demo_steps(today=today, password_hash=password_hash)
    total, done = sum(step.weight for step in steps), 0
    for step in steps:
        if progress is not None:
            progress(done, total, step.title)
        step.run(session)
        done += step.weight
    if progress is not None:
        progress(done, total, _("Done"))


def demo_steps(*, today: dt.date, password_hash: str) -> list[Step]:
    """The work in order; an edge that wants to commit between steps runs them one by one."""
    postings, last_document = plan_history(today)
    # Some of the last weeks come after the books were looked at, the last posting has not reached the general ledger.
    before = len(postings) * 4 // 5
    chunks = [postings[first : min(first + _CHUNK, before)] for first in range(0, before, _CHUNK)]
    chunks_after = [
        postings[first : min(first + _CHUNK, len(postings) - 1)] for first in range(before, len(postings) - 1, _CHUNK)
    ]
    books_day = postings[before - 1].day
    return [
        Step(_("Company and accounts"), lambda session: _create(session, today)),
        Step(_("Locations and bins"), masters.add_places),
        Step(_("Users"), lambda session: masters.add_users(session, password_hash)),
        Step(_("Vendors and customers"), masters.add_parties),
        Step(_("Categories and attributes"), masters.add_categories),
        Step(_("Items"), lambda session: masters.add_items(session, today), weight=3),
        Step(_("Pictures"), masters.add_pictures, weight=3),
        *(
            Step(_("Five months of trade"), lambda session, chunk=chunk: post_history(session, chunk), weight=2)  # type: ignore[misc]
            for chunk in chunks
        ),
        Step(_("Books looked at"), lambda session: close_books(session, books_day), weight=2),
        *(
            Step(_("The last weeks"), lambda session, chunk=chunk: post_history(session, chunk), weight=2)  # type: ignore[misc]
            for chunk in chunks_after
        ),
        Step(_("Purchase, sales and transfer documents"), lambda session: add_trade(session, today), weight=2),
        Step(_("Substitutes, texts and the catalog"), lambda session: add_offers(session, today)),
        Step(_("The workshop"), lambda session: add_service(session, today)),
        Step(_("Work for today"), lambda session: _finish(session, today, last_document, postings[-1:])),
    ]


def _create(session: Session, today: dt.date) -> None:
    has_items = session.scalar(select(Item.id).limit(1)) is not None
    has_entries = session.scalar(select(ItemLedgerEntry.id).limit(1)) is not None
    if is_set_up(session) or has_items or has_entries:
        raise ConflictError(
            "already_set_up",
            _("This database already holds data. The demo company needs an empty one. Nothing was changed."),
        )
    first_year = (today - dt.timedelta(days=HISTORY_DAYS)).year
    answers = CompanyAnswers(
        locations=LOCATIONS, demo=True, fiscal_year_start=dt.date(first_year, 1, 1),
        accounting_years=today.year - first_year + 2, **COMPANY,  # type: ignore[arg-type]  # texts by field name
    )  # fmt: skip
    create_company(session, answers)


def _finish(session: Session, today: dt.date, last_document: str, last_postings: Sequence[Posting]) -> None:
    post_without_ledger(session, last_postings)
    series = select(NumberSeries.id).where(NumberSeries.code == "IJNL").scalar_subquery()
    session.execute(
        update(NumberSeriesLine)
        .where(NumberSeriesLine.series_id == series)
        .values(last_no_used=last_document, last_date_used=today)
    )
    prefix, number = last_document.rsplit("-", 1)
    add_open_lines(session, today, f"{prefix}-{int(number) + 1:05}")
    add_worksheets(session, today)
    company = session.scalars(select(CompanyInformation)).one()
    company.demo = True
    session.flush()
