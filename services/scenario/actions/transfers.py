"""`transfer_order` and `reclassification`: goods that change their place (documents.md, posting-and-costing.md 4)."""

from __future__ import annotations

from sqlalchemy.orm import Session

from services.documents.reclassification import Move, Spot, reclassify
from services.scenario.actions.common import TRACKING
from services.scenario.play import POSTER, Play
from services.scenario.registry import action, action_not_built
from services.scenario.shapes import Values, day, decimal, flag, list_of, record, word

_LINE = record(
    {
        "id": word,
        "item": word,
        "qty": decimal,
        "variant": word,
        "uom": word,
        "tracking": TRACKING,
        "applies_to": word,
    },
    required=("item", "qty"),
)
_FROM = {"location": word, "bin": word, "variant": word, "lot": word, "serial": word}

action_not_built(
    "transfer_order",
    record(
        {"from": word, "to": word, "in_transit": word, "direct": flag, "lines": list_of(_LINE)},
        required=("from", "to", "lines"),
    ),
)


@action(
    "reclassification",
    record(
        {
            "item": word,
            "qty": decimal,
            "applies_to": word,
            "from": record(_FROM),
            "to": record({**_FROM, "expires": day}),
        },
        required=("item", "qty", "from", "to"),
    ),
)
def reclassification(play: Play, given: Values) -> None:
    """Goods change place or numbers; posted as one line."""
    item = play.item(given["item"])
    move = Move(
        item_id=item.id,
        quantity=given["qty"],
        variant_id=play.variant_id(item, given["from"].get("variant")),
        source=_spot(play, given["from"]),
        target=_spot(play, given["to"]),
        applies_to_entry_id=play.entry(given["applies_to"]) if "applies_to" in given else None,
    )

    def work(session: Session) -> int:
        return reclassify(session, [move], day=play.day, document_no=f"RECLASS-{play.day:%y%m%d}", poster=POSTER)

    play.bind_register(play.step_id, play.write(work))


def _spot(play: Play, given: Values) -> Spot:
    location_id = play.location_id(given.get("location"))
    return Spot(
        location_id=location_id,
        bin_id=play.bin_id(location_id, given.get("bin")),
        lot_no=given.get("lot"),
        serial_no=given.get("serial"),
        expiration_date=given.get("expires"),
    )
