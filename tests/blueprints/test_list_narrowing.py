"""A list that reads few rows by their keys and one that walks show the same pages, the same order, the same rows."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from blueprints import list_narrowing
from core.unit_of_work import perform
from models import Item, ItemTotal, Location, Vendor, db
from services import categories
from services.items.stockkeeping_batch import Batch, create_batch
from tests.builders import World
from tests.support.people import PeopleClient, log_in_as
from tests.support.trading import Trade

#: lists with what narrows them, each of more than one page of 25
LISTS = (
    "/ledger/items?type=purchase", "/ledger/items?type=purchase&sort=-posting_date", "/ledger/items?location=BLUE",
    "/ledger/items?type=purchase&direction=yes&sort=posting_date", "/ledger/values?movement=purchase",
    "/ledger/items?date_from=2025-01-01&date_to=2025-01-20", "/items?blocked=no", "/items?blocked=no&sort=-on_hand",
    "/items?unit=PCS&sort=description", "/items?stock=ok&sort=on_hand", "/items?q=part", "/items?q=part&blocked=no",
    "/items?blocked=no&sort=vendor", "/items?blocked=no&sort=-vendor", "/items?blocked=no&sort=inventory_group",
    "/stockkeeping-units?location=BLUE&sort=vendor", "/stockkeeping-units?location=BLUE&sort=-vendor",
    "/stockkeeping-units?location=BLUE&sort=-location", "/stockkeeping-units?location=BLUE&sort=-item",
)  # fmt: skip
PARTS = 30


@pytest.fixture
def client(make_app, database_url):
    """Thirty items, each received twice on days that do not follow the entry numbers; on both engines."""
    app = make_app(database_url)
    app.test_client_class = PeopleClient
    with app.app_context():
        world = World(db.session())
        parts = [world.item(f"P{number:02}", description=f"Part {(number * 7) % 10}") for number in range(PARTS)]
        lines = [
            world.line(part, "purchase", number % 4 + 1, "2", on=f"2025-01-{(number * 11) % 20 + 1:02}", at="BLUE")
            for number, part in enumerate(parts * 2)
        ]
        world.post(*lines)
        Trade(world)
        perform(world.session, _vendors_and_units)
    client = app.test_client()
    log_in_as(app, client, "owner")
    return client


def _vendors_and_units(session):
    """Every third item, and its stockkeeping unit at BLUE, has no vendor; the others have one of two."""
    first = session.scalars(select(Vendor).order_by(Vendor.id)).first()
    second = Vendor(no="ABOVE", name="Before the other by its number", **_groups_of(first))
    session.add(second)
    session.flush()
    for number, item in enumerate(session.scalars(select(Item).order_by(Item.no))):
        item.vendor_id = (None, second.id, first.id)[number % 3]
    session.flush()
    blue = session.scalars(select(Location.id).where(Location.code == "BLUE")).one()
    create_batch(session, Batch(location_id=blue))


def _groups_of(vendor):
    names = [column.key for column in Vendor.__table__.columns if column.key.endswith("_group_id")]
    return {name: getattr(vendor, name) for name in names}


def pages(client: PeopleClient, url: str) -> list[list[str]]:
    """The row ids of each page from the first to the last, by its link to the next; and the counts they name."""
    found, wanted = [], f"{url}&size=25"
    while wanted:
        text = client.get(wanted).text
        found.append([*re.findall(r'<tr id="row-(\d+)"', text), *re.findall(r"\d+ of \d+", text)])
        link = re.search(r'href="([^"]*)" hx-get="[^"]*" id="page-3"', text)
        wanted = link.group(1).replace("&amp;", "&") if link else ""
    return found


def test_few_and_walked_rows_are_the_same_on_every_page(client, monkeypatch):
    few = {url: pages(client, url) for url in LISTS}
    monkeypatch.setattr(list_narrowing, "FEW", 0)
    walked = {url: pages(client, url) for url in LISTS}

    for url in LISTS:
        rows = [[part for part in page if " of " not in part] for page in few[url]]
        assert rows == [[part for part in page if " of " not in part] for page in walked[url]], url
        assert len(rows) == (2 if url.startswith(("/items", "/stock")) else 3), url
        assert len({row for page in rows for row in page}) == sum(len(page) for page in rows), url


def test_pages_are_walked_backwards_and_from_the_end_too(client):
    text = client.get("/ledger/items?type=purchase&size=25&before=end").text
    last = re.findall(r'<tr id="row-(\d+)"', text)
    back = re.search(r'href="([^"]*)" hx-get="[^"]*" id="page-2"', text).group(1).replace("&amp;", "&")
    middle = re.findall(r'<tr id="row-(\d+)"', client.get(back).text)

    assert last == [str(number) for number in range(25, 0, -1)]
    assert middle == [str(number) for number in range(50, 25, -1)]


def test_a_row_that_left_the_list_does_not_lose_the_page(client):
    gone = client.get("/ledger/items?type=purchase&size=25&after=WyJuIixudWxsLDk5OTk5OV0")

    assert gone.status_code == 200
    assert len(re.findall(r'<tr id="row-(\d+)"', gone.text)) == 25


def test_few_rows_are_counted_whole_and_many_of_one_condition_up_to_the_limit(client, monkeypatch):
    whole = client.get("/ledger/items?type=purchase&size=25").text
    monkeypatch.setattr(list_narrowing, "FEW", 40)
    capped = client.get("/ledger/items?type=purchase&size=25").text

    assert "1–25 of 60" in whole
    assert "of more than 40" in capped


def test_narrowed_to_days_a_ledger_sorts_by_nothing_else(client):
    page = client.get("/ledger/items?date_from=2025-01-01&date_to=2025-01-20&sort=entry_no").text

    assert 'id="sort-posting_date"' in page
    assert 'id="sort-entry_no"' not in page


def test_every_item_has_its_total_from_the_start_and_takes_it_along(each_session):
    world = World(each_session)
    item = world.item("BOLT")

    total = each_session.get(ItemTotal, item.id)
    each_session.delete(each_session.get(Item, item.id))
    each_session.commit()

    assert (total.quantity, total.entry_count) == (0, 0)
    assert each_session.scalars(select(ItemTotal.item_id)).all() == []


def test_a_large_tree_draws_what_is_open_and_asks_for_the_rest(app, client_on, monkeypatch):
    monkeypatch.setattr("blueprints.items_list.TREE_DRAWN", 2)
    page = client_on.get("/items").text
    opened = client_on.get("/items?category=TOP").text
    below = client_on.get("/items/branches?below=TOP&blocked=no").text

    assert "/items/branches?below=TOP" in page
    assert "Second" not in page
    assert "Second" in opened
    assert "Third" not in below
    assert 'href="/items?blocked=no&amp;category=SECOND"' in below
    assert "/items/branches?below=SECOND" in below
    assert client_on.get("/items/branches?below=NOWHERE").text.strip() == ""


@pytest.fixture
def client_on(app):
    """A browser on a shop with three categories, one below the other."""
    app.test_client_class = PeopleClient
    with app.app_context():
        World(db.session())
        top = categories.create_category(db.session(), "TOP", "First")
        second = categories.create_category(db.session(), "SECOND", "Second", parent_id=top.id)
        categories.create_category(db.session(), "THIRD", "Third", parent_id=second.id)
        db.session.commit()
    client = app.test_client()
    log_in_as(app, client, "owner")
    return client
