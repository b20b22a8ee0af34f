"""A company for tests of pages: worked on in contexts of its own, so that requests start with nothing kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

from models import db
from tests.builders import World


@contextmanager
def at_work(app: Flask) -> Iterator[World]:
    """The application's one world, made the first time it is asked for, in an application context of this block."""
    with app.app_context():
        world = app.extensions.get("test_world")
        if world is None:
            world = app.extensions["test_world"] = World(db.session())
        world.session = db.session()
        yield world
