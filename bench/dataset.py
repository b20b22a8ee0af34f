"""A shop of a size that few have: 100,000 items and as many entries as asked for, made set-based from a few real ones.

An item, one purchase and one sale of it go through the services; SQL then copies the rows with other keys. Not for
`flask verify`: copies have no digests.
"""

from __future__ import annotations

import time

from sqlalchemy import text
from sqlalchemy.orm import Session

from bench.copying import bare_tables
from bench.dataset_entries import add_entries
from bench.dataset_items import add_items
from core.sql import is_postgresql
from core.unit_of_work import perform
from models import Bin
from services.documents import journal_batches
from services.seed.defaults import LocationAnswer
from tests.builders import World

ITEMS = 100_000
LOCATIONS = (LocationAnswer("BLUE", "Blue"), LocationAnswer("RED", "Red"), LocationAnswer("GREEN", "Closed long ago"))
BATCH = "BENCH"
MASTERS = (
    "item",
    "item_unit_of_measure",
    "item_attribute_value",
    "item_attribute_mapping",
    "item_variant",
    "search_entry",
)


def fill(session: Session, entries: int, *, items: int = ITEMS, say: bool = True) -> None:
    """Fill an empty database with `items` items and `entries` entries of each ledger, and an empty journal batch."""
    started = time.perf_counter()
    world = World(session, locations=LOCATIONS)
    item = world.item("N1")
    world.receive(item, 7, 10, on="2024-01-01", at="BLUE")
    world.sell(item, 3, 15, on="2024-01-01", at="BLUE")
    perform(session, _places)
    with bare_tables(session, MASTERS):
        add_items(session, items)
    add_entries(session, entries, items)
    _balances(session)
    session.commit()
    settle(session)
    if say:
        print(f"{items:,} items and {entries:,} entries made in {time.perf_counter() - started:.0f} s", flush=True)


def _places(session: Session) -> None:
    session.add_all([Bin(location_id=2, code="R-1"), Bin(location_id=2, code="R-2")])
    journal_batches.create_batch(session, BATCH, "Posted while measuring")


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


def settle(session: Session) -> None:
    """What both engines do by and by: statistics, and on PostgreSQL the map of pages everybody may see."""
    if not is_postgresql(session):
        session.execute(text("ANALYZE"))
        session.commit()
        return
    with session.get_bind().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM (ANALYZE)"))
