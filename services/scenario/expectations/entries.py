"""`item_ledger_entries` and `cost_of`: quantities and costs of single entries."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from core.rounding import ZERO
from models import Bin, ItemLedgerEntry, ItemVariant, ValueEntry
from models.enums import EntryType
from services.scenario.expectations.filters import FILTERS, conditions
from services.scenario.kinds import (
    AMOUNT,
    CODE,
    FLAG,
    OPTIONAL_DAY,
    QUANTITY,
    WORD,
    Comparison,
    Kind,
    row_of,
    words_of,
)
from services.scenario.play import Difference, Play
from services.scenario.registry import expectation
from services.scenario.shapes import Values, decimal, list_of, mapping_of, one_or_many, record

ROW: dict[str, Kind] = {
    "type": words_of(EntryType),
    "qty": QUANTITY,
    "remaining_qty": QUANTITY,
    "invoiced_qty": QUANTITY,
    "open": FLAG,
    "completely_invoiced": FLAG,
    "cost_actual": AMOUNT,
    "cost_expected": AMOUNT,
    "cost_non_inventoriable": AMOUNT,
    "sales_amount_actual": AMOUNT,
    "sales_amount_expected": AMOUNT,
    "bin": CODE,
    "variant": CODE,
    "lot": WORD,
    "serial": WORD,
    "expires": OPTIONAL_DAY,
}
_SUMS = {
    "cost_actual": ValueEntry.cost_amount_actual,
    "cost_expected": ValueEntry.cost_amount_expected,
    "cost_non_inventoriable": ValueEntry.cost_amount_non_inventoriable,
    "sales_amount_actual": ValueEntry.sales_amount_actual,
    "sales_amount_expected": ValueEntry.sales_amount_expected,
}


@expectation("item_ledger_entries", one_or_many(record({**FILTERS, "rows": list_of(row_of(ROW))}, required=("rows",))))
def item_ledger_entries(play: Play, blocks: list[Values]) -> Iterator[Difference]:
    """All entries that match, in entry order; only the named fields are compared."""
    compare = Comparison(play)
    for block in blocks:
        yield from compare.in_order(ROW, block["rows"], _rows(play, block), block.line, "item_ledger_entries")


@expectation("cost_of", mapping_of(decimal))
def cost_of(play: Play, costs: Values) -> Iterator[Difference]:
    """Actual cost of one entry, all its value entries summed."""
    compare = Comparison(play)
    for name, wanted in costs.items():
        found = play.session.scalar(
            select(func.sum(ValueEntry.cost_amount_actual)).where(ValueEntry.item_ledger_entry_id == play.entry(name))
        )
        if not compare.equal(AMOUNT, wanted, found or ZERO):
            yield Difference(costs.lines[name], f"cost_of {name}", wanted, found or ZERO)


def _rows(play: Play, block: Values) -> list[dict[str, Any]]:
    entry = ItemLedgerEntry
    statement = (
        select(
            entry.id, entry.entry_type, entry.quantity, entry.remaining_quantity, entry.invoiced_quantity, entry.open,
            entry.completely_invoiced, Bin.code.label("bin"), ItemVariant.code.label("variant"), entry.lot_no,
            entry.serial_no, entry.expiration_date,
        )
        .join(ItemVariant, ItemVariant.id == entry.variant_id)
        .outerjoin(Bin, Bin.id == entry.bin_id)
        .where(*conditions(play, entry, block))
        .order_by(entry.id)
    )  # fmt: skip
    found = play.session.execute(statement).all()
    sums = _sums(play, [row.id for row in found])
    nothing = dict.fromkeys(_SUMS, ZERO)
    return [
        {
            "type": row.entry_type,
            "qty": row.quantity,
            "remaining_qty": row.remaining_quantity,
            "invoiced_qty": row.invoiced_quantity,
            "open": row.open,
            "completely_invoiced": row.completely_invoiced,
            "bin": row.bin or "",
            "variant": row.variant,
            "lot": row.lot_no,
            "serial": row.serial_no,
            "expires": row.expiration_date,
            **sums.get(row.id, nothing),
        }
        for row in found
    ]


def _sums(play: Play, entry_ids: list[int]) -> dict[int, dict[str, Decimal]]:
    statement = (
        select(ValueEntry.item_ledger_entry_id, *(func.sum(column).label(name) for name, column in _SUMS.items()))
        .where(ValueEntry.item_ledger_entry_id.in_(entry_ids))
        .group_by(ValueEntry.item_ledger_entry_id)
    )
    return {
        row.item_ledger_entry_id: {name: getattr(row, name) for name in _SUMS}
        for row in play.session.execute(statement)
    }
