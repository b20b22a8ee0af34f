"""`adjust_cost`, `revaluation`, `post_inventory_to_gl`: the bookkeeper's runs (posting-and-costing.md 12, 14, 16)."""

from __future__ import annotations

from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import ItemJournalLine
from models.enums import JournalType
from services import cost_adjustment
from services.costs import jobs
from services.documents import journal_lines, journals, revaluation_journal
from services.documents.revaluation_journal import NewValue, Options, Per
from services.items import get_item
from services.scenario.actions.common import default_batch
from services.scenario.play import POSTER, Play
from services.scenario.registry import action
from services.scenario.shapes import Values, decimal, list_of, one_of, record, word


@action("adjust_cost", record({"items": list_of(word)}))
def adjust_cost(play: Play, given: Values) -> None:
    """Adjust the cost of the named items, or of all that wait; an item that is refused refuses the step."""
    chosen = [play.item(no).id for no in given.get("items", ())] or None
    run = cost_adjustment.adjust_cost(
        play.session, POSTER, item_ids=chosen, commit=lambda _session, work: play.write(work)
    )
    if run.failed:
        raise run.failed[0][1]


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
    """A new unit cost or value: of the item as of the day, of its entries one by one, or of one entry as a whole.

    By the revaluation worksheet: lines calculated or made by hand, given their new value, posted.
    """

    def work(session: Session) -> int:
        batch = default_batch(session, JournalType.REVALUATION)
        _worksheet_lines(session, play, batch.id, given)
        new = NewValue(unit_cost=given.get("unit_cost"), value=given.get("value"))
        for line in _lines_of(session, batch.id):
            revaluation_journal.change_line(session, batch.id, line.line_no, new, version=line.version)
        return journals.post_batch(session, batch.id, POSTER)

    play.bind_register(play.step_id, play.write(work))


def _worksheet_lines(session: Session, play: Play, batch_id: int, given: Values) -> None:
    day, no = play.day, f"REVAL-{play.day:%y%m%d}"
    item = get_item(session, given["item"])
    entry_id = play.entry(given["applies_to"]) if "applies_to" in given else None
    if entry_id is not None and "calculate_per" not in given:
        revaluation_journal.add_entry(session, batch_id, entry_id, document_no=no, day=day)
        return
    variant_id = play.variant_id(item, given["variant"]) if "variant" in given else None
    found = revaluation_journal.calculate_lines(
        session, batch_id,
        Options(
            day=day, document_no=no, item_ids=frozenset({item.id}), per=Per(given.get("calculate_per", "item")),
            location_id=play.location_id(given["location"]) if "location" in given else None,
            by_location="location" in given, by_variant="variant" in given,
        ),
    )  # fmt: skip
    if found.left_out:
        raise found.left_out[0][1]
    others = [
        line.line_no
        for line in _lines_of(session, batch_id)
        if (variant_id is not None and line.variant_id != variant_id)
        or (entry_id is not None and line.applies_to_entry_id != entry_id)
    ]
    journal_lines.delete_lines(session, batch_id, others)


def _lines_of(session: Session, batch_id: int) -> list[ItemJournalLine]:
    lines = select(ItemJournalLine).where(ItemJournalLine.batch_id == batch_id).order_by(ItemJournalLine.line_no)
    return list(session.scalars(lines.execution_options(populate_existing=True)))


@action("post_inventory_to_gl", record({"per": one_of("entry", "posting_group")}))
def post_to_gl(play: Play, given: Values) -> None:
    """Post what waits, by entry or summed by posting group."""
    summed = given.get("per") == "posting_group"

    document_no, after = "GLPOST" if summed else "", 0
    while True:
        posted = play.write(partial(jobs.post_to_gl, poster=POSTER, document_no=document_no, after=after))
        after = posted.last_value_entry_id
        if summed or not after:
            return
