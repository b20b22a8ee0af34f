"""Giving a line its numbers: from a series, counted up, scanned, pasted, from stock, from a shipment (tracking.md 2).

Each returns the line as it is then; nothing is kept where one number is refused.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import ErrorList, ValidationError
from core.rounding import ZERO
from core.sql import texts_of
from core.text import _, plain_quantity
from models import ItemLedgerEntry, NumberTotal
from models.enums import EntryType, SourceType
from posting.number_facts import where_they_lie
from posting.numbers import serial_there
from services.items.lookup import resolve_scan
from services.items.scan_codes import ScanCode, read_scan
from services.numbers import check_manual, draw_many
from services.tracing.cards import NumberKey, create_missing_cards
from services.tracking.numbers import (
    MOST,
    NumberLine,
    check_count,
    read_pasted,
    serial_range,
    with_added,
    with_number,
)
from services.tracking.sources import Source, keep
from services.tracking.stock import MOST_READ, find_number, numbers_at, propose

_ONE = Decimal(1)


def assign_serials(
    session: Session, source: Source, count: int, *, on: dt.date, new_lot: bool = False, cards: bool = False,
    user_id: int | None = None,
) -> Source:  # fmt: skip
    """`count` numbers from the item's serial series, a line of one piece each; with a lot from its series.

    Raises ValidationError `serial_count`, `series_missing`, and what `draw_many` and `keep` raise.
    """
    check_count(count)
    numbers = _drawn(session, source, source.serial_nos_id, count, on, _("serial numbers"))
    lot = _drawn(session, source, source.lot_nos_id, 1, on, _("lots"))[0] if new_lot else ""
    return _keep_new(session, source, [NumberLine(serial_no=no, lot_no=lot, quantity=_ONE) for no in numbers],
                     cards=cards, user_id=user_id)  # fmt: skip


def create_serials(
    session: Session, source: Source, first: str, increment: int, count: int, *, lot_no: str = "", cards: bool = False,
    user_id: int | None = None,
) -> Source:  # fmt: skip
    """Serial numbers counted up from a typed one (`numbers.serial_range`); the item's series has to allow typed ones.

    Raises as `serial_range` and `keep`, ValidationError `manual_number_not_allowed`.
    """
    numbers = serial_range(first, increment, count)
    check_manual(session, source.serial_nos_id, first)
    made = [NumberLine(serial_no=no, lot_no=lot_no, quantity=_ONE) for no in numbers]
    return _keep_new(session, source, made, cards=cards, user_id=user_id)


def assign_lot(
    session: Session, source: Source, *, on: dt.date, lot_no: str = "", package_no: str = "",
    expires: dt.date | None = None, quantity: Decimal | None = None, user_id: int | None = None,
) -> Source:  # fmt: skip
    """The typed lot, else the next of the item's series, for what has no number yet, else on the numbers without lot.

    A package goes the same way; an item without lots gets the package alone. Raises ValidationError `series_missing`,
    `nothing_undefined`, and what `keep` raises.
    """
    if lot_no:
        check_manual(session, source.lot_nos_id, lot_no)
    number = lot_no
    if not lot_no and (source.has_lots or not package_no):
        number = _drawn(session, source, source.lot_nos_id, 1, on, _("lots"))[0]
    wanted = quantity or source.undefined
    rows = with_number(source.rows, number, package_no)
    if not quantity and rows != list(source.rows):
        return _keep_rows(session, source, rows, user_id=user_id)
    if not wanted:
        raise ValidationError("nothing_undefined", _("Every piece of the line has a number already."), field="lot_no")
    made = NumberLine(lot_no=number, package_no=package_no, quantity=wanted, expiration_date=expires)
    return _keep_new(session, source, [made], user_id=user_id)


def paste(session: Session, source: Source, text: str, *, on: dt.date, user_id: int | None = None) -> Source:
    """Numbers out of a spreadsheet or a scanner's memory: all are added, or none and every fault is named.

    A GS1 code in the first column is read as `scan` reads it. Raises as `read_pasted`.
    """
    known: set[str] = set()

    def read_code(cell: str) -> NumberLine | None:
        code = read_scan(cell)
        if not (code.gtin or code.has_numbers or (code.package_no and source.has_packages)):
            return None
        number = _of_code(session, source, replace(code, gtin="") if code.gtin in known else code, on)
        known.add(code.gtin)
        return number

    rows = read_pasted(text, serials=source.has_serials, lots=source.has_lots, read_code=read_code)
    serials = [row.serial_no for row in rows if row.serial_no]
    if source.inbound and source.code.serial_specific and serials:
        there = _in_stock(session, source, serials)
        if there:
            raise ErrorList([
                ValidationError(
                    "serial_in_stock", serial_there(number, source.item_no, there[number]), field="text", line=place,
                )
                for place, number in enumerate(serials, 1) if number in there
            ])  # fmt: skip
    return _keep_new(session, source, rows, user_id=user_id)


def scan(session: Session, source: Source, text: str, *, on: dt.date, user_id: int | None = None) -> Source:
    """One scan: a serial number is one piece, a lot counts up by one or by what a GS1 code says.

    A GS1 code gives lot, serial number, expiry and quantity at once; its item must be the line's. What goes out has to
    be in stock, and a serial number brings its lot along. Raises ValidationError `scan_empty`, `scan_other_item`,
    `tracking_not_in_stock`, `serial_in_stock`, and what `keep` raises.
    """
    code = read_scan(text)
    if not code.text:
        raise ValidationError("scan_empty", _("Scan a number."), field="code")
    number = _of_code(session, source, code, on)
    if not source.inbound:
        number = _from_stock(session, source, number)
    elif number.serial_no and source.code.serial_specific:
        there = _in_stock(session, source, [number.serial_no])
        if there:
            raise ValidationError(
                "serial_in_stock", serial_there(number.serial_no, source.item_no, there[number.serial_no]),
                field="code", hint=_("Check the number; each serial number can be in stock once."),
            )  # fmt: skip
    return _keep_new(session, source, [number], user_id=user_id)


def propose_from_stock(session: Session, source: Source, *, day: dt.date, user_id: int | None = None) -> Source:
    """Numbers for what has none yet: first expired first, undated last; blocked and expired ones are left out.

    Raises ValidationError `nothing_undefined`, `nothing_to_propose`.
    """
    if not source.undefined:
        raise ValidationError("nothing_undefined", _("Every piece of the line has a number already."), field="code")
    rows, _missing = propose(numbers_at(session, source.place, day, limit=MOST_READ), source.undefined)
    if not rows:
        raise ValidationError(
            "nothing_to_propose",
            _("No number at %(place)s is free.", place=source.location_code or _("the blank location")),
            field="code", hint=_("What is blocked or expired is not proposed."),
        )  # fmt: skip
    return _keep_new(session, source, rows, user_id=user_id)


def take(
    session: Session, source: Source, wanted: dict[tuple[str, str, str], Decimal], *, user_id: int | None = None
) -> Source:
    """Chosen numbers in stock with their quantities. Raises ValidationError `nothing_chosen`, and as `keep`."""
    chosen = [NumberLine(lot_no=lot, serial_no=serial, package_no=package, quantity=quantity)
              for (lot, serial, package), quantity in wanted.items() if quantity > 0]  # fmt: skip
    if not chosen:
        raise ValidationError("nothing_chosen", _("Choose at least one number."), field="code")
    return _keep_new(session, source, chosen, user_id=user_id)


def link_shipments(session: Session, source: Source, *, user_id: int | None = None) -> Source:
    """On a return: each number that names none gets the shipment it comes back from, the customer's last one first.

    So it comes in at the cost it went out with (tracking.md section 10). Raises ValidationError `no_shipment`.
    """
    entry = ItemLedgerEntry
    numbers = {row.serial_no or row.lot_no for row in source.rows if row.applies_from_entry_id is None} - {""}
    found = session.scalars(
        select(entry)
        .where(
            entry.item_id == source.item_id, entry.variant_id == source.variant_id, entry.entry_type == EntryType.SALE,
            entry.source_type == SourceType.CUSTOMER, entry.source_no == source.party_no,
            entry.shipped_qty_not_returned < 0,
            entry.serial_no.in_(texts_of(session, numbers)) | entry.lot_no.in_(texts_of(session, numbers)),
        )
        .order_by(entry.id.desc())
    ).all()  # fmt: skip
    left = {row.id: -row.shipped_qty_not_returned for row in found}
    rows, linked = [], 0
    for row in source.rows:
        mine = next(
            (one for one in found if (one.lot_no, one.serial_no) == (row.lot_no, row.serial_no)
             and left[one.id] >= row.quantity), None,
        )  # fmt: skip
        if row.applies_from_entry_id is None and mine is not None:
            left[mine.id] -= row.quantity
            linked += 1
            rows.append(replace(row, applies_from_entry_id=mine.id, expiration_date=mine.expiration_date))
        else:
            rows.append(row)
    if not linked:
        raise ValidationError(
            "no_shipment", _("No shipment to %(party)s has enough of these numbers left to return.",
                             party=source.party_no), field="code",
        )  # fmt: skip
    return keep(session, source, rows, user_id=user_id)


# ------------------------------------------------------------------------------------------------------ steps
def _keep_new(
    session: Session, source: Source, made: Sequence[NumberLine], *, cards: bool = False, user_id: int | None = None
) -> Source:
    return _keep_rows(session, source, with_added(source.rows, made), cards=cards, user_id=user_id)


def _keep_rows(
    session: Session, source: Source, rows: Sequence[NumberLine], *, cards: bool = False, user_id: int | None = None
) -> Source:
    kept = keep(session, source, rows, user_id=user_id)
    if cards:
        make_cards(session, kept)
    return kept


def make_cards(session: Session, source: Source) -> None:
    """An information card for every lot and serial number of the line that has none."""
    item, variant, rows = source.item_id, source.variant_id, source.rows
    keys = {NumberKey(item, variant, lot_no=row.lot_no) for row in rows if row.lot_no}
    keys |= {NumberKey(item, variant, serial_no=row.serial_no) for row in rows if row.serial_no}
    create_missing_cards(session, keys)


def _drawn(session: Session, source: Source, series_id: int | None, count: int, on: dt.date, what: str) -> list[str]:
    """Numbers of the series that nothing of the item bears yet."""
    if series_id is None:
        raise ValidationError(
            "series_missing", _("Item %(no)s has no number series for %(what)s.", no=source.item_no, what=what),
            field="count", hint=_("Choose one on the item card, or type the numbers."),
        )  # fmt: skip
    found: list[str] = []
    here = {number for row in source.rows for number in row.key}
    while len(found) < count:
        drawn = [one.no for one in draw_many(session, series_id, on, count - len(found))]
        taken = here | _known(session, source, drawn)
        found += [no for no in drawn if no not in taken]
    return found[:MOST]


def _known(session: Session, source: Source, numbers: Sequence[str]) -> set[str]:
    total = NumberTotal
    statement = select(total.number).where(
        total.number.in_(texts_of(session, numbers)), total.item_id == source.item_id
    )
    return set(session.scalars(statement))


def _in_stock(session: Session, source: Source, serials: Sequence[str]) -> dict[str, tuple[str, dt.date, str]]:
    """Which of them are in stock already, anywhere: location, since when, by which document."""
    found = where_they_lie(session, [source.item_id], serials)
    return {key.number: there for key, there in found.items() if key.variant_id == source.variant_id}


def _of_code(session: Session, source: Source, code: ScanCode, on: dt.date) -> NumberLine:
    """What the code says of a number; a plain code is a serial number where the item has them, else a lot."""
    if code.gtin:
        hit = resolve_scan(session, code.gtin, on=on).candidate
        if hit.item_id != source.item_id:
            raise ValidationError(
                "scan_other_item", _("This is item %(scanned)s, the line is about %(no)s. Put it aside.",
                                     scanned=hit.label, no=source.item_no), field="code",
            )  # fmt: skip
    package = code.package_no if source.has_packages else ""
    if code.has_numbers or package:
        quantity = _ONE if code.serial_no else code.quantity or _ONE
        return NumberLine(lot_no=code.lot_no, serial_no=code.serial_no, package_no=package, quantity=quantity,
                          expiration_date=code.expiration_date)  # fmt: skip
    if code.gtin:
        raise ValidationError(
            "scan_without_number", _("This code names the item and no lot or serial number."), field="code",
            hint=_("Scan the code with the lot or serial number."),
        )  # fmt: skip
    text = code.text.upper()[:50]
    if source.has_serials or not (source.has_lots or source.has_packages):
        return NumberLine(serial_no=text, quantity=_ONE)
    if source.has_lots:
        return NumberLine(lot_no=text, quantity=_ONE)
    return NumberLine(package_no=text, quantity=_ONE)


def _from_stock(session: Session, source: Source, number: NumberLine) -> NumberLine:
    if not (source.code.serial_specific or source.code.lot_specific):
        return number
    found = find_number(session, source.place, lot_no=number.lot_no, serial_no=number.serial_no)
    if number.serial_no and number.lot_no:
        found = [one for one in found if one.lot_no == number.lot_no]
    if not found and number.package_no:
        return number
    if not found:
        raise ValidationError(
            "tracking_not_in_stock",
            _("%(number)s is not in stock at %(place)s.", number=number.name,
              place=source.location_code or _("the blank location")),
            field="code", hint=_("Check the number, or choose one from stock."),
        )  # fmt: skip
    one = found[0]
    planned = sum((row.quantity - row.handled for row in source.rows if row.key == one.key), ZERO)
    if planned + number.quantity > one.quantity:
        raise ValidationError(
            "tracking_not_in_stock",
            _("Only %(there)s of %(number)s are at %(place)s.", there=plain_quantity(one.quantity), number=number.name,
              place=source.location_code or _("the blank location")), field="code",
        )  # fmt: skip
    return replace(number, lot_no=one.lot_no, package_no=one.package_no, expiration_date=one.expiration_date)
