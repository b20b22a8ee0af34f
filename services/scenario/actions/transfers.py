"""`transfer_order` and `reclassification`: goods that change their place (documents.md, posting-and-costing.md 4)."""

from __future__ import annotations

from sqlalchemy.orm import Session

from models import BLANK_ID
from services.documents.reclassification import Move, Spot, reclassify
from services.scenario.actions.common import TRACKING
from services.scenario.actions.transfer_document import TransferDocument
from services.scenario.play import POSTER, Play
from services.scenario.registry import action
from services.scenario.shapes import Values, day, decimal, flag, list_of, record, word
from services.transfers.lines import Number, add_line
from services.transfers.orders import create_order

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


@action(
    "transfer_order",
    record(
        {"from": word, "to": word, "in_transit": word, "direct": flag, "lines": list_of(_LINE)},
        required=("from", "to", "lines"),
    ),
)
def transfer_order(play: Play, given: Values) -> None:
    """Open a transfer order; its lines are `TO1.L1` and so on."""
    header = {
        "from_location_id": play.location_id(given["from"]),
        "to_location_id": play.location_id(given["to"]),
        "in_transit_location_id": play.location_id(given.get("in_transit")) or None,
        "direct_transfer": given.get("direct", False),
    }
    rows = [_order_line(play, line) for line in given["lines"]]
    ids: list[int] = []

    def work(session: Session) -> str:
        ids.clear()
        order = create_order(session, header, on=play.day)
        for values, numbers in rows:
            ids.append(add_line(session, order, values, numbers).id)
        return order.no

    no = play.write(work)
    names = [line.get("id", f"L{place}") for place, line in enumerate(given["lines"], 1)]
    play.documents[play.step_id] = TransferDocument(play.step_id, no, dict(zip(names, ids, strict=True)))


def _order_line(play: Play, given: Values) -> tuple[dict[str, object], list[Number]]:
    item = play.item(given["item"])
    values: dict[str, object] = {
        "item_id": item.id,
        "variant_id": play.variant_id(item, given.get("variant")),
        "quantity": given["qty"],
    }
    if "uom" in given:
        values["unit_of_measure_id"] = play.unit_id(given["uom"])
    if "applies_to" in given:
        values["applies_to_entry_id"] = play.entry(given["applies_to"])
    numbers = [
        Number(
            quantity=number["qty"],
            lot_no=number.get("lot", ""),
            serial_no=number.get("serial", ""),
            package_no=number.get("package", ""),
            expiration_date=number.get("expires"),
        )
        for number in given.get("tracking", ())
    ]
    return values, numbers


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
    source = _spot(play, given["from"])
    move = Move(
        item_id=item.id,
        quantity=given["qty"],
        variant_id=play.variant_id(item, given["from"].get("variant")),
        source=source,
        target=_spot(play, given["to"], stays=source.location_id),
        applies_to_entry_id=play.entry(given["applies_to"]) if "applies_to" in given else None,
    )

    def work(session: Session) -> int:
        return reclassify(session, [move], day=play.day, document_no=f"RECLASS-{play.day:%y%m%d}", poster=POSTER)

    play.bind_register(play.step_id, play.write(work))


def _spot(play: Play, given: Values, *, stays: int = BLANK_ID) -> Spot:
    """`stays`: the location where none is said."""
    location_id = play.location_id(given["location"]) if "location" in given else stays
    return Spot(
        location_id=location_id,
        bin_id=play.bin_id(location_id, given.get("bin")),
        lot_no=given.get("lot"),
        serial_no=given.get("serial"),
        expiration_date=given.get("expires"),
    )
