"""Adjust inventory: the new quantity of each location, posted as the difference (items.md section 1, Actions)."""

from decimal import Decimal

import pytest
from sqlalchemy import select

from core.errors import DomainError
from core.unit_of_work import perform
from models import Item, ItemBalance, ItemLedgerEntry, Location, db
from models.enums import EntryType
from posting.verify import verify
from services.documents.adjust_inventory import adjust_inventory, shelves
from services.poster import Poster
from tests.builders import World, d, day
from tests.support.people import PeopleClient, log_in_as

POSTER = Poster(user_name="tester")
ON = day("2025-03-10")


@pytest.fixture
def bolt(each_world):
    item = each_world.item("BOLT", unit_cost="2", unit_price="5")
    each_world.receive(item, 10, 2, at="BLUE")
    return item


def adjust(world, item, wanted, *, seen=None, variant=0):
    """`wanted` and `seen`: location code -> quantity."""

    def by_id(figures):
        return {world.location_id(code): d(quantity) for code, quantity in figures.items()}

    return perform(
        world.session,
        lambda session: adjust_inventory(
            session, item.id, by_id(wanted), POSTER, on=ON, variant_id=variant, seen=by_id(seen) if seen else None
        ),
    )


def entries(world, item):
    rows = world.session.scalars(
        select(ItemLedgerEntry).where(ItemLedgerEntry.item_id == item.id).order_by(ItemLedgerEntry.id)
    )
    return [(row.entry_type, row.quantity, row.document_no, row.posting_date.isoformat()) for row in rows]


def refused(world, work):
    before = world.session.scalars(select(ItemLedgerEntry.id)).all()
    with pytest.raises(DomainError) as refusal:
        work()
    world.session.rollback()
    assert world.session.scalars(select(ItemLedgerEntry.id)).all() == before
    return refusal.value


def test_itm_8_seven_where_the_books_say_ten_posts_one_negative_adjustment_of_three(each_world, bolt):
    assert adjust(each_world, bolt, {"BLUE": 7, "RED": 0, "": 0}) is not None

    assert entries(each_world, bolt)[1:] == [(EntryType.NEGATIVE_ADJMT, -3, "BOLT", "2025-03-10")]
    balance = each_world.session.scalars(select(ItemBalance.quantity).where(ItemBalance.item_id == bolt.id)).all()
    assert sum(balance) == 7
    assert verify(each_world.session) == []


def test_more_is_a_positive_adjustment_at_the_cost_of_the_card_and_nothing_changed_posts_nothing(each_world, bolt):
    assert adjust(each_world, bolt, {"BLUE": 10, "RED": 0}) is None
    adjust(each_world, bolt, {"BLUE": "12.5", "RED": 4})

    assert [row[:2] for row in entries(each_world, bolt)[1:]] == [
        (EntryType.POSITIVE_ADJMT, Decimal("2.5")), (EntryType.POSITIVE_ADJMT, 4),
    ]  # fmt: skip
    assert each_world.session.get_one(Item, bolt.id).unit_cost == 2
    assert verify(each_world.session) == []


def test_the_first_error_is_raised_with_its_location_and_nothing_of_the_batch_stays(each_world, bolt):
    locked = each_world.tracking_code("LOTALL", lot_specific=True)
    tracked = each_world.item("MILK", unit_cost="1", item_tracking_code_id=locked.id)

    error = refused(each_world, lambda: adjust(each_world, tracked, {"BLUE": 3, "RED": 5}))
    assert error.code == "tracking_missing"
    assert error.line == each_world.location_id("BLUE")

    below = refused(each_world, lambda: adjust(each_world, bolt, {"RED": 5, "BLUE": -1}))
    assert (below.code, below.line) == ("not_negative", each_world.location_id("BLUE"))


def test_stock_that_moved_meanwhile_is_not_overwritten(each_world, bolt):
    each_world.sell(bolt, 2, at="BLUE")

    error = refused(each_world, lambda: adjust(each_world, bolt, {"BLUE": 7}, seen={"BLUE": 10}))
    assert (error.code, error.line) == ("stock_changed", each_world.location_id("BLUE"))
    assert adjust(each_world, bolt, {"BLUE": 10}, seen={"BLUE": 10}) is None  # left as it was seen
    adjust(each_world, bolt, {"BLUE": 7}, seen={"BLUE": 8})
    assert entries(each_world, bolt)[-1][:2] == (EntryType.NEGATIVE_ADJMT, -1)


def test_locations_in_transit_and_with_bins_are_left_out_and_the_blank_one_is_there(each_world, bolt):
    each_world.location("ROAD", use_as_in_transit=True)
    each_world.location("BINS", bin_mandatory=True)

    assert [shelf.code for shelf in shelves(each_world.session, bolt.id)] == ["", "BLUE", "RED"]
    error = refused(each_world, lambda: adjust(each_world, bolt, {"BINS": 1}))
    assert error.code == "location_not_adjustable"
    each_world.set(location_mandatory=True)
    assert [shelf.code for shelf in shelves(each_world.session, bolt.id)] == ["BLUE", "RED"]


def test_the_switch_and_the_type_of_the_item_forbid_it(each_world, bolt):
    service = each_world.item("HELP", type="service")
    assert refused(each_world, lambda: adjust(each_world, service, {"BLUE": 1})).code == "inventory_type_required"
    each_world.set(allow_inventory_adjustment=False)
    assert refused(each_world, lambda: adjust(each_world, bolt, {"BLUE": 1})).code == "adjustment_not_allowed"


def test_each_variant_has_its_own_shelves(each_world, bolt):
    black = each_world.variant(bolt, "BLACK")
    adjust(each_world, bolt, {"BLUE": 4}, variant=black.id)

    assert {shelf.code: shelf.quantity for shelf in shelves(each_world.session, bolt.id, black.id)}["BLUE"] == 4
    assert {shelf.code: shelf.quantity for shelf in shelves(each_world.session, bolt.id)}["BLUE"] == 10


# ------------------------------------------------------------------------------------------------ the page
@pytest.fixture
def client(app):
    with app.app_context():
        world = World(db.session())
        world.receive(world.item("BOLT", unit_cost="2", unit_price="5"), 10, 2, at="BLUE")
    app.test_client_class = PeopleClient
    client = app.test_client()
    log_in_as(app, client, "owner")
    return client


@pytest.fixture
def field(app, client):
    """The name that fields of location BLUE begin with."""
    with app.app_context():
        return f"at{db.session.scalars(select(Location.id).where(Location.code == 'BLUE')).one()}"


def test_itm_8_the_page_posts_once_and_card_list_and_ledger_show_seven(app, client, field):
    page = client.get("/items/BOLT/adjust")
    assert page.status_code == 200
    assert "in the books: 10" in page.text
    sent = {f"{field}-quantity": "7", f"{field}-seen": "10", "key": "adjust-once"}

    bad = client.send("/items/BOLT/adjust", sent | {f"{field}-quantity": "many"})
    assert bad.status_code == 422
    for _again in range(2):
        assert client.send("/items/BOLT/adjust", sent).status_code == 303

    with app.app_context():
        assert [int(quantity) for quantity in db.session.scalars(select(ItemLedgerEntry.quantity))] == [10, -3]
    assert ">7<" in client.get("/items").text
    assert ">7<" in client.get("/items/BOLT").text


def test_the_page_says_what_moved_meanwhile_and_is_only_for_who_may_post(app, client, field):
    late = client.send("/items/BOLT/adjust", {f"{field}-quantity": "7", f"{field}-seen": "12", "key": "k1"})
    assert late.status_code == 409
    assert "Something was posted meanwhile" in late.text

    assert "/items/BOLT/adjust" in client.get("/items/BOLT").text
    reader = app.test_client()
    log_in_as(app, reader, "viewer")
    assert reader.get("/items/BOLT/adjust").status_code == 403
    assert "/items/BOLT/adjust" not in reader.get("/items/BOLT").text


def test_an_item_with_variants_opens_where_something_lies(app):
    with app.app_context():
        world = World(db.session())
        shirt, bolt = world.item("SHIRT", unit_cost="2"), world.item("BOLT", unit_cost="2")
        world.receive(shirt, 5, 2, at="BLUE", variant_id=world.variant(shirt, "S").id)
        world.receive(bolt, 10, 2, at="BLUE")
        world.variant(bolt, "BLACK")
    app.test_client_class = PeopleClient
    client = app.test_client()
    log_in_as(app, client, "owner")

    shirts = client.get("/items/SHIRT/adjust").text

    assert 'action="/items/SHIRT/adjust?variant=S"' in shirts
    assert "in the books: 5" in shirts
    assert "in the books: 5" not in client.get("/items/SHIRT/adjust?variant=").text
    assert "in the books: 10" in client.get("/items/BOLT/adjust").text
    assert client.get("/items/SHIRT/adjust?variant=GONE").status_code == 404
    assert client.send("/items/SHIRT/adjust?variant=GONE", {"key": "k"}).status_code == 404
