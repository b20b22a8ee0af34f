"""One line for each measure: what, where, how much, and the budget beside it; on screen and as docs/performance.md."""

from __future__ import annotations

import datetime as dt
import os
import platform
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "docs" / "performance.md"


@dataclass(frozen=True)
class Measure:
    """A figure with its budget; `floor` says that more is better. `note` tells what else was seen."""

    group: str
    name: str
    engine: str
    figure: float
    unit: str
    budget: float | None = None
    floor: bool = False
    note: str = ""

    @property
    def kept(self) -> bool | None:
        """True within the budget, None where there is none."""
        if self.budget is None:
            return None
        return self.figure >= self.budget if self.floor else self.figure <= self.budget

    @property
    def verdict(self) -> str:
        """The budget in words."""
        if self.budget is None:
            return ""
        sign = "at least" if self.floor else "at most"
        return f"{sign} {number(self.budget)}: {'kept' if self.kept else 'MISSED'}"


@dataclass
class Report:
    """Collects measures, each printed as soon as it is there."""

    measures: list[Measure] = field(default_factory=list)

    def add(self, measure: Measure) -> None:
        """Print the measure and keep it."""
        self.measures.append(measure)
        print(
            f"{measure.engine:<10} {measure.name:<46} {number(measure.figure):>10} {measure.unit:<8} "
            f"{measure.verdict:<26} {measure.note}".rstrip(),
            flush=True,
        )

    def write_markdown(self, *, rows: int) -> None:
        """Write docs/performance.md."""
        lines = [_INTRODUCTION.format(day=f"{dt.datetime.now(dt.UTC):%Y-%m-%d}", machine=machine(), rows=f"{rows:,}")]
        for group in dict.fromkeys(measure.group for measure in self.measures):
            lines += [
                f"\n## {group}\n",
                "| what | database | figure | budget | note |",
                "| --- | --- | ---: | --- | --- |",
            ]
            lines += [
                f"| {m.name} | {m.engine} | {number(m.figure)} {m.unit} | {m.verdict} | {m.note} |"
                for m in self.measures
                if m.group == group
            ]
        TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")


def number(value: float) -> str:
    """Whole from a hundred on, else one decimal."""
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:,.1f}"


def machine() -> str:
    """The machine in general words: cores and versions, no name."""
    return (
        f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}"
    )


_INTRODUCTION = """# Performance

Written by `make bench ARGS=--markdown` on {day}; do not edit by hand. Machine: {machine}.
Figures are the best of several rounds for posting and percentiles of many requests for pages, all in one process;
a busy machine makes them worse. Nothing here is asserted by tests, which only pin the number of SQL statements.

- Posting: purchases and sales of 200 FIFO items in equal parts, with applications, value entries and general ledger
  entries, committed to disk (SQLite `synchronous = FULL`, PostgreSQL `synchronous_commit = on`). Beside it stand the
  same rows, copied raw into the same tables with their indexes and triggers: what the database alone allows.
- Pages: {rows} item ledger entries with as many value entries; from the request to the last byte, as the owner.
  "queries" is the largest number of SQL statements of one request.
"""
