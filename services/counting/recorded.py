"""What finished recordings say of each line of a count: their sum, unless a recount replaced them (section 17.2)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select, update
from sqlalchemy.orm import Session, selectinload

from core.rounding import ZERO
from models import (
    PhysicalInventoryOrderLine,
    PhysicalInventoryOrderNumber,
    PhysicalInventoryRecording,
    PhysicalInventoryRecordingLine,
)
from models.enums import CountStatus

_Line, _Recorded = PhysicalInventoryOrderLine, PhysicalInventoryRecordingLine
#: lot, serial and package number
Numbers = tuple[str, str, str]
#: line id, lot, serial and package number -> expiry date
Days = dict[tuple[int, str, str, str], dt.date]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a finished recording."""

    line_id: int
    recording_no: int
    recount: bool
    numbers: Numbers
    quantity: Decimal


def combine(figures: Iterable[Figure]) -> dict[int, dict[Numbers, Decimal]]:
    """Line id -> quantity by number. The last recount of a line stands alone; else all recordings are added. Pure."""
    by_line: dict[int, list[Figure]] = defaultdict(list)
    for figure in figures:
        by_line[figure.line_id].append(figure)
    result: dict[int, dict[Numbers, Decimal]] = {}
    for line_id, of_line in by_line.items():
        last = max((figure.recording_no for figure in of_line if figure.recount), default=None)
        sums: dict[Numbers, Decimal] = defaultdict(lambda: ZERO)
        for figure in of_line:
            if last is None or figure.recording_no >= last:
                sums[figure.numbers] += figure.quantity
        result[line_id] = dict(sums)
    return result


def refresh_recorded(session: Session, order_id: int) -> None:
    """Bring what is recorded on the lines of the order and on their numbers up to date with finished recordings."""
    recording = PhysicalInventoryRecording
    rows = session.execute(
        select(
            _Recorded.order_line_id, recording.recording_no, recording.recount, _Recorded.lot_no,
            _Recorded.serial_no, _Recorded.package_no, _Recorded.quantity, _Recorded.expiration_date,
        )
        .join(recording, recording.id == _Recorded.recording_id)
        .where(
            recording.order_id == order_id, recording.status == CountStatus.FINISHED,
            _Recorded.order_line_id.is_not(None),
        )
    ).all()  # fmt: skip
    said = combine(Figure(row[0], row[1], row[2], tuple(row[3:6]), row[6]) for row in rows)
    days: Days = {(row[0], row[3], row[4], row[5]): row[7] for row in rows if row[7] is not None}
    session.execute(
        update(_Line).where(_Line.order_id == order_id, _Line.qty_recorded.is_not(None)).values(qty_recorded=None)
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    lines = session.scalars(
        select(_Line)
        .where(_Line.order_id == order_id)
        .options(selectinload(_Line.numbers))
        .execution_options(populate_existing=True)
    )
    for line in lines:
        counted = said.get(line.id)
        line.qty_recorded = None if counted is None else sum(counted.values(), ZERO)
        if line.use_item_tracking:
            _put_numbers(line, counted or {}, days)
    session.flush()


def _put_numbers(line: PhysicalInventoryOrderLine, counted: dict[Numbers, Decimal], days: Days) -> None:
    known = {(number.lot_no, number.serial_no, number.package_no): number for number in line.numbers}
    for key, number in known.items():
        number.qty_recorded = counted.get(key, ZERO)
    line.numbers += [
        PhysicalInventoryOrderNumber(
            lot_no=key[0], serial_no=key[1], package_no=key[2], qty_expected=ZERO, qty_recorded=quantity,
            expiration_date=days.get((line.id, *key)),
        )
        for key, quantity in counted.items() if key not in known and any(key)
    ]  # fmt: skip
    # A number that was neither expected nor is recorded any more is no number of the line.
    line.numbers = [number for number in line.numbers if number.qty_expected or number.qty_recorded]
