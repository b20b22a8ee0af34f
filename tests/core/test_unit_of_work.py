"""Work is done again where the database asks for it, and only then."""

from __future__ import annotations

import sqlite3

import psycopg
import pytest
from sqlalchemy.exc import OperationalError

from core import unit_of_work
from core.unit_of_work import perform

DEADLOCK = psycopg.errors.DeadlockDetected("deadlock detected")
BUSY = sqlite3.OperationalError("database is locked")


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch):
    monkeypatch.setattr(unit_of_work.time, "sleep", lambda _seconds: None)


@pytest.mark.parametrize("error", [DEADLOCK, BUSY, OperationalError("SELECT 1", {}, DEADLOCK)])
def test_what_a_retry_avoids_nobody_sees(session, error):
    attempts = []

    def work(_session):
        attempts.append(1)
        if len(attempts) < 3:
            raise error
        return "done"

    assert perform(session, work) == "done"
    assert len(attempts) == 3


def test_it_gives_up_in_the_end(session):
    attempts = []

    def work(_session):
        attempts.append(1)
        raise BUSY

    with pytest.raises(sqlite3.OperationalError):
        perform(session, work)
    assert len(attempts) == unit_of_work.ATTEMPTS


@pytest.mark.parametrize("error", [ValueError("database is locked"), sqlite3.OperationalError("no such table: x")])
def test_other_errors_are_not_tried_again(session, error):
    attempts = []

    def work(_session):
        attempts.append(1)
        raise error

    with pytest.raises(type(error)):
        perform(session, work)
    assert len(attempts) == 1
