"""Proofs that the inventory and the general ledger say the same (posting-and-costing.md section 22, invariant I11).

Which account is an inventory account follows from the posting set-up. Accounts that serve two purposes there, or did
before it was changed, prove nothing and are left out.
"""

from __future__ import annotations

from collections.abc import Sequence

_INVENTORY = ("inventory_account_id", "inventory_interim_account_id")
_ELSEWHERE = {
    "inventory_posting_setup": (
        "wip_account_id", "material_variance_account_id", "capacity_variance_account_id",
        "manufacturing_overhead_variance_account_id", "capacity_overhead_variance_account_id",
        "subcontracted_variance_account_id",
    ),
    "general_posting_setup": (
        "sales_account_id", "sales_credit_memo_account_id", "sales_line_discount_account_id",
        "sales_invoice_discount_account_id", "purchase_account_id", "purchase_credit_memo_account_id",
        "purchase_line_discount_account_id", "purchase_invoice_discount_account_id", "cogs_account_id",
        "cogs_interim_account_id", "inventory_adjustment_account_id", "invt_accrual_interim_account_id",
        "direct_cost_applied_account_id", "overhead_applied_account_id", "purchase_variance_account_id",
        "direct_cost_non_inventory_applied_account_id",
    ),
    "vat_posting_setup": ("sales_vat_account_id", "purchase_vat_account_id"),
    "customer_posting_group": ("receivables_account_id",),
    "vendor_posting_group": ("payables_account_id",),
}  # fmt: skip
_ROLES = " UNION ".join(
    [f"SELECT {column} AS account_id, '{column}' AS kind FROM inventory_posting_setup" for column in _INVENTORY]  # noqa: S608 - names of ours
    + [
        f"SELECT {column} AS account_id, 'other' AS kind FROM {table}"  # noqa: S608 - names of ours
        for table, columns in _ELSEWHERE.items()
        for column in columns
    ]
)
#: accounts that are for the inventory, or its interim account, and for nothing else
_ACCOUNTS = f"""
    SELECT account_id, MIN(kind) AS kind FROM ({_ROLES}) roles WHERE account_id IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM audit_entry x WHERE x.action = 'changed' AND x.field LIKE '%account_id'
            AND x.before = CAST(roles.account_id AS TEXT))
    GROUP BY account_id HAVING COUNT(*) = 1 AND MIN(kind) <> 'other'
"""  # noqa: S608 - texts of ours

#: name, SQL that yields a row for each difference, sentence for a row. Amounts are scaled integers (x 100,000).
GL_PROOFS: Sequence[tuple[str, str, str]] = (
    ("inventory accounts", f"""
        SELECT g.id, g.amount, SUM(CASE a.kind WHEN 'inventory_account_id' THEN v.cost_posted_to_gl
            ELSE v.expected_cost_posted_to_gl END)
        FROM gl_entry g JOIN ({_ACCOUNTS}) a ON a.account_id = g.account_id
        JOIN gl_item_ledger_relation r ON r.gl_entry_id = g.id
        JOIN value_entry v ON v.id = r.value_entry_id
        GROUP BY g.id, g.amount
        HAVING g.amount <> SUM(CASE a.kind WHEN 'inventory_account_id' THEN v.cost_posted_to_gl
            ELSE v.expected_cost_posted_to_gl END)
     """, "G/L entry {0} on an inventory account: amount {1}, its value entries posted {2}"),  # noqa: S608 - texts of ours
    ("inventory accounts without value", f"""
        SELECT g.id, g.document_no, g.amount FROM gl_entry g
        JOIN ({_ACCOUNTS}) a ON a.account_id = g.account_id
        WHERE NOT EXISTS (SELECT 1 FROM gl_item_ledger_relation r WHERE r.gl_entry_id = g.id)
            AND NOT EXISTS (SELECT 1 FROM posted_document d JOIN posted_line l ON l.document_id = d.id
                AND l.gl_account_id = g.account_id WHERE d.register_id = g.register_id)
     """, "G/L entry {0} of {1}: {2} on an inventory account, and no value entry behind it"),  # noqa: S608
    ("posted without G/L", """
        SELECT v.id, v.cost_posted_to_gl, v.expected_cost_posted_to_gl FROM value_entry v
        WHERE (v.cost_posted_to_gl <> 0 OR v.expected_cost_posted_to_gl <> 0)
            AND NOT EXISTS (SELECT 1 FROM gl_item_ledger_relation r WHERE r.value_entry_id = v.id)
     """, "value entry {0}: says it posted {1} and expected {2}, the general ledger has nothing of it"),
    ("G/L queue", """
        SELECT v.id FROM value_entry v CROSS JOIN inventory_setup s
        LEFT JOIN post_value_entry_to_gl q ON q.value_entry_id = v.id
        WHERE v.inventoriable = :yes AND q.value_entry_id IS NULL AND (v.cost_amount_actual <> v.cost_posted_to_gl
            OR (s.expected_cost_posting_to_gl = :yes AND v.cost_amount_expected <> v.expected_cost_posted_to_gl))
     """, "value entry {0}: its cost is neither in the general ledger nor waiting for it"),
    ("G/L queue too long", """
        SELECT q.value_entry_id FROM post_value_entry_to_gl q CROSS JOIN inventory_setup s
        JOIN value_entry v ON v.id = q.value_entry_id
        WHERE v.cost_amount_actual = v.cost_posted_to_gl AND (s.expected_cost_posting_to_gl = :no
            OR v.cost_amount_expected = v.expected_cost_posted_to_gl)
     """, "value entry {0}: waits for the general ledger though all of its cost is there"),
)  # fmt: skip
