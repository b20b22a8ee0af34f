"""`adjust_cost`, `revaluation`, `post_inventory_to_gl`: the bookkeeper's runs (posting-and-costing.md 12, 14, 16)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.rounding import ZERO, round_amount
from models import Item, ItemLedgerEntry
from posting.adjust import SOURCE_CODE, adjust_items
from posting.inventory_to_gl import SOURCE_CODE as GL_SOURCE_CODE
from posting.inventory_to_gl import post_inventory_to_gl
from posting.lines import PostingContext, RevaluationLine
from posting.post import post_lines
from services.documents.revaluation import full_line, lines_for
from services.documents.stock_values import Place, load
from services.items import get_item
from services.scenario.play import POSTER, Play
from services.scenario.registry import action
from services.scenario.shapes import Values, decimal, list_of, one_of, record, word


@action("adjust_cost", record({"items": list_of(word)}))
def adjust_cost(play: Play, given: Values) -> None:
    """Adjust the cost of the named items, or of all."""
    chosen = [play.item(no).id for no in given.get("items", ())]

    def adjust(session: Session) -> None:
        item_ids = chosen or list(session.scalars(select(Item.id).order_by(Item.id)))
        adjust_items(session, item_ids, PostingContext(source_code=SOURCE_CODE, user_name=POSTER.user_name))

    play.write(adjust)


@action(
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
def revaluation(play: Play, given: Values) -> None:
    """A new unit cost or value: of the item as of the day, of its entries one by one, or of one entry as a whole."""

    def work(session: Session) -> int:
        item = get_item(session, given["item"])
        lines = _revaluation_lines(session, play, item, given)
        context = PostingContext(source_code="REVALJNL", user_name=POSTER.user_name)
        return post_lines(session, lines, context)

    play.bind_register(play.step_id, play.write(work))


def _revaluation_lines(session: Session, play: Play, item: Item, given: Values) -> list[RevaluationLine]:
    day, no = play.day, f"REVAL-{play.day:%y%m%d}"
    entry_id = play.entry(given["applies_to"]) if "applies_to" in given else None
    if entry_id is not None and "calculate_per" not in given:
        entry = session.get_one(ItemLedgerEntry, entry_id)
        value = given["value"] if "value" in given else round_amount(given["unit_cost"] * entry.quantity)
        return [full_line(session, entry, value, day=day, document_no=no)]
    place = Place(
        play.location_id(given["location"]) if "location" in given else None,
        play.variant_id(item, given["variant"]) if "variant" in given else None,
    )
    stock = load(session, [item], day)
    layers = stock.layers(item, place, entry_id=entry_id)
    groups = [layers] if given.get("calculate_per", "item") == "item" else [[layer] for layer in layers]
    lines: list[RevaluationLine] = []
    for group in groups:
        quantity = sum((layer.quantity for layer in group), ZERO)
        value = given["value"] if "value" in given else round_amount(given["unit_cost"] * quantity)
        lines += lines_for(group, value, stock.rounding, day=day, document_no=no)
    return lines


@action("post_inventory_to_gl", record({"per": one_of("entry", "posting_group")}))
def post_to_gl(play: Play, given: Values) -> None:
    """Post what waits, by entry or summed by posting group."""
    summed = given.get("per") == "posting_group"

    def work(session: Session) -> None:
        context = PostingContext(source_code=GL_SOURCE_CODE, user_name=POSTER.user_name)
        post_inventory_to_gl(session, context, per_posting_group=summed, document_no="GLPOST" if summed else "")

    play.write(work)
