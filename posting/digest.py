"""The digest chain: each register's digest covers its entries and the register before it (DESIGN section 4).

Only what never changes is covered (all columns but MUTABLE_COLUMNS), in the raw form of the database, so that
`flask verify` computes the same from what it reads back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import Any

from models.ledger import MUTABLE_COLUMNS
from posting.bulk import columns_of

#: In this order; part of the format.
DIGESTED_TABLES = (
    "item_ledger_entry", "value_entry", "item_application_entry", "gl_entry", "gl_item_ledger_relation",
    "warehouse_entry", "physical_inventory_ledger_entry",
)  # fmt: skip
GENESIS = "0" * 64


def digested_columns(table_name: str) -> list[str]:
    """The columns of a ledger that the digest covers, by name."""
    return sorted(set(columns_of(table_name)) - MUTABLE_COLUMNS[table_name])


class RegisterDigest:
    """Collects the rows of one register."""

    def __init__(self, previous: str, header: Sequence[Any]) -> None:
        self._hash = hashlib.sha256(previous.encode())
        self._add("register", header)

    def add_rows(self, table_name: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Rows of one table in order of their entry nos; `columns` says what stands where."""
        pick = itemgetter(*[columns.index(name) for name in digested_columns(table_name)])
        update = self._hash.update
        for row in rows:
            # Nearly all are text or whole numbers; written out, because this runs for every value that is posted.
            values = [
                value if (kind := value.__class__) is str else str(value) if kind is int else _plain(value)
                for value in pick(row)
            ]
            update(f"{table_name}|{'|'.join(values)}\n".encode())

    def _add(self, name: str, values: Sequence[Any]) -> None:
        self._hash.update((name + "|" + "|".join(_plain(value) for value in values) + "\n").encode())

    def hexdigest(self) -> str:
        """The digest of all that was added."""
        return self._hash.hexdigest()


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if value is True:
        return "1"
    if value is False:
        return "0"
    return value if type(value) is str else str(value)
