"""What a scanned text consists of: a plain code, or a GS1 element string taken apart (items.md section 7). Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from biip import ParseConfig, ParseError
from biip import parse as parse_barcode
from biip.gs1_messages import GS1Message

#: Longer texts are no codes.
LONGEST = 200
#: The separator between elements of variable length, as scanners send it.
SEPARATOR = "\x1d"
_GTIN_LENGTHS = (8, 12, 13, 14)
#: Content of a logistic unit counts as the item too.
_GTIN_ELEMENTS = frozenset({"01", "02"})
#: a pallet or carton by its own number (SSCC)
_PACKAGE = "00"
_COUNT_ELEMENTS = frozenset({"30", "37"})
_CONFIG = ParseConfig(separator_chars=(SEPARATOR,))


@dataclass(frozen=True)
class ScanCode:
    """A scanned text: `codes` are the spellings under which its number may be kept, the likeliest first."""

    text: str
    codes: tuple[str, ...]
    #: digits of a GTIN inside a GS1 element string, "" where the text is a plain code
    gtin: str = ""
    lot_no: str = ""
    serial_no: str = ""
    expiration_date: dt.date | None = None
    #: how many, where the code says so; None: one
    quantity: Decimal | None = None
    #: of a pallet or carton
    package_no: str = ""

    @property
    def has_numbers(self) -> bool:
        """True where a lot or serial number was scanned along."""
        return bool(self.lot_no or self.serial_no)


def read_scan(text: str) -> ScanCode:
    """Take a scanned or typed text apart; a text that is no GS1 element string is a plain code."""
    raw = text.replace("\x00", "").strip(" \t\r\n")[:LONGEST]
    plain = " ".join(raw.replace(SEPARATOR, " ").split())
    message = _message(raw)
    if message is None:
        return ScanCode(plain, tuple(dict.fromkeys(part for part in (plain.upper(), *spellings(plain)) if part)))
    gtin, lot, serial, package, expires, quantity = "", "", "", "", None, None
    for element in message.element_strings:
        kind, value = element.ai.ai, element.value
        if kind in _GTIN_ELEMENTS and element.gtin is not None:
            gtin = gtin or value
        elif kind == "10":
            lot = value[:50]
        elif kind == "21":
            serial = value[:50]
        elif kind == _PACKAGE:
            package = value
        elif kind == "17":
            expires = element.date
        elif kind in _COUNT_ELEMENTS:
            quantity = _count(value)
    codes = (plain.upper(), *spellings(gtin)) if gtin else (plain.upper(),)
    return ScanCode(
        plain, tuple(dict.fromkeys(part for part in codes if part)), gtin, lot, serial, expires, quantity, package
    )


def spellings(code: str) -> list[str]:
    """Under which a scanned bar code may be kept: as it is, and GTINs with and without leading zeros."""
    found = [code]
    if code.isascii() and code.isdigit() and 8 <= len(code) <= 14:
        bare = code.lstrip("0")
        found += [bare.zfill(length) for length in _GTIN_LENGTHS if len(bare) <= length]
    return list(dict.fromkeys(found))


def _message(text: str) -> GS1Message | None:
    """The element string in the text, written with brackets or as a scanner sends it; None for a plain code."""
    if text.isascii() and text.isdigit() and len(text) in _GTIN_LENGTHS:
        return None
    try:
        if text.startswith("("):
            message = GS1Message.parse_hri(text)
        else:
            found = parse_barcode(text, config=_CONFIG).gs1_message
            if found is None:
                return None
            message = found
    except (ParseError, ValueError):
        return None
    elements = {element.ai.ai for element in message.element_strings}
    # A plain number may look like an element string; brackets and separators stand in nothing else.
    return message if elements & {*_GTIN_ELEMENTS, _PACKAGE} or text.startswith("(") or SEPARATOR in text else None


def _count(value: str) -> Decimal | None:
    try:
        count = Decimal(value)
    except InvalidOperation:
        return None
    return count if count > 0 else None
