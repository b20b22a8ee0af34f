"""The triggers that keep ledgers append-only on both engines, and the rows with id 0 that blank codes stand on.

Used by the migrations; what may change is MUTABLE_COLUMNS in models/ledger.py, and what the posted documents and the
party ledgers say of themselves.
"""

from __future__ import annotations

from sqlalchemy import Connection, Table, insert, select

from models.base import BLANK_ID, db
from models.inventory_documents import MUTABLE_INVENTORY_DOCUMENT_COLUMNS
from models.ledger import MUTABLE_COLUMNS
from models.party_ledger import MUTABLE_PARTY_COLUMNS
from models.posted_documents import MUTABLE_POSTED_COLUMNS

GUARDED = MUTABLE_COLUMNS | MUTABLE_POSTED_COLUMNS | MUTABLE_PARTY_COLUMNS | MUTABLE_INVENTORY_DOCUMENT_COLUMNS

#: One counter a ledger; `register` also carries the head of the digest chain.
LEDGER_COUNTERS = (
    "register", "item_ledger_entry", "value_entry", "item_application_entry", "gl_entry", "transaction",
    "warehouse_entry", "physical_inventory_ledger_entry",
)  # fmt: skip
#: Every item has a row of totals, however it came into the table.
_INSERT_TOTAL = (
    "INSERT INTO item_total (item_id, quantity, invoiced_quantity, cost_amount_actual, cost_amount_expected, "
    "cost_posted_to_gl, entry_count) VALUES (NEW.id, 0, 0, 0, 0, 0, 0)"
)
_TOTALS = {
    "sqlite": (
        "DROP TRIGGER IF EXISTS item_has_total",
        f"CREATE TRIGGER item_has_total AFTER INSERT ON item BEGIN {_INSERT_TOTAL}; END",
    ),
    "postgresql": (
        f"""CREATE OR REPLACE FUNCTION add_item_total() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN {_INSERT_TOTAL}; RETURN NULL; END $$""",
        "DROP TRIGGER IF EXISTS item_has_total ON item",
        "CREATE TRIGGER item_has_total AFTER INSERT ON item FOR EACH ROW EXECUTE FUNCTION add_item_total()",
    ),
}
MESSAGE = "posted entries are never changed or deleted; post a correction instead"


def create_guards(connection: Connection) -> None:
    """Create (or replace) the append-only triggers of every ledger table."""
    for table_name, mutable in GUARDED.items():
        table = db.metadata.tables[table_name]
        fixed = [column.name for column in table.columns if column.name not in mutable]
        statements = _postgresql(table, fixed) if connection.dialect.name == "postgresql" else _sqlite(table, fixed)
        for statement in statements:
            connection.exec_driver_sql(statement)
    for statement in _TOTALS[connection.dialect.name]:
        connection.exec_driver_sql(statement)


def drop_guards(connection: Connection) -> None:
    """Drop the triggers again, for a migration that has to rebuild a ledger table."""
    for table in GUARDED:
        for kind in ("update", "delete", "truncate"):
            on_table = f" ON {table}" if connection.dialect.name == "postgresql" else ""
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {table}_no_{kind}{on_table}")


def insert_blank_rows(connection: Connection) -> None:
    """Insert the rows with id 0 (blank location, variant, business posting group, empty dimension set)."""
    tables = db.metadata.tables
    rows: dict[str, dict[str, str | None]] = {
        "location": {"code": "", "name": ""},
        "item_variant": {"code": "", "item_id": None},
        "gen_business_posting_group": {"code": ""},
        "vat_business_posting_group": {"code": ""},
        "dimension_set": {"fingerprint": ""},
    }
    for name, values in rows.items():
        table = tables[name]
        if connection.execute(select(table.c.id).where(table.c.id == BLANK_ID)).first() is None:
            connection.execute(insert(table).values(id=BLANK_ID, **values))
    counters = tables["ledger_counter"]
    for name in LEDGER_COUNTERS:
        if connection.execute(select(counters.c.name).where(counters.c.name == name)).first() is None:
            connection.execute(insert(counters).values(name=name, last_no=0, digest=""))


def _sqlite(table: Table, fixed: list[str]) -> list[str]:
    name, columns = table.name, ", ".join(fixed)
    abort = f"BEGIN SELECT RAISE(ABORT, '{name}: {MESSAGE}'); END"
    return [
        f"DROP TRIGGER IF EXISTS {name}_no_update",
        f"DROP TRIGGER IF EXISTS {name}_no_delete",
        f"CREATE TRIGGER {name}_no_update BEFORE UPDATE OF {columns} ON {name} {abort}",
        f"CREATE TRIGGER {name}_no_delete BEFORE DELETE ON {name} {abort}",
    ]


def _postgresql(table: Table, fixed: list[str]) -> list[str]:
    name, columns = table.name, ", ".join(f'"{column}"' for column in fixed)
    refuse = "EXECUTE FUNCTION refuse_ledger_change()"
    return [
        # %% because the driver reads % as the start of a parameter
        (
            "CREATE OR REPLACE FUNCTION refuse_ledger_change() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '%%: {MESSAGE}', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$"
        ),
        *(f"DROP TRIGGER IF EXISTS {name}_no_{kind} ON {name}" for kind in ("update", "delete", "truncate")),
        f"CREATE TRIGGER {name}_no_update BEFORE UPDATE OF {columns} ON {name} FOR EACH ROW {refuse}",
        f"CREATE TRIGGER {name}_no_delete BEFORE DELETE ON {name} FOR EACH ROW {refuse}",
        f"CREATE TRIGGER {name}_no_truncate BEFORE TRUNCATE ON {name} FOR EACH STATEMENT {refuse}",
    ]
