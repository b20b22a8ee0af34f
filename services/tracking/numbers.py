"""The numbers of an open line: making, reading and sharing them out (tracking.md section 2). Pure."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from io import StringIO

from core.errors import DomainError, ErrorList, ValidationError
from core.rounding import PLACES, ZERO
from core.text import _, plain_quantity

#: Numbers made or pasted at once.
MOST = 10_000
#: between the elements of a GS1 code
GROUP_SEPARATOR = "\x1d"
_ONE = Decimal(1)
_LAST_DIGITS = re.compile(r"(\d+)(\D*)$", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberLine:
    """A lot, serial or package number planned on a line; quantities in base units, without sign."""

    lot_no: str = ""
    serial_no: str = ""
    package_no: str = ""
    quantity: Decimal
    #: in the next posting; None: as much as the line moves
    qty_to_handle: Decimal | None = None
    expiration_date: dt.date | None = None
    warranty_date: dt.date | None = None
    applies_to_entry_id: int | None = None
    applies_from_entry_id: int | None = None
    #: reclassification: what the goods are called afterwards
    new_lot_no: str = ""
    new_serial_no: str = ""
    new_package_no: str = ""
    new_expiration_date: dt.date | None = None
    handled: Decimal = ZERO
    invoiced: Decimal = ZERO

    @property
    def key(self) -> tuple[str, str, str]:
        """Lot, serial and package number."""
        return self.lot_no, self.serial_no, self.package_no

    @property
    def name(self) -> str:
        """What people call it."""
        return self.serial_no or self.lot_no or self.package_no

    @property
    def to_handle(self) -> Decimal:
        """Of it in the next posting."""
        return self.quantity - self.handled if self.qty_to_handle is None else self.qty_to_handle


def check_numbers(rows: Sequence[NumberLine], wanted: Decimal) -> None:
    """Raises ErrorList of ValidationError, each with the row's place (from 1) as its line, and its code.

    Codes: `tracking_quantity`, `serial_quantity`, `tracking_duplicate`, `tracking_too_much`, `tracking_handled`,
    `quantity_to_handle`.
    """
    errors = [error for place, row in enumerate(rows, 1) for error in _of_one(row, place)]
    errors += _repeated(rows)
    planned = sum((row.quantity for row in rows), ZERO)
    if planned > wanted:
        errors.append(
            ValidationError(
                "tracking_too_much",
                _(
                    "Numbers for %(planned)s are entered, the line is about %(quantity)s.",
                    planned=plain_quantity(planned),
                    quantity=plain_quantity(wanted),
                ),
                field="lot_no",
                hint=_("Take %(more)s away, or raise the quantity of the line.", more=plain_quantity(planned - wanted)),
            )
        )
    if errors:
        raise errors[0] if len(errors) == 1 else ErrorList(errors)


def _of_one(row: NumberLine, place: int) -> Iterator[DomainError]:
    """What is wrong with a row by itself."""
    if not row.name:
        yield _refused("tracking_missing", _("Enter a lot, serial or package number."), "lot_no", place)
        return
    if row.quantity <= 0:
        yield _refused("tracking_quantity", _("%(number)s needs a quantity.", number=row.name), "quantity", place)
    elif row.serial_no and row.quantity != _ONE:
        message = _("Serial number %(number)s stands for one piece; the quantity must be 1.", number=row.serial_no)
        yield _refused("serial_quantity", message, "quantity", place)
    if row.quantity < row.handled:
        handled = plain_quantity(row.handled)
        message = _(
            "%(handled)s of %(number)s are posted already: it cannot be less.", handled=handled, number=row.name
        )
        yield _refused("tracking_handled", message, "quantity", place)
    elif row.qty_to_handle is not None and not ZERO <= row.qty_to_handle <= row.quantity - row.handled:
        left = plain_quantity(row.quantity - row.handled)
        message = _("Of %(number)s %(left)s can be posted next.", number=row.name, left=left)
        yield _refused("quantity_to_handle", message, "qty_to_handle", place)


def _repeated(rows: Sequence[NumberLine]) -> Iterator[DomainError]:
    """Rows that name what an earlier row names: the same numbers, or the same serial number."""
    seen: set[tuple[str, str, str]] = set()
    serials: set[str] = set()
    for place, row in enumerate(rows, 1):
        if not row.name:
            continue
        if row.serial_no and (row.key in seen or row.serial_no in serials):
            message = _("Serial number %(number)s is entered twice.", number=row.serial_no)
            yield _refused("tracking_duplicate", message, "serial_no", place)
        elif row.key in seen:
            message = _("%(number)s is entered twice: change the quantity of the first one.", number=row.name)
            yield _refused("tracking_duplicate", message, "lot_no", place)
        seen.add(row.key)
        serials.add(row.serial_no)


def serial_range(first: str, increment: int, quantity: int) -> list[str]:
    """`quantity` numbers from `first` on, stepping its last run of digits, padding kept; increment 0 acts as 1.

    Raises ValidationError `no_digit`, `serial_count`, `number_too_long`.
    """
    found = _LAST_DIGITS.search(first)
    if found is None:
        raise ValidationError("no_digit", _("The first number needs a digit that can be counted up."), field="first")
    check_count(quantity)
    digits, step = found.group(1), increment or 1
    start = int(digits)
    if start + step * (quantity - 1) < 0:
        raise ValidationError("serial_count", _("Counting down, the numbers would fall below zero."), field="increment")
    made = [
        f"{first[: found.start(1)]}{str(start + step * place).zfill(len(digits))}{found.group(2)}"
        for place in range(quantity)
    ]
    if max(len(made[0]), len(made[-1])) > 50:
        raise ValidationError("number_too_long", _("A number has up to 50 characters."), field="first")
    return made


def check_count(quantity: int) -> None:
    """Raises ValidationError `serial_count`."""
    if not 1 <= quantity <= MOST:
        raise ValidationError(
            "serial_count", _("Make between 1 and %(most)s numbers at once.", most=f"{MOST:,}"), field="count"
        )


def with_added(rows: Sequence[NumberLine], added: Iterable[NumberLine]) -> list[NumberLine]:
    """`rows` and what comes to them: a lot that is there already grows, a serial number stands once."""
    found = list(rows)
    places = {row.key: place for place, row in enumerate(found)}
    for row in added:
        place = places.get(row.key)
        if place is None or row.serial_no:
            places.setdefault(row.key, len(found))
            found.append(row)
            continue
        old = found[place]
        to_handle = None if old.qty_to_handle is None else old.qty_to_handle + row.quantity
        found[place] = replace(
            old, quantity=old.quantity + row.quantity, qty_to_handle=to_handle,
            expiration_date=old.expiration_date or row.expiration_date,
        )  # fmt: skip
    return _one_date_a_lot(found)


def _one_date_a_lot(rows: list[NumberLine]) -> list[NumberLine]:
    """All serial numbers of a lot share its date: what the last of them says (tracking.md section 6)."""
    dates = {row.lot_no: row.expiration_date for row in rows if row.lot_no and row.expiration_date is not None}
    return [
        replace(row, expiration_date=dates[row.lot_no]) if row.lot_no in dates and not row.handled else row
        for row in rows
    ]


def with_number(rows: Sequence[NumberLine], lot_no: str, package_no: str = "") -> list[NumberLine]:
    """Lot and package on every row that has none and is not posted yet."""
    return [
        row if row.handled
        else replace(row, lot_no=row.lot_no or lot_no, package_no=row.package_no or package_no)
        for row in rows
    ]  # fmt: skip


def read_pasted(
    text: str, *, serials: bool, lots: bool, read_code: Callable[[str], NumberLine | None] = lambda _text: None
) -> list[NumberLine]:
    """Rows out of a spreadsheet or a scanner's memory: number, then lot, quantity and expiry date in any order.

    A single column is serial numbers where the item has them, else lots, else packages. `read_code` says what a GS1
    code names, None for a plain number. Every fault is named with its row. Raises ErrorList of ValidationError
    `paste_bad`, `tracking_duplicate`, `serial_count`.
    """
    # splitlines() would also break at the separators inside a GS1 code.
    lines = [line for line in text.replace("\x00", "").replace("\r", "\n").split("\n") if line.strip()]
    check_count(len(lines))
    rows: list[NumberLine] = []
    errors: list[DomainError] = []
    seen: dict[str, int] = {}
    for place, line in enumerate(lines, 1):
        separator = "\t" if "\t" in line or GROUP_SEPARATOR in line else ";" if ";" in line else ","
        cells = [cell.strip(" \u00a0") for cell in next(csv.reader(StringIO(line), delimiter=separator))]
        try:
            row = _pasted_row([cell for cell in cells if cell], serials=serials, lots=lots, read_code=read_code)
        except (ValueError, DomainError) as error:
            what = error.message if isinstance(error, DomainError) else str(error)
            errors.append(_refused("paste_bad", _("Row %(place)s: %(what)s", place=place, what=what), "text", place))
            continue
        if row.serial_no and row.serial_no in seen:
            errors.append(
                _refused(
                    "tracking_duplicate",
                    _(
                        "Row %(place)s: %(number)s stands in row %(first)s already.",
                        place=place,
                        number=row.serial_no,
                        first=seen[row.serial_no],
                    ),
                    "text",
                    place,
                )
            )
            continue
        seen[row.serial_no] = place
        rows.append(row)
    if errors:
        raise errors[0] if len(errors) == 1 else ErrorList(errors)
    return rows


def _pasted_row(
    cells: list[str], *, serials: bool, lots: bool, read_code: Callable[[str], NumberLine | None]
) -> NumberLine:
    if not cells:
        raise ValueError(_("there is no number."))
    scanned = read_code(cells[0])
    quantity, expires, names = _ONE, None, [cells[0].upper()]
    if scanned is not None:
        quantity, expires, names = scanned.quantity, scanned.expiration_date, [scanned.name]
    for cell in cells[1:]:
        if day := _day(cell):
            expires = day
        elif (amount := _amount(cell)) is not None and not (serials and lots and len(names) < 2):
            quantity = amount
        else:
            names.append(cell.upper())
    if max(len(name) for name in names) > 50 or any(ord(letter) < 32 for name in names for letter in name):
        raise ValueError(_("a number has up to 50 characters."))
    if len(names) > 2:
        raise ValueError(_("more than two numbers: write serial number, lot, quantity and date."))
    if scanned is not None:
        if len(names) > 1:
            raise ValueError(_("the code says its numbers itself: write only a quantity and a date behind it."))
        return replace(scanned, quantity=quantity, expiration_date=expires)
    if serials:
        lot = names[1] if len(names) > 1 else ""
        return NumberLine(serial_no=names[0], lot_no=lot, quantity=quantity, expiration_date=expires)
    if lots:
        package = names[1] if len(names) > 1 else ""
        return NumberLine(lot_no=names[0], package_no=package, quantity=quantity, expiration_date=expires)
    return NumberLine(package_no=names[0], quantity=quantity, expiration_date=expires)


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _amount(text: str) -> Decimal | None:
    try:
        amount = Decimal(text.replace(",", "."))
    except InvalidOperation:
        return None
    fits = amount.is_finite() and ZERO < amount < Decimal(10) ** 9 and amount == amount.quantize(PLACES)
    return amount if fits else None


def _refused(code: str, message: str, field: str, place: int) -> ValidationError:
    return ValidationError(code, message, field=field, line=place)
