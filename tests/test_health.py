"""The addresses that a supervisor or a load balancer asks."""

import pytest
from flask import Flask

from blueprints import health
from models import db


@pytest.fixture
def make_client(tmp_path):
    """A client of an application that has nothing but the health pages and a database."""
    apps = []

    def make(url: str):
        app = Flask("health", instance_path=str(tmp_path))
        app.config.update(SQLALCHEMY_DATABASE_URI=url, TESTING=True)
        db.init_app(app)
        health.init_app(app)
        apps.append(app)
        return app.test_client()

    yield make
    for app in apps:
        with app.app_context():
            for engine in db.engines.values():
                engine.dispose()


def test_a_living_process_with_its_database_is_healthy_and_ready(make_client, tmp_path):
    client = make_client(f"sqlite:///{tmp_path / 'shop.sqlite'}")

    living, ready = client.get("/health"), client.get("/ready")

    assert (living.status_code, living.json) == (200, {"status": "ok"})
    assert (ready.status_code, ready.json) == (200, {"status": "ok", "database": "ok"})
    assert ready.headers["Cache-Control"] == "no-store"


def test_without_its_database_it_lives_but_is_not_ready(make_client, tmp_path):
    client = make_client(f"sqlite:///{tmp_path / 'no such folder' / 'shop.sqlite'}")

    living, ready = client.get("/health"), client.get("/ready")

    assert living.status_code == 200
    assert (ready.status_code, ready.json["status"]) == (503, "unavailable")
