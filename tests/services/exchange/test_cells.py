"""From cells to values: numbers, days, words; and texts that no spreadsheet program may run."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from core.errors import ValidationError
from models.enums import CostingMethod
from services.exchange import cells
from services.exchange.files import ERROR_MARK, FORMULA_MARK


@pytest.mark.parametrize(
    ("text", "comma", "value"),
    [
        ("5", False, "5"),
        ("1,234.5", False, "1234.5"),
        ("1 234.5", False, "1234.5"),
        ("1.234,5", True, "1234.5"),
        ("1'234,50", True, "1234.50"),
        (".5", False, "0.5"),
        ("0,00001", True, "0.00001"),
        ("1.50000000", False, "1.50000000"),
        ("1.5E+3", False, "1500"),
        ("\u22124", False, "-4"),
    ],
)
def test_numbers_as_people_write_them(text, comma, value):
    assert cells.number(text, decimal_comma=comma, negative=True) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("NaN", "not_a_number"),
        ("Infinity", "not_a_number"),
        ("-inf", "not_a_number"),
        ("1e30", "out_of_range"),
        ("1e999", "out_of_range"),
        ("1" + "0" * 30, "out_of_range"),
        ("0.1234567891", "out_of_range"),
        ("1e-10", "out_of_range"),
        ("-1", "out_of_range"),
        ("12,34", "not_a_number"),
        ("1.2.3", "not_a_number"),
        ("0x10", "not_a_number"),
        ("five", "not_a_number"),
        ("😀", "not_a_number"),
        ("", "not_a_number"),
    ],
)
def test_what_is_no_number_is_refused(text, code):
    with pytest.raises(ValidationError) as refused:
        cells.number(text)

    assert refused.value.code == code


def test_half_a_piece_is_no_whole_number():
    with pytest.raises(ValidationError):
        cells.number("1.5", whole=True)


@pytest.mark.parametrize(
    ("samples", "comma"),
    [(["2,50", "3,10"], True), (["1.234,50"], True), (["2.50", "3,10", "4.1"], False), (["1,234"], False), ([], False)],
)
def test_a_decimal_comma_is_told_from_the_texts(samples, comma):
    assert cells.uses_decimal_comma(samples) is comma


@pytest.mark.parametrize(
    ("text", "order", "value"),
    [
        ("2026-12-31", "dmy", dt.date(2026, 12, 31)),
        ("2026-12-31 08:26", "dmy", dt.date(2026, 12, 31)),
        ("2026-12-31T08:26:00", "dmy", dt.date(2026, 12, 31)),
        ("31.12.2026", "dmy", dt.date(2026, 12, 31)),
        ("3/4/2026", "dmy", dt.date(2026, 4, 3)),
        ("3/4/2026", "mdy", dt.date(2026, 3, 4)),
    ],
)
def test_days_as_people_write_them(text, order, value):
    assert cells.day(text, order) == value


@pytest.mark.parametrize(
    "text", ["2026-02-31", "31.02.2026", "2026-13-01", "0000-01-01", "31.12.26", "tomorrow", "45678"]
)
def test_what_is_no_day_is_refused(text):
    with pytest.raises(ValidationError) as refused:
        cells.day(text)

    assert refused.value.code == "not_a_date"
    assert text in refused.value.message


def test_words_of_a_choice_forgive_capitals_and_blanks():
    assert cells.choice(" FIFO ", CostingMethod) is CostingMethod.FIFO
    with pytest.raises(ValidationError) as refused:
        cells.choice("fefo", CostingMethod)
    assert "fifo" in refused.value.message


# ------------------------------------------------------------------------------------------------ formulas
DANGEROUS = [
    "=1+1",
    '=HYPERLINK("http://x","y")',
    "+49 89 1234",
    "-5",
    "- dash",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "  =1+1",
    "\u00a0=1",
    "\uff1d1+1",
    "\u22125",
    "'=1",
    "'quoted'",
    "''",
    "'",
]


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_text_that_a_spreadsheet_would_run_is_escaped_and_read_back(text):
    escaped = cells.defuse(text)

    assert escaped.startswith("'")
    assert cells.undefuse(escaped) == text


@pytest.mark.parametrize("text", ["plain", "a=b", "'Tis the season", "5-pack", "", "ca. 5", "O'Neill"])
def test_other_texts_typed_by_people_stay_as_they_are(text):
    assert cells.undefuse(text) == text
    assert cells.undefuse(cells.defuse(text)) == text


def test_a_formula_without_result_and_an_error_cell_are_refused_by_name():
    with pytest.raises(ValidationError, match="formula without a result"):
        cells.plain_text(FORMULA_MARK)
    with pytest.raises(ValidationError, match="#REF!"):
        cells.plain_text(ERROR_MARK + "#REF!")
