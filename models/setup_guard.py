"""Triggers that give the set-up a new version whenever a table that every posting reads is changed, by whomever.

Used by the migrations. The version is a random word: one that was rolled back never comes again.
"""

from __future__ import annotations

from uuid import uuid4

from sqlalchemy import Connection, insert, select

from models.base import db

#: What posting keeps in memory under one version (posting/setup.py).
VERSIONED = (
    "inventory_setup", "general_ledger_setup", "accounting_period", "inventory_period", "location",
    "inventory_posting_setup", "general_posting_setup", "gl_account", "gen_business_posting_group",
    "item_tracking_code",
)  # fmt: skip
_RENEW = "UPDATE setup_version SET version = lower(hex(randomblob(16)))"
_EVENTS = ("INSERT", "UPDATE", "DELETE")


def create_setup_guards(connection: Connection) -> None:
    """Create (or replace) the triggers, and the row they change."""
    table = db.metadata.tables["setup_version"]
    if connection.execute(select(table.c.id)).first() is None:
        connection.execute(insert(table).values(id=1, version=uuid4().hex))
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(
            "CREATE OR REPLACE FUNCTION renew_setup_version() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN UPDATE setup_version SET version = gen_random_uuid()::text; RETURN NULL; END $$"
        )
    for name in VERSIONED:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}_version ON {name}")
            connection.exec_driver_sql(
                f"CREATE TRIGGER {name}_version AFTER {' OR '.join(_EVENTS)} ON {name} "
                "FOR EACH STATEMENT EXECUTE FUNCTION renew_setup_version()"
            )
            continue
        for event in _EVENTS:
            trigger = f"{name}_version_{event.lower()}"
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {trigger}")
            connection.exec_driver_sql(f"CREATE TRIGGER {trigger} AFTER {event} ON {name} BEGIN {_RENEW}; END")
