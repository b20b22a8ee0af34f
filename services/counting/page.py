"""What the pages of a count show: lines and recordings, a page at a time, each in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, case, func, or_, select
from sqlalchemy.orm import Session, selectinload

from core.errors import NotFound
from core.text import _
from models import (
    Bin,
    Item,
    ItemLedgerEntry,
    ItemVariant,
    PhysicalInventoryCount,
    PhysicalInventoryOrder,
    PhysicalInventoryOrderLine,
    PhysicalInventoryOrderNumber,
    PhysicalInventoryRecording,
    PhysicalInventoryRecordingLine,
    UnitOfMeasure,
)
from services.counting.recordings import differs_in_sql

_Line, _Recorded = PhysicalInventoryOrderLine, PhysicalInventoryRecordingLine
LINES_A_PAGE = 50
RECORDED_A_PAGE = 40
#: figures of one line's history
FIGURES = 50


@dataclass(frozen=True)
class Page:
    """Rows of one page; `count` of all pages."""

    rows: Sequence[Any]
    number: int
    pages: int
    count: int


@dataclass(frozen=True)
class RecordingRow:
    """A recording with how far it is."""

    recording: PhysicalInventoryRecording
    lines: int
    counted: int


def read_order(session: Session, no: str) -> PhysicalInventoryOrder:
    """The count to look at. Raises NotFound `count_not_found`."""
    found = session.scalar(
        select(PhysicalInventoryOrder)
        .where(PhysicalInventoryOrder.no == no.strip().upper())
        .options(selectinload(PhysicalInventoryOrder.location))
    )
    if found is None:
        raise NotFound("count_not_found", _("There is no count %(no)s any more.", no=no))
    return found


def order_lines(session: Session, order_id: int, *, page: int = 1, differing: bool = False, search: str = "") -> Page:
    """Lines in walking order with (line, item no., variant, bin, unit, moved since it was calculated)."""
    moved = (
        select(ItemLedgerEntry.id)
        .where(
            ItemLedgerEntry.item_id == _Line.item_id, ItemLedgerEntry.variant_id == _Line.variant_id,
            ItemLedgerEntry.location_id == _Line.location_id,
            ItemLedgerEntry.id > func.coalesce(_Line.last_item_ledger_entry_id, 0),
        )
        .exists()
    )  # fmt: skip
    statement = (
        select(_Line, Item.no, ItemVariant.code, Bin.code, UnitOfMeasure.code, moved)
        .join(Item, Item.id == _Line.item_id)
        .join(ItemVariant, ItemVariant.id == _Line.variant_id)
        .outerjoin(Bin, Bin.id == _Line.bin_id)
        .outerjoin(UnitOfMeasure, UnitOfMeasure.id == Item.base_unit_of_measure_id)
        .where(_Line.order_id == order_id)
        .order_by(Bin.code, Item.no, _Line.line_no)
        .options(selectinload(_Line.numbers))
    )
    if differing:
        statement = statement.where(differs_in_sql())
    if search:
        statement = statement.where(_matches(search, _Line.description))
    return _paged(session, statement, page, LINES_A_PAGE)


def recordings_of(session: Session, order_id: int) -> list[RecordingRow]:
    """The recordings of a count, each with its lines and how many are counted."""
    recording = PhysicalInventoryRecording
    rows = session.execute(
        select(recording, func.count(_Recorded.id), func.count().filter(_Recorded.recorded))
        .outerjoin(_Recorded, _Recorded.recording_id == recording.id)
        .where(recording.order_id == order_id)
        .group_by(recording.id)
        .order_by(recording.recording_no)
    )
    return [RecordingRow(row[0], row[1], row[2] if row[1] else 0) for row in rows]


def recording_lines(
    session: Session, recording_id: int, *, page: int = 1, bin_id: int | None = None, waiting: bool = False,
    search: str = "",
) -> Page:  # fmt: skip
    """Lines of a recording in walking order with (line, item no., variant, bin, unit, expected; None is nothing)."""
    statement = _recorded_rows(recording_id).order_by(_Recorded.line_no)
    if bin_id is not None:
        statement = statement.where(_Recorded.bin_id == bin_id)
    if waiting:
        statement = statement.where(_Recorded.recorded.is_(False))
    if search:
        given = search.strip().upper()
        number = or_(_Recorded.lot_no == given, _Recorded.serial_no == given, _Recorded.package_no == given)
        statement = statement.where(or_(_matches(search, _Recorded.description), number))
    return _paged(session, statement, page, RECORDED_A_PAGE)


def _recorded_rows(recording_id: int) -> Select[Any]:
    number = PhysicalInventoryOrderNumber
    expected = case((_Line.use_item_tracking, number.qty_expected), else_=_Line.qty_expected)
    return (
        select(_Recorded, Item.no, ItemVariant.code, Bin.code, UnitOfMeasure.code, expected)
        .join(Item, Item.id == _Recorded.item_id)
        .join(ItemVariant, ItemVariant.id == _Recorded.variant_id)
        .outerjoin(Bin, Bin.id == _Recorded.bin_id)
        .outerjoin(UnitOfMeasure, UnitOfMeasure.id == Item.base_unit_of_measure_id)
        .outerjoin(_Line, _Line.id == _Recorded.order_line_id)
        .outerjoin(
            number,
            (number.line_id == _Line.id) & (number.lot_no == _Recorded.lot_no)
            & (number.serial_no == _Recorded.serial_no) & (number.package_no == _Recorded.package_no),
        )
        .where(_Recorded.recording_id == recording_id)
    )  # fmt: skip


def bins_of(session: Session, recording_id: int) -> list[tuple[int, str, int, int]]:
    """Bins of a recording: id, code, lines, counted; in walking order."""
    rows = session.execute(
        select(Bin.id, Bin.code, func.count(_Recorded.id), func.count().filter(_Recorded.recorded))
        .join(_Recorded, _Recorded.bin_id == Bin.id)
        .where(_Recorded.recording_id == recording_id)
        .group_by(Bin.id, Bin.code)
        .order_by(Bin.code)
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def how_far(session: Session, recording_id: int) -> tuple[int, int]:
    """Lines of a recording and how many of them are counted."""
    row = session.execute(
        select(func.count(_Recorded.id), func.count().filter(_Recorded.recorded)).where(
            _Recorded.recording_id == recording_id
        )
    ).one()
    return row[0], row[1]


def figures_of_line(session: Session, order_id: int, line_no: int) -> tuple[PhysicalInventoryOrderLine, list[Any]]:
    """Who entered which figure of an order line when: (recording no., figure, line), the newest first.

    Raises NotFound `count_line_gone`.
    """
    line = session.scalar(
        select(_Line)
        .where(_Line.order_id == order_id, _Line.line_no == line_no)
        .options(selectinload(_Line.numbers), selectinload(_Line.item))
    )
    if line is None:
        raise NotFound("count_line_gone", _("This line is not on the count any more."))
    rows = session.execute(
        select(PhysicalInventoryRecording.recording_no, PhysicalInventoryCount, _Recorded)
        .join(_Recorded, _Recorded.id == PhysicalInventoryCount.recording_line_id)
        .join(PhysicalInventoryRecording, PhysicalInventoryRecording.id == _Recorded.recording_id)
        .where(_Recorded.order_line_id == line.id)
        .order_by(PhysicalInventoryCount.id.desc())
        .limit(FIGURES)
    ).all()
    return line, list(rows)


def value_of_differences(session: Session, order_id: int) -> Decimal:
    """What the differences of all recorded lines are worth at the cost on the lines; numbers are counted each."""
    number = PhysicalInventoryOrderNumber
    plain = session.execute(
        select(_Line.qty_recorded - _Line.qty_expected, _Line.unit_amount).where(
            _Line.order_id == order_id, _Line.use_item_tracking.is_(False), _Line.qty_recorded != _Line.qty_expected
        )
    )
    tracked = session.execute(
        select(number.qty_recorded - number.qty_expected, _Line.unit_amount)
        .join(_Line, _Line.id == number.line_id)
        .where(
            _Line.order_id == order_id, _Line.qty_recorded.is_not(None), number.qty_recorded != number.qty_expected
        )
    )  # fmt: skip
    return sum((quantity * cost for rows in (plain, tracked) for quantity, cost in rows), Decimal(0))


def _matches(search: str, description: Any) -> Any:
    words = search.strip()
    return or_(Item.no.startswith(words.upper(), autoescape=True), description.icontains(words, autoescape=True))


def _paged(session: Session, statement: Select[Any], page: int, size: int) -> Page:
    count = session.scalar(select(func.count()).select_from(statement.order_by(None).subquery())) or 0
    pages = max((count + size - 1) // size, 1)
    number = min(max(page, 1), pages)
    rows = session.execute(statement.limit(size).offset((number - 1) * size)).all()
    return Page(rows, number, pages, count)
