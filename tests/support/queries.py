"""Counting SQL statements: a list or card must cost the same with n rows and with 2n."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from models import db


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """The statements that run inside the block, in order, BEGIN among them where the driver is told to (SQLite).

    ``with counted(app) as statements: ...`` then ``len(statements)``; the texts say which one came too often.
    """
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


def queries_of(app: Flask, client: FlaskClient, url: str, **kwargs: Any) -> list[str]:
    """The statements a GET of `url` runs once everything is warm; the page must be there.

    `kwargs` go to the client, for example ``headers={"HX-Request": "true"}``.
    """
    client.get(url, **kwargs)
    with counted(app) as statements:
        response = client.get(url, **kwargs)
    assert response.status_code == 200, response.text[:500]
    return statements
