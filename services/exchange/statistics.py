"""Keeps PostgreSQL's idea of how large tables are up to date while an import fills them in one transaction.

Autovacuum looks at rows only once they are committed: until then every look-up of a chunk would be planned for the
tables as they were, by reading all of what came before.
"""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from core.sql import is_postgresql

_TABLES = (
    "item", "item_attribute_mapping", "item_attribute_value", "item_reference", "item_total", "item_unit_of_measure",
    "item_variant", "item_vendor", "search_entry", "stockkeeping_unit",
)  # fmt: skip


class Growth:
    """Looks at the tables whenever what was written has doubled, and once more at the end."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._chunks = 0
        self._next = 1
        self._due = False

    def chunk_written(self) -> None:
        """One chunk more."""
        self._chunks += 1
        self._due = True
        if self._chunks >= self._next:
            self._next = self._chunks * 2
            self.look()

    def look(self) -> None:
        """Look at the tables unless nothing came since the last time; SQLite plans without it."""
        if self._due and is_postgresql(self._session):
            self._session.execute(text(f"ANALYZE {', '.join(_TABLES)}"))
        self._due = False
