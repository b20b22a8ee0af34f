"""`reserve` and `cancel_reservation` (availability-and-reservation.md)."""

from __future__ import annotations

from services.scenario.registry import action_not_built
from services.scenario.shapes import decimal, record, word

_LINK = record({"demand": word, "supply": word, "qty": decimal}, required=("demand",))

action_not_built("reserve", _LINK)
action_not_built("cancel_reservation", _LINK)
