"""What every way in refuses: the same dirt, whoever sends it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from core.errors import ErrorList, ValidationError
from models import Customer, NumberSeriesLine, Vendor
from services.values import assign, check_email, clean_code, clean_formula, clean_text


@pytest.mark.parametrize(
    ("value", "kept"),
    [(" blue ", "BLUE"), ("a/1", "A/1"), ("lager 1", "LAGER 1"), ("straße", "STRASSE"), ("Ø-7", "Ø-7")],
)
def test_a_code_is_kept_trimmed_and_in_upper_case(value, kept):
    assert clean_code(value, field="code", length=10) == kept


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("", "field_required"),
        ("   ", "field_required"),
        (None, "field_required"),
        ("A" * 300, "text_too_long"),
        ("ßßßßßß", "text_too_long"),  # grows to twelve letters in upper case
        ("A\x00B", "text_control_characters"),
        ("A\nB", "text_control_characters"),
        ("..", "invalid_characters"),
        ("/A", "invalid_characters"),
        ("A//B", "invalid_characters"),
        ("A\\B", "invalid_characters"),
        (17, "not_a_text"),
    ],
)
def test_a_code_that_could_not_be_typed_or_opened_is_refused(value, code):
    with pytest.raises(ValidationError) as refused:
        clean_code(value, field="code", length=10)

    assert (refused.value.code, refused.value.field) == (code, "code")


def test_a_comment_may_have_lines_but_no_invisible_signs():
    assert clean_text("one\r\ntwo\tthree", field="comment") == "one\ntwo three"
    with pytest.raises(ValidationError):
        clean_text("one\x00", field="comment")


@pytest.mark.parametrize("value", ["", "ann@example.com", "a.b+c@sub.example.co.uk"])
def test_an_address_that_mail_can_reach_is_kept(value):
    check_email(value)


@pytest.mark.parametrize(
    "value", ["ann", "ann@", "@example.com", "ann@example", "a b@example.com", "a@-x.com", "<a@b.de>"]
)
def test_an_address_that_mail_cannot_reach_is_refused(value):
    with pytest.raises(ValidationError) as refused:
        check_email(value)

    assert refused.value.code == "invalid_email"


@pytest.mark.parametrize("value", ["", "2D", "1w", "3M", "CM", "CM+1D", "-1M", "1Y+2D", "1 D"])
def test_a_date_formula_is_kept(value):
    assert clean_formula(value, "lead_time") == value.upper().replace(" ", "")


@pytest.mark.parametrize("value", ["2", "D", "two days", "99999D", "1D++1D", "1D1W", "１D", "2D\x00"])
def test_what_is_no_date_formula_is_refused(value):
    with pytest.raises(ValidationError):
        clean_formula(value, "lead_time")


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("name", "x" * 101, "text_too_long"),
        ("name", "", "field_required"),
        ("name", "a\x00b", "text_control_characters"),
        ("minimum_order_amount", Decimal("NaN"), "number_invalid"),
        ("minimum_order_amount", Decimal("Infinity"), "number_invalid"),
        ("minimum_order_amount", Decimal("1e30"), "number_too_large"),
        ("minimum_order_amount", Decimal("0.0000000001"), "too_many_decimals"),
        ("minimum_order_amount", Decimal(-1), "not_negative"),
        ("minimum_order_amount", 1.5, "number_invalid"),
        ("blocked", "sometimes", "not_a_choice"),
        ("location_id", 999, "not_found"),
        ("location_id", "1", "not_found"),
        ("id", 7, "unknown_field"),
        ("no", "X", "unknown_field"),
    ],
)
def test_a_value_the_column_does_not_take_is_refused_and_nothing_is_put_on(session, field, value, code):
    vendor = Vendor(name="before")

    with pytest.raises(ValidationError) as refused:
        assign(
            session,
            vendor,
            {"city": "after", field: value},
            ("name", "city", "minimum_order_amount", "blocked", "location_id"),
            required=("name",),
        )

    assert refused.value.code == code
    assert vendor.name == "before"
    assert vendor.city is None


def test_all_faulty_fields_are_named_at_once(session):
    with pytest.raises(ErrorList) as refused:
        assign(
            session,
            Customer(),
            {"city": "x" * 51, "credit_limit": Decimal("1e30"), "shipping_complete": "yes"},
            ("name", "city", "credit_limit", "shipping_complete"),
            required=("name",),
        )

    assert [error.field for error in refused.value.errors] == ["city", "credit_limit", "shipping_complete", "name"]


@pytest.mark.parametrize("value", [True, 1.0, "1", 2**31])
def test_a_whole_number_is_nothing_else(session, value):
    with pytest.raises(ValidationError) as refused:
        assign(session, NumberSeriesLine(), {"increment_by": value}, ("increment_by",))

    assert refused.value.code == "number_invalid"
