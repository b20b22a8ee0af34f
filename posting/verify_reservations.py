"""Proofs about reservations, for verify.py: nobody holds more than there is, at the place where it is."""

from __future__ import annotations

from collections.abc import Sequence

_SAME = "r.item_id <> {0}.item_id OR r.variant_id <> {0}.variant_id"


def _ends(name: str, column: str, line: str, place: str, open_quantity: str, join: str = "") -> tuple[str, str, str]:
    """A line or entry holds one item at one place, and at least what is reserved of it."""
    return (
        f"reserved {name}",
        f"""
        SELECT l.id, SUM(r.quantity), {open_quantity} FROM reservation r JOIN {line} l ON l.id = r.{column} {join}
        GROUP BY l.id, {open_quantity}
        HAVING SUM(r.quantity) > {open_quantity}
            OR SUM(CASE WHEN {_SAME.format("l")} OR r.location_id <> {place} THEN 1 ELSE 0 END) > 0
        """,  # noqa: S608 - text of ours
        f"{name} {{0}}: {{1}} are reserved, {{2}} are open, or item and place differ",
    )


def _dates(
    name: str, column: str, line: str, date: str, own: str, join: str = "", of: str = "l"
) -> tuple[str, str, str]:
    """Both ends of a pair carry the dates of their lines (section 2)."""
    return (
        f"reservation dates of {name}",
        f"""
        SELECT r.id, r.{own}, {of}.{date} FROM reservation r JOIN {line} l ON l.id = r.{column} {join}
        WHERE {of}.{date} IS NOT NULL AND (r.{own} IS NULL OR r.{own} <> {of}.{date})
        """,  # noqa: S608 - text of ours
        "reservation {0}: has the date {1}, its line {2}",
    )


#: A pair with stock carries the numbers of its entry; one of a closed entry holds nothing that is there.
_NUMBERS = (
    "reservation numbers",
    """
    SELECT r.id, r.lot_no || r.serial_no || r.package_no, e.lot_no || e.serial_no || e.package_no
    FROM reservation r JOIN item_ledger_entry e ON e.id = r.supply_entry_id
    WHERE r.lot_no <> e.lot_no OR r.serial_no <> e.serial_no OR r.package_no <> e.package_no OR NOT e.positive
    """,
    "reservation {0}: holds numbers {1} of an entry with {2}, or of one that went out",
)

_DOCUMENT = "JOIN inventory_document d ON d.id = l.document_id"
_ORDER = "JOIN transfer_order o ON o.id = l.order_id"

#: name, SQL that yields a row for each difference, sentence for a row. Quantities are scaled integers (x 100,000).
RESERVATION_PROOFS: Sequence[tuple[str, str, str]] = (
    _ends("item ledger entry", "supply_entry_id", "item_ledger_entry", "l.location_id", "l.remaining_quantity"),
    _ends("supply line", "supply_line_id", "trade_line", "l.location_id", "ABS(l.outstanding_qty_base)"),
    _ends("demand line", "demand_line_id", "trade_line", "l.location_id", "ABS(l.outstanding_qty_base)"),
    _ends("outbound transfer line", "demand_transfer_line_id", "transfer_line", "o.from_location_id",
          "(l.quantity_base - l.qty_shipped_base)", _ORDER),
    _ends("inbound transfer line", "supply_transfer_line_id", "transfer_line", "o.to_location_id",
          "(l.quantity_base - l.qty_received_base)", _ORDER),
    _ends("line of an inventory document that takes", "demand_inventory_line_id", "inventory_document_line",
          "d.location_id", "l.quantity_base", _DOCUMENT),
    _ends("line of an inventory document that brings", "supply_inventory_line_id", "inventory_document_line",
          "d.location_id", "l.quantity_base", _DOCUMENT),
    _ends("proposal", "supply_planning_line_id", "planning_line", "l.location_id", "l.quantity_base"),
    _dates("demand lines", "demand_line_id", "trade_line", "expected_date", "shipment_date"),
    _dates("supply lines", "supply_line_id", "trade_line", "expected_date", "expected_receipt_date"),
    _dates("outbound transfer lines", "demand_transfer_line_id", "transfer_line", "shipment_date", "shipment_date"),
    _dates("inbound transfer lines", "supply_transfer_line_id", "transfer_line", "receipt_date",
           "expected_receipt_date"),
    _dates("lines of inventory documents that take", "demand_inventory_line_id", "inventory_document_line",
           "posting_date", "shipment_date", _DOCUMENT, "d"),
    _dates("lines of inventory documents that bring", "supply_inventory_line_id", "inventory_document_line",
           "posting_date", "expected_receipt_date", _DOCUMENT, "d"),
    _NUMBERS,
)  # fmt: skip
