"""Runs migrations on the application's own engine; both engines have transactional DDL, so a failure leaves nothing."""

from __future__ import annotations

from alembic import context
from flask import current_app

from models import db


def run_migrations() -> None:
    """Upgrade or downgrade over one connection, which the caller may have handed over."""
    configured = dict(current_app.extensions["migrate"].configure_args)
    with db.engine.connect().execution_options(stockbook_write=True) as connection:
        context.configure(connection=connection, target_metadata=db.metadata, transactional_ddl=True, **configured)
        with context.begin_transaction():
            context.run_migrations()


run_migrations()
