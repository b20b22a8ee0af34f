"""A vendor's price list into the catalog (items.md section 11), on both engines."""

import pytest
from sqlalchemy import func, select

from core.unit_of_work import perform
from models import AuditEntry, CatalogItem, CatalogSetup, Vendor
from services.catalog import entries
from services.catalog.items import create_item_of
from tests.builders import d, day
from tests.items.test_catalog import entry_of, offer, vendor_id
from tests.support.imports import Importer
from tests.support.trading import DAY, Trade

LIST = """Vendor no.;Article no;Description;List price;Net cost;Unit price;UoM
VEND;wn-1;Pump;200;120.50;240;PCS
VEND;WN-2;Valve;20;11;25;PCS
"""


@pytest.fixture
def trade(each_world):
    return Trade(each_world)


@pytest.fixture
def importer(trade, tmp_path):
    return Importer(trade.session, tmp_path)


def rows(trade):
    found = trade.session.execute(
        select(CatalogItem.no, CatalogItem.vendor_item_no, CatalogItem.description, CatalogItem.negotiated_cost)
        .order_by(CatalogItem.no)
    )  # fmt: skip
    return found.tuples().all()


def test_a_price_list_makes_entries_with_numbers_of_the_series_and_again_changes_nothing(trade, importer):
    looked = importer.run("catalog-items", LIST, dry=True)
    assert (looked.counts["create"], rows(trade)) == (2, [])

    importer.run("catalog-items", LIST)
    again = importer.run("catalog-items", LIST)

    assert rows(trade) == [("CAT-1001", "WN-1", "Pump", d("120.5")), ("CAT-1002", "WN-2", "Valve", 11)]
    assert (again.counts["unchanged"], again.counts["create"], again.counts["update"]) == (2, 0, 0)
    entry = entry_of(trade, "CAT-1001")
    assert (entry.vendor_id, entry.published_cost, entry.unit_price, entry.unit_code) == (
        vendor_id(trade), 200, 240, "PCS",
    )  # fmt: skip
    made = select(func.count(AuditEntry.id)).where(AuditEntry.table_name == "catalog_item")
    assert trade.session.scalar(made.where(AuditEntry.action == "created")) == 2


def test_new_prices_change_entries_but_not_those_that_an_item_stands_for(trade, importer):
    importer.run("catalog-items", LIST)
    no = offer(trade, "WN-3")
    perform(trade.session, lambda s: create_item_of(s, entries.get_entry(s, no), on=day(DAY)))
    dearer = LIST.replace("120.50", "130") + "VEND;WN-3;Pump;1;1;1;PCS\n"

    refused = importer.run("catalog-items", dearer)
    kept = importer.run("catalog-items", dearer, skip_faulty=True)

    assert "stands for entry" in refused.said()[4]
    assert kept.counts["update"] == 1
    assert entry_of(trade, "CAT-1001").negotiated_cost == 130
    assert entry_of(trade, no).unit_price == 12


def test_a_number_twice_an_unknown_vendor_and_a_missing_series_are_said_row_by_row(trade, importer):
    faulty = LIST + "VEND;WN-2;Again;1;1;1;PCS\nNOBODY;WN-9;Ghost;1;1;1;PCS\n"

    said = importer.run("catalog-items", faulty).said()
    assert "twice in the file" in said[4]
    assert "NOBODY" in said[5]

    trade.change(trade.session.get_one(CatalogSetup, 1), catalog_nos_id=None)
    assert "number series" in importer.run("catalog-items", LIST).said()[2]
    assert rows(trade) == []
    numbered = "Entry no.;Description\nOWN-1;By hand\n"
    assert importer.run("catalog-items", numbered).counts["create"] == 1


def test_what_was_exported_can_be_imported_again(trade, importer):
    importer.run("catalog-items", LIST)

    content = importer.export("catalog-items").decode("utf-8-sig")
    again = importer.run("catalog-items", content)

    assert "CAT-1001" in content
    assert again.counts["unchanged"] == 2
    assert trade.session.scalar(select(func.count(Vendor.id))) == 2
