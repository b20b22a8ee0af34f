"""A draft into rows: entry nos under one short lock, bulk inserts, running balances, the register and its digest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from core.clock import utcnow
from models import LedgerCounter, Register
from models.enums import TestQuality
from models.ledger_guard import LEDGER_COUNTERS
from posting.balances import write_balances, write_bins
from posting.bulk import columns_of, insert_rows, raw, raw_columns, raw_rows, update_rows, without_waiting
from posting.digest import DIGESTED_TABLES, GENESIS, RegisterDigest
from posting.draft import Draft
from posting.facts import NEW
from posting.lines import PostingContext
from posting.updates import follow_invoices, write_updates

#: name, columns and raw rows in order of their entry nos
Table = tuple[str, Sequence[str], Sequence[tuple[Any, ...]]]


def write(session: Session, draft: Draft, context: PostingContext) -> int:
    """Write everything; returns the id of the register. The caller's unit of work commits."""
    rows: Sequence[Any] = draft.item_ledger_entries or draft.value_entries or draft.gl_entries
    days, documents = {row.posting_date for row in rows}, {row.document_no for row in rows}
    if not rows and context.papers_on is not None:
        days = {context.papers_on}

    def tables(first: dict[str, int]) -> list[Table]:
        _number(draft, first)
        return _tables(draft, first["register"])

    return write_tables(session, draft, context, _used(draft), tables, days=days, documents=documents)


def write_tables(
    session: Session,
    draft: Draft,
    context: PostingContext,
    used: dict[str, int],
    tables: Callable[[dict[str, int]], list[Table]],
    *,
    days: set[dt.date],
    documents: set[str],
) -> int:
    """Write the rows that `tables` gives for the first numbers of each ledger, and what else the draft changes.

    `used` says how many numbers are taken of each counter. Returns the id of the register.
    """
    counters = _lock_counters(session)
    first = {name: counters[name].last_no + 1 for name in LEDGER_COUNTERS}
    register_id = first["register"]
    prepared = tables(first)
    register = _register(draft, first, used, context, counters["register"].digest or GENESIS)
    register.document_no = context.document_no or (documents.pop() if len(documents) == 1 else "")
    register.posting_date = days.pop() if len(days) == 1 else None
    with without_waiting(session):
        _insert_ledgers(session, prepared, register)
        _advance(session, counters, used, register.digest)
        write_updates(session, draft)
        write_balances(session, draft)
        _insert_number_cards(session, draft)
        _update_cards(session, draft)
    # These read what is there first.
    follow_invoices(session, draft)
    write_bins(session, draft)
    return register_id


def _lock_counters(session: Session) -> dict[str, LedgerCounter]:
    """Taken after the item locks and held to the end: numbers are gapless and registers follow one another."""
    statement = select(LedgerCounter).order_by(LedgerCounter.name).with_for_update()
    found = session.scalars(statement.execution_options(populate_existing=True))
    return {counter.name: counter for counter in found}


def _advance(session: Session, counters: dict[str, LedgerCounter], used: dict[str, int], digest: str) -> None:
    rows = []
    for name, number in sorted(used.items()):
        counter = counters[name]
        set_committed_value(counter, "last_no", counter.last_no + number)
        set_committed_value(counter, "digest", digest if name == "register" else counter.digest)
        rows.append((counter.last_no, counter.digest, name))
    update_rows(session, "ledger_counter", ["last_no", "digest"], ["name"], rows)


def _used(draft: Draft) -> dict[str, int]:
    return {
        "register": 1,
        "item_ledger_entry": len(draft.item_ledger_entries),
        "value_entry": len(draft.value_entries),
        "item_application_entry": len(draft.applications),
        "gl_entry": len(draft.gl_entries),
        "transaction": len(draft.transactions),
        "warehouse_entry": len(draft.warehouse_entries),
        "physical_inventory_ledger_entry": len(draft.count_entries),
    }


def _number(draft: Draft, first: dict[str, int]) -> None:
    """Provisional ids (from NEW on) become entry nos."""
    entry, value, application = first["item_ledger_entry"], first["value_entry"], first["item_application_entry"]
    gl, transaction, warehouse = first["gl_entry"], first["transaction"], first["warehouse_entry"]

    def entry_no(number: int) -> int:
        return number - NEW + entry if number >= NEW else number

    for row in draft.item_ledger_entries:
        row.id = entry_no(row.id)
    for link in draft.applications:
        link.id = link.id - NEW + application
        link.item_ledger_entry_id = entry_no(link.item_ledger_entry_id)
        link.inbound_entry_id = entry_no(link.inbound_entry_id)
        link.outbound_entry_id = entry_no(link.outbound_entry_id)
        if link.transferred_from_entry_id is not None:
            link.transferred_from_entry_id = entry_no(link.transferred_from_entry_id)
    for amount in draft.value_entries:
        amount.id = amount.id - NEW + value
        amount.item_ledger_entry_id = entry_no(amount.item_ledger_entry_id)
    for line in draft.gl_entries:
        line.id = line.id - NEW + gl
        line.transaction_no = line.transaction_no - NEW + transaction
        if line.value_entry_id is not None and line.value_entry_id >= NEW:
            line.value_entry_id += value - NEW
    for number, moved in enumerate(draft.warehouse_entries, warehouse):
        moved.id = number
    for number, count in enumerate(draft.count_entries, first["physical_inventory_ledger_entry"]):
        count.id = number
    draft.to_adjust = {(item_id, entry_no(entry_id)) for item_id, entry_id in draft.to_adjust}


def _register(
    draft: Draft, first: dict[str, int], used: dict[str, int], context: PostingContext, previous: str
) -> Register:
    def last(name: str) -> int:
        return first[name] + used.get(name, 0) - 1

    return Register(
        id=first["register"],
        created_at=utcnow(),
        user_id=context.user_id,
        user_name=context.user_name,
        source_code=context.source_code,
        journal_batch_name=context.journal_batch_name,
        line_count=draft.line_count,
        from_item_ledger_entry_id=first["item_ledger_entry"],
        to_item_ledger_entry_id=last("item_ledger_entry"),
        from_value_entry_id=first["value_entry"],
        to_value_entry_id=last("value_entry"),
        from_application_entry_id=first["item_application_entry"],
        to_application_entry_id=last("item_application_entry"),
        from_gl_entry_id=first["gl_entry"],
        to_gl_entry_id=last("gl_entry"),
        from_warehouse_entry_id=first["warehouse_entry"],
        to_warehouse_entry_id=last("warehouse_entry"),
        from_physical_inventory_entry_id=first["physical_inventory_ledger_entry"],
        to_physical_inventory_entry_id=last("physical_inventory_ledger_entry"),
        previous_digest=previous,
        digest="",
    )


def register_header(register: Register) -> list[Any]:
    """What of the register itself its digest covers."""
    fixed = [column.name for column in Register.__table__.columns if column.name not in ("digest", "created_at")]
    created: dt.datetime = register.created_at
    return [created.isoformat(), *(getattr(register, name) for name in sorted(fixed))]


def _tables(draft: Draft, register_id: int) -> list[Table]:
    """The draft's entries as raw rows, ledger by ledger."""
    fixed = {"register_id": register_id}
    relations = [
        _Relation(gl_entry_id=line.id, value_entry_id=line.value_entry_id, register_id=register_id)
        for line in draft.gl_entries
        if line.value_entry_id is not None
    ]
    relations += [
        _Relation(gl_entry_id=line.id, value_entry_id=value_id, register_id=register_id)
        for line, value_id in draft.relations
    ]
    entries: list[tuple[str, Sequence[Any], dict[str, Any]]] = [
        ("item_ledger_entry", draft.item_ledger_entries, fixed),
        ("value_entry", draft.value_entries, fixed),
        ("item_application_entry", draft.applications, fixed),
        ("gl_entry", draft.gl_entries, fixed),
        ("gl_item_ledger_relation", relations, {}),
        ("warehouse_entry", draft.warehouse_entries, fixed),
        ("physical_inventory_ledger_entry", draft.count_entries, fixed),
    ]
    return [
        (name, raw_columns(name, constant), list(raw_rows(name, rows, constant))) for name, rows, constant in entries
    ]


def _insert_ledgers(session: Session, tables: Sequence[Table], register: Register) -> None:
    """The register with its digest over all ledgers, then the rows."""
    prepared = {name: (columns, rows) for name, columns, rows in tables}
    digest = RegisterDigest(register.previous_digest, register_header(register))
    for name in DIGESTED_TABLES:
        columns, rows = prepared.get(name, (columns_of(name), ()))
        digest.add_rows(name, columns, rows)
    register.digest = digest.hexdigest()
    session.flush()
    insert_rows(session, "register", columns_of("register"), list(raw_rows("register", [register], {})))
    for name, columns, rows in tables:
        insert_rows(session, name, columns, rows)


class _Relation:
    """A row of gl_item_ledger_relation."""

    __slots__ = ("gl_entry_id", "register_id", "value_entry_id")

    def __init__(self, *, gl_entry_id: int, value_entry_id: int, register_id: int) -> None:
        self.gl_entry_id = gl_entry_id
        self.value_entry_id = value_entry_id
        self.register_id = register_id


def _insert_number_cards(session: Session, draft: Draft) -> None:
    """Information cards that the tracking code wants of every number (tracking.md section 1)."""
    names = ["item_id", "variant_id", "kind", "number", "description", "blocked", "block_reason", "test_quality",
             "certificate_no", "country_of_origin", "note"]  # fmt: skip
    rest = ("", raw(False), "", TestQuality.NONE.value, "", "", "")
    insert_rows(
        session, "number_card", names, [(*key[:2], key.kind.value, key.number, *rest) for key in draft.new_cards]
    )


def _update_cards(session: Session, draft: Draft) -> None:
    """Unit cost and last direct cost; and every item touched waits for costing."""
    for table, updates in (("item", draft.item_updates), ("stockkeeping_unit", draft.sku_updates)):
        rows = [(raw(new.unit_cost), raw(new.last_direct_cost), card_id) for card_id, new in sorted(updates.items())]
        update_rows(session, table, ["unit_cost", "last_direct_cost"], ["id"], rows)
