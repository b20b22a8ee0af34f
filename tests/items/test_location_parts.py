"""Zones, people and bin contents of a location, on their pages (items.md section 14; warehouse.md 3, 4, 17)."""

import pytest
from sqlalchemy import select

from core.unit_of_work import perform
from models import AuditEntry, Bin, BinContent, Location, User, Zone
from services import locations
from services.bins import create_bin
from services.seed.posting_setup import add_location_setup
from tests.support.item_pages import error_beside, rows, words
from tests.support.people import add_user
from tests.support.trade import TradeShop


@pytest.fixture
def shop(app, login):
    found = TradeShop(app)
    with found.trade() as trade:

        def work(session):
            for code in ("BINS", "EAST"):
                place = locations.create_location(session, code, {"name": code, "bin_mandatory": True})
                add_location_setup(session, place.id)
            create_bin(session, locations.get_location(session, "BINS"), "A-01", {})
            create_bin(session, locations.get_location(session, "BINS"), "A-02", {})

        perform(trade.session, work)
    login(found.client, "owner")
    return found


def read(shop, *columns, **where):
    with shop.trade() as trade:
        statement = select(*columns)
        for name, value in where.items():
            statement = statement.where(getattr(columns[0].class_, name) == value)
        return [tuple(row) for row in trade.session.execute(statement)]


def test_a_zone_gives_new_bins_its_values_and_takes_them_along_when_renamed(shop):
    assert shop.client.send("/zones/BINS", {"code": "cold", "ranking": "7"}).status_code == 303
    again = shop.client.send("/zones/BINS", {"code": "COLD"})
    assert again.status_code == 422
    assert "exists already" in error_beside(again, "code")
    shop.client.send("/bins/BINS", {"code": "C-01", "zone_code": "cold"})
    shop.client.send("/bins/BINS/range", {"first": "C-02", "last": "C-03", "zone_code": "COLD"})
    shop.client.send("/bins/BINS", {"code": "R-01", "zone_code": "RACKS"})  # made with its first bin

    zone = read(shop, Zone.id, code="COLD")[0][0]
    assert shop.client.send(f"/zones/BINS/edit/{zone}", {"code": "ICE", "ranking": "9"}).status_code == 303
    refused = shop.client.send(f"/zones/BINS/delete/{zone}", {})

    assert "3 bins lie in zone ICE" in words(shop.client.get(refused.headers["Location"]))
    assert sorted(read(shop, Bin.code, Bin.zone_code, Bin.ranking)) == [
        ("A-01", "", 0), ("A-02", "", 0), ("C-01", "ICE", 7), ("C-02", "ICE", 7), ("C-03", "ICE", 7),
        ("R-01", "RACKS", 0),
    ]  # fmt: skip
    assert sorted(read(shop, Zone.code)) == [("ICE",), ("RACKS",)]


def test_people_work_at_several_places_and_begin_at_one(shop, app):
    add_user(app, "clerk")
    person = {"user_id": "clerk@shop.example"}
    assert shop.client.send("/warehouse-employees/BINS", person | {"default": "y"}).status_code == 303
    second = shop.client.send("/warehouse-employees/EAST", person | {"default": "y"})
    assert second.status_code == 422
    assert "begin at BINS" in error_beside(second, "default")

    assert shop.client.send("/warehouse-employees/EAST", person).status_code == 303
    assert "clerk@shop.example" in words(shop.client.get("/warehouse-employees/EAST"))
    bins = read(shop, Location.id, code="BINS")[0]
    assert read(shop, User.location_id, email="clerk@shop.example") == [bins]


def test_an_item_has_one_default_bin_and_a_place_is_kept_or_taken_away(shop):
    given = {"location_id": "BINS", "bin_id": "A-01", "item_id": "BOLT", "fixed_bin": "y"}
    assert shop.client.send("/bin-contents/new", given | {"default_bin": "y"}).status_code == 303
    second = shop.client.send("/bin-contents/new", given | {"bin_id": "A-02", "default_bin": "y"})
    assert second.status_code == 422
    assert "Bin A-01 is the default bin already" in error_beside(second, "default_bin")
    nothing = shop.client.send("/bin-contents/new", {name: given[name] for name in ("location_id", "item_id")}
                               | {"bin_id": "A-02"})  # fmt: skip
    assert nothing.status_code == 422
    assert shop.client.send("/bin-contents/new", given | {"bin_id": "A-02"}).status_code == 303
    assert len(rows(shop.client.get("/bin-contents?location=BINS"))) == 2

    first, second = read(shop, BinContent.bin_id, BinContent.item_id)
    url = "/bin-contents/{}/{}/0".format(*first)
    assert shop.client.send(url, {"fixed_bin": "y"}).status_code == 303
    assert shop.client.send("/bin-contents/{}/{}/0".format(*second), {"default_bin": "y"}).status_code == 303
    with shop.trade() as trade:
        bolt = shop.item(trade, "BOLT")
        trade.world.receive(bolt, 2, 2, at="BINS", bin_id=second[0])
    held = shop.client.send("/bin-contents/{}/{}/0/delete".format(*second), {})
    assert "holds goods" in words(shop.client.get(held.headers["Location"]))
    assert shop.client.send(f"{url}/delete", {}).status_code == 303

    assert read(shop, BinContent.bin_id, BinContent.default_bin, BinContent.quantity) == [(second[0], True, 2)]
    trail = read(shop, AuditEntry.action, AuditEntry.field, table_name="bin_content")
    assert ("changed", "default_bin") in trail
    assert ("deleted", "") in trail


@pytest.mark.parametrize("url", ["/zones/BINS", "/warehouse-employees/BINS", "/bin-contents"])
def test_a_viewer_reads_and_changes_nothing(shop, login, url):
    login(shop.client, "clerk")

    page = shop.client.get(url)

    assert page.status_code == 200
    assert "Add a " not in page.text
    assert "Give an item a bin" not in page.text
    assert shop.client.send("/bin-contents/new" if url == "/bin-contents" else url, {}).status_code == 403
