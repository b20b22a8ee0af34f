"""`physical_count`: calculate, count, post the differences (posting-and-costing.md section 17.1)."""

from __future__ import annotations

from sqlalchemy.orm import Session

from services.documents import journals
from services.documents import physical_inventory as counting
from services.scenario.play import POSTER, Play
from services.scenario.registry import action
from services.scenario.shapes import Values, decimal, list_of, record, word

_COUNT = record(
    {"item": word, "variant": word, "bin": word, "lot": word, "serial": word, "qty": decimal}, required=("item", "qty")
)


@action("physical_count", record({"location": word, "counts": list_of(_COUNT)}, required=("counts",)))
def physical_count(play: Play, given: Values) -> None:
    """Calculate what is at the location of the items that are counted, enter the counts, post."""
    location_id = play.location_id(given.get("location"))
    counted = [(_spot(play, count, location_id), count["qty"]) for count in given["counts"]]
    scope = counting.Scope(location_id=location_id, item_ids=frozenset(spot.item_id for spot, _quantity in counted))
    document_no = f"COUNT-{play.day:%y%m%d}"

    def work(session: Session) -> int:
        batch_id = counting.get_batch(session).id
        counting.calculate(session, batch_id, scope, day=play.day, document_no=document_no)
        counts = {}
        for spot, quantity in counted:
            line_no = counting.find_line(session, batch_id, spot)
            if line_no is None:
                line_no = counting.add_spot(session, batch_id, spot, day=play.day, document_no=document_no)
            counts[line_no] = quantity
        counting.enter_counts(session, batch_id, counts)
        return journals.post_batch(session, batch_id, POSTER)

    play.bind_register(play.step_id, play.write(work))


def _spot(play: Play, given: Values, location_id: int) -> counting.Spot:
    item = play.item(given["item"])
    return counting.Spot(
        item.id,
        play.variant_id(item, given.get("variant")),
        location_id,
        play.bin_id(location_id, given.get("bin")),
        given.get("lot", ""),
        given.get("serial", ""),
    )
