"""Pages of transfer orders: lines in place, shipped, received in part, undone, printed."""

from __future__ import annotations

import re

import pytest

from models import TransferOrder
from services.transfers import page
from tests.support.pdfs import text_of
from tests.support.queries import queries_of
from tests.support.trade import TradeShop


@pytest.fixture
def shop(app, login):
    found = TradeShop(app)
    with found.trade() as trade:
        trade.world.location("ROAD", use_as_in_transit=True)
        trade.world.location("EAST")
    login(found.client, "owner")
    return found


def opened(shop, *quantities):
    """A transfer order from BLUE to EAST with lines of BOLT; its address."""
    made = shop.client.send("/transfers/new", {"from_location_id": "BLUE", "to_location_id": "EAST"})
    url = made.headers["Location"]
    header = shop.client.get(f"{url}/header").text
    fields = dict(re.findall(r'name="([^"]+)"[^>]*value="([^"]*)"', header)) | {"in_transit_location_id": "ROAD"}
    del fields["csrf_token"], fields["direct_transfer"]  # a check box that is off is not sent
    assert shop.client.send(f"{url}/header", fields | {"shipping_advice": "partial"}).status_code == 303
    for quantity in quantities:
        answer = shop.client.send(f"{url}/lines", {"item": "BOLT", "quantity": str(quantity)}, htmx=True)
        assert answer.status_code == 200
    return url


def test_a_direct_transfer_is_said_when_the_order_is_made_and_posts_at_once(shop):
    said = {"from_location_id": "BLUE", "to_location_id": "EAST", "direct_transfer": "1"}
    url = shop.client.send("/transfers/new", said).headers["Location"]
    shop.client.send(f"{url}/lines", {"item": "BOLT", "quantity": "3"}, htmx=True)

    assert "direct transfer" in shop.client.get(url).text
    posted, _form = post(shop, url, "ship", ship_10000="3")
    assert posted.status_code == 303
    assert shop.client.get(url).status_code == 404  # all of it arrived


def test_the_clerk_ships_and_receives_a_transfer_by_scanning(shop, login):
    url = opened(shop, 3)
    shop.client.send(f"{url}/release")
    login(shop.client, "clerk")
    no = url.rsplit("/", 1)[1]
    assert f"{url}/handle/ship" in shop.client.get("/transfers/handling").text
    assert shop.client.send("/transfers/handling", {"code": no}).headers["Location"] == f"{url}/handle/ship"

    shop.client.send(f"{url}/handle/ship/all", {"counted": "0"}, htmx=True)
    counted = [shop.client.send(f"{url}/handle/ship/scan", {"code": "BOLT"}, htmx=True) for _time in range(4)]
    wrong = shop.client.send(f"{url}/handle/ship/scan", {"code": "NUT"}, htmx=True)
    shop.client.send(f"{url}/handle/ship/10000", {"press": "-"}, htmx=True)

    assert [answer.status_code for answer in counted] == [200, 200, 200, 422]  # all 3 are counted
    assert "Put it aside." in wrong.text
    assert order(shop, url) == [(2, 0, 0, 0)]
    for way, moved in (("ship", (1, 2, 2, 0)), ("receive", (1, 2, 0, 2))):
        key = re.search(r'name="key" value="([0-9a-f]+)"', shop.client.get(f"{url}/handle/{way}").text)[1]
        for _twice in range(2):
            assert shop.client.send(f"{url}/handle/{way}/post", {"key": key}).status_code == 303
        assert order(shop, url) == [moved]
    assert "/transfers/posted/receipts/" in shop.client.get("/transfers/handling").text  # the toast


def test_lots_are_asked_for_beside_the_line_that_leaves(shop, login):
    with shop.trade() as trade:
        code = trade.world.tracking_code("LOTS", lot_specific=True)
        trade.item("CREAM", item_tracking_code_id=code.id, unit_cost=1)
    url = opened(shop)
    shop.client.send(f"{url}/lines", {"item": "CREAM", "quantity": "3"}, htmx=True)
    shop.client.send(f"{url}/release")
    login(shop.client, "clerk")
    line = f"{url}/handle/ship/10000"

    assert 'name="lot_no"' in shop.client.get(f"{url}/handle/ship").text
    steps = (("2", "set", ""), ("2", "set", "A1"), ("2", "+", "A2"))  # two counted, both A1; one more, A2
    for quantity, press, lot in steps:
        said = {"quantity": quantity, "press": press, "lot_no": lot}
        assert shop.client.send(line, said, htmx=True).status_code == 200, said

    with shop.trade() as trade:
        lines = page.read_order(trade.session, url.rsplit("/", 1)[1]).lines
        assert [(row.lot_no, row.quantity) for row in lines[0].numbers] == [("A1", 2), ("A2", 1)]
        assert lines[0].qty_to_ship == 3
    too_much = shop.client.send(line, {"quantity": "3", "press": "+", "lot_no": "A3"}, htmx=True)
    assert too_much.status_code == 422
    assert "are counted" in too_much.text


@pytest.mark.parametrize(("code", "waiting"), [("EAST", "0"), ("BLUE", "1")])
def test_a_clerk_is_told_of_the_goods_of_his_own_place(shop, login, code, waiting):
    shop.client.send(f"{opened(shop, 3)}/release")
    with shop.trade() as trade:
        place = trade.world.location_id(code)
    login(shop.client, "clerk", location_id=place)

    tile = rf'href="(/transfers[?][^"]*from={code})".{{0,300}}Transfer out.{{0,60}}tile-value">(\d+)'
    address, figure = re.search(tile, shop.client.get("/").text, re.DOTALL).groups()

    assert figure == waiting
    assert shop.client.get(address.replace("&amp;", "&")).text.count("data-row") == int(waiting)


def order(shop, url):
    """(to ship, shipped, to receive, received) of each line."""
    with shop.trade() as trade:
        found = page.read_order(trade.session, url.rsplit("/", 1)[1])
        return [(line.qty_to_ship, line.qty_shipped, line.qty_to_receive, line.qty_received) for line in found.lines]


def post(shop, url, what, **values):
    """Press Post in the dialog."""
    html = shop.client.get(f"{url}/post").text
    form = dict(re.findall(r'name="((?:ship|receive)-\d+)"[^>]*value="([^"]*)"', html))
    form["key"] = re.search(r'name="key"[^>]*value="([0-9a-f]+)"', html)[1]
    form["version"] = re.search(r'name="version" value="(\d+)"', html)[1]
    form["posting_date"] = re.search(r'name="posting_date"[^>]*value="([^"]+)"', html)[1]
    form |= {"what": what} | {name.replace("_", "-"): value for name, value in values.items()}
    return shop.client.send(f"{url}/post", form), form


def test_an_order_is_shipped_received_in_part_and_shows_what_is_on_the_way(shop):
    url = opened(shop, 40)

    shipped, form = post(shop, url, "ship", ship_10000="25")
    again = shop.client.send(f"{url}/post", form)
    received, _form = post(shop, url, "receive", receive_10000="10")

    assert [answer.status_code for answer in (shipped, again, received)] == [303, 303, 303]
    assert [row[1::2] for row in order(shop, url)] == [(25, 10)]
    html = shop.client.get(url).text
    assert "15 on the way" in html
    assert "partly shipped" in html
    assert "</svg>Partly shipped" in shop.client.get("/transfers").text
    assert len(re.findall(r'href="/transfers/posted/shipments/', html)) == 1  # the key: posted once
    assert "15 on the way" in shop.client.get(f"{url}/post").text


def test_more_than_is_on_the_way_is_refused_at_its_line(shop):
    url = opened(shop, 40)
    post(shop, url, "ship", ship_10000="25")

    refused, _form = post(shop, url, "receive", receive_10000="26")
    nonsense, _form = post(shop, url, "receive", receive_10000="ten")

    assert (refused.status_code, nonsense.status_code) == (422, 422)
    assert "is-invalid" in refused.text
    assert 'value="26"' in refused.text
    assert [row[3] for row in order(shop, url)] == [0]


def test_a_preview_writes_nothing_and_a_stale_dialog_is_told(shop):
    url = opened(shop, 5)
    _answer, form = post(shop, url, "ship", ship_10000="0")  # nothing to post: refused

    preview = shop.client.send(f"{url}/preview", form | {"ship-10000": "5"}, htmx=True)
    shop.client.send(f"{url}/scan", {"code": "BOLT"}, htmx=True)
    stale = shop.client.send(f"{url}/post", form | {"ship-10000": "5"})

    assert _answer.status_code == 422
    assert preview.status_code == 200
    assert "Posting this" in preview.text
    assert stale.status_code == 409
    assert "Owner changed" in stale.text
    assert order(shop, url) == [(6, 0, 0, 0)]


def test_a_line_changed_meanwhile_is_told_and_kept(shop):
    url = opened(shop, 5)
    version = re.search(r'name="version" value="(\d+)"', shop.client.get(f"{url}/lines/10000").text)[1]
    assert shop.client.send(f"{url}/lines/10000", {"quantity": "6", "version": version}, htmx=True).status_code == 200

    stale = shop.client.send(f"{url}/lines/10000", {"quantity": "9", "version": version}, htmx=True)

    assert stale.status_code == 409
    assert 'value="9"' in stale.text
    assert order(shop, url)[0][0] == 6
    # who left the quantity as it was shown does not put it in place of the other's
    shown = {"quantity": "5", "description": "mine", "version": version, "shown": '{"quantity": "5"}'}
    for sheet in ({}, {"sheet": "1"}):
        merged = shop.client.send(f"{url}/lines/10000", shown | sheet, htmx=True)
        assert "Owner changed this line while it was open here." in merged.text
        assert "Quantity was “5” and is “6” now." in merged.text
        assert [
            re.search(rf'name="{name}"[^>]*value="([^"]*)"', merged.text)[1] for name in ("quantity", "description")
        ] == ["6", "mine"]


def test_a_shipment_is_undone_until_something_arrived(shop):
    url = opened(shop, 10)
    post(shop, url, "ship", ship_10000="4")
    posted = re.search(r'href="(/transfers/posted/shipments/[^"]+)"', shop.client.get(url).text)[1]
    line_id = re.search(r"/lines/(\d+)/undo", shop.client.get(posted).text)[1]

    undone = shop.client.send(f"{posted}/lines/{line_id}/undo")
    again = shop.client.send(f"{posted}/lines/{line_id}/undo")

    assert (undone.status_code, again.status_code) == (303, 422)
    assert [row[1] for row in order(shop, url)] == [0]


def test_a_receipt_is_undone_or_its_goods_are_sent_back(shop):
    url = opened(shop, 10)
    post(shop, url, "ship", ship_10000="4")
    post(shop, url, "receive", receive_10000="4")
    posted = re.search(r'href="(/transfers/posted/receipts/[^"]+)"', shop.client.get(url).text)[1]
    line_id = re.search(r"/lines/(\d+)/undo", shop.client.get(posted).text)[1]

    back = shop.client.send(f"{posted}/send-back")
    assert back.status_code == 303
    assert [row[0] for row in order(shop, back.location)] == [4]
    undone = shop.client.send(f"{posted}/lines/{line_id}/undo")
    nothing = shop.client.send(f"{posted}/send-back")

    assert (undone.status_code, nothing.status_code) == (303, 422)
    assert "is there any more" in nothing.text


def test_papers_name_the_ends_and_no_cost(shop):
    url = opened(shop, 3)
    paper = text_of(shop.client.get(f"{url}/paper.pdf").data)
    post(shop, url, "ship")
    posted = re.search(r'href="(/transfers/posted/shipments/[^"]+)"', shop.client.get(url).text)[1]
    note = text_of(shop.client.get(f"{posted}/paper.pdf?sheet=letter").data)

    assert "Transfer order" in paper
    assert "Blue" in paper or "BLUE" in paper
    assert "Transfer shipment" in note
    assert "2.00" not in paper + note


def test_rights_lists_and_cost(shop, app, login):
    url, longer = opened(shop, 1), opened(shop, 1, 1, 1)
    assert len(queries_of(app, shop.client, url)) == len(queries_of(app, shop.client, longer)) <= 20
    for work in ("to_ship", "to_receive", "overdue", "open"):
        assert shop.client.get(f"/transfers?work={work}").status_code == 200
    assert shop.client.get("/transfers/posted").status_code == 200
    login(shop.client, "viewer")

    assert shop.client.get(url).status_code == 200
    for action in ("lines", "release", "post", "delete", "scan"):
        assert shop.client.send(f"{url}/{action}").status_code == 403
    with shop.trade() as trade:
        assert trade.session.query(TransferOrder).count() == 2
