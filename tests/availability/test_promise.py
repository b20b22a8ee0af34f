"""Examples 13, 15 and 20 of the reference: what can be promised, and by when."""

from __future__ import annotations

import pytest

from core.errors import DomainError
from core.unit_of_work import perform
from models import TimeBucket
from services.availability.movements import Place
from services.availability.promise import (
    LookAhead,
    available_to_promise,
    earliest_availability,
    earliest_date,
    future_need,
    promise_quantity,
)
from services.availability.quantities import availability
from services.reservations.keep import LineRef, cancel, reserve
from services.reservations.sources import SourceKind
from tests.builders import d, day

CHANGES = [
    (day("2026-03-06"), d(25)), (day("2026-03-08"), d(-15)), (day("2026-03-12"), d(30)), (day("2026-03-20"), d(-5)),
]  # fmt: skip


@pytest.mark.parametrize(("need", "found"), [(10, "2026-03-02"), (30, "2026-03-06"), (40, "2026-03-12"), (60, None)])
def test_earliest_date_walks_to_the_first_surplus_that_suffices(need, found):
    expected = day(found) if found else None
    assert earliest_date(d(need), d(10), CHANGES, day("2026-03-02")) == expected


def test_what_is_there_must_last_until_the_next_receipt():
    changes = [(day("2026-03-04"), d(-8)), (day("2026-03-10"), d(20))]
    assert earliest_date(d(5), d(10), changes, day("2026-03-02")) == day("2026-03-10")


def test_the_search_ends_with_the_look_ahead():
    assert earliest_date(d(40), d(10), CHANGES, day("2026-03-02"), day("2026-03-11")) is None


#: example 13: what is unreserved; 40 of 50 in stock are free
THIRTEEN = [
    (day("2026-03-03"), d(-15)), (day("2026-03-05"), d(30)), (day("2026-03-09"), d(-55)), (day("2026-03-12"), d(100)),
]  # fmt: skip
LATER = [*THIRTEEN[:3], (day("2026-03-20"), d(100))]


@pytest.mark.parametrize(
    ("changes", "period", "bucket", "promised"),
    [
        (THIRTEEN, "0D", TimeBucket.DAY, 55),
        (THIRTEEN, "0D", TimeBucket.WEEK, 55),
        (THIRTEEN, "1W", TimeBucket.DAY, 0),
        (THIRTEEN, "1W", TimeBucket.WEEK, 55),
        (LATER, "1W", TimeBucket.WEEK, 0),
        (LATER, "", TimeBucket.DAY, 0),
        # what is left of the week of 6 March goes in first, surplus alike: 5 - 55 + 0 (the next week's need)
        ([*LATER, (day("2026-03-07"), d(5))], "1W", TimeBucket.WEEK, 5),
        # the period ends on 9 March, its week on 15 March: need of 14 March is seen
        ([*THIRTEEN[:2], (day("2026-03-14"), d(-20))], "3D", TimeBucket.WEEK, 35),
        ([*THIRTEEN[:2], (day("2026-03-14"), d(-20))], "3D", TimeBucket.DAY, 55),
    ],
)
def test_a_promise_leaves_what_need_soon_after_will_take(changes, period, bucket, promised):
    look = LookAhead(period, bucket)
    assert available_to_promise(d(40), changes, day("2026-03-06"), look) == promised


def test_a_proposal_is_promised_by_nobody_and_meets_future_need():
    proposal = [(day("2026-03-09"), d(60))]
    look = LookAhead("1W")
    assert available_to_promise(d(40), THIRTEEN, day("2026-03-09"), proposals=proposal) == 0
    assert available_to_promise(d(40), THIRTEEN, day("2026-03-06"), look, proposals=proposal) == 55
    assert future_need([(day("2026-03-07"), d(9))], day("2026-03-06"), LookAhead("", TimeBucket.MONTH)) == 0


def test_in_a_longer_bucket_the_day_is_that_of_the_last_receipt_needed():
    week = [(day("2026-03-09"), d(20)), (day("2026-03-11"), d(20)), (day("2026-03-13"), d(20)),
            (day("2026-03-14"), d(-15))]  # fmt: skip
    start = day("2026-03-02")
    assert earliest_date(d(30), d(10), week, start, bucket=TimeBucket.WEEK) == day("2026-03-11")
    assert earliest_date(d(55), d(10), week, start, bucket=TimeBucket.WEEK) == day("2026-03-13")
    assert earliest_date(d(60), d(10), week, start, bucket=TimeBucket.WEEK) is None


def test_a_worked_day_in_all_views(each_trade):
    """Example 20: every cell of its table, and who is told what."""
    trade, session = each_trade, each_trade.session
    item = trade.item("K")
    trade.world.receive(item, 12, 1, on="2026-03-01", at="BLUE")
    place = Place(trade.world.location_id("BLUE"))

    def order(kind: str, quantity: int, on: str):
        row = {"item": item, "quantity": quantity, "expected_date": on, "location_id": place.location_id}
        return trade.open(kind, row, on="2026-03-01")

    def ref(document) -> LineRef:
        return LineRef(SourceKind.TRADE, trade.line(document).id)

    def row(on: str) -> tuple:
        at = availability(session, item.id, place, day(on))
        promises = [promise_quantity(session, item.id, place, day(moment)) for moment in ("2026-03-06", on)]
        return (at.inventory, at.reserved_on_stock, at.available_inventory, at.projected_available, *promises)

    first, second = order("sales_order", 8, "2026-03-06"), order("sales_order", 10, "2026-03-13")
    buy = order("purchase_order", 15, "2026-03-11")
    perform(session, lambda s: (reserve(s, ref(first)), reserve(s, ref(second), ref(buy))))
    assert row("2026-03-13") == (12, 8, 4, 9, 4, 9)
    with pytest.raises(DomainError, match="2026-03-13"):
        trade.edit(buy, expected_date="2026-03-14")
    session.rollback()
    trade.edit(second, expected_date="2026-03-14")
    assert row("2026-03-13") == (12, 8, 4, 19, 4, 9)
    trade.edit(buy, expected_date="2026-03-14")
    assert row("2026-03-13") == (12, 8, 4, 4, 4, 4)
    assert earliest_availability(session, item.id, place, d(9), day("2026-03-06")) == day("2026-03-14")
    before = (availability(session, item.id, place, day("2026-03-14")).projected_available,
              promise_quantity(session, item.id, place, day("2026-03-14")))  # fmt: skip
    perform(session, lambda s: cancel(s, ref(second)))
    assert before == (availability(session, item.id, place, day("2026-03-14")).projected_available,
                      promise_quantity(session, item.id, place, day("2026-03-14")))  # fmt: skip
    perform(session, lambda s: reserve(s, ref(second), ref(buy)))
    trade.post(first, "handle", on="2026-03-06")
    assert row("2026-03-13") == (4, 0, 4, 4, 4, 4)
    trade.post(buy, "handle", on="2026-03-12")
    assert row("2026-03-13") == (19, 10, 9, 19, 9, 9)
