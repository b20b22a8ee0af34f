"""`transfer_order` and `reclassification`: goods that change their place (documents.md, posting-and-costing.md 4)."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from models.enums import EntryType, JournalType
from services.documents import journal_lines, journals
from services.documents.journal_line_rules import LineInput
from services.scenario.actions.common import TRACKING, default_batch
from services.scenario.actions.transfer_document import TransferDocument
from services.scenario.play import POSTER, Play, PlayError
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
    """Goods change place or numbers: a line entered in the reclassification journal and posted."""
    line = _moved(play, given)

    def post(session: Session) -> int:
        batch = default_batch(session, JournalType.TRANSFER)
        no = journal_lines.propose_document_no(session, batch, play.day)
        journal_lines.add_lines(session, batch.id, [replace(line, document_no=no)])
        return journals.post_batch(session, batch.id, POSTER)

    play.bind_register(play.step_id, play.write(post))


def _moved(play: Play, given: Values) -> LineInput:
    item, source, target = play.item(given["item"]), given["from"], given["to"]
    if target.get("variant", source.get("variant")) != source.get("variant"):
        raise PlayError("a reclassification leaves the variant as it is")
    location_id = play.location_id(source.get("location"))
    new_location_id = play.location_id(target["location"]) if "location" in target else None
    arrives = location_id if new_location_id is None else new_location_id
    return LineInput(
        entry_type=EntryType.TRANSFER,
        item_id=item.id,
        posting_date=play.day,
        quantity=given["qty"],
        variant_id=play.variant_id(item, source.get("variant")),
        location_id=location_id,
        bin_id=play.bin_id(location_id, source.get("bin")),
        lot_no=source.get("lot", ""),
        serial_no=source.get("serial", ""),
        applies_to_entry_id=play.entry(given["applies_to"]) if "applies_to" in given else None,
        new_location_id=new_location_id,
        new_bin_id=play.bin_id(arrives, target.get("bin")),
        new_lot_no=target.get("lot", ""),
        new_serial_no=target.get("serial", ""),
        new_expiration_date=target.get("expires"),
    )
