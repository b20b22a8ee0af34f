"""The demo company: believable for a small wholesaler, the same whenever it is built for the same day, sound."""

from __future__ import annotations

import datetime as dt
import shutil

import pytest
from sqlalchemy import func, select

from core.unit_of_work import perform
from models import (
    Customer,
    GlEntry,
    Item,
    ItemAttributeMapping,
    ItemCategory,
    ItemJournalLine,
    ItemLedgerEntry,
    ItemTemplate,
    ItemUnitOfMeasure,
    ItemVariant,
    Location,
    User,
    ValueEntry,
    Vendor,
    db,
)
from models.enums import CostingMethod
from posting.verify import verify
from services.seed.demo import create_demo
from tests.support.applications import dispose, new_app

TODAY = dt.date(2025, 6, 2)
#: Everything but moments and secrets, which are those of the building.
_PASSING = ("_at", "password", "fs_uniquifier", "digest", "hash")


def build(path, template, today=TODAY):
    shutil.copyfile(template, path)
    app = new_app(f"sqlite:///{path}")
    with app.app_context():
        perform(db.session(), lambda session: create_demo(session, today=today, password_hash="x"))
    return app


@pytest.fixture(scope="module")
def demo(tmp_path_factory, _sqlite_template):
    """An application on a demo company."""
    app = build(tmp_path_factory.mktemp("demo") / "first.sqlite", _sqlite_template)
    yield app
    dispose(app)


def count(app, model, *conditions):
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(model).where(*conditions))


def rows_of(app):
    """Every row of every table, without what differs from one building to the next."""
    found = {}
    with app.app_context():
        for table in db.metadata.sorted_tables:
            columns = [column for column in table.columns if not column.name.endswith(_PASSING)]
            if columns and table.name != "setup_version":  # a random word
                order = [column for column in table.primary_key.columns if column in columns]
                found[table.name] = [tuple(row) for row in db.session.execute(select(*columns).order_by(*order))]
    return found


def test_it_is_a_believable_small_wholesaler(demo):
    assert count(demo, Item) >= 60
    assert count(demo, ItemCategory, ItemCategory.level > 0) >= 5  # a tree, not a list
    assert count(demo, ItemAttributeMapping) >= 60
    assert count(demo, ItemVariant, ItemVariant.id != 0) >= 10
    assert count(demo, Location, Location.id != 0) == 4
    assert count(demo, Location, Location.use_as_in_transit) == 1
    assert count(demo, Vendor) >= 5
    assert count(demo, Customer) >= 5
    assert count(demo, User) == 6
    with demo.app_context():
        methods = set(db.session.scalars(select(Item.costing_method).distinct()))
    assert {CostingMethod.FIFO, CostingMethod.AVERAGE} <= methods


def test_months_were_posted_up_to_yesterday_or_today_and_never_beyond(demo):
    with demo.app_context():
        first, last = db.session.execute(
            select(func.min(ItemLedgerEntry.posting_date), func.max(ItemLedgerEntry.posting_date))
        ).one()
        months = {day.strftime("%Y-%m") for day in db.session.scalars(select(ItemLedgerEntry.posting_date).distinct())}

    assert (TODAY - first).days >= 120
    assert TODAY - dt.timedelta(days=4) <= last <= TODAY
    assert len(months) >= 5


def test_there_is_work_for_today(demo):
    assert count(demo, ItemJournalLine) >= 5


def test_nothing_lies_below_zero_and_the_ledgers_hold(demo):
    with demo.app_context():
        assert verify(db.session()) == []
        assert db.session.scalar(select(func.sum(GlEntry.amount))) == 0

    assert count(demo, GlEntry) > 500
    assert count(demo, ValueEntry) >= count(demo, ItemLedgerEntry) > 500


def test_the_same_day_gives_the_same_company_to_the_last_id_and_amount(demo, tmp_path, request):
    again = build(tmp_path / "again.sqlite", request.getfixturevalue("_sqlite_template"))

    first, second = rows_of(demo), rows_of(again)

    dispose(again)
    assert [name for name in first if first[name] != second[name]] == []


def test_a_new_item_is_offered_templates_that_say_nothing_of_one_items_price(demo):
    with demo.app_context():
        templates = db.session.scalars(select(ItemTemplate).order_by(ItemTemplate.code)).all()

    assert [template.code for template in templates] == ["BICYCLE", "CATALOG"]
    assert {amount for template in templates for amount in (template.unit_price, template.unit_cost)} == {0}


def test_a_unit_weighs_what_its_items_weigh_net(demo):
    unit = ItemUnitOfMeasure
    wanted = select(unit.weight, unit.qty_per_unit_of_measure, Item.net_weight).join(Item, Item.id == unit.item_id)

    with demo.app_context():
        rows = db.session.execute(wanted).all()

    assert any(quantity > 1 for _weight, quantity, _net in rows)
    assert all(weight == quantity * net for weight, quantity, net in rows)
