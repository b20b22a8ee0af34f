"""Number series: lines of one pattern, related series (items.md section 18)."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import func, select

from core.errors import NotFound, ValidationError
from models import InventorySetup, NumberSeries, NumberSeriesLine
from services.number_series import (
    create_series,
    delete_line,
    delete_series,
    edit_series,
    get_line,
    get_series,
    relate,
    related_series,
    save_line,
    unrelate,
)
from services.numbers import next_no

TODAY = dt.date(2026, 2, 3)


@pytest.fixture
def series(session) -> NumberSeries:
    return create_series(session, "po", {"description": "Purchase orders"})


def test_a_line_takes_over_on_its_day(session, series):  # NOS-2
    save_line(session, series, None, {"starting_no": "A-098"})
    save_line(session, series, None, {"starting_no": "B-001", "starting_date": dt.date(2026, 1, 1)})

    assert next_no(session, series.id, dt.date(2025, 12, 31)) == "A-098"
    assert next_no(session, series.id, TODAY) == "B-001"


@pytest.mark.parametrize(
    ("values", "code", "field"),
    [
        ({"starting_no": ""}, "field_required", "starting_no"),
        ({"starting_no": "PO"}, "number_not_incrementable", "starting_no"),
        ({"starting_no": "PO-9X"}, "number_not_incrementable", "starting_no"),
        ({"starting_no": "PO-1", "ending_no": "SO-9"}, "number_pattern", "ending_no"),
        ({"starting_no": "PO-5", "ending_no": "PO-1"}, "number_pattern", "ending_no"),
        ({"starting_no": "PO-1", "warning_no": "X"}, "number_pattern", "warning_no"),
        ({"starting_no": "PO-1", "ending_no": "PO-5", "warning_no": "PO-9"}, "number_pattern", "warning_no"),
        ({"starting_no": "PO-1", "ending_no": "PO-5", "last_no_used": "PO-9"}, "number_pattern", "last_no_used"),
        ({"starting_no": "PO-1", "increment_by": 0}, "increment_positive", "increment_by"),
        ({"starting_no": "PO-1", "increment_by": -1}, "increment_positive", "increment_by"),
        ({"starting_no": "P" * 300}, "text_too_long", "starting_no"),
        ({"starting_no": "P\x001"}, "text_control_characters", "starting_no"),
        ({"starting_no": "PO-1", "series_id": 7}, "unknown_field", None),
    ],
)
def test_numbers_that_do_not_fit_together_are_refused(session, series, values, code, field):
    with pytest.raises(ValidationError) as refused:
        save_line(session, series, None, values)

    assert (refused.value.code, refused.value.field) == (code, field)
    session.expire_all()
    assert session.scalar(select(func.count()).select_from(NumberSeriesLine)) == 0


def test_two_lines_from_one_day_are_refused(session, series):
    save_line(session, series, None, {"starting_no": "A-1"})

    with pytest.raises(ValidationError) as refused:
        save_line(session, series, None, {"starting_no": "B-1"})

    assert (refused.value.code, refused.value.field) == ("already_exists", "starting_date")


def test_a_line_is_changed_and_gives_the_next_number_after_the_last_one(session, series):
    line = save_line(session, series, None, {"starting_no": "A-1", "ending_no": "A-3"})

    save_line(session, series, line, {"last_no_used": "A-2"})

    assert next_no(session, series.id, TODAY) == "A-3"
    with pytest.raises(ValidationError) as refused:  # NOS-3
        next_no(session, series.id, TODAY)
    assert refused.value.code == "series_exhausted"


def test_a_line_numbers_were_drawn_from_stays(session, series):
    line = save_line(session, series, None, {"starting_no": "A-1"})
    next_no(session, series.id, TODAY)

    with pytest.raises(ValidationError) as refused:
        delete_line(session, series, line)

    assert refused.value.code == "line_used"


def test_a_line_of_another_series_is_not_found(session, series):
    other = create_series(session, "SO", {})
    line = save_line(session, other, None, {"starting_no": "S-1"})

    with pytest.raises(NotFound):
        get_line(session, series, line.id)


def test_a_series_without_any_way_to_a_number_is_refused(session, series):
    with pytest.raises(ValidationError) as refused:
        edit_series(session, series, {"default_nos": False, "manual_nos": False})

    assert (refused.value.code, refused.value.field) == ("gives_no_numbers", "default_nos")


def test_series_are_related_once_and_not_to_themselves(session, series):
    other = create_series(session, "PO-2", {})
    relate(session, series, other.id)

    for wrong, code in (
        (other.id, "already_exists"),
        (series.id, "same_series"),
        (999, "not_found"),
        (None, "field_required"),
    ):
        with pytest.raises(ValidationError) as refused:
            relate(session, series, wrong)
        assert (refused.value.code, refused.value.field) == (code, "related_series_id")
    assert related_series(session, series) == [other]

    unrelate(session, series, other.id)
    assert related_series(session, series) == []


def test_a_series_of_the_set_up_stays_and_another_goes_with_its_lines(session, series):
    used = create_series(session, "VEND", {})
    session.add(InventorySetup(id=1, vendor_nos_id=used.id))
    save_line(session, series, None, {"starting_no": "A-1"})
    relate(session, used, series.id)

    with pytest.raises(ValidationError) as refused:
        delete_series(session, used)
    assert refused.value.code == "in_use"

    delete_series(session, series)
    with pytest.raises(NotFound):
        get_series(session, "PO")
    assert related_series(session, used) == []
