"""Fixtures: a fresh database for each test, copied from one that was migrated once, and applications on it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy.orm import Session

from app import create_app
from models import db
from tests.builders import World
from tests.support import postgres

SETTINGS = {
    "TESTING": True,
    "JOBS": "inline",
    "SECRET_KEY": "only in tests",
    "SECURITY_PASSWORD_SALT": "only in tests",
    "SECURITY_TOTP_SECRETS": {1: "only in tests"},
    # Hashing is slow on purpose; tests log in a thousand times.
    "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": {
        "argon2__time_cost": 1, "argon2__memory_cost": 64, "argon2__parallelism": 1,
    },
    "RATELIMIT_ENABLED": False,
}  # fmt: skip


class _Compiled(BytecodeCache):
    """Templates compiled once for all applications of this process: each test makes its own."""

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._code:
            bucket.bytecode_from_string(self._code[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key] = bucket.bytecode_to_string()


_COMPILED = _Compiled()


def new_app(url: str, **overrides: object) -> Flask:
    """An application on the database at `url`."""
    app = create_app(SETTINGS | {"SQLALCHEMY_DATABASE_URI": url} | overrides)
    app.jinja_env.bytecode_cache = _COMPILED
    return app


def dispose(app: Flask) -> None:
    """Close the application's connections, so that its database can be copied or dropped."""
    with app.app_context():
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


def migrate_empty(url: str) -> None:
    """Build every table at `url`, as `flask upgrade` does."""
    app = new_app(url)
    with app.app_context():
        upgrade()
    dispose(app)


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[postgres.Cluster]:
    """One throw-away server for this test process."""
    with postgres.shared_cluster() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("template") / "stockbook.sqlite"
    migrate_empty(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def _postgres_template(postgres_cluster) -> str:
    url = postgres_cluster.create_database()
    migrate_empty(url)
    return url


@pytest.fixture
def sqlite_url(_sqlite_template, tmp_path) -> str:
    """A migrated SQLite file of this test's own."""
    path = tmp_path / "stockbook.sqlite"
    shutil.copyfile(_sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_url(postgres_cluster, _postgres_template) -> Iterator[str]:
    """A migrated PostgreSQL database of this test's own."""
    url = postgres_cluster.create_database(template=_postgres_template)
    yield url
    postgres_cluster.drop_database(url)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request) -> str:
    """For tests that have to hold on both engines: run once on each."""
    return request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")


@pytest.fixture
def make_app() -> Iterator[Callable[..., Flask]]:
    """`make_app(url, **settings)`: applications that are closed when the test ends."""
    made: list[Flask] = []

    def make(url: str, **overrides: object) -> Flask:
        made.append(new_app(url, **overrides))
        return made[-1]

    yield make
    for app in made:
        dispose(app)


@pytest.fixture
def app(make_app, sqlite_url) -> Flask:
    """An application on a fresh SQLite database."""
    return make_app(sqlite_url)


@pytest.fixture
def session(app) -> Iterator[Session]:
    """The application's session on SQLite, inside an application context."""
    with app.app_context():
        yield db.session()


@pytest.fixture
def each_session(make_app, database_url) -> Iterator[Session]:
    """The same on SQLite and on PostgreSQL: the test runs once on each."""
    with make_app(database_url).app_context():
        yield db.session()


@pytest.fixture
def world(session) -> World:
    """A set-up company on SQLite."""
    return World(session)


@pytest.fixture
def each_world(each_session) -> World:
    """A set-up company; the test runs on SQLite and on PostgreSQL."""
    return World(each_session)
