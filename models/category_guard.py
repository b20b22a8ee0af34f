"""Triggers that count the items of a category as they come, go and move, by whatever way.

To count a hundred thousand items for the tree beside every list takes longer than the list. Used by the migrations.
"""

from __future__ import annotations

from sqlalchemy import Connection

_MORE = "UPDATE item_category SET item_count = item_count + 1 WHERE id = NEW.category_id"
_LESS = "UPDATE item_category SET item_count = item_count - 1 WHERE id = OLD.category_id"
_SQLITE = {
    "insert": ("AFTER INSERT ON item", _MORE),
    "delete": ("AFTER DELETE ON item", _LESS),
    "move": ("AFTER UPDATE OF category_id ON item", f"{_LESS}; {_MORE}"),
}
#: A statement brings thousands of items: one change for each category, not for each item.
_POSTGRESQL_SUMS = """
    UPDATE item_category SET item_count = item_count {sign} n.number
    FROM (SELECT category_id, count(*) AS number FROM changed WHERE category_id IS NOT NULL
        GROUP BY category_id ORDER BY category_id) n
    WHERE item_category.id = n.category_id"""
_POSTGRESQL = {
    "insert": ("AFTER INSERT ON item REFERENCING NEW TABLE AS changed FOR EACH STATEMENT",
               _POSTGRESQL_SUMS.format(sign="+")),
    "delete": ("AFTER DELETE ON item REFERENCING OLD TABLE AS changed FOR EACH STATEMENT",
               _POSTGRESQL_SUMS.format(sign="-")),
    "move": ("AFTER UPDATE OF category_id ON item FOR EACH ROW", f"{_LESS}; {_MORE}"),
}  # fmt: skip


def create_category_counts(connection: Connection) -> None:
    """Create (or replace) the triggers."""
    run = connection.exec_driver_sql
    if connection.dialect.name == "postgresql":
        for name, (when, change) in _POSTGRESQL.items():
            run(
                f"CREATE OR REPLACE FUNCTION item_category_{name}() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN {change}; RETURN NULL; END $$"
            )
            run(f"DROP TRIGGER IF EXISTS item_category_{name} ON item")
            run(f"CREATE TRIGGER item_category_{name} {when} EXECUTE FUNCTION item_category_{name}()")
        return
    for name, (when, change) in _SQLITE.items():
        run(f"DROP TRIGGER IF EXISTS item_category_{name}")
        run(f"CREATE TRIGGER item_category_{name} {when} BEGIN {change}; END")
