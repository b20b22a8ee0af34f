"""Raw rows reach both databases as they are, and what a database refuses leaves nothing behind."""

from __future__ import annotations

import sqlite3

import psycopg
import pytest
from sqlalchemy import delete, select

from core.unit_of_work import perform
from models import Location, ReasonCode, db
from posting.bulk import delete_rows, insert_rows, update_rows, upsert_rows, without_waiting

TEXTS = [
    'quoted "twice"',
    "back\\slash", "{brace,comma}", "NULL", "", " space ", "line\nfeed\ttab", "it's", "日本 🏷️", "a" * 100,
]  # fmt: skip


@pytest.fixture
def session(each_world):
    """A company without reason codes."""
    perform(each_world.session, lambda s: s.execute(delete(ReasonCode)).rowcount)
    return each_world.session


def reasons(session) -> dict[str, str]:
    return dict(session.execute(select(ReasonCode.code, ReasonCode.description)).tuples().all())


def test_every_text_arrives_as_it_was_sent(session):
    rows = [(f"R{number}", text) for number, text in enumerate(TEXTS)]

    perform(session, lambda s: insert_rows(s, "reason_code", ["code", "description"], rows))

    assert reasons(session) == dict(rows)


def test_yes_no_and_nothing_arrive(each_world):
    session = each_world.session
    location = each_world.location("GREEN")

    perform(session, lambda s: update_rows(s, "location", ["bin_mandatory"], ["id"], [(True, location.id)]))

    assert session.get_one(Location, location.id, populate_existing=True).bin_mandatory is True


def test_rows_are_added_changed_and_taken_away_in_one_go(session):
    columns = ["code", "description"]

    def work(s):
        with without_waiting(s):
            insert_rows(s, "reason_code", columns, [("A", "first"), ("B", "second"), ("C", "third")])
            update_rows(s, "reason_code", ["description"], ["code"], [("changed", "B")])
            delete_rows(s, "reason_code", ["code"], [("C",)])
            upsert_rows(
                s, "reason_code", columns, [("A", "again")],
                "ON CONFLICT (code) DO UPDATE SET description = excluded.description",
            )  # fmt: skip

    perform(session, work)

    assert reasons(session) == {"A": "again", "B": "changed"}


def test_what_is_refused_in_one_go_leaves_nothing_and_the_next_work_goes_on(session):
    columns = ["code", "description"]

    def refused(s):
        with without_waiting(s):
            insert_rows(s, "reason_code", columns, [("A", "first")])
            insert_rows(s, "reason_code", columns, [("A", "once more")])
            insert_rows(s, "reason_code", columns, [("B", "never")])

    with pytest.raises((sqlite3.IntegrityError, psycopg.errors.UniqueViolation)):
        perform(session, refused)
    perform(session, lambda s: insert_rows(s, "reason_code", columns, [("C", "kept")]))

    assert reasons(session) == {"C": "kept"}


def test_a_text_that_is_too_long_is_refused_and_not_cut(make_app, postgres_url):
    """SQLite has no lengths; there the services refuse."""
    row = ("C" * 200, "long")

    with make_app(postgres_url).app_context(), pytest.raises(psycopg.errors.StringDataRightTruncation):
        perform(db.session(), lambda s: insert_rows(s, "reason_code", ["code", "description"], [row]))
