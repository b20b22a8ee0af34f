"""`applications`: which inbound entry covers which outbound one, by how much."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from models import ItemApplicationEntry, ItemLedgerEntry
from services.scenario.kinds import QUANTITY, Comparison, rows_text
from services.scenario.play import Difference, Play
from services.scenario.registry import expectation
from services.scenario.shapes import Values, decimal, list_of, one_or_many, record, word

_ROW = record({"inbound": word, "outbound": word, "qty": decimal})


@expectation("applications", one_or_many(record({"item": word, "rows": list_of(_ROW)}, required=("rows",))))
def applications(play: Play, blocks: list[Values]) -> Iterator[Difference]:
    """Links in force by which an outbound uses up an inbound; all must be there, and no other.

    Links that carry cost only (of a return to its sale, of a transfer's arrival to its departure) may be named too.
    """
    for block in blocks:
        yield from _compare(play, block)


def _compare(play: Play, block: Values) -> Iterator[Difference]:
    link = ItemApplicationEntry
    statement = (
        select(link.inbound_entry_id, link.outbound_entry_id, link.quantity)
        .join(ItemLedgerEntry, ItemLedgerEntry.id == link.item_ledger_entry_id)
        .where(link.in_force, link.outbound_entry_id != 0, link.quantity != 0)
        .order_by(link.id)
    )
    if "item" in block:
        statement = statement.where(ItemLedgerEntry.item_id == play.item(block["item"]).id)
    found = play.session.execute(statement).tuples().all()
    left, missing = sorted(found, key=lambda triple: triple[2] > 0), []
    compare = Comparison(play)
    for row in block["rows"]:
        wanted = {
            "inbound": play.entry(row["inbound"]) if "inbound" in row else None,
            "outbound": play.entry(row["outbound"]) if "outbound" in row else None,
        }
        match = next(
            (
                triple for triple in left
                if wanted["inbound"] in (None, triple[0])
                and wanted["outbound"] in (None, triple[1])
                and ("qty" not in row or compare.equal(QUANTITY, row["qty"], abs(triple[2])))
            ),
            None,
        )  # fmt: skip
        if match is None:
            missing.append(row)
        else:
            left.remove(match)
    names = [
        {"inbound": play.name_of(inbound), "outbound": play.name_of(outbound), "qty": -quantity}
        for inbound, outbound, quantity in left
        if quantity < 0
    ]
    if not missing and names:
        yield Difference(block.line, "applications", rows_text(len(block["rows"])), ["more", *names])
    for row in missing:
        yield Difference(row.line, "applications", dict(row), names or "none")
