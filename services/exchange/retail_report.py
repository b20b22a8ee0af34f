"""The reconciliation of imported trade: what the file said against what the ledger says, per day and per rule."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pygal
from pygal.style import Style
from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from core.rounding import ZERO
from core.text import _
from models import ItemLedgerEntry, Job, Register, ValueEntry
from models.enums import EntryType, JobStatus
from services.exchange.retail_rules import POSTED, Rule, rule_words
from services.exchange.retail_week import BATCH_NAME, OPENING_NO, SOURCE_CODE


@dataclass
class Figures:
    """Lines, quantity and amount, signed as in the file: sold is positive."""

    lines: int = 0
    quantity: Decimal = ZERO
    amount: Decimal = ZERO

    def plus(self, other: Figures) -> Figures:
        """The sum of both."""
        return Figures(self.lines + other.lines, self.quantity + other.quantity, self.amount + other.amount)


@dataclass
class DayRow:
    """One day: what was read, what the ledger has, what was reported."""

    day: dt.date
    read: Figures = field(default_factory=Figures)
    ledger: Figures = field(default_factory=Figures)
    reported: Figures = field(default_factory=Figures)

    @property
    def difference(self) -> Figures:
        """Read less ledger less reported: nothing, ever."""
        return Figures(
            self.read.lines - self.ledger.lines - self.reported.lines,
            self.read.quantity - self.ledger.quantity - self.reported.quantity,
            self.read.amount - self.ledger.amount - self.reported.amount,
        )

    @property
    def agrees(self) -> bool:
        """True when nothing is left over."""
        return self.difference == Figures()


@dataclass
class RuleRow:
    """One rule of the import with its lines."""

    rule: Rule
    words: str
    posted: bool
    figures: Figures


@dataclass
class Reconciliation:
    """The report's one value; pages, files and chart draw it."""

    days: list[DayRow]
    rules: list[RuleRow]
    files: list[str]

    @property
    def total(self) -> DayRow:
        """The sum of all days."""
        total = DayRow(dt.date.min)
        for row in self.days:
            total.read = total.read.plus(row.read)
            total.ledger = total.ledger.plus(row.ledger)
            total.reported = total.reported.plus(row.reported)
        return total

    @property
    def agrees(self) -> bool:
        """True when every day does."""
        return all(row.agrees for row in self.days)


def reconcile(session: Session) -> Reconciliation:
    """Compare the figures that imports have kept with the ledger; three statements, whatever its size."""
    days: dict[dt.date, DayRow] = {}
    rules: dict[Rule, Figures] = {}
    files = []
    jobs = session.execute(
        select(Job.result, Job.parameters).where(Job.kind == "retail", Job.status == JobStatus.DONE).order_by(Job.id)
    )
    for result, parameters in jobs:
        if not result.get("days"):
            continue
        files.append(str(result.get("name") or parameters.get("name") or ""))
        for entry in result["days"]:
            _count(entry, days, rules)
    for day, figures in _ledger(session):
        days.setdefault(day, DayRow(day)).ledger = figures
    rows = [RuleRow(rule, rule_words(rule), rule in POSTED, rules[rule]) for rule in Rule if rule in rules]
    return Reconciliation([days[day] for day in sorted(days)], rows, files)


def _count(entry: dict[str, Any], days: dict[dt.date, DayRow], rules: dict[Rule, Figures]) -> None:
    day = dt.date.fromisoformat(entry["day"])
    figures = Figures(int(entry["lines"]), Decimal(entry["quantity"]), Decimal(entry["amount"]))
    row = days.setdefault(day, DayRow(day))
    if not entry["rule"]:
        row.read = row.read.plus(figures)
        return
    rule = Rule(entry["rule"])
    rules[rule] = rules.get(rule, Figures()).plus(figures)
    if rule not in POSTED:
        row.reported = row.reported.plus(figures)


def _ledger(session: Session) -> Iterator[tuple[dt.date, Figures]]:
    entry = ItemLedgerEntry
    ours = and_(Register.source_code == SOURCE_CODE, Register.journal_batch_name == BATCH_NAME)
    found: dict[dt.date, Figures] = {}
    quantities = session.execute(
        select(entry.posting_date, entry.entry_type, func.count(), func.sum(entry.quantity))
        .join(Register, Register.id == entry.register_id)
        .where(ours, entry.document_no != OPENING_NO)
        .group_by(entry.posting_date, entry.entry_type)
    )
    for day, kind, count, quantity in quantities:
        signed = quantity if kind == EntryType.NEGATIVE_ADJMT else -quantity
        found[day] = found.get(day, Figures()).plus(Figures(count, signed))
    amounts = session.execute(
        select(ValueEntry.posting_date, func.sum(ValueEntry.sales_amount_actual))
        .join(Register, Register.id == ValueEntry.register_id)
        .where(ours, ValueEntry.document_no != OPENING_NO)
        .group_by(ValueEntry.posting_date)
    )
    for day, amount in amounts:
        found[day] = found.get(day, Figures()).plus(Figures(amount=amount or ZERO))
    yield from sorted(found.items())


def table_rows(report: Reconciliation) -> tuple[list[str], list[list[object]]]:
    """Headings and rows for CSV and XLSX, with the sum below."""
    headings = [
        "Day",
        "Lines read",
        "Lines posted",
        "Lines reported",
        "Quantity read",
        "Quantity posted",
        "Quantity reported",
        "Amount read",
        "Amount posted",
        "Amount reported",
        "Difference in lines",
        "Difference in quantity",
        "Difference in amount",
    ]
    return headings, [_cells(row, row.day) for row in report.days] + [_cells(report.total, _("Total"))]


def _cells(row: DayRow, first: object) -> list[object]:
    parts = (row.read, row.ledger, row.reported)
    left = row.difference
    return [
        first, *(part.lines for part in parts), *(part.quantity for part in parts), *(part.amount for part in parts),
        left.lines, left.quantity, left.amount,
    ]  # fmt: skip


def chart_svg(report: Reconciliation) -> bytes:
    """Amount per day, file beside ledger."""
    style = Style(
        background="transparent",
        plot_background="transparent",
        font_family="sans-serif",
        colors=("#8a94a6", "#2563eb"),
        foreground="#6b7280",
        foreground_strong="#374151",
        foreground_subtle="#9ca3af",
    )
    chart = pygal.Bar(
        width=900, height=300, style=style, js=[], legend_at_bottom=True, show_y_guides=True, print_values=False,
        margin=10, disable_xml_declaration=False, no_prefix=True,
    )  # fmt: skip
    chart.x_labels = [f"{row.day:%d %b}" for row in report.days]
    chart.add(_("File"), [row.read.amount for row in report.days])
    chart.add(_("Ledger"), [row.ledger.amount for row in report.days])
    return bytes(chart.render())
