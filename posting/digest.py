"""The digest chain: each register's digest covers its entries and the register before it (DESIGN section 4).

Only what never changes is covered (all columns but MUTABLE_COLUMNS), in the raw form of the database, so that
`flask verify` computes the same from what it reads back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from operator import itemgetter
from typing import Any

import orjson

from models.ledger import MUTABLE_COLUMNS
from posting.bulk import columns_of

#: In this order; part of the format.
DIGESTED_TABLES = (
    "item_ledger_entry", "value_entry", "item_application_entry", "gl_entry", "gl_item_ledger_relation",
    "warehouse_entry", "physical_inventory_ledger_entry",
)  # fmt: skip
GENESIS = "0" * 64
#: rows turned into text at a time; part of the format
_AT_ONCE = 1000


def digested_columns(table_name: str) -> list[str]:
    """The columns of a ledger that the digest covers, by name."""
    return sorted(set(columns_of(table_name)) - MUTABLE_COLUMNS[table_name])


class RegisterDigest:
    """Collects the rows of one register, as JSON arrays: no value can be taken for a part of its neighbour."""

    def __init__(self, previous: str, header: Sequence[Any]) -> None:
        self._hash = hashlib.sha256(previous.encode())
        self._hash.update(orjson.dumps(["register", *header]))

    def add_rows(self, table_name: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """Rows of one table in order of their entry nos; `columns` says what stands where."""
        pick = itemgetter(*[columns.index(name) for name in digested_columns(table_name)])
        self._hash.update(orjson.dumps(table_name))
        for start in range(0, len(rows), _AT_ONCE):
            # Written by a library in C, because this runs for every value that is posted.
            self._hash.update(orjson.dumps([pick(row) for row in rows[start : start + _AT_ONCE]])[1:-1])
            self._hash.update(b"\n")

    def hexdigest(self) -> str:
        """The digest of all that was added."""
        return self._hash.hexdigest()
