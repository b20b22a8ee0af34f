"""A hundred thousand items brought as a file, and found again by category and attributes."""

from __future__ import annotations

import csv
import datetime as dt
import random
import resource
import tempfile
import time
from pathlib import Path

from flask import current_app
from sqlalchemy.orm import Session

from bench.databases import empty_database, session_on, set_up_company
from bench.report import Measure, Report
from blueprints.items_list import LISTING
from core.unit_of_work import perform
from models import Job, db
from services import attributes, categories, jobs, parties
from services.exchange import handlers, kinds
from services.exchange.columns import guess_mapping
from services.exchange.files import detect_format, sample_rows
from services.exchange.importing import columns_of
from services.job_progress import ProgressStore

GROUP = "Master data"
ITEMS = 100_000
#: seconds for the dry run and the import together
BUDGET = 120.0
#: milliseconds for one page of the list
PAGE_BUDGET = 100.0
COLOURS = ("Red", "Blue", "Green", "Black", "White", "Grey", "Yellow", "Brown")
MATERIALS = tuple(f"Material {number}" for number in range(40))
ROUNDS = 200
FIRST_DAY = dt.date(2026, 1, 5)


def measure_masters(engine: str, report: Report, *, items: int = ITEMS) -> None:
    """Check and import a CSV of items with categories, attributes and references; then filter the list."""
    with empty_database(engine) as url, session_on(url) as session:
        set_up_company(session)
        ids = perform(session, _prepare)
        with tempfile.TemporaryDirectory(prefix="stockbook-bench-") as folder:
            path = Path(folder) / "items.csv"
            _write(path, items)
            cpu = time.process_time()
            seconds, told, grown = _import(session, path, Path(folder))
            cpu = time.process_time() - cpu
        report.add(
            Measure(
                GROUP, f"{items:,} items from CSV: dry run and import", engine, seconds, "s", BUDGET,
                note=f"{cpu:.0f} s of it at work, {told} reports of progress, "
                f"{grown} MB more at the end than half-way through the writing",
            )
        )  # fmt: skip
        cpu = time.process_time()
        figures = sorted(_filter(session, ids))
        cpu = (time.process_time() - cpu) * 1000 / len(figures)
        report.add(
            Measure(
                GROUP, "item list by a category and three attributes, p95", engine,
                figures[int(len(figures) * 0.95)], "ms", PAGE_BUDGET,
                note=f"{len(figures)} pages of 50 rows, {cpu:.0f} ms of each at work",
            )
        )  # fmt: skip


def _prepare(session: Session) -> dict[str, int]:
    """A tree of 10 × 10 × 5 categories and three attributes; the attributes' ids by name."""
    parties.create_party(session, parties.VENDOR, "V1", {"name": "Vendor"}, on=FIRST_DAY)
    for top in range(10):
        parent = categories.create_category(session, f"T{top}", f"Top {top}")
        for middle in range(10):
            child = categories.create_category(session, f"T{top}M{middle}", parent_id=parent.id)
            for low in range(5):
                categories.create_category(session, f"T{top}M{middle}L{low}", parent_id=child.id)
    found = {}
    for name, kind in (("Colour", "option"), ("Material", "text"), ("Width", "integer")):
        made = attributes.create_attribute(session, {"name": name, "type": kind})
        for value in COLOURS if kind == "option" else ():
            attributes.add_value(session, made, value)
        found[name] = made.id
    return found


def _write(path: Path, items: int) -> None:
    chance = random.Random(7)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow([
            "No.", "Description", "Category", "Unit price", "Base unit", "Product posting group",
            "Inventory posting group", "Bar codes", "References", "attribute:Colour", "attribute:Material",
            "attribute:Width",
        ])  # fmt: skip
        for number in range(items):
            code = f"T{chance.randrange(10)}M{chance.randrange(10)}L{chance.randrange(5)}"
            writer.writerow([
                f"N{number:06}", f"Item number {number}", code, f"{chance.randrange(1, 999)}.50",
                "PCS", "RETAIL", "RESALE", f"B{number:09}", f"vendor:V1:{number:07}", chance.choice(COLOURS),
                chance.choice(MATERIALS), chance.randrange(10, 200),
            ])  # fmt: skip


def _import(session: Session, path: Path, folder: Path) -> tuple[float, int, int]:
    """Seconds, reports of progress, and by how many MB the process grew in the second half of the writing."""
    store = _Progress(folder / "progress.sqlite")
    runner = jobs.JobRunner(db.session.session_factory, store)
    file_format = detect_format(path)
    headings, _rows = sample_rows(path, file_format, 1)
    kind = kinds.get_kind("items")
    mapping = guess_mapping(headings, columns_of(kind, session, headings).values(), kind.dynamic)
    request = handlers.ImportRequest("items", path.name, file_format.as_dict(), {"mapping": mapping}, 0, str(path))
    begun = time.perf_counter()
    for name in ("import-check", "import"):
        job_id = perform(session, lambda s, name=name: jobs.enqueue(s, name, request.parameters(), None).id)  # type: ignore[misc]
        runner.run(job_id)
        session.rollback()
        job = session.get_one(Job, job_id, populate_existing=True)
        if job.status.value != "done":
            raise RuntimeError(f"{name}: {job.message} {job.result}")
    return time.perf_counter() - begun, store.told, _megabytes() - store.early


class _Progress(ProgressStore):
    """Counts the reports, and notes the memory once half is written: SQLite's page cache (64 MB) is full by then."""

    told = 0
    early = 0

    def report(self, job_id: int, done: int, total: int, message: str) -> bool:
        """One more. The half of a run is reading: at three quarters of the last one half of the rows are written."""
        self.told += 1
        if done * 4 <= total * 3:
            self.early = _megabytes()
        return super().report(job_id, done, total, message)


def _megabytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _filter(session: Session, ids: dict[str, int]) -> list[float]:
    """Milliseconds of each page: what the list reads, as the server would read it."""
    chance, figures = random.Random(11), []
    for _round in range(ROUNDS):
        low = chance.randrange(10, 150)
        query = {
            "category": f"T{chance.randrange(10)}",
            "attr": [f"{ids['Colour']}={chance.choice(COLOURS)}", f"{ids['Colour']}={chance.choice(COLOURS)}",
                     f"{ids['Material']}={chance.choice(MATERIALS)}"],
            f"a{ids['Width']}_min": str(low), f"a{ids['Width']}_max": str(low + 60),
        }  # fmt: skip
        with current_app.test_request_context("/items", query_string=query):
            begun = time.perf_counter()
            state = LISTING.read()
            state.rows, state.count  # noqa: B018 - read once, kept by the state
            figures.append((time.perf_counter() - begun) * 1000)
        session.rollback()
    return figures
