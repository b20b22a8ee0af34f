"""YAML as scenarios read it: exact numbers, words that stay words, lines."""

from __future__ import annotations

from decimal import Decimal

import pytest

from services.scenario.nodes import FormatError, parse
from services.scenario.shapes import day, decimal, flag, list_of, mapping_of, record, word


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0.1", "0.1"),
        ('"599.88"', "599.88"),
        ("12345678901234567.12345", "12345678901234567.12345"),
        ("-3", "-3"),
        ("1e3", "1E+3"),
        (".5", "0.5"),
    ],
)
def test_numbers_come_from_their_text_and_never_from_a_float(text, number):
    read = decimal(parse(text), "qty")

    assert read == Decimal(number)
    assert isinstance(read, Decimal)


@pytest.mark.parametrize("text", ["ten", "0x10", "1_000", ".nan", ".inf", "'1,5'", "true", "[1]"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(FormatError, match="qty"):
        decimal(parse(text), "qty")


def test_no_yes_and_on_are_words():
    read = mapping_of(word)(parse("{no: yes, on: off}"), "root")

    assert read == {"no": "yes", "on": "off"}


def test_a_number_may_be_a_code():
    assert word(parse("0010"), "item") == "0010"


def test_true_and_false_may_be_quoted_and_nothing_else_is_either():
    assert flag(parse("true"), "open") is True
    assert flag(parse('"false"'), "open") is False
    with pytest.raises(FormatError, match="neither true nor false"):
        flag(parse("yes"), "open")


@pytest.mark.parametrize("text", ["2026-02-30", "2026-1-1", "20260101", "01.02.2026"])
def test_dates_are_iso_dates_of_the_calendar(text):
    with pytest.raises(FormatError, match="no date"):
        day(parse(text), "date")


def test_a_key_that_is_there_twice_is_refused_with_its_line():
    with pytest.raises(FormatError, match="twice") as refused:
        parse("a: 1\nb: 2\na: 3\n")

    assert refused.value.line == 3


@pytest.mark.parametrize("text", ["", "# nothing\n", "a: [1", "a: 1\n---\nb: 2\n", "a: *nowhere\n", "{[1]: 2}"])
def test_what_is_no_single_document_is_refused(text):
    with pytest.raises(FormatError):
        parse(text)


def test_an_unknown_key_is_refused_by_name_and_line():
    reader = record({"qty": decimal, "rows": list_of(word)})

    with pytest.raises(FormatError, match="unknown key 'quantity' in line") as refused:
        reader(parse("qty: 1\nquantity: 2\n"), "line")

    assert refused.value.line == 2


def test_a_key_without_value_is_refused_unless_blank_means_something():
    reader = record({"qty": decimal, "location": word})

    assert reader(parse("location:\n"), "line") == {"location": ""}
    with pytest.raises(FormatError, match="has no value"):
        reader(parse("qty:\n"), "line")
