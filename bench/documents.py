"""Orders of 5 and of 500 lines: posted from the web, opened, edited in place; percentiles and SQL statements."""

from __future__ import annotations

import cProfile
import gc
import pstats
import re
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from flask import Flask
from sqlalchemy import event, select
from werkzeug.test import TestResponse

from bench.databases import empty_database
from bench.report import Measure, Report
from core.memory import collect_rarely
from core.unit_of_work import perform
from models import Item, Location, db
from services.trade.status import release
from tests.builders import World
from tests.support.applications import dispose, new_app
from tests.support.people import PeopleClient, log_in_as
from tests.support.trading import Trade

GROUP = "Purchase and sales documents"
ITEMS = 500
ROUNDS = 40
LARGE_ROUNDS = 6
#: not counted, for a worker that has just started compiles and plans; PostgreSQL keeps a plan after five of its own
WARM_UP, LARGE_WARM_UP = 10, 2
SHORT, LONG = 5, 500
#: milliseconds on the server (issue: documents; DESIGN section 10)
POST_SHORT, POST_LONG, PAGE = 60.0, 1000.0, 200.0
Ask = Callable[[], TestResponse]


class _Desk:
    """A company with 500 items in stock, and somebody logged in who opens and posts orders through the pages."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        app.test_client_class = PeopleClient
        self.client: Any = app.test_client()
        with app.app_context():
            world = World(db.session())
            trade = Trade(world)
            items = [trade.item(f"B{number:05}", unit_cost=2, unit_price=5, vat="STANDARD") for number in range(ITEMS)]
            for item in items:
                world.receive(item, 100_000, 2, at="BLUE", on="2025-01-02")
        log_in_as(app, self.client, "owner")

    def order(self, kind: str, lines: int, start: int = 0) -> str:
        """The address of a released order with so many lines, each of another item."""
        with self.app.app_context():
            session = db.session()
            trade = Trade.__new__(Trade)
            trade.session, trade.world = session, World.__new__(World)
            ids = session.scalars(select(Item).order_by(Item.id)).all()
            blue = _location_id(session, "BLUE")
            rows = [
                {"item": ids[(start + number) % len(ids)], "quantity": 2, "unit_amount": 5, "location_id": blue}
                for number in range(lines)
            ]
            document = trade.open(kind, *rows, location_id=blue)
            no, document_id = document.no, document.id
            perform(session, lambda s: release(s, document_id))
        side = kind.split("_", 1)[0]
        return f"/{side}/orders/{no}"

    def post(self, address: str) -> Ask:
        """What the Post button of the dialog sends, once its page is there."""
        page = self.client.fragment(f"{address}/post").text
        form = dict(_inputs(page)) | {"what": "both", "csrf_token": self.client.token()}
        return lambda: self.client.post(f"{address}/post", data=form, headers={"HX-Request": "true"})

    def edit(self, address: str, line_no: int, quantity: int) -> Ask:
        """What leaving the quantity of a line sends."""
        page = self.client.get(f"{address}?page={(line_no // 10_000 - 1) // 50 + 1}").text
        row = page[page.index(f'id="line-{line_no}"') :]
        row = row[: row.index("</tbody>")]
        form = {name: value for name, value in _inputs(row) if name != "csrf_token"} | {"quantity": str(quantity)}
        return lambda: self.client.send(f"{address}/lines/{line_no}", form, htmx=True)


def _location_id(session: Any, code: str) -> Any:
    return session.scalars(select(Location.id).where(Location.code == code)).one()


def _inputs(page: str) -> Iterator[tuple[str, str]]:
    for tag in re.findall(r"<input[^>]*>", page):
        name, value = re.search(r'\bname="([^"]*)"', tag), re.search(r'\bvalue="([^"]*)"', tag)
        if name and 'type="radio"' not in tag and 'type="submit"' not in tag:
            yield name[1], value[1] if value else ""


def measure_documents(engine: str, report: Report, *, profile: bool = False, match: str = "") -> None:
    """Post short and long orders from the web; open and edit a long one. `match`: only what has it in its name."""
    with empty_database(engine) as url:
        app = new_app(url)
        desk = _Desk(app)
        collect_rarely()
        for kind in ("sales_order", "purchase_order"):
            word = kind.replace("_", " ")
            for lines, rounds, warm_up, budget in (
                (SHORT, ROUNDS, WARM_UP, POST_SHORT), (LONG, LARGE_ROUNDS, LARGE_WARM_UP, POST_LONG),
            ):  # fmt: skip
                name = f"{word} of {lines} lines, ship and invoice"
                if match in name:
                    asks = (desk.post(desk.order(kind, lines, start=turn * lines)) for turn in range(rounds + warm_up))
                    _measure(app, report, engine, name, asks, budget, profile=profile, warm_up=warm_up)
        address = desk.order("sales_order", LONG)
        pages = (
            ("order of 500 lines: page", address), ("order of 500 lines: page 6 of 10", f"{address}?page=6"),
            ("order of 500 lines: posting dialog", f"{address}/post"),
        )  # fmt: skip
        for name, page in pages:
            if match in name:
                asks = (partial(desk.client.get, page) for _turn in range(ROUNDS))
                _measure(app, report, engine, name, asks, PAGE, profile=profile)
        name = "order of 500 lines: one line edited"
        if match in name:
            desk.client.send(f"{address}/reopen")
            asks = (desk.edit(address, 2_500_000, turn % 7 + 1) for turn in range(ROUNDS))
            _measure(app, report, engine, name, asks, PAGE / 2, profile=profile)
        gc.unfreeze()
        dispose(app)


def _measure(
    app: Flask, report: Report, engine: str, name: str, asks: Iterator[Ask], budget: float, *, profile: bool,
    warm_up: int = LARGE_WARM_UP,
) -> None:  # fmt: skip
    times, cpus, most, size = [], [], 0, 0
    profiler = cProfile.Profile()
    for turn, ask in enumerate(asks):
        with counted(app) as statements:
            started, cpu = time.perf_counter(), time.process_time()
            if profile and turn >= warm_up:
                profiler.enable()
            answer = ask()
            profiler.disable()
            taken, cpu = time.perf_counter() - started, time.process_time() - cpu
        if answer.status_code != 200:
            raise RuntimeError(f"{name}: {answer.status_code} {answer.text[:2000]}")
        if turn >= warm_up:
            times.append(1000 * taken)
            cpus.append(1000 * cpu)
            most, size = max(most, len(statements)), max(size, len(answer.data))
    p95 = statistics.quantiles(times, n=20, method="inclusive")[-1]
    note = (
        f"p50 {statistics.median(times):.0f} ms; p95 {statistics.quantiles(cpus, n=20, method='inclusive')[-1]:.0f} ms "
        f"in the program (p50 {statistics.median(cpus):.0f}); {most} queries; {size // 1000} kB answered"
    )
    report.add(Measure(GROUP, name, engine, p95, "ms p95", budget, note=note))
    if profile:
        print(name)
        pstats.Stats(profiler).sort_stats("tottime").print_stats(35)
        pstats.Stats(profiler).sort_stats("cumulative").print_stats(90)


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """The statements that run inside the block."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)
