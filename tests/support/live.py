"""A server with the demo company for real browsers: the company is made once into a file, each server gets a copy."""

from __future__ import annotations

import datetime as dt
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from sqlalchemy import update
from werkzeug.serving import WSGIRequestHandler, make_server

from core.unit_of_work import perform
from models import User, db
from services import passwords
from services.seed.demo import DEMO_PASSWORD, create_demo
from tests.support.applications import dispose, new_app
from tests.support.databases import migrate_empty

#: The demo company's day; a Friday. Its people have it as their work date, whatever the calendar says.
DAY = dt.date(2026, 3, 20)


def make_demo(path: Path, day: dt.date = DAY) -> None:
    """Write the demo company of `day` to a new SQLite file; takes some seconds."""
    url = f"sqlite:///{path}"
    migrate_empty(url)
    app = new_app(url)
    with app.app_context():
        hashed = passwords.hash_password(DEMO_PASSWORD)
        perform(db.session(), lambda session: create_demo(session, today=day, password_hash=hashed))
        perform(db.session(), lambda session: session.execute(update(User).values(work_date=day)).rowcount)
    dispose(app)
    with closing(sqlite3.connect(path)) as connection:  # all into the one file, which is then copied
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@dataclass(frozen=True)
class Live:
    """A running server."""

    app: Flask
    url: str

    def cookie(self, user: str = "owner", password: str = DEMO_PASSWORD) -> dict[str, str]:
        """The session cookie of somebody of the demo company who has just logged in, as Playwright takes it."""
        client = self.app.test_client()
        page = client.get("/login").text
        token = page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
        name = f"{user}@demo.example"
        answer = client.post("/login", data={"csrf_token": token, "name": name, "password": password})
        assert answer.status_code == 303, answer.text[:2000]
        cookie = client.get_cookie("session")
        assert cookie is not None
        return {"name": cookie.key, "value": cookie.value, "url": self.url}


class _Silent(WSGIRequestHandler):
    """Requests are of no interest to who reads the tests."""

    def log(self, type: str, message: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def serve(database: Path, **settings: object) -> Iterator[Live]:
    """An application on `database`, served from a thread at a free port for the length of the block."""
    app = new_app(f"sqlite:///{database}", **settings)
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Silent)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield Live(app, f"http://127.0.0.1:{server.server_port}")
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()
        dispose(app)


@contextmanager
def serve_copy(demo: Path, folder: Path) -> Iterator[Live]:
    """The same on a copy of `demo` in `folder`, for who writes."""
    database = folder / "shop.sqlite"
    shutil.copyfile(demo, database)
    with serve(database) as live:
        yield live
