"""The blueprint of counts, and what its views share."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, request

bp = Blueprint("counts", __name__, url_prefix="/counts")
_MOST = 10**9


def whole(name: str, default: int, *, source: Mapping[str, str] | None = None) -> int:
    """A whole number from the address or a form; what is none is the default."""
    text = (source if source is not None else request.args).get(name, "")
    return min(int(text), _MOST) if text.isascii() and text.isdigit() and len(text) <= 10 else default
