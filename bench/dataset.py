"""A shop of a size that few have: 100,000 items and as many entries as asked for, made set-based from a few real ones.

Items, and one purchase and one sale of each pattern, go through the services; SQL then copies the rows with other
keys. Not for `flask verify`: copies have no digests.
"""

from __future__ import annotations

import time
from collections.abc import Mapping

from sqlalchemy import text
from sqlalchemy.orm import Session

from core.sql import is_postgresql
from models import db

ITEMS = 100_000
#: entries are spread over so many days
DAYS = 700


def fill(session: Session, entries: int, *, items: int = ITEMS, say: bool = True) -> None:
    """Copy item 1 and the entries 1 (purchase) and 2 (sale) of it until there are `items` and `entries`."""
    started = time.perf_counter()
    _items(session, items)
    _entries(session, entries, items)
    _balances(session)
    session.commit()
    session.execute(text("ANALYZE"))
    session.commit()
    if say:
        print(f"{items:,} items and {entries:,} entries made in {time.perf_counter() - started:.0f} s", flush=True)


def _series(session: Session, first: int, last: int) -> str:
    if is_postgresql(session):
        # 64 bits: what is computed from the last of a million and a half would not fit into 32.
        return f"(SELECT generate_series({first}::bigint, {last}::bigint) AS i) n"
    return f"(WITH RECURSIVE s(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM s WHERE i < {last}) SELECT i FROM s) n"


def _copy(session: Session, table: str, which: str, first: int, last: int, changes: Mapping[str, str]) -> None:
    """Insert a copy of the rows `which` of `table` (alias t) for each n.i from first to last."""
    columns = [column.name for column in db.metadata.tables[table].columns]
    values = ", ".join(changes.get(name, f"t.{name}") for name in columns)
    session.execute(
        text(
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} "
            f"FROM {_series(session, first, last)} CROSS JOIN {table} t WHERE {which}"
        )
    )


def _code(session: Session, prefix: str, number: str, digits: int) -> str:
    if is_postgresql(session):
        return f"'{prefix}' || lpad(({number})::text, {digits}, '0')"
    return f"'{prefix}' || printf('%0{digits}d', {number})"


def _items(session: Session, items: int) -> None:
    words = "CASE n.i % 4 WHEN 0 THEN 'Hinge' WHEN 1 THEN 'Bracket' WHEN 2 THEN 'Lantern' ELSE 'Rope' END"
    text_of = "CAST(n.i AS TEXT)"
    no = _code(session, "N", "n.i", 7)
    _copy(session, "item", "t.id = 1", 2, items, {
        "id": "n.i", "no": no, "description": f"{words} || ' no. ' || {text_of}",
    })  # fmt: skip
    _copy(session, "item_unit_of_measure", "t.item_id = 1", 2, items, {"id": "n.i + 1000", "item_id": "n.i"})
    _copy(session, "search_entry", "t.kind = 'item' AND t.record_id = 1", 2, items, {
        "id": "n.i + 100000", "record_id": "n.i", "no": no,
    })  # fmt: skip


def _entries(session: Session, entries: int, items: int) -> None:
    """Pairs of a purchase and a sale of it, in entry order, item after item, day after day."""
    item = f"((n.i * 7919) % {items} + 1)"
    if is_postgresql(session):
        day = f"DATE '2024-01-01' + (n.i * {DAYS} / {entries})::int"
    else:
        day = f"date('2024-01-01', '+' || (n.i * {DAYS} / {entries}) || ' days')"
    document = _code(session, "P", "n.i / 10", 8)
    first, last = 1, entries // 2
    for table, changes in (
        ("item_ledger_entry", {"id": "n.i * 2 + t.id", "posting_date": day, "document_date": day}),
        ("value_entry", {
            "id": "n.i * 2 + t.id", "item_ledger_entry_id": "n.i * 2 + t.item_ledger_entry_id", "posting_date": day,
            "valuation_date": day, "document_date": day,
        }),
        ("item_application_entry", {
            "id": "n.i * 2 + t.id", "item_ledger_entry_id": "n.i * 2 + t.item_ledger_entry_id", "posting_date": day,
            "inbound_entry_id": "n.i * 2 + t.inbound_entry_id",
            "outbound_entry_id": "CASE t.outbound_entry_id WHEN 0 THEN 0 ELSE n.i * 2 + t.outbound_entry_id END",
        }),
    ):  # fmt: skip
        own = {} if table == "item_application_entry" else {"item_id": item, "document_no": document}
        _copy(session, table, "t.id <= 2", first, last, changes | own)


def _balances(session: Session) -> None:
    for table, keys in (("item_total", "item_id"), ("item_balance", "item_id, variant_id, location_id")):
        count = ", COUNT(*)" if table == "item_total" else ""
        counted = ", entry_count" if table == "item_total" else ""
        posted = ", SUM(v.cost_posted_to_gl)" if table == "item_total" else ""
        posted_name = ", cost_posted_to_gl" if table == "item_total" else ""
        session.execute(text(f"DELETE FROM {table}"))
        grouped = ", ".join(f"v.{key.strip()}" for key in keys.split(","))
        session.execute(
            text(
                f"INSERT INTO {table} ({keys}, quantity, invoiced_quantity, cost_amount_actual, cost_amount_expected"
                f"{posted_name}{counted}) SELECT {grouped}, SUM(v.item_ledger_entry_quantity), "
                "SUM(v.invoiced_quantity), "
                f"SUM(v.cost_amount_actual), SUM(v.cost_amount_expected){posted}{count} FROM value_entry v "
                f"GROUP BY {grouped}"
            )
        )
