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
)  # fmt: skip
