"""`tracking` and `trace`: which numbers are in stock, and where they came from and went."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from core.rounding import ZERO, round_quantity
from models import Location, TrackingBalance
from models.enums import EntryType
from services.scenario.kinds import OPTIONAL_DAY, QUANTITY, Comparison, Kind
from services.scenario.play import Difference, Play
from services.scenario.registry import expectation
from services.scenario.shapes import (
    Values,
    choice,
    decimal,
    list_of,
    one_of,
    one_or_many,
    optional_day,
    record,
    word,
)
from services.tracing.asked import Numbers
from services.tracing.trace import Direction, trace
from services.tracing.tree import TracedEntry

_KEYS = ("lot", "serial", "package", "location")
_FIGURES: dict[str, Kind] = {"qty": QUANTITY, "expires": OPTIONAL_DAY}
_ROW = record({**dict.fromkeys(_KEYS, word), "qty": decimal, "expires": optional_day})


@expectation("tracking", one_or_many(record({"item": word, "rows": list_of(_ROW)}, required=("item", "rows"))))
def tracking(play: Play, blocks: list[Values]) -> Iterator[Difference]:
    """Numbers in stock, added up over what the rows do not name; no other number may be in stock."""
    compare = Comparison(play)
    for block in blocks:
        keys = [key for key in _KEYS if any(key in row for row in block["rows"])] or ["lot", "serial", "package"]
        found = _in_stock(play, block["item"], keys)
        for row in block["rows"]:
            key = tuple(row.get(name, "") for name in keys)
            quantity, expires = found.pop(key, (ZERO, None))
            what = f"tracking {block['item']} {' '.join(part for part in key if part)}"
            yield from compare.fields(_FIGURES, row, {"qty": quantity, "expires": expires}, what)
        for key, (quantity, _expires) in found.items():
            number = dict(zip(keys, key, strict=True))
            yield Difference(block.line, f"tracking {block['item']}", "no other number", {**number, "qty": quantity})


def _in_stock(play: Play, item_no: str, keys: list[str]) -> dict[tuple[str, ...], tuple[Decimal, dt.date | None]]:
    balance = TrackingBalance
    rows = play.session.execute(
        select(
            balance.lot_no.label("lot"), balance.serial_no.label("serial"), balance.package_no.label("package"),
            Location.code.label("location"), balance.quantity,
            balance.expiration_date,
        )
        .join(Location, Location.id == balance.location_id)
        .where(balance.item_id == play.item(item_no).id, balance.quantity != 0)
    ).mappings()  # fmt: skip
    found: dict[tuple[str, ...], tuple[Decimal, Any]] = {}
    for row in rows:
        key = tuple(row[name] for name in keys)
        quantity, expires = found.get(key, (ZERO, None))
        found[key] = (quantity + row["quantity"], row["expiration_date"] or expires)
    return {key: figures for key, figures in found.items() if figures[0]}


_TRACE_ROW = record({"type": choice(EntryType), "document": word, "qty": decimal})


@expectation(
    "trace",
    one_or_many(
        record(
            {
                "item": word,
                "lot": word,
                "serial": word,
                "direction": one_of("forward", "backward"),
                "rows": list_of(_TRACE_ROW),
            },
            required=("direction", "rows"),
        )
    ),
)
def traced(play: Play, blocks: list[Values]) -> Iterator[Difference]:
    """All entries a trace finds, the one it starts from included, each once; branches have no order among them."""
    for block in blocks:
        wanted = Numbers(
            item_id=play.item(block["item"]).id if "item" in block else 0,
            lot_no=block.get("lot", ""),
            serial_no=block.get("serial", ""),
        )
        found = trace(play.session, wanted, Direction(block["direction"])).entries
        what = f"trace {block.get('lot') or block.get('serial') or block.get('item')} {block['direction']}"
        rest = list(found)
        for row in block["rows"]:
            hit = next((entry for entry in rest if _is_row(play, row, entry)), None)
            if hit is None:
                yield Difference(row.line, what, dict(row), [_told(play, entry) for entry in rest])
            else:
                rest.remove(hit)
        if rest and len(block["rows"]) < len(found):
            yield Difference(block.line, what, f"{len(block['rows'])} rows", [_told(play, entry) for entry in found])


def _is_row(play: Play, row: Values, entry: TracedEntry) -> bool:
    if "type" in row and row["type"] != entry.entry_type:
        return False
    if "qty" in row and round_quantity(row["qty"]) != entry.quantity:
        return False
    return "document" not in row or row["document"] in _documents(play, entry)


def _documents(play: Play, entry: TracedEntry) -> set[str]:
    """What a file may call the document of an entry: its step, the document's id, or the number itself."""
    names = {name for name, ids in play.entries.items() if entry.id in ids}
    return names | {name.partition(".")[0] for name in names} | {entry.document_no}


def _told(play: Play, entry: TracedEntry) -> dict[str, object]:
    return {"type": entry.entry_type.value, "document": play.name_of(entry.id), "qty": entry.quantity}
