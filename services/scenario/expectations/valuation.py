"""`valuation`: quantity and value as of the end of a day."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select

from core.rounding import ZERO
from models import ItemLedgerEntry, ValueEntry
from services.scenario.expectations.filters import FILTERS, conditions
from services.scenario.kinds import AMOUNT, QUANTITY, Comparison, Kind, fields_of
from services.scenario.play import Difference, Play
from services.scenario.registry import expectation
from services.scenario.shapes import Values, day, one_or_many, record

FIGURES: dict[str, Kind] = {"qty": QUANTITY, "value": AMOUNT}
_PLACE = {name: FILTERS[name] for name in ("item", "location", "variant")}


@expectation("valuation", one_or_many(record({"date": day, **_PLACE, **fields_of(FIGURES)}, required=("date",))))
def valuation(play: Play, blocks: list[Values]) -> Iterator[Difference]:
    """What was posted up to the day: quantity of the entries; actual and expected cost of the value entries."""
    compare = Comparison(play)
    for block in blocks:
        quantity = play.session.scalar(
            select(func.sum(ItemLedgerEntry.quantity)).where(
                ItemLedgerEntry.posting_date <= block["date"], *conditions(play, ItemLedgerEntry, block)
            )
        )
        value = play.session.scalar(
            select(func.sum(ValueEntry.cost_amount_actual + ValueEntry.cost_amount_expected)).where(
                ValueEntry.posting_date <= block["date"], *conditions(play, ValueEntry, block)
            )
        )
        what = f"valuation {block['date']} {block.get('item', '')} {block.get('location', '')}".rstrip()
        yield from compare.fields(FIGURES, block, {"qty": quantity or ZERO, "value": value or ZERO}, what)
