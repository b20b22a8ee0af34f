"""What the fields of a line said when it was drawn: one left alone does not undo what another saved meanwhile."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping

from flask import request

from blueprints import formats
from core.text import _


def shown_json(values: Mapping[str, str], names: Iterable[str]) -> str:
    """What the fields `names` say, for the hidden field `shown` that comes back with them."""
    return json.dumps({name: values[name] for name in names if name in values})


def typed_over(
    now: Mapping[str, str], inputs: Iterable[str], stale: Mapping[str, str] | None
) -> tuple[dict[str, str], list[str]]:
    """What the line's fields say with what was typed over `now`, and a sentence for what another changed meanwhile.

    `stale` (another saved meanwhile; what the fields are called): a field that was left as it was shown stays as the
    other saved it.
    """
    typed = {name: request.form[name][:4000] for name in inputs if name in request.form}
    shown = _shown() if stale is not None else {}
    told = changes_told(shown, now, typed, stale or {})
    return {**now, **{name: value for name, value in typed.items() if shown.get(name) != value}}, told


def _shown() -> dict[str, str]:
    """Nothing where the form does not say."""
    try:
        shown = json.loads(request.form.get("shown", "")[:4000])
    except ValueError:
        return {}
    return shown if isinstance(shown, dict) else {}


def changes_told(
    shown: Mapping[str, str], now: Mapping[str, str], typed: Mapping[str, str], labels_: Mapping[str, str]
) -> list[str]:
    """A sentence for each field that says something else now than when it was shown, with what was typed instead."""
    told = []
    for name, before in shown.items():
        after, mine = now.get(name, ""), typed.get(name, before)
        if name not in labels_ or after == before:
            continue
        said = {"field": labels_[name], "before": _told(before), "after": _told(after), "mine": _told(mine)}
        told.append(
            _("%(field)s was %(before)s and is %(after)s now.", **said) if mine in (before, after) else
            _("%(field)s was %(before)s and is %(after)s now; you say %(mine)s.", **said)
        )  # fmt: skip
    return told


def _told(text: str) -> str:
    """What stands in a field as a sentence names it; days as pages write them."""
    try:
        return formats.day(dt.date.fromisoformat(text))
    except ValueError:
        return f"“{text}”" if text else _("empty")
