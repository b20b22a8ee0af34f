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
from services.exchange.retail_week import BATCH_NAME, OPENING_NO, SOURCE_CODES


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
    #: the registers that hold the day's entries; one for each file that had lines of the day
    registers: list[int] = field(default_factory=list)

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


@dataclass(frozen=True)
class ImportedFile:
    """A file that was posted, and the job that did it."""

    job_id: int
    name: str
    user_id: int | None
    reported: int


@dataclass
class Reconciliation:
    """The report's one value; pages, files and chart draw it."""

    days: list[DayRow]
    rules: list[RuleRow]
    files: list[ImportedFile]

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
        select(Job.id, Job.user_id, Job.result, Job.parameters)
        .where(Job.kind == "retail", Job.status == JobStatus.DONE)
        .order_by(Job.id)
    )
    for job_id, user_id, result, parameters in jobs:
        if not result.get("days"):
            continue
        name = str(result.get("name") or parameters.get("name") or "")
        files.append(ImportedFile(job_id, name, user_id, int(result.get("reported", 0))))
        for entry in result["days"]:
            _count(entry, days, rules)
    for day, figures, registers in _ledger(session):
        row = days.setdefault(day, DayRow(day))
        row.ledger, row.registers = figures, registers
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


def _ledger(session: Session) -> Iterator[tuple[dt.date, Figures, list[int]]]:
    entry = ItemLedgerEntry
    ours = and_(Register.source_code.in_(SOURCE_CODES), Register.journal_batch_name == BATCH_NAME)
    found: dict[dt.date, Figures] = {}
    registers: dict[dt.date, set[int]] = {}
    quantities = session.execute(
        select(entry.posting_date, entry.entry_type, entry.register_id, func.count(), func.sum(entry.quantity))
        .join(Register, Register.id == entry.register_id)
        .where(ours, entry.document_no != OPENING_NO)
        .group_by(entry.posting_date, entry.entry_type, entry.register_id)
    )
    for day, kind, register_id, count, quantity in quantities:
        registers.setdefault(day, set()).add(register_id)
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
    for day in sorted(found):
        yield day, found[day], sorted(registers.get(day, ()))


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
        colors=("#87928f", "#0f6b5c"),
        foreground="#55625e",
        foreground_strong="#55625e",
        foreground_subtle="#87928f",
        guide_stroke_color="#c5cdca",
        major_guide_stroke_color="#c5cdca",
        guide_stroke_dasharray="2,4",
        major_guide_stroke_dasharray="2,4",
        label_font_size=15,
        major_label_font_size=15,
        legend_font_size=16,
        opacity="1",
    )
    chart = pygal.Bar(
        width=900,
        height=320,
        style=style,
        js=[],
        legend_at_bottom=True,
        legend_at_bottom_columns=2,
        show_y_guides=True,
        print_values=False,
        margin=10,
        disable_xml_declaration=False,
        no_prefix=True,
    )
    chart.x_labels = [f"{row.day:%d %b}" for row in report.days]
    chart.add(_("File"), [row.read.amount for row in report.days])
    chart.add(_("Ledger"), [row.ledger.amount for row in report.days])
    return bytes(chart.render())
