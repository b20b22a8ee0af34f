"""`adjust_cost`, `revaluation`, `post_inventory_to_gl`: the bookkeeper's runs (posting-and-costing.md 12, 14, 16)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Item
from posting.adjust import SOURCE_CODE, adjust_items
from posting.lines import PostingContext
from services.scenario.play import POSTER, Play
from services.scenario.registry import action, action_not_built
from services.scenario.shapes import Values, decimal, list_of, one_of, record, word


@action("adjust_cost", record({"items": list_of(word)}))
def adjust_cost(play: Play, given: Values) -> None:
    """Adjust the cost of the named items, or of all."""
    chosen = [play.item(no).id for no in given.get("items", ())]

    def adjust(session: Session) -> None:
        item_ids = chosen or list(session.scalars(select(Item.id).order_by(Item.id)))
        adjust_items(session, item_ids, PostingContext(source_code=SOURCE_CODE, user_name=POSTER.user_name))

    play.write(adjust)


action_not_built(
    "revaluation",
    record(
        {
            "item": word,
            "location": word,
            "variant": word,
            "applies_to": word,
            "unit_cost": decimal,
            "value": decimal,
            "calculate_per": one_of("item", "entry"),
        },
        required=("item",),
        one_of_keys=("unit_cost", "value"),
    ),
)
action_not_built("post_inventory_to_gl", record({"per": one_of("entry", "posting_group")}))
