"""Business documents on paper: order, confirmation, pick list, packing slip, notes, invoice, credit memo, transfers.

What each shows is documents.md section 21. Plain values in, PDF out; posted papers are read from posted rows only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from markupsafe import Markup
from sqlalchemy.orm import Session

from core.text import _
from services.reports import codes
from services.reports.figures import Figures
from services.reports.papers import PaperColumn, check_size, company_block
from services.reports.pdf import merged_pdf, render_pdf

NOTHING = Markup("")


@dataclass(slots=True)
class PaperLine:
    """One row: cells by the paper's columns, lines of small print below (lots), the amount it adds to the total."""

    cells: tuple[object, ...]
    notes: list[str] = field(default_factory=list)
    code: Markup = NOTHING
    amount: Decimal | None = None
    #: a comment: one text over the whole width
    text: str = ""


@dataclass(frozen=True, slots=True)
class BusinessPaper:
    """A document for somebody else; `no` is its bar code. `totals` are (label, amount, strong)."""

    title: str
    no: str
    addressee: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    columns: tuple[PaperColumn, ...]
    lines: tuple[PaperLine, ...]
    ship_to: tuple[str, ...] = ()
    ship_to_word: str = ""
    totals: tuple[tuple[str, Decimal, bool], ...] = ()
    closing: tuple[str, ...] = ()
    #: a box to sign for what was handed over
    signed: bool = False
    #: a square at the end of each line to tick with a pen
    tick: bool = False
    #: the responsibility centre whose address stands in place of the company's
    center_id: int | None = None


def business_pdf(session: Session, paper: BusinessPaper, *, sheet: str = "a4", locale: str = "en") -> bytes:
    """The PDF. Raises ValidationError `too_many_rows`, `unknown_sheet`."""
    return render_pdf(_TEMPLATE, _values(session, paper, Figures(locale)), sheet=sheet, locale=locale)


def business_pdfs(session: Session, papers: Sequence[BusinessPaper], *, sheet: str = "a4", locale: str = "en") -> bytes:
    """Several papers, at least one, as one PDF to be printed at once. Raises as `business_pdf`."""
    figures = Figures(locale)
    check_size(sum(len(paper.lines) for paper in papers))
    return merged_pdf([(_TEMPLATE, _values(session, paper, figures)) for paper in papers], sheet=sheet, locale=locale)


_TEMPLATE = "business.html"


def _values(session: Session, paper: BusinessPaper, figures: Figures) -> dict[str, Any]:
    check_size(len(paper.lines))
    return {
        "paper": paper, "company": company_block(session, paper.center_id), "bars": bars(paper.no),
        "carried": _carried(paper, figures), "has_codes": any(line.code for line in paper.lines),
    }  # fmt: skip


def _carried(paper: BusinessPaper, figures: Figures) -> list[str]:
    """The sum up to and with each line, in words for the foot of a page; nothing on papers without amounts."""
    if not paper.totals:
        return []
    total, found = Decimal(0), []
    for line in paper.lines:
        total += line.amount or Decimal(0)
        found.append(figures.amount(total))
    return found


def bars(text: str, gtin: str = "") -> Markup:
    """The bar code of a number, of the trade number where there is a good one; nothing for what bars cannot hold."""
    try:
        if gtin and codes.is_ean(gtin):
            return codes.ean(gtin)
        return codes.code128(text) if text else NOTHING
    except ValueError:
        return NOTHING


def without_empty(paper: BusinessPaper, *labels: str) -> BusinessPaper:
    """The paper without those of these columns that say nothing on any line: no empty strip between the others."""
    gone = {
        place for place, column in enumerate(paper.columns)
        if column.label in labels and all(line.cells[place] in (None, "") for line in paper.lines if line.cells)
    }  # fmt: skip
    if not gone:
        return paper
    lines = [
        replace(line, cells=tuple(cell for place, cell in enumerate(line.cells) if place not in gone))
        for line in paper.lines
    ]
    kept = tuple(column for place, column in enumerate(paper.columns) if place not in gone)
    return replace(paper, columns=kept, lines=tuple(lines))


def address_lines(*parts: str) -> tuple[str, ...]:
    """The lines of an address that say something."""
    return tuple(part.strip() for part in parts if part and part.strip())


def columns(*pairs: tuple[str, str]) -> tuple[PaperColumn, ...]:
    """Columns by (label, kind)."""
    return tuple(PaperColumn(label, kind) for label, kind in pairs)


def facts_of(pairs: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Only what says something."""
    return tuple((label, text) for label, text in pairs if text)


def vat_split(lines: Sequence[tuple[Decimal, Decimal, Decimal]]) -> list[tuple[str, Decimal, bool]]:
    """(VAT %, base, VAT) of lines as totals, one a rate."""
    rates: dict[Decimal, Decimal] = {}
    for percent, _base, vat in lines:
        rates[percent] = rates.get(percent, Decimal(0)) + vat
    figures = Figures("en")
    return [
        (_("VAT %(percent)s", percent=figures.percent(percent)), vat, False) for percent, vat in sorted(rates.items())
    ]
