"""Number series: rivals, lines by date, warnings, what may be typed, the No. field (items.md section 18)."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import select

from core.errors import DomainError, ValidationError
from core.unit_of_work import perform, rehearse
from models import InventorySetup, Item, NumberSeries, NumberSeriesLine, db
from services import items, number_series, numbers, parties
from services.numbers import NOTICES
from services.setup_checks_documents import everything_missing
from tests.builders import World, day
from tests.support.item_pages import error_beside, words
from tests.support.trade import TradeShop

DAY = day("2025-03-14")
RIVALS, EACH = 20, 5


class Series:
    """Short words for the series of items."""

    def __init__(self, world) -> None:
        self.world, self.session = world, world.session

    def make(self, code="SER", *lines, **flags) -> int:
        """A series with lines; its id."""

        def work(session):
            series = number_series.create_series(session, code, {"default_nos": True, "manual_nos": True} | flags)
            for line in lines:
                number_series.save_line(session, series, None, {"starting_no": "A01"} | line)
            return series.id

        return perform(self.session, work)

    def draw(self, code="SER", on=DAY) -> str:
        return perform(self.session, lambda s: numbers.next_no(s, code, on))

    def refused(self, code, work) -> DomainError:
        with pytest.raises(DomainError) as refusal:
            work()
        self.session.rollback()
        assert refusal.value.code == code, refusal.value
        return refusal.value


@pytest.fixture
def series(each_world):
    return Series(each_world)


# ------------------------------------------------------------------------------------------------ NOS-1
@pytest.mark.slow
def test_nos_1_twenty_users_creating_items_at_once_get_neither_a_number_twice_nor_a_gap(make_app, database_url):
    app = make_app(database_url)
    with app.app_context():
        world = World(db.session())
        pattern = world.item("PATTERN")
        values = {
            "description": "Bolt", "base_unit_of_measure_id": pattern.base_unit_of_measure_id,
            "gen_product_posting_group_id": pattern.gen_product_posting_group_id,
            "inventory_posting_group_id": pattern.inventory_posting_group_id,
        }  # fmt: skip
        Series(world).make("RIVALS", {"starting_no": "R0001"})
        perform(db.session, lambda s: setattr(s.get_one(InventorySetup, 1), "item_nos_id", s.scalars(
            select(NumberSeries.id).where(NumberSeries.code == "RIVALS")).one()))  # fmt: skip
    made, failures, guard, start = [], [], threading.Lock(), threading.Barrier(RIVALS)

    def user(number: int) -> None:
        with app.app_context():
            start.wait()
            for turn in range(EACH + 1):

                def work(session, turn=turn):
                    item = items.create_item(session, values, on=DAY)
                    if turn == number % EACH:
                        raise ValidationError("changed_my_mind", "Rolled back with its number.")
                    return item.no

                try:
                    no = perform(db.session, work)
                except ValidationError as error:
                    if error.code != "changed_my_mind":
                        failures.append(error)
                    continue
                except Exception as error:  # noqa: BLE001 - a thread's failure has to reach the test
                    failures.append(error)
                    continue
                with guard:
                    made.append(no)
            db.session.remove()

    threads = [threading.Thread(target=user, args=(number,)) for number in range(RIVALS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert sorted(made) == [f"R{number:04}" for number in range(1, RIVALS * EACH + 1)]
    with app.app_context():
        kept = db.session.scalars(select(Item.no).where(Item.no.startswith("R0"))).all()
        assert sorted(kept) == sorted(made)


def test_nos_1_a_failed_posting_leaves_no_gap(each_trade):
    bolt = each_trade.item("BOLT", unit_cost=2, prevent_negative=True)
    each_trade.world.receive(bolt, 3, 2)
    posted = []

    def sell(quantity):
        order = each_trade.open("sales_order", {"item": bolt, "quantity": quantity, "unit_amount": 5})
        posted.append(each_trade.posted(each_trade.post(order)["invoice_id"]).no)

    sell(1)
    each_trade.refused("negative_inventory", lambda: sell(5))
    sell(1)

    assert numbers.increment(posted[0]) == posted[1]


# ------------------------------------------------------------------------------------------------ NOS-2
def test_nos_2_a_line_from_the_first_of_january_takes_over_on_that_day(series):
    series.make("SER", {"starting_no": "24-001"}, {"starting_no": "25-001", "starting_date": day("2025-01-01")})

    assert series.draw(on=day("2024-12-31")) == "24-001"
    assert series.draw(on=day("2025-01-01")) == "25-001"
    assert series.draw(on=day("2024-12-31")) == "24-002"
    assert series.draw(on=day("2025-06-30")) == "25-002"


def test_nos_2_date_order_refuses_an_earlier_day_and_no_line_yet_is_refused(series):
    series.make("SER", {"starting_no": "A1", "starting_date": day("2025-01-01")}, date_order=True)

    series.refused("series_exhausted", lambda: series.draw(on=day("2024-12-31")))
    series.draw(on=day("2025-02-01"))
    series.refused("date_order", lambda: series.draw(on=day("2025-01-31")))
    assert series.draw(on=day("2025-02-01")) == "A2"


# ------------------------------------------------------------------------------------------------ NOS-3
def test_nos_3_the_warning_comes_once_and_the_end_is_refused(series):
    series.make("SER", {"starting_no": "A01", "ending_no": "A04", "warning_no": "A03"})
    told = []
    for _number in range(4):
        series.draw()
        told.append(series.session.info.pop(NOTICES, {}))

    assert [bool(one) for one in told] == [False, False, True, False]
    assert "A03 was taken, 1 left" in told[2]["SER"]
    series.refused("series_exhausted", series.draw)
    line = series.session.scalars(select(NumberSeriesLine).join(NumberSeries).where(NumberSeries.code == "SER")).one()
    assert (line.open, line.last_no_used) == (False, "A04")
    assert any("SER has 0 numbers left" in gap.sentence for gap in everything_missing(series.session, DAY))


def test_nos_3_a_number_that_is_given_back_is_not_told_of(series):
    series.make("SER", {"starting_no": "A01", "ending_no": "A09", "warning_no": "A01"})

    assert rehearse(series.session, lambda s: numbers.next_no(s, "SER", DAY)) == "A01"

    assert NOTICES not in series.session.info


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ({"starting_no": "CHAIR"}, "number_not_incrementable"),
        ({"starting_no": "A01", "ending_no": "B09"}, "number_pattern"),
        ({"starting_no": "A05", "ending_no": "A04"}, "number_pattern"),
        ({"starting_no": "A01", "ending_no": "A04", "warning_no": "A09"}, "number_pattern"),
        ({"starting_no": "A01", "increment_by": 0}, "increment_positive"),
    ],
)
def test_nos_3_numbers_that_are_not_of_one_pattern_are_refused(series, line, code):
    error = None
    try:
        series.make("SER", line)
    except DomainError as refusal:
        error = refusal
    series.session.rollback()

    assert error is not None
    assert error.code == code
    assert series.session.scalars(select(NumberSeries).where(NumberSeries.code == "SER")).all() == []


# ------------------------------------------------------------------------------------------------ NOS-4
def test_nos_4_a_typed_number_is_refused_where_the_series_gives_them(series):
    chosen = series.make("SER", {}, manual_nos=False)
    perform(series.session, lambda s: setattr(s.get_one(InventorySetup, 1), "vendor_nos_id", chosen))

    def create(no, **more):
        return perform(
            series.session,
            lambda s: parties.create_party(s, parties.VENDOR, no, {"name": "V"}, on=DAY, **more).no,
        )

    error = series.refused("manual_number_not_allowed", lambda: create("V77"))
    assert error.field == "no"
    assert create("") == "A01"
    other = series.make("OTHER", {"starting_no": "Z1"})
    series.refused("series_not_related", lambda: create("", chosen_series_id=other))
    perform(series.session, lambda s: number_series.relate(s, number_series.get_series(s, "SER"), other))
    assert create("", chosen_series_id=other) == "Z1"


def test_nos_4_a_series_for_typed_numbers_gives_none(series):
    chosen = series.make("SER", {}, default_nos=False)
    perform(series.session, lambda s: setattr(s.get_one(InventorySetup, 1), "vendor_nos_id", chosen))

    series.refused(
        "automatic_number_not_allowed",
        lambda: perform(series.session, lambda s: parties.create_party(s, parties.VENDOR, "", {"name": "V"}, on=DAY)),
    )


# ------------------------------------------------------------------------------------------------ pages
@pytest.fixture
def shop(app, login):
    found = TradeShop(app)
    login(found.client, "owner")
    return found


def use(shop, code, *lines, **flags):
    """Vendors are numbered by this series."""
    with shop.trade() as trade:
        chosen = Series(trade.world).make(code, *lines, **flags)
        perform(trade.session, lambda s: setattr(s.get_one(InventorySetup, 1), "vendor_nos_id", chosen))
        return chosen


def field(shop) -> str:
    """The No. field of a new vendor."""
    page = shop.client.get("/vendors/new").text
    return page[page.index('name="no"') - 200 : page.index('name="no"') + 300]


def test_the_no_field_is_read_only_free_or_demanded_as_the_series_says(shop):
    use(shop, "AUTO", {"starting_no": "V01"}, manual_nos=False)
    assert "readonly" in field(shop)
    assert 'placeholder="V01"' in field(shop)
    assert shop.client.send("/vendors/new", {"name": "One", "blocked": "", "no": ""}).status_code == 303

    use(shop, "BOTH", {"starting_no": "W01"})
    assert "readonly" not in field(shop)
    assert "Leave empty to take W01" in words(shop.client.get("/vendors/new"))

    use(shop, "HAND", {"starting_no": "X01"}, default_nos=False)
    assert 'aria-required="true"' in field(shop)
    refused = shop.client.send("/vendors/new", {"name": "Two", "blocked": "", "no": ""})
    assert refused.status_code == 422
    assert "missing" in error_beside(refused, "no")


def test_related_series_are_chosen_beside_the_field(shop):
    use(shop, "USUAL", {"starting_no": "V01"})
    assert 'name="series"' not in shop.client.get("/vendors/new").text
    with shop.trade() as trade:
        other = Series(trade.world).make("ABROAD", {"starting_no": "X01"})
        perform(trade.session, lambda s: number_series.relate(s, number_series.get_series(s, "USUAL"), other))

    assert "ABROAD" in words(shop.client.get("/vendors/new"))
    answer = shop.client.send("/vendors/new", {"name": "One", "blocked": "", "no": "", "series": str(other)})

    assert answer.location.endswith("/vendors/X01")


def test_nos_3_whoever_draws_the_warning_number_is_told_once(shop):
    use(shop, "SHORT", {"starting_no": "V01", "ending_no": "V09", "warning_no": "V02"})
    told = []
    for number in range(3):
        shop.client.send("/vendors/new", {"name": f"V {number}", "blocked": "", "no": ""})
        told.append("comes to its end" in words(shop.client.get("/vendors")))

    assert told == [False, True, False]
    listed = words(shop.client.get("/setup/number-series?q=SHORT"))
    assert "SHORT" in listed
    assert " 6 " in listed  # V04 to V09
    assert "SHORT has 6 numbers left" in words(shop.client.get("/setup/check"))


def test_the_next_number_is_tested_without_taking_it(shop):
    use(shop, "TEST", {"starting_no": "T01"})
    for _time in range(2):
        answer = shop.client.send("/setup/number-series/TEST/test")
        assert "T01" in words(shop.client.get(answer.location))
