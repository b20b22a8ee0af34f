"""How the database answers a page: the plan of each of its statements, in the database's own words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from models import db


@contextmanager
def _noted(engine: Any) -> Iterator[list[tuple[str, Any]]]:
    statements: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        statements.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


def plans_of(
    app: Flask, client: FlaskClient, url: str, *, without: tuple[str, ...] = ("seqscan",)
) -> list[tuple[str, str]]:
    """(statement, plan) of each SELECT that a GET of `url` runs; the page must be there.

    A database with three rows would rather read them all; PostgreSQL is told to go `without` such short cuts.
    """
    with app.app_context():
        engine = db.engine
    client.get(url)
    with _noted(engine) as statements:
        response = client.get(url)
    assert response.status_code == 200, response.text[:500]
    with engine.connect() as connection:
        postgresql = engine.dialect.name == "postgresql"
        if postgresql:
            for short_cut in without:
                connection.exec_driver_sql(f"SET enable_{short_cut} = off")
        explain = "EXPLAIN " if postgresql else "EXPLAIN QUERY PLAN "
        return [
            (statement, "\n".join(str(row[-1]) for row in connection.exec_driver_sql(explain + statement, parameters)))
            for statement, parameters in statements
            if statement.startswith("SELECT")
        ]


def whole_reads(plans: list[tuple[str, str]], table: str) -> list[str]:
    """The plans that read `table` itself from end to end, past every index."""
    read = re.compile(rf"Seq Scan on {table}\b|^SCAN {table}$", re.MULTILINE)
    return [f"{statement}\n{plan}" for statement, plan in plans if read.search(plan) and "WHERE 0 = 1" not in statement]


def sorts(plans: list[tuple[str, str]], table: str) -> list[str]:
    """The plans that sort rows of `table` before they can give the first one."""
    sort = re.compile(r"^\s*(->  )?Sort  \(|USE TEMP B-TREE FOR ORDER BY", re.MULTILINE)
    return [f"{statement}\n{plan}" for statement, plan in plans if f"FROM {table}" in statement and sort.search(plan)]
