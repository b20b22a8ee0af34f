"""The guide to a new location: a question a page, nothing written before the last (items.md section 23)."""

from __future__ import annotations

import html
import re

import pytest
from sqlalchemy import select

from models import Bin, InventoryPostingSetup, Location, LocationBin, TransferRoute
from tests.support.trade import TradeShop

URL = "/location-guide"


@pytest.fixture
def shop(app, login):
    found = TradeShop(app)
    with found.trade() as trade:
        trade.world.location("WAY", use_as_in_transit=True)
    login(found.client, "owner")
    return found


class Walk:
    """Goes through the guide as a browser does: every page sends back all that it carried."""

    def __init__(self, client) -> None:
        self.client = client
        self.answer = client.get(URL)

    def fields(self):
        found: dict[str, list[str]] = {}
        for tag in re.findall(r"<input[^>]*>", self.answer.text.split('id="guide"')[1].split("</form>")[0]):
            given = {part: html.unescape(text) for part, text in re.findall(r'\b(name|value|type)="([^"]*)"', tag)}
            if given.get("type") in ("radio", "checkbox") and "checked" not in tag:
                continue
            if given.get("name"):
                found.setdefault(given["name"], []).append(given.get("value", "y"))
        found.pop("csrf_token", None)
        return found

    def go(self, way="next", **given):
        self.answer = self.client.send(URL, self.fields() | {"go": way} | given)
        return self.answer

    @property
    def step(self):
        return self.fields()["step"][0]


def test_answers_become_switches_bins_accounts_and_routes(shop):
    walk = Walk(shop.client)
    walk.go(code="east", name="East")
    walk.go(inbound="both")
    walk.go(outbound="dock")
    walk.go(bins="yes", first="A-01", last="A-03", zone_code="cold", receipt_bin="IN", shipment_bin="OUT")
    with shop.trade() as trade:
        blue = trade.world.location_id("BLUE")
        assert trade.session.scalar(select(Location.id).where(Location.code == "EAST")) is None
    walk.go(route=[str(blue)], through="WAY")
    assert walk.step == "check"
    assert "through WAY" in walk.answer.text
    assert "In stock at EAST" in walk.answer.text

    made = walk.go()

    assert made.headers["Location"] == "/locations/EAST"
    with shop.trade() as trade:
        session = trade.session
        east = session.scalars(select(Location).where(Location.code == "EAST")).one()
        assert (east.require_receive, east.require_put_away, east.require_shipment, east.require_pick,
                east.bin_mandatory) == (True, True, True, False, True)  # fmt: skip
        bins = session.scalars(select(Bin).where(Bin.location_id == east.id).order_by(Bin.code)).all()
        assert [(one.code, one.zone_code) for one in bins] == [
            (code, "COLD") for code in ("A-01", "A-02", "A-03", "IN", "OUT")
        ]
        purposes = session.scalars(select(LocationBin.purpose).where(LocationBin.location_id == east.id)).all()
        assert sorted(purpose.value for purpose in purposes) == ["receipt", "shipment"]
        routes = session.execute(select(TransferRoute.from_location_id, TransferRoute.to_location_id)).all()
        assert sorted(map(tuple, routes)) == sorted([(east.id, blue), (blue, east.id)])
        assert session.scalars(select(InventoryPostingSetup).where(InventoryPostingSetup.location_id == east.id)).all()


def test_a_wrong_answer_stops_at_its_step_and_back_keeps_all(shop):
    walk = Walk(shop.client)

    assert walk.go(name="No code").status_code == 422
    taken = walk.go(code="BLUE", name="Again")
    assert (taken.status_code, walk.step) == (422, "place")
    assert "exists already" in taken.text
    walk.go(code="WEST")
    for _step in ("inbound", "outbound"):
        walk.go()
    odd = walk.go(bins="yes", first="A-05", last="B-01")
    assert (odd.status_code, walk.step) == (422, "bins")
    walk.go("back")
    assert (walk.step, walk.fields()["first"], walk.fields()["name"]) == ("outbound", ["A-05"], ["Again"])
    with shop.trade() as trade:
        assert trade.session.scalar(select(Location.id).where(Location.code == "WEST")) is None


def test_goods_on_their_way_need_no_more_questions(shop):
    walk = Walk(shop.client)
    walk.go(code="ROAD", name="On the road", in_transit="yes")
    assert walk.step == "check"

    walk.go()

    with shop.trade() as trade:
        assert trade.session.scalars(select(Location.use_as_in_transit).where(Location.code == "ROAD")).one()
