"""Counts coming in: from a form, a scan, or a device that kept them while the network was away (section 17.2).

Every figure has a key of the device's own: sent twice, it counts once. A typed figure replaces what stood there, a
scan comes on top. Who entered which figure when stays readable.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.errors import ConflictError, DomainError, ValidationError, errors_of
from core.rounding import ZERO, round_quantity
from core.sql import ids_of
from core.text import _, plain_day, plain_quantity
from models import (
    BLANK_ID,
    Bin,
    Item,
    PhysicalInventoryCount,
    PhysicalInventoryOrder,
    PhysicalInventoryRecording,
    PhysicalInventoryRecordingLine,
)
from services.counting.by_number import ONE, known_number, scanned_number, the_one
from services.counting.expected import tracked_items
from services.counting.orders import STEP, must_be_open, touch
from services.counting.recordings import must_count
from services.items.lookup import Candidate, resolve_scan, units_in
from services.items.scan_codes import ScanCode, read_scan

_Recorded = PhysicalInventoryRecordingLine
#: Counts taken in one call; a device sends more in several.
MOST = 1000
NOT_COUNTED = Decimal(-1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One figure: of a line by its no., or of what a scanned code means. Quantities are base units."""

    key: str
    line_no: int | None = None
    code: str = ""
    #: which of several things an ambiguous code means
    choice: str = ""
    bin_id: int | None = None
    #: None: as much as the code says, else one
    quantity: Decimal | None = None
    #: on top of what stands there; may be less than nothing (one too many was counted)
    added: bool = False
    #: what stood there when a figure was typed, NOT_COUNTED for nothing; None: not said
    seen: Decimal | None = None
    counted_at: dt.datetime


@dataclass(slots=True)
class Taken:
    """What became of the figures: keys that stand (also from an earlier call), refusals by key, lines they touched."""

    keys: list[str] = field(default_factory=list)
    refused: dict[str, DomainError] = field(default_factory=dict)
    line_nos: dict[str, int] = field(default_factory=dict)


def take_counts(
    session: Session, order: PhysicalInventoryOrder, recording: PhysicalInventoryRecording,
    entries: Sequence[Entry], *, user_name: str, at: dt.datetime,
) -> Taken:  # fmt: skip
    """Write the figures in their order; one that cannot be written is refused alone, the others stand.

    Raises ValidationError `count_finished`, `recording_finished`, `too_many_counts`.
    """
    must_be_open(order)
    must_count(recording)
    if len(entries) > MOST:
        raise ValidationError("too_many_counts", _("At most %(n)s counts are sent at once.", n=MOST))
    known = set(
        session.scalars(
            select(PhysicalInventoryCount.key).where(
                PhysicalInventoryCount.recording_id == recording.id,
                PhysicalInventoryCount.key.in_([entry.key for entry in entries]),
            )
        )
    )
    lines = _lines_of(session, recording.id, [entry.line_no for entry in entries if entry.line_no is not None])
    taken = Taken()
    for entry in entries:
        if entry.key in known:
            taken.keys.append(entry.key)
            continue
        known.add(entry.key)
        try:
            line, quantity = _line_and_quantity(session, order, recording, entry, lines, at)
            _write(session, line, entry, quantity, user_name=user_name, at=at)
        except DomainError as error:
            taken.refused[entry.key] = errors_of(error)[0]
            continue
        lines[line.line_no] = line
        taken.keys.append(entry.key)
        taken.line_nos[entry.key] = line.line_no
    if taken.line_nos:
        recording.started_at = recording.started_at or at
        touch(session, order)
    return taken


def _lines_of(
    session: Session, recording_id: int, line_nos: Sequence[int]
) -> dict[int, PhysicalInventoryRecordingLine]:
    found = session.scalars(
        select(_Recorded)
        .where(_Recorded.recording_id == recording_id, _Recorded.line_no.in_(ids_of(session, line_nos)))
        .execution_options(populate_existing=True)
    )
    return {line.line_no: line for line in found}


def _line_and_quantity(
    session: Session, order: PhysicalInventoryOrder, recording: PhysicalInventoryRecording, entry: Entry,
    lines: dict[int, PhysicalInventoryRecordingLine], at: dt.datetime,
) -> tuple[PhysicalInventoryRecordingLine, Decimal]:  # fmt: skip
    if entry.line_no is not None:
        line = lines.get(entry.line_no)
        if line is None:
            raise ValidationError("count_line_gone", _("This line is not on the recording any more."))
        return line, entry.quantity if entry.quantity is not None else ZERO
    try:
        scanned = resolve_scan(session, entry.code, on=at.date(), choice=entry.choice)
    except ValidationError as unknown:
        numbered = None
        if unknown.code == "unknown_reference":
            numbered = scanned_number(session, recording.id, read_scan(entry.code), entry.bin_id)
        if numbered is None:
            raise
        if isinstance(numbered, PhysicalInventoryRecordingLine):
            said = read_scan(entry.code).quantity or ONE
            return numbered, entry.quantity if entry.quantity is not None else round_quantity(said)
        scanned = numbered
    factor = units_in(session, scanned.candidate)
    count = entry.quantity if entry.quantity is not None else scanned.code.quantity or ONE
    line = _line_of_scan(session, order, recording, scanned.candidate, scanned.code, entry)
    return line, round_quantity(count * factor)


def _line_of_scan(
    session: Session, order: PhysicalInventoryOrder, recording: PhysicalInventoryRecording, hit: Candidate,
    code: ScanCode, entry: Entry,
) -> PhysicalInventoryRecordingLine:  # fmt: skip
    """The line that the code means; a new one where the recording has none."""
    lot, serial, package = code.lot_no, code.serial_no, code.package_no
    statement = select(_Recorded).where(
        _Recorded.recording_id == recording.id, _Recorded.item_id == hit.item_id,
        _Recorded.variant_id == hit.variant_id,
    )  # fmt: skip
    if entry.bin_id is not None:
        statement = statement.where(_Recorded.bin_id == entry.bin_id)
    of_item = session.scalars(statement.order_by(_Recorded.line_no)).all()
    if not _counted_by_number(session, hit.item_id):
        lot = serial = package = ""
    elif not lot and not serial and not package:
        raise ValidationError(
            "number_missing", _("%(no)s is counted by its numbers.", no=hit.item_no), field="code",
            hint=_("Scan a label with the number, or count its line."),
        )  # fmt: skip
    same = [
        line for line in of_item
        if (not lot or line.lot_no == lot) and (not serial or line.serial_no == serial)
        and (not package or line.package_no == package)
    ]  # fmt: skip
    if same:
        return the_one(same, hit.item_no)
    if not hit.variant_id and _variants_listed(session, recording.id, hit.item_id):
        raise ValidationError(
            "variant_required", _("%(no)s is counted by its variants.", no=hit.item_no), field="code",
            hint=_("Scan the code of the variant, or count its line."),
        )  # fmt: skip
    found = Found(
        item_id=hit.item_id,
        variant_id=hit.variant_id,
        bin_id=entry.bin_id,
        lot_no=lot,
        serial_no=serial,
        package_no=package,
        expiration_date=code.expiration_date,
    )
    return _new_line(session, order, recording, hit.item_no, found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Goods that are not listed, or that no code is on: what they are and where they lie."""

    item_id: int
    variant_id: int = 0
    bin_id: int | None = None
    lot_no: str = ""
    serial_no: str = ""
    package_no: str = ""
    expiration_date: dt.date | None = None


def _new_line(
    session: Session, order: PhysicalInventoryOrder, recording: PhysicalInventoryRecording, item_no: str, found: Found
) -> PhysicalInventoryRecordingLine:
    if not recording.allow_unlisted:
        raise ValidationError(
            "not_on_order", _("%(no)s is not on this count.", no=item_no), field="code",
            hint=_("Put it aside and tell who is responsible."),
        )  # fmt: skip
    if found.bin_id is None and _has_bins(session, order.location_id):
        raise ValidationError(
            "bin_unclear", _("%(no)s is not expected here.", no=item_no), field="bin_id",
            hint=_("Say in which bin you found it."),
        )  # fmt: skip
    item = session.get_one(Item, found.item_id)
    known, expires = known_number(session, item.id, found.variant_id, found.lot_no, found.serial_no)
    last = session.scalar(select(func.max(_Recorded.line_no)).where(_Recorded.recording_id == recording.id)) or 0
    line = _Recorded(
        recording_id=recording.id, line_no=last + STEP, order_line_id=None, item_id=item.id,
        variant_id=found.variant_id, location_id=order.location_id, bin_id=found.bin_id, description=item.description,
        lot_no=found.lot_no, serial_no=found.serial_no, package_no=found.package_no,
        expiration_date=expires if known else found.expiration_date, quantity=ZERO, recorded=False, recorded_by="",
    )  # fmt: skip
    session.add(line)
    session.flush()
    return line


def add_line(
    session: Session, order: PhysicalInventoryOrder, recording: PhysicalInventoryRecording, found: Found
) -> PhysicalInventoryRecordingLine:
    """A line by hand, not counted yet; a number that is known has its expiry already (tracking.md 11).

    Raises ValidationError `not_on_order`, `bin_unclear`, `line_exists`, `expiration_mismatch`.
    """
    must_be_open(order)
    must_count(recording)
    item = session.get_one(Item, found.item_id)
    known, expires = known_number(session, item.id, found.variant_id, found.lot_no, found.serial_no)
    if known and found.expiration_date not in (None, expires):
        number = found.lot_no or found.serial_no
        raise ValidationError(
            "expiration_mismatch",
            _("%(number)s of item %(no)s expires on %(day)s.", number=number, no=item.no, day=plain_day(expires))
            if expires else _("%(number)s of item %(no)s has no expiration date.", number=number, no=item.no),
            field="expiration_date", hint=_("Leave the date empty: the one in the books counts."),
        )  # fmt: skip
    twin = session.scalar(
        select(_Recorded.line_no).where(
            _Recorded.recording_id == recording.id, _Recorded.item_id == item.id,
            _Recorded.variant_id == found.variant_id,
            _Recorded.bin_id.is_(None) if found.bin_id is None else _Recorded.bin_id == found.bin_id,
            _Recorded.lot_no == found.lot_no, _Recorded.serial_no == found.serial_no,
            _Recorded.package_no == found.package_no,
        )
    )  # fmt: skip
    if twin is not None:
        raise ValidationError(
            "line_exists", _("%(no)s is on this recording already.", no=item.no), field="item", line=twin,
            hint=_("Count it on its line."),
        )  # fmt: skip
    line = _new_line(session, order, recording, item.no, found)
    touch(session, order)
    return line


def _write(
    session: Session, line: PhysicalInventoryRecordingLine, entry: Entry, quantity: Decimal, *,
    user_name: str, at: dt.datetime,
) -> None:  # fmt: skip
    total = line.quantity + quantity if entry.added else quantity
    if total < 0:
        raise ValidationError(
            "quantity_negative", _("Nobody can count less than nothing."), field="quantity", line=line.line_no,
            hint=_("Enter zero where nothing is left."),
        )  # fmt: skip
    if line.serial_no and total > 1:
        raise ValidationError(
            "serial_quantity", _("Serial no. %(no)s can be there only once.", no=line.serial_no), field="quantity",
            line=line.line_no, hint=_("It is counted already."),
        )  # fmt: skip
    stands = line.quantity if line.recorded else NOT_COUNTED
    if not entry.added and entry.seen not in (None, stands) and line.recorded_by not in ("", user_name):
        raise ConflictError(
            "counted_meanwhile",
            _("%(what)s: %(who)s counted %(there)s meanwhile, you %(here)s.", what=line.description,
              who=line.recorded_by, there=plain_quantity(line.quantity), here=plain_quantity(quantity)),
            field="quantity", line=line.line_no, hint=_("Enter yours again to replace it."),
        )  # fmt: skip
    line.quantity, line.recorded = total, True
    line.recorded_by, line.recorded_at = user_name, min(entry.counted_at, at)
    session.add(
        PhysicalInventoryCount(
            recording_id=line.recording_id, recording_line_id=line.id, key=entry.key, quantity=quantity,
            added=entry.added, user_name=user_name, counted_at=min(entry.counted_at, at), received_at=at,
        )
    )  # fmt: skip


def _variants_listed(session: Session, recording_id: int, item_id: int) -> bool:
    listed = select(_Recorded.id).where(
        _Recorded.recording_id == recording_id, _Recorded.item_id == item_id, _Recorded.variant_id != BLANK_ID
    )
    return session.scalar(listed.limit(1)) is not None


def _counted_by_number(session: Session, item_id: int) -> bool:
    return bool(tracked_items(session, [item_id]))


def _has_bins(session: Session, location_id: int) -> bool:
    return session.scalar(select(Bin.id).where(Bin.location_id == location_id).limit(1)) is not None
