"""Independent proofs that ledgers, balances and digests agree: what `flask verify` runs, and every posting test.

Each proof recomputes one thing from the entries alone and reports where it differs (posting-and-costing.md section
22, invariants I1 to I15; DESIGN section 4). Nothing here shares code with posting or costing decisions, but the
proof that to adjust again changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import Boolean, select, text
from sqlalchemy.orm import Session

from models import LedgerCounter, Register, db
from models.ledger_guard import LEDGER_COUNTERS
from posting import verify_costs
from posting.digest import DIGESTED_TABLES, GENESIS, RegisterDigest, digested_columns
from posting.verify_documents import DOCUMENT_PROOFS
from posting.verify_gl import GL_PROOFS
from posting.verify_reservations import RESERVATION_PROOFS
from posting.write import register_header

#: Of one proof, more differences are counted in the last line only.
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference: which proof failed, and where, with the two figures."""

    proof: str
    message: str


def verify(session: Session, report: Callable[[str], None] | None = None) -> list[Finding]:
    """Run every proof; returns what differs (nothing, ever). `report` is told each proof's name as it starts."""
    findings: list[Finding] = []
    for name, statement, sentence in (*PROOFS, *GL_PROOFS, *verify_costs.PROOFS, *DOCUMENT_PROOFS, *RESERVATION_PROOFS):
        if report is not None:
            report(name)
        findings += _run(session, name, statement, sentence)
    for name, proof in (*verify_costs.STREAMED, ("numbers", _numbers), ("digests", _digests)):
        if report is not None:
            report(name)
        findings += _shown(name, proof(session))
    return findings


def _shown(name: str, messages: Iterator[str]) -> list[Finding]:
    """The first findings; of the rest the number alone is kept."""
    findings = [Finding(name, message) for message in islice(messages, SHOWN)]
    more = sum(1 for _message in messages)
    return [*findings, Finding(name, f"... and {more} more")] if more else findings


def _run(session: Session, name: str, statement: str, sentence: str) -> list[Finding]:
    yes = {"yes": True, "no": False}
    parameters = {key: value for key, value in yes.items() if f":{key}" in statement}
    rows = session.execute(text(statement), parameters).all()
    findings = [Finding(name, sentence.format(*row)) for row in rows[:SHOWN]]
    if len(rows) > SHOWN:
        findings.append(Finding(name, f"... and {len(rows) - SHOWN} more"))
    return findings


_LINKS = """
    SELECT e.id, e.quantity, e.remaining_quantity AS kept,
        CASE WHEN e.quantity > 0 THEN COALESCE(i.total, 0) ELSE e.quantity - COALESCE(o.total, 0) END AS found
    FROM item_ledger_entry e
    JOIN item ON item.id = e.item_id AND item.type = 'inventory'
    LEFT JOIN (SELECT inbound_entry_id AS id, SUM(quantity) AS total FROM item_application_entry
        WHERE in_force = :yes GROUP BY inbound_entry_id) i ON i.id = e.id AND e.quantity > 0
    LEFT JOIN (SELECT item_ledger_entry_id AS id, SUM(quantity) AS total FROM item_application_entry
        WHERE in_force = :yes AND inbound_entry_id <> 0 GROUP BY item_ledger_entry_id) o
        ON o.id = e.id AND e.quantity < 0
"""
_SUMS_OF_VALUES = """
    SELECT item_id, variant_id, location_id, SUM(cost_amount_actual) AS actual, SUM(cost_amount_expected) AS expected,
        SUM(cost_posted_to_gl) AS posted
    FROM value_entry GROUP BY item_id, variant_id, location_id
"""
_SUMS_OF_ENTRIES = """
    SELECT e.item_id, e.variant_id, e.location_id, SUM(e.quantity) AS quantity, SUM(e.invoiced_quantity) AS invoiced,
        COUNT(*) AS entries
    FROM item_ledger_entry e JOIN item ON item.id = e.item_id AND item.type = 'inventory'
    GROUP BY e.item_id, e.variant_id, e.location_id
"""

#: name, SQL that yields a row for each difference, sentence for a row. Amounts are scaled integers (x 100,000).
PROOFS: Sequence[tuple[str, str, str]] = (
    ("remaining quantity", f"SELECT id, kept, found FROM ({_LINKS}) l WHERE kept <> found",  # noqa: S608 - text of ours
     "item ledger entry {0}: remaining quantity is {1}, its applications leave {2}"),
    ("stock", """
        SELECT e.item_id, e.variant_id, e.location_id, SUM(e.quantity), SUM(e.remaining_quantity)
        FROM item_ledger_entry e JOIN item ON item.id = e.item_id AND item.type = 'inventory'
        GROUP BY e.item_id, e.variant_id, e.location_id HAVING SUM(e.quantity) <> SUM(e.remaining_quantity)
     """, "item {0} variant {1} location {2}: quantities sum to {3}, remaining quantities to {4}"),
    ("application ends", """
        SELECT a.id FROM item_application_entry a
        LEFT JOIN item_ledger_entry i ON i.id = a.inbound_entry_id
        LEFT JOIN item_ledger_entry o ON o.id = a.outbound_entry_id
        WHERE i.id IS NULL OR i.quantity < 0 OR (a.outbound_entry_id <> 0 AND (o.id IS NULL OR o.quantity > 0))
     """, "item application entry {0}: its ends are not an inbound and an outbound entry"),
    ("ledger links", """
        SELECT 'value entry', v.id FROM value_entry v LEFT JOIN item_ledger_entry e ON e.id = v.item_ledger_entry_id
        WHERE e.id IS NULL
        UNION ALL SELECT 'item application entry', a.id FROM item_application_entry a
        LEFT JOIN item_ledger_entry e ON e.id = a.item_ledger_entry_id WHERE e.id IS NULL
        UNION ALL SELECT 'relation of G/L entry', r.gl_entry_id FROM gl_item_ledger_relation r
        LEFT JOIN gl_entry g ON g.id = r.gl_entry_id LEFT JOIN value_entry v ON v.id = r.value_entry_id
        WHERE g.id IS NULL OR v.id IS NULL
     """, "{0} {1}: the entry it belongs to is missing"),
    ("first value entry", """
        SELECT e.id, e.quantity, COALESCE(v.total, 0), COALESCE(v.rows, 0) FROM item_ledger_entry e
        LEFT JOIN (SELECT item_ledger_entry_id AS id, SUM(item_ledger_entry_quantity) AS total,
            SUM(CASE WHEN item_ledger_entry_quantity <> 0 THEN 1 ELSE 0 END) AS rows
            FROM value_entry GROUP BY item_ledger_entry_id) v ON v.id = e.id
        WHERE COALESCE(v.total, 0) <> e.quantity OR COALESCE(v.rows, 0) <> 1
     """, "item ledger entry {0}: quantity {1}, value entries carry {2} on {3} rows"),
    ("invoiced quantity", """
        SELECT e.id, e.invoiced_quantity, COALESCE(v.invoiced, 0), COALESCE(v.expected, 0) FROM item_ledger_entry e
        LEFT JOIN (SELECT item_ledger_entry_id AS id, SUM(invoiced_quantity) AS invoiced,
            SUM(cost_amount_expected) AS expected FROM value_entry GROUP BY item_ledger_entry_id) v ON v.id = e.id
        WHERE COALESCE(v.invoiced, 0) <> e.invoiced_quantity
            OR (e.invoiced_quantity = e.quantity AND COALESCE(v.expected, 0) <> 0)
     """, "item ledger entry {0}: invoiced quantity {1}, value entries {2}, expected cost left {3}"),
    ("returned quantity", """
        SELECT x.id, x.kept, x.left_to_return FROM (
            SELECT e.id, e.shipped_qty_not_returned AS kept,
                CASE WHEN e.correction THEN 0 ELSE e.quantity + COALESCE(r.total, 0) END AS left_to_return
            FROM item_ledger_entry e
            JOIN item ON item.id = e.item_id AND item.type = 'inventory'
            LEFT JOIN (SELECT a.outbound_entry_id AS id, SUM(a.quantity + COALESCE(u.total, 0)) AS total
                FROM item_application_entry a
                LEFT JOIN (SELECT f.inbound_entry_id AS id, SUM(f.quantity) AS total FROM item_application_entry f
                    JOIN item_ledger_entry c ON c.id = f.outbound_entry_id AND c.correction
                    JOIN item_ledger_entry b ON b.id = f.inbound_entry_id AND NOT b.correction
                    WHERE f.in_force = :yes AND f.quantity < 0 AND f.fixed GROUP BY f.inbound_entry_id) u
                    ON u.id = a.inbound_entry_id
                WHERE a.in_force = :yes AND a.quantity > 0 AND a.outbound_entry_id <> 0
                GROUP BY a.outbound_entry_id) r
                ON r.id = e.id
            WHERE e.quantity < 0 AND e.entry_type <> 'transfer') x
        WHERE x.kept <> x.left_to_return
     """, "item ledger entry {0}: shipped and not returned is {1}, its returns leave {2}"),
    ("G/L transactions", """
        SELECT transaction_no, SUM(amount) FROM gl_entry GROUP BY transaction_no HAVING SUM(amount) <> 0
     """, "transaction {0}: its entries sum to {1} instead of zero"),
    ("G/L relations", """
        SELECT g.id FROM gl_entry g LEFT JOIN gl_item_ledger_relation r ON r.gl_entry_id = g.id
        WHERE r.gl_entry_id IS NULL AND g.source_code IN ('ITEMJNL', 'RECLASSJNL', 'REVALJNL', 'PHYSINVJNL',
            'INVTADJMT', 'INVTPCOST')
     """, "G/L entry {0}: no value entry stands behind it"),
    ("cost posted to G/L", """
        SELECT v.id, v.cost_posted_to_gl, v.expected_cost_posted_to_gl, s.total FROM value_entry v
        JOIN (SELECT r.value_entry_id AS id, SUM(ABS(g.amount)) AS total FROM gl_item_ledger_relation r
            JOIN gl_entry g ON g.id = r.gl_entry_id
            JOIN (SELECT gl_entry_id, COUNT(*) AS sharers FROM gl_item_ledger_relation GROUP BY gl_entry_id) n
                ON n.gl_entry_id = g.id
            GROUP BY r.value_entry_id HAVING MAX(n.sharers) = 1) s ON s.id = v.id
        WHERE s.total <> 2 * (ABS(v.cost_posted_to_gl) + ABS(v.expected_cost_posted_to_gl))
     """, "value entry {0}: posted to G/L {1} and expected {2}, G/L entries amount to {3}"),
    # The two below are put together from texts of ours.
    ("item balance", f"""
        SELECT COALESCE(b.item_id, e.item_id), COALESCE(b.location_id, e.location_id), b.quantity, e.quantity,
            b.invoiced_quantity, e.invoiced
        FROM item_balance b FULL OUTER JOIN ({_SUMS_OF_ENTRIES}) e
            ON e.item_id = b.item_id AND e.variant_id = b.variant_id AND e.location_id = b.location_id
        WHERE COALESCE(b.quantity, 0) <> COALESCE(e.quantity, 0)
            OR COALESCE(b.invoiced_quantity, 0) <> COALESCE(e.invoiced, 0)
     """, "item {0} location {1}: balance says quantity {2} and the ledger {3}, invoiced {4} and {5}"),  # noqa: S608
    ("item value", f"""
        SELECT COALESCE(b.item_id, v.item_id), COALESCE(b.location_id, v.location_id), b.cost_amount_actual, v.actual,
            b.cost_amount_expected, v.expected
        FROM item_balance b FULL OUTER JOIN ({_SUMS_OF_VALUES}) v
            ON v.item_id = b.item_id AND v.variant_id = b.variant_id AND v.location_id = b.location_id
        WHERE COALESCE(b.cost_amount_actual, 0) <> COALESCE(v.actual, 0)
            OR COALESCE(b.cost_amount_expected, 0) <> COALESCE(v.expected, 0)
     """, "item {0} location {1}: balance says cost {2} and the value entries {3}, expected {4} and {5}"),  # noqa: S608
    ("item total", """
        SELECT t.item_id, t.quantity, b.quantity, t.cost_amount_actual, b.actual FROM item_total t
        JOIN (SELECT item_id, SUM(quantity) AS quantity, SUM(invoiced_quantity) AS invoiced,
            SUM(cost_amount_actual) AS actual, SUM(cost_amount_expected) AS expected
            FROM item_balance GROUP BY item_id) b ON b.item_id = t.item_id
        WHERE t.quantity <> b.quantity OR t.invoiced_quantity <> b.invoiced OR t.cost_amount_actual <> b.actual
            OR t.cost_amount_expected <> b.expected
     """, "item {0}: total quantity {1}, balances {2}; total cost {3}, balances {4}"),
    ("item entries", """
        SELECT t.item_id, t.entry_count, COALESCE(e.entries, 0), t.cost_posted_to_gl, COALESCE(v.posted, 0)
        FROM item_total t
        LEFT JOIN (SELECT item_id, COUNT(*) AS entries FROM item_ledger_entry GROUP BY item_id) e
            ON e.item_id = t.item_id
        LEFT JOIN (SELECT item_id, SUM(cost_posted_to_gl) AS posted FROM value_entry WHERE inventoriable = :yes
            GROUP BY item_id) v ON v.item_id = t.item_id
        WHERE t.entry_count <> COALESCE(e.entries, 0) OR t.cost_posted_to_gl <> COALESCE(v.posted, 0)
     """, "item {0}: counts {1} entries of {2}; cost posted to G/L {3}, value entries {4}"),
    ("tracking balance", """
        SELECT COALESCE(b.item_id, e.item_id), COALESCE(b.serial_no, e.serial_no), COALESCE(b.lot_no, e.lot_no),
            COALESCE(b.quantity, 0), COALESCE(e.quantity, 0)
        FROM tracking_balance b FULL OUTER JOIN (
            SELECT e.item_id, e.variant_id, e.location_id, e.lot_no, e.serial_no, e.package_no,
                SUM(e.quantity) AS quantity
            FROM item_ledger_entry e JOIN item ON item.id = e.item_id AND item.type = 'inventory'
            WHERE e.lot_no <> '' OR e.serial_no <> '' OR e.package_no <> ''
            GROUP BY e.item_id, e.variant_id, e.location_id, e.lot_no, e.serial_no, e.package_no) e
            ON e.item_id = b.item_id AND e.variant_id = b.variant_id AND e.location_id = b.location_id
            AND e.lot_no = b.lot_no AND e.serial_no = b.serial_no AND e.package_no = b.package_no
        WHERE COALESCE(b.quantity, 0) <> COALESCE(e.quantity, 0)
     """, "item {0} serial {1} lot {2}: balance says {3}, the ledger {4}"),
    ("number total", """
        SELECT t.item_id, t.kind, t.number, t.quantity, COALESCE(b.quantity, 0) FROM number_total t LEFT JOIN (
            SELECT item_id, variant_id, 'lot' AS kind, lot_no AS number, SUM(quantity) AS quantity
            FROM tracking_balance WHERE lot_no <> '' GROUP BY item_id, variant_id, lot_no
            UNION ALL SELECT item_id, variant_id, 'serial', serial_no, SUM(quantity)
            FROM tracking_balance WHERE serial_no <> '' GROUP BY item_id, variant_id, serial_no
            UNION ALL SELECT item_id, variant_id, 'package', package_no, SUM(quantity)
            FROM tracking_balance WHERE package_no <> '' GROUP BY item_id, variant_id, package_no) b
            ON b.item_id = t.item_id AND b.variant_id = t.variant_id AND b.kind = t.kind AND b.number = t.number
        WHERE t.quantity <> COALESCE(b.quantity, 0)
     """, "item {0} {1} {2}: all places together have {3}, the balances of the places {4}"),
    ("bins", """
        SELECT COALESCE(b.bin_id, e.bin_id), COALESCE(b.item_id, e.item_id), COALESCE(b.quantity, 0),
            COALESCE(e.quantity, 0)
        FROM bin_content b FULL OUTER JOIN (SELECT bin_id, item_id, variant_id, SUM(quantity) AS quantity
            FROM warehouse_entry GROUP BY bin_id, item_id, variant_id) e
            ON e.bin_id = b.bin_id AND e.item_id = b.item_id AND e.variant_id = b.variant_id
        WHERE COALESCE(b.quantity, 0) <> COALESCE(e.quantity, 0)
     """, "bin {0} item {1}: content says {2}, warehouse entries {3}"),
    ("bins and stock", """
        SELECT e.item_id, e.location_id, e.quantity, COALESCE(w.quantity, 0) FROM (
            SELECT b.item_id, b.variant_id, b.location_id, b.quantity FROM item_balance b
            JOIN location l ON l.id = b.location_id AND l.bin_mandatory = :yes) e
        LEFT JOIN (SELECT item_id, variant_id, location_id, SUM(quantity) AS quantity FROM warehouse_entry
            GROUP BY item_id, variant_id, location_id) w
            ON w.item_id = e.item_id AND w.variant_id = e.variant_id AND w.location_id = e.location_id
        WHERE e.quantity <> COALESCE(w.quantity, 0)
     """, "item {0} location {1}: stock is {2}, bins hold {3}"),
    ("G/L balance", """
        SELECT COALESCE(b.account_id, e.account_id), COALESCE(b.month, e.month), b.debit, e.debit, b.credit, e.credit
        FROM gl_balance b FULL OUTER JOIN (
            SELECT account_id, CAST(substr(CAST(posting_date AS TEXT), 1, 4) AS INTEGER) * 100
                + CAST(substr(CAST(posting_date AS TEXT), 6, 2) AS INTEGER) AS month,
                SUM(CASE WHEN amount > 0 THEN amount ELSE 0 END) AS debit,
                SUM(CASE WHEN amount < 0 THEN -amount ELSE 0 END) AS credit
            FROM gl_entry GROUP BY 1, 2) e ON e.account_id = b.account_id AND e.month = b.month
        WHERE COALESCE(b.debit, 0) <> COALESCE(e.debit, 0) OR COALESCE(b.credit, 0) <> COALESCE(e.credit, 0)
     """, "account {0} month {1}: debit balance {2}, entries {3}; credit balance {4}, entries {5}"),
    ("category items", """
        SELECT c.code, c.item_count, COALESCE(i.number, 0) FROM item_category c
        LEFT JOIN (SELECT category_id, COUNT(*) AS number FROM item GROUP BY category_id) i ON i.category_id = c.id
        WHERE c.item_count <> COALESCE(i.number, 0)
     """, "category {0}: counts {1} items of {2}"),
    ("loops", """
        SELECT a.id FROM item_application_entry a WHERE a.in_force = :yes AND a.inbound_entry_id = a.outbound_entry_id
     """, "item application entry {0} applies an entry to itself"),
)  # fmt: skip


def _numbers(session: Session) -> Iterator[str]:
    """Counters stand at the last entry of their ledger, and registers cover every number without gap."""
    for counter in session.scalars(select(LedgerCounter).where(LedgerCounter.name.in_(LEDGER_COUNTERS))):
        column, table = ("transaction_no", "gl_entry") if counter.name == "transaction" else ("id", counter.name)
        last = session.scalar(text(f"SELECT MAX({column}) FROM {table}")) or 0  # noqa: S608 - names of ours
        if last != counter.last_no:
            yield f"{counter.name}: last number is {last}, the counter stands at {counter.last_no}"


def _digests(session: Session) -> Iterator[str]:
    """Every register's digest, from what is stored now; a changed figure breaks its own, a lost register the next."""
    previous = GENESIS
    readers = {name: _reader(session, name) for name in DIGESTED_TABLES}
    expected_id = 1
    for register in session.scalars(select(Register).order_by(Register.id).execution_options(yield_per=200)):
        if register.id != expected_id:
            yield f"registers {expected_id} to {register.id - 1} are missing"
        expected_id = register.id + 1
        if register.previous_digest != previous:
            yield f"register {register.id} does not follow the register before it"
        digest = RegisterDigest(register.previous_digest, register_header(register))
        for name in DIGESTED_TABLES:
            digest.add_rows(name, digested_columns(name), readers[name](register.id))
        if digest.hexdigest() != register.digest:
            yield f"register {register.id}: its entries are not what was posted"
        previous = register.digest
    head = session.get(LedgerCounter, "register")
    if head is not None and (head.digest or GENESIS) != previous:
        yield "the last register is missing"


def _reader(session: Session, table_name: str) -> Callable[[int], list[Sequence[Any]]]:
    columns = ", ".join(digested_columns(table_name))
    order = "gl_entry_id, value_entry_id" if table_name == "gl_item_ledger_relation" else "id"
    statement = text(f"SELECT {columns} FROM {table_name} WHERE register_id = :id ORDER BY {order}")  # noqa: S608
    booleans = _boolean_positions(table_name)

    def read(register_id: int) -> list[Sequence[Any]]:
        rows = session.execute(statement, {"id": register_id}).all()
        if not booleans:
            return list(rows)
        return [[bool(v) if n in booleans else v for n, v in enumerate(row)] for row in rows]

    return read


def _boolean_positions(table_name: str) -> set[int]:
    table = db.metadata.tables[table_name]
    return {n for n, name in enumerate(digested_columns(table_name)) if isinstance(table.c[name].type, Boolean)}
