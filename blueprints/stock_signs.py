"""Low-stock signs as people read them: a word with a shape, with what to order or when something comes."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from blueprints import formats
from core.rounding import ZERO
from core.text import _
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
