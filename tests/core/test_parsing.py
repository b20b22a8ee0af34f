"""Numbers, days and texts as people write them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from core.errors import ValidationError
from core.parsing import clean_text, parse_day, parse_decimal


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", "12"),
        (" 12.5 ", "12.5"),
        ("12,5", "12.5"),
        ("1,234.5", "1234.5"),
        ("1.234,5", "1234.5"),
        ("1,234,567", "1234567"),
        ("1 234.5", "1234.5"),
        ("1\u202f234", "1234"),
        ("1'234.50", "1234.5"),
        ("−3", "-3"),
        ("-0.00001", "-0.00001"),
        ("1.500000000", "1.5"),
        (".5", "0.5"),
    ],
)
def test_numbers_are_read_as_written(text, value):
    assert parse_decimal(text) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("NaN", "number_invalid"),
        ("Infinity", "number_invalid"),
        ("1e30", "number_invalid"),
        ("", "number_invalid"),
        ("\x00", "number_invalid"),
        ("😀", "number_invalid"),
        ("٣", "number_invalid"),
        ("1.2.3", "number_invalid"),
        ("12,34,5", "number_invalid"),
        ("1,234", "number_ambiguous"),
        ("1.0000000001", "too_many_decimals"),
        ("1000000000000", "number_too_large"),
        ("9" * 400, "number_invalid"),
    ],
)
def test_what_is_no_number_is_refused_by_name(text, code):
    with pytest.raises(ValidationError) as refused:
        parse_decimal(text)

    assert refused.value.code == code


@pytest.mark.parametrize(
    "text", ["2025-01-31", "31.01.2025", "31/01/2025", "01/31/2025", "2025-01-31 00:00:00", "2025-1-31"]
)
def test_days_are_read_where_only_one_reading_exists(text):
    assert parse_day(text) == dt.date(2025, 1, 31)


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("31.02.2025", "date_invalid", "There is no 31 February 2025"),
        ("2025-02-31", "date_invalid", "There is no 31 February 2025"),
        ("02/03/2025", "date_ambiguous", "two ways"),
        ("2025-13-01", "date_invalid", "not a date"),
        ("tomorrow", "date_invalid", "not a date"),
        ("0000-01-01", "date_invalid", "not a date"),
    ],
)
def test_days_outside_the_calendar_are_refused(text, code, words):
    with pytest.raises(ValidationError) as refused:
        parse_day(text)

    assert refused.value.code == code
    assert words in refused.value.message


def test_texts_keep_emoji_and_refuse_control_characters_and_length():
    assert clean_text(" Tea 🍵 ", longest=10) == "Tea 🍵"
    for text, code in (("a\x00b", "text_control_characters"), ("x" * 300, "text_too_long")):
        with pytest.raises(ValidationError) as refused:
            clean_text(text, longest=20)
        assert refused.value.code == code
