"""Applications for tests: building one takes longer than most tests, so a test gets one that an earlier test used.

Pointed at another database, with its settings and extensions as they were made; one that a test added addresses to
is not used again.
"""

from __future__ import annotations

from typing import Any

from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache

from app import create_app
from blueprints import jobs
from core.engines import EnginePool
from models import db

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
    """Templates compiled once for all applications of this process."""

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._code:
            bucket.bytecode_from_string(self._code[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key] = bucket.bytecode_to_string()


_COMPILED = _Compiled()


def new_app(url: str, **overrides: object) -> Flask:
    """An application of its own on the database at `url`."""
    app = create_app(SETTINGS | {"SQLALCHEMY_DATABASE_URI": url} | overrides)
    app.jinja_env.bytecode_cache = _COMPILED
    return app


def dispose(app: Flask) -> None:
    """Close the application's connections, so that its database can be copied or dropped."""
    with app.app_context():
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


class _Lent:
    """An application with what it was made with."""

    def __init__(self) -> None:
        self.app = new_app("sqlite://")
        self._config, self._extensions = dict(self.app.config), dict(self.app.extensions)
        self._globals = dict(self.app.jinja_env.globals)
        self._addresses = self._count()

    def _count(self) -> int:
        return sum(1 for _rule in self.app.url_map.iter_rules())

    @property
    def is_as_made(self) -> bool:
        """False when a test added addresses."""
        return self._count() == self._addresses

    def point_at(self, url: str) -> None:
        """Settings and extensions as made, on another database."""
        app: Any = self.app
        for kept, now in (
            (self._config, app.config), (self._extensions, app.extensions), (self._globals, app.jinja_env.globals),
        ):  # fmt: skip
            now.clear()
            now.update(kept)
        app.config["SQLALCHEMY_DATABASE_URI"] = url
        app.test_client_class = None
        app._got_first_request = False  # or it would take no extension any more
        db._app_engines[app] = {None: _engines.take(url)}
        jobs.init_app(app)

    def rest(self) -> None:
        """No longer on a database."""
        for engine in db._app_engines[self.app].values():
            _engines.give_back(engine)


_idle: list[_Lent] = []
_engines = EnginePool()


class Lending:
    """The applications of one test; `end` takes them back."""

    def __init__(self) -> None:
        self._lent: list[_Lent] = []
        self._own: list[Flask] = []

    def app(self, url: str, **overrides: object) -> Flask:
        """An application on the database at `url`; with settings of its own it is a new one."""
        if overrides:
            self._own.append(new_app(url, **overrides))
            return self._own[-1]
        lent = _idle.pop() if _idle else _Lent()
        lent.point_at(url)
        self._lent.append(lent)
        return lent.app

    def end(self) -> None:
        """Close everything; what is as it was made may be lent again."""
        for app in (*self._own, *(lent.app for lent in self._lent)):
            dispose(app)
        for lent in self._lent:
            lent.rest()
        _idle.extend(lent for lent in self._lent if lent.is_as_made)
