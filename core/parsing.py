"""Numbers, days and texts as people and spreadsheets write them: read strictly, refused in a sentence.

Nothing is guessed: what could mean two things is refused with the way to write it.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from decimal import Decimal

from core.errors import ValidationError
from core.rounding import LARGEST
from core.text import _

_SPACES = dict.fromkeys(map(ord, " \u00a0\u2009\u202f'\u2019"), None)
_MINUS = {ord("\u2212"): "-", ord("\u2013"): "-"}
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)
_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+", re.ASCII)
_ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_DOTTED_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", re.ASCII)
_SLASHED_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip


def parse_decimal(text: str, *, places: int = 5) -> Decimal:
    """The number in `text`, at most `places` decimals and below `LARGEST`.

    Point or comma decides the decimals; the other one may group thousands; spaces and apostrophes group too.
    Raises ValidationError `number_invalid`, `number_ambiguous`, `too_many_decimals`, `number_too_large`.
    """
    shown = _shown(text)
    plain = text.strip().translate(_SPACES).translate(_MINUS)
    if _GROUPED.fullmatch(plain) and plain.count(",") == 1:
        raise ValidationError(
            "number_ambiguous",
            _("%(text)s may be read in two ways: write it without a thousands separator, with a decimal point.",
              text=shown),
        )  # fmt: skip
    plain = _with_point(plain)
    if len(plain) > 60 or not _NUMBER.fullmatch(plain):
        raise ValidationError("number_invalid", _("%(text)s is not a number: write it like 12.5.", text=shown))
    value = Decimal(plain)
    if abs(value) >= LARGEST:
        raise ValidationError(
            "number_too_large", _("%(text)s is too large: at most 12 digits before the point.", text=shown)
        )
    if -int(value.normalize().as_tuple().exponent) > places:
        raise ValidationError(
            "too_many_decimals", _("%(text)s has too many decimals: at most %(places)s.", text=shown, places=places)
        )
    return value


def _with_point(plain: str) -> str:
    """`plain` without grouping, its decimals after a point."""
    if "," in plain and "." in plain:
        group = "," if plain.rfind(".") > plain.rfind(",") else "."
        whole = plain.replace(group, "")
        return whole.replace(",", ".")
    if plain.count(",") > 1:
        return plain.replace(",", "") if _GROUPED.fullmatch(plain) else plain
    return plain.replace(",", ".")


def parse_day(text: str) -> dt.date:
    """The day in `text`: 2025-01-31, 31.01.2025, or 31/01/2025 where only one reading exists.

    Raises ValidationError `date_invalid`, `date_ambiguous`.
    """
    plain = text.strip()
    shown = _shown(text)
    # Spreadsheets hand over days with a midnight behind them.
    plain = re.sub(r"[T ]00:00(:00(\.0+)?)?$", "", plain)
    if match := _ISO_DAY.fullmatch(plain):
        year, month, day = map(int, match.groups())
    elif match := _DOTTED_DAY.fullmatch(plain):
        day, month, year = map(int, match.groups())
    elif match := _SLASHED_DAY.fullmatch(plain):
        day, month, year = map(int, match.groups())
        if day <= 12 and month <= 12 and day != month:
            raise ValidationError(
                "date_ambiguous",
                _("%(text)s may be read in two ways: write it as year-month-day, like 2025-01-31.", text=shown),
            )
        if day <= 12 < month:
            day, month = month, day
    else:
        raise ValidationError("date_invalid", _("%(text)s is not a date: write it like 2025-01-31.", text=shown))
    try:
        return dt.date(year, month, day)
    except ValueError:
        if 1 <= month <= 12 and year >= 1:
            raise ValidationError(
                "date_invalid",
                _("There is no %(day)s %(month)s %(year)s: write a day of the calendar.", day=day,
                  month=_(_MONTHS[month - 1]), year=year),
            ) from None  # fmt: skip
        raise ValidationError(
            "date_invalid", _("%(text)s is not a date: write it like 2025-01-31.", text=shown)
        ) from None


def clean_text(text: str, *, longest: int) -> str:
    """`text` stripped; raises ValidationError `text_control_characters`, `text_too_long`."""
    plain = text.strip()
    # What is printable holds none; to look at each letter of a long file takes longer than all else.
    if not plain.isprintable() and any(unicodedata.category(letter) in {"Cc", "Cs"} for letter in plain):
        raise ValidationError(
            "text_control_characters",
            _("%(text)s holds an invisible control character: type it again.", text=_shown(plain)),
        )
    if len(plain) > longest:
        raise ValidationError(
            "text_too_long",
            _("%(text)s is too long: at most %(longest)s characters.", text=_shown(plain), longest=longest),
        )
    return plain


def _shown(text: str) -> str:
    """What the message repeats: short, printable, in quotes."""
    printable = "".join(
        letter if unicodedata.category(letter) not in {"Cc", "Cs"} else "\ufffd" for letter in text.strip()
    )
    return "“" + (printable if len(printable) <= 30 else printable[:29] + "…") + "”"
