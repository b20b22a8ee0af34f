"""From lines of a transfer order to lines to post: one for each number that moves (documents.md section 19)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import BLANK_ID, TransferLine, TransferLineNumber, TransferOrder, UnitOfMeasure
from models.enums import DocumentType, EntryType, OrderType
from posting.lines import PostingLine
from services.documents.journal_defaults import load_facts
from services.units import check_balanced, to_base


@dataclass(frozen=True, slots=True)
class Part:
    """Part of a line that moves: under one number, or without."""

    line: TransferLine
    quantity_base: Decimal
    number: TransferLineNumber | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One step of the way: which document it is, and between which places."""

    document_type: DocumentType
    document_no: str
    from_location_id: int
    to_location_id: int
    posting_date: dt.date
    #: bins of a line at both ends of the step
    bins: Callable[[TransferLine], tuple[int | None, int | None]]


def base_quantity(line: TransferLine, quantity: Decimal, left: Decimal, left_base: Decimal) -> Decimal:
    """`quantity` of the line in base units; the last part takes what is left.

    Raises ValidationError `quantity_unbalanced`, `quantity_rounds_to_zero`.
    """
    if quantity == left:
        return left_base
    base = to_base(quantity, line.qty_per_unit_of_measure)
    check_balanced(left - quantity, left_base - base)
    return base


def parts_to_ship(line: TransferLine, quantity_base: Decimal) -> list[Part]:
    """The line's numbers that have not left yet, in their order, then what has no number."""
    return list(_parts(line, quantity_base, lambda number: number.quantity - number.qty_shipped))


def parts_to_receive(line: TransferLine, quantity_base: Decimal) -> list[Part]:
    """The line's numbers that are on their way, in their order, then what has no number."""
    return list(_parts(line, quantity_base, lambda number: number.qty_shipped - number.qty_received))


def _parts(
    line: TransferLine, quantity_base: Decimal, available: Callable[[TransferLineNumber], Decimal]
) -> Iterator[Part]:
    for number in line.numbers:
        taken = min(quantity_base, available(number))
        if taken > 0:
            quantity_base -= taken
            yield Part(line, taken, number)
    if quantity_base:
        yield Part(line, quantity_base)


def posting_lines(
    session: Session, order: TransferOrder, parts: Sequence[Part], leg: Leg, *, fixed: bool
) -> list[PostingLine]:
    """Out-legs to post, in the order of the parts; with `fixed` they obey the lines' applies-to entries."""
    facts = load_facts(session, {part.line.item_id for part in parts})
    units = dict(session.execute(select(UnitOfMeasure.id, UnitOfMeasure.code)).tuples().all())
    lines = []
    for part in parts:
        line, number = part.line, part.number
        old_bin, new_bin = leg.bins(line)
        lines.append(
            PostingLine(
                line_no=line.line_no,
                entry_type=EntryType.TRANSFER,
                item_id=line.item_id,
                variant_id=line.variant_id,
                quantity=-part.quantity_base,
                posting_date=leg.posting_date,
                document_type=leg.document_type,
                document_no=leg.document_no,
                document_line_no=line.line_no,
                external_document_no=order.external_document_no,
                description=line.description,
                location_id=leg.from_location_id,
                bin_id=old_bin,
                new_location_id=leg.to_location_id,
                new_bin_id=new_bin,
                unit_cost=facts.items[line.item_id].unit_cost(leg.from_location_id, line.variant_id),
                unit_of_measure_code=units.get(line.unit_of_measure_id or 0, ""),
                qty_per_unit_of_measure=line.qty_per_unit_of_measure,
                lot_no=number.lot_no if number is not None else "",
                serial_no=number.serial_no if number is not None else "",
                package_no=number.package_no if number is not None else "",
                expiration_date=number.expiration_date if number is not None else None,
                applies_to_entry_id=line.applies_to_entry_id if fixed else None,
                order_type=OrderType.TRANSFER,
                order_no=order.no,
                order_line_no=line.line_no,
                dimension_set_id=line.dimension_set_id,
            )
        )
    return lines


def note_shipped(parts: Sequence[Part]) -> None:
    """The numbers of these parts have left."""
    for part in parts:
        if part.number is not None:
            part.number.qty_shipped += part.quantity_base


def note_received(parts: Sequence[Part]) -> None:
    """The numbers of these parts have arrived."""
    for part in parts:
        if part.number is not None:
            part.number.qty_received += part.quantity_base


def middle(order: TransferOrder) -> int:
    """Where the goods are while they travel: the in-transit location, the blank one of a direct transfer."""
    if order.direct_transfer:
        return BLANK_ID
    return order.in_transit_location_id or BLANK_ID
