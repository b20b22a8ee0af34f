"""What a line of a document may be about: the column that names it, and the kind of line it makes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from models.enums import TradeLineType

TYPE_OF: Mapping[str, TradeLineType] = {
    "item_id": TradeLineType.ITEM,
    "item_charge_id": TradeLineType.ITEM_CHARGE,
    "gl_account_id": TradeLineType.GL_ACCOUNT,
    "resource_id": TradeLineType.RESOURCE,
    "service_cost_id": TradeLineType.COST,
}
#: columns of open, posted and archived lines of which one says what the line is about
NUMBERS: tuple[str, ...] = tuple(TYPE_OF)


def named_by(lines: Iterable[Any]) -> dict[str, set[int]]:
    """Column -> the ids that lines, or values of lines to be, name there."""
    found: dict[str, set[int]] = {name: set() for name in NUMBERS}
    for line in lines:
        for name, ids in found.items():
            value = line.get(name) if isinstance(line, Mapping) else getattr(line, name, None)
            if isinstance(value, int):
                ids.add(value)
    return found


def forget(line: Any) -> None:
    """Nothing says any more what the line is about."""
    for name in NUMBERS:
        setattr(line, name, None)
