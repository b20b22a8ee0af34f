"""A million and a half entries of each ledger, copied from one purchase and one sale of it.

What is rare in real ledgers (transfers, a closed shop, revaluations, fixed applications) is rare here too and lies far
back, where a list that reads from the end would find it last.
"""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from bench.copying import bare_tables, code, copy, day_after
from bench.dataset_items import variant_of

#: entries are spread over so many days from the first of January 2024
DAYS = 700
LEDGERS = (
    "item_ledger_entry", "value_entry", "item_application_entry", "gl_entry", "gl_item_ledger_relation", "register",
    "warehouse_entry",
)  # fmt: skip


def add_entries(session: Session, entries: int, items: int) -> None:
    """Pairs of a purchase and a sale of it, in entry order, item after item, day after day."""
    pairs = entries // 2
    with bare_tables(session, LEDGERS):
        _registers(session, pairs)
        _movements(session, pairs, items)
        _general_ledger(session, pairs)
        _bin_movements(session)
    _counters(session)


def _registers(session: Session, pairs: int) -> None:
    """One for ten pairs, made every few minutes."""
    if session.get_bind().dialect.name == "postgresql":
        made = f"TIMESTAMP '2024-01-01' + n.i * INTERVAL '1 day' * {DAYS * 10 / pairs:.8f}"
    else:
        made = f"datetime('2024-01-01', '+' || (n.i * {86400 * DAYS * 10 / pairs:.4f}) || ' seconds') || '.000000'"
    spans = {}
    for ledger, size in (("item_ledger", 2), ("value", 2), ("application", 2), ("gl", 2)):
        spans[f"from_{ledger}_entry_id"] = f"n.i * {10 * size} + 1"
        spans[f"to_{ledger}_entry_id"] = f"n.i * {10 * size} + {10 * size}"
    copy(session, "register", "t.id = 1", 1, pairs // 10, {
        "id": "n.i + 2", "created_at": made, "document_no": code(session, "P", "n.i", 8),
        "posting_date": day_after(session, "2024-01-01", f"n.i * {10 * DAYS} / {pairs}"),
        "journal_batch_name": "CASE WHEN n.i % 1000 = 7 THEN 'YEAREND' ELSE 'DEFAULT' END",
        "source_code": f"CASE WHEN n.i < {pairs // 20} AND n.i % 500 = 7 THEN 'RECLASSJNL' ELSE t.source_code END",
        "line_count": "20", **spans,
    })  # fmt: skip


def _movements(session: Session, pairs: int, items: int) -> None:
    old = f"n.i < {pairs // 3}"
    # Nine items of ten are traded.
    item = f"((n.i * 7919) % {items * 9 // 10} + 1)"
    own = {
        "register_id": "n.i / 10 + 2", "item_id": item, "document_no": code(session, "P", "n.i / 10", 8),
        "location_id": f"CASE WHEN {old} AND n.i % 1000 = 9 THEN 3 WHEN n.i % 10 < 3 THEN 2 ELSE 1 END",
        "variant_id": f"CASE WHEN {item} % 1000 = 1 THEN {item} + {variant_of(0)} ELSE 0 END",
        "source_type": "CASE t.id WHEN 1 THEN 'vendor' ELSE 'customer' END",
        "source_no": f"CASE t.id WHEN 1 THEN {code(session, 'V', 'n.i % 200', 5)} "
                     f"ELSE {code(session, 'C', 'n.i % 3000', 5)} END",
    }  # fmt: skip
    day = day_after(session, "2024-01-01", f"n.i * {DAYS} / {pairs}")
    days = dict.fromkeys(("posting_date", "document_date", "valuation_date", "last_invoice_date"), day)
    key = {"id": "n.i * 2 + t.id"}

    def kind(column: str) -> str:
        return (
            f"CASE WHEN {old} AND n.i % 2500 = 7 THEN 'transfer' WHEN n.i % 100 = 3 THEN "
            f"CASE t.id WHEN 1 THEN 'positive_adjmt' ELSE 'negative_adjmt' END ELSE t.{column} END"
        )

    # One receipt in twenty still lies there; one sale in twenty thousand waits for goods.
    left = (
        "CASE WHEN t.id = 1 AND n.i % 20 = 0 THEN t.remaining_quantity WHEN t.id = 2 AND n.i % 20000 = 5 "
        "THEN t.quantity ELSE 0 END"
    )
    copy(session, "item_ledger_entry", "t.id <= 2", 1, pairs, key | own | days | {
        "entry_type": kind("entry_type"), "remaining_quantity": left, "open": f"({left}) <> 0",
        "lot_no": f"CASE WHEN n.i % 100 = 8 THEN {code(session, 'LOT', 'n.i / 1000', 6)} ELSE '' END",
        "serial_no": f"CASE WHEN n.i % 1000 = 4 THEN {code(session, 'SN', 'n.i', 8)} ELSE '' END",
    })  # fmt: skip
    copy(session, "value_entry", "t.id <= 2", 1, pairs, key | own | days | {
        "item_ledger_entry_id": "n.i * 2 + t.item_ledger_entry_id",
        "item_ledger_entry_type": kind("item_ledger_entry_type"),
        "entry_type": f"CASE WHEN {old} AND n.i % 2000 = 11 THEN 'revaluation' "
                      f"WHEN {old} AND n.i % 3000 = 12 THEN 'rounding' ELSE t.entry_type END",
        "adjustment": f"{old} AND n.i % 1000 IN (11, 12)", "expected_cost": f"{old} AND n.i % 1000 = 13",
    })  # fmt: skip
    copy(session, "item_application_entry", "t.id <= 2", 1, pairs, key | days | {
        "register_id": "n.i / 10 + 2", "item_ledger_entry_id": "n.i * 2 + t.item_ledger_entry_id",
        "inbound_entry_id": "n.i * 2 + t.inbound_entry_id",
        "outbound_entry_id": "CASE t.outbound_entry_id WHEN 0 THEN 0 ELSE n.i * 2 + t.outbound_entry_id END",
        "fixed": f"{old} AND n.i % 1000 = 7", "in_force": f"NOT ({old} AND n.i % 3000 = 8)",
    })  # fmt: skip


def _general_ledger(session: Session, pairs: int) -> None:
    """The cost of the purchases alone has arrived there: as many entries as the other ledgers have."""
    day = day_after(session, "2024-01-01", f"n.i * {DAYS} / {pairs}")
    key, register = "n.i * 2 + t.id + 2", "n.i / 10 + 2"
    copy(session, "gl_entry", "t.id <= 2", 1, pairs, {
        "id": key, "register_id": register, "transaction_no": register, "posting_date": day, "document_date": day,
        "document_no": code(session, "P", "n.i / 10", 8),
        # An account that is hardly ever used, and long ago.
        "account_id": f"CASE WHEN n.i < {pairs // 10} AND n.i % 5000 = 9 THEN 1 ELSE t.account_id END",
    })  # fmt: skip
    copy(session, "gl_item_ledger_relation", "t.gl_entry_id <= 2", 1, pairs, {
        "gl_entry_id": "n.i * 2 + t.gl_entry_id + 2", "value_entry_id": "n.i * 2 + 1", "register_id": register,
    })  # fmt: skip


def _bin_movements(session: Session) -> None:
    """RED has bins: each of its movements went through one of them."""
    session.execute(
        text(
            "INSERT INTO warehouse_entry (id, register_id, entry_type, registering_date, location_id, bin_id, item_id, "
            "variant_id, unit_of_measure_code, quantity, lot_no, serial_no, package_no, source_document, source_no, "
            "source_line_no, warehouse_document_no, document_no) SELECT e.id, e.register_id, "
            "CASE WHEN e.id < 300000 AND e.id % 3000 = 6 THEN 'movement' WHEN e.positive THEN 'positive_adjmt' "
            "ELSE 'negative_adjmt' END, e.posting_date, e.location_id, b.id, e.item_id, e.variant_id, "
            "e.unit_of_measure_code, e.quantity, e.lot_no, e.serial_no, '', '', '', 0, '', e.document_no "
            "FROM item_ledger_entry e JOIN bin b ON b.location_id = e.location_id "
            "AND b.code = CASE WHEN e.id % 5 = 0 THEN 'R-2' ELSE 'R-1' END WHERE e.location_id = 2"
        )
    )


def _counters(session: Session) -> None:
    """The next posting goes on from here."""
    for name in (
        "register",
        "item_ledger_entry",
        "value_entry",
        "item_application_entry",
        "gl_entry",
        "warehouse_entry",
    ):
        session.execute(text(f"UPDATE ledger_counter SET last_no = (SELECT max(id) FROM {name}) WHERE name = '{name}'"))
    session.execute(
        text(
            "UPDATE ledger_counter SET last_no = (SELECT max(transaction_no) FROM gl_entry) WHERE name = 'transaction'"
        )
    )
