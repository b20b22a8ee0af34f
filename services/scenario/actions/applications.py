"""`unapply` and `apply`: the application worksheet (posting-and-costing.md section 3.4)."""

from __future__ import annotations

from posting.lines import PostingContext
from posting.worksheet import SOURCE_CODE, Pair
from posting.worksheet import apply as apply_pair
from posting.worksheet import unapply as unapply_pair
from services.scenario.play import POSTER, Play
from services.scenario.registry import action
from services.scenario.shapes import Values, decimal, record, word

LINK = record({"outbound": word, "inbound": word, "qty": decimal}, required=("outbound", "inbound"))
_CONTEXT = PostingContext(source_code=SOURCE_CODE, user_name=POSTER.user_name)


@action("unapply", LINK)
def unapply(play: Play, given: Values) -> None:
    """Remove the application of two entries; both are open again."""
    pair = _pair(play, given)
    play.write(lambda session: unapply_pair(session, pair, _CONTEXT))


@action("apply", LINK)
def apply(play: Play, given: Values) -> None:
    """Apply two open entries to each other, a fixed application."""
    pair = _pair(play, given)
    play.write(lambda session: apply_pair(session, pair, _CONTEXT))


def _pair(play: Play, given: Values) -> Pair:
    return Pair(play.entry(given["inbound"]), play.entry(given["outbound"]), given.get("qty"))
