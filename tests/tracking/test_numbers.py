"""Numbers of a line as plain values (tracking.md section 2, T2.2 to T2.5)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from core.errors import DomainError, ValidationError, errors_of
from services.tracking.numbers import NumberLine, check_numbers, read_pasted, serial_range, with_added

ONE = Decimal(1)


def serial(no, **more):
    return NumberLine(serial_no=no, quantity=ONE, **more)


def lot(no, quantity, **more):
    return NumberLine(lot_no=no, quantity=Decimal(quantity), **more)


def codes(rows, wanted=100):
    try:
        check_numbers(rows, Decimal(wanted))
    except DomainError as error:
        return [(one.code, one.line) for one in errors_of(error)]
    return []


@pytest.mark.parametrize(
    ("first", "step", "count", "made"),
    [
        ("VX-0007", 3, 4, ["VX-0007", "VX-0010", "VX-0013", "VX-0016"]),
        ("A9B", 1, 3, ["A9B", "A10B", "A11B"]),
        ("S-1", 0, 2, ["S-1", "S-2"]),
        ("9/09", 1, 2, ["9/09", "9/10"]),
    ],
)
def test_serials_step_the_last_run_of_digits_and_keep_its_padding(first, step, count, made):
    assert serial_range(first, step, count) == made


@pytest.mark.parametrize(
    ("first", "step", "count", "code"),
    [("ABC", 1, 3, "no_digit"), ("A1", 1, 0, "serial_count"), ("A1", -1, 3, "serial_count"),
     ("9" * 50, 1, 2, "number_too_long"), ("A1", 1, 10_001, "serial_count")],
)  # fmt: skip
def test_what_cannot_be_counted_up_is_refused(first, step, count, code):
    with pytest.raises(ValidationError) as refused:
        serial_range(first, step, count)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([lot("L1", 61)], [("tracking_too_much", None)]),
        ([serial("S1"), serial("S1")], [("tracking_duplicate", 2)]),
        ([serial("S1", lot_no="A"), serial("S1", lot_no="B")], [("tracking_duplicate", 2)]),
        ([lot("L1", 2), lot("L1", 3)], [("tracking_duplicate", 2)]),
        ([NumberLine(serial_no="S1", quantity=Decimal(2))], [("serial_quantity", 1)]),
        ([lot("L1", 0), lot("", 1)], [("tracking_quantity", 1), ("tracking_missing", 2)]),
        ([lot("L1", 5, qty_to_handle=Decimal(6))], [("quantity_to_handle", 1)]),
        ([lot("L1", 5, handled=Decimal(6))], [("tracking_handled", 1)]),
        ([lot("L1", 40), lot("L2", 20)], []),
    ],
)
def test_numbers_are_checked_as_a_whole_each_refusal_at_its_place(rows, found):
    assert codes(rows, 60) == found


def test_a_lot_scanned_again_grows_and_its_serials_share_one_date():
    day = dt.date(2027, 3, 31)

    second = serial("S2", lot_no="L2", expiration_date=day)

    grown = with_added([lot("L1", 2)], [lot("L1", 1), serial("S1", lot_no="L2"), second])

    assert [(row.name, row.quantity) for row in grown] == [("L1", 3), ("S1", 1), ("S2", 1)]
    assert [row.expiration_date for row in grown] == [None, day, day]


def test_pasted_rows_say_number_lot_quantity_and_date():
    rows = read_pasted("a1\tL1\n\nA2\tl1\t2027-03-31\n", serials=True, lots=True)
    lots = read_pasted("L1;2,5;2027-03-31\nL2", serials=False, lots=True)

    assert [(row.serial_no, row.lot_no) for row in rows] == [("A1", "L1"), ("A2", "L1")]
    assert [(row.lot_no, row.quantity, row.expiration_date is None) for row in lots] == [
        ("L1", Decimal("2.5"), False), ("L2", ONE, True),
    ]  # fmt: skip
    with pytest.raises(DomainError) as refused:
        read_pasted("A1\nA1\n" + "X" * 51, serials=True, lots=False)
    assert [one.code for one in errors_of(refused.value)] == ["tracking_duplicate", "paste_bad"]
