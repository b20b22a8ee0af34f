"""`bin_contents`: what lies in which bin."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select

from core.rounding import ZERO
from models import Bin, BinContent, Location
from services.scenario.kinds import QUANTITY, Comparison
from services.scenario.play import Difference, Play
from services.scenario.registry import expectation
from services.scenario.shapes import Values, decimal, list_of, one_or_many, record, word

_ROW = record({"location": word, "bin": word, "qty": decimal}, required=("location", "bin", "qty"))


@expectation("bin_contents", one_or_many(record({"item": word, "rows": list_of(_ROW)}, required=("item", "rows"))))
def bin_contents(play: Play, blocks: list[Values]) -> Iterator[Difference]:
    """Quantities in bins, all variants together; no other bin may hold the item."""
    compare = Comparison(play)
    for block in blocks:
        rows = play.session.execute(
            select(Location.code, Bin.code, func.sum(BinContent.quantity))
            .join(Bin, Bin.id == BinContent.bin_id)
            .join(Location, Location.id == BinContent.location_id)
            .where(BinContent.item_id == play.item(block["item"]).id, BinContent.quantity != 0)
            .group_by(Location.code, Bin.code)
        )
        found = {(location, code): quantity for location, code, quantity in rows}
        for row in block["rows"]:
            quantity = found.pop((row["location"].upper(), row["bin"].upper()), ZERO)
            if not compare.equal(QUANTITY, row["qty"], quantity):
                what = f"bin_contents {block['item']} {row['location']} {row['bin']}"
                yield Difference(row.line, what, row["qty"], quantity)
        for (location, code), quantity in found.items():
            other = {"location": location, "bin": code, "qty": quantity}
            yield Difference(block.line, f"bin_contents {block['item']}", "no other bin", other)
