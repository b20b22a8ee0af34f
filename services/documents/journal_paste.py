"""Rows copied out of a spreadsheet become journal lines; each row's faults are collected, none hides another's.

Also used for import files: `resolve_rows` takes any rows of named texts. Queries grow with every 500 distinct words.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import DomainError, ValidationError
from core.parsing import clean_text, parse_day, parse_decimal
from core.text import _
from models import Bin, Item, ItemTrackingCode, Location
from models.enums import EntryType
from services.documents import journal_defaults as defaults
from services.documents.journal_line_rules import LineInput, decide_line, load_known
from services.items.lookup import Candidate, items_named
from services.items.scan_codes import read_scan

#: The order of columns where the text has no header.
COLUMNS = (
    "entry_type", "item", "variant", "location", "bin", "quantity", "unit_of_measure", "unit_amount", "posting_date",
    "document_no", "lot_no", "serial_no", "expiration_date", "applies_to_entry_id",
)  # fmt: skip
LONGEST_TEXT = 4_000_000
MOST_ROWS = 20_000
_CHUNK = 500

#: What headers are called, in small letters without dots, dashes and underscores.
_HEADERS = {
    "entry type": "entry_type", "type": "entry_type", "movement": "entry_type",
    "item": "item", "item no": "item", "no": "item", "number": "item", "item number": "item", "sku": "item",
    "barcode": "item", "gtin": "item", "stockcode": "item",
    "variant": "variant", "variant code": "variant",
    "location": "location", "location code": "location",
    "bin": "bin", "bin code": "bin",
    "quantity": "quantity", "qty": "quantity",
    "unit": "unit_of_measure", "unit of measure": "unit_of_measure", "unit of measure code": "unit_of_measure",
    "uom": "unit_of_measure",
    "unit amount": "unit_amount", "price": "unit_amount", "unit price": "unit_amount", "unit cost": "unit_amount",
    "cost": "unit_amount",
    "amount": "amount",
    "posting date": "posting_date", "date": "posting_date",
    "document no": "document_no", "document": "document_no", "document number": "document_no",
    "external document no": "external_document_no",
    "description": "description",
    "lot": "lot_no", "lot no": "lot_no", "batch": "lot_no",
    "serial": "serial_no", "serial no": "serial_no",
    "expiration": "expiration_date", "expiration date": "expiration_date", "expiry": "expiration_date",
    "best before": "expiration_date",
    "applies to": "applies_to_entry_id", "applies to entry": "applies_to_entry_id",
    "applies to entry no": "applies_to_entry_id", "applies to entry id": "applies_to_entry_id",
    "applies from entry": "applies_from_entry_id", "applies from entry no": "applies_from_entry_id",
    "applies from entry id": "applies_from_entry_id",
    "reason": "reason_code", "reason code": "reason_code",
}  # fmt: skip
_ENTRY_TYPES = {
    "purchase": EntryType.PURCHASE,
    "sale": EntryType.SALE,
    "sales": EntryType.SALE,
    "positive adjmt": EntryType.POSITIVE_ADJMT,
    "positive adjustment": EntryType.POSITIVE_ADJMT,
    "positive": EntryType.POSITIVE_ADJMT,
    "+": EntryType.POSITIVE_ADJMT,
    "negative adjmt": EntryType.NEGATIVE_ADJMT,
    "negative adjustment": EntryType.NEGATIVE_ADJMT,
    "negative": EntryType.NEGATIVE_ADJMT,
    "-": EntryType.NEGATIVE_ADJMT,
}


@dataclass
class PastedRow:
    """One row: what it said, what it means when nothing is wrong with it, else why not (one error a fault)."""

    #: place in the text from 1, the header not counted
    place: int
    cells: dict[str, str]
    text: str = ""
    values: LineInput | None = None
    errors: list[DomainError] = field(default_factory=list)


@dataclass(frozen=True)
class RowDefaults:
    """What rows take that do not say it."""

    posting_date: dt.date
    document_no: str
    location_id: int = 0


def read_rows(text: str) -> list[PastedRow]:
    """Rows of `text`, parted by tab, else semicolon, else comma; a header names columns, else COLUMNS' order counts.

    Raises ValidationError `paste_empty`, `paste_too_long`, `paste_unreadable`, `column_twice`, `column_unknown`.
    """
    if len(text) > LONGEST_TEXT:
        raise ValidationError(
            "paste_too_long", _("This is too much at once: import it as a file instead."), field="text"
        )
    lines = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    first = next((line for line in lines.split("\n") if line.strip()), "")
    if not first:
        raise ValidationError("paste_empty", _("Paste the rows of a spreadsheet here first."), field="text")
    delimiter = next((sign for sign in "\t;," if sign in first), "\t")
    try:
        read = csv.reader(io.StringIO(lines), delimiter=delimiter)
        table = [row for row in read if any(cell.strip() for cell in row)]
    except csv.Error:
        raise ValidationError(
            "paste_unreadable", _("The text cannot be read as rows: a quotation mark may not be closed."), field="text"
        ) from None
    columns = _header(table[0])
    if columns is not None:
        table = table[1:]
    if not table:
        raise ValidationError("paste_empty", _("There is a header but no row under it."), field="text")
    if len(table) > MOST_ROWS:
        raise ValidationError(
            "paste_too_long",
            _("At most %(most)s rows at once: import them as a file instead.", most=MOST_ROWS),
            field="text",
        )
    return [_row(place, cells, columns or COLUMNS, delimiter) for place, cells in enumerate(table, start=1)]


def _header(cells: Sequence[str]) -> tuple[str, ...] | None:
    """The columns that the first row names, or None when it is a row of data."""
    named = [_HEADERS.get(_plain_word(cell), "") for cell in cells]
    if "item" not in named or len([name for name in named if name]) < 2:
        return None
    for place, name in enumerate(named):
        if not name and cells[place].strip():
            raise ValidationError(
                "column_unknown",
                _("There is no column “%(name)s” in the journal: leave it out or call it one of %(known)s.",
                  name=_short(cells[place]), known=", ".join(sorted(set(_HEADERS.values())))),
                field="text",
            )  # fmt: skip
        if name and named.index(name) != place:
            raise ValidationError(
                "column_twice",
                _("“%(name)s” and an earlier column mean the same: leave one out.", name=_short(cells[place])),
                field="text",
            )
    return tuple(named)


def _row(place: int, cells: Sequence[str], columns: Sequence[str], delimiter: str) -> PastedRow:
    row = PastedRow(place, dict(zip(columns, cells, strict=False)), text=delimiter.join(cells))
    row.cells.pop("", None)
    beyond = [cell for cell in cells[len(columns) :] if cell.strip()]
    if beyond:
        row.errors.append(
            ValidationError(
                "too_many_columns",
                _("The row has more columns than expected, from “%(cell)s” on.", cell=_short(beyond[0])),
                line=place,
            )
        )
    return row


def resolve_rows(session: Session, rows: Sequence[PastedRow], given: RowDefaults) -> None:
    """Fill in `values` or `errors` of every row; error codes are those of core.parsing and journal_lines.add_lines,
    and `item_missing`, `item_unknown`, `item_ambiguous`, `entry_type_unknown`, `location_unknown` ...
    """
    items = items_named(session, (row.cells.get("item", "") for row in rows), on=given.posting_date)
    facts = defaults.load_facts(session, {hit.item_id for hits in items.values() for hit in hits})
    places = _codes_of_locations(session, (row.cells.get("location", "") for row in rows))
    bins = _codes_of_bins(session, rows)
    dated = set(session.scalars(select(ItemTrackingCode.id).where(ItemTrackingCode.use_expiration_dates)))
    for row in rows:
        reader = _Reader(row, given, dated)
        row.values = reader.read(items, facts, places, bins)
    sound = [row for row in rows if row.values is not None]
    known = load_known(session, [row.values for row in sound if row.values is not None])
    for row in sound:
        try:
            if row.values is not None:
                decide_line(row.values, facts, known)
        except ValidationError as error:
            error.line = row.place
            row.errors.append(error)
            row.values = None


def _codes_of_locations(session: Session, texts: Iterable[str]) -> dict[str, int]:
    wanted = {text.strip().upper() for text in texts if 0 < len(text.strip()) <= 10 and "\x00" not in text}
    found: dict[str, int] = {"": 0}
    for words in _chunks(wanted):
        named = select(Location.code, Location.id).where(Location.code.in_(words), Location.deleted.is_(False))
        found.update(session.execute(named).tuples().all())
    return found


def _codes_of_bins(session: Session, rows: Sequence[PastedRow]) -> dict[tuple[int, str], int]:
    texts = (row.cells.get("bin", "").strip().upper() for row in rows)
    wanted = {text for text in texts if 0 < len(text) <= 20 and "\x00" not in text}
    return {
        (location_id, code): bin_id
        for words in _chunks(wanted)
        for bin_id, location_id, code in session.execute(
            select(Bin.id, Bin.location_id, Bin.code).where(Bin.code.in_(words))
        )
    }


def _chunks(words: Iterable[str]) -> Iterable[list[str]]:
    wanted = sorted(words)
    for start in range(0, len(wanted), _CHUNK):
        yield wanted[start : start + _CHUNK]


class _Reader:
    """Reads the cells of one row and collects what is wrong with them."""

    def __init__(self, row: PastedRow, given: RowDefaults, dated: Collection[int]) -> None:
        self.row = row
        self.given = given
        #: tracking codes whose numbers expire
        self.dated = dated

    def read(
        self,
        items: Mapping[str, Sequence[Candidate]],
        facts: defaults.Facts,
        places: Mapping[str, int],
        bins: Mapping[tuple[int, str], int],
    ) -> LineInput | None:
        """The row's meaning, or None with the errors in the row."""
        entry_type = self._entry_type()
        item = self._item(items)
        location_id = self._location(places)
        values: dict[str, Any] = {
            "quantity": self._decimal("quantity") or Decimal(0),
            "unit_amount": self._decimal("unit_amount"),
            "amount": self._decimal("amount"),
            "posting_date": self._day("posting_date") or self.given.posting_date,
            "expiration_date": self._day("expiration_date"),
            "document_no": self._text("document_no", 20) or self.given.document_no,
            "external_document_no": self._text("external_document_no", 50),
            "description": self._text("description", 100) or None,
            "lot_no": self._text("lot_no", 50),
            "serial_no": self._text("serial_no", 50),
            "reason_code": self._text("reason_code", 10).upper(),
            "applies_to_entry_id": self._entry_no("applies_to_entry_id"),
            "applies_from_entry_id": self._entry_no("applies_from_entry_id"),
            "bin_id": self._bin(bins, location_id),
        }
        if item is not None:
            known = facts.items[item.item_id]
            # A bar code says of which variant and unit it is, where the row does not.
            values["variant_id"] = self._of_item("variant", known.variants, 10) or item.variant_id
            values["unit_of_measure_id"] = self._of_item("unit_of_measure", known.unit_ids, 10) or item.unit_id
            self._take_code(values, known.item)
        if self.row.errors or entry_type is None or item is None:
            return None
        return LineInput(entry_type=entry_type, item_id=item.item_id, location_id=location_id, **values)

    def _take_code(self, values: dict[str, Any], item: Item) -> None:
        """What a GS1 code in the item's cell says, where no cell of its own does."""
        code = read_scan(self.row.cells.get("item", ""))
        if code.quantity is not None and not self.row.cells.get("quantity", "").strip():
            values["quantity"] = code.quantity
        if item.item_tracking_code_id is None or values["lot_no"] or values["serial_no"]:
            return
        values["lot_no"], values["serial_no"] = code.lot_no, code.serial_no
        if item.item_tracking_code_id in self.dated:
            values["expiration_date"] = values["expiration_date"] or code.expiration_date

    def _refuse(self, code: str, message: str, name: str) -> None:
        self.row.errors.append(ValidationError(code, message, field=name, line=self.row.place))

    def _text(self, name: str, longest: int) -> str:
        try:
            return clean_text(self.row.cells.get(name, ""), longest=longest)
        except ValidationError as error:
            self._refuse(error.code, error.message, name)
            return ""

    def _decimal(self, name: str) -> Decimal | None:
        cell = self.row.cells.get(name, "")
        if not cell.strip():
            return None
        try:
            return parse_decimal(cell)
        except ValidationError as error:
            self._refuse(error.code, error.message, name)
            return None

    def _day(self, name: str) -> dt.date | None:
        cell = self.row.cells.get(name, "")
        if not cell.strip():
            return None
        try:
            return parse_day(cell)
        except ValidationError as error:
            self._refuse(error.code, error.message, name)
            return None

    def _entry_no(self, name: str) -> int | None:
        cell = self.row.cells.get(name, "").strip()
        if not cell or cell == "0":
            return None
        if not (cell.isascii() and cell.isdigit() and len(cell) <= 18):
            self._refuse("entry_no_invalid", _("“%(text)s” is not an entry no.", text=_short(cell)), name)
            return None
        return int(cell)

    def _entry_type(self) -> EntryType | None:
        cell = self.row.cells.get("entry_type", "")
        word = _plain_word(cell) or cell.strip()
        found = _ENTRY_TYPES.get(word)
        if found is None:
            said = _("“%(text)s” is not an entry type", text=_short(cell))
            if not cell.strip():
                said = _("The entry type is missing")
            way_out = _("%(said)s: write purchase, sale, positive adjustment or negative adjustment.", said=said)
            self._refuse("entry_type_unknown", way_out, "entry_type")
        return found

    def _item(self, items: Mapping[str, Sequence[Candidate]]) -> Candidate | None:
        cell = self.row.cells.get("item", "").strip()
        if not cell:
            self._refuse("item_missing", _("The item no. is missing."), "item")
            return None
        found = items.get(cell.upper(), [])
        if not found:
            self._refuse(
                "item_unknown",
                _("No item has the number “%(no)s”: create it, or correct the number.", no=_short(cell)),
                "item",
            )
            return None
        if len(found) > 1:
            self._refuse(
                "item_ambiguous",
                _("“%(no)s” is a number of several items: write the item no. itself.", no=_short(cell)),
                "item",
            )
            return None
        return found[0]

    def _location(self, places: Mapping[str, int]) -> int:
        cell = self.row.cells.get("location", "").strip()
        if not cell:
            return self.given.location_id
        found = places.get(cell.upper())
        if found is None:
            self._refuse("location_unknown", _("There is no location “%(code)s”.", code=_short(cell)), "location")
            return 0
        return found

    def _bin(self, bins: Mapping[tuple[int, str], int], location_id: int) -> int | None:
        cell = self.row.cells.get("bin", "").strip()
        if not cell:
            return None
        found = bins.get((location_id, cell.upper()))
        if found is None:
            self._refuse("bin_unknown", _("There is no bin “%(code)s” at this location.", code=_short(cell)), "bin")
        return found

    def _of_item(self, name: str, codes: Mapping[str, int], longest: int) -> int:
        cell = self._text(name, longest).upper()
        if not cell:
            return 0
        found = codes.get(cell)
        if found is None:
            known = ", ".join(sorted(code for code in codes if code)) or _("none")
            self._refuse(
                f"{name}_unknown",
                _("The item has no “%(code)s” here; it has: %(known)s.", code=_short(cell), known=known),
                name,
            )
            return 0
        return found


def _plain_word(cell: str) -> str:
    """A word as people spell it: small letters, one space, without dots, dashes and underscores inside."""
    if cell.strip() in {"+", "-", "−"}:
        return ""
    plain = cell.strip().lower()
    for sign in "._-/()":
        plain = plain.replace(sign, " ")
    return " ".join(plain.split())


def _short(cell: str) -> str:
    printable = "".join(letter if letter.isprintable() else "\ufffd" for letter in cell.strip())
    return printable if len(printable) <= 30 else printable[:29] + "…"
