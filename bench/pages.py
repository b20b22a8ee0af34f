"""How long pages take with a large shop behind them: percentiles of many requests, and their SQL statements."""

from __future__ import annotations

import hashlib
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from bench.databases import ENGINES, session_on
from bench.dataset import ITEMS, fill
from bench.report import Measure, Report
from models import db
from tests.support import postgres
from tests.support.databases import dispose, migrate_empty, new_app
from tests.support.people import log_in_as

GROUP = "Pages"
REQUESTS = 40
#: milliseconds on the server, 95 of 100 requests; SQL statements of one request (DESIGN section 10)
BUDGET_MS, BUDGET_QUERIES = 100, 25
CACHE = Path(__file__).resolve().parent / ".cache"

#: what is measured; {no} and {item} change with each request
PAGES = {
    "item list": "/items",
    "item list, second page": "/items?page=2",
    "item list, searched": "/items?q=lantern+no.+{item}",
    "item list, by stock": "/items?sort=-on_hand",
    "item card": "/items/{no}",
    "ledger list": "/ledger/items",
    "ledger list of an item": "/ledger/items?item={no}",
    "value entries": "/ledger/values",
}


def measure_pages(engine: str, report: Report, *, rows: int) -> None:
    """Make the data unless an earlier run left it, ask every page many times."""
    if engine not in ENGINES:
        raise ValueError(engine)
    with _large_database(engine, rows) as url:
        app = new_app(url)
        client = app.test_client()
        log_in_as(app, client, "owner")
        for name, address in PAGES.items():
            _measure(app, client, report, engine, name, address)
        dispose(app)


def _measure(app: Flask, client: FlaskClient, report: Report, engine: str, name: str, address: str) -> None:
    times: list[float] = []
    most = 0
    for number in range(REQUESTS + 3):
        item = (number * 2467) % ITEMS + 1
        with _counted(app) as statements:
            started = time.perf_counter()
            answer = client.get(address.format(item=item, no="N1" if item == 1 else f"N{item:07}"))
            taken = 1000 * (time.perf_counter() - started)
        if answer.status_code != 200:
            raise RuntimeError(f"{address}: {answer.status_code}")
        if number >= 3:  # the first ones compile templates and statements
            times.append(taken)
            most = max(most, len(statements))
    p50, p95 = statistics.median(times), statistics.quantiles(times, n=20)[-1]
    note = f"p50 {p50:.0f} ms, {most} queries (at most {BUDGET_QUERIES})"
    report.add(Measure(GROUP, name, engine, p95, "ms p95", BUDGET_MS, note=note))


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
