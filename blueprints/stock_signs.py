"""Low-stock signs as people read them: a word with a shape, with what to order or when something comes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session

from blueprints import formats
from core.rounding import ZERO
from core.text import _
from models import Item, ItemTotal
from models.enums import ItemType
from services.items.stock_state import StockState

STATE_WORDS = {
    StockState.NEGATIVE: _l("Negative"),
    StockState.OUT: _l("Out of stock"),
    StockState.BELOW_SAFETY: _l("Below safety stock"),
    StockState.REORDER: _l("Reorder"),
    StockState.COMING: _l("Coming"),
    StockState.OVER: _l("Too much"),
    StockState.OK: _l("Enough"),
}
_KINDS = {
    StockState.NEGATIVE: "danger",
    StockState.OUT: "danger",
    StockState.BELOW_SAFETY: "warning",
    StockState.REORDER: "attention",
    StockState.COMING: "info",
    StockState.OVER: "muted",
}
_SHAPES = {
    "danger": "alert-circle", "warning": "alert-triangle", "attention": "shopping-cart", "info": "truck",
    "success": "circle-check",
}  # fmt: skip


def state_badge(state: StockState, suggested: Decimal = ZERO, next_receipt: dt.date | None = None) -> Markup:
    """The sign: Reorder says how much, Coming on which day."""
    kind, words = _KINDS.get(state, "success"), str(STATE_WORDS[state])
    if state is StockState.REORDER and suggested:
        words = _("%(state)s %(quantity)s", state=words, quantity=formats.quantity(suggested))
    elif state is StockState.COMING and next_receipt is not None:
        words = _("%(state)s %(day)s", state=words, day=formats.day(next_receipt))
    shape = formats.icon(_SHAPES.get(kind, "minus"))
    return Markup('<span class="status status-is-{}">{}{}</span>').format(kind, shape, words)


def of_items(session: Session, ids: Sequence[int]) -> dict[int, Markup]:
    """Item id -> what is in stock, with the sign where there is one: for the hits of a lookup; one statement."""
    if not ids:
        return {}
    total = ItemTotal
    rows = session.execute(
        select(total.item_id, total.quantity, total.stock_state, total.suggested_quantity, total.next_receipt_date)
        .join(Item, Item.id == total.item_id)
        .where(total.item_id.in_(ids), Item.type == ItemType.INVENTORY)
    )
    found = {}
    for item_id, quantity, rank, suggested, first in rows:
        sign = state_badge(StockState.of_rank(rank), suggested, first) if rank else ""
        found[item_id] = Markup('<span class="num">{}</span> {}').format(formats.stock(quantity), sign)
    return found
