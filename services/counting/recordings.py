"""Recordings of a count: made, counted into, finished, reopened (posting-and-costing.md 17.2, tracking.md 11)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, exists, func, insert, select, update
from sqlalchemy.orm import Session

from core.errors import DomainError, NotFound, ValidationError
from core.rounding import ZERO
from core.sql import ids_of
from core.text import _, ngettext
from models import (
    Bin,
    Item,
    ItemTrackingCode,
    PhysicalInventoryOrder,
    PhysicalInventoryOrderLine,
    PhysicalInventoryOrderNumber,
    PhysicalInventoryRecording,
    PhysicalInventoryRecordingLine,
)
from models.enums import CountStatus
from services.counting.orders import STEP, add_places, must_be_open, spots_of_lines, touch
from services.counting.recorded import refresh_recorded
from services.documents.physical_inventory import Spot
from services.values import raise_all

_Line, _Recorded = PhysicalInventoryOrderLine, PhysicalInventoryRecordingLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a new recording is made of."""

    #: only lines that no recording has yet
    not_recorded: bool = False
    #: only lines whose finished count differs from the books; what it says replaces the earlier figure
    recount: bool = False
    bin_id: int | None = None
    allow_unlisted: bool = True
    person: str = ""
    description: str = ""


def get_recording(session: Session, order_id: int, recording_no: int) -> PhysicalInventoryRecording:
    """Raises NotFound `recording_not_found`."""
    found = session.scalar(
        select(PhysicalInventoryRecording).where(
            PhysicalInventoryRecording.order_id == order_id, PhysicalInventoryRecording.recording_no == recording_no
        )
    )
    if found is None:
        raise NotFound("recording_not_found", _("There is no such recording any more."))
    return found


def make_recording(session: Session, order: PhysicalInventoryOrder, wanted: Wanted) -> PhysicalInventoryRecording:
    """A new recording with a line for each of the order's lines, or numbers, that `wanted` names.

    Raises ValidationError `count_finished`, `nothing_to_record`.
    """
    must_be_open(order)
    number = session.scalar(
        select(func.max(PhysicalInventoryRecording.recording_no)).where(PhysicalInventoryRecording.order_id == order.id)
    )
    recording = PhysicalInventoryRecording(
        order_id=order.id, recording_no=(number or 0) + 1, status=CountStatus.OPEN, person=wanted.person,
        description=wanted.description, recount=wanted.recount, allow_unlisted=wanted.allow_unlisted, finished_by="",
    )  # fmt: skip
    lines = _lines_wanted(session, order, wanted)
    if not lines and (wanted.recount or wanted.not_recorded or not wanted.allow_unlisted):
        raise ValidationError(
            "nothing_to_record",
            _("No line differs from the books: there is nothing to count again.") if wanted.recount
            else _("Every line is on a recording already.") if wanted.not_recorded
            else _("The count has no lines yet."),
            hint="" if wanted.recount or wanted.not_recorded else _("Calculate its lines first."),
        )  # fmt: skip
    session.add(recording)
    session.flush()
    rows = [
        {**row, "recording_id": recording.id, "line_no": place * STEP, "quantity": ZERO, "recorded": False}
        for place, row in enumerate(lines, 1)
    ]
    if rows:
        session.execute(insert(_Recorded), rows)
    touch(session, order)
    return recording


def _lines_wanted(session: Session, order: PhysicalInventoryOrder, wanted: Wanted) -> list[dict[str, Any]]:
    """A row for each line, or for each expected number of a tracked one; in walking order: bin, item."""
    number = PhysicalInventoryOrderNumber
    keys = (_Line.item_id, _Line.variant_id, _Line.location_id, _Line.bin_id, _Line.description)
    numbers = (number.lot_no, number.serial_no, number.package_no, number.expiration_date)
    statement = (
        select(_Line.id.label("order_line_id"), *keys, *numbers)
        .join(Item, Item.id == _Line.item_id)
        .outerjoin(Bin, Bin.id == _Line.bin_id)
        .outerjoin(number, number.line_id == _Line.id)
        .where(_Line.order_id == order.id)
        .order_by(Bin.code, Item.no, _Line.line_no, number.lot_no, number.serial_no)
    )
    if wanted.bin_id is not None:
        statement = statement.where(_Line.bin_id == wanted.bin_id)
    if wanted.recount:
        statement = statement.where(differs_in_sql())
    elif wanted.not_recorded:
        statement = statement.where(
            ~exists().where(_Recorded.order_line_id == _Line.id).correlate(_Line)
        )  # fmt: skip
    rows = []
    for row in session.execute(statement).mappings():
        values = dict(row)
        for name in ("lot_no", "serial_no", "package_no"):
            values[name] = values[name] or ""
        rows.append(values)
    return rows


def differs_in_sql() -> Any:
    """The order line, or one of its numbers, was recorded with another quantity than the books expect."""
    number = PhysicalInventoryOrderNumber
    return _Line.qty_recorded.is_not(None) & (
        (_Line.qty_recorded != _Line.qty_expected)
        | exists().where(number.line_id == _Line.id, number.qty_recorded != number.qty_expected).correlate(_Line)
    )


def delete_recording(session: Session, order: PhysicalInventoryOrder, recording: PhysicalInventoryRecording) -> None:
    """Take a recording away with what was counted. Raises ValidationError `count_finished`."""
    must_be_open(order)
    session.delete(recording)
    session.flush()
    refresh_recorded(session, order.id)
    touch(session, order)


def finish_recording(
    session: Session, order: PhysicalInventoryOrder, recording: PhysicalInventoryRecording, *,
    user_name: str, at: dt.datetime, rest_is_zero: bool = False,
) -> None:  # fmt: skip
    """Nothing is counted into it any more; its quantities join those of the order's lines.

    With `rest_is_zero` everything nobody counted is recorded as none. Raises ErrorList with `not_counted`,
    `number_missing`, `serial_quantity`, `serial_twice`, `not_on_order` at their lines; ValidationError
    `count_finished`, `recording_finished`. Source: posting-and-costing.md 17.2, tracking.md 11.
    """
    must_be_open(order)
    must_count(recording)
    if rest_is_zero:
        session.execute(
            update(_Recorded)
            .where(_Recorded.recording_id == recording.id, _Recorded.recorded.is_(False))
            .values(recorded=True, quantity=ZERO, recorded_by=user_name, recorded_at=at)
            .execution_options(synchronize_session=False)
        )
    lines = recorded_lines(session, recording.id)
    raise_all(_refusals(session, recording, lines))
    _list_found(session, order, recording, lines)
    recording.status, recording.finished_at, recording.finished_by = CountStatus.FINISHED, at, user_name
    session.flush()
    refresh_recorded(session, order.id)
    touch(session, order)


def reopen_recording(session: Session, order: PhysicalInventoryOrder, recording: PhysicalInventoryRecording) -> None:
    """Count on: its quantities leave the order's lines. Raises ValidationError `count_finished`."""
    must_be_open(order)
    recording.status, recording.finished_at, recording.finished_by = CountStatus.OPEN, None, ""
    session.flush()
    refresh_recorded(session, order.id)
    touch(session, order)


def must_count(recording: PhysicalInventoryRecording) -> None:
    """Raises ValidationError `recording_finished`."""
    if recording.status != CountStatus.OPEN:
        raise ValidationError(
            "recording_finished", _("This recording is finished: nothing is counted into it any more."),
            hint=_("Reopen it, or make another one."),
        )  # fmt: skip


def recorded_lines(session: Session, recording_id: int) -> list[PhysicalInventoryRecordingLine]:
    """All lines of the recording, as they are now."""
    return list(
        session.scalars(
            select(_Recorded)
            .where(_Recorded.recording_id == recording_id)
            .order_by(_Recorded.line_no)
            .execution_options(populate_existing=True)
        )
    )


def recorded_lines_of(
    session: Session, recording_id: int, line_nos: Iterable[int]
) -> list[PhysicalInventoryRecordingLine]:
    """These lines of the recording, as they are now."""
    return list(
        session.scalars(
            select(_Recorded)
            .where(_Recorded.recording_id == recording_id, _Recorded.line_no.in_(ids_of(session, set(line_nos))))
            .execution_options(populate_existing=True)
        )
    )


def _refusals(
    session: Session, recording: PhysicalInventoryRecording, lines: Sequence[PhysicalInventoryRecordingLine]
) -> list[DomainError]:
    errors: list[DomainError] = []
    open_lines = [line for line in lines if not line.recorded]
    if open_lines:
        errors.append(ValidationError(
            "not_counted",
            ngettext("%(num)s line is not counted yet, the first is %(what)s.",
                     "%(num)s lines are not counted yet, the first is %(what)s.", len(open_lines),
                     what=open_lines[0].description),
            line=open_lines[0].line_no, hint=_("Count it, or say that everything not counted is zero."),
        ))  # fmt: skip
    rules = {
        item_id: needed
        for item_id, *needed in session.execute(
            select(Item.id, ItemTrackingCode.serial_specific, ItemTrackingCode.lot_specific,
                   ItemTrackingCode.package_specific)
            .join(ItemTrackingCode, ItemTrackingCode.id == Item.item_tracking_code_id)
            .where(Item.id.in_(
                select(_Recorded.item_id).where(_Recorded.recording_id == recording.id)
            ))
        )
    }  # fmt: skip
    seen: set[tuple[int, int, str]] = set()
    for line in lines:
        named = ("serial_no", "lot_no", "package_no")
        missing = [name for name, needed in zip(named, rules.get(line.item_id, ()), strict=False)
                   if needed and not getattr(line, name)]  # fmt: skip
        if line.quantity and missing:
            errors.append(ValidationError(
                "number_missing", _("%(what)s is counted without its number.", what=line.description),
                line=line.line_no, field=missing[0],
                hint=_("Scan or type the number, or count none of it."),
            ))  # fmt: skip
        if not line.serial_no or not line.quantity:
            continue
        if line.quantity > 1:
            errors.append(ValidationError(
                "serial_quantity", _("Serial no. %(no)s can be there only once.", no=line.serial_no),
                line=line.line_no, field="quantity", hint=_("Count 1 or 0."),
            ))  # fmt: skip
        key = line.item_id, line.variant_id, line.serial_no
        if key in seen:
            errors.append(ValidationError(
                "serial_twice", _("Serial no. %(no)s is counted twice.", no=line.serial_no),
                line=line.line_no, field="serial_no", hint=_("Count it where it lies, and zero elsewhere."),
            ))  # fmt: skip
        seen.add(key)
    return errors


def _list_found(
    session: Session, order: PhysicalInventoryOrder, recording: PhysicalInventoryRecording,
    lines: Sequence[PhysicalInventoryRecordingLine],
) -> None:  # fmt: skip
    """Lines that the order does not list join its line of the place, or are listed now where that is allowed."""
    loose = [line for line in lines if line.order_line_id is None]
    if not loose:
        return
    known = spots_of_lines(session, order.id)
    found = {line.line_no: Spot(line.item_id, line.variant_id, line.location_id, line.bin_id) for line in loose}
    new = {spot for spot in found.values() if spot not in known}
    if new and not recording.allow_unlisted:
        raise_all(
            ValidationError(
                "not_on_order", _("%(what)s is not on this count.", what=line.description), line=line.line_no,
                hint=_("Add it to the count, or let this recording take goods that are not listed."),
            )
            for line in loose if found[line.line_no] in new
        )  # fmt: skip
    if new:
        known |= add_places(session, order, new)
    for line in loose:
        line.order_line_id = known[found[line.line_no]]
    session.flush()


def remove_line(
    session: Session, order: PhysicalInventoryOrder, recording: PhysicalInventoryRecording, line_no: int
) -> None:
    """Take a line out of an open recording. Raises ValidationError `count_finished`, `recording_finished`."""
    must_be_open(order)
    must_count(recording)
    session.execute(delete(_Recorded).where(_Recorded.recording_id == recording.id, _Recorded.line_no == line_no))
    touch(session, order)
