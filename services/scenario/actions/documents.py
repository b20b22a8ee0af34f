"""Purchase, sales and service documents: open, change, assign charges, post, delete (documents.md)."""

from __future__ import annotations

from services.scenario.actions.common import TRACKING
from services.scenario.registry import action_not_built
from services.scenario.shapes import day, decimal, flag, list_of, mapping_of, one_of, record, word

DOCUMENTS = (
    "purchase_order", "purchase_invoice", "purchase_return_order", "purchase_credit_memo", "sales_order",
    "sales_invoice", "sales_return_order", "sales_credit_memo", "service_order",
)  # fmt: skip

LINE = record(
    {
        "id": word,
        "item": word,
        "charge": word,
        "gl_account": word,
        "qty": decimal,
        "uom": word,
        "unit_cost": decimal,
        "unit_price": decimal,
        "discount_pct": decimal,
        "location": word,
        "bin": word,
        "variant": word,
        "indirect_cost_pct": decimal,
        "applies_to": word,
        "applies_from": word,
        "tracking": TRACKING,
        "shipment_date": day,
        "receipt_date": day,
    },
    required=("qty",),
    one_of_keys=("item", "charge", "gl_account"),
)
DOCUMENT = record({"party": word, "location": word, "lines": list_of(LINE), "get_lines_from": list_of(word)})
QUANTITIES = record({"receive": decimal, "ship": decimal, "invoice": decimal, "return": decimal})
#: also posts transfer, assembly and production orders
POST = record(
    {
        "document": word,
        "receive": flag,
        "ship": flag,
        "invoice": flag,
        "assemble": decimal,
        "lines": mapping_of(QUANTITIES),
    },
    required=("document",),
)

for name in DOCUMENTS:
    action_not_built(name, DOCUMENT)
action_not_built("post", POST)
action_not_built(
    "change_line",
    record(
        {
            "line": word,
            "qty": decimal,
            "unit_cost": decimal,
            "unit_price": decimal,
            "discount_pct": decimal,
            "receipt_date": day,
            "shipment_date": day,
            "location": word,
        },
        required=("line",),
    ),
)
action_not_built(
    "assign_charge",
    record(
        {
            "charge_line": word,
            "method": one_of("equally", "amount", "by_weight", "manual"),
            "to": list_of(record({"line": word, "qty": decimal}, required=("line",))),
        },
        required=("charge_line", "to"),
    ),
)
action_not_built("delete", record({"document": word, "line": word}, one_of_keys=("document", "line")))
