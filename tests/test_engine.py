"""What connections are set to, and the statistics that SQLite's plans go by."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core.unit_of_work import perform, rehearse
from models import db
from models.engine import refresh_statistics


def test_plans_go_by_counts_that_are_taken_anew(make_app, database_url):
    with make_app(database_url).app_context():
        refresh_statistics(db.engine)

        if db.engine.dialect.name == "sqlite":
            assert db.session.scalar(text("SELECT count(*) FROM sqlite_stat1")) > 0
        else:
            assert db.session.scalar(text("SHOW jit")) == "off"


PREPARED = text("SELECT statement FROM pg_prepared_statements")


@pytest.mark.postgresql
def test_writers_keep_what_is_prepared_over_rollbacks_and_readers_prepare_nothing(make_app, postgres_url):
    with make_app(postgres_url).app_context():
        for _turn in range(4):
            db.session.execute(text("SELECT 'read'"))
            db.session.rollback()
            perform(db.session(), lambda session: session.execute(text("SELECT 'posted'")).scalar())
            rehearse(db.session(), lambda session: session.execute(text("SELECT 'previewed'")).scalar())
        kept = db.session.scalars(PREPARED).all()
        assert [word for word in ("read", "posted", "previewed") if any(word in one for one in kept)] == [
            "posted",
            "previewed",
        ]

        with pytest.raises(DBAPIError):
            perform(db.session(), lambda session: session.execute(text("SELECT 1 / 0")))
        assert db.session.scalars(PREPARED).all() == []
        assert perform(db.session(), lambda session: session.execute(text("SELECT 'posted'")).scalar()) == "posted"
