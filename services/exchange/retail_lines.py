"""The lines of imported weeks of trade, kept with the job: every figure of the reconciliation opens its lines."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Job, StoredFile
from models.enums import JobStatus
from services.exchange.retail_file import RetailFile
from services.exchange.retail_rules import POSTED, RetailLine, Rule

FILE_NAME = "retail-lines.csv.z"
#: kept for the report, not offered on the job's page
FILE_TYPE = "application/x-stockbook-retail-lines"
PAGE = 100


@dataclass(frozen=True)
class Page:
    """One page of lines; `number` counts from 1."""

    lines: list[RetailLine]
    number: int
    pages: int
    total: int


def lines_file(content: RetailFile) -> bytes:
    """Every line as read, with its rule, compressed."""
    text = io.StringIO()
    writer = csv.writer(text)
    for line in content.lines:
        writer.writerow((
            line.line, line.invoice_no, line.code, line.description, line.quantity, line.day, line.price,
            line.customer, line.country, line.rule.value,
        ))  # fmt: skip
    return zlib.compress(text.getvalue().encode())


def find_lines(
    session: Session, *, rule: Rule | None = None, day: dt.date | None = None, reported: bool = False, number: int = 1
) -> Page:
    """A page of the lines of all imported files, in the order of the files; `reported` leaves out what was posted."""
    found: list[RetailLine] = []
    total, start = 0, (max(number, 1) - 1) * PAGE
    for line in _all_lines(session):
        if (rule is not None and line.rule != rule) or (day is not None and line.day != day):
            continue
        if reported and line.rule in POSTED:
            continue
        if start <= total < start + PAGE:
            found.append(line)
        total += 1
    return Page(found, max(number, 1), max(1, -(-total // PAGE)), total)


def _all_lines(session: Session) -> Iterator[RetailLine]:
    kept = (
        select(StoredFile.content)
        .join(Job, Job.id == StoredFile.job_id)
        .where(Job.kind == "retail", Job.status == JobStatus.DONE, StoredFile.name == FILE_NAME)
        .order_by(StoredFile.id)
    )
    for content in session.scalars(kept):
        for row in csv.reader(io.StringIO(zlib.decompress(content).decode())):
            number, invoice_no, code, description, quantity, day, price, customer, country, rule = row
            yield RetailLine(
                int(number), invoice_no, code, description, Decimal(quantity), dt.date.fromisoformat(day),
                Decimal(price), customer, country, Rule(rule),
            )  # fmt: skip
