"""Number series: what comes next, what is refused, and that two at once never get the same (items.md section 18)."""

import datetime as dt
import threading

import pytest
from sqlalchemy import select

from core.errors import ValidationError
from core.text import plain_day
from core.unit_of_work import perform
from models import NumberSeries, NumberSeriesLine, NumberSeriesRelation, db
from services import numbers

DAY = dt.date(2025, 3, 14)


@pytest.fixture
def series(session):
    """Makes series: `series("ORDERS", starting_no="A01", ...)`."""

    def make(code="ORDERS", *, default_nos=True, manual_nos=False, date_order=False, **line):
        made = NumberSeries(code=code, default_nos=default_nos, manual_nos=manual_nos, date_order=date_order)
        session.add(made)
        session.flush()
        session.add(NumberSeriesLine(series_id=made.id, **({"starting_no": "A01"} | line)))
        session.flush()
        return made

    return make


@pytest.mark.parametrize(
    ("no", "by", "following"),
    [("A009", 1, "A010"), ("9", 1, "10"), ("PO-99", 1, "PO-100"), ("X001", 10, "X011"), ("1.09", 1, "1.10")],
)
def test_the_trailing_digits_count_up_and_keep_their_zeros(no, by, following):
    assert numbers.increment(no, by) == following


@pytest.mark.parametrize(
    ("no", "code"),
    [("CHAIR", "number_not_incrementable"), ("A1B", "number_not_incrementable"), ("9" * 20, "number_too_long")],
)
def test_what_cannot_count_up_is_refused(no, code):
    with pytest.raises(ValidationError) as refused:
        numbers.increment(no)

    assert refused.value.code == code


def test_numbers_come_in_order_from_the_starting_number(session, series):
    series(starting_no="A08", increment_by=2)

    assert [numbers.next_no(session, "orders", DAY) for _number in range(3)] == ["A08", "A10", "A12"]


def test_looking_at_the_next_number_does_not_take_it(session, series):
    made = series()

    assert numbers.peek_no(session, made.id, DAY) == numbers.peek_no(session, made.id, DAY) == "A01"
    assert numbers.next_no(session, made.id, DAY) == "A01"


def test_a_line_takes_over_on_its_starting_date(session, series):
    made = series(starting_no="24-001")
    session.add(NumberSeriesLine(series_id=made.id, starting_no="25-001", starting_date=dt.date(2025, 1, 1)))
    session.flush()

    assert numbers.next_no(session, made.id, dt.date(2024, 12, 31)) == "24-001"
    assert numbers.next_no(session, made.id, dt.date(2025, 1, 1)) == "25-001"


def test_the_ending_number_closes_the_series_after_a_warning(session, series):
    made = series(starting_no="A1", warning_no="A2", ending_no="A3")

    drawn = [numbers.draw(session, made.id, DAY) for _number in range(3)]
    with pytest.raises(ValidationError) as refused:
        numbers.next_no(session, made.id, DAY)

    assert [(one.no, one.warn) for one in drawn] == [("A1", False), ("A2", True), ("A3", False)]
    assert refused.value.code == "series_exhausted"
    assert session.scalar(select(NumberSeriesLine.last_no_used)) == "A3"


def test_an_exhausted_line_does_not_fall_back_on_an_older_one(session, series):
    made = series(starting_no="24-1")
    session.add(NumberSeriesLine(series_id=made.id, starting_no="25-1", starting_date=dt.date(2025, 1, 1), open=False))
    session.flush()

    with pytest.raises(ValidationError) as refused:
        numbers.next_no(session, made.id, DAY)

    assert refused.value.code == "series_exhausted"


def test_before_the_first_line_starts_there_is_no_number(session, series):
    made = series(starting_date=dt.date(2025, 6, 1))

    with pytest.raises(ValidationError) as refused:
        numbers.next_no(session, made.id, DAY)

    assert refused.value.code == "series_exhausted"
    assert plain_day(DAY) in refused.value.message


def test_in_date_order_an_earlier_day_gets_no_number(session, series):
    made = series(date_order=True)
    numbers.next_no(session, made.id, DAY)

    with pytest.raises(ValidationError) as refused:
        numbers.next_no(session, made.id, DAY - dt.timedelta(days=1))

    assert refused.value.code == "date_order"
    assert plain_day(DAY) in refused.value.message
    assert numbers.next_no(session, made.id, DAY) == "A02"


def test_a_series_without_automatic_numbers_gives_none(session, series):
    made = series(default_nos=False)

    with pytest.raises(ValidationError) as refused:
        numbers.next_no(session, made.id, DAY)

    assert refused.value.code == "automatic_number_not_allowed"


def test_a_typed_number_needs_a_series_that_allows_it(session, series):
    closed, free = series("CLOSED"), series("FREE", manual_nos=True)

    with pytest.raises(ValidationError) as refused:
        numbers.check_manual(session, closed.id, "X1")

    assert refused.value.code == "manual_number_not_allowed"
    numbers.check_manual(session, free.id, "X1")
    numbers.check_manual(session, None, "X1")


def test_taken_numbers_are_skipped(session, series):
    made = series(starting_no="A1")

    assert numbers.next_no(session, made.id, DAY, taken={"A1", "A2"}.__contains__) == "A3"


def test_several_numbers_are_drawn_at_once(session, series):
    made = series(starting_no="A1")

    assert [one.no for one in numbers.draw_many(session, made.id, DAY, 3)] == ["A1", "A2", "A3"]


def test_only_related_series_may_be_chosen_in_place_of_another(session, series):
    main, related, stranger = series("MAIN"), series("RELATED"), series("STRANGER")
    session.add(NumberSeriesRelation(series_id=main.id, related_series_id=related.id))
    session.flush()

    with pytest.raises(ValidationError) as refused:
        numbers.check_related(session, main.id, stranger.id)

    assert refused.value.code == "series_not_related"
    numbers.check_related(session, main.id, related.id)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (("START",), "number_not_incrementable"),
        (("A01", "B99"), "number_pattern"),
        (("A50", "A10"), "number_pattern"),
        (("A01", "", "W5"), "number_pattern"),
    ],
)
def test_the_numbers_of_a_line_have_one_pattern(line, code):
    with pytest.raises(ValidationError) as refused:
        numbers.check_line(*line)

    assert refused.value.code == code


def test_two_at_once_get_different_numbers_and_a_failed_one_leaves_no_gap(make_app, database_url):
    app = make_app(database_url)
    with app.app_context():
        made = NumberSeries(code="ORDERS")
        made.lines.append(NumberSeriesLine(starting_no="A001"))
        db.session.add(made)
        perform(db.session, lambda session: session.merge(made) and None)
        series_id = db.session.scalar(select(NumberSeries.id))
    drawn, guard = [], threading.Lock()

    def work():
        with app.app_context():
            for turn in range(6):

                def draw(session, turn=turn):
                    no = numbers.next_no(session, series_id, DAY)
                    if turn == 3:
                        raise ValidationError("changed_my_mind", "Rolled back.")
                    return no

                try:
                    no = perform(db.session, draw)
                except ValidationError:
                    continue
                with guard:
                    drawn.append(no)
            db.session.remove()

    threads = [threading.Thread(target=work) for _thread in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(drawn) == [f"A{number:03}" for number in range(1, 21)]  # 4 times 5, none twice, none missing
