"""How long pages take with a large shop behind them: percentiles of many requests, and their SQL statements."""

from __future__ import annotations

import datetime as dt
import gc
import hashlib
import html
import re
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, event, func, select
from werkzeug.test import TestResponse

from bench.addresses import LISTS
from bench.databases import ENGINES, session_on
from bench.dataset import BATCH, ITEMS, fill
from bench.dataset_entries import DAYS
from bench.report import Measure, Report
from bench.valuation import measure_valuation
from core.memory import collect_rarely
from models import GlAccount, GlEntry, ItemJournalLine, JournalBatch, db
from tests.support import postgres
from tests.support.applications import dispose, new_app
from tests.support.databases import migrate_empty
from tests.support.people import PeopleClient, log_in_as

POSTING_GROUP, POSTING = "Posting from the web", "posting 5 journal lines"
REQUESTS = 40
#: milliseconds on the server, 95 of 100 requests; SQL statements of one request (DESIGN section 10)
BUDGET_MS, BUDGET_QUERIES = 100, 25
CACHE = Path(__file__).resolve().parent / ".cache"


#: a page that takes seconds is not asked forty times
SECONDS = 10
WARM_UP = 3
WARM = ("/", "/items", "/items/N1", "/ledger/items", "/journal/")
LINES = 5
POST_BUDGET_MS = 60


def measure_pages(engine: str, report: Report, *, rows: int, match: str = "") -> None:
    """Make the data unless an earlier run left it, ask every page many times, value the stock, post from the web.

    `match` measures only what has it in its name.
    """
    if engine not in ENGINES:
        raise ValueError(engine)
    with _large_database(engine, rows) as url:
        app = new_app(url)
        app.test_client_class = PeopleClient
        client = app.test_client()
        log_in_as(app, client, "owner")
        given = _given(app)
        for address in WARM:  # as a worker is after its first minutes
            client.get(address)
        collect_rarely()
        for group, addresses in LISTS.items():
            for name, address in addresses.items():
                if match in name:
                    _measure_page(app, client, report, engine, (group, name), address, given)
        if match in "valuation":
            with app.app_context():
                measure_valuation(db.session(), engine, report)
        if match in POSTING:
            _measure_posting(app, client, report, engine)
        gc.unfreeze()
        dispose(app)


def _given(app: Flask) -> dict[str, object]:
    """What addresses name besides the item: a busy and an idle account, a day, an entry."""
    with app.app_context():
        counted = db.session.execute(
            select(GlAccount.no, func.count()).join(GlEntry, GlEntry.account_id == GlAccount.id).group_by(GlAccount.no)
        )
        accounts = {row[0]: row[1] for row in counted}
    return {"busy": max(accounts, key=accounts.__getitem__), "idle": min(accounts, key=accounts.__getitem__)}


def _measure_page(
    app: Flask, client: FlaskClient, report: Report, engine: str, what: tuple[str, str], address: str,
    given: dict[str, object],
) -> None:  # fmt: skip
    if address.startswith("next:"):
        address = _next_of(client, address.removeprefix("next:"))
    seen = _Seen()
    for number in range(REQUESTS + WARM_UP):
        item, entry = (number * 2467) % ITEMS + 1, (number * 34_567) % 1_400_000 + 5
        no = "N1" if item == 1 else f"N{item:07}"
        day = dt.date(2024, 1, 1) + dt.timedelta((number * 37) % DAYS)
        url = address.format(item=item, no=no, day=day, entry=entry, **given)
        with _counted(app) as statements:
            taken, cpu, answer = _timed(partial(client.get, url))
        if answer.status_code != 200:
            raise RuntimeError(f"{url}: {answer.status_code}")
        if number >= WARM_UP:  # the first ones compile templates and statements
            seen.add(taken, cpu, len(statements))
        if sum(seen.times) > 1000 * SECONDS and number > 2 * WARM_UP:
            break
    seen.report(report, what, engine, BUDGET_MS)


def _next_of(client: FlaskClient, address: str) -> str:
    """The address of the second page."""
    found = re.search(r'href="([^"]*[?&;]after=[^"]*)"', client.get(address).text)
    if found is None:
        raise RuntimeError(f"{address} has one page")
    return html.unescape(found.group(1)).replace("{", "{{").replace("}", "}}")


def _measure_posting(app: Flask, client: FlaskClient, report: Report, engine: str) -> None:
    """Five lines typed into the grid (not measured), then the button that posts them."""
    with app.app_context():
        batch_id = db.session.scalars(select(JournalBatch.id).where(JournalBatch.name == BATCH)).one()
        db.session.execute(delete(ItemJournalLine).where(ItemJournalLine.batch_id == batch_id))
        db.session.commit()
    seen = _Seen()
    for number in range(REQUESTS + WARM_UP):
        for line in range(LINES):
            item = (number * LINES + line) * 100 + 3  # neither a blocked one nor a service
            data = {
                "item": f"N{item:07}", "quantity": "2", "unit_amount": "10",
                "posting_date": "2026-01-10",
                "document_no": f"W{time.time_ns() % 10**12}", "location": "BLUE",
                "entry_type": "sale" if line % 2 else "purchase",
            }  # fmt: skip
            typed = client.send(f"/journal/{batch_id}/lines", data, htmx=True)
            if typed.status_code != 200:
                raise RuntimeError(typed.text)
        with app.app_context():
            version = db.session.scalars(select(JournalBatch.version).where(JournalBatch.id == batch_id)).one()
        form = {"key": f"bench-{time.time_ns()}", "version": str(version)}
        with _counted(app) as statements:
            taken, cpu, answer = _timed(partial(client.send, f"/journal/{batch_id}/post", form, htmx=True))
        if answer.status_code != 200 or "HX-Redirect" not in answer.headers:
            raise RuntimeError(f"not posted: {answer.status_code} {answer.text}")
        if number >= WARM_UP:
            seen.add(taken, cpu, len(statements))
    seen.report(report, (POSTING_GROUP, POSTING), engine, POST_BUDGET_MS)


def _timed(ask: Callable[[], TestResponse]) -> tuple[float, float, TestResponse]:
    """Milliseconds on the clock and of this process, and the answer."""
    started, cpu = time.perf_counter(), time.process_time()
    answer = ask()
    return 1000 * (time.perf_counter() - started), 1000 * (time.process_time() - cpu), answer


class _Seen:
    """Times and numbers of statements of one page."""

    def __init__(self) -> None:
        self.times: list[float] = []
        self.cpu: list[float] = []
        self.most = 0

    def add(self, milliseconds: float, cpu: float, queries: int) -> None:
        self.times.append(milliseconds)
        self.cpu.append(cpu)
        self.most = max(self.most, queries)

    def report(self, report: Report, what: tuple[str, str], engine: str, budget: int) -> None:
        p50, p95 = statistics.median(self.times), statistics.quantiles(self.times, n=20, method="inclusive")[-1]
        cpu = statistics.quantiles(self.cpu, n=20, method="inclusive")[-1]
        queries = f"{self.most} queries"
        if budget == BUDGET_MS:
            queries += f" (at most {BUDGET_QUERIES}{': MISSED' if self.most > BUDGET_QUERIES else ''})"
        note = f"p50 {p50:.0f} ms; p95 {cpu:.0f} ms in the program; {queries}"
        report.add(Measure(*what, engine, p95, "ms p95", budget, note=note))


@contextmanager
def _counted(app: Flask) -> Iterator[list[str]]:
    statements: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", count)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", count)


@contextmanager
def _large_database(engine: str, rows: int) -> Iterator[str]:
    """Made once and kept in bench/.cache, under a name that changes with the tables and with how it is made."""
    CACHE.mkdir(exist_ok=True)
    name = f"pages-{rows}-{_version()}"
    if engine == "sqlite":
        path = CACHE / f"{name}.sqlite"
        if not path.exists():
            making = path.with_suffix(".making")
            making.unlink(missing_ok=True)
            migrate_empty(f"sqlite:///{making}")
            _make(f"sqlite:///{making}", rows)
            making.rename(path)
        yield f"sqlite:///{path}"
        return
    with postgres.start_cluster(postgres.DURABLE_SETTINGS, data=CACHE / f"{name}-postgresql") as cluster:
        url = cluster.url("bench")
        with cluster.connect() as connection:
            ready = connection.execute("SELECT 1 FROM pg_database WHERE datname = 'bench'").fetchone()
        if not ready:
            making = cluster.create_database()
            try:
                migrate_empty(making)
                _make(making, rows)
            except BaseException:
                cluster.drop_database(making)
                raise
            with cluster.connect() as connection:
                connection.execute(f"ALTER DATABASE {postgres.database_name(making)} RENAME TO bench")
        yield url


def _version() -> str:
    folder = Path(__file__).resolve().parent
    files = [
        *sorted((folder.parent / "migrations" / "versions").glob("*.py")), *sorted(folder.glob("dataset*.py")),
        folder / "copying.py",
    ]  # fmt: skip
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:8]


def _make(url: str, rows: int) -> None:
    with session_on(url) as session:
        fill(session, rows)
