"""Items and what hangs on them: the rules of items.md sections 1, 4 to 8 that pages, API and import share."""

from __future__ import annotations

from services.items.fields import BLOCK_FIELDS, COST_FIELDS, FIELDS
from services.items.save import create_item, delete_item, get_item, renumber_item, set_category, update_item
from services.items.usage import Usage, usage_of
from services.items.warnings import Notice, to_confirm, warnings_of

__all__ = [
    "BLOCK_FIELDS",
    "COST_FIELDS",
    "FIELDS",
    "Notice",
    "Usage",
    "create_item",
    "delete_item",
    "get_item",
    "renumber_item",
    "set_category",
    "to_confirm",
    "update_item",
    "usage_of",
    "warnings_of",
]
