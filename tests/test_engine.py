"""What connections are set to, and the statistics that SQLite's plans go by."""

from __future__ import annotations

from sqlalchemy import text

from models import db
from models.engine import refresh_statistics


def test_plans_go_by_counts_that_are_taken_anew(make_app, database_url):
    with make_app(database_url).app_context():
        refresh_statistics(db.engine)

        if db.engine.dialect.name == "sqlite":
            assert db.session.scalar(text("SELECT count(*) FROM sqlite_stat1")) > 0
        else:
            assert db.session.scalar(text("SHOW jit")) == "off"
