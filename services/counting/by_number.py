"""What a scanned lot, serial or package number means on a recording, where its label names no item (tracking.md 11)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.errors import ValidationError
from core.text import _
from models import Item, ItemLedgerEntry, NumberTotal, PhysicalInventoryRecordingLine
from models.tracking import NumberKind
from services.items.lookup import Candidate, Scanned
from services.items.scan_codes import ScanCode

ONE = Decimal(1)
_Recorded, _ILE = PhysicalInventoryRecordingLine, ItemLedgerEntry


def scanned_number(
    session: Session, recording_id: int, code: ScanCode, bin_id: int | None
) -> PhysicalInventoryRecordingLine | Scanned | None:
    """The line with the number; a known number that is not listed with all it carries; None where nobody knows it.

    Raises ValidationError `bin_unclear`, `number_unclear`.
    """
    said = ((_Recorded.serial_no, code.serial_no), (_Recorded.lot_no, code.lot_no),
            (_Recorded.package_no, code.package_no))  # fmt: skip
    given = [(column, number) for column, number in said if number]
    text = code.text.upper()
    matches = [column == number for column, number in given] or [or_(*(column == text for column, _number in said))]
    statement = select(_Recorded).where(_Recorded.recording_id == recording_id, *matches)
    if bin_id is not None:
        statement = statement.where(_Recorded.bin_id == bin_id)
    lines = session.scalars(statement.order_by(_Recorded.line_no).limit(50)).all()
    if lines:
        return the_one(lines, code.text)
    return _from_the_ledger(session, [number for _column, number in given][:1] or [text])


def the_one(lines: Sequence[PhysicalInventoryRecordingLine], what: str) -> PhysicalInventoryRecordingLine:
    """The first of lines that are about the same goods in one bin."""
    if len({(line.item_id, line.variant_id) for line in lines}) > 1:
        raise ValidationError(
            "number_unclear", _("Several items have the number %(no)s.", no=what), field="code",
            hint=_("Count it on its line."),
        )  # fmt: skip
    if len({line.bin_id for line in lines}) > 1:
        raise ValidationError(
            "bin_unclear", _("%(no)s lies in several bins.", no=what), field="bin_id",
            hint=_("Say which bin you count, or count its line."),
        )  # fmt: skip
    return lines[0]


def known_number(
    session: Session, item_id: int, variant_id: int, lot_no: str, serial_no: str
) -> tuple[bool, dt.date | None]:
    """Do the books know the number, and when it expires: a lot's date counts for its serial numbers (section 6)."""
    kind, number = (NumberKind.LOT, lot_no) if lot_no else (NumberKind.SERIAL, serial_no)
    if not number:
        return False, None
    row = session.execute(
        select(NumberTotal.expiration_date).where(
            NumberTotal.item_id == item_id,
            NumberTotal.variant_id == variant_id,
            NumberTotal.kind == kind,
            NumberTotal.number == number,
        )
    ).first()
    return row is not None, row[0] if row else None


def _from_the_ledger(session: Session, numbers: Sequence[str]) -> Scanned | None:
    total = NumberTotal
    known = session.execute(
        select(total.item_id, total.variant_id, total.kind, total.number, Item.no)
        .join(Item, Item.id == total.item_id)
        .where(total.number.in_(numbers))
        .limit(2)
    ).all()
    if not known:
        return None
    if len(known) > 1:
        raise ValidationError(
            "number_unclear", _("Several items have the number %(no)s.", no=numbers[0]), field="code",
            hint=_("Add a line for what you found."),
        )  # fmt: skip
    item_id, variant_id, kind, number, item_no = known[0]
    column = {"serial": _ILE.serial_no, "lot": _ILE.lot_no, "package": _ILE.package_no}[kind.value]
    last = session.execute(
        select(_ILE.lot_no, _ILE.serial_no, _ILE.package_no, _ILE.expiration_date)
        .where(column == number, column != "", _ILE.item_id == item_id)
        .order_by(_ILE.id.desc())
        .limit(1)
    ).first()
    if last is None:
        return None
    # A lot has many serial numbers and packages: which of them is before us, its own number does not say.
    lot, serial, package = last[0], last[1] if kind == "serial" else "", last[2] if kind != "lot" else ""
    code = ScanCode(number, (number,), lot_no=lot, serial_no=serial, package_no=package, expiration_date=last[3])
    return Scanned(Candidate(item_id=item_id, item_no=item_no, variant_id=variant_id), code)
