"""What a report is and which there are: parameters in; rows, totals and an as-of day out.

Page, CSV, XLSX, PDF and chart all draw that one value, so their figures cannot disagree.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from markupsafe import Markup
from sqlalchemy import Select
from sqlalchemy.orm import Session

from core.errors import NotFound
from core.rounding import ZERO
from core.text import _
from models import Permission
from services.reports import charts
from services.reports.figures import Figures
from services.reports.papers import Paper, PaperColumn, PaperTable, check_size, paper_pdf


@dataclass(frozen=True, slots=True)
class Subject:
    """What a row is about, so that pages can link to it: "item", "location" or "month", and its no., code or yyyymm."""

    kind: str
    no: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row: a value for each column."""

    values: tuple[Any, ...]
    subject: Subject | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """The figures of one run. `conditions` are the parameters in words, label and value."""

    title: str
    as_of: dt.date
    columns: tuple[PaperColumn, ...]
    rows: tuple[Row, ...]
    totals: tuple[Any, ...] | None = None
    chart: charts.Chart | None = None
    conditions: tuple[tuple[str, str], ...] = ()
    note: str = ""
    #: how many rows there are in all, where `rows` is a window of them
    count: int | None = None

    @property
    def row_count(self) -> int:
        """All rows, whether they are here or not."""
        return len(self.rows) if self.count is None else self.count


@dataclass(frozen=True, slots=True)
class Window:
    """Which rows of a report are wanted; all without a size."""

    start: int = 0
    size: int | None = None

    def cut(self, statement: Select[Any]) -> Select[Any]:
        """The statement for just these rows."""
        return statement if self.size is None else statement.offset(self.start).limit(self.size)

    def slice(self, rows: Sequence[Row]) -> tuple[Row, ...]:
        """These of rows that were read whole."""
        return tuple(rows if self.size is None else rows[self.start : self.start + self.size])


ALL = Window()


@dataclass(frozen=True)
class Report:
    """One report; `parameters` is a frozen class, `run(session, parameters, as_of)` reads and adds up.

    `run` of a paged report takes a Window besides: the page asks for a page of it, files for all.
    """

    key: str
    title: str
    sentence: str
    permission: Permission
    parameters: type[Any]
    run: Callable[..., Outcome]
    icon: str = "report-analytics"
    #: for any day; the others tell how things stand now
    dated: bool = True
    paged: bool = False


#: functions that name the reports of a module; asked each time, so that titles are in the reader's language
SOURCES: list[Callable[[], Iterable[Report]]] = []


def reports() -> dict[str, Report]:
    """Every report by key, in the order of their modules."""
    return {report.key: report for source in SOURCES for report in source()}


def get_report(key: str) -> Report:
    """The report, or NotFound `report_not_found`."""
    found = reports().get(key)
    if found is None:
        raise NotFound("report_not_found", _("There is no such report. The list of reports shows what there is."))
    return found


def add_up(columns: tuple[PaperColumn, ...], rows: tuple[Row, ...], summed: frozenset[int]) -> tuple[Any, ...]:
    """The row of totals: the word in the first column, sums where `summed` names the column."""
    sums = {place: sum((row.values[place] for row in rows), ZERO) for place in summed}
    return tuple(sums.get(place, _("Total") if place == 0 else "") for place in range(len(columns)))


def draw_chart(outcome: Outcome, figures: Figures, palette: charts.Palette = charts.SCREEN) -> Markup:
    """The chart of an outcome; nothing when it has none."""
    return charts.draw(outcome.chart, figures.amount, palette) if outcome.chart else Markup("")


def outcome_pdf(session: Session, outcome: Outcome, *, sheet: str = "a4", locale: str = "en") -> bytes:
    """The outcome on paper. Raises ValidationError `too_many_rows`, `unknown_sheet`."""
    check_size(len(outcome.rows))
    figures = Figures(locale)
    table = PaperTable("", outcome.columns, tuple(row.values for row in outcome.rows), outcome.totals, outcome.note)
    facts = ((_("As of"), figures.day(outcome.as_of)), (_("Lines"), str(len(outcome.rows))), *outcome.conditions)
    paper = Paper(
        outcome.title, f"{outcome.title} · {outcome.as_of.isoformat()}", facts, (table,),
        chart=draw_chart(outcome, figures, charts.PAPER),
    )  # fmt: skip
    return paper_pdf(session, paper, sheet=sheet, locale=locale)


def share(part: Decimal, whole: Decimal) -> Decimal:
    """`part` of `whole` in percent with one decimal; 0 of nothing."""
    return round(part * 100 / whole, 1) if whole else ZERO
