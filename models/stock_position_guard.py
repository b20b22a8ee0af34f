"""Triggers that note the items whose positions a change touches, by whatever way it comes (models/stockkeeping.py).

Noting is one insert: the figures are worked out once for each item, by the unit of work before it commits
(services/planning/positions.py). Used by the migrations.
"""

from __future__ import annotations

from sqlalchemy import Connection

from models.base import db

#: table -> columns whose change counts
_LINES: dict[str, tuple[str, ...]] = {
    "trade_line": ("item_id", "variant_id", "location_id", "outstanding_qty_base", "expected_date", "drop_shipment"),
    "transfer_line": ("item_id", "variant_id", "quantity_base", "qty_shipped_base", "qty_received_base",
                      "receipt_date"),
    "inventory_document_line": ("item_id", "variant_id", "quantity_base"),
}  # fmt: skip
#: not counted: what people read, and costs, which posting changes all day
_UNPLANNED = ("unit_cost", "standard_cost", "last_direct_cost", "shelf_no", "vendor_item_no", "comment")
_OF_ITEM = (
    "type", "reordering_policy", "reorder_point", "reorder_quantity", "maximum_inventory", "safety_stock_quantity",
    "minimum_order_quantity", "maximum_order_quantity", "order_multiple", "overflow_level", "include_inventory",
)  # fmt: skip
_NOTE = "INSERT INTO stock_position_due (item_id)"


def create_position_guards(connection: Connection) -> None:
    """Create (or replace) the triggers."""
    unit = db.metadata.tables["stockkeeping_unit"]
    _note_rows(connection, "stockkeeping_unit", [c.name for c in unit.columns if c.name not in _UNPLANNED])
    for table, columns in _LINES.items():
        _note_rows(connection, table, columns)
    _note_balances(connection)
    _note(connection, "item_insert", "INSERT ON item", f"{_NOTE} VALUES (NEW.id)", "NEW.reordering_policy <> 'none'")
    _note(connection, "item_update", f"UPDATE OF {', '.join(_OF_ITEM)} ON item", f"{_NOTE} VALUES (NEW.id)")
    _note(
        connection, "location", "UPDATE OF missing_sku, use_as_in_transit ON location",
        f"{_NOTE} SELECT DISTINCT item_id FROM stock_position WHERE location_id = NEW.id",  # noqa: S608 - words of ours
    )  # fmt: skip
    _note(
        connection, "transfer", "UPDATE OF from_location_id, to_location_id ON transfer_order",
        f"{_NOTE} SELECT item_id FROM transfer_line WHERE order_id = NEW.id",  # noqa: S608 - words of ours
    )  # fmt: skip
    _note(
        connection, "inventory_document",
        "UPDATE OF location_id, posting_date, correction, document_type ON inventory_document",
        f"{_NOTE} SELECT item_id FROM inventory_document_line WHERE document_id = NEW.id",  # noqa: S608 - words of ours
    )  # fmt: skip
    _note(
        connection, "setup", "UPDATE OF blank_overflow_level ON inventory_setup",
        f"{_NOTE} SELECT id FROM item WHERE reordering_policy <> 'none'"  # noqa: S608 - words of ours
        " UNION SELECT item_id FROM stockkeeping_unit",
    )  # fmt: skip


#: Most items are neither planned nor on order: they have no positions, and posting them costs next to nothing here.
_SIGNED = "{row}.quantity < 0 OR EXISTS (SELECT 1 FROM stock_position p WHERE p.item_id = {row}.item_id)"


def _note_balances(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        # A posting changes hundreds of balances in one statement: one look at them all, not one at each.
        noted = f"{_NOTE} SELECT DISTINCT c.item_id FROM changed c"  # noqa: S608 - words of ours
        same = "b.item_id = c.item_id AND b.variant_id = c.variant_id AND b.location_id = c.location_id"
        signed, tables = _SIGNED.format(row="c"), "REFERENCING {} FOR EACH STATEMENT"
        _trigger(
            connection, "item_balance_insert", "INSERT ON item_balance", f"{noted} WHERE {signed}",
            tables.format("NEW TABLE AS changed"),
        )  # fmt: skip
        _trigger(
            connection, "item_balance_update", "UPDATE ON item_balance",
            f"{noted} JOIN earlier b ON {same} WHERE b.quantity <> c.quantity AND ({signed})",
            tables.format("OLD TABLE AS earlier NEW TABLE AS changed"),
        )  # fmt: skip
        return
    moved = f"{_NOTE} SELECT NEW.item_id WHERE {_SIGNED.format(row='NEW')}"
    _note(connection, "item_balance_insert", "INSERT ON item_balance", moved)
    _note(
        connection, "item_balance_update", "UPDATE OF quantity ON item_balance", moved, "NEW.quantity <> OLD.quantity"
    )


def _note_rows(connection: Connection, table: str, columns: tuple[str, ...] | list[str]) -> None:
    _note(connection, f"{table}_insert", f"INSERT ON {table}", f"{_NOTE} VALUES (NEW.item_id)",
          "NEW.item_id IS NOT NULL")  # fmt: skip
    _note(connection, f"{table}_delete", f"DELETE ON {table}", f"{_NOTE} VALUES (OLD.item_id)",
          "OLD.item_id IS NOT NULL")  # fmt: skip
    # Both items: a line may name another one now.
    changed = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in columns)
    if connection.dialect.name == "sqlite":
        changed = changed.replace("IS DISTINCT FROM", "IS NOT")
    both = (
        f"{_NOTE} SELECT NEW.item_id WHERE NEW.item_id IS NOT NULL"
        " UNION SELECT OLD.item_id WHERE OLD.item_id IS NOT NULL"
    )
    _note(connection, f"{table}_update", f"UPDATE OF {', '.join(columns)} ON {table}", both, changed)


def _note(connection: Connection, name: str, event: str, statement: str, when: str = "") -> None:
    """A trigger that looks at each row by itself."""
    each = "" if connection.dialect.name == "sqlite" else "FOR EACH ROW"
    _trigger(connection, name, event, statement, f"{each} WHEN ({when})" if when else each)


def _trigger(connection: Connection, name: str, event: str, statement: str, how: str) -> None:
    run, trigger = connection.exec_driver_sql, f"position_due_{name}"
    if connection.dialect.name == "sqlite":
        run(f"DROP TRIGGER IF EXISTS {trigger}")
        run(f"CREATE TRIGGER {trigger} AFTER {event} {how} BEGIN {statement}; END")
        return
    run(
        f"CREATE OR REPLACE FUNCTION {trigger}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {statement}; RETURN NULL; END $$"
    )
    run(f"DROP TRIGGER IF EXISTS {trigger} ON {event.rsplit(' ON ', 1)[1]}")
    run(f"CREATE TRIGGER {trigger} AFTER {event} {how} EXECUTE FUNCTION {trigger}()")
