"""Fixtures: a fresh database for each test, copied from one that was migrated once, and applications on it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy.orm import Session

from models import db
from tests.builders import World
from tests.support import postgres
from tests.support.applications import Lending, dispose, new_app


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
    postgres_cluster.keep_rows(url)
    return url


@pytest.fixture(scope="session")
def _idle_postgres() -> list[str]:
    """Databases that tests have given back, as good as new."""
    return []


@pytest.fixture
def sqlite_url(_sqlite_template, tmp_path) -> str:
    """A migrated SQLite file of this test's own."""
    path = tmp_path / "stockbook.sqlite"
    shutil.copyfile(_sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_url(postgres_cluster, _postgres_template, _idle_postgres) -> Iterator[str]:
    """A migrated PostgreSQL database of this test's own."""
    url = _idle_postgres.pop() if _idle_postgres else postgres_cluster.create_database(template=_postgres_template)
    yield url
    postgres_cluster.restore(url)
    _idle_postgres.append(url)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request) -> str:
    """For tests that have to hold on both engines: run once on each."""
    return request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")


@pytest.fixture
def make_app() -> Iterator[Callable[..., Flask]]:
    """`make_app(url, **settings)`: applications that are closed when the test ends."""
    lending = Lending()
    yield lending.app
    lending.end()


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
