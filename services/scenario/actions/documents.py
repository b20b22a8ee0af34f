"""Purchase, sales and service documents: open, change, assign charges, post, delete (documents.md)."""

from __future__ import annotations

from services.scenario.actions.common import TRACKING
from services.scenario.open_documents import line_of, open_document
from services.scenario.play import Play
from services.scenario.registry import action, action_not_built
from services.scenario.shapes import Values, day, decimal, flag, list_of, mapping_of, one_of, record, word

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


@action("post", POST)
def post(play: Play, given: Values) -> None:
    """Post a document of any kind."""
    open_document(play, given["document"]).post(play, given)


@action(
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
def change_line(play: Play, given: Values) -> None:
    """A user edits an open document line."""
    document, line = line_of(play, given["line"])
    document.change_line(play, line, given)


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


@action("delete", record({"document": word, "line": word}, one_of_keys=("document", "line")))
def delete(play: Play, given: Values) -> None:
    """A user deletes a document or one of its lines."""
    if "document" in given:
        open_document(play, given["document"]).delete(play)
        return
    document, line = line_of(play, given["line"])
    document.delete_line(play, line)
