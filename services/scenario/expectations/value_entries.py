"""`value_entries`: every amount on its own row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from models import ValueEntry
from models.enums import ValueEntryType, VarianceType
from services.scenario.kinds import (
    AMOUNT,
    CODE,
    DAY,
    FLAG,
    QUANTITY,
    UNIT_AMOUNT,
    Comparison,
    Kind,
    row_of,
    words_of,
)
from services.scenario.play import Difference, Play
from services.scenario.registry import expectation
from services.scenario.shapes import Values, list_of, one_of, one_or_many, record, word

ROW: dict[str, Kind] = {
    "posting_date": DAY,
    "valuation_date": DAY,
    "entry_type": words_of(ValueEntryType),
    "charge": CODE,
    "variance_type": words_of(VarianceType),
    "adjustment": FLAG,
    "expected": FLAG,
    "valued_qty": QUANTITY,
    "invoiced_qty": QUANTITY,
    "cost_actual": AMOUNT,
    "cost_expected": AMOUNT,
    "cost_per_unit": UNIT_AMOUNT,
    "purchase_amount": AMOUNT,
    "sales_amount": AMOUNT,
    "valued_by_average_cost": FLAG,
}
_COLUMNS = {
    "posting_date": ValueEntry.posting_date,
    "valuation_date": ValueEntry.valuation_date,
    "entry_type": ValueEntry.entry_type,
    "charge": ValueEntry.item_charge_no,
    "variance_type": ValueEntry.variance_type,
    "adjustment": ValueEntry.adjustment,
    "expected": ValueEntry.expected_cost,
    "valued_qty": ValueEntry.valued_quantity,
    "invoiced_qty": ValueEntry.invoiced_quantity,
    "cost_actual": ValueEntry.cost_amount_actual,
    "cost_expected": ValueEntry.cost_amount_expected,
    "cost_per_unit": ValueEntry.cost_per_unit,
    "purchase_amount": ValueEntry.purchase_amount_actual,
    "sales_amount": ValueEntry.sales_amount_actual,
    "valued_by_average_cost": ValueEntry.valued_by_average_cost,
}


@expectation(
    "value_entries",
    one_or_many(
        record(
            {"item": word, "of": word, "order": one_of("entry", "any"), "rows": list_of(row_of(ROW))},
            required=("rows",),
        )
    ),
)
def value_entries(play: Play, blocks: list[Values]) -> Iterator[Difference]:
    """Value entries of an item or of one item ledger entry, in entry order or in any."""
    compare = Comparison(play)
    for block in blocks:
        what = f"value_entries of {block['of']}" if "of" in block else "value_entries"
        method = compare.in_any_order if block.get("order") == "any" else compare.in_order
        yield from method(ROW, block["rows"], _rows(play, block), block.line, what)


def _rows(play: Play, block: Values) -> list[dict[str, Any]]:
    statement = select(*(column.label(name) for name, column in _COLUMNS.items())).order_by(ValueEntry.id)
    if "item" in block:
        statement = statement.where(ValueEntry.item_id == play.item(block["item"]).id)
    if "of" in block:
        statement = statement.where(ValueEntry.item_ledger_entry_id == play.entry(block["of"]))
    return [dict(row) for row in play.session.execute(statement).mappings()]
