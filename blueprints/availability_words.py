"""Documents behind demand and supply as pages know them: what they are called, where they open."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l

from blueprints.access import may
from models import Permission

#: event of an open line -> what it is called
EVENT_WORDS: dict[str, Any] = {
    "sales_order": _l("Sales order"),
    "sales_return_order": _l("Sales return order"),
    "purchase_order": _l("Purchase order"),
    "purchase_return_order": _l("Purchase return order"),
    "service_order": _l("Service order"),
    "transfer_out": _l("Transfer out"),
    "transfer_in": _l("Transfer in"),
    "inventory_receipt": _l("Inventory receipt"),
    "inventory_shipment": _l("Inventory shipment"),
    "planning": _l("Proposal"),
    "planning_out": _l("Proposed transfer out"),
    "stock": _l("Stock"),
}
_SLUGS = {"order": "orders", "return_order": "return-orders"}


def event_word(event: str) -> str:
    """The kind of document in words."""
    return str(EVENT_WORDS.get(event, event))


def event_url(event: str, document_no: str) -> str:
    """The page of the document; "" where there is none or the user may not see it."""
    side, _cut, kind = event.partition("_")
    if side in ("sales", "purchase") and kind in _SLUGS and may(Permission(f"{side}.view")):
        return url_for(f"{side}.show", slug=_SLUGS[kind], no=document_no)
    if side == "inventory" and may(Permission.JOURNAL_VIEW):
        return url_for("inventory_documents.show", slug=f"{kind}s", no=document_no)
    if side == "transfer" and may(Permission.TRANSFERS_VIEW):
        return url_for("transfers.show", no=document_no)
    return ""
