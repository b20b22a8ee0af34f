"""Large lists are answered by indexes: no sort and no filter that a person can choose reads a whole table.

What a plan says about three rows holds for a million and a half: on SQLite it comes from the query and the indexes
alone, and PostgreSQL is told not to take the short cut of small tables.
"""

from __future__ import annotations

import pytest

from blueprints import list_narrowing
from models import db
from tests.builders import World
from tests.support.people import PeopleClient, log_in_as
from tests.support.plans import plans_of, sorts, whole_reads

DAY = "date_from=2025-01-10&date_to=2025-01-11"
LEDGER = {
    "item_ledger_entry": (
        "/ledger/items?item=BOLT", "/ledger/items?location=RED", f"/ledger/items?{DAY}", "/ledger/items?type=transfer",
        "/ledger/items?open=yes", "/ledger/items?open=yes&direction=no", "/ledger/items?lot=L1",
        "/ledger/items?serial=S1", "/ledger/items?document_no=REC1", "/ledger/items?source_type=vendor",
        "/ledger/items?source_no=V1", "/ledger/items?variant=RED", "/ledger/items?register=1", "/ledger/items?entry=1",
        "/ledger/items?q=REC1", "/ledger/items?q=NOTHING",
    ),
    "value_entry": (
        "/ledger/values?item=BOLT", "/ledger/values?location=RED", f"/ledger/values?{DAY}",
        "/ledger/values?valuation_from=2025-01-10&valuation_to=2025-01-11", "/ledger/values?type=revaluation",
        "/ledger/values?movement=transfer", "/ledger/values?adjustment=yes", "/ledger/values?expected=yes",
        "/ledger/values?document_no=REC1", "/ledger/values?entry=1", "/ledger/values?register=1", "/ledger/values?no=1",
    ),
    "item_application_entry": (
        f"/ledger/applications?{DAY}", "/ledger/applications?fixed=yes", "/ledger/applications?in_force=no",
        "/ledger/applications?entry=1", "/ledger/applications?document_no=REC1", "/ledger/applications?register=1",
    ),
    "gl_entry": (
        "/ledger/gl?account={account}", f"/ledger/gl?{DAY}", "/ledger/gl?document_no=REC1", "/ledger/gl?register=1",
        "/ledger/gl?transaction=1", "/ledger/gl?value_entry=1", "/ledger/gl?entry=1",
    ),
    "warehouse_entry": (
        "/ledger/warehouse?item=BOLT", "/ledger/warehouse?location=RED", "/ledger/warehouse?type=movement",
        "/ledger/warehouse?document_no=REC1", "/ledger/warehouse?register=1",
    ),
    "register": (
        f"/ledger/registers?{DAY}", "/ledger/registers?posted_from=2025-01-10&posted_to=2025-01-11",
        "/ledger/registers?document_no=REC1", "/ledger/registers?source=ITEMJNL", "/ledger/registers?batch=DEFAULT",
    ),
    "item": (
        "/items?category=TOOLS", "/items?unit=BOX", "/items?type=service", "/items?blocked=yes",
        "/items?costing=lifo", "/items?stock=negative", "/items?stock=below_safety", "/items?stock=over",
    ),
}  # fmt: skip
#: walked in their own order: the first page and the one after it
WALKS = (
    ("item_ledger_entry", "/ledger/items"), ("item_ledger_entry", "/ledger/items?sort=posting_date"),
    ("item_ledger_entry", "/ledger/items?type=sale&sort=-posting_date"), ("item_ledger_entry", f"/ledger/items?{DAY}"),
    ("value_entry", "/ledger/values"), ("value_entry", "/ledger/values?sort=-posting_date"),
    ("value_entry", "/ledger/values?sort=valuation_date"), ("value_entry", "/ledger/values?movement=sale"),
    ("item_application_entry", "/ledger/applications?sort=posting_date"), ("gl_entry", "/ledger/gl?sort=posting_date"),
    ("gl_entry", "/ledger/gl?account={account}"), ("register", "/ledger/registers?sort=-created_at"),
    ("item", "/items"), ("item", "/items?sort=-description"), ("item", "/items?sort=-on_hand"),
    ("item", "/items?sort=on_hand&blocked=no"),
)  # fmt: skip


@pytest.fixture
def app(make_app, database_url):
    """Each test of this file runs on both engines."""
    app = make_app(database_url)
    app.test_client_class = PeopleClient
    return app


@pytest.fixture
def account(app):
    """The number of an account with entries; there are three items, some goods and a sale."""
    with app.app_context():
        world = World(db.session())
        bolt = world.item("BOLT", unit_cost="2", unit_price="5")
        world.receive(bolt, 10, "2.00", on="2025-01-10", at="BLUE", document_no="REC1")
        world.sell(bolt, 4, "5.00", on="2025-01-11", at="BLUE", document_no="SHIP1")
        world.receive(world.item("NUT", unit_cost="1"), 7, "1.00", at="RED", document_no="REC2")
        world.item("SCREW")
        return db.session.connection().exec_driver_sql(
            "SELECT a.no FROM gl_account a JOIN gl_entry e ON e.account_id = a.id ORDER BY e.id LIMIT 1"
        ).scalar_one()  # fmt: skip


@pytest.fixture
def client(app, account):
    client = app.test_client()
    log_in_as(app, client, "owner")
    with app.app_context():
        _add_masters()
    return client


def _add_masters():
    """What the filters name."""
    session = db.session
    session.connection().exec_driver_sql(
        "INSERT INTO item_category (code, description, level, presentation_order, has_children) "
        "VALUES ('TOOLS', '', 0, 0, false)"
    )
    session.commit()


@pytest.mark.parametrize("table", list(LEDGER))
def test_each_filter_finds_its_rows_by_an_index(app, client, account, table):
    found = {url: plans_of(app, client, url.format(account=account)) for url in LEDGER[table]}

    assert {url: whole_reads(plans, table) for url, plans in found.items() if whole_reads(plans, table)} == {}


def test_where_many_rows_match_the_list_is_walked_in_its_order(app, client, account, monkeypatch):
    monkeypatch.setattr(list_narrowing, "FEW", 0)

    for table, url in WALKS:
        plans = plans_of(app, client, url.format(account=account), without=("seqscan", "bitmapscan", "sort"))
        keys = [plan for plan in plans if "AS row_id" in plan[0] and "ORDER BY" in plan[0]]
        assert keys, url
        assert sorts(keys, table) == [], url
