"""Proofs about posted documents and the ledgers of vendors and customers, for verify.py."""

from __future__ import annotations

from collections.abc import Sequence

#: name, SQL that yields a row for each difference, sentence for a row. Amounts are scaled integers (x 100,000).
DOCUMENT_PROOFS: Sequence[tuple[str, str, str]] = (
    ("party entries", """
        SELECT p.id, p.amount, COALESCE(SUM(g.amount), 0) FROM party_ledger_entry p
        LEFT JOIN gl_entry g ON g.register_id = p.register_id AND g.account_id = p.account_id
            AND g.document_no = p.document_no
        GROUP BY p.id, p.amount HAVING p.amount <> COALESCE(SUM(g.amount), 0)
     """, "entry {0} of a vendor or customer: amount {1}, its G/L account {2}"),
    ("party remaining", """
        SELECT p.id, p.remaining_amount, p.amount + COALESCE(a.total, 0) - COALESCE(t.total, 0)
        FROM party_ledger_entry p
        LEFT JOIN (SELECT entry_id AS id, SUM(amount) AS total FROM party_application_entry GROUP BY entry_id) a
            ON a.id = p.id
        LEFT JOIN (SELECT applies_to_entry_id AS id, SUM(amount) AS total FROM party_application_entry
            GROUP BY applies_to_entry_id) t ON t.id = p.id
        WHERE p.remaining_amount <> p.amount + COALESCE(a.total, 0) - COALESCE(t.total, 0)
     """, "entry {0} of a vendor or customer: {1} remain, its applications leave {2}"),
    ("VAT entries", """
        SELECT d.no, d.local_vat_amount, COALESCE(SUM(ABS(v.amount)), 0) FROM posted_document d
        LEFT JOIN vat_entry v ON v.register_id = d.register_id AND v.document_no = d.no
        WHERE d.local_vat_amount > 0 GROUP BY d.id, d.no, d.local_vat_amount
        HAVING d.local_vat_amount <> COALESCE(SUM(ABS(v.amount)), 0)
     """, "posted document {0}: VAT {1}, VAT entries {2}"),
    ("posted lines", """
        SELECT d.no, l.line_no, l.quantity_base, SUM(e.quantity) FROM posted_line l
        JOIN posted_document d ON d.id = l.document_id
        JOIN posted_line_entry x ON x.posted_line_id = l.id
        JOIN item_ledger_entry e ON e.id = x.item_ledger_entry_id
        GROUP BY d.no, l.id, l.line_no, l.quantity_base HAVING ABS(l.quantity_base) <> ABS(SUM(e.quantity))
     """, "posted document {0} line {1}: quantity {2}, its entries {3}"),
)  # fmt: skip
