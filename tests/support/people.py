"""Fixtures: users of each role, a client that sends CSRF tokens, and a short way to be logged in."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import select
from werkzeug.test import TestResponse

from core.unit_of_work import perform
from models import RoleName, User, db
from services import passwords, users

PASSWORD = "four plain words here"


def add_user(app: Flask, role: str = "owner", *, email: str = "", password: str = PASSWORD, **details: Any) -> int:
    """A user of that role, made through the service; the id. The same e-mail again gives the same user."""
    email = email or f"{role}@shop.example"
    with app.app_context():
        found = db.session.scalar(select(User.id).where(User.email == email))
        if found:
            return found
        wanted = users.UserDetails(email=email, roles=(RoleName(role),), **{"full_name": role.title(), **details})
        hashed = passwords.hash_password(password)
        return perform(db.session(), lambda s: users.create_user(s, wanted, hashed).id)


class PeopleClient(FlaskClient):
    """A test client that sends forms as a browser would: with the token of the page."""

    def send(self, url: str, data: dict[str, Any] | None = None, *, htmx: bool = False, **kwargs: Any) -> TestResponse:
        """POST a form with its CSRF token; `htmx` as HTMX does it."""
        headers = {"HX-Request": "true"} if htmx else {}
        return self.post(url, data={"csrf_token": self.token(), **(data or {})}, headers=headers, **kwargs)

    def token(self) -> str:
        """The CSRF token that a page would carry."""
        with self.session_transaction() as kept:
            raw = kept.setdefault("csrf_token", "0123456789abcdef")
        return str(URLSafeTimedSerializer(str(self.application.secret_key), salt="wtf-csrf-token").dumps(raw))

    def fragment(self, url: str, **kwargs: Any) -> TestResponse:
        """GET as HTMX does it."""
        return self.get(url, headers={"HX-Request": "true"}, **kwargs)


@pytest.fixture
def client(app: Flask) -> PeopleClient:
    """A browser on the application, not logged in."""
    app.test_client_class = PeopleClient
    return app.test_client()


def log_in_as(app: Flask, client: FlaskClient, role: str = "owner", **details: Any) -> int:
    """Log the client in as a user of that role, made if need be; the user's id."""
    user_id = add_user(app, role, **details)
    with app.app_context():
        uniquifier = db.session.get_one(User, user_id).fs_uniquifier
    now = int(time.time())
    with client.session_transaction() as kept:
        kept.clear()
        kept.update({"_user_id": uniquifier, "_fresh": True, "fs_paa": now, "started_at": now, "seen_at": now})
    return user_id


@pytest.fixture
def login(app: Flask) -> Callable[..., int]:
    """`login(client, "clerk")`: logged in as a user of that role, made if need be; the user's id."""
    return partial(log_in_as, app)
