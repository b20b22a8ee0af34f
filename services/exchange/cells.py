"""From the text of a cell to a value: numbers, dates, yes and no, words, codes; each refusal is a sentence.

The same rules as on the pages (services/values.py); only what people write in files is read more kindly.
"""

from __future__ import annotations

import datetime as dt
import enum
import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from core.errors import ValidationError
from core.rounding import LARGEST
from core.spreadsheet import would_run
from core.text import _
from services.exchange.files import ERROR_MARK, FORMULA_MARK
from services.items.fields import check_signs
from services.values import clean_code

_TRUE = frozenset({"yes", "y", "true", "1", "x", "on", "ja", "oui", "si", "sí", "wahr"})
_FALSE = frozenset({"no", "n", "false", "0", "off", "nein", "non", "falsch"})
_POINT = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:[ ,'\u00a0\u202f]\d{3})+)?(?:\.\d*)?")
_COMMA = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:[ .'\u00a0\u202f]\d{3})+)?(?:,\d*)?")
_GROUPS = re.compile(r"[ '\u00a0\u202f]")
_PLAIN = re.compile(r"-?\d{1,12}(?:\.\d{1,5})?")
_SURELY_COMMA = re.compile(r"[+-]?(?:\d{1,3}(?:\.\d{3})*|\d+),(?:\d{1,2}|\d{4,5})|[+-]?\d{1,3}(?:\.\d{3})+,\d+")
_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?")
_DAY_OTHER = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})")

DAY_ORDERS = {"dmy": "31.12.2026", "mdy": "12/31/2026"}


def defuse(text: str) -> str:
    """A text no spreadsheet program takes for a formula; `undefuse` gives it back."""
    return "'" + text if would_run(text) or text.startswith("'") else text


def undefuse(text: str) -> str:
    """What `defuse` was given; other texts stay."""
    return text[1:] if text.startswith("'") and (would_run(text[1:]) or text.startswith("''")) else text


def plain_text(cell: str) -> str:
    """The cell's text, trimmed and undefused. Raises ValidationError `formula`, `cell_error`."""
    if cell.startswith("\x00"):
        if cell == FORMULA_MARK:
            raise ValidationError("formula", _("This cell holds a formula without a result. Paste its value instead."))
        raise ValidationError(
            "cell_error", _("This cell holds the error %(error)s.", error=cell.removeprefix(ERROR_MARK))
        )
    return undefuse(cell.strip())


def code(text: str, *, field: str, length: int) -> str:
    """A number or code by the card's rules: capitals, no signs that no keyboard has. Raises what those raise."""
    found = clean_code(text, field=field, length=length)
    check_signs(found, field)
    return found


def number(text: str, *, decimal_comma: bool = False, whole: bool = False, negative: bool = False) -> Decimal:
    """A decimal of at most five places. Raises ValidationError `not_a_number`, `out_of_range`."""
    if not _PLAIN.fullmatch(text) or (decimal_comma and "." in text):
        text = _normal_number(text, decimal_comma)
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise _no_number(text) from None
    if abs(value) >= LARGEST:
        raise ValidationError("out_of_range", _("%(value)s is too large.", value=text))
    if whole and value != value.to_integral_value():
        raise ValidationError("not_a_number", _("%(value)s is not a whole number.", value=text))
    if value.as_tuple().exponent < -5 and value.normalize().as_tuple().exponent < -5:  # type: ignore[operator]
        raise ValidationError("out_of_range", _("%(value)s has more than five decimal places.", value=text))
    if value < 0 and not negative:
        raise ValidationError("out_of_range", _("%(value)s is negative; this may not be.", value=text))
    return value


def _no_number(text: str) -> ValidationError:
    return ValidationError("not_a_number", _('"%(value)s" is not a number.', value=text[:40]))


def _normal_number(text: str, decimal_comma: bool) -> str:
    """`text` with a point and no groups; spreadsheets' 1.5E+3 is read too, but no more than 1e30 passes the limits."""
    plain = text.strip().replace("\u2212", "-")
    if re.fullmatch(r"[+-]?\d+(?:\.\d+)?[eE][+-]?\d{1,3}", plain):
        value = Decimal(plain)
        if abs(value) >= LARGEST:
            raise ValidationError("out_of_range", _("%(value)s is too large.", value=text[:40]))
        return format(value, "f")
    pattern = _COMMA if decimal_comma else _POINT
    if not plain or not pattern.fullmatch(plain) or not any(sign.isdigit() for sign in plain):
        raise _no_number(text)
    plain = _GROUPS.sub("", plain)
    return plain.replace(".", "").replace(",", ".") if decimal_comma else plain.replace(",", "")


def uses_decimal_comma(samples: Iterable[str]) -> bool:
    """True when some of the texts can only be numbers with a decimal comma (2,5 or 1.234,50) and none has a point."""
    comma = point = 0
    for text in samples:
        if _SURELY_COMMA.fullmatch(text.strip()):
            comma += 1
        elif re.fullmatch(r"[+-]?\d+\.(?:\d{1,2}|\d{4,5})", text.strip()):
            point += 1
    return comma > point


def day(text: str, order: str = "dmy") -> dt.date:
    """A calendar day: 2026-12-31, with or without a time, or 31.12.2026 / 12/31/2026 by `order`.

    Raises ValidationError `not_a_date`; the 31st of February is none.
    """
    found = _day(text, order)
    if found is None:
        raise ValidationError(
            "not_a_date", _('"%(value)s" is not a day of the calendar; write it like 2026-12-31.', value=text[:40])
        )
    return found


@lru_cache(maxsize=4096)
def _day(text: str, order: str) -> dt.date | None:
    try:
        if match := _DAY.fullmatch(text):
            return dt.date(int(match[1]), int(match[2]), int(match[3]))
        if match := _DAY_OTHER.fullmatch(text):
            first, second, year = int(match[1]), int(match[3]), int(match[4])
            return dt.date(year, first, second) if order == "mdy" else dt.date(year, second, first)
    except ValueError:
        return None
    return None


def yes_or_no(text: str) -> bool:
    """yes/no, true/false, 1/0, x. Raises ValidationError `not_a_choice`."""
    word = text.casefold()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise ValidationError("not_a_choice", _('"%(value)s" is neither yes nor no.', value=text[:40]))


def choice(text: str, kind: type[enum.StrEnum]) -> enum.StrEnum:
    """A member of `kind` by its word, spaces and capitals forgiven. Raises ValidationError `not_a_choice`."""
    word = re.sub(r"[\s.-]+", "_", text.strip().casefold()).strip("_")
    try:
        return kind(word)
    except ValueError:
        words = ", ".join(member.value.replace("_", " ") for member in kind if member.value)
        raise ValidationError(
            "not_a_choice", _('"%(value)s" is not one of: %(words)s.', value=text[:40], words=words)
        ) from None
