"""A real week of trade into the books: items, customers, opening stock, sales, returns and write-offs.

One transaction for everything, one register a day: either the whole file is in the ledger or nothing of it. Invoice
numbers are document numbers, so a file that is in the ledger already is recognised and posts nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import ConflictError, ValidationError
from core.rounding import round_amount
from core.text import _
from models import (
    BLANK_ID,
    Customer,
    GenBusinessPostingGroup,
    Item,
    ItemLedgerEntry,
    Location,
    Register,
    UnitOfMeasure,
)
from models.enums import EntryType, SourceType
from posting.lines import PostingContext, PostingLine
from posting.post import post_lines
from services.exchange.handlers import local_copy
from services.exchange.retail_cards import create_cards
from services.exchange.retail_documents import DocumentPlayer, find_counter, posted_numbers
from services.exchange.retail_file import RetailFile, figures_by_day, opening_stock, read_file
from services.exchange.retail_lines import FILE_NAME, FILE_TYPE, lines_file
from services.exchange.retail_rules import RetailLine, Rule, rule_words
from services.exchange.writing import CSV_TYPE, table_bytes
from services.jobs import JobKind, ProgressReport, RunningJob, register
from services.poster import Poster

SOURCE_CODE = "IMPORT"
#: of journal lines, and of documents
SOURCE_CODES = (SOURCE_CODE, "SALES")
BATCH_NAME = "RETAIL"
OPENING_NO = "OPENING"
_CHUNK = 500


@dataclass(frozen=True)
class RetailSettings:
    """What the user may decide: where the goods lie, and what they cost in percent of their usual price."""

    location_code: str = ""
    cost_percent: Decimal = Decimal(50)
    #: sales orders and credit memos instead of journal lines
    as_documents: bool = False


def settings_from(parameters: Mapping[str, Any]) -> RetailSettings:
    """From a job's parameters. Raises ValidationError `out_of_range`."""
    percent = Decimal(str(parameters.get("cost_percent", 50)))
    if not 0 <= percent <= 100:
        raise ValidationError(
            "out_of_range", _("The cost lies between 0 and 100 percent of the price."), field="cost_percent"
        )
    return RetailSettings(
        str(parameters.get("location_code", "")), percent, bool(parameters.get("as_documents", False))
    )


def run_retail(session: Session, job: RunningJob, progress: ProgressReport) -> dict[str, Any]:
    """The job: read, post everything in one transaction, keep what the file said for the reconciliation."""
    parameters = job.parameters
    settings = settings_from(parameters)
    progress(0, 0, _("Reading the file"))
    with local_copy(session, int(parameters.get("file_id", 0)), str(parameters.get("path", ""))) as path:
        content = read_file(path)
    done = already_posted(session, content)
    if done:
        session.rollback()
        return {
            "message": _(
                "All %(count)s invoices of this file are in the ledger already; nothing was posted.", count=f"{done:,}"
            ),
            "digest": content.digest,
            "already": True,
        }
    session.rollback()
    user_name = str(parameters.get("user_name", ""))
    counts = job.perform(lambda s: post_week(s, content, settings, progress, user_id=job.user_id, user_name=user_name))
    result = {"digest": content.digest, "name": str(parameters.get("name", "")), **counts, "days": day_rows(content)}
    job.save_file(FILE_NAME, FILE_TYPE, lines_file(content))
    if content.reported:
        result["errors_file_id"] = job.save_file("retail-not-posted.csv", CSV_TYPE, reported_file(content))
    result["message"] = _(
        "%(read)s lines read: %(posted)s posted, %(reported)s reported. "
        "New items: %(items)s, new customers: %(customers)s.",
        **{name: f"{counts[name]:,}" for name in ("read", "posted", "reported", "items", "customers")},
    )
    return result


def already_posted(session: Session, content: RetailFile) -> int:
    """How many invoices are in the ledger when all are; 0 when none is.

    Raises ConflictError `partly_imported` where only some are: the file overlaps another one.
    """
    numbers = sorted({line.invoice_no for line in content.lines if line.posted})
    known: set[str] = set()
    for start in range(0, len(numbers), _CHUNK):
        some = numbers[start : start + _CHUNK]
        known |= posted_numbers(session, some, BATCH_NAME)
        known.update(
            session.scalars(
                select(ItemLedgerEntry.document_no)
                .join(Register, Register.id == ItemLedgerEntry.register_id)
                .where(
                    ItemLedgerEntry.document_no.in_(some), Register.source_code == SOURCE_CODE,
                    Register.journal_batch_name == BATCH_NAME,
                )
                .distinct()
            )
        )  # fmt: skip
    found = len(known)
    if found and found < len(numbers):
        raise ConflictError(
            "partly_imported",
            _("%(found)s of the file's %(count)s invoices are in the ledger already, so nothing was posted. "
              "Take those lines out of the file.", found=found, count=len(numbers)),
        )  # fmt: skip
    return found


def post_week(
    session: Session,
    content: RetailFile,
    settings: RetailSettings,
    progress: ProgressReport,
    *,
    user_id: int | None,
    user_name: str = "",
) -> dict[str, int]:
    """Make the cards and post everything in the caller's transaction. Returns counts.

    Raises ConflictError `already_imported`, `partly_imported`; ValidationError `location_unknown`; what posting raises.
    """
    _lock(session)
    if already_posted(session, content):
        raise ConflictError("already_imported", _("This file is in the ledger already."))
    posted = content.posted
    if not posted:
        raise ValidationError("nothing_to_post", _("The file holds no line that can be posted."))
    total = len(posted) + len(content.items)
    progress(0, total, _("Making items and customers"))
    cards = create_cards(session, content, cost_percent=settings.cost_percent)
    done = len(content.items)
    lines = _LineMaker(session, content, settings)
    context = {"source_code": SOURCE_CODE, "journal_batch_name": BATCH_NAME, "user_id": user_id, "user_name": user_name}
    progress(done, total, _("Posting opening stock"))
    opening = lines.opening(posted[0].day - dt.timedelta(days=1), opening_stock(posted))
    registers = documents = 0
    player = None
    if settings.as_documents:
        find_counter(session)
        poster = Poster(user_id=user_id, user_name=user_name, batch_name=BATCH_NAME)
        player = DocumentPlayer(session, sorted(content.items), lines.location_id, poster)
    if opening:
        post_lines(session, opening, PostingContext(document_no=OPENING_NO, **context))  # type: ignore[arg-type]
        registers += 1
    for day, some in _by_day(posted).items():
        progress(done, total, _("Posting %(day)s", day=day.isoformat()))
        for as_journal, part in groupby(some, key=lambda line: player is None or line.rule == Rule.WRITE_OFF):
            if player is not None and not as_journal:
                made = player.play(list(part))
                documents, registers = documents + made, registers + made
                continue
            posted_lines = [lines.line(line, place) for place, line in enumerate(part, 1)]
            post_lines(session, posted_lines, PostingContext(**context))  # type: ignore[arg-type]
            registers += 1
        done += len(some)
    progress(total, total, _("Done"))
    return {
        "read": len(content.lines), "posted": len(posted), "reported": len(content.reported), "opening": len(opening),
        "registers": registers, "documents": documents, **cards,
    }  # fmt: skip


def _lock(session: Session) -> None:
    """Two runs at once wait for each other (PostgreSQL; on SQLite the unit of work has the lock already)."""
    session.scalar(select(Location.id).where(Location.id == BLANK_ID).with_for_update())


def _by_day(lines: Sequence[RetailLine]) -> dict[dt.date, list[RetailLine]]:
    days: dict[dt.date, list[RetailLine]] = {}
    for line in lines:
        days.setdefault(line.day, []).append(line)
    return days


class _LineMaker:
    """Turns lines of the file into posting lines."""

    def __init__(self, session: Session, content: RetailFile, settings: RetailSettings) -> None:
        self.location_id = BLANK_ID
        if settings.location_code:
            found = session.scalar(
                select(Location.id).where(
                    Location.code == settings.location_code.upper(),
                    Location.use_as_in_transit.is_(False),
                    Location.deleted.is_(False),
                )
            )
            if found is None:
                raise ValidationError(
                    "location_unknown",
                    _("There is no location %(code)s.", code=settings.location_code),
                    field="location_code",
                )
            self.location_id = found
        self.items: dict[str, tuple[int, Decimal]] = {}
        nos = sorted(content.items)
        for start in range(0, len(nos), _CHUNK):
            rows = session.execute(
                select(Item.no, Item.id, Item.unit_cost).where(Item.no.in_(nos[start : start + _CHUNK]))
            )
            self.items.update({no: (item_id, cost) for no, item_id, cost in rows})
        self.descriptions = {plan.no: plan.description for plan in content.items.values()}
        self.unit_code = _unit_codes(session, nos)
        groups = dict(session.execute(select(GenBusinessPostingGroup.code, GenBusinessPostingGroup.id)).tuples().all())
        self.home = groups.get("DOMESTIC", BLANK_ID)
        self.groups = _customer_groups(session, sorted(content.customers))

    def opening(self, day: dt.date, needed: Mapping[str, Decimal]) -> list[PostingLine]:
        """Positive adjustments of the day before, at the card's unit cost."""
        lines = []
        for place, (code, quantity) in enumerate(needed.items(), 1):
            item_id, cost = self.items[code]
            lines.append(
                PostingLine(
                    line_no=place,
                    entry_type=EntryType.POSITIVE_ADJMT,
                    item_id=item_id,
                    quantity=quantity,
                    posting_date=day,
                    document_no=OPENING_NO,
                    location_id=self.location_id,
                    description=_("Opening stock"),
                    unit_cost=cost,
                    unit_amount=cost,
                    amount=round_amount(quantity * cost),
                    unit_of_measure_code=self.unit_code[code],
                    reason_code="OPENING",
                )
            )
        return lines

    def line(self, line: RetailLine, place: int) -> PostingLine:
        """A sale (returns: negative) or, for a write-off, a negative adjustment."""
        item_id, cost = self.items[line.code]
        write_off = line.rule == Rule.WRITE_OFF
        price = cost if write_off else line.price
        return PostingLine(
            line_no=place,
            entry_type=EntryType.NEGATIVE_ADJMT if write_off else EntryType.SALE,
            item_id=item_id,
            quantity=line.quantity if write_off else -line.quantity,
            posting_date=line.day,
            document_no=line.invoice_no,
            location_id=self.location_id,
            description=self.descriptions[line.code],
            unit_cost=cost,
            unit_amount=price,
            amount=round_amount(abs(line.quantity) * price),
            unit_of_measure_code=self.unit_code[line.code],
            gen_business_posting_group_id=BLANK_ID if write_off else self.groups.get(line.customer, self.home),
            source_type=SourceType.CUSTOMER if line.customer else SourceType.NONE,
            source_no=line.customer,
            document_line_no=line.line,
            reason_code="DAMAGE" if write_off else ("GIFT" if line.rule == Rule.GIFT else ""),
        )


def _unit_codes(session: Session, nos: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for start in range(0, len(nos), _CHUNK):
        rows = session.execute(
            select(Item.no, UnitOfMeasure.code)
            .join(UnitOfMeasure, UnitOfMeasure.id == Item.base_unit_of_measure_id)
            .where(Item.no.in_(nos[start : start + _CHUNK]))
        )
        found.update(dict(rows.tuples().all()))
    return {no: found.get(no, "") for no in nos}


def _customer_groups(session: Session, nos: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for start in range(0, len(nos), _CHUNK):
        rows = session.execute(
            select(Customer.no, Customer.gen_business_posting_group_id).where(
                Customer.no.in_(nos[start : start + _CHUNK])
            )
        )
        found.update({no: group or BLANK_ID for no, group in rows})
    return found


def day_rows(content: RetailFile) -> list[dict[str, Any]]:
    """The file's figures per day and rule as JSON can hold them; kept with the job for the reconciliation."""
    return [
        {
            "day": day.isoformat(),
            "rule": rule,
            "lines": figures.lines,
            "quantity": str(figures.quantity),
            "amount": str(figures.amount),
        }
        for day, rules in figures_by_day(content.lines).items()
        for rule, figures in rules.items()
    ]


def reported_file(content: RetailFile) -> bytes:
    """The lines that were not posted, with the reason."""
    headings = (
        "line",
        "InvoiceNo",
        "StockCode",
        "Description",
        "Quantity",
        "InvoiceDate",
        "UnitPrice",
        "CustomerID",
        "reason",
    )
    rows = (
        (line.line, line.invoice_no, line.code, line.description, line.quantity, line.day, line.price, line.customer,
         rule_words(line.rule))
        for line in content.reported
    )  # fmt: skip
    return table_bytes("csv", headings, rows)


register(JobKind("retail", "Import of a week of trade", run_retail, "exchange.import", outcome="exchange.outcome"))
