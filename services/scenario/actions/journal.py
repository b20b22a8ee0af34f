"""`item_journal`: lines entered in the item journal and posted as one batch (posting-and-costing.md section 1)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import ValidationError
from core.rounding import PLACES, ZERO, round_quantity, round_unit_cost
from models import Item, ItemUnitOfMeasure
from models.enums import EntryType
from services.documents import journal_lines, journals
from services.documents.journal_line_rules import LineInput
from services.scenario.actions.common import TRACKING, default_batch
from services.scenario.play import POSTER, Play, PlayError
from services.scenario.registry import action
from services.scenario.shapes import Values, decimal, one_of, record, word

_ONE = Decimal(1)

LINE = record(
    {
        "type": one_of("purchase", "sale", "positive_adjmt", "negative_adjmt"),
        "item": word,
        "qty": decimal,
        "uom": word,
        "location": word,
        "bin": word,
        "variant": word,
        "unit_cost": decimal,
        "unit_amount": decimal,
        "applies_to": word,
        "applies_from": word,
        "tracking": TRACKING,
    },
    required=("type", "item", "qty"),
)


@action("item_journal", LINE)
def item_journal(play: Play, given: Values) -> None:
    """One journal line, or one for each of its lots and serial numbers, posted together."""
    line = _line(play, given)
    lines = _tracked(play, given, line) if given.get("tracking") else [line]

    def post(session: Session) -> int:
        batch = default_batch(session)
        no = journal_lines.propose_document_no(session, batch, play.day)
        journal_lines.add_lines(session, batch.id, [replace(entered, document_no=no) for entered in lines])
        return journals.post_batch(session, batch.id, POSTER)

    play.bind_register(play.step_id, play.write(post))


def _line(play: Play, given: Values) -> LineInput:
    item, location_id = play.item(given["item"]), play.location_id(given.get("location"))
    kind = EntryType(given["type"])
    unit_id = play.unit_id(given.get("uom"))
    line = LineInput(
        entry_type=kind,
        item_id=item.id,
        posting_date=play.day,
        quantity=given["qty"],
        unit_of_measure_id=unit_id,
        variant_id=play.variant_id(item, given.get("variant")),
        location_id=location_id,
        bin_id=play.bin_id(location_id, given.get("bin")),
        unit_amount=given.get("unit_amount"),
        applies_to_entry_id=play.entry(given["applies_to"]) if "applies_to" in given else None,
        applies_from_entry_id=play.entry(given["applies_from"]) if "applies_from" in given else None,
    )
    if "unit_cost" not in given:
        return line
    if "unit_amount" not in given and kind in (EntryType.PURCHASE, EntryType.POSITIVE_ADJMT):
        per_unit = _per_unit(play, item, unit_id)
        line = replace(line, unit_amount=_direct(item, given["unit_cost"], per_unit))
    if kind is EntryType.PURCHASE:  # its overhead is an entry of its own, from the card
        return line
    return replace(line, unit_cost=given["unit_cost"])


def _direct(item: Item, unit_cost: Decimal, per_unit: Decimal) -> Decimal:
    """The direct cost in a unit cost that holds indirect cost and overhead (section 1.2)."""
    direct = (unit_cost - item.overhead_rate * per_unit) / (_ONE + item.indirect_cost_percent / 100)
    return round_unit_cost(direct)


def _per_unit(play: Play, item: Item, unit_id: int | None) -> Decimal:
    if unit_id is None or unit_id == item.base_unit_of_measure_id:
        return _ONE
    factor = play.session.scalar(
        select(ItemUnitOfMeasure.qty_per_unit_of_measure).where(
            ItemUnitOfMeasure.item_id == item.id, ItemUnitOfMeasure.unit_of_measure_id == unit_id
        )
    )
    return factor or _ONE


def _tracked(play: Play, given: Values, line: LineInput) -> list[LineInput]:
    """The line once for each number, and once more for what has none; quantities of numbers are in base units."""
    item = play.item(given["item"])
    per_unit = _per_unit(play, item, line.unit_of_measure_id)
    sign = -1 if given["qty"] < 0 else 1
    rest, lines = given["qty"], []
    for number in given["tracking"]:
        quantity = sign * number["qty"] / per_unit
        if quantity != quantity.quantize(PLACES):
            raise PlayError(f"{number['qty']} base units are no exact quantity of {given.get('uom')}")
        rest -= quantity
        lines.append(
            replace(
                line,
                quantity=round_quantity(quantity),
                lot_no=number.get("lot", ""),
                serial_no=number.get("serial", ""),
                package_no=number.get("package", ""),
                expiration_date=number.get("expires"),
            )
        )
    if rest * sign < ZERO:
        raise ValidationError("tracking_too_much", "More is given under numbers than the line is about.")
    if rest != ZERO:
        lines.append(replace(line, quantity=rest))
    return lines
