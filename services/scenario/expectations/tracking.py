"""`tracking` and `trace`: which numbers are in stock, and where they came from and went."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from core.rounding import ZERO
from models import Location, TrackingBalance
from models.enums import EntryType
from services.scenario.kinds import OPTIONAL_DAY, QUANTITY, Comparison, Kind
from services.scenario.play import Difference, Play
from services.scenario.registry import expectation, expectation_not_built
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


expectation_not_built(
    "trace",
    one_or_many(
        record(
            {
                "item": word,
                "lot": word,
                "serial": word,
                "direction": one_of("forward", "backward"),
                "rows": list_of(record({"type": choice(EntryType), "document": word, "qty": decimal})),
            },
            required=("direction", "rows"),
        )
    ),
)
