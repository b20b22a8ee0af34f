"""Counting the goods of a transfer order as they leave or arrive: what is counted is the line's quantity to move."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from core.errors import ValidationError
from core.rounding import ZERO
from core.text import _, plain_quantity
from models import Bin, TransferLine, TransferOrder
from services.items.lookup import resolve_scan
from services.trade.scanning import line_of_scan, not_on_document
from services.transfers.lines import Number, edit_line
from services.transfers.scanning import put_on, take_number


class Way(enum.StrEnum):
    """Which end of the road one stands at."""

    SHIP = "ship"
    RECEIVE = "receive"

    @property
    def field(self) -> str:
        """The column of what is counted."""
        return f"qty_to_{self.value}"


@dataclass(frozen=True)
class Goods:
    """A line as the counting pages and scans know it: what is counted and what is left, in the line's unit."""

    line: TransferLine
    way: Way

    @property
    def qty_to_handle(self) -> Decimal:
        """What is counted so far."""
        counted: Decimal = getattr(self.line, self.way.field)
        return counted

    @property
    def outstanding_qty(self) -> Decimal:
        """What is left to leave, or under way."""
        return self.line.outstanding if self.way == Way.SHIP else self.line.in_transit

    @property
    def bin(self) -> Bin | None:
        """Where it is taken from, or put."""
        return self.line.from_bin if self.way == Way.SHIP else self.line.to_bin

    def __getattr__(self, name: str) -> Any:
        return getattr(self.line, name)  # item, variant, unit, numbers: as the line has them


def goods_of(order: TransferOrder, way: Way) -> list[Goods]:
    """The lines with something to leave (SHIP) or under way (RECEIVE)."""
    return [goods for goods in (Goods(line, way) for line in order.lines) if goods.outstanding_qty]


def is_started(goods: Sequence[Goods]) -> bool:
    """True when somebody counts: not every line proposes all that is left."""
    return any(one.qty_to_handle != one.outstanding_qty for one in goods)


def set_all(session: Session, order: TransferOrder, way: Way, *, counted: bool) -> None:
    """Every line counts nothing, or all that is left (`counted`). Raises what changing a line raises."""
    for one in goods_of(order, way):
        wanted = one.outstanding_qty if counted else ZERO
        if one.qty_to_handle != wanted:
            edit_line(session, order, one.line, {way.field: wanted})


def count(
    session: Session, order: TransferOrder, way: Way, line_no: int, change: Decimal, *, number: Number | None = None
) -> int:
    """`change` more (or less, below zero) of a line is counted; returns the line's number.

    `number` is the lot or serial number that leaves; when goods arrive, those that left are known.
    Raises ValidationError `counted_too_much`, `document_line_done` and what changing a line raises.
    """
    one = next((one for one in goods_of(order, way) if one.line.line_no == line_no), None)
    if one is None:
        raise ValidationError("document_line_done", _("Nothing of this line is left to count."), line=line_no)
    wanted = max(one.qty_to_handle + change, ZERO)
    if wanted > one.outstanding_qty:
        raise ValidationError(
            "counted_too_much",
            _("All %(quantity)s of %(item)s are counted. Put what is more aside.", item=one.line.description,
              quantity=plain_quantity(one.outstanding_qty)),
            field="code", line=line_no,
        )  # fmt: skip
    edit_line(session, order, one.line, {way.field: wanted})
    if number is not None and way == Way.SHIP:
        put_on(session, order, one.line, number)
    return line_no


def count_scanned(session: Session, order: TransferOrder, way: Way, code: str, *, on: dt.date, choice: str = "") -> int:
    """One more of what was scanned, or as many as its unit and a GS1 code say; returns the line's number.

    Lot and serial number go along when the goods leave; when they arrive, those that left are known.
    Raises ValidationError `unknown_reference`, AmbiguousReference `ambiguous_reference`, `scan_not_on_document` and
    those of `count`.
    """
    scanned = resolve_scan(session, code, on=on, choice=choice)
    found = line_of_scan(session, goods_of(order, way), scanned)
    if found is None:
        raise not_on_document(scanned.code.text, order.no)
    one, quantity = found
    line_no = count(session, order, way, one.line.line_no, quantity)
    if way == Way.SHIP:
        take_number(session, order, one.line, scanned.code, quantity)
    return line_no
